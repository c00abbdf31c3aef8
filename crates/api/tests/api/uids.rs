//! Tenants and endpoints by their uids: accepted on every route of the document, by construction.

use serde_json::{Value, json};

use crate::{
    audit::body,
    common::{Api, Caller, Reply},
    things::{Things, operations, victim, with_id},
};

/// One of everything, whose tenant is also called `shop-1` and its endpoint `main`.
async fn named(api: &Api) -> (Things, Caller) {
    let (things, owner) = victim(api).await;
    let tenant = format!("/v1/tenants/{}", things.tenant);
    api.put(&owner, &tenant, json!({"uid": "shop-1"}))
        .await
        .expect(200);
    let endpoint = format!("/v1/endpoints/{}", things.endpoint);
    api.patch(&owner, &endpoint, json!({"uid": "main"}))
        .await
        .expect(200);
    (things, owner)
}

async fn send(api: &Api, caller: &Caller, method: &str, path: &str, body: Value) -> Reply {
    match method {
        "GET" => api.get(caller, path).await,
        "DELETE" => api.delete(caller, path).await,
        _ => api.raw(caller, method, path, &body.to_string()).await,
    }
}

/// The routes whose path has a tenant or an endpoint.
fn routes() -> Vec<(String, String, bool)> {
    let all = operations().into_iter();
    let with = all.filter_map(|(method, path)| {
        let endpoint = ["endpoints", "webhooks", "webhook"]
            .iter()
            .any(|noun| path.contains(&format!("/{noun}/{{id}}")));
        (endpoint || path.contains("{tenant}")).then_some((method, path, endpoint))
    });
    with.collect()
}

/// A path by names: the tenant's, and the endpoint's within it.
fn by_name(path: &str, endpoint: bool, tenant: Option<&str>) -> String {
    let name = if endpoint { "main" } else { "shop-1" };
    let path = path.replace("{id}", name).replace("{tenant}", name);
    match tenant.filter(|_| endpoint) {
        Some(tenant) => format!("{path}?tenant={tenant}"),
        None => path,
    }
}

async fn prepared(path: &str) -> (Api, Things, Caller) {
    let api = Api::new();
    let (things, owner) = named(&api).await;
    if path.ends_with("/verify") {
        // Its own dialect asks for no handshake.
        let path = format!("/v1/endpoints/{}", things.endpoint);
        let dialect = json!({"dialect": "slack"});
        api.patch(&owner, &path, dialect).await.expect(200);
    }
    (api, things, owner)
}

#[tokio::test]
async fn every_route_takes_a_uid_where_an_id_is() {
    let mut driven = 0;
    for (method, path, endpoint) in routes() {
        let (api, things, owner) = prepared(&path).await;
        let sent = body(&method, &path, &things);
        let by_id = send(&api, &owner, &method, &with_id(&path, &things), sent).await;
        assert!(
            by_id.status.is_success(),
            "{method} {path}: {}",
            by_id.text()
        );
        for tenant in ["shop-1", "tenant-v"] {
            let (api, things, owner) = prepared(&path).await;
            let sent = body(&method, &path, &things);
            let path = by_name(&path, endpoint, Some(tenant));
            let by_uid = send(&api, &owner, &method, &path, sent).await;
            assert_eq!(
                by_uid.status,
                by_id.status,
                "{method} {path}: {}",
                by_uid.text()
            );
            let told = |reply: &Reply| (reply.json["id"].clone(), reply.json["tenant"].clone());
            assert_eq!(
                told(&by_uid).1,
                told(&by_id).1,
                "{method} {path}: ids are answered"
            );
            let entry = api
                .get(&Caller::admin_of(&things.project), "/v1/audit?limit=1")
                .await;
            let entry = &entry.expect(200)["data"][0];
            let text = json!([entry["target"], entry["tenant"]]).to_string();
            assert!(
                !text.contains("shop-1") && !text.contains("\"main\""),
                "{path}: {entry}"
            );
            driven += 1;
        }
    }
    assert!(driven > 40, "{driven}");
}

#[tokio::test]
async fn an_endpoints_uid_needs_its_tenant() {
    let api = Api::new();
    let (things, owner) = named(&api).await;
    api.lift_tenant_limits(&things.project).await;
    let key = api.tenant_key(&things.project, "tenant-v").await;
    let stranger = api.tenant_key(&things.project, "stranger").await;
    for (method, path, _) in routes().into_iter().filter(|(.., endpoint)| *endpoint) {
        let ask = async |caller: &Caller, path: String| {
            send(&api, caller, &method, &path, body(&method, &path, &things)).await
        };
        let without = ask(&owner, by_name(&path, true, None)).await;
        let place = (without.status.as_u16(), without.pointer());
        assert_eq!(
            place,
            (422, "/tenant"),
            "{method} {path}: {}",
            without.text()
        );
        let elsewhere = [
            (&owner, by_name(&path, true, Some("stranger"))),
            (&owner, by_name(&path, true, Some("never-heard-of"))),
            (&owner, path.replace("{id}", "nobodys") + "?tenant=shop-1"),
            (&owner, with_id(&path, &things) + "?tenant=stranger"),
            (&stranger, by_name(&path, true, None)),
            (&stranger, by_name(&path, true, Some("shop-1"))),
            (&key, by_name(&path, true, Some("stranger"))),
        ];
        for (caller, path) in elsewhere {
            let reply = ask(caller, path.clone()).await;
            assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
        }
        for query in [
            "?tenant=a%20b",
            "?tenant=shop-1&tenant=shop-1",
            "?tenant=shop-1&x=1",
        ] {
            let reply = ask(&owner, path.replace("{id}", "main") + query).await;
            assert_eq!(
                reply.status,
                422,
                "{method} {path}{query}: {}",
                reply.text()
            );
        }
    }
    let own = api.get(&key, "/v1/endpoints/main").await.expect(200);
    assert_eq!(own["id"], things.endpoint.as_str());
}

#[tokio::test]
async fn every_filter_takes_a_uid_where_an_id_is() {
    let api = Api::new();
    let (things, owner) = named(&api).await;
    let document: Value = serde_json::from_str(&nuncio_api::openapi_json()).unwrap();
    let mut driven = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let takes = |name: &str| {
            let mut all = parameters.iter();
            all.any(|parameter| parameter["in"] == "query" && parameter["name"] == name)
        };
        if path.contains('{') {
            continue;
        }
        let mut pairs = Vec::new();
        if takes("tenant") {
            pairs.push(("?tenant=tenant-v".to_owned(), "?tenant=shop-1"));
        }
        if takes("endpoint") && takes("tenant") {
            pairs.push((
                format!("?endpoint={}", things.endpoint),
                "?endpoint=main&tenant=shop-1",
            ));
        }
        for (by_id, by_uid) in pairs {
            let by_id = api.get(&owner, &format!("{path}{by_id}")).await;
            assert_eq!(by_id.status, 200, "{path}: {}", by_id.text());
            let by_uid = api.get(&owner, &format!("{path}{by_uid}")).await;
            assert_eq!(by_uid.text(), by_id.text(), "{path}");
            driven += 1;
        }
        if takes("endpoint") {
            let reply = api.get(&owner, &format!("{path}?endpoint=main")).await;
            assert_eq!(reply.status, 422, "{path}: {}", reply.text());
            let key = api.tenant_key(&things.project, "tenant-v").await;
            let own = api.get(&key, &format!("{path}?endpoint=main")).await;
            assert_eq!(own.status, 200, "{path}: {}", own.text());
        }
    }
    assert!(driven >= 7, "{driven}");
}

#[tokio::test]
async fn the_audit_log_is_asked_for_a_thing_by_its_uid() {
    let api = Api::new();
    let (things, owner) = named(&api).await;
    // Something else that is called so.
    let event_type = json!({"description": "of the same name"});
    api.put(&owner, "/v1/event-types/shop-1", event_type)
        .await
        .expect(200);
    let entries = async |query: &str| {
        let list = api.get(&owner, &format!("/v1/audit?{query}")).await;
        list.expect(200)["data"].as_array().unwrap().clone()
    };
    let by_id = entries("target=tenant-v").await;
    assert!(!by_id.is_empty());
    let mut by_uid = entries("target=shop-1").await;
    assert_eq!(by_uid.remove(0)["target"]["kind"], "event_type");
    assert_eq!(by_uid, by_id);
    let of_endpoint = entries(&format!("target={}", things.endpoint)).await;
    assert!(!of_endpoint.is_empty());
    assert_eq!(entries("target=main&tenant=shop-1").await, of_endpoint);
    assert!(entries("target=main").await.is_empty());
    assert!(entries("target=main&tenant=other").await.is_empty());
}

#[tokio::test]
async fn bodies_take_uids_and_what_is_kept_holds_ids() {
    let api = Api::new();
    let (things, owner) = named(&api).await;
    let event = json!({"tenant": "shop-1", "type": "t", "data": 1, "id": "e-1"});
    let by_uid = api
        .post(&owner, "/v1/events", event.clone())
        .await
        .expect(202);
    assert_eq!(by_uid["tenant"], "tenant-v");
    let event = json!({"tenant": "tenant-v", "type": "t", "data": 1, "id": "e-1"});
    let by_id = api
        .post(&owner, "/v1/events", event.clone())
        .await
        .expect(202);
    assert_eq!(by_id["id"], by_uid["id"], "it is the same event");
    let batch = json!({"events": [{"tenant": "shop-1", "type": "t", "data": 1}]});
    let batch = api
        .post(&owner, "/v1/events/batch", batch)
        .await
        .expect(202);
    assert_eq!(batch["results"][0]["tenant"], "tenant-v");

    let hook = json!({"tenant": "shop-1", "uid": "second", "url": "https://example.com/", "events": ["*"]});
    let made = api
        .post(&owner, "/v1/endpoints", hook.clone())
        .await
        .expect(201);
    assert_eq!(
        (&made["tenant"], &made["uid"]),
        (&json!("tenant-v"), &json!("second"))
    );
    api.post(&owner, "/v1/endpoints", hook).await.expect(409);
    let key = json!({"name": "k", "kind": "tenant", "scope": "read", "tenant": "shop-1"});
    let key = api.post(&owner, "/v1/keys", key).await.expect(201);
    assert_eq!(key["tenant"], "tenant-v");
    let replay = format!("/v1/events/{}/replay", things.event);
    let replayed = api
        .post(&owner, &replay, json!({"endpoint": "main"}))
        .await
        .expect(202);
    assert_eq!(
        replayed["deliveries"][0]["endpoint"],
        things.endpoint.as_str()
    );
    api.post(&owner, &replay, json!({"endpoint": "nobodys"}))
        .await
        .expect(404);
    let filter = json!({"filter": {"endpoint": "main", "tenant": "shop-1"}});
    let job = api
        .post(&owner, "/v1/dead-letters/retry", filter)
        .await
        .expect(202);
    let job = format!("/v1/jobs/{}", job["job"].as_str().unwrap());
    assert_eq!(api.get(&owner, &job).await.expect(200)["total"], 1);
    let filter = json!({"filter": {"endpoint": "main"}});
    let refused = api.post(&owner, "/v1/deliveries/retry", filter).await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointer()),
        (422, "/filter/endpoint")
    );

    let policy = json!({"policy": {"operator_tenant": "shop-1"}});
    let path = format!("/v1/projects/{}", things.project);
    let project = api.patch(&Caller::admin(), &path, policy).await.expect(200);
    assert_eq!(project["policy"]["operator_tenant"], "tenant-v");
    let preview = json!({"dialect": "standard", "tenant": "shop-1"});
    api.post(&owner, "/v1/dialects/preview", preview)
        .await
        .expect(200);
    let tenants = api.get(&owner, "/v1/tenants").await.expect(200);
    assert_eq!(tenants["data"].as_array().unwrap().len(), 1, "{tenants}");
}

#[tokio::test]
async fn a_uid_is_nobody_elses_and_free_again() {
    let api = Api::new();
    let (things, owner) = named(&api).await;
    let other = "/v1/tenants/other";
    for (uid, status) in [
        ("shop-1", 409),
        ("tenant-v", 409),
        ("other", 409),
        ("ep_1", 422),
        ("evt_x", 422),
        ("a b", 422),
        ("", 422),
    ] {
        let put = api.put(&owner, other, json!({"uid": uid})).await;
        assert_eq!(put.status.as_u16(), status, "{uid}: {}", put.text());
        assert!(put.text().contains(uid), "{}", put.text());
    }
    let endpoint = format!("/v1/endpoints/{}", things.endpoint);
    let bad = api.patch(&owner, &endpoint, json!({"uid": "job_1"})).await;
    assert_eq!((bad.status.as_u16(), bad.pointer()), (422, "/uid"));
    // A change keeps it, null clears it, and then it is free.
    let kept = api
        .put(&owner, "/v1/tenants/shop-1", json!({"name": "n"}))
        .await
        .expect(200);
    assert_eq!(
        (&kept["id"], &kept["uid"]),
        (&json!("tenant-v"), &json!("shop-1"))
    );
    let cleared = api
        .put(&owner, "/v1/tenants/shop-1", json!({"uid": null}))
        .await
        .expect(200);
    assert_eq!(cleared["uid"], Value::Null);
    api.put(&owner, other, json!({"uid": "shop-1"}))
        .await
        .expect(200);
    let found = api.get(&owner, "/v1/tenants/shop-1").await.expect(200);
    assert_eq!(found["id"], "other");
    api.delete(&owner, "/v1/tenants/shop-1").await.expect(204);
    api.get(&owner, other).await.expect(404);
    // An id of before names a new tenant, and may be a uid again.
    api.put(&owner, "/v1/tenants/tenant-v", json!({"uid": "other"}))
        .await
        .expect(200);
    let found = api.get(&owner, other).await.expect(200);
    assert_eq!(found["id"], "tenant-v");
}
