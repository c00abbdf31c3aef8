//! What is sent again: once or with a schedule, at once or as a job; and what never is.

use std::time::Duration;

use nuncio_domain::{
    BulkReplay, BulkRetry, DeadReason, EndpointId, EventFilter, Job, JobKind, JobState, Next,
    Recovery, Selection, SendAgain, State, Timestamp, Trigger, Which,
};
use nuncio_store::StoreError;

use super::{Harness, World, world::at};

const LONG_AFTER: Timestamp = at(1_000_000);

impl<H: Harness> World<H> {
    /// Counts what a job is about, then carries it out and returns how many it counted and dealt with.
    async fn count_and_carry_out(&self, kind: JobKind) -> (u64, Job) {
        let store = self.node();
        let count = store.count_job(&self.whole(), kind.clone()).await.unwrap();
        assert!(
            self.running_jobs().await.is_empty(),
            "counting starts nothing"
        );
        let job = Job {
            id: self.job_id(),
            kind,
            state: JobState::Running,
            done: 0,
            total: 0,
            created_at: self.now(),
            finished_at: None,
            error: None,
        };
        let job = store.start_job(&self.whole(), job, None).await.unwrap();
        self.carry_out(job.id).await;
        let job = store.job(&self.whole(), job.id).await.unwrap();
        (count.count, job)
    }
}

fn pending(endpoint: EndpointId) -> JobKind {
    JobKind::Recover(Recovery {
        endpoint,
        which: Which::Pending,
        since: at(0),
        until: LONG_AFTER,
        again: SendAgain::Scheduled,
    })
}

fn replay_of(types: &[&str], again: SendAgain) -> BulkReplay {
    BulkReplay {
        tenant: None,
        types: types
            .iter()
            .map(|text| EventFilter::parse(text).unwrap())
            .collect(),
        since: at(0),
        until: LONG_AFTER,
        again,
    }
}

pub(crate) async fn what_waits_is_attempted_now_besides_its_schedule<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint_of("acme", &["a"]).await;
    world.endpoint_of("acme", &["b"]).await;
    let later = at(500_000);
    let mut waiting = Vec::new();
    for _ in 0..40 {
        waiting.push(world.ended("a", Next::RetryAt(later)).await);
    }
    let elsewhere = world.ended("b", Next::RetryAt(later)).await;
    let dead = world.dead("a").await;
    let (count, job) = world.count_and_carry_out(pending(endpoint)).await;
    assert_eq!((count, job.total, job.done), (40, 40, 40));
    let now = LONG_AFTER - Duration::from_secs(700_000);
    for id in &waiting {
        let progress = world.row(*id).await.progress;
        assert_eq!(progress.state, State::Pending { due: later });
        assert!(progress.is_extra(now), "one more attempt");
    }
    assert!(world.row(elsewhere).await.progress.extra.is_none());
    assert!(matches!(world.state(dead).await, State::Dead(_)));
    let due = world.due_anywhere(now).await;
    assert_eq!(due.len(), 40);
    world
        .finish(&due[0], Next::Die(DeadReason::Exhausted))
        .await;
    assert_eq!(
        world.state(due[0].delivery).await,
        State::Pending { due: later }
    );
}

pub(crate) async fn what_is_due_gets_no_second_attempt<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let late = world.ended("a", Next::RetryAt(at(1))).await;
    world.advance(Duration::from_secs(60));
    world.count_and_carry_out(pending(endpoint)).await;
    assert_eq!(world.row(late).await.progress.extra, None);
}

pub(crate) async fn a_span_of_events_is_replayed_to_every_endpoint<H: Harness>() {
    let world = World::<H>::new().await;
    let one = world.endpoint_of("acme", &["a"]).await;
    let two = world.endpoint_of("acme", &["*"]).await;
    let three = world.endpoint_of("other", &["*"]).await;
    let batch = (0..60).map(|n| {
        let tenant = if n % 3 == 0 { "other" } else { "acme" };
        world.new_event(tenant, if n % 2 == 0 { "a" } else { "b" })
    });
    let batch = batch.collect();
    world.node().append(batch, None).await.unwrap();
    let pieces = world.fresh().await;
    // 20 of `acme`'s to two endpoints, 20 to one, and 20 of the other's.
    assert_eq!(pieces.len(), 80);
    for piece in &pieces[1..] {
        world.finish(piece, Next::Succeed).await;
    }
    let (count, job) = world
        .count_and_carry_out(JobKind::Replay(replay_of(&["a"], SendAgain::Once)))
        .await;
    // Half of those of the others, and all of the first endpoint's; one is under way.
    assert_eq!((count, job.total, job.done), (49, 49, 49));
    let due = world.due_anywhere(LONG_AFTER).await;
    let made: Vec<_> = due.iter().filter(|piece| piece.generation > 0).collect();
    assert_eq!(made.len(), 49);
    assert!(
        made.iter()
            .all(|piece| piece.progress.trigger == Trigger::ReplayOnce)
    );
    let mut endpoints = Vec::new();
    for piece in &made {
        endpoints.push(world.row(piece.delivery).await.endpoint);
    }
    for id in [one, two, three] {
        assert!(endpoints.contains(&id), "{id}");
    }
    // All of them are under way now.
    let again = JobKind::Replay(replay_of(&["a"], SendAgain::Scheduled));
    assert_eq!(world.count_and_carry_out(again).await.0, 0);
}

pub(crate) async fn a_replay_of_one_tenant_leaves_the_others<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.endpoint_of("other", &["*"]).await;
    for tenant in ["acme", "other"] {
        let event = world.new_event(tenant, "a");
        world.append(event).await.unwrap();
        for piece in world.fresh().await {
            world.finish(&piece, Next::Succeed).await;
        }
    }
    let replay = BulkReplay {
        tenant: Some(world.tenant.clone()),
        ..replay_of(&[], SendAgain::Scheduled)
    };
    let (store, other) = (world.node(), world.reach_of("other"));
    let foreign = store
        .count_job(&other, JobKind::Replay(replay.clone()))
        .await;
    assert_eq!(foreign.unwrap().count, 0);
    let (count, job) = world.count_and_carry_out(JobKind::Replay(replay)).await;
    assert_eq!((count, job.done), (1, 1));
    let due = world.due_anywhere(LONG_AFTER).await;
    assert_eq!(world.row(due[0].delivery).await.tenant, world.tenant);
}

pub(crate) async fn one_attempt_is_kept_as_one<H: Harness>() {
    let mut world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let dead = world.dead("a").await;
    let (store, reach) = (world.node(), world.reach());
    let retried = store
        .retry(&reach, dead, SendAgain::Once, world.now(), None)
        .await;
    assert!(retried.unwrap().progress.trigger.is_once());
    let event = world.row(dead).await.event;
    let to = Some(endpoint);
    let made = store
        .replay(&reach, event, to, SendAgain::Once, world.now(), None)
        .await;
    let made = made.unwrap().remove(0).id;
    drop(store);
    world.restart().await;
    for (id, called) in [(dead, Trigger::Manual), (made, Trigger::Replay)] {
        let progress = world.row(id).await.progress;
        assert!(progress.trigger.is_once());
        assert_eq!(progress.trigger_at(LONG_AFTER), called);
    }
}

pub(crate) async fn bulk_retries_can_be_single_attempts<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let dead = world.dead("a").await;
    let kind = JobKind::Retry(BulkRetry {
        selection: Selection::default(),
        again: SendAgain::Once,
    });
    assert_eq!(world.count_and_carry_out(kind).await.0, 1);
    assert!(world.row(dead).await.progress.trigger.is_once());
    let dead = world.dead("a").await;
    let kind = JobKind::Recover(Recovery {
        endpoint,
        which: Which::Dead,
        since: at(0),
        until: LONG_AFTER,
        again: SendAgain::Once,
    });
    assert_eq!(world.count_and_carry_out(kind).await.0, 1);
    assert!(world.row(dead).await.progress.trigger.is_once());
}

pub(crate) async fn a_failed_test_is_no_dead_letter_and_never_sent_again<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let (store, reach) = (world.node(), world.reach());
    let event = world.new_event("acme", "webhook.test");
    let id = event.id;
    let test = store
        .append_test(&reach, event, endpoint, None)
        .await
        .unwrap();
    let piece = world.due_anywhere(LONG_AFTER).await.remove(0);
    assert_eq!(piece.delivery, test);
    world
        .finish(&piece, Next::Die(DeadReason::TestFailed))
        .await;
    assert_eq!(world.state(test).await, State::Dead(DeadReason::TestFailed));
    assert!(world.in_state("dead").await.is_empty(), "no dead letter");
    let listed = Selection {
        status: Some("dead".to_owned()),
        with_failed_tests: true,
        ..Selection::default()
    };
    let real = world.dead("a").await;
    let rows = world.list(&world.whole(), listed, 1).await;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids, [real, test], "but a delivery that is dead");
    for reach in [world.whole(), world.reach()] {
        let standing = store.standing(&reach, world.now()).await.unwrap();
        assert_eq!(standing.dead.count, 1);
    }

    let now = world.now();
    let retry = store.retry(&reach, test, SendAgain::Once, now, None).await;
    let replay = store
        .replay(&reach, id, None, SendAgain::Scheduled, now, None)
        .await;
    assert!(matches!(retry, Err(StoreError::Conflict(_))));
    assert!(matches!(replay, Err(StoreError::Conflict(_))));
    for which in [Which::Dead, Which::All, Which::Missing] {
        let recovery = Recovery {
            endpoint,
            which,
            since: at(0),
            until: LONG_AFTER,
            again: SendAgain::Scheduled,
        };
        world.count_and_carry_out(JobKind::Recover(recovery)).await;
    }
    let replay = JobKind::Replay(replay_of(&[], SendAgain::Scheduled));
    world.count_and_carry_out(replay).await;
    for status in [None, Some("dead")] {
        let selection = Selection {
            status: status.map(str::to_owned),
            deliveries: Some(vec![test]),
            ..Selection::default()
        };
        world
            .count_and_carry_out(JobKind::Retry(selection.into()))
            .await;
    }
    let purge = JobKind::Purge(Selection::default());
    world.count_and_carry_out(purge).await;
    assert_eq!(world.state(test).await, State::Dead(DeadReason::TestFailed));
}
