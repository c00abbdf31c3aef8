//! Who gets what, and when: filters, failures, times, schemas, batches, pages.

use serde_json::{Value, json};

use crate::support::{
    api::{Api, text},
    server::Installation,
    sink::{Arrival, Sink},
    wait::eventually,
};

/// An endpoint at a path of a receiver.
pub(crate) fn at(receiver: &Sink, path: &str, events: &[&str]) -> Value {
    json!({ "tenant": "acme", "url": format!("{}{path}", receiver.url), "events": events })
}

/// What the publisher said, of what arrived.
pub(crate) fn data(arrival: &Arrival) -> Value {
    let body: Value = serde_json::from_str(arrival.text()).expect("JSON");
    body["data"].clone()
}

/// Waits until no delivery is pending but those that wait.
pub(crate) async fn quiet(project: &Api) {
    eventually("nothing is on its way", async || {
        let pending = project.all("/v1/deliveries?status=pending").await;
        let waits = |delivery: &Value| {
            delivery["waiting"].is_string() || delivery["attempts"].as_u64() > Some(0)
        };
        pending.values().all(waits).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_event_goes_to_the_endpoints_whose_filter_it_passes() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    for (path, events) in [
        ("/exact", &["task.created"][..]),
        ("/prefix", &["task.*"]),
        ("/several", &["risk.created", "task.created.late"]),
        ("/all", &["*"]),
    ] {
        project.new_endpoint(at(&receiver, path, events)).await;
    }
    let types = [
        "task.created",
        "task.created.late",
        "task",
        "tasks.created",
        "risk.created",
    ];
    for name in types {
        project
            .publish("acme", name, &json!({ "of": name }).to_string())
            .await;
    }
    receiver.arrived("/all", types.len()).await;
    quiet(&project).await;
    let check = |path: &str, expected: &[&str]| {
        let arrivals = receiver.at(path);
        let mut got: Vec<_> = arrivals
            .iter()
            .map(|arrival| text(&data(arrival), "of"))
            .collect();
        got.sort_unstable();
        assert_eq!(got, expected, "{path}");
    };
    check("/exact", &["task.created"]);
    check("/prefix", &["task.created", "task.created.late"]);
    check("/several", &["risk.created", "task.created.late"]);
}

#[tokio::test]
async fn an_event_that_matches_nobody_is_kept_and_can_be_found() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    project.new_endpoint(at(&receiver, "/", &["other.*"])).await;
    let event = json!({ "tenant": "acme", "type": "a.b", "data": { "n": 1.50 } });
    let accepted = project.post("/v1/events", event).await.expect(202);
    assert_eq!(accepted["deliveries"], 0);
    let undelivered = project.all("/v1/events?undelivered=true&tenant=acme").await;
    assert!(undelivered.contains_key(&text(&accepted, "id")));
}

#[tokio::test]
async fn only_the_endpoint_that_failed_is_tried_again() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|path, before| {
        Some(if path == "/failing" && before < 2 {
            500
        } else {
            200
        })
    });
    let project = server.admin().new_project("standard", json!({})).await;
    for path in ["/one", "/failing", "/other"] {
        let mut endpoint = at(&receiver, path, &["*"]);
        endpoint["retry"] = json!({ "delays_s": [0, 0, 0] });
        project.new_endpoint(endpoint).await;
    }
    project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/failing", 3).await;
    quiet(&project).await;
    assert_eq!(
        (receiver.at("/one").len(), receiver.at("/other").len()),
        (1, 1)
    );
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(308));
    let project = server.admin().new_project("standard", json!({})).await;
    let mut endpoint = at(&receiver, "/", &["*"]);
    endpoint["retry"] = json!({ "delays_s": [0] });
    project.new_endpoint(endpoint).await;
    project.publish("acme", "a.b", "{}").await;
    eventually("the delivery is dead", async || {
        let dead = project
            .get("/v1/dead-letters?status_code=308")
            .await
            .expect(200);
        (!dead["data"].as_array()?.is_empty()).then_some(())
    })
    .await;
    assert_eq!(receiver.arrivals().len(), 1);
}

#[tokio::test]
async fn an_event_is_not_delivered_before_its_time() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    project.new_endpoint(at(&receiver, "/", &["*"])).await;
    let event = json!({
        "tenant": "acme", "type": "a.b", "data": { "n": 1 }, "deliver_at": "2999-01-01T00:00:00Z",
    });
    project.post("/v1/events", event).await.expect(202);
    project.publish("acme", "a.b", r#"{"n":2}"#).await;
    assert_eq!(data(&receiver.arrived("/", 1).await[0])["n"], 2);
    let (id, pending) = eventually("only the later one is pending", async || {
        let mut pending = project.all("/v1/deliveries?status=pending").await;
        (pending.len() == 1).then(|| pending.pop_first())?
    })
    .await;
    assert_eq!(pending["next_attempt_at"], "2999-01-01T00:00:00.000Z");
    project
        .post(&format!("/v1/deliveries/{id}/cancel"), json!({}))
        .await
        .expect(200);
    project
        .post(&format!("/v1/deliveries/{id}/cancel"), json!({}))
        .await
        .refused(409);
    let cancelled = project
        .get(&format!("/v1/deliveries/{id}"))
        .await
        .expect(200);
    assert_eq!(cancelled["reason"], "requested");
}

#[tokio::test]
async fn a_schema_is_checked_at_publishing() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = server
        .admin()
        .new_project("standard", json!({ "strict_types": true }))
        .await;
    let schema = json!({
        "type": "object", "required": ["amount"],
        "properties": { "amount": { "type": "string" } },
    });
    let event_type = json!({ "description": "money moved", "schema": schema });
    project
        .put("/v1/event-types/payment.done", event_type)
        .await
        .expect(200);
    let publish = async |name: &str, data: Value| {
        let event = json!({ "tenant": "acme", "type": name, "data": data });
        project.post("/v1/events", event).await
    };
    publish("payment.done", json!({ "amount": "10.50" }))
        .await
        .expect(202);
    let refused = publish("payment.done", json!({ "amount": 10.5 })).await;
    assert_eq!(refused.pointers(), ["/data/amount"]);
    let refused = publish("payment.unknown", json!({})).await;
    assert_eq!(refused.pointers(), ["/type"]);
}

#[tokio::test]
async fn a_batch_answers_item_by_item_in_order() {
    const EVENTS: usize = 1_000;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    project.new_endpoint(at(&receiver, "/", &["*"])).await;
    let good = |n: usize| n % 100 != 99;
    let event = |n: usize| {
        let name = if good(n) { "a.b" } else { "no * in a type" };
        json!({ "tenant": "acme", "type": name, "data": { "n": n } })
    };
    let batch: Vec<Value> = (0..EVENTS).map(event).collect();
    let answer = project
        .post("/v1/events/batch", json!({ "events": batch }))
        .await
        .expect(202);
    let results = answer["results"].as_array().expect("results");
    assert_eq!(results.len(), EVENTS);
    for (n, result) in results.iter().enumerate() {
        assert_eq!(
            result["status"],
            if good(n) { 202 } else { 422 },
            "{n}: {result}"
        );
        assert_eq!(result["id"].is_string(), good(n), "{result}");
    }
    let refused = &results[99]["problem"]["errors"][0];
    assert_eq!(refused["pointer"], "/events/99/type");
    receiver.arrived("/", EVENTS - EVENTS / 100).await;
    let too_many: Vec<Value> = (0..=EVENTS).map(event).collect();
    let refused = project
        .post("/v1/events/batch", json!({ "events": too_many }))
        .await;
    assert_eq!(refused.pointers(), ["/events"]);
}

#[tokio::test]
async fn pages_give_each_row_once_while_events_come_in() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let mut before = Vec::new();
    for _ in 0..25 {
        before.push(project.publish("acme", "a.b", "{}").await);
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = project
            .get(&format!("/v1/events?limit=4{cursor}"))
            .await
            .expect(200);
        seen.extend(
            page["data"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|e| text(e, "id")),
        );
        project.publish("acme", "a.b", "{}").await;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    // Those of one millisecond come in any order.
    let newest_first = seen.is_sorted_by_key(|id| std::cmp::Reverse(id[..14].to_owned()));
    assert!(newest_first, "{seen:?}");
    seen.sort_unstable();
    before.sort_unstable();
    assert_eq!(seen, before, "each once");
    project.get("/v1/events?limit=251").await.refused(422);
    project.get("/v1/events?cursor=nonsense").await.refused(422);
}
