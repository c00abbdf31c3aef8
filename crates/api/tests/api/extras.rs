//! What events have besides their data: channels, metadata, headers, retention; schedules of types; what disabled
//! endpoints get.

use serde_json::{Value, json};

use crate::common::{Api, Caller, Project};

/// An event with these members besides.
fn event(more: Value) -> Value {
    let mut event = json!({"tenant": "a", "type": "order.paid", "data": {"n": 1}});
    let members = more.as_object().unwrap().clone();
    event.as_object_mut().unwrap().extend(members);
    event
}

fn endpoint(more: Value) -> Value {
    let mut endpoint = json!({"tenant": "a", "url": "https://hooks.example.com/", "events": ["*"]});
    let members = more.as_object().unwrap().clone();
    endpoint.as_object_mut().unwrap().extend(members);
    endpoint
}

async fn published(api: &Api, caller: &Caller, more: Value) -> Value {
    api.post(caller, "/v1/events", event(more))
        .await
        .expect(202)
}

async fn set_policy(api: &Api, project: &Project, policy: Value) {
    let path = format!("/v1/projects/{}", project.id);
    api.patch(&Caller::admin(), &path, json!({ "policy": policy }))
        .await
        .expect(200);
}

/// The ids of a list.
async fn ids(api: &Api, caller: &Caller, path: &str) -> Vec<String> {
    let list = api.get(caller, path).await.expect(200);
    let items = list["data"].as_array().unwrap().iter();
    items
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_was_given_is_shown_until_it_is_erased() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let extras = json!({
        "channels": ["eu", "team:7"], "metadata": {"plan": "pro", "n": [1]},
        "headers": {"traceparent": "00-1-2-01", "X-Region": "eu"}, "retention_days": 5
    });
    let id = published(&api, caller, extras.clone()).await["id"].clone();
    let path = format!("/v1/events/{}", id.as_str().unwrap());
    let shown = api.get(caller, &path).await.expect(200);
    for (name, value) in extras.as_object().unwrap() {
        assert_eq!(shown[name], *value, "{name}");
    }
    let listed = api.get(caller, "/v1/events").await.expect(200);
    assert_eq!(listed["data"][0]["metadata"], extras["metadata"]);
    api.delete(caller, &format!("{path}/payload"))
        .await
        .expect(204);
    let erased = api.get(caller, &path).await.expect(200);
    assert_eq!(erased["channels"], extras["channels"]);
    assert_eq!(erased["retention_days"], 5);
    assert_eq!(
        (&erased["metadata"], &erased["headers"]),
        (&json!({}), &json!({}))
    );
    let plain = published(&api, caller, json!({})).await["id"].clone();
    let path = format!("/v1/events/{}", plain.as_str().unwrap());
    let plain = api.get(caller, &path).await.expect(200);
    assert_eq!(
        (&plain["channels"], &plain["headers"]),
        (&json!([]), &json!({}))
    );
    assert_eq!(
        (&plain["metadata"], &plain["retention_days"]),
        (&json!({}), &Value::Null)
    );
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_its_place() {
    let api = Api::new();
    let project = api.project("standard").await;
    let many: Vec<_> = (0..11).map(|n| format!("c{n}")).collect();
    let checks = [
        (json!({"channels": ["a b"]}), "/channels/0"),
        (json!({"channels": ["a", "a"]}), "/channels/1"),
        (json!({"channels": many}), "/channels"),
        (json!({"channels": "a"}), "/channels"),
        (json!({"metadata": []}), "/metadata"),
        (json!({"metadata": {"a": "x".repeat(9_000)}}), "/metadata"),
        (json!({"headers": {"Host": "a"}}), "/headers/Host"),
        (
            json!({"headers": {"Content-Length": "1"}}),
            "/headers/Content-Length",
        ),
        (
            json!({"headers": {"connection": "close"}}),
            "/headers/connection",
        ),
        (
            json!({"headers": {"Webhook-Id": "1"}}),
            "/headers/Webhook-Id",
        ),
        (
            json!({"headers": {"Authorization": "Bearer x"}}),
            "/headers/Authorization",
        ),
        (json!({"headers": {"X-A": "ä"}}), "/headers/X-A"),
        (json!({"headers": {"X-A": null}}), "/headers/X-A"),
        (json!({"headers": {"X-A": 1}}), "/headers/X-A"),
        (json!({"headers": ["X-A"]}), "/headers"),
        (json!({"retention_days": 0}), "/retention_days"),
        (json!({"retention_days": 3_651}), "/retention_days"),
        (json!({"retention_days": 1.5}), "/retention_days"),
    ];
    for (more, pointer) in checks {
        let one = api
            .post(&project.caller, "/v1/events", event(more.clone()))
            .await;
        assert_eq!(
            (one.status.as_u16(), one.pointer()),
            (422, pointer),
            "{more}"
        );
        let batch = json!({"events": [event(json!({})), event(more.clone())]});
        let batch = api.post(&project.caller, "/v1/events/batch", batch).await;
        let results = batch.expect(202);
        assert_eq!(results["results"][0]["status"], 202);
        let found = &results["results"][1]["problem"]["errors"][0]["pointer"];
        assert_eq!(*found, format!("/events/1{pointer}"), "{more}");
    }
    let header = api
        .post(
            &project.caller,
            "/v1/events",
            event(json!({"headers": {"Webhook-Id": "1"}})),
        )
        .await;
    assert!(
        header.text().contains("`Webhook-Id` belongs to"),
        "{}",
        header.text()
    );
    let channels = api
        .post(
            &project.caller,
            "/v1/endpoints",
            endpoint(json!({"channels": ["a", "b c"]})),
        )
        .await;
    assert_eq!(channels.pointer(), "/channels/1");
}

#[tokio::test]
async fn a_repetition_has_the_same_extras() {
    let api = Api::new();
    let project = api.project("standard").await;
    let first = json!({"id": "e1", "channels": ["eu"], "metadata": {"a": 1}});
    let id = published(&api, &project.caller, first.clone()).await["id"].clone();
    assert_eq!(published(&api, &project.caller, first).await["id"], id);
    for other in [
        json!({"id": "e1"}),
        json!({"id": "e1", "channels": ["us"], "metadata": {"a": 1}}),
        json!({"id": "e1", "channels": ["eu"], "metadata": {"a": 2}}),
        json!({"id": "e1", "channels": ["eu"], "metadata": {"a": 1}, "headers": {"X-A": "1"}}),
        json!({"id": "e1", "channels": ["eu"], "metadata": {"a": 1}, "retention_days": 3}),
    ] {
        let reply = api
            .post(&project.caller, "/v1/events", event(other.clone()))
            .await;
        assert_eq!(reply.status.as_u16(), 409, "{other}");
    }
}

#[tokio::test]
async fn channels_route_explain_and_narrow_lists() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let mut endpoints = Vec::new();
    for channels in [json!([]), json!(["eu"]), json!(["us", "asia"])] {
        let body = endpoint(json!({ "channels": channels }));
        let made = api.post(caller, "/v1/endpoints", body).await.expect(201);
        assert_eq!(made["channels"], channels);
        endpoints.push(made["id"].as_str().unwrap().to_owned());
    }
    let eu = published(&api, caller, json!({"channels": ["eu", "x"]})).await;
    assert_eq!(eu["deliveries"], 2);
    let none = published(&api, caller, json!({})).await;
    assert_eq!(none["deliveries"], 1);
    let eu = eu["id"].as_str().unwrap();
    let explained = api
        .get(caller, &format!("/v1/events/{eu}/explain"))
        .await
        .expect(200);
    let reasons: Vec<_> = explained["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|met| met["reason"].clone())
        .collect();
    assert_eq!(reasons, ["matched", "matched", "channel"]);
    assert_eq!(explained["data"][2]["channels"], json!(["us", "asia"]));

    assert_eq!(ids(&api, caller, "/v1/events?channel=eu").await, [eu]);
    assert!(
        ids(&api, caller, "/v1/events?channel=asia")
            .await
            .is_empty()
    );
    assert_eq!(ids(&api, caller, "/v1/deliveries?channel=x").await.len(), 2);
    assert_eq!(ids(&api, caller, "/v1/deliveries").await.len(), 3);
    let own = format!("/v1/endpoints/{}/deliveries?channel=x", endpoints[0]);
    assert_eq!(ids(&api, caller, &own).await.len(), 1);
    assert_eq!(
        ids(&api, caller, "/v1/endpoints?channel=us").await,
        [endpoints[2].as_str()]
    );
    let both = "/v1/endpoints?channel=us&status=disabled";
    assert!(ids(&api, caller, both).await.is_empty());
    let bad = api.get(caller, "/v1/events?channel=a%20b").await;
    assert_eq!(bad.status.as_u16(), 422);

    let path = format!("/v1/endpoints/{}", endpoints[1]);
    let changed = api
        .patch(caller, &path, json!({"channels": null}))
        .await
        .expect(200);
    assert_eq!(changed["channels"], json!([]));
    assert_eq!(published(&api, caller, json!({})).await["deliveries"], 2);
    let explained = api
        .get(
            caller,
            &format!("/v1/events/{}/explain", none["id"].as_str().unwrap()),
        )
        .await;
    assert_eq!(explained.expect(200)["data"][1]["reason"], "filter_changed");
}

#[tokio::test]
async fn a_project_may_skip_disabled_endpoints() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let shown = api
        .get(&Caller::admin(), &format!("/v1/projects/{}", project.id))
        .await;
    assert_eq!(shown.expect(200)["policy"]["while_disabled"], "hold");
    let made = api
        .post(caller, "/v1/endpoints", endpoint(json!({"disabled": true})))
        .await;
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(published(&api, caller, json!({})).await["deliveries"], 1);
    set_policy(&api, &project, json!({"while_disabled": "skip"})).await;
    let skipped = published(&api, caller, json!({})).await;
    assert_eq!(skipped["deliveries"], 0);
    api.post(caller, &format!("/v1/endpoints/{id}/enable"), json!({}))
        .await
        .expect(200);
    let path = format!("/v1/events/{}/explain", skipped["id"].as_str().unwrap());
    let explained = api.get(caller, &path).await.expect(200);
    assert_eq!(explained["data"][0]["reason"], "endpoint_disabled");
    assert_eq!(published(&api, caller, json!({})).await["deliveries"], 1);
    set_policy(&api, &project, json!({"while_disabled": null})).await;
    api.post(caller, &format!("/v1/endpoints/{id}/disable"), json!({}))
        .await
        .expect(200);
    assert_eq!(published(&api, caller, json!({})).await["deliveries"], 1);
    let path = format!("/v1/projects/{}", project.id);
    let bad = api
        .patch(
            &Caller::admin(),
            &path,
            json!({"policy": {"while_disabled": "drop"}}),
        )
        .await;
    assert_eq!(
        (bad.status.as_u16(), bad.pointer()),
        (422, "/policy/while_disabled")
    );
}

#[tokio::test]
async fn an_event_type_may_have_a_schedule() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let path = "/v1/event-types/order.paid";
    let put = async |body: Value| api.put(caller, path, body).await;
    let retry = json!({"delays_s": [0, 60]});
    let made = put(json!({ "retry": retry })).await.expect(200);
    assert_eq!(made["retry"], retry);
    assert_eq!(api.get(caller, path).await.expect(200)["retry"], retry);
    let far = put(json!({"retry": {"delays_s": [0, 9_999_999]}})).await;
    assert_eq!(
        (far.status.as_u16(), far.pointer()),
        (422, "/retry/delays_s/1")
    );
    let half = put(json!({"retry": {"base_s": 1}})).await;
    assert_eq!((half.status.as_u16(), half.pointer()), (422, "/retry"));
    assert_eq!(put(json!({})).await.expect(200)["retry"], Value::Null);
}
