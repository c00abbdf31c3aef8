//! What a crash may cost: a repeated attempt, nothing else.

use std::{collections::HashSet, time::Duration};

use nuncio_domain::{Next, State};

use super::{Harness, world::World};

pub(crate) async fn what_was_answered_is_there<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    world.endpoint().await;
    let mut events = Vec::new();
    for _ in 0..50 {
        events.push(world.publish("a").await);
    }
    world.crash().await;
    for event in events {
        let kept = world.node().event(&world.whole(), event).await.unwrap();
        assert_eq!(kept.deliveries, 2);
    }
    assert_eq!(world.due_anywhere(world.now()).await.len(), 100);
}

pub(crate) async fn an_outcome_that_was_not_committed_repeats_the_attempt<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    let before = world.fresh().await.remove(0);
    let record = world.outcome(&before, Next::Succeed);
    world.hand_over(record).await;
    world.crash().await;
    // It may have been committed just before: then there is nothing to do. If not, it comes back as it was.
    for piece in world.due_anywhere(world.now()).await {
        assert_eq!(piece.delivery, before.delivery);
        assert_eq!(piece.event, before.event);
        world.finish(&piece, Next::Succeed).await;
    }
    let row = world.row(before.delivery).await;
    assert_eq!(row.progress.state, State::Succeeded);
    assert_eq!(row.progress.attempts, 1);
}

pub(crate) async fn an_outcome_that_was_flushed_is_not_repeated<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    let id = world.succeeded("a").await;
    world.flush().await;
    world.crash().await;
    assert!(world.due_anywhere(world.now()).await.is_empty());
    assert_eq!(world.state(id).await, State::Succeeded);
}

pub(crate) async fn half_finished_events_go_on_with_the_other_half<H: Harness>() {
    let mut world = World::<H>::new().await;
    for _ in 0..4 {
        world.endpoint().await;
    }
    world.publish("a").await;
    let pieces = world.fresh().await;
    world.finish(&pieces[0], Next::Succeed).await;
    let later = world.now() + Duration::from_secs(60);
    world.finish(&pieces[1], Next::RetryAt(later)).await;
    world.flush().await;
    world.crash().await;
    let due: HashSet<_> = world
        .due_anywhere(world.now())
        .await
        .iter()
        .map(|piece| piece.delivery)
        .collect();
    assert_eq!(due, HashSet::from([pieces[2].delivery, pieces[3].delivery]));
    assert_eq!(world.due_anywhere(later).await.len(), 3);
}

pub(crate) async fn a_crash_after_a_crash_doubles_nothing<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    for _ in 0..3 {
        world.publish("a").await;
        world.crash().await;
    }
    let due = world.due_anywhere(world.now()).await;
    let distinct: HashSet<_> = due.iter().map(|piece| piece.delivery).collect();
    assert_eq!((due.len(), distinct.len()), (3, 3));
}

pub(crate) async fn an_orderly_stop_loses_no_outcome<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(world.succeeded("a").await);
    }
    world.restart().await;
    for id in ids {
        assert_eq!(world.state(id).await, State::Succeeded);
    }
}
