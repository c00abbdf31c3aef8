//! Dialects: the built-in ones and the project's own, in TOML or JSON, and previews.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};

use crate::common::{Api, Caller, HOST, Reply};

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

/// The text of a dialect of one's own.
fn own(name: &str) -> String {
    let standard = nuncio_dialect::builtin_named("standard").unwrap();
    let line = format!("name = \"{name}\"");
    standard.source().replacen("name = \"standard\"", &line, 1)
}

async fn put_text(api: &Api, caller: &Caller, name: &str, media: &str, text: String) -> Reply {
    let request = Request::put(format!("/v1/dialects/{name}"))
        .header("host", HOST)
        .header("authorization", format!("Bearer {}", caller.key))
        .header("content-type", media)
        .body(Body::from(text))
        .unwrap();
    api.send(request).await
}

#[tokio::test]
async fn a_dialect_is_put_as_toml_or_as_json() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let made = put_text(&api, &caller, "mine", "application/toml", own("mine"))
        .await
        .expect(200);
    assert_eq!(
        (&made["version"], &made["source"]),
        (&json!(1), &json!(own("mine")))
    );
    let as_source = api
        .put(&caller, "/v1/dialects/mine", json!({"source": own("mine")}))
        .await;
    assert_eq!(as_source.expect(200)["version"], 1);
    // Its tables as JSON are another text, and the same dialect.
    let tables: toml::Value = toml::from_str(&own("mine")).unwrap();
    let tables = serde_json::to_value(tables).unwrap();
    let made = api
        .put(&caller, "/v1/dialects/mine", tables.clone())
        .await
        .expect(200);
    assert_eq!(made["version"], 2);
    let preview = async |body: Value| {
        api.post(&caller, "/v1/dialects/preview", body)
            .await
            .expect(200)
    };
    let sample = |dialect: &str| json!({"dialect": dialect, "type": "a.b", "data": {}, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
    let names = |shown: Value| -> Vec<Value> {
        shown["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|header| header["name"].clone())
            .collect()
    };
    assert_eq!(
        names(preview(sample("mine")).await),
        names(preview(sample("standard")).await)
    );
    let other = put_text(&api, &caller, "mine", "application/x-yaml", own("mine")).await;
    assert_eq!(other.status.as_u16(), 415);
    for change in [
        json!({"colour": 1}),
        json!({"notes": null}),
        json!({"secret": 7}),
    ] {
        let mut tables = tables.clone();
        tables
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = api.put(&caller, "/v1/dialects/mine", tables).await;
        assert_eq!(refused.status.as_u16(), 422, "{change}: {}", refused.text());
    }
}

#[tokio::test]
async fn a_fault_in_a_dialect_has_line_and_column() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let text = own("mine").replacen("title = \"", "title = 7 # \"", 1);
    let line = text
        .lines()
        .position(|line| line.starts_with("title"))
        .unwrap()
        + 1;
    let by_text = put_text(&api, &caller, "mine", "application/toml", text.clone()).await;
    let by_source = api
        .put(&caller, "/v1/dialects/mine", json!({"source": text}))
        .await;
    let by_preview = api
        .post(&caller, "/v1/dialects/preview", json!({"source": text}))
        .await;
    for (reply, pointer) in [
        (by_text, ""),
        (by_source, "/source"),
        (by_preview, "/source"),
    ] {
        assert_eq!(reply.status.as_u16(), 422);
        let fault = &reply.json["errors"][0];
        assert_eq!(
            (&fault["pointer"], &fault["line"], &fault["column"]),
            (&json!(pointer), &json!(line), &json!(9)),
            "{fault}"
        );
    }
}

#[tokio::test]
async fn versions_count_from_one_and_unused_dialects_can_be_deleted() {
    let api = Api::new();
    let project = api.project("standard").await;
    let (caller, path) = (project.caller.clone(), "/v1/dialects/mine");
    let put = async |comment: &str| {
        let text = format!("# {comment}\n{}", own("mine"));
        put_text(&api, &caller, "mine", "text/toml", text)
            .await
            .expect(200)["version"]
            .clone()
    };
    let builtin = api.get(&caller, "/v1/dialects/standard").await.expect(200);
    assert_eq!(builtin["version"], 1);
    assert_eq!((put("a").await, put("b").await), (json!(1), json!(2)));
    let endpoint =
        json!({"tenant": "a", "url": "https://example.com/", "events": ["*"], "dialect": "mine"});
    let endpoint = api
        .post(&caller, "/v1/endpoints", endpoint)
        .await
        .expect(201);
    let id = endpoint["id"].as_str().unwrap();
    let used = api.delete(&caller, path).await;
    assert_eq!(used.status.as_u16(), 409);
    assert!(used.text().contains(id), "{}", used.text());
    api.delete(&caller, &format!("/v1/endpoints/{id}"))
        .await
        .expect(204);
    let of_project = |dialect: &str| json!({"dialect": dialect});
    let project_path = format!("/v1/projects/{}", project.id);
    api.patch(&Caller::admin(), &project_path, of_project("mine"))
        .await
        .expect(200);
    let used = api.delete(&caller, path).await;
    assert!(used.text().contains("the project"), "{}", used.text());
    used.expect(409);
    api.patch(&Caller::admin(), &project_path, of_project("standard"))
        .await
        .expect(200);
    api.delete(&caller, path).await.expect(204);
    api.get(&caller, path).await.expect(404);
    api.delete(&caller, path).await.expect(404);
    api.delete(&caller, "/v1/dialects/standard")
        .await
        .expect(409);
    assert_eq!(put("b").await, 3);
}
