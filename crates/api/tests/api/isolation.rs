//! Nobody reaches what is another's: every route of the OpenAPI document, with foreign ids and foreign keys.

use serde_json::{Value, json};

use crate::{
    common::{Api, Caller, Reply},
    things::{Things, operations, victim, with_id},
};

/// A body that the operation takes.
fn body(method: &str, path: &str) -> Value {
    let hook = json!({"url": "https://example.com/x", "events": ["*"], "tenant": "attacker"});
    let event = json!({"tenant": "attacker", "type": "t", "data": 1});
    match (method, path) {
        ("POST", "/v1/endpoints" | "/v1/webhooks") => hook,
        ("POST", "/v1/events") => event,
        ("POST", "/v1/events/batch") => json!({"events": [event]}),
        ("POST", "/v1/keys") => {
            json!({"name": "k", "kind": "tenant", "scope": "full", "tenant": "attacker"})
        }
        ("POST", "/v1/projects") | ("PATCH", "/v1/projects/{id}") => json!({"name": "p"}),
        ("POST", "/v1/events/replay") => json!({"since": "2026-01-01T00:00:00Z"}),
        ("PUT", "/v1/event-types/{name}") => json!({"description": "taken over"}),
        ("PUT", "/v1/dialects/{name}") => json!({"source": "name = \"never-heard-of\""}),
        ("PUT", "/v1/tenants/{tenant}") => json!({"name": "taken over"}),
        _ => json!({}),
    }
}

/// Whether the operation makes something under a name that the caller chooses.
fn makes_by_name(method: &str, path: &str) -> bool {
    method == "PUT" || path.ends_with("/portal-sessions")
}

async fn send(api: &Api, caller: &Caller, method: &str, path: &str, body: Value) -> Reply {
    match method {
        "GET" => api.get(caller, path).await,
        "DELETE" => api.delete(caller, path).await,
        _ => api.raw(caller, method, path, &body.to_string()).await,
    }
}

/// All that the victim can see of its own.
async fn everything(api: &Api, things: &Things, caller: &Caller) -> Vec<(String, u16, Value)> {
    let mut seen = Vec::new();
    for (method, path) in operations() {
        let of_server = [
            "/metrics",
            "/v1/projects",
            "/openapi.json",
            "/docs",
            "/healthz",
            "/readyz",
        ];
        if method != "GET" || of_server.contains(&&*path) {
            continue;
        }
        let path = with_id(&path, things);
        let (status, mut json) = api.get(caller, &path).await.anonymous();
        forget_last_use(&mut json);
        seen.push((path, status, json));
    }
    seen
}

fn forget_last_use(json: &mut Value) {
    for item in json["data"].as_array_mut().into_iter().flatten() {
        item.as_object_mut().map(|item| item.remove("last_used_at"));
    }
}

/// Drives every route as `attacker` against the victim's things.
async fn attack(api: &Api, victim: &Things, attacker: &Caller, shared: &[&str]) {
    let unknown = Things::unknown();
    for (method, path) in operations() {
        let sent = body(&method, &path);
        if (&*method, &*path) == ("DELETE", "/v1/session") {
            continue; // An attacker has no wish to sign out.
        }
        if !path.contains('{') {
            let reply = send(api, attacker, &method, &path, sent).await;
            if !path.starts_with("/v1/") {
                continue;
            }
            for id in victim.all().iter().filter(|id| !shared.contains(id)) {
                assert!(
                    !reply.text().contains(*id),
                    "{method} {path} tells {id}: {}",
                    reply.text()
                );
            }
            continue;
        }
        let is_name = path.contains("{name}") || path.contains("{tenant}");
        if makes_by_name(&method, &path)
            || is_name && shared.contains(&victim.for_path(&path).unwrap())
        {
            continue;
        }
        let foreign = send(
            api,
            attacker,
            &method,
            &with_id(&path, victim),
            sent.clone(),
        )
        .await;
        let never = send(api, attacker, &method, &with_id(&path, &unknown), sent).await;
        let status = foreign.status.as_u16();
        assert!(
            [403, 404].contains(&status),
            "{method} {path}: {status} {}",
            foreign.text()
        );
        assert_eq!(foreign.anonymous(), never.anonymous(), "{method} {path}");
        let lengths = (foreign.bytes.len(), never.bytes.len());
        assert_eq!(lengths.0, lengths.1, "{method} {path}");
    }
    // A name is free in one's own project, whatever others call theirs: last, since it makes things.
    let names = operations();
    for (method, path) in names
        .iter()
        .filter(|(method, path)| makes_by_name(method, path))
    {
        let sent = body(method, path);
        let reply = send(api, attacker, method, &with_id(path, victim), sent).await;
        assert!(!reply.text().contains("the victim's"), "{method} {path}");
    }
}

#[track_caller]
fn assert_same(before: &[(String, u16, Value)], after: &[(String, u16, Value)]) {
    for (before, after) in before.iter().zip(after) {
        assert_eq!(before, after);
    }
}

#[tokio::test]
async fn another_project_reaches_nothing() {
    for shows in [Shows::Key, Shows::Cookie, Shows::PortalToken] {
        another_project_reaches_nothing_with(shows).await;
    }
}

/// What an attacker shows.
#[derive(Clone, Copy)]
enum Shows {
    Key,
    Cookie,
    PortalToken,
}

async fn another_project_reaches_nothing_with(shows: Shows) {
    let api = Api::new();
    let (things, owner) = victim(&api).await;
    let other = api.project("standard").await;
    let before = everything(&api, &things, &owner).await;
    assert!(
        before
            .iter()
            .all(|(path, status, _)| *status == 200 || path.contains("projects"))
    );
    let attacker = match shows {
        Shows::Key => other.caller.clone(),
        Shows::Cookie => api.signed_in(&other.caller).await,
        Shows::PortalToken => api.portal(&other.caller, "attacker", "full").await,
    };
    attack(&api, &things, &attacker, &[]).await;
    let admin = Caller::admin_of(&other.id);
    for (method, path) in operations() {
        if path.contains("{id}") && !path.contains("/v1/projects") {
            let reply = send(
                &api,
                &admin,
                &method,
                &with_id(&path, &things),
                body(&method, &path),
            )
            .await;
            assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
        }
    }
    assert_same(&before, &everything(&api, &things, &owner).await);
}

#[tokio::test]
async fn another_tenant_reaches_nothing() {
    let api = Api::new();
    let (things, _) = victim(&api).await;
    api.lift_tenant_limits(&things.project).await;
    let attacker = api.tenant_key(&things.project, "attacker").await;
    // What the victim sees with a key of its own: the project's view has the attacker's things too.
    let owner = api.tenant_key(&things.project, "tenant-v").await;
    let before = everything(&api, &things, &owner).await;
    // The catalog is the project's: its tenants may read it, and know where they are.
    let shared = [&*things.event_type, &things.project];
    attack(&api, &things, &attacker, &shared).await;
    let in_browser = api.signed_in(&attacker).await;
    attack(&api, &things, &in_browser, &shared).await;
    let admin = Caller::admin_of(&things.project);
    let portal = api.portal(&admin, "attacker", "full").await;
    attack(&api, &things, &portal, &shared).await;
    assert_same(&before, &everything(&api, &things, &owner).await);
    for (method, path) in [
        ("PUT", "/v1/event-types/victims.only"),
        ("DELETE", "/v1/event-types/victims.only"),
        ("PUT", "/v1/dialects/victims-own"),
        ("POST", "/v1/tenants/tenant-v/portal-sessions"),
        ("POST", "/v1/tenants/attacker/portal-sessions"),
    ] {
        let reply = send(&api, &attacker, method, path, json!({"description": ""})).await;
        assert_eq!(reply.status, 403, "{method} {path}");
    }
    let hook = json!({"tenant": "tenant-v", "url": "https://example.com/", "events": ["*"]});
    api.post(&attacker, "/v1/endpoints", hook).await.expect(404);
    let filter = json!({"filter": {"tenant": "tenant-v", "endpoint": things.endpoint}});
    let started = api
        .post(&attacker, "/v1/dead-letters/retry", filter)
        .await
        .expect(202);
    let job = format!("/v1/jobs/{}", started["job"].as_str().unwrap());
    assert_eq!(api.get(&attacker, &job).await.expect(200)["total"], 0);
    for path in [
        "/v1/events?tenant=tenant-v",
        "/v1/deliveries?tenant=tenant-v",
        "/v1/endpoints?tenant=tenant-v",
    ] {
        let list = api.get(&attacker, path).await.expect(200);
        assert_eq!(list["data"], json!([]), "{path}");
    }
}

#[tokio::test]
async fn the_same_tenant_id_in_two_projects_is_two_tenants() {
    let api = Api::new();
    let (one, two) = (api.project("standard").await, api.project("standard").await);
    api.endpoint(&one.caller, "acme").await;
    let body = json!({"tenant": "acme", "type": "t", "data": 1});
    let event = api.post(&two.caller, "/v1/events", body).await.expect(202);
    assert_eq!(event["deliveries"], 0);
    let key = api.tenant_key(&two.id, "acme").await;
    let list = api.get(&key, "/v1/endpoints").await.expect(200);
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
async fn no_answer_but_the_first_shows_a_secret() {
    let api = Api::new();
    let (things, owner) = victim(&api).await;
    let path = format!("/v1/endpoints/{}", things.endpoint);
    let patch = json!({"headers": {"Authorization": "Bearer of-the-receiver"}});
    api.patch(&owner, &path, patch).await.expect(200);
    let rotate = json!({"secret": "a-secret-of-the-customer"});
    api.post(&owner, &format!("{path}/rotate-secret"), rotate)
        .await
        .expect(200);
    let admin = Caller::admin_of(&things.project);
    for (method, path) in operations() {
        if method != "GET" {
            continue;
        }
        let reply = api.get(&admin, &with_id(&path, &things)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        let text = reply.text();
        for secret in [
            "a-secret-of-the-customer",
            "of-the-receiver",
            owner.key.as_str(),
            &admin.key,
        ] {
            assert!(!text.contains(secret), "{path} shows {secret}");
        }
        assert!(
            !text.contains("\"secret\":") || path == "/openapi.json",
            "{path}: {text}"
        );
    }
}
