//! Endpoints: what they may be, what is shown of them, how they change.

use serde_json::{Value, json};

use crate::common::{Api, Caller};

fn new(rest: Value) -> Value {
    let mut body = json!({"tenant": "a", "url": "https://example.com/hook", "events": ["*"]});
    body.as_object_mut()
        .unwrap()
        .extend(rest.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn an_endpoint_is_shown_whole_but_its_secret_only_once() {
    let api = Api::new();
    let project = api.project("standard").await;
    let body = new(json!({
        "description": "d", "headers": {"X-Key": "hunter2hunter2"}, "rate_limit": 5, "timeout_ms": 5000,
        "retry": {"delays_s": [0, 1]}, "metadata": {"k": [1]}, "events": ["risk.created", "task.*"],
        "url": "https://EXAMPLE.com./hook"
    }));
    let made = api
        .post(&project.caller, "/v1/endpoints", body)
        .await
        .expect(201);
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"));
    assert_eq!(made["url"], "https://EXAMPLE.com./hook");
    assert_eq!(made["headers"], json!({"X-Key": "***"}));
    assert_eq!(made["retry"], json!({"delays_s": [0, 1]}));
    assert_eq!(made["disabled"], false);
    let path = format!("/v1/endpoints/{}", made["id"].as_str().unwrap());
    let shown = api.get(&project.caller, &path).await;
    assert!(!shown.text().contains(secret) && !shown.text().contains("hunter2"));
    let mut shown = shown.expect(200);
    shown["secret"] = made["secret"].clone();
    assert_eq!(shown, made);
}

#[tokio::test]
async fn urls_go_through_the_guard() {
    let api = Api::new();
    let project = api.project("standard").await;
    let check = async |url: &str, status: u16| {
        let body = new(json!({"url": url}));
        let reply = api.post(&project.caller, "/v1/endpoints", body).await;
        assert_eq!(reply.status.as_u16(), status, "{url}: {}", reply.text());
        if status == 422 {
            assert_eq!(reply.pointer(), "/url", "{url}");
        }
    };
    check("http://example.com/", 422).await;
    check("https://127.0.0.1/", 422).await;
    check("https://[::1]/", 422).await;
    check("https://private.example/", 422).await;
    check("https://user:pw@example.com/", 422).await;
    check("https://example.com:22/", 422).await;
    check(&format!("https://example.com/{}", "a".repeat(2_048)), 422).await;
    check("not a url", 422).await;
    check("https://unknown.example/", 201).await;
    check("https://example.com:8443/a?b=c", 201).await;
}

/// Some dialects sign the URL, and receivers know it as it was entered: a host in capitals, the default port, dots in the
/// path, blanks and letters that a parser would rewrite.
#[tokio::test]
async fn urls_are_kept_and_shown_as_they_were_typed() {
    let api = Api::new();
    let project = api.project("square").await;
    let caller = &project.caller;
    for typed in [
        "https://example.com",
        "https://example.com:443/hook",
        "HTTPS://EXAMPLE.com/Hook",
        "https://example.com./",
        "https://example.com/a/../b/./c",
        "https://example.com/a%20b%2f%7e?q=%41",
        "https://example.com/a b?c d",
        "https://example.com/?",
        "https://example.com?a=1",
        "https://bücher.example/ä?ö=ü",
        "https://xn--bcher-kva.example/",
        "https://example.com//a//",
        "https://example.com\\a\\b",
    ] {
        let check = api
            .post(caller, "/v1/endpoints/check", json!({"url": typed}))
            .await
            .expect(200);
        assert_eq!(check["url"], typed);
        let made = api
            .post(caller, "/v1/endpoints", new(json!({"url": typed})))
            .await
            .expect(201);
        assert_eq!(made["url"], typed);
        let path = format!("/v1/endpoints/{}", made["id"].as_str().unwrap());
        assert_eq!(api.get(caller, &path).await.expect(200)["url"], typed);
        let other = "https://example.com:443/other";
        let changed = api.patch(caller, &path, json!({"url": other})).await;
        assert_eq!(changed.expect(200)["url"], other);
    }
    let padded = new(json!({"url": "  https://example.com/hook  "}));
    let made = api.post(caller, "/v1/endpoints", padded).await.expect(201);
    assert_eq!(made["url"], "https://example.com/hook");
    for control in [
        "https://example.com/a\tb",
        "https://example.com/\n",
        "https://exam\nple.com/",
    ] {
        let refused = api
            .post(caller, "/v1/endpoints", new(json!({"url": control})))
            .await;
        assert_eq!(refused.status.as_u16(), 422, "{control:?}");
    }
}

#[tokio::test]
async fn the_dialect_says_whose_choice_the_secret_is() {
    let api = Api::new();
    let deiterate = api.project("deiterate").await;
    let refused = api
        .post(&deiterate.caller, "/v1/endpoints", new(json!({})))
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointer()),
        (422, "/secret")
    );
    let own = new(json!({"secret": "your-webhook-secret"}));
    let made = api
        .post(&deiterate.caller, "/v1/endpoints", own)
        .await
        .expect(201);
    assert_eq!(made["secret"], "your-webhook-secret");
    assert!(made.get("public_key").is_none());

    let standard = api.project("standard").await;
    let pair = new(json!({"signing": "ed25519"}));
    let made = api
        .post(&standard.caller, "/v1/endpoints", pair)
        .await
        .expect(201);
    assert!(made["secret"].as_str().unwrap().starts_with("whsk_"));
    let path = format!("/v1/endpoints/{}", made["id"].as_str().unwrap());
    let shown = api.get(&standard.caller, &path).await.expect(200);
    assert!(shown["public_key"].as_str().unwrap().starts_with("whpk_"));
    let rotated = api
        .post(
            &standard.caller,
            &format!("{path}/rotate-secret"),
            json!({}),
        )
        .await;
    let rotated = rotated.expect(200);
    assert!(rotated["secret"].as_str().unwrap().starts_with("whsk_"));
    assert_ne!(rotated["public_key"], shown["public_key"]);
}

#[tokio::test]
async fn a_patch_keeps_what_it_does_not_name_and_null_clears() {
    let api = Api::new();
    let project = api.project("standard").await;
    let body = new(json!({
        "description": "d", "headers": {"X-A": "1", "X-B": "2"}, "rate_limit": 5, "timeout_ms": 5000,
        "metadata": {"k": 1}, "dialect": "stripe"
    }));
    let made = api
        .post(&project.caller, "/v1/endpoints", body)
        .await
        .expect(201);
    let path = format!("/v1/endpoints/{}", made["id"].as_str().unwrap());
    let patch = async |body: Value| api.patch(&project.caller, &path, body).await;

    let one = patch(json!({"description": "other"})).await.expect(200);
    assert_eq!(one["description"], "other");
    assert_eq!(
        (&one["rate_limit"], &one["timeout_ms"]),
        (&json!(5), &json!(5000))
    );
    assert_eq!(one["headers"], json!({"X-A": "***", "X-B": "***"}));
    let merged = json!({"metadata": {"l": {"m": 2}, "k": null, "n": null}});
    let merged = patch(merged).await.expect(200);
    assert_eq!(merged["metadata"], json!({"l": {"m": 2}}));
    let merged = patch(json!({"metadata": {"k": [3]}})).await.expect(200);
    assert_eq!(merged["metadata"], json!({"l": {"m": 2}, "k": [3]}));
    let two = patch(
        json!({"rate_limit": null, "metadata": null, "dialect": null, "headers": {"X-A": null}}),
    );
    let two = two.await.expect(200);
    assert_eq!(two["rate_limit"], json!(null));
    assert_eq!(two["metadata"], json!({}));
    assert_eq!(two["dialect"], json!(null));
    assert_eq!(two["headers"], json!({"X-B": "***"}));
    assert_eq!(two["description"], "other");
    let off = patch(json!({"disabled": true})).await.expect(200);
    assert_eq!(
        (&off["disabled"], &off["disabled_because"]),
        (&json!(true), &json!("requested"))
    );

    for (body, pointer) in [
        (json!({"url": null}), "/url"),
        (json!({"events": []}), "/events"),
        (json!({"url": "https://127.0.0.1/"}), "/url"),
        (
            json!({"headers": {"webhook-id": "1"}}),
            "/headers/webhook-id",
        ),
        (json!({"tenant": "b"}), "/tenant"),
        (json!({"secret": "1234567"}), "/secret"),
        (json!({"dialect": "klingon"}), "/dialect"),
    ] {
        let reply = patch(body.clone()).await;
        assert_eq!(
            (reply.status.as_u16(), reply.pointer()),
            (422, pointer),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_rotation_says_who_signs_and_until_when() {
    let api = Api::new();
    let check = async |dialect: &str, body: Value, signing_with: &str, expires: Value| {
        let project = api.project(dialect).await;
        let path = format!(
            "/v1/endpoints/{}/rotate-secret",
            api.endpoint(&project.caller, "a").await
        );
        let rotated = api.post(&project.caller, &path, body).await.expect(200);
        assert_eq!(rotated["signing_with"], signing_with, "{dialect}");
        assert_eq!(rotated["previous_expires_at"], expires, "{dialect}");
        assert!(rotated["secret"].is_string());
    };
    let tomorrow = json!("2026-04-27T12:34:56.123Z");
    check("standard", json!({}), "both", tomorrow.clone()).await;
    check("inviolet", json!({}), "previous", tomorrow).await;
    check(
        "inviolet",
        json!({"overlap_seconds": 0}),
        "current",
        json!(null),
    )
    .await;
    check(
        "ventryx",
        json!({"overlap_seconds": 60}),
        "previous",
        json!("2026-04-26T12:35:56.123Z"),
    )
    .await;

    let project = api.project("deiterate").await;
    let body = new(json!({"secret": "my-first-secret"}));
    let made = api
        .post(&project.caller, "/v1/endpoints", body)
        .await
        .expect(201);
    let path = format!(
        "/v1/endpoints/{}/rotate-secret",
        made["id"].as_str().unwrap()
    );
    assert_eq!(
        api.post(&project.caller, &path, json!({})).await.pointer(),
        "/secret"
    );
    let too_long = json!({"secret": "my-second-secret", "overlap_seconds": 2_592_001});
    assert_eq!(
        api.post(&project.caller, &path, too_long).await.pointer(),
        "/overlap_seconds"
    );
    for n in 0..10 {
        let body = json!({"secret": format!("my-secret-{n}")});
        api.post(&project.caller, &path, body).await.expect(200);
    }
    let eleventh = json!({"secret": "one-too-many"});
    api.post(&project.caller, &path, eleventh).await.expect(409);
}

#[tokio::test]
async fn a_plan_is_asked_for_at_creation_enabling_and_url_change() {
    let api = Api::new();
    let project = api.project("grantiva").await;
    let refused = api
        .post(&project.caller, "/v1/endpoints", new(json!({})))
        .await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(
        refused.text().contains("business, enterprise"),
        "{}",
        refused.text()
    );
    let round = api
        .post(
            &project.caller,
            "/v1/endpoints",
            new(json!({"dialect": "standard"})),
        )
        .await;
    assert_eq!(
        round.status, 403,
        "another dialect is no way round the plan"
    );

    let plan = async |plan: &str| {
        api.put(&project.caller, "/v1/tenants/a", json!({"plan": plan}))
            .await
            .expect(200)
    };
    plan("Business").await;
    let id = api.endpoint(&project.caller, "a").await;
    let path = format!("/v1/endpoints/{id}");
    let body = json!({"tenant": "a", "type": "device.new", "data": {}});
    plan("free").await;
    let event = api
        .post(&project.caller, "/v1/events", body)
        .await
        .expect(202);
    let deliveries = format!("/v1/events/{}/deliveries", event["id"].as_str().unwrap());
    let waiting = api.get(&project.caller, &deliveries).await.expect(200);
    assert_eq!(waiting["data"][0]["waiting"], "plan");
    assert_eq!(waiting["data"][0]["next_attempt_at"], json!(null));

    let post = async |action: &str| {
        api.post(&project.caller, &format!("{path}/{action}"), json!({}))
            .await
            .status
            .as_u16()
    };
    let url = json!({"url": "https://example.org/"});
    assert_eq!(post("disable").await, 200);
    assert_eq!(post("enable").await, 403);
    assert_eq!(
        api.patch(&project.caller, &path, url.clone()).await.status,
        403
    );
    assert_eq!(
        api.patch(&project.caller, &path, json!({"description": "x"}))
            .await
            .status,
        200
    );
    plan("enterprise").await;
    assert_eq!(post("enable").await, 200);
    assert_eq!(api.patch(&project.caller, &path, url).await.status, 200);
}

#[tokio::test]
async fn vendors_customers_use_their_own_routes() {
    let api = Api::new();
    let project = api.project("ventryx").await;
    let tenant = api.tenant_key(&project.id, "a").await;
    let body = json!({"url": "https://example.com/hook", "events": ["*"]});
    let made = api
        .post(&tenant, "/v1/webhooks", body.clone())
        .await
        .expect(201);
    assert_eq!(made["tenant"], "a");
    let id = made["id"].as_str().unwrap();
    let without = api.post(&project.caller, "/v1/webhooks", body).await;
    assert_eq!(
        (without.status.as_u16(), without.pointer()),
        (422, "/tenant")
    );

    let event = api.publish(&project.caller, "a").await;
    for path in [
        format!("/v1/webhooks/{id}/events"),
        format!("/v1/webhook/{id}/events"),
        format!("/webhook/{id}/events"),
        format!("/v1/endpoints/{id}/events"),
    ] {
        let log = api.get(&tenant, &path).await.expect(200);
        let entry = &log["data"][0];
        assert_eq!(entry["id"], event, "{path}");
        assert_eq!(entry["type"], "order.paid");
        assert_eq!(entry["created_at"], "2026-04-26T12:34:56.123Z");
        assert_eq!(entry["delivery"]["status"], "pending");
        assert_eq!(entry["delivery"]["attempts"], 0);
        assert_eq!(entry["delivery"]["retry_count"], 0);
        assert_eq!(entry["delivery"]["last_status_code"], json!(null));
        assert_eq!(
            entry["delivery"]["next_attempt_at"],
            "2026-04-26T12:34:56.123Z"
        );
    }
    api.get(&tenant, &format!("/v1/webhooks/{id}"))
        .await
        .expect(200);
}

#[tokio::test]
async fn a_tenant_has_as_many_endpoints_as_the_policy_allows() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = format!("/v1/projects/{}", project.id);
    let policy = json!({"policy": {"endpoints_per_tenant_max": 2}});
    api.patch(&Caller::admin(), &path, policy).await.expect(200);
    api.endpoint(&project.caller, "a").await;
    api.endpoint(&project.caller, "a").await;
    let third = api
        .post(&project.caller, "/v1/endpoints", new(json!({})))
        .await;
    assert_eq!(third.status, 409, "{}", third.text());
    assert_eq!(third.json["type"], "urn:nuncio:problem:limit-reached");
    api.endpoint(&project.caller, "b").await;
    let filters: Vec<_> = (0..101).map(|n| format!("t.{n}")).collect();
    let body = json!({"tenant": "c", "url": "https://example.com", "events": filters});
    let reply = api.post(&project.caller, "/v1/endpoints", body).await;
    assert_eq!((reply.status.as_u16(), reply.pointer()), (422, "/events"));
}

#[tokio::test]
async fn a_test_event_goes_out_whatever_the_filter_and_while_disabled() {
    let api = Api::new();
    let project = api.project("inviolet").await;
    let body = new(json!({"events": ["approval.granted"], "disabled": true}));
    let made = api
        .post(&project.caller, "/v1/endpoints", body)
        .await
        .expect(201);
    let path = format!("/v1/endpoints/{}/test", made["id"].as_str().unwrap());
    let sent = api
        .raw(&project.caller, "POST", &path, "")
        .await
        .expect(202);
    let delivery = format!("/v1/deliveries/{}", sent["delivery"].as_str().unwrap());
    let delivery = api.get(&project.caller, &delivery).await.expect(200);
    assert_eq!(delivery["type"], "webhook.test");
    assert_eq!(
        (&delivery["test"], &delivery["waiting"]),
        (&json!(true), &json!(null))
    );
    let own = api
        .raw(
            &project.caller,
            "POST",
            &path,
            r#"{"type":"x.y","data":{"a":1.0}}"#,
        )
        .await;
    own.expect(202);
    let bad = api
        .raw(&project.caller, "POST", &path, r#"{"data":"\ud800"}"#)
        .await;
    assert_eq!((bad.status.as_u16(), bad.pointer()), (422, "/data"));
}

#[tokio::test]
async fn a_deleted_endpoint_is_gone() {
    let api = Api::new();
    let project = api.project("standard").await;
    let id = api.endpoint(&project.caller, "a").await;
    let path = format!("/v1/endpoints/{id}");
    api.delete(&project.caller, &path).await.expect(204);
    api.get(&project.caller, &path).await.expect(404);
    api.delete(&project.caller, &path).await.expect(404);
    let body = json!({"tenant": "a", "type": "t", "data": 1});
    let event = api
        .post(&project.caller, "/v1/events", body)
        .await
        .expect(202);
    assert_eq!(event["deliveries"], 0);
}

#[tokio::test]
async fn a_header_holds_a_long_token_and_no_more_than_receivers_take() {
    let api = Api::new();
    let project = api.project("standard").await;
    let check = async |headers: Value, status: u16| {
        let reply = api
            .post(
                &project.caller,
                "/v1/endpoints",
                new(json!({ "headers": headers })),
            )
            .await;
        assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
        reply
    };
    let value = |chars: usize| "x".repeat(chars);
    check(json!({"Authorization": value(8_192)}), 201).await;
    let refused = check(json!({"Authorization": value(8_193)}), 422).await;
    assert_eq!(refused.pointer(), "/headers/Authorization");
    assert!(!refused.text().contains("xxxx"), "a refusal tells no value");
    check(json!({"A": value(6_000), "B": value(6_200)}), 201).await;
    let refused = check(json!({"A": value(6_200), "B": value(6_200)}), 422).await;
    assert_eq!(refused.pointer(), "/headers");
}
