//! Bulk operations.

use nuncio_domain::{
    BulkRetry, CancelReason, DeadReason, Job, JobId, JobKind, JobState, Next, Selection, State,
};
use nuncio_store::{Reach, StoreError};

use super::{
    Harness,
    world::{World, at, tenant_id},
};

async fn start<H: Harness>(world: &World<H>, reach: &Reach, kind: JobKind) -> Job {
    let job = Job {
        id: world.job_id(),
        kind,
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: world.now(),
        finished_at: None,
        error: None,
    };
    world.node().start_job(reach, job, None).await.unwrap()
}

async fn dead_letters<H: Harness>(world: &World<H>, kind: &str, count: usize) {
    let batch = (0..count).map(|_| world.new_event("acme", kind)).collect();
    world.node().append(batch, None).await.unwrap();
    for piece in world.fresh().await {
        world.finish(&piece, Next::Die(DeadReason::Exhausted)).await;
    }
}

async fn job<H: Harness>(world: &World<H>, id: JobId) -> Job {
    world.node().job(&world.whole(), id).await.unwrap()
}

pub(crate) async fn a_retry_of_all_dead_ones_meets_each_once<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    dead_letters(&world, "a", 1_100).await;
    world.succeeded("b").await;
    let started = start(&world, &world.whole(), JobKind::Retry(BulkRetry::default())).await;
    assert_eq!(started.total, 1_100);
    assert!(world.notices().await.jobs);
    let mut steps = 0;
    loop {
        let state = world.job_step(started.id, at(100)).await.unwrap();
        steps += 1;
        // What was retried is dead again at once: it must not be met again.
        for piece in world.due_anywhere(at(100)).await {
            world.finish(&piece, Next::Die(DeadReason::Exhausted)).await;
        }
        if state == JobState::Finished {
            break;
        }
    }
    assert!(steps >= 3, "bounded pieces");
    assert_eq!(job(&world, started.id).await.done, 1_100);
    let rows = world.list(&world.whole(), Selection::default(), 250).await;
    let attempts: Vec<_> = rows.iter().map(|row| row.progress.attempts).collect();
    assert_eq!(attempts.iter().filter(|&&count| count == 2).count(), 1_100);
    assert_eq!(attempts.iter().filter(|&&count| count == 1).count(), 1);
}

pub(crate) async fn a_retry_of_one_endpoint_leaves_the_others<H: Harness>() {
    let world = World::<H>::new().await;
    let one = world.endpoint_of("acme", &["a"]).await;
    world.endpoint_of("acme", &["b"]).await;
    let wanted = world.dead("a").await;
    let other = world.dead("b").await;
    let selection = Selection {
        endpoint: Some(one),
        ..Selection::default()
    };
    let started = start(&world, &world.reach(), JobKind::Retry(selection.into())).await;
    assert_eq!(started.total, 1);
    world.notices().await;
    world.carry_out(started.id).await;
    assert_eq!(world.notices().await.due.len(), 1);
    assert!(matches!(world.state(wanted).await, State::Pending { .. }));
    assert!(matches!(world.state(other).await, State::Dead(_)));
}

pub(crate) async fn named_deliveries_are_retried<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let (one, two) = (world.dead("a").await, world.dead("a").await);
    let three = world.dead("a").await;
    let succeeded = world.succeeded("a").await;
    let selection = Selection {
        deliveries: Some(vec![three, succeeded, one, one]),
        ..Selection::default()
    };
    for reach in [world.whole(), world.reach()] {
        let dead = Selection {
            status: Some("dead".to_owned()),
            ..selection.clone()
        };
        let rows = world.list(&reach, dead, 1).await;
        let found: Vec<_> = rows.iter().map(|row| row.id).collect();
        assert_eq!(found, [three.max(one), three.min(one)]);
    }
    let started = start(&world, &world.reach(), JobKind::Retry(selection.into())).await;
    assert_eq!(started.total, 2);
    world.carry_out(started.id).await;
    assert!(matches!(world.state(one).await, State::Pending { .. }));
    assert!(matches!(world.state(three).await, State::Pending { .. }));
    assert!(matches!(world.state(two).await, State::Dead(_)));
    assert_eq!(world.state(succeeded).await, State::Succeeded);
}

pub(crate) async fn a_job_goes_on_after_a_crash<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    dead_letters(&world, "a", 1_100).await;
    let started = start(&world, &world.whole(), JobKind::Retry(BulkRetry::default())).await;
    let state = world.job_step(started.id, at(100)).await.unwrap();
    assert_eq!(state, JobState::Running);
    world.crash().await;
    assert_eq!(world.running_jobs().await, [started.id]);
    world.carry_out(started.id).await;
    assert!(world.running_jobs().await.is_empty());
    let finished = job(&world, started.id).await;
    assert_eq!((finished.done, finished.total), (1_100, 1_100));
    assert_eq!(world.in_state("pending").await.len(), 1_100);
}

pub(crate) async fn a_purge_deletes_dead_letters_only<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let dead = world.dead("a").await;
    let alive = world.succeeded("a").await;
    let started = start(&world, &world.whole(), JobKind::Purge(Selection::default())).await;
    world.carry_out(started.id).await;
    let gone = world.node().delivery(&world.whole(), dead).await;
    assert!(matches!(gone, Err(StoreError::NotFound)));
    assert_eq!(world.state(alive).await, State::Succeeded);
}

async fn backlog<H: Harness>(world: &World<H>, tenant: &str, count: usize) {
    let batch = (0..count).map(|_| world.new_event(tenant, "a")).collect();
    world.node().append(batch, None).await.unwrap();
}

pub(crate) async fn a_deleted_endpoints_backlog_is_cancelled_in_pieces<H: Harness>() {
    let mut world = World::<H>::new().await;
    let doomed = world.endpoint().await;
    world.endpoint_of("other", &["*"]).await;
    backlog(&world, "acme", 1_100).await;
    backlog(&world, "other", 3).await;
    let id = world.job_id();
    world
        .node()
        .delete_endpoint(&world.reach(), doomed, id, at(9))
        .await
        .unwrap();
    world.job_step(id, at(10)).await.unwrap();
    world.crash().await;
    world.carry_out(id).await;
    assert_eq!(world.in_state("pending").await.len(), 3);
    let cancelled = world.in_state("cancelled").await;
    assert_eq!(cancelled.len(), 1_100);
    assert_eq!(
        world.state(cancelled[0]).await,
        State::Cancelled(CancelReason::EndpointDeleted)
    );
    assert_eq!(job(&world, id).await.done, 1_100);
}

pub(crate) async fn a_deleted_tenants_backlog_is_cancelled<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.endpoint().await;
    world.endpoint_of("other", &["*"]).await;
    backlog(&world, "acme", 400).await;
    backlog(&world, "other", 3).await;
    let id = world.job_id();
    world
        .node()
        .delete_tenant(world.project, &tenant_id("acme"), id, at(9))
        .await
        .unwrap();
    world.carry_out(id).await;
    assert_eq!(world.in_state("pending").await.len(), 3);
    let cancelled = world.in_state("cancelled").await;
    assert_eq!(cancelled.len(), 800);
    assert_eq!(
        world.state(cancelled[0]).await,
        State::Cancelled(CancelReason::TenantDeleted)
    );
}

pub(crate) async fn a_jobs_progress_can_be_looked_up<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    dead_letters(&world, "a", 3).await;
    let kind = JobKind::Retry(
        Selection {
            status: Some("dead".to_owned()),
            ..Selection::default()
        }
        .into(),
    );
    let started = start(&world, &world.reach(), kind).await;
    assert_eq!(job(&world, started.id).await, started);
    world.carry_out(started.id).await;
    let finished = world.node().job(&world.reach(), started.id).await.unwrap();
    assert_eq!(finished.state, JobState::Finished);
    assert!(finished.finished_at.is_some());
    let unknown = world.node().job(&world.whole(), world.job_id()).await;
    assert!(matches!(unknown, Err(StoreError::NotFound)));
}

pub(crate) async fn a_job_is_cancelled_once_by_those_who_see_it<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    dead_letters(&world, "a", 100).await;
    let retry = || JobKind::Retry(BulkRetry::default());
    let cancel = async |reach: &Reach, id: JobId| {
        let store = world.node();
        store.cancel_job(reach, id, world.now(), None).await
    };
    let whole_projects = start(&world, &world.whole(), retry()).await;
    let tenants = start(&world, &world.reach(), retry()).await;
    let other = world.reach_of("other");
    for (reach, id) in [
        (&world.reach(), whole_projects.id),
        (&other, tenants.id),
        (&world.whole(), world.job_id()),
    ] {
        let refused = cancel(reach, id).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    let step = world.job_step(tenants.id, at(100)).await;
    assert_eq!(step.unwrap(), JobState::Running);
    let cancelled = cancel(&world.reach(), tenants.id).await.unwrap();
    assert_eq!(cancelled.state, JobState::Cancelled);
    let pending = world.in_state("pending").await.len() as u64;
    assert_eq!(pending, cancelled.done, "what was retried stays so");
    let refused = cancel(&world.whole(), tenants.id).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    world.carry_out(whole_projects.id).await;
    let refused = cancel(&world.whole(), whole_projects.id).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    let finished = job(&world, whole_projects.id).await;
    assert_eq!(finished.state, JobState::Finished);
}

pub(crate) async fn what_a_deletion_has_left_is_deleted_to_the_end<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    backlog(&world, "acme", 3).await;
    let (id, now) = (world.job_id(), world.now());
    let deleted = world
        .node()
        .delete_endpoint(&world.reach(), endpoint, id, now)
        .await;
    deleted.unwrap();
    let (store, whole) = (world.node(), world.whole());
    let refused = store.cancel_job(&whole, id, now, None).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    world.carry_out(id).await;
    assert_eq!(world.in_state("cancelled").await.len(), 3);
}
