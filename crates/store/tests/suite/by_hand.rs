//! What people do to single deliveries: retry, cancel, replay, erase.

use std::time::Duration;

use nuncio_domain::{
    CancelReason, DeadReason, DeliveryId, Job, JobKind, JobState, Next, Selection, SendAgain,
    State, Trigger,
};
use nuncio_store::StoreError;

use super::{
    Harness,
    world::{World, all},
};

pub(crate) async fn a_retry_of_a_pending_one_leaves_its_schedule<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let later = world.now() + Duration::from_secs(60);
    world.finish(&piece, Next::RetryAt(later)).await;
    world.notices().await;
    let now = world.now();
    let row = world
        .node()
        .retry(
            &world.reach(),
            piece.delivery,
            SendAgain::Scheduled,
            now,
            None,
        )
        .await
        .unwrap();
    assert_eq!(row.progress.extra, Some(now));
    assert_eq!(world.notices().await.due.get(&piece.endpoint), Some(&now));
    let extra = world.due(piece.endpoint, now).await.remove(0);
    assert_eq!(extra.progress.trigger_at(now), Trigger::Manual);
    world
        .finish(
            &extra,
            Next::RetryAt(world.now() + Duration::from_secs(999)),
        )
        .await;
    let progress = world.row(piece.delivery).await.progress;
    assert_eq!(progress.state, State::Pending { due: later });
    assert_eq!((progress.attempts, progress.scheduled), (2, 1));
    assert_eq!(progress.extra, None);
}

pub(crate) async fn a_retry_of_a_dead_one_starts_a_fresh_schedule<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let id = world.dead("a").await;
    let now = world.now();
    let row = world
        .node()
        .retry(&world.reach(), id, SendAgain::Scheduled, now, None)
        .await
        .unwrap();
    assert_eq!(row.progress.state, State::Pending { due: now });
    assert_eq!((row.progress.attempts, row.progress.scheduled), (1, 0));
    assert_eq!(row.finished_at, None);
    let piece = world.due_anywhere(now).await.remove(0);
    assert_eq!(piece.delivery, id);
    world.finish(&piece, Next::Succeed).await;
    let detail = world.node().delivery(&world.whole(), id).await.unwrap();
    assert_eq!(detail.row.progress.state, State::Succeeded);
    assert_eq!(detail.attempts.len(), 2);
    assert_eq!(detail.attempts[1].trigger, Trigger::Manual);
}

pub(crate) async fn a_cancelled_one_stays_so_unless_it_was_delivered<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    for (next, expected) in [
        (
            Next::RetryAt(super::at(999)),
            State::Cancelled(CancelReason::Requested),
        ),
        (Next::Succeed, State::Succeeded),
    ] {
        world.publish("a").await;
        let piece = world.fresh().await.remove(0);
        let row = world
            .node()
            .cancel(&world.reach(), piece.delivery, world.now(), None)
            .await
            .unwrap();
        assert_eq!(
            row.progress.state,
            State::Cancelled(CancelReason::Requested)
        );
        world.finish(&piece, next).await;
        assert_eq!(world.state(piece.delivery).await, expected);
        assert_eq!(world.row(piece.delivery).await.progress.attempts, 1);
    }
    assert!(world.due_anywhere(super::at(9_999)).await.is_empty());
}

pub(crate) async fn cancelling_and_erasing_are_told_to_the_engine<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    for erase in [false, true] {
        let event = world.publish("a").await;
        let piece = world.fresh().await.remove(0);
        world.notices().await;
        let (store, reach) = (world.node(), world.reach());
        if erase {
            let erased = store.erase_payload(&reach, event, world.now());
            erased.await.unwrap();
        } else {
            let cancelled = store.cancel(&reach, piece.delivery, world.now(), None);
            cancelled.await.unwrap();
        }
        assert_eq!(world.notices().await.changed.len(), 1, "erase: {erase}");
    }
}

pub(crate) async fn a_final_one_can_not_be_cancelled<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    for id in [world.succeeded("a").await, world.dead("b").await] {
        let before = world.row(id).await;
        let refused = world
            .node()
            .cancel(&world.reach(), id, world.now(), None)
            .await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))));
        assert_eq!(world.row(id).await, before);
    }
}

pub(crate) async fn a_replay_is_a_new_delivery<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let first = world.succeeded("a").await;
    let event = world.row(first).await.event;
    for generation in 1..=2 {
        let rows = world
            .node()
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
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].id, DeliveryId::derive(event, endpoint, generation));
        assert_eq!(rows[0].replay_of, Some(first));
        assert_eq!(rows[0].event, event);
        let piece = world.due_anywhere(world.now()).await.remove(0);
        assert_eq!(piece.generation, generation);
        assert_eq!(piece.progress.trigger, Trigger::Replay);
        world.finish(&piece, Next::Succeed).await;
        assert_eq!(world.state(rows[0].id).await, State::Succeeded);
    }
    assert_eq!(world.in_state("succeeded").await.len(), 3);
}

pub(crate) async fn a_replay_to_one_endpoint_goes_there_only<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let old = world.endpoint_of("acme", &["a"]).await;
    let event = world.row(world.succeeded("a").await).await.event;
    let late = world.endpoint_of("acme", &["b"]).await;
    let foreign = world.endpoint_of("other", &["*"]).await;
    let whole = world.whole();
    let replay = |to| {
        store.replay(
            &whole,
            event,
            Some(to),
            SendAgain::Scheduled,
            super::at(9),
            None,
        )
    };
    let rows = replay(old).await.unwrap();
    assert_eq!((rows.len(), rows[0].endpoint), (1, old));
    // One that did not get it the first time gets its first delivery.
    let rows = replay(late).await.unwrap();
    assert_eq!((rows.len(), rows[0].endpoint), (1, late));
    assert_eq!(rows[0].replay_of, None);
    assert!(matches!(replay(foreign).await, Err(StoreError::NotFound)));
    // All that it went to, each once.
    let rows = store
        .replay(
            &world.reach(),
            event,
            None,
            SendAgain::Scheduled,
            super::at(10),
            None,
        )
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    let all_rows = store
        .event_deliveries(&world.reach(), event, all())
        .await
        .unwrap();
    assert_eq!(all_rows.items.len(), 5);
}

pub(crate) async fn an_erased_payload_stays_erased<H: Harness>() {
    let mut world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let mut record = world.outcome(&piece, Next::Succeed);
    record.attempt.error_detail = Some("the answer begins with: what was sent".to_owned());
    world.record(record).await;
    let done = piece.delivery;
    let event = world.row(done).await.event;
    let now = world.now();
    let rows = world
        .node()
        .replay(&world.reach(), event, None, SendAgain::Scheduled, now, None)
        .await
        .unwrap();
    let before = world.node().event(&world.whole(), event).await.unwrap();
    world
        .node()
        .erase_payload(&world.reach(), event, now)
        .await
        .unwrap();
    for _ in 0..2 {
        let store = world.node();
        let erased = store.event(&world.whole(), event).await.unwrap();
        assert_eq!(erased.data, None);
        assert_eq!(erased.payload_sha256, before.payload_sha256);
        let cancelled = State::Cancelled(CancelReason::PayloadErased);
        assert_eq!(world.state(rows[0].id).await, cancelled);
        let detail = store.delivery(&world.whole(), done).await.unwrap();
        assert_eq!(detail.row.progress.state, State::Succeeded);
        assert!(detail.attempts[0].response_body.is_empty());
        assert_eq!(detail.attempts[0].error_detail, None);
        let replay = store
            .replay(
                &world.whole(),
                event,
                Some(endpoint),
                SendAgain::Scheduled,
                now,
                None,
            )
            .await;
        assert!(matches!(replay, Err(StoreError::Conflict(_))));
        let retry = store
            .retry(&world.whole(), done, SendAgain::Scheduled, now, None)
            .await;
        assert!(matches!(retry, Err(StoreError::Conflict(_))));
        drop(store);
        world.crash().await;
    }
}

pub(crate) async fn an_outcome_of_something_purged_is_dropped<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    world.finish(&piece, Next::Die(DeadReason::Exhausted)).await;
    let job = Job {
        id: world.job_id(),
        kind: JobKind::Purge(Selection::default()),
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: world.now(),
        finished_at: None,
        error: None,
    };
    let job = world
        .node()
        .start_job(&world.whole(), job, None)
        .await
        .unwrap();
    world.carry_out(job.id).await;
    world.finish(&piece, Next::Succeed).await;
    world.flush().await;
    let gone = world.node().delivery(&world.whole(), piece.delivery).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
}
