//! Time and randomness. This file alone asks the system: a library's caller has no clock to hand in, unless it wants to.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

/// Time and randomness: another one makes tests exact.
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> SystemTime;
    /// Waits.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
    /// A number from 0 to 1, 1 excluded.
    fn entropy(&self) -> f64;
}

/// The system's.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "the outermost layer of a client is the client"
    )]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn entropy(&self) -> f64 {
        // Without randomness, waits are as long as they may be: still a valid schedule.
        let bits = getrandom::u32().unwrap_or_default();
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }
}
