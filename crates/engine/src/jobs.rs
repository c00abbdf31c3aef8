//! Carries bulk operations on, and deletes what is past its time: in bounded pieces, out of everybody's way.

use std::{collections::HashMap, sync::Arc, time::Duration};

use nuncio_domain::{Clock, JobId, Timestamp};
use nuncio_store::{StoreError, Work};
use tokio::sync::Notify;

use crate::catch::catch;

/// How long after it could not be said which jobs there are it is asked again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long after a piece of a job failed it is tried again: the first time, and at most. It doubles in between.
const TROUBLED_LEAST: Duration = Duration::from_secs(1);
const TROUBLED_MOST: Duration = Duration::from_secs(60);
/// How many times as long as a piece of a job took the store is left to others before the next.
const REST: u32 = 2;
/// How often there is a look for what is past its time.
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long after a piece was deleted the next one follows, while there is more: some ten thousand rows a second, so
/// that deleting keeps up with publishing and takes a small part of the store's time.
const PRUNE_NEXT: Duration = Duration::from_millis(25);
/// How long after an error the next try is made.
const PRUNE_AGAIN: Duration = Duration::from_secs(60);
/// How often there is a look for certificates that are near their end, which operators are told of weeks before.
const CERTIFICATES_EVERY: Duration = Duration::from_secs(60 * 60);

/// Carries on the jobs that are running, and then those that `started` tells of, for ever.
pub(crate) async fn carry_on(store: Arc<dyn Work>, clock: Arc<dyn Clock>, started: Arc<Notify>) {
    let mut jobs = Jobs::default();
    loop {
        let pause = match store.running_jobs().await {
            Ok(running) => {
                jobs.troubled.retain(|job, _| running.contains(job));
                jobs.take_on(running, &*store, &*clock, &started).await;
                jobs.next_try()
            }
            Err(error) => {
                tracing::warn!(%error, "the running jobs can't be found: trying again");
                Some(clock.steady() + AGAIN)
            }
        };
        match pause {
            None => started.notified().await,
            Some(until) => tokio::select! {
                () = started.notified() => {}
                () = clock.sleep_until(until) => {}
            },
        }
    }
}

/// The jobs that are being carried on. One that fails waits by itself: the others go on.
#[derive(Default)]
struct Jobs {
    troubled: HashMap<JobId, Trouble>,
}

/// What is known of a job whose last piece failed.
#[derive(Clone, Copy)]
struct Trouble {
    pause: Duration,
    again_at: Timestamp,
}

impl Jobs {
    /// Takes the jobs on by one piece each, again and again, until none of them can go on now: a small job does not wait
    /// for a large one. Ends early when another job was started.
    async fn take_on(
        &mut self,
        mut running: Vec<JobId>,
        store: &dyn Work,
        clock: &dyn Clock,
        started: &Notify,
    ) {
        loop {
            let now = clock.steady();
            running.retain(|job| self.may_go_on(*job, now));
            if running.is_empty() {
                return;
            }
            let mut unfinished = Vec::with_capacity(running.len());
            for job in running {
                let began = clock.steady();
                if self.step(job, store, began).await {
                    unfinished.push(job);
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
            if has_news(started).await {
                // It is asked again which jobs there are, these among them.
                started.notify_one();
                return;
            }
        }
    }

    fn may_go_on(&self, job: JobId, now: Timestamp) -> bool {
        let trouble = self.troubled.get(&job);
        trouble.is_none_or(|trouble| trouble.again_at <= now)
    }

    /// Carries a job on by a piece; says whether there is more to do. A piece that fails, or panics, is tried again later.
    async fn step(&mut self, job: JobId, store: &dyn Work, now: Timestamp) -> bool {
        let why = match catch(store.job_step(job, now)).await {
            Ok(Ok(state)) => {
                self.troubled.remove(&job);
                return !state.is_over();
            }
            // It was deleted with its project.
            Ok(Err(StoreError::NotFound)) => return false,
            Ok(Err(error)) => error.to_string(),
            Err(panic) => panic,
        };
        let pause = self.troubled.get(&job).map_or(TROUBLED_LEAST, |trouble| {
            (trouble.pause * 2).min(TROUBLED_MOST)
        });
        tracing::warn!(%job, why, ?pause, "a piece of a job failed: trying again");
        let again_at = now + pause;
        self.troubled.insert(job, Trouble { pause, again_at });
        true
    }

    /// When the first of the troubled jobs is tried again.
    fn next_try(&self) -> Option<Timestamp> {
        self.troubled.values().map(|trouble| trouble.again_at).min()
    }
}

/// Whether a job was started since the last look.
async fn has_news(started: &Notify) -> bool {
    tokio::select! {
        biased;
        () = started.notified() => true,
        () = std::future::ready(()) => false,
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

/// Has operators told of certificates that are near their end, for ever.
pub(crate) async fn watch_certificates(store: Arc<dyn Work>, clock: Arc<dyn Clock>) {
    loop {
        let pause = match store.tell_of_certificates(clock.now()).await {
            Ok(true) => PRUNE_NEXT,
            Ok(false) => CERTIFICATES_EVERY,
            Err(error) => {
                tracing::warn!(%error, "operators can't be told of expiring certificates: trying again");
                PRUNE_AGAIN
            }
        };
        clock.sleep_until(clock.steady() + pause).await;
    }
}
