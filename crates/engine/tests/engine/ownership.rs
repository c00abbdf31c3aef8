//! An endpoint that another node has taken over gets nothing from this one.

use std::time::Duration;

use nuncio_domain::{Clock, State, Timestamp, Verification};
use nuncio_store::{EndpointKey, Epoch, Owned, Work};

use crate::support::{EndpointSpec, START, World};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What a store does for an endpoint that it gets from another node: everything has its row, and work is announced.
fn take_over(world: &World, endpoint: EndpointKey) {
    world.store.change(endpoint, |_| {});
    world.store.feed_due(endpoint, START);
}

#[tokio::test]
async fn nothing_is_recorded_or_started_for_what_another_node_has_taken_over() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let under_way = world.publish(endpoint);
    let call = world.call().await;
    world.store.owned.send_replace(Owned::none());
    call.answer(200);
    world.settle().await;
    assert!(world.store.records().is_empty());

    let later = world.publish(endpoint);
    assert!(world.call_until(START + HOUR).await.is_none());

    world.store.owned.send_replace(Owned::all(Epoch(2)));
    take_over(&world, endpoint);
    for _ in 0..2 {
        world
            .call_now()
            .await
            .expect("it is ours again")
            .answer(200);
    }
    world.settle().await;
    for delivery in [under_way, later] {
        assert_eq!(world.state(delivery), State::Succeeded);
    }
}

#[tokio::test]
async fn an_outcome_of_an_earlier_epoch_is_not_recorded() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let delivery = world.publish(endpoint);
    let call = world.call().await;
    // Taken away and given back while the attempt is under way.
    world.store.owned.send_replace(Owned::all(Epoch(2)));
    call.answer(200);
    world.settle().await;
    assert!(world.store.records().is_empty());

    take_over(&world, endpoint);
    world.call_now().await.expect("it is due still").answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
}

/// The endpoint's shard is ours until then.
async fn lease(world: &World, endpoint: EndpointKey, until: Timestamp) {
    let sending = world.store.sending(endpoint).await.expect("it is there");
    let owned = Owned::leased([(sending.shard(), Epoch(1))], until);
    world.store.owned.send_replace(owned);
}

#[tokio::test]
async fn nothing_is_started_once_the_lease_has_ended() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard").retry(&[0, 60, 60]));
    lease(&world, endpoint, START + Duration::from_secs(30)).await;
    let delivery = world.publish(endpoint);
    world.call_now().await.expect("it is leased").answer(500);
    assert!(world.call_until(START + HOUR).await.is_none());
    // What was begun under it is recorded: whether that holds is for the database's fence to say.
    assert_eq!(world.store.records().len(), 1);

    lease(&world, endpoint, START + HOUR * 3).await;
    take_over(&world, endpoint);
    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(delivery), State::Succeeded);
}

#[tokio::test]
async fn a_handshake_is_made_by_the_owner_alone() {
    let mut world = World::new();
    world.store.owned.send_replace(Owned::none());
    let mut spec = EndpointSpec::new(1, "slack");
    spec.verification = Verification::asked(START);
    let endpoint = world.endpoint(spec);
    world.store.change(endpoint, |_| {});
    assert!(world.call_until(START + HOUR).await.is_none());

    // Its owner is gone: it is noticed without a word of it.
    world.store.owned.send_replace(Owned::all(Epoch(2)));
    let soon = world.clock.steady() + Duration::from_secs(10);
    let call = world.call_until(soon).await.expect("the handshake");
    assert!(String::from_utf8_lossy(&call.body).contains("url_verification"));
}
