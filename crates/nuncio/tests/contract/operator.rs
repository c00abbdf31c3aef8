//! What the operator is told, over real sockets.

use serde_json::{Value, json};

use crate::support::{
    api::{Api, text},
    server::Installation,
    sink::{Arrival, Sink},
    wait::eventually,
};

/// The events that came: each with its type and data.
fn told(arrivals: &[Arrival]) -> Vec<(String, Value)> {
    let bodies = arrivals.iter().map(|arrival| {
        let body: Value = serde_json::from_str(arrival.text()).expect("JSON");
        (text(&body, "type"), body["data"].clone())
    });
    bodies.collect()
}

/// Waits until the operator was told of all of these, and gives the data of each.
async fn hears(receiver: &Sink, types: &[&str]) -> Vec<Value> {
    let all = |arrivals: &[Arrival]| {
        let told = told(arrivals);
        types
            .iter()
            .all(|kind| told.iter().any(|(of, _)| of == kind))
    };
    receiver.wait(&format!("{types:?}"), all).await;
    let told = told(&receiver.arrivals());
    let data = types.iter().map(|kind| {
        let found = told.iter().find(|(of, _)| of == kind);
        found.expect("it was waited for").1.clone()
    });
    data.collect()
}

async fn job(project: &Api, path: &str, body: Value) -> String {
    text(&project.post(path, body).await.expect(202), "job")
}

#[tokio::test]
async fn an_endpoints_fall_and_rise_is_told_step_by_step() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let operator = Sink::healthy();
    let customer = Sink::start(|_, before| Some(if before < 3 { 500 } else { 200 }));
    let policy = json!({
        "operator_tenant": "vendor-itself", "failing_after_failures": 2, "failing_after_s": 0,
        "endpoints_per_tenant_max": 1,
    });
    let project = server.admin().new_project("standard", policy).await;
    let own = json!({ "tenant": "vendor-itself", "url": operator.url, "events": ["*"] });
    project.new_endpoint(own).await;
    let endpoint = project
        .new_endpoint(json!({
            "tenant": "acme", "url": customer.url, "events": ["*"], "retry": { "delays_s": [0, 0, 0] },
        }))
        .await;
    let heard = hears(&operator, &["endpoint.created", "quota.reached"]).await;
    assert_eq!(
        heard[0],
        json!({ "endpoint": endpoint.id, "tenant": "acme", "disabled": false })
    );
    let quota = json!({ "tenant": "acme", "quota": "endpoints_per_tenant_max", "limit": 1 });
    assert_eq!(heard[1], quota);

    project.publish("acme", "a.b", "{}").await;
    let heard = hears(&operator, &["endpoint.failing", "delivery.dead"]).await;
    assert_eq!(heard[0]["endpoint"], json!(endpoint.id));
    assert_eq!(heard[0]["failures"], 2);
    assert_eq!(heard[0]["last_status_code"], 500);
    let dead = text(&heard[1], "delivery");
    let retry = json!({ "filter": { "tenant": "acme" } });
    let job = job(&project, "/v1/dead-letters/retry", retry).await;
    let types = ["endpoint.recovered", "delivery.recovered", "job.finished"];
    let heard = hears(&operator, &types).await;
    assert_eq!(heard[0]["endpoint"], json!(endpoint.id));
    assert_eq!(heard[1]["delivery"], json!(dead));
    assert_eq!(heard[2]["job"], json!(job));

    let path = format!("/v1/endpoints/{}", endpoint.id);
    let change = json!({ "events": ["a.*"] });
    project.patch(&path, change).await.expect(200);
    for what in ["rotate-secret", "disable", "enable"] {
        let path = format!("{path}/{what}");
        project.post(&path, json!({})).await.expect(200);
    }
    project.delete(&path).await.expect(204);
    let types = [
        "endpoint.updated",
        "secret.rotated",
        "endpoint.disabled",
        "endpoint.enabled",
        "endpoint.deleted",
    ];
    let heard = hears(&operator, &types).await;
    assert_eq!(heard[0]["changed"], "events");
    assert_eq!(heard[2]["reason"], "requested");
    let all = told(&operator.arrivals());
    let count = |kind: &str| all.iter().filter(|(of, _)| of == kind).count();
    assert_eq!(count("endpoint.failing"), 1, "once until it recovers");
    assert!(
        all.iter()
            .all(|(_, data)| data["tenant"] != "vendor-itself")
    );

    // The catalog describes what came: its schemas take it.
    for (kind, data) in all {
        let event = json!({ "tenant": "nobody", "type": kind, "data": data });
        project.post("/v1/events", event).await.expect(202);
        let entry = project
            .get(&format!("/v1/event-types/{kind}"))
            .await
            .expect(200);
        assert!(
            entry["schema"].is_object() && entry["example"].is_object(),
            "{entry}"
        );
    }
    let wrong = json!({ "tenant": "nobody", "type": "endpoint.failing", "data": {} });
    project.post("/v1/events", wrong).await.expect(422);
}

#[tokio::test]
async fn an_endpoint_that_has_failed_for_seconds_is_disabled_and_entered() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let operator = Sink::healthy();
    let customer = Sink::start(|_, _| Some(500));
    let both = json!({ "name": "p", "policy": { "auto_disable_days": 1, "auto_disable_s": 1 } });
    let refused = server.admin().post("/v1/projects", both).await;
    assert_eq!(refused.pointers(), ["/policy/auto_disable_s"]);
    let policy = json!({ "operator_tenant": "vendor-itself", "auto_disable_s": 1 });
    let project = server.admin().new_project("standard", policy).await;
    let own = json!({ "tenant": "vendor-itself", "url": operator.url, "events": ["*"] });
    project.new_endpoint(own).await;
    let endpoint = project
        .new_endpoint(json!({
            "tenant": "acme", "url": customer.url, "events": ["*"], "retry": { "delays_s": [0, 1, 60] },
        }))
        .await;
    project.publish("acme", "a.b", "{}").await;
    let heard = hears(&operator, &["endpoint.disabled"]).await;
    assert_eq!(heard[0]["reason"], "failing");
    let path = format!("/v1/endpoints/{}", endpoint.id);
    let shown = project.get(&path).await.expect(200);
    assert_eq!(shown["disabled_because"], "failing");
    assert_eq!(heard[0]["failing_since"], shown["failing_since"]);
    assert_eq!(customer.arrivals().len(), 2);
    let entries = project
        .get("/v1/audit?action=endpoint.disable")
        .await
        .expect(200);
    let entry = &entries["data"][0];
    assert_eq!(entry["actor"]["kind"], "system");
    assert_eq!(entry["target"]["id"], json!(endpoint.id));
}

#[tokio::test]
async fn a_rate_that_is_reached_is_told_once() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let operator = Sink::healthy();
    let policy = json!({ "operator_tenant": "vendor-itself", "tenant_requests_per_minute": 3 });
    let project = server.admin().new_project("standard", policy).await;
    let own =
        json!({ "tenant": "vendor-itself", "url": operator.url, "events": ["quota.reached"] });
    project.new_endpoint(own).await;
    let key = json!({ "name": "k", "kind": "tenant", "scope": "read", "tenant": "acme" });
    let key = text(&project.post("/v1/keys", key).await.expect(201), "key");
    let tenant = project.no_project().key(&key);
    let mut refused = 0;
    for _ in 0..8 {
        let reply = tenant.get("/v1/endpoints").await;
        refused += usize::from(reply.status == 429);
    }
    assert_eq!(refused, 5);
    let heard = hears(&operator, &["quota.reached"]).await;
    let expected = json!({ "tenant": "acme", "quota": "tenant_requests_per_minute", "limit": 3 });
    assert_eq!(heard[0], expected);
    let events = eventually("the event is listed", async || {
        let events = project.all("/v1/events?tenant=vendor-itself").await;
        (!events.is_empty()).then_some(events)
    })
    .await;
    assert_eq!(events.len(), 1, "once an hour: {events:?}");
}
