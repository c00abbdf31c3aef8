//! What becomes of deliveries: test events, retries, replays, dead letters, and neighbours that hang.

use serde_json::{Value, json};

use crate::support::{
    api::{Api, text},
    server::Installation,
    sink::Sink,
    wait::eventually,
};

/// Waits until a delivery has a status.
pub(crate) async fn settled(project: &Api, delivery: &str, status: &str) -> Value {
    let path = format!("/v1/deliveries/{delivery}");
    eventually(&format!("{delivery} is {status}"), async || {
        let delivery = project.get(&path).await.expect(200);
        (delivery["status"] == status).then_some(delivery)
    })
    .await
}

/// Waits until there are this many deliveries of a status; gives their ids.
pub(crate) async fn listed(project: &Api, status: &str, count: usize) -> Vec<String> {
    let path = format!("/v1/deliveries?status={status}");
    eventually(&format!("{count} deliveries are {status}"), async || {
        let found = project.all(&path).await;
        (found.len() == count).then(|| found.into_keys().collect())
    })
    .await
}

pub(crate) async fn finished(project: &Api, started: Value) -> Value {
    let path = format!("/v1/jobs/{}", text(&started, "job"));
    eventually("the job is finished", async || {
        let job = project.get(&path).await.expect(200);
        (job["state"] == "finished").then_some(job)
    })
    .await
}

#[tokio::test]
async fn a_test_event_ignores_the_filter_and_a_disabled_endpoint() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before == 0 { 200 } else { 500 }));
    let project = server.admin().new_project("grantiva", json!({})).await;
    project
        .put("/v1/tenants/acme", json!({ "plan": "business" }))
        .await
        .expect(200);
    let endpoint = project
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["device.new"], "disabled": true,
        }))
        .await;
    let path = format!("/v1/endpoints/{}/test", endpoint.id);
    let first = project.post(&path, json!({})).await.expect(202);
    let arrived = receiver.arrived("/", 1).await;
    assert!(
        arrived[0]
            .text()
            .starts_with(r#"{"event":"webhook.test","data":"#)
    );
    let delivery = settled(&project, &text(&first, "delivery"), "succeeded").await;
    assert_eq!(delivery["attempt_log"][0]["trigger"], "test");
    let second = project.post(&path, json!({})).await.expect(202);
    let delivery = settled(&project, &text(&second, "delivery"), "dead").await;
    assert_eq!(delivery["attempts"], 1, "one attempt, no retry");
}

#[tokio::test]
async fn an_attempt_is_shown_as_it_was_sent() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(418));
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0] },
        }))
        .await;
    project
        .publish("acme", "a.b", r#"{"b":1.0,"a":"😀"}"#)
        .await;
    let arrived = receiver.arrived("/", 1).await.remove(0);
    let id = listed(&project, "dead", 1).await.remove(0);
    let delivery = project
        .get(&format!("/v1/deliveries/{id}"))
        .await
        .expect(200);
    let attempt = &delivery["attempt_log"][0];
    assert_eq!(attempt["number"], 1);
    assert_eq!(attempt["trigger"], "schedule");
    assert_eq!(attempt["status_code"], 418);
    assert_eq!(attempt["error"], "status");
    assert_eq!(attempt["request_body"], arrived.text());
    assert_eq!(text(attempt, "url"), receiver.url);
    let signature = arrived.header("webhook-signature");
    assert!(
        attempt["request_headers"].to_string().contains(signature),
        "{attempt}"
    );
}

#[tokio::test]
async fn a_retry_of_a_dead_delivery_keeps_its_id_and_goes_on_counting() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before < 2 { 503 } else { 200 }));
    let project = server.admin().new_project("ventryx", json!({})).await;
    project
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0, 0] },
        }))
        .await;
    project.publish("acme", "workflow.completed", "{}").await;
    let id = listed(&project, "dead", 1).await.remove(0);
    let dead = project.get("/v1/dead-letters").await.expect(200);
    assert_eq!(text(&dead["data"][0], "id"), id);
    project
        .post(&format!("/v1/deliveries/{id}/retry"), json!({}))
        .await
        .expect(202);
    let delivery = settled(&project, &id, "succeeded").await;
    assert_eq!(
        (&delivery["attempts"], &delivery["retry_count"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(delivery["attempt_log"][2]["trigger"], "manual");
    for arrival in receiver.arrived("/", 3).await {
        assert_eq!(arrival.header("ventryx-delivery"), id);
    }
}

#[tokio::test]
async fn a_failed_manual_retry_leaves_the_schedule_as_it_was() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(500));
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0, 3600] },
        }))
        .await;
    project.publish("acme", "a.b", "{}").await;
    let id = listed(&project, "pending", 1).await.remove(0);
    let after = async |attempts: u64| {
        eventually("the attempt is recorded", async || {
            let delivery = project
                .get(&format!("/v1/deliveries/{id}"))
                .await
                .expect(200);
            (delivery["attempts"] == attempts).then_some(delivery)
        })
        .await
    };
    let scheduled = text(&after(1).await, "next_attempt_at");
    project
        .post(&format!("/v1/deliveries/{id}/retry"), json!({}))
        .await
        .expect(202);
    let delivery = after(2).await;
    assert_eq!(delivery["status"], "pending");
    assert_eq!(text(&delivery, "next_attempt_at"), scheduled);
}

#[tokio::test]
async fn a_replay_is_a_new_delivery_of_the_same_event() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("ventryx", json!({})).await;
    for path in ["/one", "/other"] {
        let url = format!("{}{path}", receiver.url);
        project
            .new_endpoint(json!({ "tenant": "acme", "url": url, "events": ["*"] }))
            .await;
    }
    let event = project
        .publish("acme", "workflow.completed", r#"{"n":1.0}"#)
        .await;
    receiver.arrived("/one", 1).await;
    receiver.arrived("/other", 1).await;
    let endpoints = project.all("/v1/endpoints").await;
    let (one, _) = endpoints
        .iter()
        .find(|(_, endpoint)| text(endpoint, "url").ends_with("/one"))
        .expect("made above");
    let path = format!("/v1/events/{event}/replay");
    let replayed = project
        .post(&path, json!({ "endpoint": one }))
        .await
        .expect(202);
    let replay = &replayed["deliveries"][0];
    let arrivals = receiver.arrived("/one", 2).await;
    assert_eq!(arrivals[0].body, arrivals[1].body);
    assert_eq!(
        arrivals[0].header("ventryx-delivery"),
        text(replay, "replay_of")
    );
    assert_eq!(arrivals[1].header("ventryx-delivery"), text(replay, "id"));
    listed(&project, "succeeded", 3).await;
    assert_eq!(
        receiver.at("/other").len(),
        1,
        "only the one that was asked for"
    );
}

#[tokio::test]
async fn dead_letters_are_retried_in_bulk_as_a_job() {
    const DEAD: usize = 30;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before < DEAD { 500 } else { 200 }));
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0] },
        }))
        .await;
    for n in 0..DEAD {
        project
            .publish("acme", "a.b", &json!({ "n": n }).to_string())
            .await;
    }
    listed(&project, "dead", DEAD).await;
    let started = project
        .post("/v1/dead-letters/retry", json!({}))
        .await
        .expect(202);
    let job = finished(&project, started).await;
    assert_eq!((&job["done"], &job["total"]), (&json!(DEAD), &json!(DEAD)));
    listed(&project, "succeeded", DEAD).await;
    listed(&project, "dead", 0).await;
    assert_eq!(receiver.arrivals().len(), 2 * DEAD);
}

#[tokio::test]
async fn dead_letters_are_purged_by_filter() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(500));
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0] },
        }))
        .await;
    for kind in ["keep.this", "drop.this", "drop.this"] {
        project.publish("acme", kind, "{}").await;
    }
    listed(&project, "dead", 3).await;
    let body = json!({ "filter": { "type": "drop.this" } });
    let started = project
        .post("/v1/dead-letters/purge", body)
        .await
        .expect(202);
    finished(&project, started).await;
    let left = project.all("/v1/dead-letters").await;
    let types: Vec<_> = left
        .values()
        .map(|delivery| text(delivery, "type"))
        .collect();
    assert_eq!(types, ["keep.this"]);
}

#[tokio::test]
async fn a_disabled_endpoint_keeps_its_backlog() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoint = project
        .new_endpoint(json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] }))
        .await;
    let path = format!("/v1/endpoints/{}", endpoint.id);
    project
        .post(&format!("{path}/disable"), json!({}))
        .await
        .expect(200);
    for n in 0..5 {
        project
            .publish("acme", "a.b", &json!({ "n": n }).to_string())
            .await;
    }
    let waiting = listed(&project, "pending", 5).await;
    let delivery = project
        .get(&format!("/v1/deliveries/{}", waiting[0]))
        .await
        .expect(200);
    assert_eq!(delivery["waiting"], "endpoint_disabled");
    assert_eq!(receiver.arrivals().len(), 0);
    project
        .post(&format!("{path}/enable"), json!({}))
        .await
        .expect(200);
    listed(&project, "succeeded", 5).await;
    assert_eq!(receiver.arrivals().len(), 5);
}

#[tokio::test]
async fn an_erased_payload_is_gone_for_good() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(500));
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] }))
        .await;
    let event = project
        .publish("acme", "a.b", r#"{"name":"Jane Doe"}"#)
        .await;
    receiver.arrived("/", 1).await;
    project
        .delete(&format!("/v1/events/{event}/payload"))
        .await
        .expect(204);
    let id = listed(&project, "cancelled", 1).await.remove(0);
    let delivery = project.get(&format!("/v1/deliveries/{id}")).await;
    assert_eq!(delivery.expect(200)["reason"], "payload_erased");
    assert!(!delivery.text.contains("Jane Doe"));
    let shown = project.get(&format!("/v1/events/{event}")).await;
    shown.expect(200);
    assert!(!shown.text.contains("Jane Doe"));
    project
        .post(&format!("/v1/events/{event}/replay"), json!({}))
        .await
        .refused(409);
}

#[tokio::test]
async fn an_endpoint_that_hangs_does_not_hold_up_the_others() {
    const EVENTS: usize = 300;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|path, _| (path == "/healthy").then_some(200));
    let project = server.admin().new_project("standard", json!({})).await;
    for path in ["/hangs/1", "/hangs/2", "/hangs/3", "/healthy"] {
        let url = format!("{}{path}", receiver.url);
        project
            .new_endpoint(json!({
                "tenant": "acme", "url": url, "events": ["*"], "timeout_ms": 60_000,
            }))
            .await;
    }
    for n in 0..EVENTS {
        project
            .publish("acme", "a.b", &json!({ "n": n }).to_string())
            .await;
    }
    // All of them are there before the first hanging attempt has run into its deadline.
    receiver.arrived("/healthy", EVENTS).await;
    assert!(!receiver.at("/hangs/1").is_empty());
    let pending = project.get("/v1/deliveries?status=dead").await.expect(200);
    assert_eq!(pending["data"], json!([]));
}
