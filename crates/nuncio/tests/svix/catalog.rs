//! Applications and event types.

use serde_json::{Value, json};

use crate::{
    ids, installation, organization,
    support::api::{Api, text},
};

#[tokio::test]
async fn applications_are_made_replaced_changed_and_deleted() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let body = json!({"name": "a", "uid": "one", "throttleRate": 7, "metadata": {"k": "v"}});
    let made = api.post("/api/v1/app", body.clone()).await.expect(201);
    assert!(text(&made, "id").starts_with("app_"));
    assert_eq!(
        (&made["throttleRate"], &made["rateLimit"]),
        (&json!(7), &json!(7))
    );
    assert_eq!(made["metadata"], json!({"k": "v"}));
    assert_eq!(
        api.post("/api/v1/app", body.clone()).await.expect(409)["code"],
        "conflict"
    );
    assert_eq!(
        api.post("/api/v1/app?get_if_exists=true", body)
            .await
            .expect(200),
        made
    );
    assert_eq!(api.get("/api/v1/app/one").await.expect(200), made);

    let put = api
        .put("/api/v1/app/one", json!({"name": "b"}))
        .await
        .expect(200);
    assert!(put.get("uid").is_none() && put["throttleRate"].is_null());
    let path = format!("/api/v1/app/{}", text(&made, "id"));
    let patched = api
        .patch(&path, json!({"uid": "two", "metadata": {"a": "b"}}))
        .await
        .expect(200);
    assert_eq!(
        (&patched["uid"], &patched["name"]),
        (&json!("two"), &json!("b"))
    );
    let cleared = api.patch(&path, json!({"uid": null})).await.expect(200);
    assert!(cleared.get("uid").is_none());
    assert_eq!(cleared["metadata"], json!({"a": "b"}));
    let new = api
        .put("/api/v1/app/unknown", json!({"name": "c"}))
        .await
        .expect(201);
    assert_ne!(new["id"], made["id"]);
    assert!(new.get("uid").is_none());
    assert_eq!(api.delete(&path).await.status, 204);
    api.get(&path).await.expect(404);
    api.patch(&path, json!({"name": "x"})).await.expect(404);
}

/// Goes through a list forwards and back again, two items at a time.
async fn walk(api: &Api, path: &str, key: &str, expected: &[String]) {
    let separator = if path.contains('?') { '&' } else { '?' };
    let page = async |iterator: &str| {
        let path = format!("{path}{separator}limit=2{iterator}");
        api.get(&path).await.expect(200)
    };
    let names = |list: &Value| -> Vec<String> {
        let data = list["data"].as_array().expect("a list");
        data.iter().map(|item| text(item, key)).collect()
    };
    let mut list = page("").await;
    let mut seen = names(&list);
    while !list["done"].as_bool().expect("true or false") {
        list = page(&format!("&iterator={}", text(&list, "iterator"))).await;
        seen.extend(names(&list));
    }
    assert_eq!(seen, expected, "{path}");
    let mut back = names(&list);
    loop {
        list = page(&format!("&iterator={}", text(&list, "prevIterator"))).await;
        let mut before = names(&list);
        before.extend(back);
        back = before;
        if list["done"].as_bool().expect("true or false") {
            break;
        }
    }
    assert_eq!(back, expected, "{path}, backwards");
}

#[tokio::test]
async fn lists_are_paged_both_ways_in_both_orders() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let mut made = Vec::new();
    for n in 0..5 {
        let app = api
            .post("/api/v1/app", json!({"name": format!("{n}")}))
            .await
            .expect(201);
        made.push(text(&app, "id"));
    }
    made.sort();
    let reversed: Vec<String> = made.iter().rev().cloned().collect();
    walk(&api, "/api/v1/app", "id", &made).await;
    walk(&api, "/api/v1/app?order=descending", "id", &reversed).await;

    let app = format!("/api/v1/app/{}", made[0]);
    let mut endpoints = Vec::new();
    for n in 0..5 {
        let body = json!({"url": format!("http://127.0.0.1:9/{n}")});
        let made = api.post(&format!("{app}/endpoint"), body).await.expect(201);
        endpoints.push(text(&made, "id"));
    }
    endpoints.sort();
    let reversed: Vec<String> = endpoints.iter().rev().cloned().collect();
    walk(&api, &format!("{app}/endpoint"), "id", &reversed).await;
    walk(
        &api,
        &format!("{app}/endpoint?order=ascending"),
        "id",
        &endpoints,
    )
    .await;

    let mut names = Vec::new();
    for name in ["b", "a.b", "Z", "a-b", "c"] {
        let body = json!({"name": name, "description": ""});
        api.post("/api/v1/event-type", body).await.expect(201);
        names.push(name.to_owned());
    }
    names.sort();
    walk(&api, "/api/v1/event-type?order=descending", "name", &names).await;

    let mut messages = Vec::new();
    for n in 0..5 {
        messages.push(crate::send(&api, &app, "a", json!({"n": n})).await);
    }
    messages.reverse();
    walk(&api, &format!("{app}/msg"), "id", &messages).await;
    assert_eq!(
        ids(&api.get(&format!("{app}/msg?limit=2")).await.expect(200)),
        messages[..2]
    );
}

#[tokio::test]
async fn event_types_are_archived_revived_and_expunged() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let schemas = json!({"1": {"type": "object", "examples": [{"a": 1}]}});
    let body = json!({"name": "user.new", "description": "d", "schemas": schemas});
    let made = api
        .post("/api/v1/event-type", body.clone())
        .await
        .expect(201);
    assert_eq!(
        (&made["schemas"], &made["archived"]),
        (&schemas, &json!(false))
    );
    assert_eq!(
        api.post("/api/v1/event-type", body.clone())
            .await
            .expect(409)["code"],
        "event_type_exists"
    );
    let listed = api.get("/api/v1/event-type").await.expect(200);
    assert!(listed["data"][0]["schemas"].is_null());
    let listed = api
        .get("/api/v1/event-type?with_content=true")
        .await
        .expect(200);
    assert_eq!(listed["data"][0]["schemas"], schemas);

    let path = "/api/v1/event-type/user.new";
    assert_eq!(api.delete(path).await.status, 204);
    assert_eq!(api.get(path).await.expect(200)["archived"], true);
    assert!(
        api.get("/api/v1/event-type").await.expect(200)["data"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let archived = api
        .get("/api/v1/event-type?include_archived=true")
        .await
        .expect(200);
    assert_eq!(archived["data"].as_array().unwrap().len(), 1);
    let revived = json!({"name": "user.new", "description": "new"});
    let revived = api.post("/api/v1/event-type", revived).await.expect(201);
    assert_eq!(
        (&revived["archived"], &revived["schemas"]),
        (&json!(false), &Value::Null)
    );
    let put = api
        .put(path, json!({"description": "put", "deprecated": true}))
        .await
        .expect(200);
    assert_eq!(
        (&put["description"], &put["deprecated"]),
        (&json!("put"), &json!(true))
    );
    let patched = api
        .patch(path, json!({"featureFlag": "beta"}))
        .await
        .expect(200);
    assert_eq!(
        (&patched["featureFlag"], &patched["description"]),
        (&json!("beta"), &json!("put"))
    );
    api.put("/api/v1/event-type/other", json!({"description": ""}))
        .await
        .expect(201);
    assert_eq!(
        api.delete(&format!("{path}?expunge=true")).await.status,
        204
    );
    api.get(path).await.expect(404);
    let wrong = json!({"name": "w", "description": "", "schemas": {"1": {"type": 7}}});
    api.post("/api/v1/event-type", wrong).await.expect(422);
}
