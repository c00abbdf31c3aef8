//! Event types with schemas: what is refused when they are put, and what a check of an event may cost.

use std::sync::Arc;

use nuncio_domain::{EventType, EventTypeName, Timestamp};
use nuncio_store::{EventTypePut, Store};
use serde_json::{Value, json};

use crate::common::{Api, Caller, Reply};

const PATH: &str = "/v1/event-types/order.paid";

async fn put(api: &Api, caller: &Caller, schema: Value) -> Reply {
    api.put(caller, PATH, json!({ "schema": schema })).await
}

async fn publish(api: &Api, caller: &Caller, data: &Value) -> Reply {
    let body = json!({"tenant": "a", "type": "order.paid", "data": data});
    api.post(caller, "/v1/events", body).await
}

/// What `/metrics` says of events that were not checked to the end.
async fn unfinished(api: &Api, caller: &Caller, why: &str) -> bool {
    let metrics = api.get(caller, "/metrics").await.text();
    metrics.contains(&format!(
        "nuncio_schema_checks_unfinished_total{{why=\"{why}\"}} 1\n"
    ))
}

#[tokio::test]
async fn recursive_branches_with_a_wrong_innermost_value_are_told_at_once() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let branch = |kind: &str| {
        json!({"type": "object", "properties": {
            "kind": {"const": kind}, "child": {"$ref": "#/$defs/n"}}})
    };
    let schema =
        json!({"$defs": {"n": {"oneOf": [branch("a"), branch("b")]}}, "$ref": "#/$defs/n"});
    put(&api, &caller, schema).await.expect(200);
    for levels in [22, 100] {
        let data = (0..levels).fold(
            json!({"kind": "c"}),
            |child, _| json!({"kind": "a", "child": child}),
        );
        let refused = publish(&api, &caller, &data).await;
        assert!(
            refused.text().contains("does not fit"),
            "{}",
            refused.text()
        );
        refused.expect(422);
    }
}

#[tokio::test]
async fn the_end_of_a_budget_names_the_type_and_counts() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let patterns: Vec<Value> = (0..20).map(|_| json!({"pattern": r"\w{999}"})).collect();
    put(&api, &caller, json!({ "allOf": patterns }))
        .await
        .expect(200);
    let refused = publish(&api, &caller, &json!("a".repeat(1_000_000))).await;
    let text = refused.text();
    assert!(
        text.contains("`order.paid`") && text.contains("4000000 steps"),
        "{text}"
    );
    assert_eq!(refused.pointer(), "/data");
    assert_eq!(
        refused.expect(422)["type"],
        "urn:nuncio:problem:schema-budget"
    );
    assert!(unfinished(&api, &caller, "exhausted").await);
    publish(&api, &caller, &json!("a".repeat(1_000)))
        .await
        .expect(202);
}

#[tokio::test]
async fn a_batch_has_one_allowance_for_all_its_checks() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let candidates: Vec<Value> = (0..3_000).map(|n| json!([n])).collect();
    let schema = json!({"items": {"enum": candidates}});
    put(&api, &caller, schema).await.expect(200);
    let items: Vec<Value> = (0..2_000).map(|_| json!([2_999])).collect();
    let event = json!({"tenant": "a", "type": "order.paid", "data": items});
    let small = json!({"tenant": "a", "type": "order.paid", "data": []});
    let mut events = vec![event; 30];
    events.push(small.clone());
    let body = json!({ "events": events });
    let results = api
        .post(&caller, "/v1/events/batch", body)
        .await
        .expect(202);
    for result in results["results"].as_array().unwrap() {
        assert_eq!(result["status"], 422, "{result}");
    }
    api.post(&caller, "/v1/events", small).await.expect(202);
}

#[tokio::test]
async fn what_cannot_be_bounded_is_refused_when_it_is_stored() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let check = async |schema: Value, pointer: &str| {
        let reply = put(&api, &caller, schema).await;
        assert_eq!(
            (reply.status.as_u16(), reply.pointer()),
            (422, pointer),
            "{}",
            reply.text()
        );
    };
    check(json!({"$ref": "#"}), "/schema").await;
    check(json!({"pattern": "(a+)+(?=b)"}), "/schema/pattern").await;
    check(json!({"pattern": r"(\p{L}{99}){99}"}), "/schema/pattern").await;
    check(
        json!({"items": {"$ref": "http://169.254.169.254/"}}),
        "/schema/items/$ref",
    )
    .await;
    check(
        json!({"properties": {"a": {"$ref": "#/$defs/none"}}}),
        "/schema/properties/a/$ref",
    )
    .await;
}

#[tokio::test]
async fn an_example_fits_its_schema_and_formats_are_enforced() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let schema = json!({"properties": {"at": {"format": "date-time"}, "id": {"format": "uuid"}}});
    let with = |example: Value| json!({ "schema": schema, "example": example });
    let refused = api
        .put(&caller, PATH, with(json!({"at": "yesterday"})))
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointer()),
        (422, "/example/at")
    );
    let good = json!({"at": "2026-04-26T12:34:56+02:00"});
    api.put(&caller, PATH, with(good)).await.expect(200);
    let refused = publish(&api, &caller, &json!({"id": "7"})).await;
    assert_eq!(refused.pointer(), "/data/id");
    let id = json!({"id": "2eb8aa08-aa98-11ea-b4aa-73b441d16380"});
    publish(&api, &caller, &id).await.expect(202);
}

#[tokio::test]
async fn a_stored_schema_that_is_not_accepted_any_more_stops_no_events() {
    let api = Api::new();
    let project = api.project("standard").await;
    let name = EventTypeName::parse("order.paid").unwrap();
    let event_type = EventType {
        schema: Some(json!({"pattern": "(?=x)"})),
        ..EventType::named(name, Timestamp::default())
    };
    let id = project.id.parse().unwrap();
    let store: Arc<dyn Store> = api.store.clone();
    let given = EventTypePut {
        event_type,
        over: None,
    };
    store.put_event_types(id, vec![given]).await.unwrap();
    publish(&api, &project.caller, &json!("y"))
        .await
        .expect(202);
    assert!(unfinished(&api, &project.caller, "left_out").await);
    // Replaced, it is checked again.
    put(&api, &project.caller, json!({"pattern": "^x"}))
        .await
        .expect(200);
    publish(&api, &project.caller, &json!("y"))
        .await
        .expect(422);
}

#[tokio::test]
async fn data_too_deep_to_check_says_so() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    put(&api, &caller, json!({"items": {"$ref": "#"}}))
        .await
        .expect(200);
    let deep = |levels: usize| {
        let data = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        format!(r#"{{"tenant":"a","type":"order.paid","data":{data}}}"#)
    };
    let fits = api.raw(&caller, "POST", "/v1/events", &deep(100)).await;
    fits.expect(202);
    let refused = api.raw(&caller, "POST", "/v1/events", &deep(1_000)).await;
    assert!(refused.text().contains("/data"), "{}", refused.text());
    refused.expect(422);
}
