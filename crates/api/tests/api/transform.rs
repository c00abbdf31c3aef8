//! Transformations: who may set one, what is refused, what a dry run shows, and what of it is shown afterwards.

use nuncio_domain::Next;
use serde_json::{Value, json};

use crate::common::{Api, Caller};

const ADDS: &str =
    "function handler(w) { w.payload.seen = true; w.headers['X-A'] = 'b'; return w }";

fn with_code(code: &str) -> Value {
    json!({
        "tenant": "acme", "url": "https://example.com/hook", "events": ["*"],
        "transform": {"code": code}
    })
}

async fn policy(api: &Api, project: &str, word: &str) {
    let change = json!({"policy": {"transformations": word}});
    let path = format!("/v1/projects/{project}");
    let changed = api.patch(&Caller::admin(), &path, change).await.expect(200);
    assert_eq!(changed["policy"]["transformations"], word);
}

#[tokio::test]
async fn code_is_checked_shown_and_taken_away() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    for (transform, pointer, part) in [
        (
            json!({"code": "function handler(w) {\n  return w.\n}"}),
            "/transform/code",
            "line 3",
        ),
        (
            json!({"code": "let x = 1"}),
            "/transform/code",
            "no `function handler",
        ),
        (
            json!({"code": "x".repeat(33_000)}),
            "/transform/code",
            "32768",
        ),
        (json!({"code": "for (;;) ;"}), "/transform/code", "100 ms"),
        (
            json!({"code": ADDS, "enabled": 1}),
            "/transform/enabled",
            "",
        ),
        (json!({"enabled": true}), "/transform", "code"),
        (json!({"code": ADDS, "version": 1}), "/transform", "version"),
    ] {
        let mut hook = with_code(ADDS);
        hook["transform"] = transform;
        let reply = api.post(&caller, "/v1/endpoints", hook.clone()).await;
        assert_eq!(reply.status, 422, "{hook}");
        assert!(reply.pointer().starts_with(pointer), "{}", reply.text());
        assert!(reply.text().contains(part), "{}", reply.text());
    }
    let made = api
        .post(&caller, "/v1/endpoints", with_code(ADDS))
        .await
        .expect(201);
    assert_eq!(made["transform"], json!({"code": ADDS, "enabled": true}));
    let path = format!("/v1/endpoints/{}", made["id"].as_str().unwrap());
    let off = json!({"transform": {"code": ADDS, "enabled": false}});
    let changed = api.patch(&caller, &path, off).await.expect(200);
    assert_eq!(changed["transform"]["enabled"], false);
    let other = json!({"description": "x"});
    let changed = api.patch(&caller, &path, other).await.expect(200);
    assert_eq!(changed["transform"]["code"], ADDS);
    let none = json!({"transform": null});
    let changed = api.patch(&caller, &path, none).await.expect(200);
    assert_eq!(changed["transform"], Value::Null);
    let list = api.get(&caller, "/v1/audit").await.expect(200);
    let told = &list["data"][0]["changes"]["transform.code"];
    let told = if told.is_null() {
        &list["data"][0]["changes"]["transform"]
    } else {
        told
    };
    assert!(
        told["from"].is_object() || told["from"].is_string(),
        "{}",
        list["data"][0]
    );
}

#[tokio::test]
async fn the_policy_says_who_may_set_code() {
    let api = Api::new();
    let project = api.project("standard").await;
    let tenant = api.tenant_key(&project.id, "acme").await;
    let made = api
        .post(&project.caller, "/v1/endpoints", with_code(ADDS))
        .await
        .expect(201);
    let path = format!("/v1/endpoints/{}", made["id"].as_str().unwrap());
    let test = format!("{path}/transform/test");
    let check = async |caller: &Caller, set: u16, clear: u16, dry_run: u16| {
        let change = json!({"transform": {"code": ADDS}});
        assert_eq!(api.patch(caller, &path, change).await.status, set);
        assert_eq!(
            api.post(caller, &test, json!({"code": ADDS})).await.status,
            dry_run
        );
        let mut hook = with_code(ADDS);
        hook["tenant"] = "acme".into();
        let created = if set == 200 { 201 } else { set };
        assert_eq!(
            api.post(caller, "/v1/endpoints", hook).await.status,
            created
        );
        assert_eq!(
            api.patch(caller, &path, json!({"transform": null}))
                .await
                .status,
            clear
        );
    };
    check(&project.caller, 200, 200, 200).await;
    check(&tenant, 403, 403, 403).await;
    policy(&api, &project.id, "tenant").await;
    check(&tenant, 200, 200, 200).await;
    policy(&api, &project.id, "off").await;
    check(&project.caller, 403, 200, 403).await;
    check(&tenant, 403, 403, 403).await;
    let wrong = json!({"policy": {"transformations": "everybody"}});
    let path = format!("/v1/projects/{}", project.id);
    api.patch(&Caller::admin(), &path, wrong).await.expect(422);
}

#[tokio::test]
async fn a_dry_run_shows_what_would_be_sent_and_sends_nothing() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let made = api
        .post(caller, "/v1/endpoints", with_code(ADDS))
        .await
        .expect(201);
    let path = format!(
        "/v1/endpoints/{}/transform/test",
        made["id"].as_str().unwrap()
    );
    let run = async |body: Value| api.post(caller, &path, body).await.expect(200);

    let shown = run(json!({"type": "order.paid", "data": {"n": 12345678901234567890_u64}})).await;
    assert_eq!(shown["ok"], true);
    assert_eq!(shown["headers"], json!({"X-A": "b"}));
    let body = shown["body"].as_str().unwrap();
    assert!(
        body.contains("12345678901234567890") && body.contains("\"seen\":true"),
        "{body}"
    );

    let event = api.publish(caller, "acme").await;
    let shown = run(json!({"event": event})).await;
    assert!(shown["body"].as_str().unwrap().contains("seen"), "{shown}");

    let shown = run(json!({"code": "function handler(w) { w.cancel = 'no'; return w }"})).await;
    assert_eq!(
        (&shown["cancel"], &shown["body"]),
        (&json!("no"), &Value::Null)
    );

    let shown = run(json!({"code": "function handler(w) {\n  return w.a.b\n}"})).await;
    assert_eq!(shown["ok"], false);
    let error = &shown["error"];
    assert_eq!(
        (&error["kind"], &error["line"]),
        (&json!("thrown"), &json!(2)),
        "{error}"
    );
    assert!(error["column"].is_u64(), "{error}");

    for name in ["Webhook-Signature", "host", "Content-Type", "X A"] {
        let code = format!("function handler(w) {{ w.headers['{name}'] = 'x'; return w }}");
        let shown = run(json!({ "code": code })).await;
        assert_eq!(shown["error"]["kind"], "result", "{name}: {shown}");
    }
    let code = "function handler(w) { w.eventType = 'a\\nb'; return w }";
    assert_eq!(
        run(json!({ "code": code })).await["error"]["kind"],
        "result"
    );

    let other = api.publish(caller, "another").await;
    for (body, status) in [
        (json!({"event": other}), 404),
        (json!({"event": event, "data": {}}), 422),
        (json!({"colour": 1}), 422),
    ] {
        assert_eq!(
            api.post(caller, &path, body.clone()).await.status,
            status,
            "{body}"
        );
    }
    let erase = format!("/v1/events/{event}/payload");
    api.delete(caller, &erase).await;
    assert_eq!(
        api.post(caller, &path, json!({"event": event}))
            .await
            .status,
        409
    );
}

#[tokio::test]
async fn an_attempt_shows_the_body_that_its_own_version_of_the_code_made() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let made = api
        .post(&caller, "/v1/endpoints", with_code(ADDS))
        .await
        .expect(201);
    let event = api.publish(&caller, "acme").await;
    let fresh = api.fresh().await;
    api.attempt(&fresh, 1, Some(200), Next::Succeed).await;
    let path = format!("/v1/endpoints/{}", made["id"].as_str().unwrap());
    let change = json!({"transform": {"code": "function handler(w) { w.payload = 1; return w }"}});
    api.patch(&caller, &path, change).await.expect(200);
    let delivery = api.delivery_of(&caller, &event).await;
    let path = format!("/v1/deliveries/{delivery}");
    let shown = api.get(&caller, &path).await.expect(200);
    let body = shown["attempt_log"][0]["request_body"].as_str().unwrap();
    assert!(body.contains("\"seen\":true"), "{body}");
}

#[tokio::test]
async fn ready_made_ones_are_listed_and_run() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let list = api.get(&caller, "/v1/transforms").await.expect(200);
    let made = api
        .post(&caller, "/v1/endpoints", with_code(ADDS))
        .await
        .expect(201);
    let path = format!(
        "/v1/endpoints/{}/transform/test",
        made["id"].as_str().unwrap()
    );
    let mut names = Vec::new();
    for transform in list["data"].as_array().unwrap() {
        let shown = api
            .post(&caller, &path, json!({"code": transform["code"]}))
            .await
            .expect(200);
        assert_eq!(shown["ok"], true, "{}: {shown}", transform["name"]);
        names.push(transform["name"].as_str().unwrap());
    }
    assert_eq!(names, ["slack", "teams", "discord"]);
}
