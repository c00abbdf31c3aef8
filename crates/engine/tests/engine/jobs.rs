//! Bulk operations go on by themselves, and old events are deleted on time.

use std::time::Duration;

use nuncio_domain::JobId;
use nuncio_engine::Limits;

use crate::support::{START, World};

fn job(number: u8) -> JobId {
    JobId::new(0, [number; 10])
}

#[tokio::test]
async fn jobs_left_by_an_earlier_run_and_new_ones_are_carried_to_their_end() {
    let mut world = World::asleep(Limits::default());
    world.store.start_job(job(1), 3);
    world.start();
    world.settle().await;
    assert_eq!(world.store.job_steps(), [job(1); 3]);
    world.store.start_job(job(2), 2);
    world.settle().await;
    assert_eq!(world.store.job_steps()[3..], [job(2); 2]);
}

#[tokio::test]
async fn a_small_job_does_not_wait_for_a_large_one() {
    let mut world = World::asleep(Limits::default());
    world.store.start_job(job(1), 100);
    world.store.start_job(job(2), 1);
    world.start();
    world.settle().await;
    assert_eq!(world.store.job_steps()[..3], [job(1), job(2), job(1)]);
}

#[tokio::test]
async fn a_job_goes_on_after_the_store_was_unavailable() {
    let mut world = World::asleep(Limits::default());
    world.store.set_unavailable(true);
    world.store.start_job(job(1), 2);
    world.start();
    world.advance(Duration::from_secs(5)).await;
    world.store.set_unavailable(false);
    world.advance(Duration::from_secs(5)).await;
    assert_eq!(world.store.job_steps().len(), 2);
}

#[tokio::test]
async fn a_job_that_fails_or_panics_holds_up_no_other_and_is_tried_at_longer_and_longer_intervals()
{
    for panics in [false, true] {
        let mut world = World::asleep(Limits::default());
        // First in every round.
        world.store.start_job(job(1), 1);
        world.store.break_job(job(1), panics);
        world.store.start_job(job(2), 3);
        world.start();
        world.settle().await;
        let steps = world.store.job_steps();
        assert_eq!(steps, [job(1), job(2), job(2), job(2)], "panics: {panics}");
        // One that is started later, while the first waits for its next try.
        world.store.start_job(job(3), 2);
        world.settle().await;
        assert_eq!(world.store.job_steps()[4..], [job(3); 2]);
        for _ in 0..300 {
            world.advance(Duration::from_secs(1)).await;
        }
        let tries = world.store.job_steps().len() - 6;
        // After 1, 2, 4, 8, 16, 32 seconds, and then every minute.
        assert_eq!(tries, 6 + 3, "panics: {panics}");
    }
}

#[tokio::test]
async fn a_job_that_is_started_meanwhile_does_not_wait_for_a_large_one() {
    let mut world = World::asleep(Limits::default());
    world.store.start_job(job(1), 10_000);
    world.start();
    while world.store.job_steps().len() < 10 {
        tokio::task::yield_now().await;
    }
    world.store.start_job(job(2), 1);
    while !world.store.job_steps().contains(&job(2)) {
        tokio::task::yield_now().await;
    }
    assert!(world.store.job_steps().len() < 5_000);
}

#[tokio::test]
async fn old_events_are_deleted_by_the_hour_and_piece_by_piece_while_there_are_more() {
    let mut world = World::asleep(Limits::default());
    world.store.has_to_prune(3);
    world.start();
    for _ in 0..40 {
        world.advance(Duration::from_millis(25)).await;
    }
    assert_eq!(world.store.prunes().len(), 3);
    for _ in 0..61 {
        world.advance(Duration::from_secs(60)).await;
    }
    let prunes = world.store.prunes();
    assert_eq!(prunes.len(), 4);
    assert!(prunes[3].since(START) > Duration::from_secs(60 * 60));
}

#[tokio::test]
async fn certificates_near_their_end_are_looked_for_by_the_hour() {
    let mut world = World::asleep(Limits::default());
    world.start();
    for _ in 0..125 {
        world.advance(Duration::from_secs(60)).await;
    }
    let looks = world.store.certificate_looks();
    assert_eq!(looks.len(), 3, "{looks:?}");
}
