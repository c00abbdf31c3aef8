//! Restarts: what was answered stays answered, a stop drains, and one data folder has one server.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{
    api::{Api, text},
    server::Installation,
    sink::Sink,
    wait::{eventually, within},
};

#[tokio::test]
async fn an_idempotency_key_outlives_a_restart() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoint = json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] });
    let made = project
        .once("endpoint-1")
        .post("/v1/endpoints", endpoint.clone())
        .await;
    made.expect(201);
    let event = json!({ "tenant": "acme", "type": "a.b", "data": { "n": 1 } });
    let first = project
        .once("event-1")
        .post("/v1/events", event.clone())
        .await;
    first.expect(202);
    receiver.arrived("/", 1).await;
    server.kill().await;

    let server = installation.start().await;
    let project = project.at(&server.url);
    let again = project.once("event-1").post("/v1/events", event).await;
    assert_eq!((again.status, &again.text), (202, &first.text));
    let again = project
        .once("endpoint-1")
        .post("/v1/endpoints", endpoint)
        .await;
    assert_eq!(
        (again.status, &again.text),
        (201, &made.text),
        "the secret is in it, too"
    );
    let other = json!({ "tenant": "acme", "type": "a.b", "data": { "n": 2 } });
    project
        .once("event-1")
        .post("/v1/events", other.clone())
        .await
        .refused(409);
    project
        .once("event-2")
        .post("/v1/events", other)
        .await
        .expect(202);
    assert_eq!(project.all("/v1/events").await.len(), 2);
    assert_eq!(project.all("/v1/endpoints").await.len(), 1);
}

#[tokio::test]
async fn an_events_own_id_makes_it_unique_for_its_tenant() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let event = |tenant: &str, n: u32| json!({ "tenant": tenant, "type": "a.b", "id": "order-1", "data": { "n": n } });
    let first = text(
        &project
            .post("/v1/events", event("acme", 1))
            .await
            .expect(202),
        "id",
    );
    server.kill().await;

    let server = installation.start().await;
    let project = project.at(&server.url);
    let again = project
        .post("/v1/events", event("acme", 1))
        .await
        .expect(202);
    assert_eq!(text(&again, "id"), first);
    project
        .post("/v1/events", event("acme", 2))
        .await
        .refused(409);
    project
        .post("/v1/events", event("umbrella", 2))
        .await
        .expect(202);
    let found = project
        .get("/v1/events?tenant=acme&source_id=order-1")
        .await
        .expect(200);
    assert_eq!(found["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(text(&found["data"][0], "id"), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_equal_publishes_at_the_same_instant_are_one_event() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let project = Arc::new(server.admin().new_project("standard", json!({})).await);
    let mut asking = JoinSet::new();
    for _ in 0..8 {
        let project = Arc::clone(&project);
        asking.spawn(async move {
            let event = json!({ "tenant": "acme", "type": "a.b", "data": {} });
            project.once("the-same").post("/v1/events", event).await
        });
    }
    let answers = within("all are answered", asking.join_all()).await;
    for answer in &answers {
        answer.expect(202);
        assert_eq!(answer.text, answers[0].text);
    }
    assert_eq!(project.all("/v1/events").await.len(), 1);
}

#[tokio::test]
async fn what_was_configured_is_there_after_a_kill() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("ventryx", json!({})).await;
    let endpoint = project
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["workflow.*"],
            "headers": { "X-Mine": "kept" }, "metadata": { "a": 1 },
        }))
        .await;
    let path = format!("/v1/endpoints/{}", endpoint.id);
    let before = project.get(&path).await.expect(200);
    server.kill().await;

    let server = installation.start().await;
    let project = project.at(&server.url);
    assert_eq!(project.get(&path).await.expect(200), before);
    project.publish("acme", "workflow.completed", "{}").await;
    project.publish("acme", "approval.requested", "{}").await;
    let arrived = receiver.arrived("/", 1).await;
    assert_eq!(arrived[0].header("x-mine"), "kept");
    assert_eq!(arrived[0].header("ventryx-event"), "workflow.completed");
}

#[tokio::test]
async fn what_was_shown_as_delivered_is_not_sent_again_after_a_kill() {
    const EVENTS: usize = 50;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] }))
        .await;
    for n in 0..EVENTS {
        project
            .publish("acme", "a.b", &json!({ "n": n }).to_string())
            .await;
    }
    eventually("all are shown as delivered", async || {
        let succeeded = project.all("/v1/deliveries?status=succeeded").await;
        (succeeded.len() == EVENTS).then_some(())
    })
    .await;
    server.kill().await;

    let server = installation.start().await;
    let project = project.at(&server.url);
    project.publish("acme", "a.b", r#"{"n":"last"}"#).await;
    let arrived = receiver.arrived("/", EVENTS + 1).await;
    assert!(arrived[EVENTS].text().contains("last"), "{arrived:?}");
}

#[tokio::test]
async fn a_bulk_retry_goes_on_after_a_kill() {
    const DEAD: usize = 400;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before < DEAD { 500 } else { 200 }));
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0] },
        }))
        .await;
    let event = json!({ "tenant": "acme", "type": "a.b", "data": {} });
    let events = json!({ "events": vec![event; DEAD] });
    project.post("/v1/events/batch", events).await.expect(202);
    eventually("all are dead", async || {
        let dead = project.all("/v1/dead-letters").await;
        (dead.len() == DEAD).then_some(())
    })
    .await;
    let started = project
        .post("/v1/dead-letters/retry", json!({}))
        .await
        .expect(202);
    server.kill().await;

    let server = installation.start().await;
    let project = project.at(&server.url);
    eventually("all are delivered", async || {
        let succeeded = project.all("/v1/deliveries?status=succeeded").await;
        (succeeded.len() == DEAD).then_some(())
    })
    .await;
    let job = project
        .get(&format!("/v1/jobs/{}", text(&started, "job")))
        .await
        .expect(200);
    assert_eq!(job["state"], "finished", "{job}");
}

/// Publishes until the server stops accepting; gives the numbers that were answered 202.
async fn publish_until_closed(project: Api, publisher: usize) -> Vec<u64> {
    let mut accepted = Vec::new();
    for n in (publisher * 1_000_000).. {
        let event = json!({ "tenant": "acme", "type": "a.b", "data": { "n": n } });
        match project.try_post("/v1/events", event).await {
            Some(reply) if reply.status == 202 => accepted.push(n as u64),
            _ => break,
        }
    }
    accepted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_mid_load_loses_nothing_and_repeats_nothing() {
    let installation = Installation::with_plain_http();
    let receiver = Sink::healthy();
    let mut server = installation.start().await;
    let mut project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] }))
        .await;
    let mut accepted = Vec::new();
    for round in 0..3 {
        let mut publishers = JoinSet::new();
        for publisher in 0..4 {
            publishers.spawn(publish_until_closed(project.clone(), round * 4 + publisher));
        }
        receiver.arrived("/", receiver.arrivals().len() + 100).await;
        assert!(server.stop().await.success());
        accepted.extend(publishers.join_all().await.concat());
        server = installation.start().await;
        project = project.at(&server.url);
    }
    eventually("nothing is pending", async || {
        let pending = project.get("/v1/deliveries?status=pending&limit=1").await;
        pending.expect(200)["data"]
            .as_array()?
            .is_empty()
            .then_some(())
    })
    .await;
    let mut arrived: BTreeMap<u64, usize> = BTreeMap::new();
    for arrival in receiver.arrivals() {
        let body: Value = serde_json::from_str(arrival.text()).expect("JSON");
        *arrived
            .entry(body["data"]["n"].as_u64().expect("a number"))
            .or_default() += 1;
    }
    for n in &accepted {
        assert!(arrived.contains_key(n), "event {n} is lost");
    }
    let repeated: Vec<_> = arrived.iter().filter(|(_, times)| **times > 1).collect();
    assert!(repeated.is_empty(), "repeated: {repeated:?}");
}

#[tokio::test]
async fn a_stop_waits_for_attempts_in_flight_and_records_them() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let hanging = Sink::start(|_, _| None);
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({
            "tenant": "acme", "url": hanging.url, "events": ["*"], "timeout_ms": 1_000,
            "retry": { "delays_s": [0, 3_600] },
        }))
        .await;
    project.publish("acme", "a.b", "{}").await;
    hanging.arrived("/", 1).await;
    assert!(server.stop().await.success());

    let server = installation.start().await;
    let deliveries = project
        .at(&server.url)
        .get("/v1/deliveries")
        .await
        .expect(200);
    assert_eq!(deliveries["data"][0]["attempts"], 1);
    assert_eq!(deliveries["data"][0]["last_error"], "timeout");
    assert_eq!(hanging.arrivals().len(), 1);
}

#[tokio::test]
async fn a_stop_with_nothing_to_do_is_clean() {
    let installation = Installation::new();
    let server = installation.start().await;
    assert!(server.stop().await.success());
}

#[tokio::test]
async fn a_second_server_on_the_same_data_folder_is_refused() {
    let installation = Installation::new();
    let server = installation.start().await;
    let second = within(
        "the second server gives up",
        installation.command().await.output(),
    )
    .await
    .expect("it starts");
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr);
    let why = match installation.database().await {
        Some(_) => "another server works with this database".to_owned(),
        None => installation.data().display().to_string(),
    };
    assert!(said.contains(&why), "{said}");
    server.admin().get("/v1/projects").await.expect(200);
    server.kill().await;
    installation.start().await;
}
