//! The event catalog: versions of schemas and what breaks, archive.

use serde_json::{Value, json};

use crate::common::{Api, Caller, Reply};

pub(crate) const PATH: &str = "/v1/event-types/order.paid";

async fn put(api: &Api, caller: &Caller, schema: Value, force: bool) -> Reply {
    let body = json!({"schema": schema, "force": force});
    api.put(caller, PATH, body).await
}

async fn publish(api: &Api, caller: &Caller, more: Value) -> Reply {
    let mut event = json!({"tenant": "a", "type": "order.paid", "data": {"n": 1}});
    let members = more.as_object().unwrap().clone();
    event.as_object_mut().unwrap().extend(members);
    api.post(caller, "/v1/events", event).await
}

pub(crate) fn properties(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

#[tokio::test]
async fn another_schema_is_the_next_version_and_a_breaking_one_is_refused() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let number = properties(json!({"n": {"type": "number"}}));
    let made = put(&api, &caller, number.clone(), false).await.expect(200);
    assert_eq!(
        (&made["schema_version"], &made["archived_at"]),
        (&json!(1), &json!(null))
    );
    let more = properties(json!({"n": {"type": "number"}, "note": {"type": "string"}}));
    let two = put(&api, &caller, more.clone(), false).await.expect(200);
    assert_eq!(two["schema_version"], 2);
    assert_eq!(
        put(&api, &caller, more.clone(), false).await.expect(200)["schema_version"],
        2
    );

    let text = properties(json!({"n": {"type": "string"}}));
    let refused = put(&api, &caller, text.clone(), false).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text());
    assert_eq!(refused.json["type"], "urn:nuncio:problem:breaking-change");
    let told: Vec<_> = refused.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["pointer"].as_str().unwrap(),
                one["detail"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "/schema/properties/n/type",
                "$.n: the type was number and is string (breaks publishers and receivers)"
            ),
            (
                "/schema/properties/note",
                "$.note: the property is not declared any more (breaks receivers)"
            ),
        ]
    );
    assert_eq!(
        api.get(&caller, PATH).await.expect(200)["schema_version"],
        2
    );
    let gone = api.put(&caller, PATH, json!({"description": "d"})).await;
    assert_eq!((gone.status.as_u16(), gone.pointer()), (409, "/schema"));

    let forced = put(&api, &caller, text, true).await.expect(200);
    assert_eq!(forced["schema_version"], 3);
    let versions = async |query: &str| {
        let path = format!("{PATH}/versions{query}");
        api.get(&caller, &path).await.expect(200)
    };
    let list = versions("").await;
    let told: Vec<_> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| json!([one["version"], one["current"], one["forced"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!([3, true, true]),
            json!([2, false, false]),
            json!([1, false, false])
        ]
    );
    assert_eq!(list["data"][2]["schema"], number);
    let first = versions("?limit=2").await;
    assert_eq!(first["data"].as_array().unwrap().len(), 2);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = versions(&format!("?limit=2&cursor={cursor}")).await;
    assert_eq!(
        (&rest["data"][0]["version"], &rest["next_cursor"]),
        (&json!(1), &json!(null))
    );
    api.get(&caller, "/v1/event-types/never.heard/versions")
        .await
        .expect(404);
}

#[tokio::test]
async fn an_event_is_checked_against_the_version_that_it_names() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    put(
        &api,
        &caller,
        properties(json!({"n": {"type": "number"}})),
        false,
    )
    .await
    .expect(200);
    put(
        &api,
        &caller,
        properties(json!({"n": {"type": "string"}})),
        true,
    )
    .await
    .expect(200);
    let version = async |accepted: Reply| {
        let accepted = accepted.expect(202);
        let path = format!("/v1/events/{}", accepted["id"].as_str().unwrap());
        api.get(&caller, &path).await.expect(200)["schema_version"].clone()
    };
    assert_eq!(publish(&api, &caller, json!({})).await.pointer(), "/data/n");
    let old = publish(&api, &caller, json!({"schema_version": 1})).await;
    assert_eq!(version(old).await, 1);
    let new = publish(&api, &caller, json!({"data": {"n": "1"}})).await;
    assert_eq!(version(new).await, 2);
    let wrong = publish(
        &api,
        &caller,
        json!({"schema_version": 1, "data": {"n": "1"}}),
    )
    .await;
    assert_eq!(wrong.pointer(), "/data/n");
    for none in [json!(0), json!(3)] {
        let refused = publish(&api, &caller, json!({"schema_version": none})).await;
        assert_eq!(
            (refused.status.as_u16(), refused.pointer()),
            (422, "/schema_version")
        );
        assert!(refused.text().contains("1 to 2"), "{}", refused.text());
    }
    let unknown = publish(&api, &caller, json!({"type": "x", "schema_version": 1})).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.pointer()),
        (422, "/schema_version")
    );
    let free = publish(&api, &caller, json!({"type": "x"})).await;
    assert_eq!(version(free).await, json!(null));
    let batch = json!({"events": [
        {"tenant": "a", "type": "order.paid", "data": {"n": 1}, "schema_version": 1},
        {"tenant": "a", "type": "order.paid", "data": {"n": 1}, "schema_version": 9},
    ]});
    let batch = api
        .post(&caller, "/v1/events/batch", batch)
        .await
        .expect(202);
    assert_eq!(batch["results"][0]["status"], 202);
    assert_eq!(
        batch["results"][1]["problem"]["errors"][0]["pointer"],
        "/events/1/schema_version"
    );
    // The version is part of what makes two events the same one.
    let once = json!({"id": "e-1", "schema_version": 1});
    publish(&api, &caller, once.clone()).await.expect(202);
    publish(&api, &caller, once).await.expect(202);
    publish(
        &api,
        &caller,
        json!({"id": "e-1", "schema_version": 2, "data": {"n": "1"}}),
    )
    .await
    .expect(409);
}

#[tokio::test]
async fn an_archived_type_takes_no_events_and_comes_back() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    api.put(&caller, PATH, json!({})).await.expect(200);
    api.put(&caller, "/v1/event-types/order.lost", json!({}))
        .await
        .expect(200);
    publish(&api, &caller, json!({})).await.expect(202);
    let archived = api
        .post(&caller, &format!("{PATH}/archive"), json!({}))
        .await
        .expect(200);
    assert!(archived["archived_at"].is_string());
    let refused = publish(&api, &caller, json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.pointer()), (422, "/type"));
    assert!(refused.text().contains("archived"), "{}", refused.text());
    let names = async |query: &str| -> Vec<String> {
        let list = api
            .get(&caller, &format!("/v1/event-types{query}"))
            .await
            .expect(200);
        list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("").await, ["order.lost", "order.paid"]);
    assert_eq!(names("?archived=false&limit=1").await, ["order.lost"]);
    assert_eq!(names("?archived=true&limit=1").await, ["order.paid"]);
    // What was published stays, and a new description does not bring it back.
    let events = api
        .get(&caller, "/v1/events?type=order.paid")
        .await
        .expect(200);
    assert_eq!(events["data"].as_array().unwrap().len(), 1);
    let put = api
        .put(&caller, PATH, json!({"description": "d"}))
        .await
        .expect(200);
    assert!(put["archived_at"].is_string());
    let back = api
        .post(&caller, &format!("{PATH}/unarchive"), json!({}))
        .await
        .expect(200);
    assert_eq!(back["archived_at"], json!(null));
    publish(&api, &caller, json!({})).await.expect(202);
    let tenant = json!({"x": 1});
    assert_eq!(
        api.post(&caller, &format!("{PATH}/archive"), tenant)
            .await
            .pointer(),
        "/x"
    );
    api.post(&caller, "/v1/event-types/never.heard/archive", json!({}))
        .await
        .expect(404);
}

#[tokio::test]
async fn under_strict_types_new_filters_are_not_offered_what_is_archived() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = format!("/v1/projects/{}", project.id);
    let strict = json!({"policy": {"strict_types": true}}).to_string();
    api.raw(&Caller::admin(), "PATCH", &path, &strict)
        .await
        .expect(200);
    let caller = project.caller;
    for name in ["order.paid", "order.placed"] {
        api.put(&caller, &format!("/v1/event-types/{name}"), json!({}))
            .await
            .expect(200);
    }
    let endpoint = async |filter: &str| {
        let body = json!({"tenant": "a", "url": "https://example.com/", "events": [filter]});
        api.post(&caller, "/v1/endpoints", body).await
    };
    let had = endpoint("order.paid").await.expect(201);
    api.post(&caller, &format!("{PATH}/archive"), json!({}))
        .await
        .expect(200);
    let refused = endpoint("order.paid").await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointer()),
        (422, "/events/0")
    );
    assert!(refused.text().contains("archived"), "{}", refused.text());
    let typo = endpoint("order.place").await;
    assert!(
        typo.text().contains("did you mean `order.placed`?"),
        "{}",
        typo.text()
    );
    endpoint("order.*").await.expect(201);
    // The one that has it already stays as it is, whatever else is changed.
    let path = format!("/v1/endpoints/{}", had["id"].as_str().unwrap());
    let kept = json!({"description": "d", "events": ["order.paid", "order.placed"]}).to_string();
    api.raw(&caller, "PATCH", &path, &kept).await.expect(200);
}
