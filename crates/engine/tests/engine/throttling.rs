//! A receiver that asks for less gets less: the endpoint pauses as a whole, comes back slowly, and nothing is lost.

use std::time::Duration;

use nuncio_domain::{
    Clock, DeadReason, DeliveryId, LaneView, ProjectId, Retry, State, Throttle, Throttled,
    Timestamp,
};
use nuncio_store::EndpointKey;

use crate::support::{Call, EndpointSpec, START, World};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A receiver with a token bucket that tells honestly when the next token is there.
struct TokenBucket {
    capacity: f64,
    per_ms: f64,
    tokens: f64,
    at: Timestamp,
}

impl TokenBucket {
    fn new(count: u32, period: Duration) -> Self {
        let capacity = f64::from(count);
        Self {
            capacity,
            per_ms: capacity / period.as_millis() as f64,
            tokens: capacity,
            at: START,
        }
    }

    /// Takes a token, or says in how many seconds there is one.
    fn take(&mut self, now: Timestamp) -> Result<(), u64> {
        let grown = now.since(self.at).as_millis() as f64 * self.per_ms;
        self.tokens = (self.tokens + grown).min(self.capacity);
        self.at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let ms = (1.0 - self.tokens) / self.per_ms;
        Err((ms / 1_000.0).ceil() as u64)
    }
}

/// What a receiver has seen.
#[derive(Default)]
struct Seen {
    /// When requests arrived.
    at: Vec<Timestamp>,
    /// When the sender had the first answer that asked for less.
    spoken: Option<Timestamp>,
    refused: usize,
}

impl Seen {
    /// The most requests that arrived within any second once it had spoken.
    fn most_in_a_second(&self) -> usize {
        let spoken = self.spoken.unwrap_or(START);
        let at: Vec<_> = self.at.iter().filter(|at| **at >= spoken).collect();
        let within = |from: usize| {
            let end = *at[from] + SECOND;
            at[from..].partition_point(|at| **at < end)
        };
        (0..at.len()).map(within).max().unwrap_or_default()
    }
}

/// Every answer takes that long.
const ROUND_TRIP: Duration = Duration::from_millis(5);

/// Plays a receiver until `end`: `answer` says for each request in how many seconds to come back, if it is refused.
async fn play(
    world: &mut World,
    end: Timestamp,
    mut answer: impl FnMut(&Call) -> Result<(), u64>,
) -> Seen {
    let mut seen = Seen::default();
    while let Some(first) = world.call_until(end).await {
        let mut calls = vec![first];
        while let Some(call) = world.call_now().await {
            calls.push(call);
        }
        seen.at.extend(calls.iter().map(|call| call.at));
        let answers: Vec<_> = calls.iter().map(&mut answer).collect();
        world.clock.advance(ROUND_TRIP);
        for (call, answer) in calls.into_iter().zip(answers) {
            match answer {
                Ok(()) => call.answer(200),
                Err(seconds) => {
                    seen.refused += 1;
                    seen.spoken.get_or_insert(world.clock.steady());
                    call.answer_retry_after(429, &seconds.to_string());
                }
            }
        }
    }
    seen
}

async fn throttle(world: &World, endpoint: EndpointKey) -> Option<Throttle> {
    let spec = world.store.spec(endpoint).sending();
    let project = ProjectId::new(1, [0; 10]);
    let lanes = world.lanes();
    let seen = lanes.lane(project, spec.endpoint.id, None).await;
    seen.expect("the engine is running").throttle
}

fn publish_many(world: &World, endpoint: EndpointKey, count: usize) -> Vec<DeliveryId> {
    (0..count).map(|_| world.publish(endpoint)).collect()
}

fn all_succeeded(world: &World) {
    let left = world.store.all_progress();
    let left: Vec<_> = left
        .iter()
        .filter(|p| p.state != State::Succeeded)
        .collect();
    assert!(left.is_empty(), "{} left: {:?}", left.len(), left.first());
}

#[tokio::test]
async fn a_token_bucket_loses_nothing_and_is_not_overrun_once_it_has_spoken() {
    for (count, period) in [(40, 3), (10, 1), (5, 10), (100, 60)] {
        let mut world = World::new();
        let spec = EndpointSpec::new(1, "standard").retry(&[0, 1, 2, 4]);
        let endpoint = world.endpoint(spec);
        publish_many(&world, endpoint, 300);
        let mut bucket = TokenBucket::new(count, seconds(period));
        let seen = play(&mut world, START + 2 * HOUR, |call| bucket.take(call.at)).await;
        all_succeeded(&world);
        assert!(seen.at.len() <= 600, "{} requests", seen.at.len());
        let allowed = (2 * u64::from(count)).div_ceil(period).max(2) as usize;
        let most = seen.most_in_a_second();
        assert!(
            most <= allowed,
            "{count} in {period} s: {most} in a second, {allowed} allowed"
        );
    }
}

#[tokio::test]
async fn what_a_receiver_bears_is_remembered() {
    let mut world = World::new();
    let spec = EndpointSpec::new(1, "standard").retry(&[0, 1, 2, 4]);
    let endpoint = world.endpoint(spec);
    let mut bucket = TokenBucket::new(40, seconds(3));
    publish_many(&world, endpoint, 300);
    let end = START + seconds(300);
    play(&mut world, end, |call| bucket.take(call.at)).await;
    world.clock.advance(end.since(world.clock.steady()));
    publish_many(&world, endpoint, 300);
    let again = play(&mut world, end + seconds(300), |call| bucket.take(call.at)).await;
    all_succeeded(&world);
    assert!(again.refused <= 10, "{} refused", again.refused);
}

#[tokio::test]
async fn a_refusal_of_four_in_five_neither_sends_all_at_once_nor_brings_all_back_together() {
    let mut world = World::new();
    let spec = EndpointSpec::new(1, "standard").retry(&[0, 1, 2, 4]);
    let endpoint = world.endpoint(spec);
    publish_many(&world, endpoint, 200);
    let mut number = 0;
    let seen = play(&mut world, START + 24 * HOUR, |_| {
        number += 1;
        if number % 5 == 0 { Ok(()) } else { Err(20) }
    })
    .await;
    let within = |from: u64, to: u64| {
        let after = seen.at.iter().map(|at| at.since(START));
        after
            .filter(|at| (seconds(from)..seconds(to)).contains(at))
            .count()
    };
    assert!(within(0, 1) <= 32, "{} in the first second", within(0, 1));
    assert_eq!(within(1, 20), 0, "it was asked to wait");
    assert!(within(20, 24) <= 8, "{} come back", within(20, 24));
    all_succeeded(&world);
}

#[tokio::test]
async fn everything_of_the_endpoint_waits_and_says_so() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 1, 2]));
    let other = world.endpoint(EndpointSpec::new(2, "standard"));
    world.publish(endpoint);
    world.call().await.answer_retry_after(503, "60");
    world.settle().await;
    let fresh = publish_many(&world, endpoint, 50);
    world.advance(seconds(59)).await;
    assert!(world.receivers.try_next().is_none(), "it was asked to wait");
    let told = throttle(&world, endpoint).await.expect("it has spoken");
    let until = told.until.expect("it is paused").since(START);
    assert!((seconds(60)..=seconds(66)).contains(&until), "{until:?}");
    let totals = world.lanes().totals().await.expect("it is running");
    assert_eq!((totals.throttled, totals.breakers_open), (1, 0));

    let well = world.publish(other);
    let call = world.call_now().await.expect("others go on");
    call.answer(200);
    world.settle().await;
    assert_eq!(world.state(well), State::Succeeded);

    let seen = play(&mut world, START + HOUR, |_| Ok(())).await;
    assert!(seen.at[0].since(START) >= seconds(60));
    assert!(seen.most_in_a_second() <= 16, "{}", seen.most_in_a_second());
    assert!(
        fresh
            .iter()
            .all(|one| world.state(*one) == State::Succeeded)
    );
}

#[tokio::test]
async fn a_pause_outlives_a_restart() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 1, 2]));
    world.publish(endpoint);
    world.call().await.answer_retry_after(429, "600");
    world.settle().await;
    publish_many(&world, endpoint, 50);
    world.settle().await;
    world.crash().await;
    world.start();
    world.advance(seconds(599)).await;
    assert!(world.receivers.try_next().is_none(), "it was asked to wait");
    let seen = play(&mut world, START + HOUR, |_| Ok(())).await;
    assert!(seen.at[0].since(START) >= seconds(600));
    assert!(seen.most_in_a_second() <= 16, "{}", seen.most_in_a_second());
    all_succeeded(&world);
}

#[tokio::test]
async fn a_429_without_a_time_slows_the_lane_and_counts_as_a_failure() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 5]));
    let deliveries = publish_many(&world, endpoint, 40);
    let mut calls = Vec::new();
    while let Some(call) = world.call_now().await {
        calls.push(call);
    }
    let refused = calls.len();
    calls.into_iter().for_each(|call| call.answer(429));
    let seen = play(&mut world, START + seconds(4), |_| Ok(())).await;
    assert!(seen.at[0].since(START) >= SECOND);
    assert!(seen.most_in_a_second() <= 8, "{}", seen.most_in_a_second());
    play(&mut world, START + HOUR, |_| Ok(())).await;
    all_succeeded(&world);
    let scheduled = deliveries
        .iter()
        .map(|one| world.store.progress(*one).scheduled);
    assert_eq!(scheduled.filter(|count| *count == 2).count(), refused);
}

#[tokio::test]
async fn five_attempts_are_five_where_the_dialect_counts_them() {
    let mut world = World::new();
    let mut spec = EndpointSpec::new(1, "ventryx");
    spec.throttled = Some(Throttled::Attempt);
    let endpoint = world.endpoint(spec);
    let delivery = world.publish(endpoint);
    let mut minutes = Vec::new();
    while let Some(call) = world.call_until(START + 48 * HOUR).await {
        minutes.push(call.at.since(START).as_secs() / 60);
        call.answer_retry_after(429, "60");
    }
    assert_eq!(minutes, [0, 3, 12, 39, 120]);
    assert_eq!(world.state(delivery), State::Dead(DeadReason::Exhausted));
}

#[tokio::test]
async fn nothing_starts_after_the_end_of_a_span_and_the_last_one_starts_there() {
    for throttled in [Throttled::Attempt, Throttled::Wait] {
        let mut world = World::new();
        let mut spec = EndpointSpec::new(1, "inviolet");
        spec.throttled = Some(throttled);
        let endpoint = world.endpoint(spec);
        let waits = world.publish(endpoint);
        // It has its first attempt, and then another delivery's answer pauses the endpoint past its span.
        world.call().await.answer(500);
        world.advance(23 * HOUR).await;
        while let Some(call) = world.call_now().await {
            call.answer(500);
        }
        world.publish(endpoint);
        let mut last = START;
        while let Some(call) = world.call_until(START + 72 * HOUR).await {
            let first = call.at.since(START) <= 24 * HOUR;
            last = if first { call.at } else { last };
            call.answer_retry_after(503, "72000");
        }
        assert_eq!(last, START + 24 * HOUR, "{throttled:?}");
        assert!(
            matches!(world.state(waits), State::Dead(_)),
            "{throttled:?}"
        );
        let all = world.store.all_progress();
        assert!(all.iter().all(|one| one.due().is_none()), "{throttled:?}");
    }
}

#[tokio::test]
async fn waits_end_though_the_receiver_never_stops_asking() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 1, 2]));
    publish_many(&world, endpoint, 20);
    let seen = play(&mut world, START + 24 * HOUR * 10, |_| Err(3_600)).await;
    let dead = State::Dead(DeadReason::Throttled);
    let all = world.store.all_progress();
    assert!(all.iter().all(|one| one.state == dead), "{:?}", all.first());
    assert!(seen.at.len() <= 20 * 30, "{} requests", seen.at.len());
}

#[tokio::test]
async fn a_receiver_that_always_says_in_a_second_is_not_asked_every_second() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 1, 2]));
    world.publish(endpoint);
    let seen = play(&mut world, START + HOUR, |_| Err(1)).await;
    assert!((50..=80).contains(&seen.at.len()), "{}", seen.at.len());
}

#[tokio::test]
async fn what_a_person_asks_for_is_sent_during_a_pause() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 1, 2]));
    let delivery = world.publish(endpoint);
    world.call().await.answer_retry_after(429, "600");
    world.settle().await;
    world.store.retry(delivery, world.clock.steady());
    let retry = world.call_now().await.expect("somebody asked for it");
    retry.answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
    world.store.publish_test(endpoint, world.clock.steady());
    let test = world.call().await;
    assert!(test.at.since(START) <= SECOND, "somebody asked for it");
    test.answer_retry_after(429, "1");
    world.settle().await;
    publish_many(&world, endpoint, 3);
    world.advance(seconds(590)).await;
    assert!(world.receivers.try_next().is_none(), "the rest waits");
}

#[tokio::test]
async fn a_changed_endpoint_is_tried_at_once_and_slowly() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 1, 2]));
    world.publish(endpoint);
    world.call().await.answer_retry_after(429, "80000");
    world.settle().await;
    publish_many(&world, endpoint, 50);
    world.settle().await;
    world.store.enable(endpoint);
    let seen = play(&mut world, START + 2 * HOUR, |_| Ok(())).await;
    assert!(seen.at[0].since(START) <= SECOND);
    assert!(seen.most_in_a_second() <= 16, "{}", seen.most_in_a_second());
}

#[tokio::test]
async fn attempts_that_wait_are_logged_and_leave_the_schedule_as_it_is() {
    let mut world = World::new();
    let mut spec = EndpointSpec::new(1, "standard");
    spec.retry = Some(Retry::Delays {
        delays_s: vec![0, 100],
    });
    let endpoint = world.endpoint(spec);
    let delivery = world.publish(endpoint);
    for _ in 0..3 {
        world.call().await.answer_retry_after(429, "30");
    }
    world.call().await.answer(500);
    world.settle().await;
    let progress = world.store.progress(delivery);
    assert_eq!((progress.attempts, progress.scheduled), (4, 1));
    let numbers: Vec<_> = world
        .store
        .records()
        .iter()
        .map(|r| r.attempt.number)
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    let call = world.call().await;
    assert!(call.at.since(START) >= seconds(190));
    call.answer(500);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Dead(DeadReason::Exhausted));
}
