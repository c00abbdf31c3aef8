//! Requests that carry credentials: fixed ones, and tokens that are asked for, kept, renewed and shared.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    ClientAuth, EndpointAuth, ErrorClass, LaneView, OAuthClient, Secret, State, Verification,
    VerificationState,
};
use nuncio_engine::ReceiverResponse;
use nuncio_store::EndpointKey;
use serde_json::{Value, json};

use crate::support::{Call, EndpointSpec, START, World};

const TOKEN_URL: &str = "https://login.example/token";

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn client() -> EndpointAuth {
    EndpointAuth::OAuth2(OAuthClient {
        token_url: TOKEN_URL.to_owned(),
        client_id: "me".to_owned(),
        client_auth: ClientAuth::ClientSecretBasic,
        secret: secret("of-the-client"),
        scopes: Vec::new(),
        audience: None,
    })
}

fn endpoint(world: &World, number: i64, auth: EndpointAuth) -> EndpointKey {
    let mut spec = EndpointSpec::new(number, "standard").retry(&[0, 3_600]);
    spec.auth = Some(Arc::new(auth));
    world.endpoint(spec)
}

fn issue(call: Call, token: &str, expires_in: u32) {
    let body =
        format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{expires_in}}}"#);
    respond(call, 200, &body);
}

fn respond(call: Call, status: u16, body: &str) {
    call.respond(ReceiverResponse {
        status,
        body: body.as_bytes().to_vec(),
        ..ReceiverResponse::default()
    });
}

/// The next request, which is one for a token.
async fn token_request(world: &mut World) -> Call {
    let call = world.call_now().await.expect("a request for a token");
    assert_eq!(call.url, TOKEN_URL);
    call
}

/// The next request, which is a delivery with this token.
async fn delivery(world: &mut World, token: &str) -> Call {
    let call = world.call_now().await.expect("a delivery");
    assert_ne!(call.url, TOKEN_URL);
    assert_eq!(call.header("Authorization"), format!("Bearer {token}"));
    call
}

#[tokio::test]
async fn fixed_credentials_are_sent_and_kept_masked() {
    let mut world = World::new();
    let basic = EndpointAuth::Basic {
        username: "me".to_owned(),
        password: secret("hunter22"),
    };
    let key = EndpointAuth::Header {
        name: "X-Key".to_owned(),
        value: secret("hunter22"),
    };
    let cases = [
        (basic, "Authorization", "Basic bWU6aHVudGVyMjI="),
        (
            EndpointAuth::Bearer {
                token: secret("hunter22"),
            },
            "Authorization",
            "Bearer hunter22",
        ),
        (key, "X-Key", "hunter22"),
    ];
    for (number, (auth, name, value)) in (1..).zip(cases) {
        let endpoint = endpoint(&world, number, auth);
        world.publish(endpoint);
        let call = world.call().await;
        assert_eq!(call.header(name), value);
        respond(call, 200, &format!("you sent {value}"));
        world.settle().await;
        let attempt = world.store.records().last().expect("one").attempt.clone();
        let last = attempt.request_headers.iter().next_back();
        assert_eq!(last, Some((name, "***")));
        assert!(attempt.response_body.starts_with(b"you sent ***"));
        assert!(!format!("{attempt:?}").contains("hunter22"));
    }
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_renewed_before_it_expires() {
    let mut world = World::new();
    let endpoint = endpoint(&world, 1, client());
    world.publish(endpoint);
    let call = token_request(&mut world).await;
    assert_eq!(
        call.header("Authorization"),
        "Basic bWU6b2YtdGhlLWNsaWVudA=="
    );
    assert_eq!(call.timeout, Duration::from_secs(10));
    issue(call, "one", 600);
    delivery(&mut world, "one").await.answer(200);
    world.advance(Duration::from_secs(569)).await;
    world.publish(endpoint);
    delivery(&mut world, "one").await.answer(200);
    world.advance(Duration::from_secs(2)).await;
    world.publish(endpoint);
    issue(token_request(&mut world).await, "two", 600);
    let call = delivery(&mut world, "two").await;
    respond(call, 500, "not with two-many-tokens, such as two");
    world.settle().await;
    let attempt = world.store.records().last().expect("one").attempt.clone();
    let body = String::from_utf8_lossy(&attempt.response_body).into_owned();
    assert!(!body.contains("two"), "{body}");
}

#[tokio::test]
async fn deliveries_that_wait_for_a_token_share_one_request_and_its_failure() {
    let mut world = World::new();
    let endpoint = endpoint(&world, 1, client());
    let waiting: Vec<_> = (0..4).map(|_| world.publish(endpoint)).collect();
    let call = token_request(&mut world).await;
    assert!(world.call_now().await.is_none(), "one request at a time");
    respond(
        call,
        401,
        r#"{"error":"invalid_client","error_description":"no of-the-client"}"#,
    );
    world.settle().await;
    assert!(world.call_now().await.is_none(), "all share the failure");
    let records = world.store.records();
    assert_eq!(records.len(), waiting.len());
    for record in records {
        assert_eq!(record.attempt.error, Some(ErrorClass::OAUTH_TOKEN));
        let detail = record.attempt.error_detail.clone().unwrap_or_default();
        assert!(
            detail.contains("answered 401 `invalid_client`: no ***"),
            "{detail}"
        );
    }

    // What succeeds is shared as well.
    world.advance(Duration::from_secs(3_600)).await;
    issue(token_request(&mut world).await, "one", 600);
    delivery(&mut world, "one").await.answer(200);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_within_the_attempt() {
    let mut world = World::new();
    let endpoint = endpoint(&world, 1, client());
    world.publish(endpoint);
    issue(token_request(&mut world).await, "one", 600);
    // A new token that is refused is not renewed.
    delivery(&mut world, "one").await.answer(401);
    world.advance(Duration::from_secs(61)).await;
    let again = world.publish(endpoint);
    delivery(&mut world, "one").await.answer(401);
    issue(token_request(&mut world).await, "two", 600);
    delivery(&mut world, "two").await.answer(200);
    world.settle().await;
    assert_eq!(world.state(again), State::Succeeded);
    let totals = world.lanes().totals().await.expect("it is running");
    assert_eq!(totals.attempts_resent, 1);

    // Both are refused: that is it for a minute.
    let refused = world.publish(endpoint);
    delivery(&mut world, "two").await.answer(401);
    issue(token_request(&mut world).await, "three", 600);
    delivery(&mut world, "three").await.answer(401);
    world.settle().await;
    assert_eq!(world.store.progress(refused).attempts, 1);
    world.publish(endpoint);
    delivery(&mut world, "three").await.answer(401);
    assert!(world.call_now().await.is_none());
}

#[tokio::test]
async fn a_refused_token_without_another_tells_both() {
    let mut world = World::new();
    let endpoint = endpoint(&world, 1, client());
    world.publish(endpoint);
    issue(token_request(&mut world).await, "one", 600);
    delivery(&mut world, "one").await.answer(200);
    world.publish(endpoint);
    let call = delivery(&mut world, "one").await;
    respond(call, 401, "who are you?");
    token_request(&mut world).await.fail("connect_refused");
    world.settle().await;
    let attempt = world.store.records().last().expect("one").attempt.clone();
    assert_eq!(attempt.error, Some(ErrorClass::OAUTH_TOKEN));
    assert_eq!(attempt.status_code, Some(401));
    assert_eq!(attempt.response_body, b"who are you?");
    let detail = attempt.error_detail.clone().unwrap_or_default();
    assert!(
        detail.contains("the receiver answered 401; no access token"),
        "{detail}"
    );
    assert!(detail.contains("connect_refused"), "{detail}");
}

#[tokio::test]
async fn an_endpoint_disabled_while_its_token_comes_is_not_sent_to() {
    let mut world = World::new();
    let endpoint = endpoint(&world, 1, client());
    let pending = world.publish(endpoint);
    let call = token_request(&mut world).await;
    world.store.disable(endpoint);
    issue(call, "one", 600);
    assert!(world.call_now().await.is_none());
    assert_eq!(world.store.progress(pending).attempts, 0);
    world.store.enable(endpoint);
    delivery(&mut world, "one").await.answer(200);
}

#[tokio::test]
async fn other_settings_never_use_the_token_of_those_before() {
    let mut world = World::new();
    let endpoint = endpoint(&world, 1, client());
    world.publish(endpoint);
    issue(token_request(&mut world).await, "one", 600);
    delivery(&mut world, "one").await.answer(200);
    world.store.change(endpoint, |spec| {
        let EndpointAuth::OAuth2(mut client) = client() else {
            unreachable!()
        };
        client.client_id = "somebody else".to_owned();
        spec.auth = Some(Arc::new(EndpointAuth::OAuth2(client)));
    });
    world.publish(endpoint);
    issue(token_request(&mut world).await, "two", 600);
    delivery(&mut world, "two").await.answer(200);
}

/// Asks for the handshake of an endpoint.
fn ask_for_handshake(world: &World, endpoint: EndpointKey) {
    let asked = Verification::asked(START);
    world
        .store
        .change(endpoint, move |spec| spec.verification = asked.clone());
}

/// Sends back the challenge of a handshake.
fn accept(call: Call) {
    let body: Value = serde_json::from_slice(&call.body).expect("it is JSON");
    assert_eq!(body["type"], "url_verification");
    let answer = json!({"challenge": body["challenge"]}).to_string();
    respond(call, 200, &answer);
}

#[tokio::test]
async fn a_handshake_is_made_once_more_when_its_token_is_refused() {
    let mut world = World::new();
    let mut spec = EndpointSpec::new(1, "slack");
    spec.auth = Some(Arc::new(client()));
    let endpoint = world.endpoint(spec);
    world.publish(endpoint);
    issue(token_request(&mut world).await, "one", 600);
    delivery(&mut world, "one").await.answer(200);
    world.settle().await;

    ask_for_handshake(&world, endpoint);
    delivery(&mut world, "one").await.answer(401);
    issue(token_request(&mut world).await, "two", 600);
    accept(delivery(&mut world, "two").await);
    world.settle().await;
    let verified = world.store.verification(endpoint);
    assert_eq!(verified.state, VerificationState::Verified, "{verified:?}");

    // The new one is kept for deliveries.
    world.publish(endpoint);
    delivery(&mut world, "two").await.answer(200);
}

#[tokio::test]
async fn a_handshake_whose_tokens_are_all_refused_fails_and_says_so() {
    let mut world = World::new();
    let mut spec = EndpointSpec::new(1, "slack");
    spec.auth = Some(Arc::new(client()));
    let endpoint = world.endpoint(spec);
    world.publish(endpoint);
    issue(token_request(&mut world).await, "one", 600);
    delivery(&mut world, "one").await.answer(200);
    world.settle().await;

    ask_for_handshake(&world, endpoint);
    delivery(&mut world, "one").await.answer(401);
    let call = token_request(&mut world).await;
    respond(
        call,
        400,
        r#"{"error":"invalid_client","error_description":"no of-the-client"}"#,
    );
    world.settle().await;
    let failed = world.store.verification(endpoint);
    assert_eq!(failed.state, VerificationState::Failed);
    let detail = failed.detail.expect("it says why");
    assert!(
        detail.starts_with("the receiver answered 401; no access token"),
        "{detail}"
    );
    assert!(!detail.contains("of-the-client"), "{detail}");
}
