//! The audit log: no administrative route can forget its entry, and no entry tells a secret.

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo, http::Request};
use serde_json::{Value, json};

use crate::{
    common::{ADMIN_KEY, Api, Caller, HOST, Reply},
    things::{Things, operations, victim, with_id},
};

/// What changes nothing, or comes too often to be entered: publishing.
const NOT_ENTERED: [&str; 6] = [
    "/v1/events",
    "/v1/events/batch",
    "/v1/dialects/preview",
    "/v1/endpoints/check",
    "/v1/endpoints/{id}/transform/test",
    "/v1/endpoints/{id}/filter/test",
];

const SECRETS: [&str; 3] = [
    "whsec_c2VjcmV0LW9mLXRoZS1jdXN0b21lci14eA==",
    "of-the-receiver",
    "in-the-payload",
];

/// A body with which the operation succeeds, full of secrets.
pub(crate) fn body(method: &str, path: &str, things: &Things) -> Value {
    let headers = json!({"Authorization": "Bearer of-the-receiver"});
    match (method, path) {
        ("POST", "/v1/projects") => json!({"name": "p"}),
        ("PATCH", "/v1/projects/{id}") => json!({"name": "q", "policy": {"timeout_ms": 5_000}}),
        ("POST", "/v1/keys") => {
            json!({"name": "k", "kind": "tenant", "scope": "full", "tenant": "tenant-v"})
        }
        ("POST", "/v1/endpoints" | "/v1/webhooks") => json!({
            "tenant": "tenant-v", "url": "https://example.com/new", "events": ["*"],
            "secret": SECRETS[0], "headers": headers
        }),
        ("POST", "/v1/events/broadcast") => {
            json!({"type": "news.posted", "data": {"note": "in-the-payload"}})
        }
        ("PATCH", _) => json!({"description": "changed", "headers": headers}),
        ("POST", _) if path.ends_with("rotate-secret") => json!({"secret": SECRETS[0]}),
        ("POST", _) if path.ends_with("/filter/test") => {
            json!({"type": "order.paid", "data": {"note": "in-the-payload"}})
        }
        ("POST", _) if path.ends_with("/transform/test") => json!({
            "type": "order.paid", "data": {"note": "in-the-payload"},
            "code": "function handler(webhook) { return webhook; }"
        }),
        ("POST", _) if path.ends_with("/test") => json!({"data": {"note": "in-the-payload"}}),
        ("POST", _) if path.ends_with("/recover") => {
            json!({"since": "2026-01-01T00:00:00Z", "which": "all"})
        }
        ("POST", "/v1/event-types/import") => {
            let webhooks = json!({"imported.one": {"post": {"description": "d"}}});
            json!({"document": {"openapi": "3.1.0", "webhooks": webhooks}})
        }
        ("POST", "/v1/events/replay") => json!({"since": "2026-01-01T00:00:00Z"}),
        ("POST", "/v1/dead-letters/purge") => json!({"confirm": true}),
        ("PUT", "/v1/event-types/{name}") => json!({"description": "changed"}),
        ("PUT", "/v1/dialects/{name}") => {
            let yativo = nuncio_dialect::builtin_named("yativo").unwrap().source();
            let name = format!("name = \"{}\"", things.dialect);
            let source = yativo.replace("name = \"yativo\"", &name);
            json!({ "source": format!("{source}\n# changed\n") })
        }
        ("PUT", "/v1/tenants/{tenant}") => json!({"name": "changed"}),
        ("POST", "/v1/session") => json!({ "key": ADMIN_KEY }),
        _ => json!({}),
    }
}

async fn send(api: &Api, caller: &Caller, method: &str, path: &str, body: Value) -> Reply {
    match method {
        "DELETE" => api.delete(caller, path).await,
        _ => api.raw(caller, method, path, &body.to_string()).await,
    }
}

async fn entries(api: &Api) -> Vec<Value> {
    let list = api.get(&Caller::admin(), "/v1/audit?limit=250").await;
    list.expect(200)["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_route_that_changes_something_leaves_an_entry() {
    let mut driven = 0;
    for (method, path) in operations() {
        let is_alias = path.contains("/webhook");
        if method == "GET" || is_alias || NOT_ENTERED.contains(&&*path) {
            continue;
        }
        driven += 1;
        let api = Api::new();
        let (things, owner) = victim(&api).await;
        let signs_out = path == "/v1/session" && method == "DELETE";
        let caller = match path.as_str() {
            "/v1/session" if signs_out => api.signed_in(&Caller::admin()).await,
            _ if path.starts_with("/v1/projects") => Caller::admin(),
            _ if path.ends_with("/verify") => {
                // Its own dialect asks for no handshake.
                let path = format!("/v1/endpoints/{}", things.endpoint);
                let dialect = json!({"dialect": "slack"}).to_string();
                let changed = api.raw(&owner, "PATCH", &path, &dialect).await;
                changed.expect(200);
                owner.clone()
            }
            _ if path == "/v1/deliveries/{id}/cancel" => {
                // The victim's is dead.
                let retry = format!("/v1/deliveries/{}/retry", things.delivery);
                api.post(&owner, &retry, json!({})).await.expect(202);
                owner.clone()
            }
            _ => owner.clone(),
        };
        let before = entries(&api).await.len();
        let sent = body(&method, &path, &things);
        let reply = send(&api, &caller, &method, &with_id(&path, &things), sent).await;
        assert!(
            reply.status.is_success(),
            "{method} {path}: {}",
            reply.text()
        );
        let after = entries(&api).await;
        assert_eq!(after.len(), before + 1, "{method} {path}");
        let entry = &after[0];
        let kind = match caller.project {
            _ if path == "/v1/session" || path.starts_with("/v1/projects") => "admin",
            _ => "project",
        };
        assert_eq!(entry["actor"]["kind"], kind, "{method} {path}: {entry}");
        let via = if signs_out { "session" } else { "bearer" };
        assert_eq!(entry["actor"]["via"], via, "{entry}");
        assert_eq!(
            entry["request_id"].as_str(),
            reply.headers["nuncio-request-id"].to_str().ok(),
            "{entry}"
        );
        let told = Value::Array(after.clone()).to_string();
        let shown = [
            &reply.json["secret"],
            &reply.json["key"],
            &reply.json["token"],
        ];
        let shown = shown.into_iter().filter_map(Value::as_str);
        for secret in SECRETS
            .into_iter()
            .chain(shown)
            .chain([ADMIN_KEY, owner.key.as_str()])
        {
            assert!(!told.contains(secret), "{method} {path} tells {secret}");
        }
    }
    assert!(driven > 20, "{driven}");
}

/// The actions of the newest entries, the newest first, with their targets and kinds of actors.
async fn newest(api: &Api, count: usize) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = entries(api).await.into_iter().take(count);
    all.map(|entry| {
        let kind = text(&entry["actor"]["kind"]);
        (text(&entry["action"]), text(&entry["target"]["id"]), kind)
    })
    .collect()
}

#[tokio::test]
async fn a_tenant_that_comes_to_be_on_the_way_is_entered_once() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let event = |tenant: &str| json!({"tenant": tenant, "type": "t", "data": 1});
    let hook = json!({"tenant": "by-endpoint", "url": "https://example.com/", "events": ["*"]});
    let key = json!({"name": "k", "kind": "tenant", "scope": "read", "tenant": "by-key"});
    let batch = json!({"events": [event("by-batch-1"), event("by-batch-2"), event("by-batch-1")]});
    let ways = [
        ("/v1/events", event("by-event"), vec!["by-event"], None),
        (
            "/v1/events/batch",
            batch,
            vec!["by-batch-2", "by-batch-1"],
            None,
        ),
        (
            "/v1/endpoints",
            hook,
            vec!["by-endpoint"],
            Some("endpoint.create"),
        ),
        ("/v1/keys", key, vec!["by-key"], Some("key.create")),
        (
            "/v1/tenants/by-portal/portal-sessions",
            json!({}),
            vec!["by-portal"],
            Some("portal_session.create"),
        ),
    ];
    for (path, body, tenants, action) in ways {
        let before = entries(&api).await.len();
        for turn in 1..=2 {
            let reply = api.post(caller, path, body.clone()).await;
            assert!(reply.status.is_success(), "{path}: {}", reply.text());
            let added = entries(&api).await.len() - before;
            let own = usize::from(action.is_some());
            // Of portals, one entry says all of a day.
            let turns = if path.ends_with("portal-sessions") {
                1
            } else {
                turn
            };
            assert_eq!(added, tenants.len() + turns * own, "{path}, {turn}");
            if turn == 2 {
                continue;
            }
            let mut expected: Vec<_> = action.into_iter().map(str::to_owned).collect();
            expected.extend(tenants.iter().map(|_| "tenant.create".to_owned()));
            let found = newest(&api, added).await;
            let actions: Vec<_> = found.iter().map(|(action, ..)| action.clone()).collect();
            assert_eq!(actions, expected, "{path}");
            let made: Vec<_> = found[own..]
                .iter()
                .map(|(_, target, _)| &**target)
                .collect();
            assert_eq!(made, tenants, "{path}");
            assert!(found.iter().all(|(.., kind)| kind == "project"), "{path}");
        }
    }
}

#[tokio::test]
async fn whoever_may_only_publish_is_entered_for_the_tenants_it_makes() {
    let api = Api::new();
    let project = api.project("standard").await;
    let key = json!({"name": "shop", "kind": "project", "scope": "publish"});
    let publisher = api.new_key(&project.id, key).await;
    api.publish(&publisher, "new-customer").await;
    api.publish(&publisher, "new-customer").await;
    let entry = &entries(&api).await[0];
    assert_eq!(entry["action"], "tenant.create");
    assert_eq!(
        (&entry["tenant"], &entry["actor"]["name"]),
        (&json!("new-customer"), &json!("shop"))
    );
    let made = entries(&api).await;
    let made = made
        .iter()
        .filter(|entry| entry["tenant"] == "new-customer");
    assert_eq!(made.count(), 1);
}

#[tokio::test]
async fn publishing_is_not_entered() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.publish(&project.caller, "acme").await;
    let before = entries(&api).await.len();
    api.publish(&project.caller, "acme").await;
    let event = json!({"tenant": "acme", "type": "t", "data": 1});
    let batch = json!({ "events": [event] });
    api.post(&project.caller, "/v1/events/batch", batch)
        .await
        .expect(202);
    assert_eq!(entries(&api).await.len(), before);
}

#[tokio::test]
async fn a_repeated_request_leaves_one_entry() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.publish(&project.caller, "acme").await;
    let before = entries(&api).await.len();
    let hook = json!({"tenant": "acme", "url": "https://example.com/", "events": ["*"]});
    for _ in 0..2 {
        api.once(&project.caller, "/v1/endpoints", "k", hook.clone())
            .await
            .expect(201);
    }
    assert_eq!(entries(&api).await.len(), before + 1);
}

#[tokio::test]
async fn an_entry_tells_who_what_and_from_where() {
    let api = Api::new();
    let project = api.project("standard").await;
    let id = api.endpoint(&project.caller, "acme").await;
    let mut request = Request::builder()
        .method("PATCH")
        .uri(format!("/v1/endpoints/{id}"))
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", project.caller.key))
        .header("content-type", "application/json")
        .header("user-agent", format!("curl/8 {}", "x".repeat(1_000)))
        // Nobody said that this peer may speak for others.
        .header("x-forwarded-for", "6.6.6.6")
        .body(Body::from(
            r#"{"rate_limit": 5, "metadata": {"team": "a"}}"#,
        ))
        .unwrap();
    let peer: SocketAddr = "192.0.2.7:4000".parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    api.send(request).await.expect(200);
    let entry = &entries(&api).await[0];
    assert_eq!(entry["action"], "endpoint.update");
    assert_eq!(entry["target"], json!({"kind": "endpoint", "id": id}));
    assert_eq!(
        (&entry["project"], &entry["tenant"]),
        (&json!(project.id), &json!("acme"))
    );
    assert_eq!(entry["actor"]["name"], "app");
    assert!(entry["actor"]["key"].as_str().unwrap().starts_with("key_"));
    assert_eq!(entry["ip"], "192.0.2.7");
    assert_eq!(entry["user_agent"].as_str().unwrap().len(), 256);
    let changes = json!({
        "rate_limit": {"from": null, "to": 5}, "metadata.team": {"from": null, "to": "a"}
    });
    assert_eq!(entry["changes"], changes);
}

#[tokio::test]
async fn a_project_reads_its_own_entries_and_a_tenant_none() {
    let api = Api::new();
    let (one, two) = (api.project("standard").await, api.project("standard").await);
    api.endpoint(&one.caller, "acme").await;
    let actions = async |caller: &Caller, path: &str| {
        let list = api.get(caller, path).await.expect(200);
        let data = list["data"].as_array().unwrap();
        let actions = data.iter().map(|entry| entry["action"].clone());
        actions.collect::<Vec<_>>()
    };
    let own = [
        "endpoint.create",
        "tenant.create",
        "key.create",
        "project.create",
    ];
    assert_eq!(actions(&one.caller, "/v1/audit").await, own);
    assert_eq!(actions(&Caller::admin_of(&one.id), "/v1/audit").await, own);
    assert_eq!(actions(&two.caller, "/v1/audit").await, own[2..]);
    assert_eq!(actions(&Caller::admin(), "/v1/audit").await.len(), 6);
    assert_eq!(
        actions(&one.caller, "/v1/audit?action=endpoint.*&tenant=acme").await,
        own[..1]
    );
    assert_eq!(
        actions(&one.caller, "/v1/audit?actor=project").await,
        own[..2]
    );
    let tenant = api.tenant_key(&one.id, "acme").await;
    let portal = api.portal(&one.caller, "acme", "full").await;
    for caller in [tenant, portal] {
        api.get(&caller, "/v1/audit").await.expect(403);
    }
    for (query, pointer) in [
        ("action=What?", "/action"),
        ("actor=nobody", "/actor"),
        ("target=", "/target"),
        ("since=yesterday", "/since"),
        ("who=me", "/who"),
    ] {
        let refused = api.get(&one.caller, &format!("/v1/audit?{query}")).await;
        assert_eq!((refused.status.as_u16(), refused.pointer()), (422, pointer));
    }
}
