//! Attempts take place at the times that each dialect publishes.

use std::time::Duration;

use crate::support::{EndpointSpec, START, World};
use nuncio_domain::{Clock, DeadReason, State, Timestamp, Trigger};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// The starts of all attempts, in seconds from the first, when every one fails at once.
async fn starts(dialect: &'static str, jitter: f64) -> Vec<u64> {
    let mut world = World::asleep(nuncio_engine::Limits::default());
    world.jitter = jitter;
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, dialect));
    let delivery = world.publish(endpoint);
    let mut starts = Vec::new();
    while matches!(world.state(delivery), State::Pending { .. }) {
        let call = world.call().await;
        starts.push(call.at.since(START).as_secs());
        call.answer(500);
        world.settle().await;
    }
    assert_eq!(world.state(delivery), State::Dead(DeadReason::Exhausted));
    starts
}

#[tokio::test]
async fn three_retries_after_one_five_and_thirty_minutes() {
    let minutes = [0, 1, 6, 36].map(|minutes| minutes * MINUTE);
    assert_eq!(starts("grantiva", 0.0).await, minutes);
}

#[tokio::test]
async fn five_attempts_over_two_hours() {
    let minutes = [0, 3, 12, 39, 120].map(|minutes| minutes * MINUTE);
    assert_eq!(starts("ventryx", 0.0).await, minutes);
}

#[tokio::test]
async fn backoff_for_a_day_with_its_last_attempt_at_the_end() {
    let starts = starts("inviolet", 0.0).await;
    assert_eq!(starts.len(), 15);
    assert_eq!(starts[..4], [0, 30, 90, 210]);
    assert_eq!(starts[14], 24 * HOUR);
}

#[tokio::test]
async fn ten_attempts_over_three_days() {
    let starts = starts("standard", 0.0).await;
    assert_eq!(starts.len(), 10);
    assert_eq!(starts[..3], [0, 5, 305]);
    assert_eq!(starts[9], 75 * HOUR + 35 * MINUTE + 5);
}

#[tokio::test]
async fn jitter_adds_a_tenth_at_most() {
    assert_eq!(
        starts("grantiva", 1.0).await,
        [0, 66, 66 + 330, 66 + 330 + 1_980]
    );
    let day = starts("inviolet", 1.0).await;
    assert_eq!(day.last(), Some(&(24 * HOUR)));
}

#[tokio::test]
async fn a_delay_runs_from_the_end_of_the_attempt() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "grantiva"));
    world.publish(endpoint);
    let call = world.call().await;
    world.advance(Duration::from_secs(9)).await;
    call.answer(500);
    assert_eq!(world.call().await.at, START + Duration::from_secs(69));
}

/// When the second attempt starts, in seconds after the first, under standard's 5 s.
async fn second_start(status: u16, retry_after: &str) -> u64 {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    world.publish(endpoint);
    world.call().await.answer_retry_after(status, retry_after);
    world.call().await.at.since(START).as_secs()
}

#[tokio::test]
async fn retry_after_is_honoured_and_capped() {
    // A pause ends up to a tenth later than asked for, half a minute at most.
    let check = |start: u64, asked: u64| {
        let spread = (asked / 10).min(30) + 1;
        assert!(
            (asked..=asked + spread).contains(&start),
            "{start} for {asked}"
        );
    };
    check(second_start(429, "120").await, 120);
    check(second_start(503, "2").await, 2);
    check(second_start(503, "999999999").await, 24 * HOUR);
    assert_eq!(second_start(500, "120").await, 5);
    assert_eq!(second_start(503, "soon").await, 5);
    // START is 12:34:56 UTC.
    check(
        second_start(503, "Sun, 26 Apr 2026 12:44:56 GMT").await,
        600,
    );
    check(second_start(503, "Sun Apr 26 12:44:56 2026").await, 600);
}

#[tokio::test]
async fn zeros_in_a_schedule_are_no_flood() {
    let mut world = World::new();
    let spec = EndpointSpec::new(1, "standard").retry(&[0; 8]);
    let endpoint = world.endpoint(spec);
    world.publish(endpoint);
    let mut starts = Vec::new();
    while let Some(call) = world.call_until(START + Duration::from_secs(60)).await {
        starts.push(call.at);
        call.answer(404);
    }
    assert_eq!(starts.len(), 8);
    let gaps = starts.windows(2).map(|pair| pair[1].since(pair[0]));
    assert!(gaps.min() >= Some(Duration::from_secs(1)), "{starts:?}");
}

#[tokio::test]
async fn attempts_are_numbered_and_called_by_what_set_them_off() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "grantiva"));
    let delivery = world.publish(endpoint);
    world.call().await.answer(500);
    world.advance(Duration::from_secs(10)).await;
    world.store.retry(delivery, world.clock.steady());
    let manual = world.call_now().await.expect("it was asked for");
    manual.answer(500);
    world.call().await.answer(204);
    world.settle().await;

    let records = world.store.records();
    let seen: Vec<_> = records
        .iter()
        .map(|record| (record.attempt.number, record.attempt.trigger))
        .collect();
    let expected = [
        (1, Trigger::Schedule),
        (2, Trigger::Manual),
        (3, Trigger::Schedule),
    ];
    assert_eq!(seen, expected);
    let begun: Vec<Timestamp> = records.iter().map(|record| record.done.began).collect();
    let after = |seconds| START + Duration::from_secs(seconds);
    assert_eq!(begun, [START, after(10), after(60)]);
    assert_eq!(world.state(delivery), State::Succeeded);
}
