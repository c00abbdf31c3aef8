//! What became of each event: when it was published, when each of its deliveries arrived, and whether more than once.

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
    /// Deliveries of each event.
    copies: u64,
    published_us: Vec<AtomicU64>,
    arrived_us: Vec<AtomicU64>,
    arrived: AtomicU64,
    duplicates: AtomicU64,
    /// The number of arrivals that somebody waits for.
    goal: AtomicU64,
    reached: Notify,
}

impl Ledger {
    /// A ledger for events numbered from 0 to below `events`, each delivered `copies` times.
    pub(super) fn open(events: u64, copies: u64) -> Self {
        let column = |rows: u64| (0..rows).map(|_| AtomicU64::new(0)).collect();
        Self {
            opened: Instant::now(),
            copies,
            published_us: column(events),
            arrived_us: column(events * copies),
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

    /// How many events it has room for.
    pub(super) fn events(&self) -> u64 {
        self.published_us.len() as u64
    }

    /// How many deliveries each event has.
    pub(super) fn copies(&self) -> u64 {
        self.copies
    }

    /// Notes when an event was published, or should have been.
    pub(super) fn publish(&self, number: u64, at_us: u64) {
        if let Some(at) = self.published_us.get(number as usize) {
            at.store(at_us, Relaxed);
        }
    }

    /// Notes an arrival at the endpoint of that number; one more of the same delivery is a duplicate and counts as
    /// nothing else.
    pub(super) fn arrive(&self, number: u64, endpoint: u64) {
        let row = number * self.copies + endpoint % self.copies;
        let Some(at) = self.arrived_us.get(row as usize) else {
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

    /// Waits until `goal` different deliveries have arrived since the ledger was opened.
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

    /// How many different deliveries have arrived.
    pub(super) fn arrived(&self) -> u64 {
        self.arrived.load(Relaxed)
    }

    /// How many arrivals were of a delivery that had arrived before.
    pub(super) fn duplicates(&self) -> u64 {
        self.duplicates.load(Relaxed)
    }

    /// From publishing to arrival, in microseconds, of each delivery of a range's events that has arrived.
    pub(super) fn latencies_us(&self, numbers: impl Iterator<Item = u64>) -> Vec<u64> {
        let latency = |row: u64| {
            let published = &self.published_us[(row / self.copies) as usize];
            match self.arrived_us[row as usize].load(Relaxed) {
                0 => None,
                at => Some(at.saturating_sub(published.load(Relaxed))),
            }
        };
        numbers
            .flat_map(|number| self.rows(number))
            .filter_map(latency)
            .collect()
    }

    /// When the first delivery of these events arrived, in microseconds after the ledger was opened.
    pub(super) fn first_arrival_us(&self, numbers: impl Iterator<Item = u64>) -> u64 {
        self.arrivals_us(numbers).min().unwrap_or(0)
    }

    /// When the last delivery of these events arrived, in microseconds after the ledger was opened.
    pub(super) fn last_arrival_us(&self, numbers: impl Iterator<Item = u64>) -> u64 {
        self.arrivals_us(numbers).max().unwrap_or(0)
    }

    fn arrivals_us(&self, numbers: impl Iterator<Item = u64>) -> impl Iterator<Item = u64> {
        let rows = numbers.flat_map(|number| self.rows(number));
        let at = rows.map(|row| self.arrived_us[row as usize].load(Relaxed));
        at.filter(|at| *at > 0)
    }

    fn rows(&self, number: u64) -> Range<u64> {
        number * self.copies..(number + 1) * self.copies
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_delivery_counts_once() {
        let ledger = Ledger::open(3, 1);
        for number in [0, 1, 1, 0, 7] {
            ledger.publish(number, ledger.now_us());
            ledger.arrive(number, 5);
        }
        assert_eq!((ledger.arrived(), ledger.duplicates()), (2, 2));
        assert_eq!(ledger.latencies_us(0..3).len(), 2);
        assert!(ledger.last_arrival_us(0..2) > 0);
        assert_eq!(ledger.last_arrival_us(2..3), 0);
        ledger.wait(2).await.unwrap();
    }

    #[test]
    fn each_endpoint_has_its_own_delivery_of_an_event() {
        let ledger = Ledger::open(2, 3);
        for endpoint in [0, 1, 2, 2] {
            ledger.arrive(1, endpoint);
        }
        assert_eq!((ledger.arrived(), ledger.duplicates()), (3, 1));
        assert_eq!(ledger.latencies_us(1..2).len(), 3);
        assert_eq!(ledger.latencies_us(0..1).len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stall_is_an_error_that_names_the_counts() {
        let ledger = Ledger::open(10, 1);
        ledger.arrive(4, 0);
        let error = ledger.wait(10).await.unwrap_err().to_string();
        assert!(error.contains("1 of 10"), "{error}");
    }
}
