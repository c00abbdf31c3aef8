//! Events with an ordering key are attempted one after the other, and hold up nobody else.

use std::time::Duration;

use nuncio_domain::{Clock, DeadReason, DeliveryId, State};
use nuncio_store::{EndpointKey, OrderingHash};

use crate::support::{Call, EndpointSpec, World};

const KEY: OrderingHash = OrderingHash(7);

fn publish(world: &World, endpoint: EndpointKey, queue: OrderingHash) -> DeliveryId {
    let now = world.clock.steady();
    world.store.publish_ordered(endpoint, now, queue)
}

/// The only request that is being made.
async fn only(world: &mut World) -> Call {
    let call = world.call_now().await.expect("a request comes");
    assert!(world.call_now().await.is_none(), "one at a time");
    call
}

#[tokio::test]
async fn each_comes_once_the_one_before_has_succeeded() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let deliveries: Vec<_> = (0..20).map(|_| publish(&world, endpoint, KEY)).collect();
    for delivery in deliveries {
        let call = only(&mut world).await;
        assert_eq!(call.header("webhook-id"), world.store.event_id(delivery));
        call.answer(200);
        world.settle().await;
        assert_eq!(world.state(delivery), State::Succeeded);
    }
}

#[tokio::test]
async fn a_failing_one_holds_up_its_own_key_until_it_is_dead() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 60]));
    let first = publish(&world, endpoint, KEY);
    let second = publish(&world, endpoint, KEY);
    only(&mut world).await.answer(500);

    let other = publish(&world, endpoint, OrderingHash(8));
    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(other), State::Succeeded, "another key");
    let without = world.publish(endpoint);
    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(without), State::Succeeded, "no key");

    let begun = world.clock.steady();
    let again = world.call().await;
    assert_eq!(again.header("webhook-id"), world.store.event_id(first));
    assert_eq!(again.at, begun + Duration::from_secs(60));
    again.answer(500);
    let next = only(&mut world).await;
    assert_eq!(next.header("webhook-id"), world.store.event_id(second));
    assert_eq!(world.state(first), State::Dead(DeadReason::Exhausted));
}

#[tokio::test]
async fn the_order_outlives_crashes_and_disabling() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let deliveries: Vec<_> = (0..4).map(|_| publish(&world, endpoint, KEY)).collect();
    for (n, delivery) in deliveries.into_iter().enumerate() {
        drop(only(&mut world).await);
        world.crash().await;
        world.start();
        let call = only(&mut world).await;
        assert_eq!(call.header("webhook-id"), world.store.event_id(delivery));
        if n == 1 {
            world.store.disable(endpoint);
            call.answer(200);
            assert!(world.call_now().await.is_none());
            world.store.enable(endpoint);
        } else {
            call.answer(200);
        }
    }
    assert!(world.call_now().await.is_none());
    let states = world.store.all_progress();
    assert!(states.iter().all(|row| row.state == State::Succeeded));
}
