//! An endpoint shows that it wants deliveries before it gets any, where its dialect asks for that.

use std::time::Duration;

use nuncio_dialect::builtin_named;
use nuncio_domain::{Clock, Headers, State, Verification, VerificationState};
use nuncio_engine::ReceiverResponse;
use nuncio_store::EndpointKey;
use serde_json::{Value, json};

use crate::support::{Call, EndpointSpec, START, World};

/// A world with an endpoint of that dialect whose handshake was asked for when it was made.
async fn asked(dialect: &'static str) -> (World, EndpointKey) {
    let world = World::new();
    let mut spec = EndpointSpec::new(1, dialect);
    spec.verification = Verification::asked(START);
    let endpoint = world.endpoint(spec);
    world.store.change(endpoint, |_| {});
    (world, endpoint)
}

fn body_of(call: &Call) -> Value {
    serde_json::from_slice(&call.body).expect("it is JSON")
}

fn answer_json(call: Call, value: &Value) {
    call.respond(ReceiverResponse {
        status: 200,
        body: value.to_string().into_bytes(),
        ..ReceiverResponse::default()
    });
}

fn answer_headers(call: Call, headers: &[(&str, &str)]) {
    call.respond(ReceiverResponse {
        status: 200,
        headers: headers.iter().copied().collect::<Headers>(),
        ..ReceiverResponse::default()
    });
}

#[tokio::test]
async fn a_challenge_that_comes_back_opens_the_endpoint_and_its_backlog() {
    let (mut world, endpoint) = asked("slack").await;
    let waits = world.publish(endpoint);
    let call = world.call_now().await.expect("the handshake");
    let body = body_of(&call);
    assert_eq!(body["type"], "url_verification");
    let challenge = body["challenge"].as_str().expect("it is text").to_owned();
    assert!(challenge.len() >= 20, "{challenge}");
    assert!(!call.header("X-Slack-Signature").is_empty(), "it is signed");
    assert!(world.call_now().await.is_none(), "the backlog waits");
    answer_json(call, &json!({"challenge": challenge}));
    let delivery = world.call_now().await.expect("the backlog");
    assert_eq!(body_of(&delivery)["type"], "event_callback");
    delivery.answer(200);
    world.settle().await;
    assert_eq!(world.state(waits), State::Succeeded);
    let verification = world.store.verification(endpoint);
    assert_eq!(verification.state, VerificationState::Verified);
    assert_eq!(verification.status_code, Some(200));
}

#[tokio::test]
async fn a_challenge_that_comes_back_with_its_signature_opens_the_endpoint() {
    let (mut world, endpoint) = asked("zoom").await;
    let spec = EndpointSpec::new(1, "zoom");
    let call = world.call_now().await.expect("the handshake");
    let token = body_of(&call)["payload"]["plainToken"]
        .as_str()
        .expect("it is text")
        .to_owned();
    let dialect = builtin_named("zoom").expect("it is built in");
    let key = dialect
        .parse_secret(spec.secrets.current.expose())
        .expect("it fits");
    let wrong = json!({"plainToken": token, "encryptedToken": "0".repeat(64)});
    answer_json(call, &wrong);
    world.settle().await;
    let failed = world.store.verification(endpoint);
    assert_eq!(failed.state, VerificationState::Failed);
    let detail = failed.detail.expect("it says why");
    assert!(detail.contains("did not hold the challenge"), "{detail}");
    assert!(detail.contains("/encryptedToken"), "{detail}");

    let call = world.call().await;
    assert_eq!(call.at, START + Duration::from_secs(60), "it is made again");
    let token = body_of(&call)["payload"]["plainToken"]
        .as_str()
        .expect("it is text")
        .to_owned();
    let right = json!({"plainToken": token, "encryptedToken": hmac_hex(&key, &token)});
    answer_json(call, &right);
    world.settle().await;
    let verified = world.store.verification(endpoint);
    assert_eq!(verified.state, VerificationState::Verified);
}

/// What the vendor's receivers send back.
fn hmac_hex(key: &nuncio_dialect::SigningKey, token: &str) -> String {
    let dialect = builtin_named("zoom").expect("it is built in");
    dialect.digest(token, key).expect("it signs")
}

#[tokio::test]
async fn an_options_request_names_the_sender_and_the_answer_must_allow_it() {
    for (allowed, expected) in [
        ("sender.example", VerificationState::Verified),
        ("*", VerificationState::Verified),
        ("other.example", VerificationState::Failed),
    ] {
        let (mut world, endpoint) = asked("cloudevents").await;
        let call = world.call_now().await.expect("the handshake");
        assert_eq!(call.method, http::Method::OPTIONS);
        assert_eq!(call.header("WebHook-Request-Origin"), "sender.example");
        assert!(call.body.is_empty());
        let headers = [
            ("WebHook-Allowed-Origin", allowed),
            ("WebHook-Allowed-Rate", "120"),
        ];
        answer_headers(call, &headers);
        world.settle().await;
        let verification = world.store.verification(endpoint);
        assert_eq!(verification.state, expected, "{allowed}");
        let rate = (expected == VerificationState::Verified).then_some(120);
        assert_eq!(verification.allowed_per_minute, rate);
    }
}

#[tokio::test]
async fn a_rate_is_asked_for_where_there_is_one_and_the_allowed_one_is_kept() {
    let mut world = World::new();
    let mut spec = EndpointSpec::new(1, "cloudevents");
    spec.verification = Verification::asked(START);
    spec.rate_limit = Some(5);
    let endpoint = world.endpoint(spec);
    world.store.change(endpoint, |_| {});
    let call = world.call_now().await.expect("the handshake");
    assert_eq!(call.header("WebHook-Request-Rate"), "300");
    let headers = [
        ("webhook-allowed-origin", "*"),
        ("webhook-allowed-rate", "30"),
    ];
    answer_headers(call, &headers);
    world.settle().await;
    for _ in 0..3 {
        world.publish(endpoint);
    }
    let mut starts = Vec::new();
    for _ in 0..3 {
        let call = world.call().await;
        starts.push(call.at.since(START).as_secs());
        call.answer(200);
    }
    assert_eq!(starts, [0, 2, 4], "thirty a minute");
}

#[tokio::test]
async fn what_was_wrong_is_said_in_words() {
    let check = async |answer: fn(Call), expected: &str| {
        let (mut world, endpoint) = asked("slack").await;
        answer(world.call_now().await.expect("the handshake"));
        world.settle().await;
        let verification = world.store.verification(endpoint);
        assert_eq!(verification.state, VerificationState::Failed);
        let detail = verification.detail.expect("it says why");
        assert!(detail.contains(expected), "{detail}");
    };
    check(|call| call.answer(404), "the receiver answered 404").await;
    check(|call| call.answer(200), "did not hold the challenge").await;
    check(
        |call| answer_json(call, &json!({"challenge": "x"})),
        "/challenge",
    )
    .await;
    check(|call| call.fail("dns"), "there was no answer").await;
}

#[tokio::test]
async fn it_is_made_five_times_and_then_waits_for_somebody() {
    let (mut world, endpoint) = asked("slack").await;
    let waits = world.publish(endpoint);
    let mut calls = 0;
    while let Some(call) = world.call_until(START + Duration::from_secs(86_400)).await {
        calls += 1;
        call.answer(500);
    }
    assert_eq!(calls, 5);
    assert!(matches!(world.state(waits), State::Pending { .. }));
    let now = world.clock.now();
    world.store.change(endpoint, |spec| {
        spec.verification = Verification::asked(now)
    });
    let call = world.call_now().await.expect("somebody asked");
    let challenge = body_of(&call)["challenge"].clone();
    answer_json(call, &json!({"challenge": challenge}));
    world.call_now().await.expect("the backlog").answer(200);
    world.settle().await;
    assert_eq!(world.state(waits), State::Succeeded);
}

#[tokio::test]
async fn an_answer_to_what_was_asked_before_says_nothing() {
    let (mut world, endpoint) = asked("slack").await;
    let old = world.call_now().await.expect("the handshake");
    let challenge = body_of(&old)["challenge"].clone();
    let later = START + Duration::from_secs(1);
    world.store.change(endpoint, |spec| {
        spec.verification = Verification::asked(later)
    });
    world.advance(Duration::from_secs(1)).await;
    answer_json(old, &json!({"challenge": challenge}));
    let new = world.call_now().await.expect("it is made for the new URL");
    let verification = world.store.verification(endpoint);
    assert_eq!(verification.state, VerificationState::Pending);
    new.answer(500);
    world.settle().await;
    let verification = world.store.verification(endpoint);
    assert_eq!(verification.state, VerificationState::Failed);
}

#[tokio::test]
async fn a_handshake_outlives_a_restart() {
    let (mut world, endpoint) = asked("slack").await;
    let cut_off = world.call_now().await.expect("the handshake");
    world.crash().await;
    drop(cut_off);
    world.start();
    let call = world.call_now().await.expect("it is made again");
    let challenge = body_of(&call)["challenge"].clone();
    answer_json(call, &json!({"challenge": challenge}));
    world.settle().await;
    let verification = world.store.verification(endpoint);
    assert_eq!(verification.state, VerificationState::Verified);
}

#[tokio::test]
async fn an_unverified_endpoint_gets_no_test_and_a_disabled_one_no_handshake() {
    let (mut world, endpoint) = asked("slack").await;
    world.store.publish_test(endpoint, START);
    let handshake = world.call_now().await.expect("the handshake");
    assert_eq!(body_of(&handshake)["type"], "url_verification");
    assert!(world.call_now().await.is_none(), "no test");
    handshake.answer(500);
    world.settle().await;
    world.store.disable(endpoint);
    world.advance(Duration::from_secs(3_600)).await;
    let test = world.call_now().await;
    let test = test.map(|call| body_of(&call)["type"].clone());
    assert!(test != Some(json!("url_verification")), "it is disabled");
}

#[tokio::test]
async fn endpoints_from_before_get_their_deliveries() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "slack"));
    let delivery = world.publish(endpoint);
    let call = world.call_now().await.expect("the delivery");
    assert_eq!(body_of(&call)["type"], "event_callback");
    call.answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
}
