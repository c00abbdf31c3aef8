//! Payload filters: what they let pass, what is refused, and what is said of an event that doesn't pass.

use serde_json::{Value, json};

use crate::{
    routing::{at, data, quiet},
    support::{
        api::{Api, text},
        server::Installation,
        sink::Sink,
    },
};

fn large_orders() -> Value {
    json!({ "data": { "amount": [{ "numeric": [">", 100] }] } })
}

/// An endpoint with a filter, of everything.
async fn filtered(project: &Api, receiver: &Sink, path: &str, filter: Value) -> String {
    let mut body = at(receiver, path, &["*"]);
    body["filter"] = filter;
    let made = project.post("/v1/endpoints", body).await.expect(201);
    text(&made, "id")
}

#[tokio::test]
async fn an_event_goes_where_its_payload_passes_now_and_in_recovery() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    project.new_endpoint(at(&receiver, "/all", &["*"])).await;
    let large = filtered(&project, &receiver, "/large", large_orders()).await;
    for amount in [50, 150, 250] {
        let data = json!({ "amount": amount }).to_string();
        project.publish("acme", "order.paid", &data).await;
    }
    receiver.arrived("/all", 3).await;
    quiet(&project).await;
    let amounts = |path: &str| {
        let arrivals = receiver.at(path);
        let amounts = arrivals
            .iter()
            .map(|arrival| data(arrival)["amount"].clone());
        let mut amounts: Vec<i64> = amounts.filter_map(|amount| amount.as_i64()).collect();
        amounts.sort_unstable();
        amounts
    };
    assert_eq!(amounts("/large"), [150, 250]);

    // A change goes for what comes after; null removes the filter.
    let path = format!("/v1/endpoints/{large}");
    let small = json!({ "filter": { "data": { "amount": [{ "numeric": ["<=", 100] }] } } });
    let changed = project.patch(&path, small.clone()).await.expect(200);
    assert_eq!(changed["filter"], small["filter"]);
    let recover = json!({ "since": "2020-01-01T00:00:00Z", "which": "missing" });
    project
        .post(&format!("{path}/recover"), recover)
        .await
        .expect(202);
    receiver.arrived("/large", 3).await;
    assert_eq!(amounts("/large"), [50, 150, 250]);
    let cleared = project
        .patch(&path, json!({ "filter": null }))
        .await
        .expect(200);
    assert_eq!(cleared["filter"], Value::Null);
    project
        .publish("acme", "order.paid", r#"{"amount":151}"#)
        .await;
    receiver.arrived("/large", 4).await;
}

#[tokio::test]
async fn a_filter_survives_a_restart() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let id = filtered(&project, &receiver, "/", large_orders()).await;
    server.stop().await;
    let server = installation.start().await;
    let project = project.at(&server.url);
    let endpoint = project
        .get(&format!("/v1/endpoints/{id}"))
        .await
        .expect(200);
    assert_eq!(endpoint["filter"], large_orders());
    let event =
        |amount: i32| json!({ "tenant": "acme", "type": "a", "data": { "amount": amount } });
    let none = project.post("/v1/events", event(5)).await.expect(202);
    let one = project.post("/v1/events", event(500)).await.expect(202);
    assert_eq!(
        (&none["deliveries"], &one["deliveries"]),
        (&json!(0), &json!(1))
    );
}

#[tokio::test]
async fn a_bad_filter_is_refused_with_its_place() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let id = filtered(&project, &receiver, "/", Value::Null).await;
    let check = async |filter: Value, pointer: &str| {
        let mut body = at(&receiver, "/", &["*"]);
        body["filter"] = filter.clone();
        let made = project.post("/v1/endpoints", body).await;
        made.refused(422);
        assert_eq!(made.pointers(), [pointer], "{filter}");
        let change = json!({ "filter": filter });
        let changed = project.patch(&format!("/v1/endpoints/{id}"), change).await;
        changed.refused(422);
        assert_eq!(changed.pointers(), [pointer], "{filter}");
        let test = json!({ "type": "a", "data": 1, "filter": filter });
        let path = format!("/v1/endpoints/{id}/filter/test");
        let tested = project.post(&path, test).await;
        tested.refused(422);
        assert_eq!(tested.pointers(), [pointer], "{filter}");
    };
    check(json!({}), "/filter").await;
    check(json!({ "data": { "a": 1 } }), "/filter/data/a").await;
    check(json!({ "detail": { "a": [1] } }), "/filter/detail/a").await;
    check(
        json!({ "data": { "a": [1, { "prefix": 1 }] } }),
        "/filter/data/a/1/prefix",
    )
    .await;
    check(
        json!({ "data": { "a": [{ "numeric": [">", "x"] }] } }),
        "/filter/data/a/0/numeric",
    )
    .await;
}

#[tokio::test]
async fn a_test_says_which_part_does_not_match() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let id = filtered(&project, &receiver, "/", large_orders()).await;
    let path = format!("/v1/endpoints/{id}/filter/test");
    let small = project
        .publish("acme", "order.paid", r#"{"amount":50}"#)
        .await;
    let check = async |body: Value, expected: Value| {
        let answer = project.post(&path, body.clone()).await.expect(200);
        let because = &answer["because"];
        let got = match because.is_null() {
            true => json!(null),
            false => json!([because["field"], because["path"], because["found"]]),
        };
        assert_eq!(got, expected, "{body}: {answer}");
        assert_eq!(answer["matched"], json!(because.is_null()), "{body}");
    };
    check(
        json!({ "event": small }),
        json!(["filter", "data.amount", [50]]),
    )
    .await;
    check(
        json!({ "type": "a", "data": { "amount": 150 } }),
        json!(null),
    )
    .await;
    check(
        json!({ "type": "a", "data": {} }),
        json!(["filter", "data.amount", []]),
    )
    .await;
    // One that isn't saved, and none.
    let filter = json!({ "metadata": { "region": ["eu"] } });
    let made_up =
        json!({ "type": "a", "data": null, "metadata": { "region": "us" }, "filter": filter });
    check(made_up, json!(["filter", "metadata.region", ["us"]])).await;
    check(json!({ "event": small, "filter": null }), json!(null)).await;
    // The types count too.
    let change = json!({ "events": ["user.*.failed"] });
    project
        .patch(&format!("/v1/endpoints/{id}"), change)
        .await
        .expect(200);
    let large = json!({ "type": "user.failed", "data": { "amount": 150 } });
    check(large, json!(["events", "type", ["user.failed"]])).await;
    let large = json!({ "type": "user.sync.failed", "data": { "amount": 150 } });
    check(large, json!(null)).await;
    // Half an event is none.
    for (body, pointer) in [
        (json!({}), "/type"),
        (json!({ "type": "a" }), "/data"),
        (json!({ "event": small, "data": 1 }), "/data"),
        (
            json!({ "event": "evt_01AAAAAAAAAAAAAAAAAAAAAAAA" }),
            "/event",
        ),
    ] {
        let refused = project.post(&path, body).await;
        refused.refused(422);
        assert_eq!(refused.pointers(), [pointer]);
    }
}

#[tokio::test]
async fn metadata_and_channels_count_besides_the_payload() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let european = json!({ "metadata": { "region": ["eu"] } });
    let id = filtered(&project, &receiver, "/", european).await;
    let mut path = format!("/v1/endpoints/{id}");
    let change = json!({ "channels": ["team-a"] });
    project.patch(&path, change).await.expect(200);
    path.push_str("/filter/test");
    for (region, channel, wrong) in [
        ("eu", "team-a", None),
        ("us", "team-a", Some("metadata.region")),
        ("eu", "team-b", Some("channels")),
    ] {
        let rest = json!({ "metadata": { "region": region }, "channels": [channel] });
        let mut event = json!({ "tenant": "acme", "type": "a", "data": 1 });
        let members = event.as_object_mut().expect("an object");
        members.extend(rest.as_object().expect("an object").clone());
        let accepted = project.post("/v1/events", event.clone()).await.expect(202);
        assert_eq!(
            accepted["deliveries"],
            i32::from(wrong.is_none()),
            "{event}"
        );
        let past = json!({ "event": accepted["id"] });
        let members = event.as_object_mut().expect("an object");
        members.remove("tenant");
        for test in [past, event] {
            let answer = project.post(&path, test).await.expect(200);
            assert_eq!(answer["matched"], wrong.is_none(), "{answer}");
            assert_eq!(answer["because"]["path"].as_str(), wrong, "{answer}");
        }
    }
}

#[tokio::test]
async fn explain_says_which_part_did_not_match() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let large = filtered(&project, &receiver, "/large", large_orders()).await;
    let users = project
        .new_endpoint(at(&receiver, "/users", &["user.*"]))
        .await;
    let event = project
        .publish("acme", "order.paid", r#"{"amount":50}"#)
        .await;
    let explained = project
        .get(&format!("/v1/events/{event}/explain"))
        .await
        .expect(200);
    let of = |id: &str| {
        let meetings = explained["data"].as_array().expect("a list");
        let meeting = meetings.iter().find(|meeting| meeting["endpoint"] == id);
        meeting.expect("it is there").clone()
    };
    let by_payload = of(&large);
    assert_eq!(by_payload["reason"], "payload_filter");
    assert_eq!(by_payload["because"]["path"], "data.amount");
    assert_eq!(
        by_payload["because"]["condition"],
        json!([{ "numeric": [">", 100] }])
    );
    assert_eq!(by_payload["because"]["found"], json!([50]));
    let by_type = of(&users.id);
    assert_eq!(by_type["reason"], "filter");
    assert_eq!(by_type["because"]["field"], "events");
}
