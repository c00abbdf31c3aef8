//! How long leases are, and what follows from it.

use std::time::Duration;

use crate::Shard;

/// How a node works. All nodes of a cluster need the same lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeOptions {
    /// How long a node may act after it has last asked for a renewal that was granted.
    pub lease: Duration,
    /// How often it looks at the cluster when nothing is notified: seldom where notifications come through, and a few
    /// times a second where they can't.
    pub look_every: Duration,
    /// How many shards there are.
    pub shard_count: usize,
}

impl NodeOptions {
    /// The lease that nobody has chosen.
    pub const LEASE: Duration = Duration::from_secs(10);
    /// How often a node looks where notifications come through.
    pub const LOOK_NOTIFIED: Duration = Duration::from_secs(1);
    /// How often a node looks where it can't be notified.
    pub const LOOK_BLIND: Duration = Duration::from_millis(250);

    /// For a lease of that length.
    pub fn new(lease: Duration, is_notified: bool) -> Self {
        Self {
            lease,
            look_every: if is_notified {
                Self::LOOK_NOTIFIED
            } else {
                Self::LOOK_BLIND
            },
            shard_count: Shard::COUNT,
        }
    }

    /// How long after one renewal the next follows: two may fail before the lease has passed.
    pub fn renew_every(&self) -> Duration {
        (self.lease / 3).max(TICK)
    }

    /// How long another node's count has to stand still until that node is gone. The fifth is for clocks that run at
    /// different speeds; crystals differ by a ten-thousandth.
    pub fn gone_after(&self) -> Duration {
        let exact = self.lease * 6 / 5;
        // Whole milliseconds, rounded up: the clock's unit.
        Duration::from_millis(exact.as_nanos().div_ceil(1_000_000) as u64)
    }

    /// How long a step may take before the driver gives it up, closes its connection and replies that it failed: a renewal
    /// that hangs must leave time for another one.
    pub fn step_timeout(&self) -> Duration {
        self.renew_every()
    }

    /// How soon it looks again while a change of the catalog waits for its answer, even if no notification comes.
    pub(crate) fn look_awaiting(&self) -> Duration {
        self.look_every.min(LOOK_AWAITING)
    }

    /// How long after a step has failed its lane rests.
    pub(crate) fn retry_after(&self) -> Duration {
        (self.lease / 30).min(RETRY_MAX).max(TICK)
    }
}

/// A lost notification must not be noticed by whoever waits; a node that hangs must not cost many looks.
const LOOK_AWAITING: Duration = Duration::from_millis(20);
const TICK: Duration = Duration::from_millis(1);
/// A database that is back is noticed this soon.
const RETRY_MAX: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_wait_a_fifth_longer_than_the_lease() {
        let check = |lease_ms, gone_ms| {
            let options = NodeOptions::new(Duration::from_millis(lease_ms), true);
            assert_eq!(options.gone_after(), Duration::from_millis(gone_ms));
            assert!(options.gone_after() > options.lease);
        };
        check(10_000, 12_000);
        check(2, 3);
        check(1, 2);
    }

    #[test]
    fn two_renewals_may_fail() {
        let options = NodeOptions::new(NodeOptions::LEASE, true);
        assert!(options.renew_every() * 3 <= options.lease);
        assert!(options.step_timeout() + options.retry_after() < options.lease / 2);
    }
}
