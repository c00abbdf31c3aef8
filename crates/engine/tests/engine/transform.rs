//! What an endpoint's code does to its deliveries.

use std::time::Duration;

use nuncio_domain::{CancelReason, ErrorClass, State, Transform};

use crate::support::{EndpointSpec, START, World};

fn spec(number: i64, code: &str) -> EndpointSpec {
    let mut spec = EndpointSpec::new(number, "standard").retry(&[0, 60]);
    spec.transform = Some(Transform {
        code: code.to_owned(),
        enabled: true,
        version: 7,
    });
    spec
}

/// Waits until so many attempts are recorded. Code runs on threads of its own, which no test's clock moves.
async fn recorded(world: &World, count: usize) {
    while world.store.records().len() < count {
        tokio::task::yield_now().await;
    }
    world.settle().await;
}

#[tokio::test]
async fn what_the_code_returns_is_signed_and_sent() {
    let mut world = World::new();
    let endpoint = world.endpoint(spec(
        1,
        "function handler(w) { w.payload = {text: w.eventType}; w.headers['X-A'] = 'b'; return w }",
    ));
    world.publish(endpoint);
    let call = world.receivers.next().await;
    assert!(call.body.starts_with(br#"{"text":""#), "{:?}", call.body);
    assert_eq!(call.header("X-A"), "b");
    call.answer(200);
    world.settle().await;
    let attempt = &world.store.records()[0].attempt;
    assert_eq!(attempt.transform_version, Some(7));
}

#[tokio::test]
async fn code_that_does_not_want_a_delivery_cancels_it() {
    let world = World::new();
    let endpoint = world.endpoint(spec(
        1,
        "function handler(w) { w.cancel = 'not ours'; return w }",
    ));
    let delivery = world.publish(endpoint);
    recorded(&world, 1).await;
    let cancelled = State::Cancelled(CancelReason::Transformation);
    assert_eq!(world.state(delivery), cancelled);
    let attempt = &world.store.records()[0].attempt;
    assert_eq!(attempt.error, Some(ErrorClass::CANCELLED));
    assert_eq!(attempt.error_detail.as_deref(), Some("not ours"));
    assert!(attempt.request_headers.is_empty(), "nothing was sent");
}

#[tokio::test]
async fn code_that_fails_is_a_failed_attempt_and_others_are_served() {
    let mut world = World::new();
    let endless = world.endpoint(spec(1, "function handler(w) { for (;;) ; }"));
    let well = world.endpoint(EndpointSpec::new(2, "standard"));
    let delivery = world.publish(endless);
    let other = world.publish(well);
    world.receivers.next().await.answer(200);
    recorded(&world, 2).await;
    assert_eq!(world.state(other), State::Succeeded);
    let due = START + Duration::from_secs(60);
    assert_eq!(world.state(delivery), State::Pending { due });
    let records = world.store.records();
    let failed = records
        .iter()
        .find_map(|record| record.attempt.error.clone());
    assert_eq!(failed, Some(ErrorClass::TRANSFORM));
}
