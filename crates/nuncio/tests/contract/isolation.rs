//! Another tenant's or project's things answer exactly as things that never existed, and a key does what its
//! scope says.

use serde_json::{Value, json};

use crate::support::{
    api::{Api, Reply, text},
    server::Installation,
    sink::Sink,
};

async fn new_key(project: &Api, body: Value) -> (String, String) {
    let key = project.post("/v1/keys", body).await.expect(201);
    (text(&key, "id"), text(&key, "key"))
}

async fn tenant_api(project: &Api, tenant: &str, scope: &str) -> Api {
    let body = json!({ "name": "t", "kind": "tenant", "scope": scope, "tenant": tenant });
    let (_, key) = new_key(project, body).await;
    assert!(key.starts_with("nk_ten_"), "{key}");
    project.no_project().key(&key)
}

/// A refusal without what differs between any two requests: the ids in it and the request's own id.
fn essence(reply: &Reply, id: &str) -> (u16, String) {
    let mut problem = reply.refused(404);
    let fields = problem.as_object_mut().expect("an object");
    fields.remove("request_id");
    fields.remove("instance");
    (reply.status, problem.to_string().replace(id, "ID"))
}

/// An id of the same kind that nobody has.
fn unknown(id: &str) -> String {
    let (kind, bits) = id.split_once('_').expect("a prefix");
    let flip = |c: char| if c == '0' { '1' } else { '0' };
    let last = bits.chars().last().map(flip).expect("not empty");
    format!("{kind}_{}{last}", &bits[..bits.len() - 1])
}

#[tokio::test]
async fn foreign_ids_answer_as_ids_that_never_existed() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let admin = server.admin();
    let project = admin.new_project("standard", json!({})).await;
    let elsewhere = admin.new_project("standard", json!({})).await;
    let endpoint = project
        .new_endpoint(json!({ "tenant": "victim", "url": receiver.url, "events": ["*"] }))
        .await;
    let event = project.publish("victim", "a.b", "{}").await;
    receiver.arrived("/", 1).await;
    let deliveries = project
        .get(&format!("/v1/events/{event}/deliveries"))
        .await
        .expect(200);
    let delivery = text(&deliveries["data"][0], "id");

    let neighbour = tenant_api(&project, "neighbour", "full").await;
    for api in [&neighbour, &elsewhere] {
        for (method, path, id) in [
            ("get", "/v1/endpoints/ID", &endpoint.id),
            ("get", "/v1/endpoints/ID/events", &endpoint.id),
            ("get", "/v1/endpoints/ID/deliveries", &endpoint.id),
            ("get", "/v1/endpoints/ID/stats", &endpoint.id),
            ("get", "/v1/webhooks/ID", &endpoint.id),
            ("patch", "/v1/endpoints/ID", &endpoint.id),
            ("delete", "/v1/endpoints/ID", &endpoint.id),
            ("post", "/v1/endpoints/ID/rotate-secret", &endpoint.id),
            ("post", "/v1/endpoints/ID/test", &endpoint.id),
            ("post", "/v1/endpoints/ID/disable", &endpoint.id),
            ("get", "/v1/events/ID", &event),
            ("get", "/v1/events/ID/deliveries", &event),
            ("post", "/v1/events/ID/replay", &event),
            ("get", "/v1/deliveries/ID", &delivery),
            ("post", "/v1/deliveries/ID/retry", &delivery),
            ("post", "/v1/deliveries/ID/cancel", &delivery),
        ] {
            let ask = async |id: &str| {
                let path = path.replace("ID", id);
                let reply = match method {
                    "get" => api.get(&path).await,
                    "patch" => api.patch(&path, json!({ "description": "mine now" })).await,
                    "delete" => api.delete(&path).await,
                    _ => api.post(&path, json!({})).await,
                };
                essence(&reply, id)
            };
            assert_eq!(ask(id).await, ask(&unknown(id)).await, "{method} {path}");
        }
        for list in [
            "/v1/endpoints",
            "/v1/events",
            "/v1/deliveries",
            "/v1/dead-letters",
        ] {
            let found = api.get(list).await.expect(200);
            assert_eq!(found["data"], json!([]), "{list}");
        }
    }
    // Untouched by all of it.
    let still = project
        .get(&format!("/v1/endpoints/{}", endpoint.id))
        .await
        .expect(200);
    assert_eq!(still["description"], Value::Null);
    assert_eq!(receiver.arrivals().len(), 1);
}

#[tokio::test]
async fn the_same_tenant_id_in_two_projects_is_two_tenants() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let one = server.admin().new_project("standard", json!({})).await;
    let other = server.admin().new_project("standard", json!({})).await;
    for (project, path) in [(&one, "/one"), (&other, "/other")] {
        let url = format!("{}{path}", receiver.url);
        project
            .new_endpoint(json!({ "tenant": "acme", "url": url, "events": ["*"] }))
            .await;
    }
    one.publish("acme", "a.b", r#"{"of":"one"}"#).await;
    other.publish("acme", "a.b", r#"{"of":"other"}"#).await;
    let at_one = receiver.arrived("/one", 1).await;
    let at_other = receiver.arrived("/other", 1).await;
    assert!(at_one[0].text().contains(r#"{"of":"one"}"#));
    assert!(at_other[0].text().contains(r#"{"of":"other"}"#));
    assert_eq!(receiver.arrivals().len(), 2);
}

#[tokio::test]
async fn keys_do_what_their_scope_says_until_they_are_revoked() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let event = json!({ "tenant": "acme", "type": "a.b", "data": {} });
    let body = json!({ "name": "p", "kind": "project", "scope": "publish" });
    let (id, key) = new_key(&project, body).await;
    let publisher = project.no_project().key(&key);
    publisher
        .post("/v1/events", event.clone())
        .await
        .expect(202);
    publisher.get("/v1/events").await.refused(403);
    publisher.get("/v1/keys").await.refused(403);

    let reader = tenant_api(&project, "acme", "read").await;
    reader.get("/v1/events").await.expect(200);
    reader.post("/v1/events", event.clone()).await.refused(403);
    let endpoint = json!({ "url": "https://127.0.0.1:9443/", "events": ["*"] });
    reader
        .post("/v1/webhooks", endpoint.clone())
        .await
        .refused(403);

    let customer = tenant_api(&project, "acme", "full").await;
    customer.post("/v1/webhooks", endpoint).await.expect(201);
    customer
        .post("/v1/events", event.clone())
        .await
        .refused(403);
    customer.get("/v1/keys").await.refused(403);
    customer.get("/v1/projects").await.refused(403);

    project.delete(&format!("/v1/keys/{id}")).await.expect(204);
    publisher.post("/v1/events", event).await.refused(401);
}

#[tokio::test]
async fn customers_use_the_names_that_their_vendor_documents() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("yativo", json!({})).await;
    let customer = tenant_api(&project, "acme", "full").await;
    let body = json!({ "url": receiver.url, "events": ["payment.completed"] });
    let made = customer.post("/v1/webhooks", body).await.expect(201);
    let id = text(&made, "id");
    let event = project
        .publish("acme", "payment.completed", r#"{"amount":"10.50"}"#)
        .await;
    receiver.arrived("/", 1).await;
    for path in ["/webhook", "/v1/webhook", "/v1/webhooks"] {
        let history = crate::support::wait::eventually("the delivery is recorded", async || {
            let history = customer
                .get(&format!("{path}/{id}/events"))
                .await
                .expect(200);
            (history["data"][0]["delivery"]["status"] == "succeeded").then_some(history)
        })
        .await;
        let entry = &history["data"][0];
        assert_eq!(entry["id"], event, "{entry}");
        assert_eq!(entry["type"], "payment.completed");
        let delivery = &entry["delivery"];
        assert!(text(delivery, "id").starts_with("del_"));
        assert_eq!(delivery["attempts"], 1);
        assert_eq!(delivery["retry_count"], 0);
        assert_eq!(delivery["last_status_code"], 200);
        assert_eq!(delivery["next_attempt_at"], Value::Null);
    }
}
