//! The event catalog as an OpenAPI or AsyncAPI document.

use serde_json::{Value, json};

use crate::{
    common::{Api, Caller, Reply},
    event_types::{PATH, properties},
};

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
