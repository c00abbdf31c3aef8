//! Publishing: what is taken, what is refused, and that `data` stays as it was written.

use serde_json::{Value, json};

use crate::common::Api;

const MIB: usize = 1024 * 1024;

fn event(data: &str) -> String {
    format!(r#"{{"tenant":"a","type":"order.paid","data":{data}}}"#)
}

#[tokio::test]
async fn an_event_is_answered_with_how_many_endpoints_it_matched() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    api.endpoint(&project.caller, "b").await;
    let reply = api
        .raw(&project.caller, "POST", "/v1/events", &event("{}"))
        .await
        .expect(202);
    assert_eq!(reply["tenant"], "a");
    assert_eq!(reply["type"], "order.paid");
    assert_eq!(reply["created_at"], "2026-04-26T12:34:56.123Z");
    assert_eq!(reply["deliveries"], 1);
    assert!(reply["id"].as_str().unwrap().starts_with("evt_"));
    let unmatched = json!({"tenant": "nobody", "type": "x", "data": null});
    let reply = api
        .post(&project.caller, "/v1/events", unmatched)
        .await
        .expect(202);
    assert_eq!(reply["deliveries"], 0);
}

#[tokio::test]
async fn data_stays_byte_for_byte() {
    let api = Api::new();
    let project = api.project("standard").await;
    let data = r#"{"z": 1.0,  "a":12345678901234567890, "a":"\u00e9\ud83d\ude00é", "e":1E400}"#;
    let reply = api
        .raw(&project.caller, "POST", "/v1/events", &event(data))
        .await
        .expect(202);
    let id = reply["id"].as_str().unwrap();
    let shown = api.get(&project.caller, &format!("/v1/events/{id}")).await;
    assert!(
        shown.text().contains(&format!("\"data\":{data}")),
        "{}",
        shown.text()
    );
    assert!(shown.text().contains("\"payload_erased\":false"));
}

#[tokio::test]
async fn fields_are_checked() {
    let api = Api::new();
    let project = api.project("standard").await;
    let check = async |body: &str, status: u16, pointer: &str| {
        let reply = api.raw(&project.caller, "POST", "/v1/events", body).await;
        assert_eq!(reply.status.as_u16(), status, "{body}: {}", reply.text());
        assert_eq!(reply.pointer(), pointer, "{body}: {}", reply.text());
    };
    check(r#"{"tenant":"a","type":"t"}"#, 422, "/data").await;
    check(r#"{"tenant":"a","data":1}"#, 422, "/type").await;
    check(r#"{"type":"t","data":1}"#, 422, "/tenant").await;
    check(r#"{"tenant":"a b","type":"t","data":1}"#, 422, "/tenant").await;
    check(r#"{"tenant":"a","type":"t*u","data":1}"#, 422, "/type").await;
    check(
        r#"{"tenant":"a","type":"t","data":1,"id":"a.b"}"#,
        422,
        "/id",
    )
    .await;
    check(
        r#"{"tenant":"a","type":"t","data":1,"occurred_at":"now"}"#,
        422,
        "/occurred_at",
    )
    .await;
    check(
        r#"{"tenant":"a","type":"t","data":1,"data":2}"#,
        422,
        "/data",
    )
    .await;
    check(
        r#"{"tenant":"a","type":"t","data":1,"extra":2}"#,
        422,
        "/extra",
    )
    .await;
    check(
        r#"{"tenant":"a","type":"t","data":{"a":["\ud800"]}}"#,
        422,
        "/data/a/0",
    )
    .await;
    check(r#"{"tenant":"a","type":"t","data":{,}}"#, 400, "none").await;
}

#[tokio::test]
async fn limits_are_named() {
    let api = Api::new();
    let project = api.project("standard").await;
    let data = |bytes: usize| event(&format!("\"{}\"", "x".repeat(bytes - 2)));
    let check = async |path: &str, body: &str, status: u16, limit: &str| {
        let reply = api.raw(&project.caller, "POST", path, body).await;
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
        assert!(reply.text().contains(limit), "{}", reply.text());
    };
    check("/v1/events", &data(MIB), 202, "").await;
    check("/v1/events", &data(MIB + 1), 413, "1 MiB").await;
    check("/v1/events", &data(8 * MIB), 413, "2 MiB").await;
    let batch = |count: usize| {
        let events = vec![event("1"); count].join(",");
        format!("{{\"events\":[{events}]}}")
    };
    check("/v1/events/batch", &batch(1_000), 202, "").await;
    check("/v1/events/batch", &batch(1_001), 422, "1000").await;
    check("/v1/events/batch", &" ".repeat(16 * MIB + 1), 413, "16 MiB").await;
}

#[tokio::test]
async fn a_number_that_javascript_would_alter_is_refused_where_it_matters() {
    let api = Api::new();
    let lossy = event(r#"{"a":[1,12345678901234567890]}"#);
    let grantiva = api.project("grantiva").await;
    let reply = api
        .raw(&grantiva.caller, "POST", "/v1/events", &lossy)
        .await;
    assert_eq!(
        (reply.status.as_u16(), reply.pointer()),
        (422, "/data/a/1"),
        "{}",
        reply.text()
    );
    assert!(reply.text().contains("string"), "{}", reply.text());

    let standard = api.project("standard").await;
    api.raw(&standard.caller, "POST", "/v1/events", &lossy)
        .await
        .expect(202);
    let endpoint = json!({
        "tenant": "a", "url": "https://example.com", "events": ["order.*"], "dialect": "grantiva"
    });
    api.post(&standard.caller, "/v1/endpoints", endpoint)
        .await
        .expect(201);
    let reply = api
        .raw(&standard.caller, "POST", "/v1/events", &lossy)
        .await;
    assert_eq!(
        (reply.status.as_u16(), reply.pointer()),
        (422, "/data/a/1"),
        "{}",
        reply.text()
    );
    let other = lossy.replace("order.paid", "other");
    api.raw(&standard.caller, "POST", "/v1/events", &other)
        .await
        .expect(202);
    let batch = format!("{{\"events\":[{other},{lossy}]}}");
    let reply = api
        .raw(&standard.caller, "POST", "/v1/events/batch", &batch)
        .await
        .expect(202);
    assert_eq!(reply["results"][0]["status"], 202);
    assert_eq!(reply["results"][1]["status"], 422);
    let pointer = &reply["results"][1]["problem"]["errors"][0]["pointer"];
    assert_eq!(pointer, "/events/1/data/a/1");
}

#[tokio::test]
async fn a_batch_has_a_result_for_each_item_in_order() {
    let api = Api::new();
    let project = api.project("standard").await;
    let batch = json!({"events": [
        {"tenant": "a", "type": "t", "data": 1, "id": "one"},
        {"tenant": "a", "type": "t", "data": 1, "colour": "red"},
        {"tenant": "a", "type": "t", "data": 2, "id": "one"},
        7,
        {"tenant": "b", "type": "t", "data": 1, "id": "one"},
    ]});
    let reply = api
        .post(&project.caller, "/v1/events/batch", batch)
        .await
        .expect(202);
    let results = reply["results"].as_array().unwrap();
    let statuses: Vec<_> = results
        .iter()
        .map(|result| result["status"].as_u64())
        .collect();
    assert_eq!(
        statuses,
        [Some(202), Some(422), Some(409), Some(422), Some(202)]
    );
    assert_eq!(
        results[1]["problem"]["errors"][0]["pointer"],
        "/events/1/colour"
    );
    assert_eq!(results[4]["tenant"], "b");
    assert!(results[0].get("problem").is_none() && results[1].get("id").is_none());
    let empty = api
        .post(&project.caller, "/v1/events/batch", json!({"events": []}))
        .await;
    assert_eq!(empty.expect(202)["results"], json!([]));
}

#[tokio::test]
async fn the_same_event_id_is_the_same_event() {
    let api = Api::new();
    let project = api.project("standard").await;
    let publish = async |body: Value| api.post(&project.caller, "/v1/events", body).await;
    let body = json!({"tenant": "a", "type": "t", "data": {"n": 1}, "id": "order:1"});
    let first = publish(body.clone()).await.expect(202);
    assert_eq!(publish(body).await.expect(202), first);
    let other = json!({"tenant": "a", "type": "t", "data": {"n": 2}, "id": "order:1"});
    let reply = publish(other).await;
    assert_eq!((reply.status.as_u16(), reply.pointer()), (409, "/id"));
    let elsewhere = json!({"tenant": "b", "type": "t", "data": {"n": 2}, "id": "order:1"});
    publish(elsewhere).await.expect(202);
    let path = "/v1/events?tenant=a&source_id=order:1";
    let found = api.get(&project.caller, path).await.expect(200);
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    assert_eq!(found["data"][0]["id"], first["id"]);
}

#[tokio::test]
async fn types_are_checked_as_the_policy_and_their_schema_say() {
    let api = Api::new();
    let project = api.project("standard").await;
    let publish = async |name: &str, data: Value| {
        let body = json!({"tenant": "a", "type": name, "data": data});
        let reply = api.post(&project.caller, "/v1/events", body).await;
        (reply.status.as_u16(), reply.pointer().to_owned())
    };
    let schema =
        json!({"type": "object", "required": ["id"], "properties": {"n": {"type": "integer"}}});
    let put = json!({"description": "d", "schema": schema});
    api.put(&project.caller, "/v1/event-types/order.paid", put)
        .await
        .expect(200);
    assert_eq!(
        publish("order.paid", json!({"id": 1, "n": "x"})).await,
        (422, "/data/n".to_owned())
    );
    assert_eq!(
        publish("order.paid", json!({})).await,
        (422, "/data".to_owned())
    );
    assert_eq!(publish("order.paid", json!({"id": 1})).await.0, 202);
    assert_eq!(publish("unheard.of", json!({})).await.0, 202);
    let path = format!("/v1/projects/{}", project.id);
    let strict = json!({"policy": {"strict_types": true}});
    api.patch(&crate::common::Caller::admin(), &path, strict)
        .await
        .expect(200);
    assert_eq!(
        publish("unheard.of", json!({})).await,
        (422, "/type".to_owned())
    );
}

#[tokio::test]
async fn a_store_that_is_gone_answers_503_with_retry_after() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.store.shutdown().await.unwrap();
    let reply = api
        .raw(&project.caller, "POST", "/v1/events", &event("1"))
        .await;
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(reply.headers["retry-after"], "1");
    let ready = api.get(&project.caller, "/readyz").await;
    assert_eq!(ready.status, 503);
}

#[tokio::test]
async fn publications_are_counted() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    api.publish(&project.caller, "a").await;
    api.publish(&project.caller, "nobody").await;
    api.raw(&project.caller, "POST", "/v1/events", &event(r#""\ud800""#))
        .await
        .expect(422);
    let metrics = api.get(&project.caller, "/metrics").await.text();
    for line in [
        "nuncio_events_total{result=\"accepted\"} 2",
        "nuncio_events_total{result=\"refused\"} 1",
        "nuncio_events_unmatched_total 1",
        "nuncio_deliveries_created_total 1",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}
