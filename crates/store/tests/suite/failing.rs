//! Endpoints that fail: since when, and when they are disabled for it.

use std::time::Duration;

use nuncio_domain::{DeadReason, DeliveryId, DisabledBecause, Endpoint, Next, State};

use super::{
    Harness,
    endpoints::{found, policy},
    world::{World, all},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn fails<H: Harness>(world: &World<H>) -> DeliveryId {
    world.dead("failing").await
}

pub(crate) async fn only_uninterrupted_failure_disables<H: Harness>() {
    let world = World::<H>::new().await;
    policy(&world, |policy| policy.auto_disable_days = Some(Some(5))).await;
    let id = world.endpoint().await;
    fails(&world).await;
    world.flush().await;
    assert!(found(&world, id).await.failing_since.is_some());
    world.advance(4 * DAY);
    world.succeeded("works").await;
    world.flush().await;
    assert_eq!(found(&world, id).await.failing_since, None);
    fails(&world).await;
    world.advance(4 * DAY);
    fails(&world).await;
    world.flush().await;
    assert_eq!(found(&world, id).await.disabled, None);
    world.advance(2 * DAY);
    fails(&world).await;
    world.flush().await;
    let disabled = found(&world, id).await.disabled;
    assert_eq!(disabled, Some(DisabledBecause::Failing));
    assert_eq!(world.notices().await.changed.len(), 1);
    world.publish("later").await;
    assert!(world.fresh().await.is_empty());
}

pub(crate) async fn an_endpoint_is_disabled_after_seconds_too<H: Harness>() {
    let world = World::<H>::new().await;
    policy(&world, |policy| policy.auto_disable_s = Some(90)).await;
    let id = world.endpoint().await;
    fails(&world).await;
    world.advance(Duration::from_secs(80));
    fails(&world).await;
    world.flush().await;
    assert_eq!(found(&world, id).await.disabled, None);
    world.advance(Duration::from_secs(10));
    fails(&world).await;
    world.flush().await;
    let disabled = found(&world, id).await.disabled;
    assert_eq!(disabled, Some(DisabledBecause::Failing));
}

pub(crate) async fn an_endpoint_that_is_enabled_again_starts_afresh<H: Harness>() {
    let world = World::<H>::new().await;
    policy(&world, |policy| policy.auto_disable_days = Some(Some(1))).await;
    let id = world.endpoint().await;
    fails(&world).await;
    world.advance(2 * DAY);
    fails(&world).await;
    world.flush().await;
    assert!(found(&world, id).await.disabled.is_some());
    world.set_disabled(id, None).await;
    world.notices().await;
    fails(&world).await;
    world.flush().await;
    assert_eq!(found(&world, id).await.disabled, None);
}

pub(crate) async fn gone_disables_in_the_commit_of_the_outcome<H: Harness>() {
    let mut world = World::<H>::new().await;
    let id = world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let mut record = world.outcome(&piece, Next::Die(DeadReason::Gone));
    record.disable = Some(DisabledBecause::Gone);
    world.record(record).await;
    world.flush().await;
    assert!(world.notices().await.changed.contains(&piece.endpoint));
    world.crash().await;
    assert_eq!(
        found(&world, id).await.disabled,
        Some(DisabledBecause::Gone)
    );
    assert_eq!(
        world.state(piece.delivery).await,
        State::Dead(DeadReason::Gone)
    );
}

pub(crate) async fn tests_do_not_count_as_failures<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let event = world.new_event("acme", "webhook.test");
    let delivery = world
        .node()
        .append_test(&world.reach(), event, id, None)
        .await
        .unwrap();
    let piece = world.due_anywhere(world.now()).await.remove(0);
    assert_eq!(piece.delivery, delivery);
    world
        .finish(&piece, Next::Die(DeadReason::TestFailed))
        .await;
    assert_eq!(
        world.state(delivery).await,
        State::Dead(DeadReason::TestFailed)
    );
    assert_eq!(found(&world, id).await.failing_since, None);
}

pub(crate) async fn failing_now_and_then_is_no_change_of_the_endpoint<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    world.notices().await;
    for _ in 0..5 {
        fails(&world).await;
        world.flush().await;
        assert!(found(&world, id).await.failing_since.is_some());
        world.succeeded("works").await;
        world.flush().await;
        assert_eq!(found(&world, id).await.failing_since, None);
        // Its lane is told of nothing.
        assert!(world.notices().await.changed.is_empty());
    }
}

pub(crate) async fn since_when_an_endpoint_fails_outlives_the_process<H: Harness>() {
    let mut world = World::<H>::new().await;
    let id = world.endpoint().await;
    let other = world.endpoint_of("other", &["*"]).await;
    fails(&world).await;
    world.flush().await;
    let since = found(&world, id).await.failing_since;
    assert!(since.is_some());
    world.crash().await;
    assert_eq!(found(&world, id).await.failing_since, since);
    world.succeeded("works").await;
    fails(&world).await;
    world.flush().await;
    let later = found(&world, id).await.failing_since;
    assert!(later > since);
    world.restart().await;
    assert_eq!(found(&world, id).await.failing_since, later);
    let whole = world.whole();
    let listed = world.node().endpoints(&whole, all()).await.unwrap().items;
    let of = |id| listed.iter().find(|one| one.id == id).unwrap();
    assert_eq!(of(id).failing_since, later);
    assert_eq!(of(other).failing_since, None);
    // A change that has nothing to do with it leaves it, and shows it.
    let change = Box::new(|endpoint: &mut Endpoint| {
        endpoint.description = Some("a note".to_owned());
        Ok(())
    });
    let store = world.node();
    let changed = store.update_endpoint(&whole, id, change, None).await;
    assert_eq!(changed.unwrap().failing_since, later);
    drop(store);
    world.restart().await;
    assert_eq!(found(&world, id).await.failing_since, later);
}
