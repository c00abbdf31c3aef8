//! What can be seen of the work on an endpoint: its lane. Looked at by the API, shown by the engine.

use std::{future::Future, pin::Pin, time::Duration};

use crate::{DeliveryId, EndpointId, ProjectId, Timestamp};

/// An answer that takes a moment.
pub type Seen<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where lanes can be looked at. Times are on the steady clock.
pub trait LaneView: Send + Sync + 'static {
    /// The lane of an endpoint, and where a delivery of it is, if one is named. `None` when nobody works on
    /// the store, or is too busy to say.
    fn lane(
        &self,
        project: ProjectId,
        endpoint: EndpointId,
        delivery: Option<DeliveryId>,
    ) -> Seen<'_, Option<Lane>>;

    /// All lanes together. `None` as for [`lane`](Self::lane).
    fn totals(&self) -> Seen<'_, Option<LaneTotals>>;
}

/// The view of lanes where there are none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLanes;

impl LaneView for NoLanes {
    fn lane(&self, _: ProjectId, _: EndpointId, _: Option<DeliveryId>) -> Seen<'_, Option<Lane>> {
        Box::pin(std::future::ready(None))
    }
    fn totals(&self) -> Seen<'_, Option<LaneTotals>> {
        Box::pin(std::future::ready(None))
    }
}

/// One endpoint's lane, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Attempts in flight.
    pub in_flight: usize,
    /// How many there may be now, by the receiver's health and its share.
    pub in_flight_max: usize,
    /// Deliveries that wait in memory.
    pub queued: LaneQueued,
    /// Attempts a second, if they are limited.
    pub rate_limit: Option<u32>,
    /// When the rate limit lets the next attempt start, if not at once.
    pub next_token_at: Option<Timestamp>,
    /// The circuit breaker.
    pub breaker: BreakerState,
    /// Failures since the last success, the receiver's own ones.
    pub failures_in_a_row: u32,
    /// What the receiver has asked for, if it has asked for less.
    pub throttle: Option<Throttle>,
    /// How long an attempt takes on average, over the last ones.
    pub attempt_mean: Duration,
    /// Where the delivery is that was asked for.
    pub delivery: Whereabouts,
}

/// Deliveries of one lane that wait in memory, by kind: tests and retries that somebody asked for, fresh ones,
/// scheduled retries, and replays with retries in bulk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneQueued {
    /// Tests, and retries that someone requested.
    pub asked: usize,
    /// First attempts of what was just published.
    pub fresh: usize,
    /// Scheduled work out of the store.
    pub retry: usize,
    /// Replays and retries in bulk.
    pub replay: usize,
}

/// A circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Attempts take place as they come.
    Closed,
    /// The receiver is paused until then.
    Open {
        /// When the next attempt shows whether it is back.
        until: Timestamp,
    },
    /// That attempt is due or under way.
    HalfOpen,
}

impl BreakerState {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open { .. } => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// A receiver has asked for less: with a 429, or a 503 that says for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// The end of the pause that it asked for, if that goes on.
    pub until: Option<Timestamp>,
    /// Attempts that start in a second afterwards, for now.
    pub per_second: u32,
    /// When the next attempt may start, if not at once.
    pub next_at: Option<Timestamp>,
}

/// Where a pending delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// In the store: not due, or not looked up yet.
    Store,
    /// In memory: its turn has not come.
    Queue,
    /// An attempt is under way.
    Flight,
}

/// All lanes together, at one moment, and what was counted since the program began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaneTotals {
    /// Attempts in flight.
    pub in_flight: usize,
    /// How many there may be.
    pub in_flight_max: usize,
    /// Deliveries that wait in memory.
    pub queued: usize,
    /// How many there may be.
    pub queued_max: usize,
    /// Endpoints that have work.
    pub lanes: usize,
    /// Tenants that have work.
    pub tenants: usize,
    /// Circuit breakers that are not closed.
    pub breakers_open: usize,
    /// Endpoints paused because their receivers asked for it.
    pub throttled: usize,
    /// Attempts that ended with the delivery succeeded.
    pub attempts_succeeded: u64,
    /// Attempts that failed and left their delivery pending.
    pub attempts_retried: u64,
    /// Attempts that failed and were the last.
    pub attempts_dead: u64,
    /// Attempts postponed because the server had no file descriptor, port or memory left.
    pub attempts_starved: u64,
    /// Attempts whose request was sent once more at once, since a connection in use before had ended without an answer.
    pub attempts_resent: u64,
    /// How long attempts took.
    pub attempt_duration: LengthBuckets,
    /// From the acceptance of an event to its delivery, without replays and tests.
    pub delivery_latency: LengthBuckets,
}

/// How many of some lengths of time were how long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LengthBuckets {
    counts: [u64; Self::BOUNDS_MS.len() + 1],
    sum: Duration,
}

impl LengthBuckets {
    /// The upper bounds of all buckets but the last, which has none, in milliseconds.
    pub const BOUNDS_MS: [u64; 15] = [
        1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 300_000,
    ];

    /// Counts one.
    pub fn note(&mut self, length: Duration) {
        let bucket = Self::BOUNDS_MS.partition_point(|ms| Duration::from_millis(*ms) < length);
        self.counts[bucket] += 1;
        self.sum += length;
    }

    /// How many there were up to each bound, and last how many at all.
    pub fn cumulative(&self) -> impl Iterator<Item = u64> {
        self.counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        })
    }

    /// All of them together.
    pub const fn sum(&self) -> Duration {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_up_to_each_bound() {
        let mut histogram = LengthBuckets::default();
        for ms in [0, 1, 2, 3, 400_000] {
            histogram.note(Duration::from_millis(ms));
        }
        let counts: Vec<_> = histogram.cumulative().collect();
        assert_eq!(counts[..4], [2, 3, 4, 4]);
        assert_eq!((counts[14], counts[15]), (4, 5));
        assert_eq!(histogram.sum(), Duration::from_millis(400_006));
    }
}
