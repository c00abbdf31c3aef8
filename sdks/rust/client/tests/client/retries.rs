//! When a call is made again, and that it has one effect.

use std::collections::HashSet;
use std::time::Duration;

use nuncio_client::{Error, Kind};

use crate::calls::{event, job, published};
use crate::scripted_server::{Answer, once, problem, start, start_with};

#[tokio::test]
async fn retries_keep_the_idempotency_key() {
    let scene = start([Answer::Broken, problem(503, ""), published()]).await;
    scene.client.events().publish(&event()).await.unwrap();
    let received = scene.received();
    let keys: HashSet<&String> = received
        .iter()
        .map(|request| &request.headers["idempotency-key"])
        .collect();
    assert_eq!((received.len(), keys.len()), (3, 1));
    assert!(keys.iter().all(|key| key.len() == 32));
}

#[tokio::test]
async fn other_calls_have_other_keys_and_a_given_key_is_used() {
    let scene = start([published(), published(), published()]).await;
    let once = scene.client.with_idempotency_key("order-4711");
    for client in [&scene.client, &scene.client, &once] {
        client.events().publish(&event()).await.unwrap();
    }
    let received = scene.received();
    let key = |n: usize| received[n].headers["idempotency-key"].as_str();
    assert_ne!(key(0), key(1));
    assert_eq!(key(2), "order-4711");
}

#[tokio::test]
async fn only_a_post_has_an_idempotency_key() {
    let scene = start([job()]).await;
    scene.client.jobs().get("job_1").await.unwrap();
    assert!(!scene.received()[0].headers.contains_key("idempotency-key"));
}

#[tokio::test]
async fn waits_double_and_end() {
    let scene = start(vec![problem(503, ""); 4]).await;
    let error = scene.client.jobs().get("job_1").await.unwrap_err();
    assert_eq!(error.kind(), Some(Kind::Unavailable));
    assert_eq!(scene.waits_ms(), [250, 500, 1_000]);
    assert_eq!(scene.received().len(), 4);
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let cases = [
        ("retry-after: 7", 7_000),
        ("retry-after: Fri, 02 Jan 2026 03:04:14 GMT", 9_000),
        ("retry-after: 0", 250),
        ("retry-after: soon", 250),
    ];
    for (header, expected_ms) in cases {
        let scene = start([problem(429, header), job()]).await;
        scene.client.jobs().get("job_1").await.unwrap();
        assert_eq!(scene.waits_ms(), [expected_ms], "{header}");
    }
}

#[tokio::test]
async fn server_that_asks_for_more_time_than_allowed_is_not_asked_again() {
    let scene = start([problem(503, "retry-after: 31")]).await;
    let error = scene.client.jobs().get("job_1").await.unwrap_err();
    let asked = error.api().unwrap().retry_after;
    assert_eq!(asked, Some(Duration::from_secs(31)));
    assert!(scene.waits_ms().is_empty());
}

#[tokio::test]
async fn gateway_is_retried_and_a_failure_of_the_server_itself_is_not() {
    let gateway = Answer::Full(502, "", "<h1>Bad gateway</h1>".to_owned());
    let scene = start([gateway, problem(500, "")]).await;
    let error = scene.client.jobs().get("job_1").await.unwrap_err();
    assert_eq!(error.api().unwrap().status, 500);
    assert_eq!(scene.waits_ms().len(), 1);
}

#[tokio::test]
async fn timeout_is_told_from_other_failures() {
    for (answer, expected) in [(Answer::Silent, true), (Answer::Broken, false)] {
        let short = |builder| once(builder).timeout(Duration::from_millis(200));
        let scene = start_with([answer], short).await;
        match scene.client.jobs().get("job_1").await {
            Err(Error::NoAnswer { timed_out, .. }) => assert_eq!(timed_out, expected),
            other => panic!("no answer: {other:?}"),
        }
    }
}
