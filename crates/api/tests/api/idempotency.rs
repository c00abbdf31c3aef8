//! `Idempotency-Key`: one effect, one answer.

use std::time::Duration;

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
        (
            "/v1/dead-letters/purge".to_owned(),
            json!({"confirm": true}),
        ),
        (
            "/v1/events/replay".to_owned(),
            json!({"since": "2026-01-01T00:00:00Z"}),
        ),
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

#[tokio::test]
async fn what_was_answered_is_repeated_to_whoever_was_answered_and_to_nobody_else() {
    let api = Api::new();
    let project = api.project("standard").await;
    let admin = Caller::admin_of(&project.id);
    let id = api.endpoint(&project.caller, "a").await;
    let other = json!({"name": "other", "kind": "project", "scope": "full"});
    let other = api.new_key(&project.id, other).await;
    let reader = json!({"name": "reader", "kind": "project", "scope": "read"});
    let reader = api.new_key(&project.id, reader).await;
    let hook = json!({"tenant": "a", "url": "https://example.com", "events": ["*"]});
    let own_hook = json!({"url": "https://example.com", "events": ["*"]});
    let key = json!({"name": "k", "kind": "project", "scope": "full"});
    let (one, two) = (
        api.tenant_key(&project.id, "a").await,
        api.tenant_key(&project.id, "a").await,
    );
    let portals = (
        api.portal(&project.caller, "a", "full").await,
        api.portal(&project.caller, "a", "full").await,
    );
    let rotate = format!("/v1/endpoints/{id}/rotate-secret");
    let portal = "/v1/tenants/a/portal-sessions".to_owned();
    for (first, others, path, body) in [
        (
            &admin,
            vec![&project.caller, &other, &reader],
            "/v1/keys".to_owned(),
            key,
        ),
        (
            &admin,
            vec![&other, &reader],
            "/v1/endpoints".to_owned(),
            hook,
        ),
        (
            &project.caller,
            vec![&admin, &other, &one, &portals.0],
            rotate,
            json!({}),
        ),
        (&project.caller, vec![&admin, &other], portal, json!({})),
        (
            &one,
            vec![&two, &portals.0],
            "/v1/webhooks".to_owned(),
            own_hook.clone(),
        ),
        (
            &portals.0,
            vec![&portals.1, &two],
            "/v1/webhooks".to_owned(),
            own_hook,
        ),
    ] {
        // Another key for each row: some of the callers come twice.
        let k = format!("{} {path}", first.key);
        let made = api.once(first, &path, &k, body.clone()).await;
        assert!(made.status.is_success(), "{path}: {}", made.text());
        let shown = [&made.json["secret"], &made.json["key"], &made.json["token"]];
        let shown = shown.into_iter().find_map(Value::as_str).unwrap();
        for caller in others {
            let reply = api.once(caller, &path, &k, body.clone()).await;
            assert!(!reply.text().contains(shown), "{path}: {}", reply.text());
            assert!(reply.headers.get("idempotent-replay").is_none(), "{path}");
        }
        let again = api.once(first, &path, &k, body).await;
        assert_eq!(again.text(), made.text(), "{path}");
    }
}

#[tokio::test]
async fn whoever_is_not_let_in_any_more_gets_no_kept_answer() {
    let api = Api::new();
    let project = api.project("standard").await;
    let ends = json!({
        "name": "k", "kind": "project", "scope": "full", "expires_at": "2026-04-26T13:00:00Z"
    });
    let revoked = json!({"name": "k", "kind": "project", "scope": "full"});
    let admin = Caller::admin_of(&project.id);
    let revoked = api.post(&admin, "/v1/keys", revoked).await.expect(201);
    let (expired, gone) = (
        api.new_key(&project.id, ends).await,
        Caller::key(revoked["key"].as_str().unwrap()),
    );
    let key = json!({"name": "k", "kind": "tenant", "scope": "full", "tenant": "a"});
    for caller in [&expired, &gone] {
        api.once(caller, "/v1/keys", "k", key.clone())
            .await
            .expect(201);
        api.once(caller, "/v1/events", "k", event(1))
            .await
            .expect(202);
    }
    let path = format!("/v1/keys/{}", revoked["id"].as_str().unwrap());
    api.delete(&admin, &path).await.expect(204);
    api.clock.advance(Duration::from_secs(26 * 60));
    for caller in [&expired, &gone] {
        api.once(caller, "/v1/keys", "k", key.clone())
            .await
            .expect(401);
        api.once(caller, "/v1/events", "k", event(1))
            .await
            .expect(401);
    }
}

#[tokio::test]
async fn a_browser_repeats_what_its_key_has_asked() {
    let api = Api::new();
    let project = api.project("standard").await;
    let browser = api.signed_in(&project.caller).await;
    let first = api.once(&project.caller, "/v1/events", "k", event(1)).await;
    let request = axum::http::Request::builder()
        .method("POST")
        .uri("/v1/events")
        .header("host", crate::common::HOST)
        .header("origin", format!("http://{}", crate::common::HOST))
        .header("cookie", browser.cookie.unwrap())
        .header("content-type", "application/json")
        .header("idempotency-key", "k")
        .body(axum::body::Body::from(event(1).to_string()))
        .unwrap();
    let again = api.send(request).await;
    assert_eq!((again.status, again.text()), (first.status, first.text()));
}

#[tokio::test]
async fn a_secret_is_repeated_for_ten_minutes() {
    let api = Api::new();
    let project = api.project("standard").await;
    let id = api.endpoint(&project.caller, "a").await;
    let hook = json!({"tenant": "a", "url": "https://example.com", "events": ["*"]});
    let key = json!({"name": "k", "kind": "tenant", "scope": "full", "tenant": "a"});
    let requests = [
        ("/v1/endpoints".to_owned(), hook, "secret", 201),
        ("/v1/keys".to_owned(), key, "key", 201),
        (
            format!("/v1/endpoints/{id}/rotate-secret"),
            json!({}),
            "secret",
            409,
        ),
        (
            "/v1/tenants/a/portal-sessions".to_owned(),
            json!({}),
            "token",
            409,
        ),
    ];
    let mut answers = Vec::new();
    for (path, body, ..) in &requests {
        let made = api.once(&project.caller, path, "k", body.clone()).await;
        assert!(made.status.is_success(), "{path}: {}", made.text());
        answers.push(made);
    }
    api.clock.advance(Duration::from_secs(10 * 60 - 1));
    for ((path, body, ..), first) in requests.iter().zip(&answers) {
        let again = api.once(&project.caller, path, "k", body.clone()).await;
        assert_eq!(again.text(), first.text(), "{path}");
    }
    api.clock.advance(Duration::from_secs(1));
    for ((path, body, shows, status), first) in requests.iter().zip(&answers) {
        let again = api.once(&project.caller, path, "k", body.clone()).await;
        assert_eq!(again.status, *status, "{path}: {}", again.text());
        let secret = first.json[*shows].as_str().unwrap();
        assert!(!again.text().contains(secret), "{path}: {}", again.text());
        if again.status == 201 {
            let mut without = first.json.clone();
            without.as_object_mut().unwrap().shift_remove(*shows);
            assert_eq!(again.json, without, "{path}");
        } else {
            assert!(
                again.text().contains("10 minutes"),
                "{path}: {}",
                again.text()
            );
        }
    }
}

#[tokio::test]
async fn a_published_event_is_found_again_whatever_the_project_asks_of_new_ones() {
    let api = Api::new();
    let project = api.project("standard").await;
    let batch = json!({"events": [event(1), event(2)]});
    let one = api.once(&project.caller, "/v1/events", "k", event(1)).await;
    let many = api
        .once(&project.caller, "/v1/events/batch", "k", batch.clone())
        .await;
    assert_eq!((one.status.as_u16(), many.status.as_u16()), (202, 202));
    let admin = Caller::admin();
    let path = format!("/v1/projects/{}", project.id);
    let schema = json!({"schema": {"type": "object", "required": ["never"]}});
    let strict = json!({"policy": {"strict_types": true}});
    for turn in 0..2 {
        match turn {
            0 => api.patch(&admin, &path, strict.clone()).await.expect(200),
            _ => {
                let path = "/v1/event-types/t";
                api.put(&project.caller, path, schema.clone())
                    .await
                    .expect(200)
            }
        };
        let again = api.once(&project.caller, "/v1/events", "k", event(1)).await;
        assert_eq!((again.status, again.text()), (one.status, one.text()));
        assert_eq!(again.headers["idempotent-replay"], "true");
        let again = api
            .once(&project.caller, "/v1/events/batch", "k", batch.clone())
            .await;
        assert_eq!((again.status, again.text()), (many.status, many.text()));
        let anew = api.once(&project.caller, "/v1/events", "l", event(1)).await;
        assert_eq!(anew.status, 422, "{}", anew.text());
        let other = api.once(&project.caller, "/v1/events", "k", event(9)).await;
        assert_eq!(other.status, 409, "{}", other.text());
    }
}
