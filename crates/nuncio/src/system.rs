//! The system's clock and chance.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use nuncio_domain::{Chance, Clock, Timestamp};

/// The system's clock: its wall time, and a steady time that began as the wall time did and never jumps.
#[derive(Debug)]
pub(crate) struct SystemClock {
    began: Instant,
    began_wall: Timestamp,
}

impl SystemClock {
    pub(crate) fn new() -> Self {
        Self {
            began: instant(),
            began_wall: wall(),
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that asks the system"
)]
fn instant() -> Instant {
    Instant::now()
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that asks the system"
)]
fn wall() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        wall()
    }
    fn steady(&self) -> Timestamp {
        self.began_wall + self.began.elapsed()
    }
    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        // The steady time is cut to whole milliseconds: sleep past the one that is wanted, not up to it.
        let length = at.since(self.steady());
        let rounding = Duration::from_millis(u64::from(!length.is_zero()));
        Box::pin(tokio::time::sleep(length + rounding))
    }
}

/// The system's source of randomness, good enough for keys.
#[derive(Debug)]
pub(crate) struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, out: &mut [u8]) {
        // Without randomness there are no ids, keys or nonces: going on would be unsafe.
        getrandom::fill(out).expect("the system's random source answers");
    }
}
