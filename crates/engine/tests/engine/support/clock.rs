//! A clock that a test moves, and whose wall clock it can set, as people and time servers do.

use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use nuncio_domain::{Clock, ManualClock, Timestamp};

/// See the module. Its wall clock and its steady clock go together until the first is set.
#[derive(Debug)]
pub(crate) struct WorldClock {
    /// The time that has really gone by.
    real: ManualClock,
    /// How far ahead of it the wall clock is, ms.
    wall: AtomicI64,
    /// The same for the steady clock, which begins at the wall clock whenever the program starts.
    steady: AtomicI64,
}

impl WorldClock {
    pub(crate) fn new(start: Timestamp) -> Self {
        Self {
            real: ManualClock::new(start),
            wall: AtomicI64::new(0),
            steady: AtomicI64::new(0),
        }
    }

    /// Goes on by `length` and wakes whoever slept until then.
    pub(crate) fn advance(&self, length: Duration) {
        self.real.advance(length);
    }

    /// The earliest time that somebody sleeps until.
    pub(crate) fn next_wake(&self) -> Option<Timestamp> {
        let wake = self.real.next_wake()?;
        Some(moved(wake, self.steady.load(Ordering::Relaxed)))
    }

    /// Sets the wall clock so far ahead of the time that has really gone by, or behind it.
    pub(crate) fn set_wall(&self, ahead_ms: i64) {
        self.wall.store(ahead_ms, Ordering::Relaxed);
    }

    /// How far the wall clock is ahead of the steady one, ms.
    pub(crate) fn skew_ms(&self) -> i64 {
        self.now().ms() - self.steady().ms()
    }

    /// The program starts again: nobody may sleep.
    pub(crate) fn start_again(&self) {
        let wall = self.wall.load(Ordering::Relaxed);
        self.steady.store(wall, Ordering::Relaxed);
    }
}

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        moved(self.real.now(), self.wall.load(Ordering::Relaxed))
    }
    fn steady(&self) -> Timestamp {
        moved(self.real.steady(), self.steady.load(Ordering::Relaxed))
    }
    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let steady = self.steady.load(Ordering::Relaxed);
        self.real.sleep_until(moved(at, -steady))
    }
}

fn moved(at: Timestamp, by_ms: i64) -> Timestamp {
    Timestamp::from_ms(at.ms().saturating_add(by_ms))
}
