//! Tenants, event types and dialects.

use serde_json::{Value, json};

use crate::common::{Api, Caller};

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
            json!({"description": "e", "deprecated": true}),
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

#[tokio::test]
async fn a_project_has_the_built_in_dialects_and_its_own() {
    let api = Api::new();
    let project = api.project("standard").await;
    let named_to = async |caller: &Caller| -> Vec<String> {
        let list = api.get(caller, "/v1/dialects").await.expect(200);
        let all = list["data"].as_array().unwrap().iter();
        all.map(|dialect| dialect["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let names = async || named_to(&project.caller).await;
    assert!(names().await.contains(&"inviolet".to_owned()));
    let builtin = api
        .get(&project.caller, "/v1/dialects/deiterate")
        .await
        .expect(200);
    assert_eq!(
        (&builtin["builtin"], &builtin["secret_chosen_by"]),
        (&json!(true), &json!("customer"))
    );

    let source = builtin["source"].as_str().unwrap();
    let own = source
        .replace("name = \"deiterate\"", "name = \"mine\"")
        .replace("X-Deiterate-Signature", "X-Mine");
    let put = async |name: &str, source: &str| {
        let path = format!("/v1/dialects/{name}");
        api.put(&project.caller, &path, json!({"source": source}))
            .await
    };
    let made = put("mine", &own).await.expect(200);
    assert_eq!(
        (&made["name"], &made["builtin"]),
        (&json!("mine"), &json!(false))
    );
    assert!(names().await.contains(&"mine".to_owned()));
    // An admin who names no project is about to make one, and chooses among what each can have.
    let of_any = named_to(&Caller::admin()).await;
    assert_eq!(of_any.len() + 1, names().await.len());
    assert!(!of_any.contains(&"mine".to_owned()));
    assert_eq!(
        put("mine", &own).await.expect(200)["version"],
        made["version"]
    );
    put("deiterate", source).await.expect(409);
    assert_eq!(put("yours", &own).await.pointer(), "/source");
    let broken = put("mine", "name = \"mine\"").await;
    assert_eq!((broken.status.as_u16(), broken.pointer()), (422, "/source"));
    assert!(broken.text().contains("mine.toml:"), "{}", broken.text());
    let other = api.project("standard").await;
    api.get(&other.caller, "/v1/dialects/mine")
        .await
        .expect(404);
}

#[tokio::test]
async fn a_preview_is_the_request_that_would_be_sent() {
    let api = Api::new();
    let project = api.project("standard").await;
    let preview = async |body: Value| {
        api.post(&project.caller, "/v1/dialects/preview", body)
            .await
    };
    let body = json!({
        "dialect": "yativo", "type": "payment.completed", "data": {"amount": "10.50"},
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    });
    let shown = preview(body).await.expect(200);
    let sent = shown["body"].as_str().unwrap();
    assert!(sent.ends_with(r#""data":{"amount":"10.50"}}"#), "{sent}");
    let dialect = nuncio_dialect::builtin_named("yativo").unwrap();
    let headers: Vec<_> = shown["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|header| {
            (
                header["name"].as_str().unwrap(),
                header["value"].as_str().unwrap(),
            )
        })
        .collect();
    let received = nuncio_dialect::Received {
        method: shown["method"].as_str().unwrap(),
        url: shown["url"].as_str().unwrap(),
        headers: &headers,
        body: sent.as_bytes(),
    };
    let key = dialect
        .parse_verifying_key(shown["secret"].as_str().unwrap())
        .unwrap();
    assert!(
        dialect
            .verify(&received, &[key], crate::common::START_MS)
            .is_ok()
    );

    assert!(preview(json!({})).await.expect(200)["body"].is_string());
    assert_eq!(
        preview(json!({"dialect": "klingon"})).await.pointer(),
        "/dialect"
    );
    assert_eq!(
        preview(json!({"source": "name ="})).await.pointer(),
        "/source"
    );
    // What a dialect takes from a tenant's metadata: as it is given, else as it is kept.
    let shop = async |body: Value| {
        let shown = preview(body).await.expect(200);
        let headers = shown["headers"].as_array().unwrap().iter();
        let mut named = headers.filter(|header| header["name"] == "X-Shopify-Shop-Domain");
        named.next().map(|header| header["value"].clone())
    };
    let kept = json!({ "metadata": { "shop_domain": "kept.example" } });
    api.put(&project.caller, "/v1/tenants/t_1", kept)
        .await
        .expect(200);
    assert_eq!(
        shop(json!({"dialect": "shopify"})).await,
        Some(json!("acme"))
    );
    assert_eq!(
        shop(json!({"dialect": "shopify", "tenant": "t_1"})).await,
        Some(json!("kept.example"))
    );
    let given = json!({ "shop_domain": "given.example" });
    assert_eq!(
        shop(json!({"dialect": "shopify", "tenant": "t_1", "metadata": given})).await,
        Some(json!("given.example"))
    );
    let large = json!({ "shop_domain": "x".repeat(9_000) });
    assert_eq!(
        preview(json!({"metadata": large})).await.pointer(),
        "/metadata"
    );
    let lossy = json!({"dialect": "grantiva", "data": 0})
        .to_string()
        .replace(":0", ":1e400");
    let reply = api
        .raw(&project.caller, "POST", "/v1/dialects/preview", &lossy)
        .await;
    assert_eq!(reply.pointer(), "/data");
}
