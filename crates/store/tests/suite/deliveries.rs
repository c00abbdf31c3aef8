//! The life of deliveries.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    ActorKind, CancelReason, DeadReason, DeliveryId, Endpoint, ErrorClass, HandshakeResult, Job,
    JobKind, JobState, Next, Selection, SendAgain, State, Timestamp, Trigger, Verification,
    VerificationState,
};
use nuncio_store::{AuditQuery, Epoch, StoreError};
use serde_json::json;

use super::{
    Harness,
    world::{World, all},
};

pub(crate) async fn a_success_ends_a_delivery<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let event = world.publish("order.paid").await;
    let piece = world.fresh().await.remove(0);
    let record = world.outcome(&piece, Next::Succeed);
    world
        .store()
        .record(record.clone().into(), Epoch(0))
        .await
        .unwrap();
    let detail = world
        .store()
        .delivery(&world.reach(), piece.delivery)
        .await
        .unwrap();
    let row = &detail.row;
    assert_eq!(
        (row.id, row.event, row.endpoint),
        (piece.delivery, event, endpoint)
    );
    assert_eq!(row.progress.state, State::Succeeded);
    assert_eq!(
        (row.progress.attempts, row.last_status_code),
        (1, Some(200))
    );
    assert_eq!(row.finished_at, Some(record.ended));
    assert_eq!((row.replay_of, row.test), (None, false));
    assert_eq!(detail.attempts, [record.attempt]);
    assert_eq!(detail.event.id, event);
    assert!(world.due(piece.endpoint, world.now()).await.is_empty());
}

pub(crate) async fn what_was_begun_under_another_epoch_changes_nothing<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.publish("order.paid").await;
    let piece = world.fresh().await.remove(0);
    let store = world.store();
    let sending = store.sending(piece.endpoint).await.unwrap();
    let epoch = store.owned().borrow().epoch(sending.shard()).unwrap();
    let other = Epoch(epoch.0 + 1);
    let record = Arc::new(world.outcome(&piece, Next::Succeed));
    let refused = store.record(Arc::clone(&record), other).await;
    assert!(matches!(refused, Err(StoreError::Fenced)), "{refused:?}");
    let refused = store.due(piece.endpoint, other, world.now(), 1).await;
    assert!(matches!(refused, Err(StoreError::Fenced)), "{refused:?}");
    let row = world.row(piece.delivery).await;
    assert!(matches!(row.progress.state, State::Pending { .. }));
    store.record(record, epoch).await.unwrap();
    let row = world.row(piece.delivery).await;
    assert_eq!(row.progress.state, State::Succeeded);
}

pub(crate) async fn a_pause_is_kept_until_its_endpoint_changes<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let until = world.now() + Duration::from_secs(600);
    for pause in [until, world.now()] {
        let mut record = world.outcome(&piece, Next::WaitUntil(until));
        record.pause_until = Some(pause);
        world.store().record(record.into(), Epoch(0)).await.unwrap();
    }
    let paused = async |at| world.store().paused_endpoints(at).await.unwrap();
    assert_eq!(paused(world.now()).await, [(piece.endpoint, until)]);
    // It is worth knowing of for a while after its end.
    assert_eq!(paused(until).await.len(), 1);
    let long_after = until + Duration::from_secs(601);
    assert!(paused(long_after).await.is_empty());
    assert_eq!(world.row(piece.delivery).await.progress.scheduled, 0);
    world.set_disabled(endpoint, None).await;
    assert!(paused(world.now()).await.is_empty());
}

pub(crate) async fn a_handshake_is_written_down_unless_it_is_asked_for_again<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let store = world.store();
    let ask = async |at: Timestamp| {
        let change = Box::new(move |endpoint: &mut Endpoint| {
            endpoint.verification = Verification::asked(at);
            Ok(())
        });
        let asked = store
            .update_endpoint(&world.whole(), id, change, None)
            .await;
        asked.unwrap();
    };
    let verified = |outcome| HandshakeResult {
        at: world.now(),
        status_code: Some(200),
        outcome,
    };
    ask(world.now()).await;
    let key = store.unverified_endpoints().await;
    assert_eq!(key.len(), 1);
    let later = world.now() + Duration::from_secs(1);
    ask(later).await;
    let state = async || {
        let endpoint = store.endpoint(&world.whole(), id).await.unwrap();
        endpoint.unwrap().verification.state
    };
    let late = store.verified(key[0], Some(world.now()), verified(Ok(None)));
    late.await.unwrap();
    assert_eq!(state().await, VerificationState::Pending);
    let failed = store.verified(key[0], Some(later), verified(Err("no".to_owned())));
    failed.await.unwrap();
    assert_eq!(state().await, VerificationState::Failed);
    assert_eq!(store.unverified_endpoints().await, key, "it is made again");
    let done = store.verified(key[0], Some(later), verified(Ok(None)));
    done.await.unwrap();
    assert_eq!(state().await, VerificationState::Verified);
    assert!(store.unverified_endpoints().await.is_empty());

    let entries = store.audit_entries(AuditQuery::default(), all());
    let entries = entries.await.unwrap().items;
    let mut told: Vec<_> = entries
        .iter()
        .map(|entry| {
            assert_eq!(entry.action, "endpoint.verify");
            assert_eq!(entry.target.id, Some(id.to_string()));
            assert_eq!(entry.author.actor.kind, ActorKind::System);
            let to = &entry.changes.as_ref().unwrap()["verification"]["to"];
            (to["state"].clone(), to["detail"].clone())
        })
        .collect();
    told.sort_by_key(|(state, _)| state.to_string());
    assert_eq!(
        told,
        [
            (json!("failed"), json!("no")),
            (json!("verified"), json!(null))
        ]
    );
}

pub(crate) async fn a_failure_is_due_again_later<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let later = world.now() + Duration::from_secs(60);
    world.finish(&piece, Next::RetryAt(later)).await;
    let batch = world
        .store()
        .due(piece.endpoint, Epoch(0), world.now(), 10)
        .await
        .unwrap();
    assert!(batch.due.is_empty());
    assert_eq!(batch.next_due, Some(later));
    let row = world.row(piece.delivery).await;
    assert_eq!(row.progress.state, State::Pending { due: later });
    let again = world
        .store()
        .due(piece.endpoint, Epoch(0), later, 10)
        .await
        .unwrap();
    assert_eq!(
        again.due[0].last_error,
        Some(ErrorClass::STATUS),
        "a retry can say why there is one"
    );
    assert_eq!(row.last_error, Some(ErrorClass::STATUS));
    let due = world.due(piece.endpoint, later).await;
    assert_eq!(due[0].progress.scheduled, 1);
    world
        .finish(&due[0], Next::Die(DeadReason::Exhausted))
        .await;
    let detail = world
        .store()
        .delivery(&world.whole(), piece.delivery)
        .await
        .unwrap();
    let numbers: Vec<_> = detail
        .attempts
        .iter()
        .map(|attempt| attempt.number)
        .collect();
    assert_eq!(numbers, [1, 2]);
}

pub(crate) async fn the_longest_due_comes_first_and_the_limit_cuts<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let mut pieces = Vec::new();
    for wait in [30, 10, 20, 40] {
        world.publish("a").await;
        let piece = world.fresh().await.remove(0);
        let due = super::at(wait);
        world.finish(&piece, Next::RetryAt(due)).await;
        pieces.push((wait, piece));
    }
    let endpoint = pieces[0].1.endpoint;
    let store = world.store();
    let check = async |now_s, limit, expected: &[i64], next: Option<i64>| {
        let batch = store
            .due(endpoint, Epoch(0), super::at(now_s), limit)
            .await
            .unwrap();
        let due: Vec<_> = batch.due.iter().map(|due| due.delivery).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|wait| pieces.iter().find(|(of, _)| of == wait).unwrap().1.delivery)
            .collect();
        assert_eq!(due, expected);
        assert_eq!(batch.next_due, next.map(super::at));
    };
    check(35, 10, &[10, 20, 30], Some(40)).await;
    check(35, 2, &[10, 20], Some(30)).await;
    check(99, 10, &[10, 20, 30, 40], None).await;
    check(5, 10, &[], Some(10)).await;
}

pub(crate) async fn an_outcome_is_seen_by_the_next_read<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    for _ in 0..20 {
        let id = world.succeeded("a").await;
        assert_eq!(world.state(id).await, State::Succeeded);
    }
}

pub(crate) async fn three_endpoints_one_failing<H: Harness>() {
    let world = World::<H>::new().await;
    for _ in 0..3 {
        world.endpoint().await;
    }
    let event = world.publish("a").await;
    let pieces = world.fresh().await;
    let later = world.now() + Duration::from_secs(60);
    for (n, piece) in pieces.iter().enumerate() {
        let next = if n == 1 {
            Next::RetryAt(later)
        } else {
            Next::Succeed
        };
        world.finish(piece, next).await;
    }
    let rows = world
        .store()
        .event_deliveries(&world.reach(), event, all())
        .await
        .unwrap();
    assert_eq!(rows.items.len(), 3);
    let due = world.due_anywhere(later).await;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].delivery, pieces[1].delivery);
}

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
        .store()
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
        .store()
        .retry(&world.reach(), id, SendAgain::Scheduled, now, None)
        .await
        .unwrap();
    assert_eq!(row.progress.state, State::Pending { due: now });
    assert_eq!((row.progress.attempts, row.progress.scheduled), (1, 0));
    assert_eq!(row.finished_at, None);
    let piece = world.due_anywhere(now).await.remove(0);
    assert_eq!(piece.delivery, id);
    world.finish(&piece, Next::Succeed).await;
    let detail = world.store().delivery(&world.whole(), id).await.unwrap();
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
            .store()
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
        let (store, reach) = (world.store(), world.reach());
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
            .store()
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
            .store()
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
    let store = world.store();
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
    world.store().record(record.into(), Epoch(0)).await.unwrap();
    let done = piece.delivery;
    let event = world.row(done).await.event;
    let now = world.now();
    let rows = world
        .store()
        .replay(&world.reach(), event, None, SendAgain::Scheduled, now, None)
        .await
        .unwrap();
    let before = world.store().event(&world.whole(), event).await.unwrap();
    world
        .store()
        .erase_payload(&world.reach(), event, now)
        .await
        .unwrap();
    for _ in 0..2 {
        let store = world.store();
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
        world.harness.crash().await;
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
        .store()
        .start_job(&world.whole(), job, None)
        .await
        .unwrap();
    world.carry_out(job.id).await;
    world.finish(&piece, Next::Succeed).await;
    world.store().flush().await.unwrap();
    let gone = world.store().delivery(&world.whole(), piece.delivery).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
}

pub(crate) async fn endpoints_with_work_are_known<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint_of("acme", &["a"]).await;
    world.endpoint_of("acme", &["b"]).await;
    world.endpoint_of("acme", &["c"]).await;
    world.publish("a").await;
    let first = world.fresh().await.remove(0);
    world.succeeded("b").await;
    world.publish("c").await;
    let third = world.fresh().await.remove(0);
    let later = world.now() + Duration::from_secs(60);
    world.finish(&third, Next::RetryAt(later)).await;
    world.store().flush().await.unwrap();
    world.harness.crash().await;
    let mut due = world.store().due_endpoints().await.unwrap();
    due.sort_unstable_by_key(|(_, at)| *at);
    assert_eq!(due.len(), 2);
    assert_eq!(due[0].0, first.endpoint);
    assert_eq!(due[1], (third.endpoint, later));
}
