//! The system's clock and randomness.

use std::{
    cell::RefCell,
    future::Future,
    pin::Pin,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use nuncio_domain::{Clock, Entropy, Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// The system's clock: its wall time, and a steady time that began as the wall time did and never jumps.
#[derive(Debug)]
pub struct SystemClock {
    began: Instant,
    began_wall: Timestamp,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl SystemClock {
    /// A clock whose steady time begins as the wall time now.
    pub fn new() -> Self {
        Self {
            began: instant(),
            began_wall: wall(),
        }
    }
}

/// A monotonic time that begins now.
pub fn stopwatch() -> impl Fn() -> Duration + Send + Sync + 'static {
    let began = instant();
    move || began.elapsed()
}

/// The processor time that the calling thread has taken.
pub fn thread_time() -> Duration {
    let taken = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(taken).unwrap_or_default()
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
pub struct SystemEntropy;

/// Small requests are ids and jitter, three of them a delivery: they share a call to the system.
const SMALL_BYTES_MAX: usize = 16;
/// Random bytes fetched for them at a time.
const STOCK_BYTES: usize = 1024;

/// Random bytes that were not given out yet: those from the second field on.
struct Stock([u8; STOCK_BYTES], usize);

thread_local! {
    static STOCK: RefCell<Stock> = const { RefCell::new(Stock([0; STOCK_BYTES], STOCK_BYTES)) };
}

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) {
        if out.len() > SMALL_BYTES_MAX {
            return from_system(out);
        }
        STOCK.with_borrow_mut(|Stock(bytes, used)| {
            if *used + out.len() > STOCK_BYTES {
                from_system(bytes);
                *used = 0;
            }
            let given = &mut bytes[*used..*used + out.len()];
            out.copy_from_slice(given);
            // Nothing is given out twice, nor kept.
            given.fill(0);
            *used += out.len();
        });
    }
}

fn from_system(out: &mut [u8]) {
    // Without randomness there are no ids, keys or nonces: going on would be unsafe.
    getrandom::fill(out).expect("the system's random source answers");
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nothing_random_is_given_out_twice() {
        let mut seen = HashSet::new();
        for _ in 0..1_000 {
            assert!(seen.insert(SystemEntropy.ten()));
        }
        let mut large = [0; 64];
        SystemEntropy.fill(&mut large);
        assert_ne!(large[..32], large[32..]);
    }
}
