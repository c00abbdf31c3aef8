//! Tenants and event types.

use serde_json::{Value, json};

use crate::common::Api;

#[tokio::test]
async fn a_tenant_keeps_what_a_put_does_not_name() {
    let api = Api::new();
    let project = api.project("standard").await;
    let put = async |body: Value| api.put(&project.caller, "/v1/tenants/org:1", body).await;
    let one = put(json!({"name": "Acme", "plan": "pro", "metadata": {"k": 1}}))
        .await
        .expect(200);
    assert_eq!((&one["id"], &one["plan"]), (&json!("org:1"), &json!("pro")));
    let two = put(json!({"plan": null})).await.expect(200);
    assert_eq!(
        (&two["name"], &two["plan"], &two["metadata"]),
        (&json!("Acme"), &json!(null), &json!({"k": 1}))
    );
    assert_eq!(put(json!({"colour": 1})).await.pointer(), "/colour");
    assert_eq!(
        put(json!({"name": "x".repeat(201)})).await.pointer(),
        "/name"
    );
    let bad = api.put(&project.caller, "/v1/tenants/_x", json!({})).await;
    assert_eq!((bad.status.as_u16(), bad.pointer()), (422, "/tenant"));
    api.delete(&project.caller, "/v1/tenants/org:1")
        .await
        .expect(204);
    api.get(&project.caller, "/v1/tenants/org:1")
        .await
        .expect(404);
}

#[tokio::test]
async fn a_tenants_key_sees_that_tenant_alone() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.put(&project.caller, "/v1/tenants/b", json!({}))
        .await
        .expect(200);
    let key = api.tenant_key(&project.id, "a").await;
    api.get(&key, "/v1/tenants/a").await.expect(200);
    api.get(&key, "/v1/tenants/b").await.expect(404);
    let list = api.get(&key, "/v1/tenants").await.expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(list["data"][0]["id"], "a");
}

#[tokio::test]
async fn the_catalog_of_event_types() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = "/v1/event-types/order.paid";
    let body = json!({
        "description": "d", "group": "orders", "example": {"n": 1}, "schema": {"type": "object"}
    });
    let made = api.put(&project.caller, path, body).await.expect(200);
    assert_eq!(made["schema"], json!({"type": "object"}));
    assert_eq!(api.get(&project.caller, path).await.expect(200), made);
    let replaced = api
        .put(
            &project.caller,
            path,
            json!({"description": "e", "deprecated": true, "force": true}),
        )
        .await;
    let replaced = replaced.expect(200);
    assert_eq!(
        (&replaced["schema"], &replaced["deprecated"]),
        (&json!(null), &json!(true))
    );
    assert_eq!(replaced["created_at"], made["created_at"]);
    for (path, body, pointer) in [
        (
            path,
            json!({"description": "", "schema": {"type": "nonsense"}}),
            "/schema/type",
        ),
        (
            path,
            json!({"description": "", "schema": {"$ref": "https://example.com/x"}}),
            "/schema/$ref",
        ),
        (
            path,
            json!({"description": "x".repeat(2_001)}),
            "/description",
        ),
        ("/v1/event-types/a*b", json!({"description": ""}), "/name"),
    ] {
        let reply = api.put(&project.caller, path, body.clone()).await;
        assert_eq!(
            (reply.status.as_u16(), reply.pointer()),
            (422, pointer),
            "{body}"
        );
    }
    api.delete(&project.caller, path).await.expect(204);
    api.get(&project.caller, path).await.expect(404);
    api.delete(&project.caller, path).await.expect(404);
}
