//! A crash repeats, never loses; a stop does neither.

use std::time::Duration;

use nuncio_domain::{Clock, State};
use nuncio_engine::{Drained, Limits};

use crate::support::{EndpointSpec, World};

const LIMIT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_crash_in_mid_work_repeats_but_loses_nothing() {
    let mut world = World::asleep(Limits {
        lane_queue_max: 8,
        lane_burst_max: 8,
        lane_in_flight_max: 4,
        ..Limits::default()
    });
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..100 {
        world.publish(endpoint);
    }
    let mut sent = 0;
    for round in 0..5 {
        for _ in 0..5 * round {
            world.call().await.answer(200);
            sent += 1;
        }
        world.settle().await;
        world.crash().await;
        while world.receivers.try_next().is_some() {
            sent += 1;
        }
        world.start();
    }
    while let Some(call) = world.call_now().await {
        call.answer(200);
        sent += 1;
    }
    let states = world.store.all_progress();
    assert!(states.iter().all(|row| row.state == State::Succeeded));
    assert!(
        sent <= 100 + 5 * 4,
        "at most what was in flight is repeated: {sent}"
    );
}

#[tokio::test]
async fn a_retry_that_was_scheduled_before_the_crash_takes_place_on_time() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "grantiva"));
    world.publish(endpoint);
    world.call().await.answer(500);
    world.settle().await;
    world.crash().await;
    let begun = world.clock.steady();
    world.start();
    assert_eq!(world.call().await.at, begun + Duration::from_secs(60));
}

#[tokio::test]
async fn a_stop_waits_for_what_is_in_flight_and_starts_nothing() {
    let mut world = World::asleep(Limits {
        lane_in_flight_max: 2,
        ..Limits::default()
    });
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..10 {
        world.publish(endpoint);
    }
    let calls = [world.call().await, world.call().await];
    let engine = world.take_engine();
    let stop = tokio::spawn(engine.shutdown(LIMIT));
    world.settle().await;
    assert!(!stop.is_finished());
    for call in calls {
        call.answer(200);
    }
    world.settle().await;
    assert!(stop.is_finished());
    assert_eq!(stop.await.unwrap().unwrap(), Drained::Whole);
    assert!(world.receivers.try_next().is_none());
    let records = world.store.records();
    assert_eq!(records.len(), 2);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_longer_than_its_limit() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let delivery = world.publish(endpoint);
    let call = world.call().await;
    let engine = world.take_engine();
    let stop = tokio::spawn(engine.shutdown(LIMIT));
    world.advance(LIMIT - Duration::from_millis(1)).await;
    assert!(!stop.is_finished());
    world.advance(Duration::from_millis(1)).await;
    assert_eq!(stop.await.unwrap().unwrap(), Drained::CutOff);
    call.answer(200);
    world.settle().await;
    assert!(world.store.records().is_empty(), "it was cut off");

    world.start();
    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
}

#[tokio::test]
async fn an_idle_engine_stops_at_once() {
    let mut world = World::new();
    world.settle().await;
    assert_eq!(world.shutdown(LIMIT).await, Drained::Whole);
}
