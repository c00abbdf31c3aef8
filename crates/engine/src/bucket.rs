//! May an endpoint with a rate limit have another attempt now?

use std::time::Duration;

use nuncio_domain::Timestamp;

/// A token bucket, kept as the time at which the next token is there (the generic cell rate algorithm of ATM
/// Forum TM 4.0): attempts are spread evenly instead of starting together at the turn of each second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    /// The time of one token.
    token_us: i64,
    /// Unix microseconds: a token takes less than the clock's millisecond at more than 1,000 a second.
    next_us: i64,
}

/// What a lane that was held up for a moment may catch up on. Timers are about this exact.
const BURST_US: i64 = 10_000;

impl Bucket {
    /// A full bucket of `per_second` tokens a second.
    pub(crate) fn new(per_second: u32) -> Self {
        Self::per_minute(u64::from(per_second) * 60)
    }

    /// A full bucket of `per_minute` tokens a minute.
    pub(crate) fn per_minute(per_minute: u64) -> Self {
        Self {
            token_us: token_us(per_minute),
            next_us: i64::MIN,
        }
    }

    /// Changes the rate, in tokens a minute, from now on.
    pub(crate) fn set_rate(&mut self, per_minute: u64) {
        self.token_us = token_us(per_minute);
    }

    /// Takes a token.
    ///
    /// # Errors
    /// When there is none: the time at which there will be.
    pub(crate) fn take(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let now_us = now.ms().saturating_mul(1_000);
        if self.next_us > now_us {
            return Err(self.next_at());
        }
        let burst_us = if self.token_us < BURST_US {
            BURST_US
        } else {
            0
        };
        self.next_us = self.next_us.max(now_us - burst_us) + self.token_us;
        Ok(())
    }

    /// When the next token is there; an idle bucket may be forgotten from then on.
    pub(crate) fn next_at(&self) -> Timestamp {
        Timestamp::from_ms(self.next_us.div_euclid(1_000))
            + Duration::from_millis(u64::from(self.next_us.rem_euclid(1_000) > 0))
    }
}

fn token_us(per_minute: u64) -> i64 {
    i64::try_from(60_000_000 / per_minute.max(1)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many attempts start within `ms` milliseconds, each as soon as it may.
    fn starts(per_second: u32, ms: i64) -> usize {
        let mut bucket = Bucket::new(per_second);
        let mut now = Timestamp::from_ms(1_000_000);
        let end = now + Duration::from_millis(ms as u64);
        let mut starts = 0;
        while now < end {
            match bucket.take(now) {
                Ok(()) => starts += 1,
                Err(at) => {
                    assert!(at > now, "a wait must lead on");
                    now = at;
                }
            }
        }
        starts
    }

    #[test]
    fn no_more_starts_than_the_rate() {
        assert_eq!(starts(1, 10_000), 10);
        assert_eq!(starts(10, 1_000), 10);
        assert_eq!(starts(100, 1_000), 100);
        let fast = starts(5_000, 1_000);
        assert!((5_000..=5_051).contains(&fast), "{fast}");
    }

    #[test]
    fn less_than_one_a_second_is_a_rate_too() {
        let mut bucket = Bucket::per_minute(4);
        let now = Timestamp::from_ms(1_000_000);
        assert_eq!(bucket.take(now), Ok(()));
        assert_eq!(bucket.take(now), Err(now + Duration::from_secs(15)));
    }

    #[test]
    fn an_idle_time_is_not_saved_up() {
        let mut bucket = Bucket::new(10);
        let later = Timestamp::from_ms(60_000);
        assert_eq!(bucket.take(Timestamp::from_ms(0)), Ok(()));
        assert_eq!(bucket.take(later), Ok(()));
        assert_eq!(bucket.take(later), Err(Timestamp::from_ms(60_100)));
    }
}
