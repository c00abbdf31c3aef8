//! `Idempotency-Key`: one effect, one answer.

use serde_json::{Value, json};

use crate::common::{Api, Caller};

fn event(n: u32) -> Value {
    json!({"tenant": "a", "type": "t", "data": {"n": n}})
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer_and_has_one_effect() {
    let api = Api::new();
    let project = api.project("standard").await;
    let first = api
        .once(&project.caller, "/v1/events", "k1", event(1))
        .await;
    assert!(first.headers.get("idempotent-replay").is_none());
    let second = api
        .once(&project.caller, "/v1/events", "k1", event(1))
        .await;
    assert_eq!((second.status, &second.bytes), (first.status, &first.bytes));
    assert_eq!(second.headers["idempotent-replay"], "true");
    assert_eq!(second.headers["content-type"], "application/json");
    let list = api.get(&project.caller, "/v1/events").await.expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_a_conflict() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.once(&project.caller, "/v1/events", "k1", event(1))
        .await
        .expect(202);
    let other = api
        .once(&project.caller, "/v1/events", "k1", event(2))
        .await;
    assert_eq!(other.status, 409);
    assert_eq!(
        other.json["type"],
        "urn:nuncio:problem:idempotency-key-reused"
    );
}

#[tokio::test]
async fn a_key_counts_for_one_project_one_tenant_and_one_path() {
    let api = Api::new();
    let (one, two) = (api.project("standard").await, api.project("standard").await);
    api.once(&one.caller, "/v1/events", "k", event(1))
        .await
        .expect(202);
    api.once(&two.caller, "/v1/events", "k", event(2))
        .await
        .expect(202);
    let (a, b) = (
        api.tenant_key(&one.id, "a").await,
        api.tenant_key(&one.id, "b").await,
    );
    let hook = |path: &str| json!({"url": format!("https://example.com/{path}"), "events": ["*"]});
    let of_a = api
        .once(&a, "/v1/webhooks", "k", hook("1"))
        .await
        .expect(201);
    let of_b = api
        .once(&b, "/v1/webhooks", "k", hook("2"))
        .await
        .expect(201);
    assert_ne!(of_a["id"], of_b["id"]);
}

#[tokio::test]
async fn a_repeated_request_is_answered_as_before_although_it_would_be_refused_now() {
    let api = Api::new();
    let project = api.project("grantiva").await;
    let plan = async |plan: &str| {
        let path = "/v1/tenants/a";
        let answer = api
            .put(&project.caller, path, json!({ "plan": plan }))
            .await;
        answer.expect(200);
    };
    let hook = json!({"tenant": "a", "url": "https://example.com/a", "events": ["*"]});
    plan("business").await;
    let path = "/v1/endpoints";
    let first = api.once(&project.caller, path, "k", hook.clone()).await;
    assert_eq!(first.status, 201);
    plan("free").await;
    let again = api.once(&project.caller, path, "k", hook.clone()).await;
    assert_eq!((again.status, &again.bytes), (first.status, &first.bytes));
    let anew = api.once(&project.caller, path, "l", hook).await;
    assert_eq!(anew.status, 403);
}

#[tokio::test]
async fn a_refused_request_may_be_made_again_under_its_key() {
    let api = Api::new();
    let project = api.project("standard").await;
    let bad = json!({"tenant": "a", "type": "t"});
    api.once(&project.caller, "/v1/events", "k", bad)
        .await
        .expect(422);
    api.once(&project.caller, "/v1/events", "k", event(1))
        .await
        .expect(202);
}

#[tokio::test]
async fn secrets_and_keys_are_answered_again() {
    let api = Api::new();
    let project = api.project("standard").await;
    let admin = Caller::admin_of(&project.id);
    let id = api.endpoint(&project.caller, "a").await;
    let hook = json!({"tenant": "a", "url": "https://example.com", "events": ["*"]});
    let key = json!({"name": "k", "kind": "tenant", "scope": "full", "tenant": "a"});
    for (path, body) in [
        ("/v1/projects".to_owned(), json!({"name": "p"})),
        ("/v1/keys".to_owned(), key),
        ("/v1/endpoints".to_owned(), hook),
        (format!("/v1/endpoints/{id}/rotate-secret"), json!({})),
        (format!("/v1/endpoints/{id}/test"), json!({})),
        (format!("/v1/endpoints/{id}/disable"), json!({})),
        (format!("/v1/endpoints/{id}/enable"), json!({})),
        (
            "/v1/events/batch".to_owned(),
            json!({"events": [event(1), {"tenant": "a"}]}),
        ),
        ("/v1/deliveries/retry".to_owned(), json!({})),
        ("/v1/dead-letters/retry".to_owned(), json!({})),
        ("/v1/dead-letters/purge".to_owned(), json!({})),
    ] {
        let first = api.once(&admin, &path, "k", body.clone()).await;
        assert!(first.status.is_success(), "{path}: {}", first.text());
        let second = api.once(&admin, &path, "k", body).await;
        assert_eq!(second.text(), first.text(), "{path}");
        assert_eq!(second.status, first.status, "{path}");
        assert_eq!(second.headers["idempotent-replay"], "true", "{path}");
    }
}

#[tokio::test]
async fn actions_on_events_and_deliveries_happen_once() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    let dead = api.dead_letter(&project.caller, "a").await;
    let event = api.publish(&project.caller, "a").await;
    let pending = api.delivery_of(&project.caller, &event).await;
    for path in [
        format!("/v1/events/{event}/replay"),
        format!("/v1/deliveries/{dead}/retry"),
        format!("/v1/deliveries/{pending}/cancel"),
    ] {
        let first = api.once(&project.caller, &path, "k", json!({})).await;
        assert!(first.status.is_success(), "{path}: {}", first.text());
        let second = api.once(&project.caller, &path, "k", json!({})).await;
        assert_eq!(second.text(), first.text(), "{path}");
        assert_eq!(second.headers["idempotent-replay"], "true", "{path}");
    }
    let path = format!("/v1/events/{event}/deliveries");
    let deliveries = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(
        deliveries["data"].as_array().unwrap().len(),
        2,
        "one original, one replay"
    );
}

#[tokio::test]
async fn a_key_is_short_and_printable() {
    let api = Api::new();
    let project = api.project("standard").await;
    let long = "x".repeat(256);
    for key in ["", &long, "a\tb"] {
        let reply = api.once(&project.caller, "/v1/events", key, event(1)).await;
        assert_eq!(reply.status, 422, "{key:?}");
        assert_eq!(reply.json["errors"][0]["in"], "header");
    }
    let longest = "x".repeat(255);
    api.once(&project.caller, "/v1/events", &longest, event(1))
        .await
        .expect(202);
}
