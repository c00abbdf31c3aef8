//! From which number on is it worth to look?
//!
//! What is deleted stays in a table's indexes until no transaction is older, which in somebody else's database may take
//! an hour; each look from the beginning would walk over all of it. But numbers are drawn before they are committed: a low
//! one may appear late. So most looks begin where everything was taken a while ago, and now and then one begins at the
//! beginning.

use std::time::Duration;

use tokio::time::Instant;

/// Transactions that take no longer are found by the next look; those that do, by the next from the beginning.
const LATE: Duration = Duration::from_secs(10);
/// How often to look from the beginning, at least.
const WHOLE_EVERY: Duration = Duration::from_secs(1);
/// And at most: looks from the beginning may take this part of the time.
const WHOLE_SHARE: u32 = 10;

/// Remembers what was taken when.
#[derive(Debug)]
pub(crate) struct Horizon {
    /// Everything up to this number was taken so long ago that hardly anything below can still appear.
    settled: i64,
    /// The highest number taken, at the time when it became the next `settled`.
    upcoming: (i64, Instant),
    highest: i64,
    whole_at: Instant,
}

impl Horizon {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            settled: 0,
            upcoming: (0, now),
            highest: 0,
            whole_at: now,
        }
    }

    /// The number after which to look now.
    pub(crate) fn after(&mut self, now: Instant) -> i64 {
        if now >= self.upcoming.1 + LATE {
            self.settled = self.upcoming.0;
            self.upcoming = (self.highest, now);
        }
        if now >= self.whole_at {
            0
        } else {
            self.settled
        }
    }

    /// A look has ended that began at `began` with everything after `after`, and found numbers up to `highest` if any.
    pub(crate) fn looked(
        &mut self,
        after: i64,
        began: Instant,
        now: Instant,
        highest: Option<i64>,
    ) {
        self.highest = self.highest.max(highest.unwrap_or(0));
        if after == 0 {
            self.whole_at = now + WHOLE_EVERY.max((now - began) * WHOLE_SHARE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_taken_long_ago_is_passed_over_but_for_a_look_now_and_then() {
        let start = Instant::now();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let mut horizon = Horizon::new(start);
        let mut look = |ms: u64, found: Option<i64>| {
            let after = horizon.after(at(ms));
            horizon.looked(after, at(ms), at(ms), found);
            after
        };
        assert_eq!(look(0, Some(100)), 0);
        assert_eq!(look(500, Some(200)), 0, "nothing is settled yet");
        assert_eq!(look(10_001, Some(300)), 0, "it's time for a whole look");
        assert_eq!(look(10_002, None), 0);
        assert_eq!(look(20_100, None), 0, "whole again");
        assert_eq!(
            look(20_200, None),
            200,
            "what was taken until ten seconds ago"
        );
        assert_eq!(look(21_100, None), 0, "and whole again, a second later");
    }

    #[tokio::test]
    async fn slow_looks_are_made_seldom() {
        let start = Instant::now();
        let mut horizon = Horizon::new(start);
        let slow = Duration::from_secs(2);
        let _ = horizon.after(start);
        horizon.looked(0, start, start + slow, Some(7));
        horizon.upcoming = (7, start);
        assert_eq!(horizon.after(start + slow * 10), 7);
        assert_eq!(horizon.after(start + slow * 11), 0);
    }
}
