//! Carries bulk operations on, and deletes what is past its time: in bounded pieces, out of everybody's way.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{Clock, JobState};
use nuncio_store::{StoreError, Work};
use tokio::sync::Notify;

/// How long after an error the next try is made.
const AGAIN: Duration = Duration::from_secs(1);
/// How many times as long as a piece of a job took the store is left to others before the next.
const REST: u32 = 2;
/// How often there is a look for what is past its time.
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long after a piece was deleted the next one follows, while there is more: some ten thousand rows a second, so
/// that deleting keeps up with publishing and takes a small part of the store's time.
const PRUNE_NEXT: Duration = Duration::from_millis(25);
/// How long after an error the next try is made.
const PRUNE_AGAIN: Duration = Duration::from_secs(60);

/// Carries on the jobs that are running, and then those that `started` tells of, for ever.
pub(crate) async fn carry_on(store: Arc<dyn Work>, clock: Arc<dyn Clock>, started: Arc<Notify>) {
    loop {
        match finish_all(&*store, &*clock).await {
            Ok(()) => started.notified().await,
            Err(error) => {
                tracing::warn!(%error, "a job can't go on: trying again");
                clock.sleep_until(clock.steady() + AGAIN).await;
            }
        }
    }
}

/// Takes all running jobs on by one piece each, again and again, until none is left: a small job does not wait
/// for a large one.
async fn finish_all(store: &dyn Work, clock: &dyn Clock) -> Result<(), StoreError> {
    loop {
        let mut running = store.running_jobs().await?;
        if running.is_empty() {
            return Ok(());
        }
        while !running.is_empty() {
            let mut unfinished = Vec::with_capacity(running.len());
            for job in running {
                let began = clock.steady();
                match store.job_step(job, began).await? {
                    JobState::Running => unfinished.push(job),
                    JobState::Finished => {}
                }
                let ended = clock.steady();
                let rest = ended.since(began) * REST;
                if rest.is_zero() {
                    tokio::task::yield_now().await;
                } else {
                    clock.sleep_until(ended + rest).await;
                }
            }
            running = unfinished;
        }
    }
}

/// Deletes what is older than its project keeps, for ever.
pub(crate) async fn prune(store: Arc<dyn Work>, clock: Arc<dyn Clock>) {
    loop {
        let pause = match store.prune(clock.steady()).await {
            Ok(true) => PRUNE_NEXT,
            Ok(false) => PRUNE_EVERY,
            Err(error) => {
                tracing::warn!(%error, "old events can't be deleted: trying again");
                PRUNE_AGAIN
            }
        };
        clock.sleep_until(clock.steady() + pause).await;
    }
}
