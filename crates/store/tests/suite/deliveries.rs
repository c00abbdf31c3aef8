//! The life of deliveries.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    ActorKind, DeadReason, Endpoint, ErrorClass, HandshakeResult, Next, State, Timestamp,
    Verification, VerificationState,
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
    world.record(record.clone()).await;
    let detail = world
        .node()
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
    let (owner, epoch) = world.owner(piece.endpoint).await;
    let store = owner.store;
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
        world.record(record).await;
    }
    let paused = async |at| world.paused_endpoints(at).await;
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
    let store = world.node();
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
    let key = world.unverified_endpoints().await;
    assert_eq!(key.len(), 1);
    let owner = world.owner(key[0]).await.0.store;
    let later = world.now() + Duration::from_secs(1);
    ask(later).await;
    let state = async || {
        let endpoint = store.endpoint(&world.whole(), id).await.unwrap();
        endpoint.unwrap().verification.state
    };
    let late = owner.verified(key[0], Some(world.now()), verified(Ok(None)));
    late.await.unwrap();
    assert_eq!(state().await, VerificationState::Pending);
    let failed = owner.verified(key[0], Some(later), verified(Err("no".to_owned())));
    failed.await.unwrap();
    assert_eq!(state().await, VerificationState::Failed);
    assert_eq!(world.unverified_endpoints().await, key, "it is made again");
    let done = owner.verified(key[0], Some(later), verified(Ok(None)));
    done.await.unwrap();
    assert_eq!(state().await, VerificationState::Verified);
    assert!(world.unverified_endpoints().await.is_empty());

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
    let batch = world.look(piece.endpoint, world.now(), 10).await;
    assert!(batch.due.is_empty());
    assert_eq!(batch.next_due, Some(later));
    let row = world.row(piece.delivery).await;
    assert_eq!(row.progress.state, State::Pending { due: later });
    let again = world.look(piece.endpoint, later, 10).await;
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
        .node()
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
    let check = async |now_s, limit, expected: &[i64], next: Option<i64>| {
        let batch = world.look(endpoint, super::at(now_s), limit).await;
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
        world.publish("a").await;
        let piece = world.fresh().await.remove(0);
        let record = world.outcome(&piece, Next::Succeed);
        let owner = world.hand_over(record).await;
        let shown = owner.store.delivery(&world.whole(), piece.delivery).await;
        assert_eq!(shown.unwrap().row.progress.state, State::Succeeded);
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
        .node()
        .event_deliveries(&world.reach(), event, all())
        .await
        .unwrap();
    assert_eq!(rows.items.len(), 3);
    let due = world.due_anywhere(later).await;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].delivery, pieces[1].delivery);
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
    world.flush().await;
    world.crash().await;
    let mut due = world.due_endpoints().await;
    due.sort_unstable_by_key(|(_, at)| *at);
    assert_eq!(due.len(), 2);
    assert_eq!(due[0].0, first.endpoint);
    assert_eq!(due[1], (third.endpoint, later));
}
