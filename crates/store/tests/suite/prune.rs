//! What is old goes.

use std::time::Duration;

use nuncio_domain::{DeadReason, DisabledBecause, Next, Project, SendAgain, State};
use nuncio_store::{Once, StoreError, StoredAnswer};

use super::{Harness, world::World};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) async fn old_history_goes_dead_letters_stay_longer<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    world.endpoint().await;
    let (old, dead) = (world.succeeded("a").await, world.dead("a").await);
    let old_event = world.row(old).await.event;
    let dead_event = world.row(dead).await.event;
    world.advance(40 * DAY);
    let new = world.succeeded("a").await;
    world.prune().await;
    let gone = store.delivery(&world.whole(), old).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
    let gone = store.event(&world.whole(), old_event).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
    assert!(matches!(world.state(dead).await, State::Dead(_)));
    assert!(store.event(&world.whole(), dead_event).await.is_ok());
    assert_eq!(world.state(new).await, State::Succeeded);
    world.advance(60 * DAY);
    world.prune().await;
    let gone = store.delivery(&world.whole(), dead).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
    let gone = store.event(&world.whole(), dead_event).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
}

/// However often it is stopped in between, a round takes no more pieces than one that goes through.
pub(crate) async fn a_round_goes_on_where_it_was_stopped<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    world.succeeded("a").await;
    world.advance(40 * DAY);
    world.prune().await;
    let mut in_one_go = 1;
    while world.prune_step().await {
        in_one_go += 1;
    }
    let mut with_stops = 1;
    while world.prune_step().await {
        with_stops += 1;
        world.restart().await;
    }
    assert!(in_one_go > 2);
    assert_eq!(with_stops, in_one_go);
}

/// A replay of an old event is a delivery of today's, whatever comes of it; so is an old one that is retried.
pub(crate) async fn how_long_a_delivery_is_kept_begins_with_its_own_end<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    world.endpoint().await;
    let mut old = Vec::new();
    for _ in 0..3 {
        old.push(world.dead("a").await);
    }
    let event = world.row(old[0]).await.event;
    world.advance(85 * DAY);
    let replay = async |next| {
        let now = world.now();
        let rows = store
            .replay(&world.whole(), event, None, SendAgain::Scheduled, now, None)
            .await;
        let id = rows.unwrap()[0].id;
        let due = world.due_anywhere(world.now()).await;
        let piece = due.iter().find(|piece| piece.delivery == id).unwrap();
        world.finish(piece, next).await;
        id
    };
    // This one first: an endpoint that only fails is disabled.
    let succeeded = replay(Next::Succeed).await;
    let dead_again = replay(Next::Die(DeadReason::Exhausted)).await;
    let retried = old[1];
    let now = world.now();
    store
        .retry(&world.whole(), retried, SendAgain::Scheduled, now, None)
        .await
        .unwrap();
    for piece in world.due_anywhere(world.now()).await {
        world.finish(&piece, Next::Die(DeadReason::Exhausted)).await;
    }
    let there = async |id| store.delivery(&world.whole(), id).await.is_ok();
    let check = async |what: &str, expected: [bool; 5]| {
        world.prune().await;
        let all = [old[0], old[2], succeeded, retried, dead_again];
        let mut found = [false; 5];
        for (found, id) in found.iter_mut().zip(all) {
            *found = there(id).await;
        }
        assert_eq!(found, expected, "{what}");
    };
    check("at once", [true; 5]).await;
    world.advance(10 * DAY);
    check("ten days later", [false, false, true, true, true]).await;
    world.advance(25 * DAY);
    check("a month later", [false, false, false, true, true]).await;
    assert!(store.event(&world.whole(), event).await.is_ok());
    world.advance(60 * DAY);
    check("three months later", [false; 5]).await;
    assert!(store.event(&world.whole(), event).await.is_err());
}

/// Where history is kept for longer than dead letters are by themselves, they are too.
pub(crate) async fn dead_letters_are_kept_as_long_as_history<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    world.endpoint().await;
    let keep = Box::new(|project: &mut Project| {
        project.policy.history_days = Some(200);
        Ok(())
    });
    let kept = store.update_project(world.project, keep).await;
    kept.unwrap();
    let old = world.dead("a").await;
    world.advance(190 * DAY);
    let now = world.now();
    store
        .retry(&world.whole(), old, SendAgain::Scheduled, now, None)
        .await
        .unwrap();
    for piece in world.due_anywhere(world.now()).await {
        world.finish(&piece, Next::Die(DeadReason::Exhausted)).await;
    }
    world.advance(150 * DAY);
    world.prune().await;
    assert!(matches!(world.state(old).await, State::Dead(_)));
    world.advance(60 * DAY);
    world.prune().await;
    let gone = store.delivery(&world.whole(), old).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
}

pub(crate) async fn pending_ones_are_never_pruned_by_age_alone<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    world.advance(400 * DAY);
    world.prune().await;
    assert_eq!(world.in_state("pending").await.len(), 1);
}

pub(crate) async fn what_waits_for_a_disabled_endpoint_expires<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    world
        .set_disabled(id, Some(DisabledBecause::Requested))
        .await;
    world.publish("a").await;
    world.advance(20 * DAY);
    world.prune().await;
    assert_eq!(world.in_state("pending").await.len(), 1);
    world.advance(20 * DAY);
    world.prune().await;
    let dead = world.in_state("dead").await;
    assert_eq!(dead.len(), 1);
    assert_eq!(world.state(dead[0]).await, State::Dead(DeadReason::Expired));
}

pub(crate) async fn answers_to_repeated_requests_are_kept_for_a_day<H: Harness>() {
    let world = World::<H>::new().await;
    let publish = async || {
        let once = Once {
            scope: [1; 32],
            fingerprint: [1; 32],
            answer: Box::new(|_: &Vec<_>| {
                Some(StoredAnswer {
                    status: 202,
                    body: Vec::new(),
                    shows: nuncio_store::Shows::NoSecret,
                })
            }),
        };
        let events = vec![world.new_event("acme", "a")];
        world.node().append(events, Some(once)).await
    };
    publish().await.unwrap();
    world.advance(DAY);
    world.prune().await;
    assert!(matches!(publish().await, Err(StoreError::Repeated(_))));
    world.advance(3 * DAY);
    world.prune().await;
    publish().await.unwrap();
}
