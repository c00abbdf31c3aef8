//! Ordering keys, as publishers give them and as answers show them.

use nuncio_domain::Next;
use serde_json::{Value, json};

use crate::common::{Api, Project};

fn event(key: impl Into<Value>) -> Value {
    json!({"tenant": "a", "type": "order.paid", "data": 1, "ordering_key": key.into()})
}

/// Publishes an event with a key; returns the path of its only delivery.
async fn publish(api: &Api, project: &Project, key: &str) -> String {
    let reply = api
        .post(&project.caller, "/v1/events", event(key))
        .await
        .expect(202);
    let id = reply["id"].as_str().unwrap();
    let delivery = api.delivery_of(&project.caller, id).await;
    format!("/v1/deliveries/{delivery}")
}

#[tokio::test]
async fn a_key_is_printable_and_not_long() {
    let api = Api::new();
    let project = api.project("standard").await;
    let check = async |key: Value, status: u16, pointer: &str| {
        let reply = api
            .post(&project.caller, "/v1/events", event(key.clone()))
            .await;
        assert_eq!(reply.status.as_u16(), status, "{key}: {}", reply.text());
        if status != 202 {
            assert_eq!(reply.pointer(), pointer, "{key}: {}", reply.text());
        }
    };
    check("customer:7/orders".into(), 202, "").await;
    check("x".repeat(128).into(), 202, "").await;
    check(Value::Null, 202, "").await;
    check("".into(), 422, "/ordering_key").await;
    check("a b".into(), 422, "/ordering_key").await;
    check("\u{e4}".into(), 422, "/ordering_key").await;
    check("x".repeat(129).into(), 422, "/ordering_key").await;
    check(7.into(), 422, "/ordering_key").await;

    let batch = json!({"events": [event("a"), event("a b")]});
    let reply = api
        .post(&project.caller, "/v1/events/batch", batch)
        .await
        .expect(202);
    assert_eq!(reply["results"][0]["status"], 202);
    assert_eq!(reply["results"][1]["status"], 422);
    let pointer = &reply["results"][1]["problem"]["errors"][0]["pointer"];
    assert_eq!(pointer, "/events/1/ordering_key");
}

#[tokio::test]
async fn an_event_shows_its_key() {
    let api = Api::new();
    let project = api.project("standard").await;
    let keyed = api
        .post(&project.caller, "/v1/events", event("a"))
        .await
        .expect(202);
    let path = format!("/v1/events/{}", keyed["id"].as_str().unwrap());
    let shown = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(shown["ordering_key"], "a");
    api.publish(&project.caller, "a").await;
    let list = api.get(&project.caller, "/v1/events").await.expect(200);
    let events = list["data"].as_array().unwrap();
    let keys: Vec<_> = events.iter().map(|event| &event["ordering_key"]).collect();
    assert_eq!(keys, [&Value::Null, &json!("a")]);
}

#[tokio::test]
async fn another_key_makes_another_event() {
    let api = Api::new();
    let project = api.project("standard").await;
    let check = async |key: Value, status: u16| {
        let mut event = event(key);
        event["id"] = "order-1".into();
        let reply = api.post(&project.caller, "/v1/events", event).await;
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
    };
    check("a".into(), 202).await;
    check("a".into(), 202).await;
    check("b".into(), 409).await;
    check(Value::Null, 409).await;
}

#[tokio::test]
async fn a_delivery_says_which_one_it_waits_for() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    let first = publish(&api, &project, "a").await;
    let second = publish(&api, &project, "a").await;
    let show = async |path: &str| api.get(&project.caller, path).await.expect(200);

    let delivery = show(&first).await;
    assert_eq!(
        (&delivery["waiting"], &delivery["waits_for"]),
        (&Value::Null, &Value::Null)
    );
    let delivery = show(&second).await;
    assert_eq!(delivery["waiting"], "ordering_key");
    let id = first.rsplit('/').next().unwrap();
    assert_eq!(delivery["waits_for"], id);
    assert_eq!(delivery["next_attempt_at"], Value::Null);
    let list = show("/v1/deliveries").await;
    // Both are of one millisecond: which of them a list shows first is their hashes' business.
    let mut rows = list["data"].as_array().unwrap().iter();
    assert!(rows.any(|row| row["waits_for"] == id));

    let path = format!("/v1/endpoints/{endpoint}/disable");
    api.raw(&project.caller, "POST", &path, "")
        .await
        .expect(200);
    assert_eq!(show(&second).await["waiting"], "endpoint_disabled");
}

#[tokio::test]
async fn a_delivery_that_waits_for_another_is_not_retried() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    let first = publish(&api, &project, "a").await;
    let second = publish(&api, &project, "a").await;
    let retry = format!("{second}/retry");
    let refused = api.raw(&project.caller, "POST", &retry, "").await;
    assert_eq!(refused.status.as_u16(), 409);
    let id = first.rsplit('/').next().unwrap();
    assert!(refused.text().contains(id), "{}", refused.text());

    let fresh = api.fresh().await;
    api.attempt(&fresh, 1, Some(200), Next::Succeed).await;
    let delivery = api.get(&project.caller, &second).await.expect(200);
    assert_eq!(delivery["waiting"], Value::Null);
    assert!(delivery["next_attempt_at"].is_string());
    let retried = api.raw(&project.caller, "POST", &retry, "").await;
    assert_eq!(retried.status.as_u16(), 202);
}
