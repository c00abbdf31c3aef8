//! What does not fit into memory is left to the store, looked up again, and sent once.

use std::{collections::HashSet, time::Duration};

use nuncio_domain::{Clock, State, Trigger};
use nuncio_engine::Limits;
use nuncio_store::EndpointKey;

use crate::support::{EndpointSpec, World};

fn tiny() -> Limits {
    Limits {
        in_flight_max: 8,
        lane_in_flight_max: 2,
        lane_queue_max: 4,
        lane_burst_max: 4,
        queued_max: 10,
        looks_max: 2,
        ..Limits::default()
    }
}

/// Answers everything that comes with 200 until nothing comes any more; returns the bodies.
async fn drain(world: &mut World) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    while let Some(call) = world.call_now().await {
        bodies.push(call.body.to_vec());
        call.answer(200);
    }
    bodies
}

fn assert_each_once(bodies: &[Vec<u8>], count: usize) {
    let different: HashSet<_> = bodies.iter().collect();
    assert_eq!((bodies.len(), different.len()), (count, count));
}

fn assert_all_succeeded(world: &World) {
    let states = world.store.all_progress();
    assert!(states.iter().all(|row| row.state == State::Succeeded));
}

#[tokio::test]
async fn a_full_queue_loses_nothing_and_repeats_nothing() {
    let mut world = World::asleep(tiny());
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..500 {
        world.publish(endpoint);
    }
    assert_each_once(&drain(&mut world).await, 500);
    assert_all_succeeded(&world);
}

#[tokio::test]
async fn many_full_lanes_lose_nothing_and_repeat_nothing() {
    let mut world = World::asleep(tiny());
    world.start();
    let endpoints: Vec<EndpointKey> = (1..=20)
        .map(|number| world.endpoint(EndpointSpec::new(number, "standard")))
        .collect();
    for _ in 0..20 {
        for endpoint in &endpoints {
            world.publish(*endpoint);
        }
        world.settle().await;
    }
    assert_each_once(&drain(&mut world).await, 400);
    assert_all_succeeded(&world);
}

#[tokio::test]
async fn fresh_work_among_looks_is_sent_once() {
    let mut world = World::asleep(tiny());
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let mut bodies = Vec::new();
    for round in 0..300 {
        world.publish(endpoint);
        if round % 3 == 0 {
            tokio::task::yield_now().await;
            if let Some(call) = world.receivers.try_next() {
                bodies.push(call.body.to_vec());
                call.answer(200);
            }
        }
    }
    bodies.extend(drain(&mut world).await);
    assert_each_once(&bodies, 300);
    assert_all_succeeded(&world);
}

#[tokio::test]
async fn what_a_look_has_brought_is_not_sent_again_when_its_notice_comes() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let now = world.clock.steady();
    let (delivery, notice) = world.store.publish_unnoticed(endpoint, now);
    world.store.feed_due(endpoint, now);
    world
        .call_now()
        .await
        .expect("the look finds it")
        .answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
    notice();
    assert!(world.call_now().await.is_none());
}

#[tokio::test]
async fn an_answer_from_before_the_attempt_ended_is_no_new_work() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    world.publish(endpoint);
    let call = world.call().await;
    // A look reads the delivery as due, and its answer takes longer than the attempt.
    let slow = world.store.looks.acquire_many(1_000).await.unwrap();
    world.store.feed_due(endpoint, world.clock.steady());
    world.settle().await;
    call.answer(200);
    world.settle().await;
    drop(slow);
    assert!(world.call_now().await.is_none());
}

#[tokio::test]
async fn a_retry_asked_for_in_mid_attempt_takes_place_after_it() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "grantiva"));
    let delivery = world.publish(endpoint);
    let call = world.call().await;
    world.store.retry(delivery, world.clock.steady());
    world.settle().await;
    let looked = world.store.looked();
    world.settle().await;
    assert_eq!(world.store.looked(), looked, "it looks on and on");

    call.answer(500);
    let extra = world.call_now().await.expect("the retry");
    extra.answer(500);
    world.settle().await;
    let records = world.store.records();
    assert_eq!(records[1].attempt.trigger, Trigger::Manual);
    let due = records[0].ended + Duration::from_secs(60);
    assert_eq!(world.state(delivery), State::Pending { due });
    assert_eq!(world.call().await.at, due);
}

#[tokio::test]
async fn the_backlog_comes_in_the_order_in_which_it_was_due() {
    let mut world = World::asleep(Limits {
        lane_in_flight_max: 1,
        ..tiny()
    });
    let endpoint = world.endpoint(EndpointSpec::new(1, "yativo"));
    for _ in 0..30 {
        world.publish(endpoint);
        world.clock.advance(Duration::from_millis(1));
    }
    world.forget_notices().await;
    world.start();
    let bodies = drain(&mut world).await;
    let order: Vec<usize> = bodies
        .iter()
        .map(|body| {
            let body: serde_json::Value = serde_json::from_slice(body).unwrap();
            body["data"]["n"].as_u64().unwrap() as usize
        })
        .collect();
    assert_eq!(order, (1..=30).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_backlog_is_not_starved_by_fresh_work() {
    let mut world = World::asleep(Limits {
        lane_in_flight_max: 1,
        ..Limits::default()
    });
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let old = world.publish(endpoint);
    world.publish(endpoint);
    world.forget_notices().await;
    world.start();
    world.settle().await;
    for _ in 0..8 {
        world.publish(endpoint);
        world.publish(endpoint);
        world.call_now().await.expect("one at a time").answer(200);
    }
    world.settle().await;
    assert_eq!(world.state(old), State::Succeeded);
}

#[tokio::test]
async fn what_did_not_fit_is_not_starved_by_fresh_work() {
    let mut world = World::asleep(tiny());
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let first: Vec<_> = (0..20).map(|_| world.publish(endpoint)).collect();
    world.settle().await;
    // From here on the queue is never empty, and as much as may be is in flight.
    for _ in 0..80 {
        world.publish(endpoint);
        world.call_now().await.expect("two at a time").answer(200);
        world.settle().await;
    }
    for delivery in first {
        assert_eq!(world.state(delivery), State::Succeeded);
    }
}

#[tokio::test]
async fn a_bulk_replay_does_not_hold_up_what_is_fresh() {
    let mut world = World::asleep(Limits {
        lane_in_flight_max: 1,
        bulk_per_second: 1_000_000,
        ..Limits::default()
    });
    let endpoint = world.endpoint(EndpointSpec::new(1, "yativo"));
    for _ in 0..300 {
        world.store.publish_replay(endpoint, world.clock.steady());
    }
    world.start();
    for round in 0..40 {
        let fresh = world.publish(endpoint);
        let mut before = 0;
        while world.state(fresh) != State::Succeeded {
            world.call_now().await.expect("one at a time").answer(200);
            world.settle().await;
            before += 1;
        }
        // The one that was under way, and once in a while one that is owed to the replay.
        assert!(before <= 3, "{before} in round {round}");
    }
    assert!(world.call_now().await.is_some(), "the replay goes on");
}

#[tokio::test]
async fn a_hung_lane_does_not_look_on_and_on() {
    let mut world = World::asleep(tiny());
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..100 {
        world.publish(endpoint);
    }
    world.settle().await;
    while let Some(call) = world.call_now().await {
        world.receivers.hang(call);
    }
    let looked = world.store.looked();
    world.settle().await;
    assert_eq!(world.store.looked(), looked);
}
