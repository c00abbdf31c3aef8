//! How a receiver behaves, once a signature is found good.

use std::{fmt, time::Duration};

/// A receiver's behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Temper {
    /// Answers 200 at once.
    Healthy,
    /// Answers 500 to the first attempts of every delivery.
    Flaky {
        /// How many attempts fail.
        failures: u32,
    },
    /// Refuses connections until somebody brings it back.
    Down,
    /// Answers 200 after a while.
    Slow(Duration),
}

impl Temper {
    /// How many attempts a delivery takes at least; `schedule` is how many one schedule has.
    pub(super) fn attempts_min(self, schedule: u32) -> u32 {
        match self {
            Self::Healthy | Self::Slow(_) => 1,
            Self::Flaky { failures } => failures + 1,
            // The whole schedule fails, and one after the receiver is back.
            Self::Down => schedule + 1,
        }
    }
}

impl fmt::Display for Temper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Healthy => f.pad("healthy"),
            Self::Flaky { failures } => f.pad(&format!("flaky: 500 × {failures}")),
            Self::Down => f.pad("down at first"),
            Self::Slow(by) => f.pad(&format!("slow: {} s", by.as_secs_f32())),
        }
    }
}
