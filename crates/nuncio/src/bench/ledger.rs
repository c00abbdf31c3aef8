//! What became of each event: when it was published, when it arrived, and whether more than once.

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

/// Deliveries have stopped when none arrives for so long: longer than any healthy pause, such as a checkpoint.
const STALL: Duration = Duration::from_secs(30);

/// Times of a bench's events by their number, in microseconds after the ledger was opened; 0 is "not yet".
pub(super) struct Ledger {
    opened: Instant,
    published_us: Vec<AtomicU64>,
    arrived_us: Vec<AtomicU64>,
    arrived: AtomicU64,
    duplicates: AtomicU64,
    /// The number of arrivals that somebody waits for.
    goal: AtomicU64,
    reached: Notify,
}

impl Ledger {
    /// A ledger for events numbered from 0 to below `events`.
    pub(super) fn open(events: u64) -> Self {
        let column = || (0..events).map(|_| AtomicU64::new(0)).collect();
        Self {
            opened: Instant::now(),
            published_us: column(),
            arrived_us: column(),
            arrived: AtomicU64::new(0),
            duplicates: AtomicU64::new(0),
            goal: AtomicU64::new(u64::MAX),
            reached: Notify::new(),
        }
    }

    /// Microseconds since the ledger was opened, 1 at least.
    pub(super) fn now_us(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_micros()).map_or(u64::MAX, |us| us.max(1))
    }

    /// Notes that an event is about to be published.
    pub(super) fn publish(&self, number: u64) {
        if let Some(at) = self.published_us.get(number as usize) {
            at.store(self.now_us(), Relaxed);
        }
    }

    /// Notes an arrival; one of an event that had arrived before is a duplicate and counts as nothing else.
    pub(super) fn arrive(&self, number: u64) {
        let Some(at) = self.arrived_us.get(number as usize) else {
            return;
        };
        if at
            .compare_exchange(0, self.now_us(), Relaxed, Relaxed)
            .is_err()
        {
            self.duplicates.fetch_add(1, Relaxed);
        } else if self.arrived.fetch_add(1, Relaxed) + 1 == self.goal.load(Relaxed) {
            self.reached.notify_one();
        }
    }

    /// Waits until `goal` different events have arrived since the ledger was opened.
    ///
    /// # Errors
    /// None arrived for 30 s.
    pub(super) async fn wait(&self, goal: u64) -> anyhow::Result<()> {
        self.goal.store(goal, Relaxed);
        loop {
            let before = self.arrived();
            if before >= goal {
                return Ok(());
            }
            let stalled = timeout(STALL, self.reached.notified()).await.is_err();
            if stalled && self.arrived() == before {
                anyhow::bail!(
                    "deliveries stopped at {before} of {goal}: none in the last {STALL:?}"
                );
            }
        }
    }

    /// How many different events have arrived.
    pub(super) fn arrived(&self) -> u64 {
        self.arrived.load(Relaxed)
    }

    /// How many arrivals were of an event that had arrived before.
    pub(super) fn duplicates(&self) -> u64 {
        self.duplicates.load(Relaxed)
    }

    /// From publishing to arrival, in microseconds, of each event of a range that has arrived.
    pub(super) fn latencies_us(&self, numbers: Range<u64>) -> Vec<u64> {
        let numbers = numbers.start as usize..numbers.end as usize;
        let arrived = self.arrived_us[numbers.clone()].iter();
        arrived
            .zip(&self.published_us[numbers])
            .filter_map(|(arrived, published)| match arrived.load(Relaxed) {
                0 => None,
                at => Some(at.saturating_sub(published.load(Relaxed))),
            })
            .collect()
    }

    /// When the last event of a range arrived, in microseconds after the ledger was opened.
    pub(super) fn last_arrival_us(&self, numbers: Range<u64>) -> u64 {
        let arrived = &self.arrived_us[numbers.start as usize..numbers.end as usize];
        arrived.iter().map(|at| at.load(Relaxed)).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_event_counts_once() {
        let ledger = Ledger::open(3);
        for number in [0, 1, 1, 0, 7] {
            ledger.publish(number);
            ledger.arrive(number);
        }
        assert_eq!((ledger.arrived(), ledger.duplicates()), (2, 2));
        assert_eq!(ledger.latencies_us(0..3).len(), 2);
        assert!(ledger.last_arrival_us(0..2) > 0);
        assert_eq!(ledger.last_arrival_us(2..3), 0);
        ledger.wait(2).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_stall_is_an_error_that_names_the_counts() {
        let ledger = Ledger::open(10);
        ledger.arrive(4);
        let error = ledger.wait(10).await.unwrap_err().to_string();
        assert!(error.contains("1 of 10"), "{error}");
    }
}
