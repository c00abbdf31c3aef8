//! The event catalog: versions of schemas and what breaks, archive, documents.

use serde_json::{Value, json};

use crate::common::{Api, Caller, Reply};

const PATH: &str = "/v1/event-types/order.paid";

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

fn properties(properties: Value) -> Value {
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

fn document(kind: &str) -> Value {
    let webhook = |schema: Value| {
        json!({"post": {
            "description": "d", "tags": ["Orders"], "requestBody": {"content": {"application/json": {"schema": schema}}}
        }})
    };
    json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "webhooks": {
        "order.lost": webhook(json!({"$ref": "#/components/schemas/lost"})),
        "order.paid": webhook(properties(json!({"n": {"type": kind}}))),
    }, "components": {"schemas": {"lost": {"type": "object"}}}})
}

async fn import(api: &Api, caller: &Caller, body: Value) -> Reply {
    api.post(caller, "/v1/event-types/import", body).await
}

#[tokio::test]
async fn a_document_is_imported_whole_or_not_at_all() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let told = |reply: &Value| -> Vec<Value> {
        let types = reply["event_types"].as_array().unwrap().iter();
        types
            .map(|one| {
                json!([
                    one["name"],
                    one["action"],
                    one["schema_version"],
                    one["breaks"].as_array().unwrap().len()
                ])
            })
            .collect()
    };
    let dry = import(
        &api,
        &caller,
        json!({"document": document("number"), "dry_run": true}),
    )
    .await
    .expect(200);
    assert_eq!(
        told(&dry),
        [
            json!(["order.lost", "created", 1, 0]),
            json!(["order.paid", "created", 1, 0])
        ]
    );
    assert_eq!(
        (&dry["format"], &dry["dry_run"]),
        (&json!("openapi"), &json!(true))
    );
    api.get(&caller, PATH).await.expect(404);
    let done = import(&api, &caller, json!({"document": document("number")}))
        .await
        .expect(200);
    assert_eq!(told(&done), told(&dry));
    let one = api.get(&caller, PATH).await.expect(200);
    assert_eq!(
        (&one["group"], &one["description"]),
        (&json!("Orders"), &json!("d"))
    );
    let again = import(
        &api,
        &caller,
        json!({"document": document("number").to_string()}),
    )
    .await
    .expect(200);
    assert_eq!(told(&again)[1], json!(["order.paid", "unchanged", 1, 0]));

    let mut breaking = document("string");
    breaking["webhooks"]["new.one"] = json!({"post": {}});
    let dry = import(
        &api,
        &caller,
        json!({"document": breaking, "dry_run": true}),
    )
    .await
    .expect(200);
    assert_eq!(told(&dry)[1], json!(["order.paid", "updated", 2, 1]));
    assert_eq!(dry["event_types"][1]["breaks"][0]["path"], "$.n");
    assert_eq!(dry["event_types"][1]["breaks"][0]["side"], "both");
    let refused = import(&api, &caller, json!({"document": breaking})).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text());
    assert_eq!(
        refused.pointer(),
        "/document/webhooks/order.paid/post/requestBody/content/application~1json/schema"
    );
    api.get(&caller, "/v1/event-types/new.one")
        .await
        .expect(404);
    let forced = import(&api, &caller, json!({"document": breaking, "force": true}))
        .await
        .expect(200);
    assert!(told(&forced).contains(&json!(["new.one", "created", 1, 0])));
    api.get(&caller, "/v1/event-types/new.one")
        .await
        .expect(200);
    assert_eq!(
        api.get(&caller, PATH).await.expect(200)["schema_version"],
        2
    );
}

#[tokio::test]
async fn faults_of_a_document_have_their_place() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let check = async |document: Value, pointer: &str| {
        let refused = import(&api, &caller, json!({ "document": document })).await;
        assert_eq!(
            (refused.status.as_u16(), refused.pointer()),
            (422, pointer),
            "{}",
            refused.text()
        );
    };
    check(json!("openapi: [3.1.0"), "/document").await;
    check(json!({}), "/document").await;
    let at = "/document/webhooks/order.paid/post/requestBody/content/application~1json/schema";
    check(document("nonsense"), at).await;
    let mut long = document("number");
    long["webhooks"]["order.paid"]["post"]["description"] = "x".repeat(2_001).into();
    check(long, "/document/webhooks/order.paid").await;
    let mut reserved = document("number");
    reserved["webhooks"]["import"] = json!({"post": {}});
    check(reserved, "/document/webhooks/import").await;
    let mut wrong = document("number");
    let content =
        &mut wrong["webhooks"]["order.paid"]["post"]["requestBody"]["content"]["application/json"];
    content["example"] = json!({"n": "x"});
    check(wrong, "/document/webhooks/order.paid").await;
    assert_eq!(
        import(&api, &caller, json!({})).await.pointer(),
        "/document"
    );
    // A large document is read, within a limit.
    let note = |bytes: usize| {
        let mut large = document("number");
        large["info"]["description"] = "x".repeat(bytes).into();
        json!({ "document": large })
    };
    import(&api, &caller, note(3_000_000)).await.expect(200);
    import(&api, &caller, note(5_000_000)).await.expect(413);
}

#[tokio::test]
async fn an_export_imports_as_what_it_is() {
    let api = Api::new();
    let project = api.project("grantiva").await;
    let caller = project.caller.clone();
    import(&api, &caller, json!({"document": document("number")}))
        .await
        .expect(200);
    api.put(
        &caller,
        "/v1/event-types/a%20b%2Fc",
        json!({"schema": true, "deprecated": true}),
    )
    .await
    .expect(200);
    api.put(&caller, "/v1/event-types/old.one", json!({}))
        .await
        .expect(200);
    api.post(&caller, "/v1/event-types/old.one/archive", json!({}))
        .await
        .expect(200);
    let reader = api.tenant_key(&project.id, "a").await;
    for format in ["openapi", "asyncapi"] {
        let path = format!("/v1/event-types/export?format={format}");
        let exported = api.get(&reader, &path).await.expect(200);
        assert!(!exported.to_string().contains("old.one"));
        let body = json!({"document": exported, "dry_run": true});
        let same = import(&api, &caller, body.clone()).await.expect(200);
        let types = same["event_types"].as_array().unwrap();
        assert!(types.len() > 3);
        assert!(
            types.iter().all(|one| one["action"] == "unchanged"),
            "{same}"
        );
        // In another project it is what it was here.
        let other = api.project("standard").await.caller;
        import(&api, &other, json!({"document": exported}))
            .await
            .expect(200);
        for one in types {
            let name = one["name"]
                .as_str()
                .unwrap()
                .replace(' ', "%20")
                .replace('/', "%2F");
            let path = format!("/v1/event-types/{name}");
            let (here, there) = (
                api.get(&caller, &path).await.expect(200),
                api.get(&other, &path).await.expect(200),
            );
            for field in ["description", "schema", "group", "example", "deprecated"] {
                assert_eq!(here[field], there[field], "{path} {field}");
            }
        }
    }
    let bad = api.get(&caller, "/v1/event-types/export?format=raml").await;
    assert_eq!((bad.status.as_u16(), bad.pointer()), (422, "/format"));
    let named = api
        .put(&caller, "/v1/event-types/%65xport", json!({}))
        .await;
    assert_eq!((named.status.as_u16(), named.pointer()), (422, "/name"));
}
