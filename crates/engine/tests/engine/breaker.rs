//! A receiver that is gone is tried again and again, but not by everybody at once.

use std::time::Duration;

use nuncio_domain::{BreakerState, Clock, LaneView, ProjectId, State, Timestamp};
use nuncio_engine::Limits;
use nuncio_store::EndpointKey;

use crate::support::{Call, EndpointSpec, START, World};

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn calls_now(world: &mut World) -> Vec<Call> {
    let mut calls = Vec::new();
    while let Some(call) = world.call_now().await {
        calls.push(call);
    }
    calls
}

async fn breaker(world: &World, endpoint: EndpointKey) -> BreakerState {
    let spec = world.store.spec(endpoint).sending();
    let project = ProjectId::new(1, [0; 10]);
    let lanes = world.lanes();
    let seen = lanes.lane(project, spec.endpoint.id, None).await;
    seen.expect("the engine is running").breaker
}

/// A world in which so many events were published to an endpoint whose first attempts have all failed.
async fn given_up(delays_s: &[u32], events: usize) -> (World, EndpointKey) {
    let mut world = World::new();
    let spec = EndpointSpec::new(1, "standard").retry(delays_s);
    let endpoint = world.endpoint(spec);
    for _ in 0..events {
        world.publish(endpoint);
    }
    for call in calls_now(&mut world).await {
        call.fail("connect");
    }
    world.settle().await;
    assert!(matches!(
        breaker(&world, endpoint).await,
        BreakerState::Open { .. }
    ));
    (world, endpoint)
}

#[tokio::test]
async fn a_probe_goes_alone_and_its_success_lets_the_others_go() {
    let (mut world, endpoint) = given_up(&[0, 600], 100).await;
    assert!(world.call_now().await.is_none(), "it is paused");
    let probe = world.call().await;
    let waited = probe.at.since(START).as_millis();
    assert!((1_000..=1_100).contains(&waited), "{waited}");
    assert!(world.call_now().await.is_none(), "one at a time");
    assert_eq!(breaker(&world, endpoint).await, BreakerState::HalfOpen);
    probe.answer(200);
    let calls = calls_now(&mut world).await;
    assert_eq!(calls.len(), 4, "the least that a window has");
    assert_eq!(breaker(&world, endpoint).await, BreakerState::Closed);
}

#[tokio::test]
async fn failed_probes_come_less_and_less_often() {
    let (mut world, _) = given_up(&[0, 600], 100).await;
    let (mut pauses, mut last) = (Vec::new(), START);
    for _ in 0..5 {
        let probe = world.call().await;
        pauses.push(probe.at.since(last).as_secs());
        last = probe.at;
        probe.answer(503);
    }
    for (pause, doubled) in pauses.iter().zip([1, 2, 4, 8, 16]) {
        assert!((doubled..=doubled + 1).contains(pause), "{pauses:?}");
    }
}

#[tokio::test]
async fn no_delivery_waits_longer_than_its_schedule_allows() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 5, 300]));
    let mut calls = 0;
    for _ in 0..60 {
        world.publish(endpoint);
        let end = world.clock.steady() + Duration::from_secs(1);
        while let Some(call) = world.call_until(end).await {
            calls += 1;
            call.fail("connect");
        }
        world.clock.advance(end.since(world.clock.steady()));
    }
    assert!(calls >= 100, "{calls}");
    // Those that may wait no longer at the same moment go one by one.
    late_attempts(&world, Duration::from_millis(5_200));
}

/// Asserts that no attempt began later than so long after it was due.
fn late_attempts(world: &World, patience: Duration) {
    let mut due: std::collections::HashMap<_, Timestamp> = std::collections::HashMap::new();
    for record in world.store.records() {
        let accepted = Timestamp::from_ms(record.delivery.unix_ms());
        let at = due.get(&record.delivery).copied().unwrap_or(accepted);
        let late = record.done.began.since(at);
        assert!(late <= patience, "{late:?} late");
        if let nuncio_domain::Next::RetryAt(next) = record.done.next {
            due.insert(record.delivery, next);
        }
    }
}

#[tokio::test]
async fn what_may_not_wait_goes_a_hundred_times_a_second_at_most() {
    let (mut world, _) = given_up(&[0], 1_000).await;
    let end = START + Duration::from_secs(2);
    let mut at: Vec<Timestamp> = Vec::new();
    while let Some(call) = world.call_until(end).await {
        at.push(call.at);
        call.fail("connect");
    }
    let first_second = at.iter().filter(|at| at.since(START).as_millis() < 1_000);
    let first_second = first_second.count();
    assert!((95..=101).contains(&first_second), "{first_second}");
    assert!((190..=203).contains(&at.len()), "{}", at.len());
}

#[tokio::test]
async fn a_test_goes_at_once_and_shows_that_the_receiver_is_back() {
    let (mut world, endpoint) = given_up(&[0, 600], 100).await;
    world.store.publish_test(endpoint, world.clock.steady());
    let test = world.call_now().await.expect("it does not wait");
    test.answer(200);
    assert_eq!(calls_now(&mut world).await.len(), 4, "the others go on");
}

#[tokio::test]
async fn a_retry_asked_for_goes_at_once() {
    let (mut world, _) = given_up(&[0, 600], 16).await;
    assert!(world.call_now().await.is_none());
    let delivery = world.store.deliveries()[0];
    world.store.retry(delivery, world.clock.steady());
    let retry = world.call_now().await.expect("it does not wait");
    retry.fail("connect");
    assert!(world.call_now().await.is_none(), "the others do");
}

#[tokio::test]
async fn what_a_program_asks_for_does_not_get_past_an_open_breaker() {
    let (mut world, endpoint) = given_up(&[0, 600], 16).await;
    for _ in 0..100 {
        world.store.publish_test(endpoint, world.clock.steady());
    }
    let mut tests = 0;
    let end = world.clock.steady() + Duration::from_secs(5);
    while let Some(call) = world.call_until(end).await {
        tests += 1;
        call.fail("connect");
    }
    assert!((2..=20).contains(&tests), "{tests}");
}

#[tokio::test]
async fn tests_that_fail_in_a_row_open_it() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..10 {
        world.store.publish_test(endpoint, world.clock.steady());
        world.call_now().await.expect("it goes at once").answer(500);
    }
    world.settle().await;
    let open = breaker(&world, endpoint).await;
    assert!(matches!(open, BreakerState::Open { .. }), "{open:?}");
}

#[tokio::test]
async fn errors_of_our_own_open_nothing() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..16 {
        world.publish(endpoint);
    }
    for call in calls_now(&mut world).await {
        call.fail("internal");
    }
    world.settle().await;
    assert_eq!(breaker(&world, endpoint).await, BreakerState::Closed);
}

#[tokio::test]
async fn what_is_known_of_a_receiver_outlives_its_lane() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 60]));
    for _ in 0..9 {
        world.publish(endpoint);
        world.call_now().await.expect("it is tried").answer(500);
        world.advance(Duration::from_millis(100)).await;
    }
    world.publish(endpoint);
    world.call_now().await.expect("the tenth").answer(500);
    world.settle().await;
    let open = breaker(&world, endpoint).await;
    assert!(matches!(open, BreakerState::Open { .. }), "{open:?}");
    let delivery = world.publish(endpoint);
    assert!(world.call_now().await.is_none(), "it is paused");
    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
}

#[tokio::test]
async fn a_changed_endpoint_is_tried_at_once() {
    let (mut world, endpoint) = given_up(&[0, 600], 100).await;
    world.store.enable(endpoint);
    world
        .call_now()
        .await
        .expect("it may be mended")
        .answer(200);
    assert_eq!(calls_now(&mut world).await.len(), 4);
}

#[tokio::test]
async fn a_receiver_that_is_back_after_an_hour_is_not_overrun() {
    let limits = Limits {
        lane_in_flight_max: 64,
        ..Limits::default()
    };
    let mut world = World::asleep(limits);
    world.start();
    let spec = EndpointSpec::new(1, "standard").retry(&[0, 60, 600, 3_600, 7_200]);
    let endpoint = world.endpoint(spec);
    let back = START + HOUR;
    for minute in 0..60 {
        for _ in 0..20 {
            world.publish(endpoint);
        }
        let end = START + Duration::from_secs(60) * (minute + 1);
        while let Some(call) = world.call_until(end).await {
            call.fail("connect");
        }
        world.clock.advance(end.since(world.clock.steady()));
    }
    assert_eq!(world.clock.steady(), back);
    // Each round trip takes ten milliseconds.
    let (mut most, mut before) = (0, 4);
    let end = back + HOUR * 4;
    while let Some(first) = world.call_until(end).await {
        let mut calls = vec![first];
        calls.extend(calls_now(&mut world).await);
        assert!(calls.len() <= before + 1, "{} after {before}", calls.len());
        before = calls.len().max(before);
        most = calls.len().max(most);
        world.advance(Duration::from_millis(10)).await;
        calls.into_iter().for_each(|call| call.answer(200));
    }
    assert!((8..=64).contains(&most), "{most}");
    let all = world.store.all_progress();
    assert!(all.iter().all(|one| one.state == State::Succeeded));
}
