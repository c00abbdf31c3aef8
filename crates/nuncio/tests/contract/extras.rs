//! What events have besides their data, as receivers and the disk show it: headers, channels, schedules of types,
//! disabled endpoints.

use serde_json::json;

use crate::{
    routing::{at, data, quiet},
    support::{api::text, server::Installation, sink::Sink},
};

#[tokio::test]
async fn an_events_headers_come_with_each_attempt_and_the_customers_win() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before == 0 { 500 } else { 200 }));
    let project = server.admin().new_project("standard", json!({})).await;
    let mut endpoint = at(&receiver, "/", &["*"]);
    endpoint["retry"] = json!({ "delays_s": [0, 0] });
    endpoint["headers"] = json!({ "x-region": "the customer's" });
    project.new_endpoint(endpoint).await;
    let event = json!({
        "tenant": "acme", "type": "a.b", "data": {},
        "headers": { "X-Trace": "trace-4711", "X-Region": "the publisher's" }
    });
    project.post("/v1/events", event).await.expect(202);
    let plain = json!({ "tenant": "acme", "type": "a.b", "data": {} });
    let arrivals = receiver.arrived("/", 2).await;
    for arrival in &arrivals {
        assert_eq!(arrival.header("x-trace"), "trace-4711");
        assert_eq!(arrival.header("x-region"), "the customer's");
        assert_eq!(arrival.headers.get_all("x-region").iter().count(), 1);
    }
    project.post("/v1/events", plain).await.expect(202);
    let arrivals = receiver.arrived("/", 3).await;
    assert!(!arrivals[2].headers.contains_key("x-trace"));
    quiet(&project).await;
    // The log masks what the event shows.
    let deliveries = project.all("/v1/deliveries").await;
    let id = deliveries.keys().next().expect("one").clone();
    let detail = project.get(&format!("/v1/deliveries/{id}")).await;
    assert_eq!(detail.status, 200);
    assert!(detail.text.contains("X-Trace"), "{}", detail.text);
    assert!(!detail.text.contains("trace-4711"), "{}", detail.text);
}

#[tokio::test]
async fn channels_reach_those_who_listen_to_them() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    for (path, channels) in [
        ("/all", json!([])),
        ("/eu", json!(["eu"])),
        ("/both", json!(["eu", "us"])),
    ] {
        let mut endpoint = at(&receiver, path, &["*"]);
        endpoint["channels"] = channels;
        project.new_endpoint(endpoint).await;
    }
    let events = [json!([]), json!(["eu"]), json!(["us"]), json!(["asia"])];
    let events: Vec<_> = events
        .iter()
        .map(|channels| {
            json!({
                "tenant": "acme", "type": "a.b", "channels": channels,
                "data": { "to": channels.to_string() }
            })
        })
        .collect();
    project
        .post("/v1/events/batch", json!({ "events": events }))
        .await
        .expect(202);
    receiver.arrived("/all", 4).await;
    quiet(&project).await;
    let check = |path: &str, expected: &[&str]| {
        let arrivals = receiver.at(path);
        let mut got: Vec<_> = arrivals
            .iter()
            .map(|arrival| text(&data(arrival), "to"))
            .collect();
        got.sort_unstable();
        assert_eq!(got, expected, "{path}");
    };
    check("/eu", &[r#"["eu"]"#]);
    check("/both", &[r#"["eu"]"#, r#"["us"]"#]);
    let attempts = project.all("/v1/attempts?channel=us").await;
    assert_eq!(attempts.len(), 2, "to /all and /both: {attempts:?}");
    assert!(project.all("/v1/attempts?channel=nobody").await.is_empty());
}

#[tokio::test]
async fn a_types_schedule_says_how_often_its_events_are_tried() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, _| Some(500));
    let policy = json!({ "retry": { "delays_s": [0] } });
    let project = server.admin().new_project("standard", policy).await;
    let retry = json!({ "retry": { "delays_s": [0, 0, 0] } });
    project
        .put("/v1/event-types/urgent.sent", retry)
        .await
        .expect(200);
    project.new_endpoint(at(&receiver, "/", &["*"])).await;
    let mut own = at(&receiver, "/own", &["*"]);
    own["retry"] = json!({ "delays_s": [0, 0] });
    project.new_endpoint(own).await;
    for name in ["urgent.sent", "usual.sent"] {
        project
            .publish("acme", name, &json!({ "of": name }).to_string())
            .await;
    }
    receiver.arrived("/", 4).await;
    receiver.arrived("/own", 4).await;
    quiet(&project).await;
    let count = |path: &str, name: &str| {
        let arrivals = receiver.at(path);
        arrivals
            .iter()
            .filter(|arrival| text(&data(arrival), "of") == name)
            .count()
    };
    assert_eq!(
        (count("/", "urgent.sent"), count("/", "usual.sent")),
        (3, 1)
    );
    assert_eq!(
        (count("/own", "urgent.sent"), count("/own", "usual.sent")),
        (2, 2)
    );
}

#[tokio::test]
async fn what_came_while_an_endpoint_was_disabled_waits_or_is_skipped() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    for (rule, expected) in [("hold", 2), ("skip", 1)] {
        let policy = json!({ "while_disabled": rule });
        let project = server.admin().new_project("standard", policy).await;
        let path = format!("/{rule}");
        let endpoint = project.new_endpoint(at(&receiver, &path, &["*"])).await.id;
        project
            .post(&format!("/v1/endpoints/{endpoint}/disable"), json!({}))
            .await
            .expect(200);
        let event = project.publish("acme", "a.b", r#"{"n":1}"#).await;
        project
            .post(&format!("/v1/endpoints/{endpoint}/enable"), json!({}))
            .await
            .expect(200);
        project.publish("acme", "a.b", r#"{"n":2}"#).await;
        receiver.arrived(&path, expected).await;
        quiet(&project).await;
        assert_eq!(receiver.at(&path).len(), expected, "{rule}");
        let explained = project
            .get(&format!("/v1/events/{event}/explain"))
            .await
            .expect(200);
        let reason = if rule == "hold" {
            "matched"
        } else {
            "endpoint_disabled"
        };
        assert_eq!(explained["data"][0]["reason"], reason);
    }
}
