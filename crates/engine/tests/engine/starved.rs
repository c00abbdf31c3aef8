//! When the server lacks descriptors, ports or memory, that is nobody's failure but its own.

use std::time::Duration;

use nuncio_domain::{BreakerState, LaneView, ProjectId, State};

use crate::support::{EndpointSpec, START, World};

#[tokio::test]
async fn an_attempt_that_lacked_resources_is_none() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 600]));
    let delivery = world.publish(endpoint);
    for _ in 0..20 {
        world.call().await.fail("local_resources");
    }
    world.settle().await;
    let progress = world.store.progress(delivery);
    assert_eq!((progress.attempts, progress.scheduled), (0, 0));
    assert!(world.store.records().is_empty(), "nothing is shown of it");

    let spec = EndpointSpec::new(1, "standard").sending();
    let project = ProjectId::new(1, [0; 10]);
    let lanes = world.lanes();
    let lane = lanes.lane(project, spec.endpoint.id, None).await;
    let lane = lane.expect("the engine is running");
    assert_eq!(lane.breaker, BreakerState::Closed);
    assert_eq!(lane.failures_in_a_row, 0);
    let totals = lanes.totals().await.expect("the engine is running");
    assert_eq!((totals.attempts_starved, totals.attempts_retried), (20, 0));

    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
    assert_eq!(world.store.progress(delivery).attempts, 1);
}

#[tokio::test]
async fn it_is_made_soon_again_but_not_at_once() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    world.publish(endpoint);
    let mut last = world.call().await;
    let mut pauses = Vec::new();
    for _ in 0..10 {
        let at = last.at;
        last.fail("local_resources");
        last = world.call().await;
        pauses.push(last.at.since(at).as_millis());
    }
    let expected = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000];
    assert_eq!(pauses, expected);
}

#[tokio::test]
async fn many_that_lacked_resources_together_are_one_lack() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let deliveries: Vec<_> = (0..40).map(|_| world.publish(endpoint)).collect();
    let mut calls = Vec::new();
    while let Some(call) = world.call_now().await {
        calls.push(call);
    }
    calls
        .into_iter()
        .for_each(|call| call.fail("local_resources"));
    let end = START + Duration::from_secs(1);
    while let Some(call) = world.call_until(end).await {
        assert!(call.at.since(START) >= Duration::from_millis(100));
        call.answer(200);
    }
    for delivery in deliveries {
        assert_eq!(world.state(delivery), State::Succeeded);
    }
}

#[tokio::test]
async fn a_test_that_lacked_resources_is_made_all_the_same() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let test = world.store.publish_test(endpoint, START);
    world.call().await.fail("local_resources");
    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(test), State::Succeeded);
}
