//! One endpoint's trouble takes only its own share.

use std::{collections::HashMap, time::Duration};

use nuncio_domain::State;
use nuncio_engine::Limits;

use crate::support::{Call, EndpointSpec, World};

fn small(in_flight_max: usize, lane_in_flight_max: usize) -> Limits {
    Limits {
        in_flight_max,
        lane_in_flight_max,
        ..Limits::default()
    }
}

async fn calls_now(world: &mut World) -> Vec<Call> {
    let mut calls = Vec::new();
    while let Some(call) = world.call_now().await {
        calls.push(call);
    }
    calls
}

#[tokio::test]
async fn a_hung_endpoint_does_not_stop_the_others() {
    let mut world = World::asleep(small(16, 8));
    world.start();
    let hung = world.endpoint(EndpointSpec::new(1, "standard"));
    let well = world.endpoint(EndpointSpec::new(2, "standard"));
    for _ in 0..1_000 {
        world.publish(hung);
    }
    for call in calls_now(&mut world).await {
        world.receivers.hang(call);
    }
    for _ in 0..100 {
        let delivery = world.publish(well);
        let call = world.call_now().await.expect("there is room for it");
        assert_eq!(call.url, "https://receiver-2.example/hook");
        call.answer(200);
        world.settle().await;
        assert_eq!(world.state(delivery), State::Succeeded);
    }
}

#[tokio::test]
async fn one_endpoint_has_its_cap_in_flight_and_no_more() {
    let mut world = World::asleep(small(4_096, 3));
    world.start();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..10 {
        world.publish(endpoint);
    }
    let mut calls = calls_now(&mut world).await;
    assert_eq!(calls.len(), 3);
    calls.remove(0).answer(200);
    assert_eq!(calls_now(&mut world).await.len(), 1);
}

#[tokio::test]
async fn all_endpoints_together_stay_under_the_cap() {
    let mut world = World::asleep(small(10, 256));
    for number in 1..=40 {
        let spec = EndpointSpec::new(number, "standard");
        let endpoint = world.endpoint(spec.of_tenant(format!("t{number}")));
        world.publish(endpoint);
    }
    world.start();
    assert_eq!(calls_now(&mut world).await.len(), 10);
}

#[tokio::test]
async fn lanes_take_turns() {
    let mut world = World::asleep(small(24, 24));
    let endpoints = [1, 2, 3].map(|n| world.endpoint(EndpointSpec::new(n, "standard")));
    for endpoint in endpoints {
        for _ in 0..50 {
            world.publish(endpoint);
        }
    }
    world.start();
    let mut served: HashMap<String, usize> = HashMap::new();
    for _ in 0..60 {
        let call = world.call().await;
        *served.entry(call.url.clone()).or_default() += 1;
        call.answer(200);
    }
    assert!(
        served.values().all(|count| (15..=25).contains(count)),
        "{served:?}"
    );
}

#[tokio::test]
async fn one_tenant_leaves_room_for_the_next() {
    let mut world = World::asleep(small(100, 50));
    world.start();
    for number in 1..=50 {
        let endpoint = world.endpoint(EndpointSpec::new(number, "standard").of_tenant("large"));
        for _ in 0..20 {
            world.publish(endpoint);
        }
    }
    let hung = calls_now(&mut world).await;
    assert!((70..=85).contains(&hung.len()), "{}", hung.len());
    hung.into_iter().for_each(|call| world.receivers.hang(call));
    let small = world.endpoint(EndpointSpec::new(51, "standard").of_tenant("small"));
    for _ in 0..100 {
        let delivery = world.publish(small);
        let call = world.call_now().await.expect("there is room for it");
        call.answer(200);
        world.settle().await;
        assert_eq!(world.state(delivery), State::Succeeded);
    }
}

/// How many of the next so many attempts go to each receiver, each answered at once.
async fn served(world: &mut World, attempts: usize) -> HashMap<String, usize> {
    let mut served: HashMap<String, usize> = HashMap::new();
    for _ in 0..attempts {
        let call = world.call().await;
        *served.entry(call.url.clone()).or_default() += 1;
        call.answer(200);
    }
    served
}

#[tokio::test]
async fn a_tenant_with_nine_tenths_of_the_traffic_does_not_delay_the_others() {
    let mut world = World::asleep(small(2, 2));
    let spec = |number, tenant| EndpointSpec::new(number, "standard").of_tenant(tenant);
    let large = [1, 2, 3].map(|number| world.endpoint(spec(number, "large")));
    let small = world.endpoint(spec(4, "small"));
    for endpoint in large {
        for _ in 0..300 {
            world.publish(endpoint);
        }
    }
    for _ in 0..100 {
        world.publish(small);
    }
    world.start();
    let served = served(&mut world, 200).await;
    let of_small = served["https://receiver-4.example/hook"];
    assert!((90..=100).contains(&of_small), "{served:?}");
}

#[tokio::test]
async fn whoever_takes_long_is_served_less_often() {
    let mut world = World::asleep(small(1, 1));
    let spec = |number, tenant| EndpointSpec::new(number, "standard").of_tenant(tenant);
    let slow = world.endpoint(spec(1, "slow"));
    let quick = world.endpoint(spec(2, "quick"));
    for _ in 0..300 {
        world.publish(slow);
        world.publish(quick);
    }
    world.start();
    let (mut slow_calls, mut quick_calls) = (0, 0);
    // There is one place: the slow ones take it for a second, the quick ones for a hundredth.
    while quick_calls < 250 {
        let call = world.call().await;
        let is_slow = call.url.contains("receiver-1.");
        let takes_ms = if is_slow { 1_000 } else { 10 };
        slow_calls += usize::from(is_slow);
        quick_calls += usize::from(!is_slow);
        world.clock.advance(Duration::from_millis(takes_ms));
        call.answer(200);
    }
    assert!((2..=25).contains(&slow_calls), "{slow_calls}");
}

#[tokio::test]
async fn a_receiver_that_hangs_gets_less_at_a_time_and_more_once_it_answers() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..200 {
        world.publish(endpoint);
    }
    let mut first = calls_now(&mut world).await;
    let first_count = first.len();
    // Not so many failures in a row that it is given up.
    first
        .split_off(9)
        .into_iter()
        .for_each(|call| call.answer(200));
    world.settle().await;
    first.into_iter().for_each(|call| call.fail("timeout"));
    let mut counts = vec![first_count];
    for _ in 0..3 {
        let calls = calls_now(&mut world).await;
        counts.push(calls.len());
        calls.into_iter().for_each(|call| call.answer(200));
    }
    assert!(counts[2] < counts[0], "{counts:?}");
    assert_eq!(counts[3], counts[2] + 1, "{counts:?}");
}

#[tokio::test]
async fn a_rate_limit_spreads_attempts() {
    let mut world = World::new();
    let mut spec = EndpointSpec::new(1, "standard");
    spec.rate_limit = Some(4);
    let endpoint = world.endpoint(spec);
    for _ in 0..12 {
        world.publish(endpoint);
    }
    let begin = world.call().await;
    let (mut at, began) = (Vec::new(), begin.at);
    begin.answer(200);
    for _ in 1..12 {
        let call = world.call().await;
        at.push(call.at.since(began).as_millis());
        call.answer(200);
    }
    let expected: Vec<u128> = (1..12).map(|n| n * 250).collect();
    assert_eq!(at, expected);
}

#[tokio::test]
async fn a_rate_limit_outlives_an_empty_lane() {
    let mut world = World::new();
    let mut spec = EndpointSpec::new(1, "standard");
    spec.rate_limit = Some(1);
    let endpoint = world.endpoint(spec);
    world.publish(endpoint);
    world.call_now().await.expect("the first").answer(200);
    world.advance(Duration::from_millis(400)).await;
    world.publish(endpoint);
    assert!(world.call_now().await.is_none());
    world.advance(Duration::from_millis(600)).await;
    world.call_now().await.expect("the second").answer(200);
}
