//! What a request looks like, and what is kept of it.

use std::time::Duration;

use nuncio_domain::{ErrorClass, Headers, LaneView, Secret, Secrets};
use nuncio_engine::ReceiverResponse;

use crate::support::{EndpointSpec, START, World};

fn with_own_header() -> EndpointSpec {
    let mut spec = EndpointSpec::new(1, "standard");
    spec.headers = vec![
        ("X-Token".to_owned(), "hunter2".to_owned()),
        ("Webhook-Id".to_owned(), "forged".to_owned()),
    ];
    spec
}

#[tokio::test]
async fn it_carries_the_dialects_the_servers_and_the_customers_headers() {
    let mut world = World::new();
    let endpoint = world.endpoint(with_own_header());
    world.publish(endpoint);
    let call = world.call().await;
    let names: Vec<_> = call.headers.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "Content-Type",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "User-Agent",
        "Accept-Encoding",
        "X-Token",
    ];
    assert_eq!(names, expected);
    assert_eq!(call.header("User-Agent"), "Nuncio/test");
    assert_eq!(call.header("Accept-Encoding"), "identity");
    assert_eq!(call.header("X-Token"), "hunter2");
    assert_eq!(call.timeout, Duration::from_secs(15));
}

#[tokio::test]
async fn a_request_that_was_written_twice_is_counted_and_one_attempt() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for resent in [true, false, true] {
        let delivery = world.publish(endpoint);
        let answer = ReceiverResponse {
            status: 200,
            ..ReceiverResponse::default()
        };
        world.call().await.respond_resent(answer, resent);
        world.settle().await;
        assert_eq!(world.store.progress(delivery).attempts, 1);
    }
    let totals = world.lanes().totals().await.expect("it is running");
    assert_eq!((totals.attempts_resent, totals.attempts_succeeded), (2, 3));
}

#[tokio::test]
async fn the_value_of_a_customers_header_is_kept_masked() {
    let mut world = World::new();
    let endpoint = world.endpoint(with_own_header());
    world.publish(endpoint);
    world.call().await.answer(200);
    world.settle().await;
    let attempt = &world.store.records()[0].attempt;
    let added = attempt.request_headers.get(0);
    assert_eq!(
        added,
        Some(("Host", "receiver.example")),
        "by the transport"
    );
    let last = attempt.request_headers.iter().next_back();
    assert_eq!(last, Some(("X-Token", "***")));
    assert!(!format!("{attempt:?}").contains("hunter2"));
}

#[tokio::test]
async fn the_answer_is_kept_as_it_came() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    world.publish(endpoint);
    world.call().await.respond(ReceiverResponse {
        status: 418,
        headers: Headers::from_iter([("server", "teapot")]),
        body: b"short and stout".to_vec(),
        body_truncated: true,
        retry_after: None,
    });
    world.settle().await;
    let attempt = &world.store.records()[0].attempt;
    assert_eq!(attempt.status_code, Some(418));
    assert_eq!(attempt.error, Some(ErrorClass::STATUS));
    assert_eq!(attempt.response_body, b"short and stout");
    assert!(attempt.response_body_truncated);
    assert_eq!(attempt.response_headers.get(0), Some(("server", "teapot")));
    assert_eq!(attempt.url, "https://receiver-1.example/hook");
}

#[tokio::test]
async fn an_answer_that_broke_off_is_kept_with_its_status_and_is_no_success() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    world.publish(endpoint);
    let partial = ReceiverResponse {
        status: 200,
        body: b"{\"ok\":".to_vec(),
        ..ReceiverResponse::default()
    };
    world.call().await.break_off("closed_early", partial);
    world.settle().await;
    let attempt = &world.store.records()[0].attempt;
    assert_eq!(attempt.status_code, Some(200));
    assert_eq!(attempt.error, Some(ErrorClass::of("closed_early")));
    assert_eq!(attempt.response_body, b"{\"ok\":");
    world.call().await.answer(200);
}

#[tokio::test]
async fn ids_stay_and_the_timestamp_is_new_at_each_attempt() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "inviolet"));
    world.publish(endpoint);
    let first = world.call().await;
    let (id, time) = ("inviolet-delivery-id", "inviolet-timestamp");
    let before = (first.header(id).to_owned(), first.header(time).to_owned());
    let body = first.body.clone();
    first.answer(500);
    let second = world.call().await;
    assert_eq!(second.header(id), before.0);
    assert_ne!(second.header(time), before.1);
    assert_eq!(second.body, body);
}

/// A receiver that tells all it was sent: in headers, in its body, escaped as JSON and cut off in the middle.
fn echo(headers: &[(String, String)], secret: &str) -> ReceiverResponse {
    let all: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    let json = serde_json::to_string(&all).expect("text is JSON");
    let echoed = headers
        .iter()
        .map(|(name, value)| (format!("Echo-{name}"), value));
    ReceiverResponse {
        status: 500,
        headers: echoed.collect(),
        body: format!("{all}{json}\nyour secret is {secret}\n{}", &secret[..12]).into_bytes(),
        body_truncated: true,
        retry_after: None,
    }
}

#[tokio::test]
async fn nothing_that_is_kept_of_an_attempt_tells_a_secret_in_any_dialect() {
    const SECRET: &str = "of-the-customer/alone+\"and\\quoted\"";
    const OLD_SECRET: &str = "the-secret-before-that-one";
    const VALUES: [&str; 3] = [
        "hunter2-and-more",
        "Bearer of-the-gateway",
        "dXNlcjpodW50ZXIz",
    ];
    for dialect in nuncio_dialect::builtin() {
        let mut world = World::new();
        let mut spec = EndpointSpec::new(1, dialect.name());
        let mut secrets = Secrets::new(Secret::new(OLD_SECRET.to_owned()));
        let ends = START + Duration::from_secs(3_600);
        secrets
            .rotate(Secret::new(SECRET.to_owned()), ends, START)
            .expect("there is room");
        spec.secrets = secrets;
        spec.headers = vec![
            ("X-Token".to_owned(), VALUES[0].to_owned()),
            ("X-Gateway".to_owned(), VALUES[1].to_owned()),
            ("X-Basic".to_owned(), format!("Basic {}", VALUES[2])),
        ];
        let endpoint = world.endpoint(spec);
        world.publish(endpoint);
        let call = world.call().await;
        let sends_secret = call
            .headers
            .iter()
            .any(|(_, value)| value.contains(OLD_SECRET));
        let name = dialect.name();
        assert_eq!(sends_secret, dialect.sends_secret(), "{name}");
        let answer = echo(&call.headers, SECRET);
        call.respond(answer);
        world.settle().await;
        let attempt = &world.store.records()[0].attempt;
        let body = String::from_utf8_lossy(&attempt.response_body);
        let told = format!("{attempt:?}\n{body}");
        let bare = ["of-the-gateway", "hunter3", &SECRET[..12]];
        for secret in [SECRET, OLD_SECRET].into_iter().chain(VALUES).chain(bare) {
            assert!(!told.contains(secret), "{name} keeps {secret}: {told}");
        }
        assert!(body.contains("your secret is ***"), "{name}: {body}");
        assert!(body.ends_with("***"), "{name}: {body}");
    }
}
