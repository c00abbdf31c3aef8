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
        let endpoint = world.endpoint(EndpointSpec::new(number, "standard"));
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
async fn a_receiver_that_hangs_gets_less_at_a_time_and_more_once_it_answers() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    for _ in 0..200 {
        world.publish(endpoint);
    }
    let first = calls_now(&mut world).await;
    let first_count = first.len();
    first.into_iter().for_each(|call| call.fail("timeout"));
    let hung = calls_now(&mut world).await;
    assert!(hung.len() < first_count, "{} of {first_count}", hung.len());
    let hung_count = hung.len();
    hung.into_iter().for_each(|call| call.answer(200));
    let back = calls_now(&mut world).await.len();
    assert_eq!(back, 2 * hung_count);
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
