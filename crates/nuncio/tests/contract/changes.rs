//! What a change does to deliveries: of an endpoint, a tenant, a plan, a project.

use serde_json::{Value, json};

use crate::{
    routing::{at, data, quiet},
    support::{api::text, server::Installation, sink::Sink, wait::eventually},
};

#[tokio::test]
async fn a_change_that_was_answered_holds_for_the_next_event() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoint = project.new_endpoint(at(&receiver, "/old", &["*"])).await;
    let path = format!("/v1/endpoints/{}", endpoint.id);
    let publish = async |n: u32| {
        project
            .publish("acme", "a.b", &json!({ "n": n }).to_string())
            .await;
        quiet(&project).await;
    };
    publish(1).await;
    let url = format!("{}/new", receiver.url);
    let body = json!({ "url": url, "description": "moved", "metadata": { "kept": true } });
    project.patch(&path, body).await.expect(200);
    publish(2).await;
    let patched = project
        .patch(&path, json!({ "events": ["x.*"], "description": null }))
        .await;
    let patched = patched.expect(200);
    assert_eq!(patched["description"], Value::Null, "null clears");
    assert_eq!(
        patched["metadata"],
        json!({ "kept": true }),
        "what is not named stays"
    );
    assert_eq!(text(&patched, "url"), url);
    publish(3).await;
    project
        .patch(&path, json!({ "events": ["*"] }))
        .await
        .expect(200);
    publish(4).await;
    project.delete(&path).await.expect(204);
    publish(5).await;
    project.get(&path).await.refused(404);
    let numbers = |path: &str| -> Vec<Value> {
        receiver
            .at(path)
            .iter()
            .map(|arrival| data(arrival)["n"].clone())
            .collect()
    };
    assert_eq!(numbers("/old"), [1]);
    assert_eq!(numbers("/new"), [2, 4]);
}

#[tokio::test]
async fn what_was_deleted_gets_nothing_more_and_its_deliveries_are_cancelled() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(500));
    let policy = json!({ "retry": { "delays_s": [0, 3_600] } });
    let project = server.admin().new_project("standard", policy).await;
    let endpoint = project
        .new_endpoint(at(&receiver, "/endpoint", &["*"]))
        .await;
    project.new_endpoint(at(&receiver, "/tenant", &["*"])).await;
    let event = project.publish("acme", "a.b", "{}").await;
    quiet(&project).await;
    let cancelled = async |reason: &str, count: usize| {
        eventually(&format!("{count} are cancelled for {reason}"), async || {
            let cancelled = project.all("/v1/deliveries?status=cancelled").await;
            let of_reason = |delivery: &&Value| delivery["reason"] == reason;
            (cancelled.values().filter(of_reason).count() == count).then_some(())
        })
        .await;
    };
    project
        .delete(&format!("/v1/endpoints/{}", endpoint.id))
        .await
        .expect(204);
    cancelled("endpoint_deleted", 1).await;
    project.delete("/v1/tenants/acme").await.expect(204);
    cancelled("tenant_deleted", 1).await;
    project.get("/v1/tenants/acme").await.refused(404);
    let found = project.get("/v1/endpoints").await.expect(200);
    assert_eq!(found["data"], json!([]));
    // The record stays; a tenant of the same name is a new one.
    project
        .get(&format!("/v1/events/{event}"))
        .await
        .expect(200);
    project.publish("acme", "a.b", "{}").await;
    quiet(&project).await;
    assert_eq!(receiver.arrivals().len(), 2);
}

#[tokio::test]
async fn a_deleted_project_is_gone_at_once() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(500));
    let admin = server.admin();
    let project = admin.new_project("standard", json!({})).await;
    project.new_endpoint(at(&receiver, "/", &["*"])).await;
    let key = json!({ "name": "k", "kind": "project", "scope": "full" });
    let key = text(&project.post("/v1/keys", key).await.expect(201), "key");
    project.publish("acme", "a.b", "{}").await;
    let path = format!("/v1/projects/{}", project.project_id());
    admin.delete(&path).await.expect(204);
    admin.get(&path).await.refused(404);
    project.get("/v1/events").await.refused(404);
    project
        .no_project()
        .key(&key)
        .get("/v1/events")
        .await
        .refused(401);
    let event = json!({ "tenant": "acme", "type": "a.b", "data": {} });
    project.post("/v1/events", event).await.refused(404);
}

/// Standard Webhooks: 410 disables. The vendors retry it.
#[tokio::test]
async fn gone_disables_the_endpoint_where_the_dialect_says_so() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(410));
    for (dialect, disabled) in [("standard", true), ("ventryx", false)] {
        let project = server.admin().new_project(dialect, json!({})).await;
        let endpoint = project
            .new_endpoint(at(&receiver, &format!("/{dialect}"), &["*"]))
            .await;
        project.publish("acme", "a.b", "{}").await;
        let path = format!("/v1/endpoints/{}", endpoint.id);
        eventually("the attempt is recorded", async || {
            let deliveries = project.get(&format!("{path}/deliveries")).await.expect(200);
            (deliveries["data"][0]["attempts"] == 1).then_some(())
        })
        .await;
        let endpoint = project.get(&path).await.expect(200);
        assert_eq!(endpoint["disabled"], disabled, "{dialect}");
    }
}

#[tokio::test]
async fn deliveries_wait_for_a_plan_and_go_on_after_the_upgrade() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("grantiva", json!({})).await;
    let plan = async |plan: &str| {
        let tenant = json!({ "plan": plan });
        project.put("/v1/tenants/acme", tenant).await.expect(200);
    };
    plan("business").await;
    project.new_endpoint(at(&receiver, "/", &["*"])).await;
    plan("free").await;
    project
        .publish("acme", "device.new", r#"{"device_id":"dev_1"}"#)
        .await;
    let waiting = project
        .get("/v1/deliveries?status=pending")
        .await
        .expect(200);
    assert_eq!(waiting["data"][0]["waiting"], "plan");
    assert_eq!(receiver.arrivals().len(), 0);
    plan("Enterprise").await;
    receiver.arrived("/", 1).await;
}
