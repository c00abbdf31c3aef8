//! A change to an endpoint that was answered is in force for the next attempt.

use std::time::Duration;

use nuncio_domain::{Clock, DeadReason, DisabledBecause, Gone, Secret, Secrets, State, Waiting};

use crate::support::{EndpointSpec, START, World};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn a_disabled_endpoint_gets_nothing_and_goes_on_once_enabled() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let begun = world.publish(endpoint);
    world.call().await.answer(500);
    world.settle().await;
    world.store.disable(endpoint);
    let while_disabled = world.publish(endpoint);
    assert!(world.call_until(START + 100 * HOUR).await.is_none());

    world.store.enable(endpoint);
    for _ in 0..2 {
        world.call_now().await.expect("it goes on").answer(200);
    }
    world.settle().await;
    assert_eq!(world.state(begun), State::Succeeded);
    assert_eq!(world.state(while_disabled), State::Succeeded);
}

#[tokio::test]
async fn what_waited_longer_than_the_history_has_one_attempt() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    world.store.disable(endpoint);
    let old = world.publish(endpoint);
    world.advance(31 * 24 * HOUR).await;
    world.store.enable(endpoint);
    world.call_now().await.expect("it is tried").answer(500);
    world.settle().await;
    assert_eq!(world.state(old), State::Dead(DeadReason::Expired));
}

#[tokio::test]
async fn what_was_not_to_be_sent_before_is_retried_from_then_on() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 60]));
    let later = START + 40 * 24 * HOUR;
    let delivery = world.store.publish_later(endpoint, START, later);
    let first = world.call().await;
    assert!(first.at >= later);
    first.answer(500);
    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
}

#[tokio::test]
async fn no_attempt_starts_after_the_disabling_was_answered() {
    let mut world = World::asleep(nuncio_engine::Limits {
        lane_in_flight_max: 1,
        ..Default::default()
    });
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..50 {
        world.publish(endpoint);
    }
    let first = world.call().await;
    // The answer frees the place in flight in the same moment in which the endpoint is disabled.
    world.store.disable(endpoint);
    first.answer(200);
    assert!(world.call_until(START + HOUR).await.is_none());
    world.store.enable(endpoint);
    for _ in 0..49 {
        world.call_now().await.expect("nothing is lost").answer(200);
    }
}

#[tokio::test]
async fn enabling_at_the_very_moment_loses_nothing() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for round in 0..20 {
        let delivery = world.publish(endpoint);
        world.store.disable(endpoint);
        for _ in 0..round {
            tokio::task::yield_now().await;
        }
        world.store.enable(endpoint);
        world.call_now().await.expect("it is attempted").answer(200);
        world.settle().await;
        assert_eq!(world.state(delivery), State::Succeeded, "{round}");
    }
}

#[tokio::test]
async fn a_deleted_endpoint_gets_nothing_more() {
    let mut world = World::asleep(nuncio_engine::Limits {
        lane_in_flight_max: 1,
        ..Default::default()
    });
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..50 {
        world.publish(endpoint);
    }
    let first = world.call().await;
    world.store.delete(endpoint);
    first.answer(500);
    assert!(world.call_until(START + 100 * HOUR).await.is_none());
}

#[tokio::test]
async fn a_plan_that_has_no_endpoints_waits_for_the_upgrade() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "grantiva"));
    let wait = |waiting| move |spec: &mut EndpointSpec| spec.waiting = waiting;
    world.store.change(endpoint, wait(Some(Waiting::Plan)));
    let delivery = world.publish(endpoint);
    assert!(world.call_until(START + 100 * HOUR).await.is_none());
    world.store.change(endpoint, wait(None));
    world.call_now().await.expect("it goes on").answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
}

#[tokio::test]
async fn a_test_is_attempted_once_even_while_disabled() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    world.store.disable(endpoint);
    let waits = world.publish(endpoint);
    let now = world.clock.steady();
    let test = world.store.publish_test(endpoint, now);
    world.call_now().await.expect("the test").answer(500);
    assert!(world.call_until(START + 100 * HOUR).await.is_none());
    assert_eq!(world.state(test), State::Dead(DeadReason::TestFailed));
    assert!(matches!(world.state(waits), State::Pending { .. }));
}

/// The state and the disabling that 410 leads to.
async fn gone(policy: Gone) -> (State, Option<DisabledBecause>) {
    let mut world = World::new();
    let mut spec = EndpointSpec::new(1, "standard");
    spec.gone = Some(policy);
    let endpoint = world.endpoint(spec);
    let delivery = world.publish(endpoint);
    world.call().await.answer(410);
    world.settle().await;
    let disable = world.store.records()[0].disable;
    (world.state(delivery), disable)
}

#[tokio::test]
async fn gone_disables_where_the_policy_says_so_and_is_retried_elsewhere() {
    assert_eq!(
        gone(Gone::Disable).await,
        (State::Dead(DeadReason::Gone), Some(DisabledBecause::Gone))
    );
    let due = START + Duration::from_secs(5);
    assert_eq!(gone(Gone::Retry).await, (State::Pending { due }, None));
}

#[tokio::test]
async fn each_attempt_signs_with_the_secret_in_force() {
    let mut world = World::new();
    let (old, new) = ("an old secret", "a new secret");
    let mut spec = EndpointSpec::new(1, "inviolet").retry(&[0, 60, 60, 60]);
    spec.secrets = Secrets::new(Secret::new(old.to_owned()));
    let endpoint = world.endpoint(spec);
    world.publish(endpoint);

    let first = world.call().await;
    assert!(signed_with(&first, old));
    first.answer(500);
    world.settle().await;
    world.store.change(endpoint, |spec| {
        let ends = START + Duration::from_secs(90);
        spec.secrets
            .rotate(Secret::new(new.to_owned()), ends, START)
            .unwrap();
    });

    let second = world.call().await;
    assert!(signed_with(&second, old), "its overlap has not ended");
    second.answer(500);
    let third = world.call().await;
    assert!(signed_with(&third, new), "nothing but the time has changed");
    third.answer(200);
}

fn signed_with(call: &crate::support::Call, secret: &str) -> bool {
    let dialect = nuncio_dialect::builtin_named("inviolet").expect("it is built in");
    let headers: Vec<_> = call
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let received = nuncio_dialect::Received {
        method: "POST",
        url: &call.url,
        headers: &headers,
        body: &call.body,
    };
    let key = dialect.parse_verifying_key(secret).expect("it is a secret");
    dialect.verify(&received, &[key], call.at.ms()).is_ok()
}
