//! Another tenant's or project's things answer exactly as things that never existed, and a key does what its
//! scope says.

use std::collections::BTreeMap;

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

/// A refusal without what differs between any two requests: the id that was asked for and the request's own.
fn essence(reply: &Reply, id: &str) -> (u16, String) {
    assert!(matches!(reply.status, 403 | 404), "{reply:?}");
    let mut problem = reply.refused(reply.status);
    problem
        .as_object_mut()
        .expect("an object")
        .remove("request_id");
    (reply.status, problem.to_string().replace(id, "ID"))
}

/// An id or name of the same kind that nobody has.
fn unknown(id: &str) -> String {
    let last = id.chars().last().expect("not empty");
    let other = if last == '0' { '1' } else { '0' };
    format!("{}{other}", &id[..id.len() - last.len_utf8()])
}

/// One thing of every kind that a path can name, by how such a path begins.
async fn make_one_of_each(project: &Api, receiver: &Sink) -> BTreeMap<&'static str, String> {
    let endpoint = project
        .new_endpoint(json!({ "tenant": "victim", "url": receiver.url, "events": ["*"] }))
        .await;
    let event = project.publish("victim", "a.b", "{}").await;
    receiver.arrived("/", 1).await;
    let path = format!("/v1/events/{event}/deliveries");
    let deliveries = project.get(&path).await.expect(200);
    let path = format!("/v1/attempts?event={event}");
    let attempts = project.get(&path).await.expect(200);
    let job = project
        .post("/v1/dead-letters/retry", json!({}))
        .await
        .expect(202);
    let key = json!({ "name": "k", "kind": "tenant", "scope": "full", "tenant": "victim" });
    let (key, _) = new_key(project, key).await;
    let event_type = json!({ "description": "the victim's own" });
    project
        .put("/v1/event-types/victims.own", event_type)
        .await
        .expect(200);
    let dialect = project.get("/v1/dialects/ventryx").await.expect(200);
    let source = text(&dialect, "source").replace("name = \"ventryx\"", "name = \"victims-own\"");
    project
        .put("/v1/dialects/victims-own", json!({ "source": source }))
        .await
        .expect(200);
    BTreeMap::from([
        ("/v1/endpoints/", endpoint.id.clone()),
        ("/v1/webhooks/", endpoint.id.clone()),
        ("/v1/webhook/", endpoint.id.clone()),
        ("/webhook/", endpoint.id),
        ("/v1/events/", event),
        ("/v1/deliveries/", text(&deliveries["data"][0], "id")),
        ("/v1/attempts/", text(&attempts["data"][0], "id")),
        ("/v1/jobs/", text(&job, "job")),
        ("/v1/keys/", key),
        ("/v1/projects/", project.project_id()),
        ("/v1/tenants/", "victim".to_owned()),
        ("/v1/event-types/", "victims.own".to_owned()),
        ("/v1/dialects/", "victims-own".to_owned()),
    ])
}

/// Method and path of every route that names a thing, from the document of the API itself. What makes its thing if it
/// is not there is left out: `PUT`, and a portal session its tenant.
async fn routes_to_things(api: &Api) -> Vec<(String, String)> {
    let document = api.get("/openapi.json").await.expect(200);
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let methods = operations.as_object().expect("operations").keys();
        let methods =
            methods.filter(|method| ["get", "post", "patch", "delete"].contains(&method.as_str()));
        if path.contains('{') && !path.ends_with("/portal-sessions") {
            routes.extend(methods.map(|method| (method.clone(), path.clone())));
        }
    }
    assert!(routes.len() > 25, "{routes:?}");
    routes
}

#[tokio::test]
async fn foreign_ids_answer_as_ids_that_never_existed_on_every_route() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let admin = server.admin();
    // It asks for more in a minute than tenants may.
    let policy = json!({
        "tenant_requests_per_minute": 1_000_000, "tenant_changes_per_minute": 1_000_000,
        "tenant_jobs_per_hour": 1_000_000,
    });
    let project = admin.new_project("standard", policy).await;
    let elsewhere = admin.new_project("standard", json!({})).await;
    let things = make_one_of_each(&project, &receiver).await;
    let before = project.get("/v1/endpoints").await.expect(200);

    let neighbour = tenant_api(&project, "neighbour", "full").await;
    let body = json!({ "name": "p", "kind": "project", "scope": "full" });
    let (_, key) = new_key(&elsewhere, body).await;
    let stranger = elsewhere.no_project().key(&key);
    // Tenants of one project share its catalog.
    let shared = ["/v1/event-types/", "/v1/dialects/"];
    for (method, path) in routes_to_things(&admin).await {
        let (start, rest) = path.split_once('{').expect("it names a thing");
        let (_, rest) = rest.split_once('}').expect("closed");
        let id = &things
            .get(start)
            .unwrap_or_else(|| panic!("a thing for {path}"));
        for (who, api) in [("neighbour", &neighbour), ("stranger", &stranger)] {
            if who == "neighbour" && shared.contains(&start) {
                continue;
            }
            let ask = async |id: &str| {
                let reply = api.ask(&method, &format!("{start}{id}{rest}")).await;
                essence(&reply, id)
            };
            assert_eq!(
                ask(id).await,
                ask(&unknown(id)).await,
                "{who}: {method} {path}"
            );
        }
    }
    for api in [&neighbour, &elsewhere] {
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
    assert_eq!(project.get("/v1/endpoints").await.expect(200), before);
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
