//! A job that its own data make fail: it is given up, and nothing else waits for it.

use std::time::Duration;

use nuncio_domain::{Job, JobId, JobKind, JobState, Selection};
use nuncio_store::StoreError;
use rusqlite::Connection;

use crate::{Sqlite, suite::World};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn tamper(world: &World<Sqlite>, sql: &str) {
    let conn = Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
    conn.execute_batch(sql).unwrap();
}

async fn retry_all(world: &World<Sqlite>, event_type: &str) -> JobId {
    let selection = Selection {
        event_type: Some(nuncio_domain::EventTypeName::parse(event_type).unwrap()),
        ..Selection::default()
    };
    let job = Job {
        id: world.job_id(),
        kind: JobKind::Retry(selection.into()),
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: world.now(),
        finished_at: None,
        error: None,
    };
    let started = world.node().start_job(&world.whole(), job, None).await;
    started.unwrap().id
}

/// Takes a job on until it is over; says how often it failed before.
async fn failures(world: &World<Sqlite>, id: JobId) -> (usize, JobState) {
    let mut failures = 0;
    loop {
        match world.job_step(id, world.now()).await {
            Ok(JobState::Running) => {}
            Ok(state) => return (failures, state),
            Err(StoreError::Unavailable(_)) => failures += 1,
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test]
async fn a_job_that_fails_again_and_again_is_given_up_with_its_reason() {
    let mut world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let (bad, good) = (world.dead("bad").await, world.dead("good").await);
    world.flush().await;
    tamper(
        &world,
        "CREATE TRIGGER poison BEFORE UPDATE ON deliveries WHEN OLD.event = 1 BEGIN SELECT raise(ABORT, 'poisoned'); END",
    );
    let (broken, other) = (
        retry_all(&world, "bad").await,
        retry_all(&world, "good").await,
    );
    assert!(world.job_step(broken, world.now()).await.is_err());
    let job = world.node().job(&world.whole(), broken).await.unwrap();
    assert_eq!(job.state, JobState::Running);
    assert!(job.error.unwrap().contains("poisoned"));
    assert_eq!(failures(&world, other).await, (0, JobState::Finished));
    // How often it failed outlives the process.
    world.crash().await;
    assert_eq!(failures(&world, broken).await, (6, JobState::Failed));
    let job = world.node().job(&world.whole(), broken).await.unwrap();
    assert_eq!(job.state, JobState::Failed);
    assert!(job.finished_at.is_some());
    assert!(job.error.unwrap().contains("poisoned"));
    assert!(world.running_jobs().await.is_empty());
    assert_eq!(world.state(bad).await.as_str(), "dead");
    assert_eq!(world.state(good).await.as_str(), "pending");
}

#[tokio::test]
async fn a_full_disk_makes_no_job_fail_for_good() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    world.dead("a").await;
    let id = retry_all(&world, "a").await;
    let lock = Connection::open(world.harness.dir.path().join("nuncio.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    // The store can't write at all.
    assert!(world.job_step(id, world.now()).await.is_err());
    lock.execute_batch("ROLLBACK").unwrap();
    let job = world.node().job(&world.whole(), id).await.unwrap();
    assert_eq!((job.state, job.error), (JobState::Running, None));
    assert_eq!(failures(&world, id).await, (0, JobState::Finished));
}

#[tokio::test]
async fn a_damaged_row_is_passed_over_when_old_ones_are_deleted() {
    let world = World::<Sqlite>::new().await;
    world.endpoint().await;
    let mut old = Vec::new();
    for _ in 0..3 {
        old.push(world.succeeded("a").await);
    }
    world.flush().await;
    tamper(
        &world,
        "CREATE TRIGGER poison BEFORE DELETE ON deliveries WHEN OLD.event = 1 BEGIN SELECT raise(ABORT, 'poisoned'); END",
    );
    // Of a project that comes after it.
    let other = world.another_project("standard").await;
    let mut event = world.new_event("acme", "a");
    event.project = other;
    let event = world.append(event).await.unwrap().id;
    world.advance(60 * DAY);
    world.prune().await;
    let there = async |id| world.node().delivery(&world.whole(), id).await.is_ok();
    assert!(there(old[0]).await, "it can't be deleted");
    assert!(!there(old[1]).await && !there(old[2]).await);
    let whole = nuncio_store::Reach {
        project: other,
        tenant: None,
    };
    assert!(world.node().event(&whole, event).await.is_err());
}
