//! Events with an ordering key: one after the other at each endpoint.

use std::time::Duration;

use nuncio_domain::{
    CancelReason, DeadReason, DeliveryId, DisabledBecause, EventId, Job, JobKind, JobState, Next,
    Selection, SendAgain, State,
};
use nuncio_store::{NewEvent, StoreError};

use super::{
    Harness,
    world::{Piece, World, all, at},
};

const DIE: Next = Next::Die(DeadReason::Exhausted);

/// Publishes so many events with a key; returns what could be attempted at once.
async fn publish<H: Harness>(world: &World<H>, key: &str, count: usize) -> Vec<Piece> {
    for _ in 0..count {
        world.append(world.ordered(key)).await.unwrap();
    }
    world.fresh().await
}

/// What could be attempted now.
async fn due<H: Harness>(world: &World<H>) -> Vec<Piece> {
    world.due_anywhere(world.now()).await
}

/// The only delivery that could be attempted now.
async fn only<H: Harness>(world: &World<H>) -> Piece {
    let mut due = due(world).await;
    assert_eq!(due.len(), 1);
    due.remove(0)
}

/// All deliveries, the oldest event first.
async fn deliveries<H: Harness>(world: &World<H>) -> Vec<DeliveryId> {
    let mut rows = world.list(&world.whole(), Selection::default(), 100).await;
    rows.reverse();
    rows.iter().map(|row| row.id).collect()
}

async fn waits_for<H: Harness>(world: &World<H>, id: DeliveryId) -> Option<DeliveryId> {
    world.row(id).await.waits_for
}

pub(crate) async fn the_next_of_a_key_is_due_once_the_one_before_is_final<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let fresh = publish(&world, "a", 5).await;
    let ids = deliveries(&world).await;
    assert_eq!(fresh.len(), 1, "the others are handed on in their turn");
    assert_eq!(fresh[0].delivery, ids[0]);
    assert_eq!(waits_for(&world, ids[0]).await, None);
    assert_eq!(waits_for(&world, ids[2]).await, Some(ids[0]));

    world.finish(&only(&world).await, Next::Succeed).await;
    assert_eq!(waits_for(&world, ids[2]).await, Some(ids[1]));
    world.finish(&only(&world).await, DIE).await;
    let store = world.node();
    store
        .cancel(
            &world.reach(),
            only(&world).await.delivery,
            world.now(),
            None,
        )
        .await
        .unwrap();
    let (erased, now) = (store.delivery(&world.whole(), ids[3]).await, world.now());
    store
        .erase_payload(&world.reach(), erased.unwrap().event.id, now)
        .await
        .unwrap();
    assert_eq!(only(&world).await.delivery, ids[4]);
    assert_eq!(waits_for(&world, ids[4]).await, None);
    let notices = world.notices().await;
    assert!(!notices.due.is_empty(), "the engine is told");
}

pub(crate) async fn a_failed_attempt_lets_nobody_pass<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let first = publish(&world, "a", 2).await.remove(0);
    let later = world.now() + Duration::from_secs(60);
    world.finish(&first, Next::RetryAt(later)).await;
    assert!(due(&world).await.is_empty());
    let again = world.due(first.endpoint, later).await;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].delivery, first.delivery);
    world.finish(&again[0], Next::Succeed).await;
    assert_ne!(only(&world).await.delivery, first.delivery);
}

pub(crate) async fn other_keys_and_events_without_one_do_not_wait<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    publish(&world, "a", 2).await;
    assert_eq!(publish(&world, "b", 2).await.len(), 1);
    world.publish("order.paid").await;
    world.publish("order.paid").await;
    assert_eq!(world.fresh().await.len(), 2);
    let mut other = world.ordered("a");
    other.tenant = super::world::tenant_id("other");
    world.endpoint_of("other", &["*"]).await;
    world.append(other).await.unwrap();
    assert_eq!(world.fresh().await.len(), 1, "another tenant's key");
    assert_eq!(due(&world).await.len(), 5);
}

pub(crate) async fn the_items_of_a_batch_are_in_their_order<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let batch: Vec<_> = (0..10)
        .map(|n| world.ordered(if n % 2 == 0 { "even" } else { "odd" }))
        .collect();
    let ids: Vec<EventId> = batch.iter().map(|event| event.id).collect();
    world.node().append(batch, None).await.unwrap();
    assert_eq!(world.fresh().await.len(), 2);
    let mut begun = Vec::new();
    for _ in 0..5 {
        let pieces = due(&world).await;
        assert_eq!(pieces.len(), 2);
        for piece in pieces {
            let detail = world.node().delivery(&world.whole(), piece.delivery).await;
            begun.push(detail.unwrap().event.id);
            world.finish(&piece, Next::Succeed).await;
        }
    }
    for parity in 0..2 {
        let published: Vec<_> = ids.iter().skip(parity).step_by(2).collect();
        let attempted: Vec<_> = begun.iter().filter(|id| published.contains(id)).collect();
        assert_eq!(attempted, published);
    }
}

pub(crate) async fn each_endpoint_goes_on_by_itself<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.endpoint().await;
    let fresh = publish(&world, "a", 2).await;
    assert_eq!(fresh.len(), 2);
    world.finish(&fresh[0], Next::Succeed).await;
    let freed = world.due(fresh[0].endpoint, world.now()).await;
    assert_eq!(freed.len(), 1);
    assert_ne!(freed[0].event, fresh[0].event);
    let held_up = world.due(fresh[1].endpoint, world.now()).await;
    assert_eq!(held_up[0].event, fresh[1].event);
    assert_eq!(held_up.len(), 1);
}

pub(crate) async fn nobody_passes_an_event_that_is_set_for_later<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let deliver_at = world.now() + Duration::from_secs(60);
    let later = NewEvent {
        deliver_at: Some(deliver_at),
        due: deliver_at,
        ..world.ordered("a")
    };
    world.append(later).await.unwrap();
    assert!(publish(&world, "a", 1).await.is_empty());
    assert!(due(&world).await.is_empty());
    let ids = deliveries(&world).await;
    world.advance(Duration::from_secs(60));
    assert_eq!(only(&world).await.delivery, ids[0]);
    world.finish(&only(&world).await, Next::Succeed).await;
    assert_eq!(only(&world).await.delivery, ids[1]);
}

pub(crate) async fn a_cancelled_one_in_the_middle_is_passed_over<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    publish(&world, "a", 3).await;
    let ids = deliveries(&world).await;
    world
        .node()
        .cancel(&world.reach(), ids[1], world.now(), None)
        .await
        .unwrap();
    assert_eq!(only(&world).await.delivery, ids[0], "the last still waits");
    world.finish(&only(&world).await, Next::Succeed).await;
    assert_eq!(only(&world).await.delivery, ids[2]);
}

pub(crate) async fn what_is_cancelled_in_mid_attempt_frees_the_next_once<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let first = publish(&world, "a", 3).await.remove(0);
    let ids = deliveries(&world).await;
    world
        .node()
        .cancel(&world.reach(), ids[0], world.now(), None)
        .await
        .unwrap();
    assert_eq!(only(&world).await.delivery, ids[1]);
    // The receiver took it all the same: that is the end of the first, not of the second.
    world.finish(&first, Next::Succeed).await;
    assert_eq!(world.state(ids[0]).await, State::Succeeded);
    assert_eq!(only(&world).await.delivery, ids[1]);
    assert_eq!(waits_for(&world, ids[2]).await, Some(ids[1]));
}

pub(crate) async fn a_disabled_endpoint_keeps_the_order<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let requested = Some(DisabledBecause::Requested);
    world.set_disabled(endpoint, requested).await;
    assert!(publish(&world, "a", 2).await.is_empty());
    world.set_disabled(endpoint, None).await;
    let fresh = publish(&world, "a", 1).await;
    let ids = deliveries(&world).await;
    let is_last = |piece: &Piece| piece.delivery == ids[2];
    assert!(!fresh.iter().any(is_last), "others are first");
    for id in ids {
        let piece = only(&world).await;
        assert_eq!(piece.delivery, id);
        world.finish(&piece, Next::Succeed).await;
    }
}

pub(crate) async fn what_expires_frees_the_next<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let requested = Some(DisabledBecause::Requested);
    world.set_disabled(endpoint, requested).await;
    publish(&world, "a", 1).await;
    let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
    world.advance(days(20));
    publish(&world, "a", 1).await;
    let ids = deliveries(&world).await;
    world.advance(days(20));
    world.prune().await;
    assert_eq!(world.state(ids[0]).await, State::Dead(DeadReason::Expired));
    world.set_disabled(endpoint, None).await;
    assert_eq!(only(&world).await.delivery, ids[1]);
}

pub(crate) async fn the_order_outlives_crashes<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    publish(&world, "a", 3).await;
    let ids = deliveries(&world).await;
    for id in &ids {
        world.crash().await;
        let piece = only(&world).await;
        assert_eq!(piece.delivery, *id);
        world.finish(&piece, Next::Succeed).await;
        // An outcome that is lost lets nobody pass either.
        world.crash().await;
        if world.state(*id).await != State::Succeeded {
            let again = only(&world).await;
            assert_eq!(again.delivery, *id);
            world.finish(&again, Next::Succeed).await;
            world.flush().await;
        }
    }
    assert!(due(&world).await.is_empty());
}

pub(crate) async fn a_blocked_one_can_not_be_retried<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    publish(&world, "a", 3).await;
    let ids = deliveries(&world).await;
    let store = world.node();
    let refused = store
        .retry(
            &world.reach(),
            ids[2],
            SendAgain::Scheduled,
            world.now(),
            None,
        )
        .await;
    let Err(StoreError::Conflict(sentence)) = refused else {
        panic!("{refused:?}");
    };
    assert!(sentence.contains(&ids[0].to_string()), "{sentence}");
    let job = Job {
        id: world.job_id(),
        kind: JobKind::Retry(
            Selection {
                status: Some("pending".to_owned()),
                ..Selection::default()
            }
            .into(),
        ),
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: world.now(),
        finished_at: None,
        error: None,
    };
    let job = store.start_job(&world.whole(), job, None).await.unwrap().id;
    world.carry_out(job).await;
    let first = only(&world).await;
    assert_eq!(first.delivery, ids[0]);
    assert!(first.progress.extra.is_some(), "the first may be retried");
    world.finish(&first, Next::Succeed).await;
    assert_eq!(only(&world).await.delivery, ids[1]);
}

pub(crate) async fn a_retried_one_is_outside_of_the_order<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    publish(&world, "a", 3).await;
    let ids = deliveries(&world).await;
    world.finish(&only(&world).await, DIE).await;
    let store = world.node();
    store
        .retry(
            &world.reach(),
            ids[0],
            SendAgain::Scheduled,
            world.now(),
            None,
        )
        .await
        .unwrap();
    let mut due: Vec<_> = due(&world).await;
    due.sort_by_key(|piece| ids.iter().position(|id| *id == piece.delivery));
    let found: Vec<_> = due.iter().map(|piece| piece.delivery).collect();
    assert_eq!(found, ids[..2], "it waits for nobody, and nobody for it");
    world.finish(&due[0], Next::Succeed).await;
    assert_eq!(waits_for(&world, ids[2]).await, Some(ids[1]));
    world.finish(&due[1], Next::Succeed).await;
    assert_eq!(only(&world).await.delivery, ids[2]);
}

pub(crate) async fn replays_and_tests_are_outside_of_the_order<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    publish(&world, "a", 1).await;
    let store = world.node();
    let last = world.ordered("a");
    let event = last.id;
    world.append(last).await.unwrap();
    store
        .replay(
            &world.reach(),
            event,
            None,
            SendAgain::Scheduled,
            world.now(),
            None,
        )
        .await
        .unwrap();
    store
        .append_test(&world.reach(), world.ordered("a"), endpoint, None)
        .await
        .unwrap();
    assert_eq!(
        due(&world).await.len(),
        3,
        "the first, the replay, the test"
    );
    let rows = store
        .event_deliveries(&world.reach(), event, all())
        .await
        .unwrap();
    let waiting = rows.items.iter().filter(|row| row.waits_for.is_some());
    assert_eq!((rows.items.len(), waiting.count()), (2, 1));
}

pub(crate) async fn a_deleted_endpoints_queue_is_cancelled<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    publish(&world, "a", 3).await;
    let job = world.job_id();
    world
        .node()
        .delete_endpoint(&world.reach(), endpoint, job, at(9))
        .await
        .unwrap();
    world.carry_out(job).await;
    for id in deliveries(&world).await {
        let cancelled = State::Cancelled(CancelReason::EndpointDeleted);
        assert_eq!(world.state(id).await, cancelled);
    }
}

pub(crate) async fn the_key_comes_back_with_the_event<H: Harness>() {
    let mut world = World::<H>::new().await;
    let event = world.ordered("order/4711");
    let key = event.ordering_key.clone();
    let id = world.append(event).await.unwrap().id;
    world.restart().await;
    let store = world.node();
    assert_eq!(
        store.event(&world.whole(), id).await.unwrap().ordering_key,
        key
    );
    let listed = store
        .events(&world.whole(), Default::default(), all())
        .await
        .unwrap();
    assert_eq!(listed.items[0].ordering_key, key);
}
