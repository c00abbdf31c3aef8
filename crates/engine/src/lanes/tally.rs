//! What came of all attempts since the engine began.

use std::time::Duration;

use nuncio_domain::{LaneTotals, LengthBuckets, Progress, State};

/// Counters that only the task owning all lanes touches.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    succeeded: u64,
    retried: u64,
    dead: u64,
    starved: u64,
    resent: u64,
    duration: LengthBuckets,
    latency: LengthBuckets,
}

impl Tally {
    /// Counts an attempt that took so long, after which its delivery stands so. `latency` is the time since its
    /// event was accepted, where that means anything.
    pub(crate) fn note(&mut self, after: &Progress, took: Duration, latency: Option<Duration>) {
        self.duration.note(took);
        match after.state {
            State::Succeeded => {
                self.succeeded += 1;
                if let Some(latency) = latency {
                    self.latency.note(latency);
                }
            }
            State::Pending { .. } => self.retried += 1,
            State::Dead(_) | State::Cancelled(_) => self.dead += 1,
        }
    }

    /// Counts an attempt that was not made, since the server lacked what it takes.
    pub(crate) fn starved(&mut self) {
        self.starved += 1;
    }

    /// Counts an attempt whose request was written twice.
    pub(crate) fn resent(&mut self) {
        self.resent += 1;
    }

    /// Shows what was counted; the rest is nought.
    pub(crate) fn totals(&self) -> LaneTotals {
        LaneTotals {
            attempts_succeeded: self.succeeded,
            attempts_retried: self.retried,
            attempts_dead: self.dead,
            attempts_starved: self.starved,
            attempts_resent: self.resent,
            attempt_duration: self.duration.clone(),
            delivery_latency: self.latency.clone(),
            ..LaneTotals::default()
        }
    }
}
