//! Whether the writer does its work, as it can be seen without asking it.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

/// Ticks without a sign of the writer after which it is thought to hang: ten seconds. No piece of its work takes as long.
const TICKS_MISSED_MAX: u32 = 100;

/// Signs of the writer's life.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    failing: Mutex<Option<String>>,
    ticks_missed: AtomicU32,
}

impl Pulse {
    /// The writer has failed to commit.
    pub(crate) fn fails(&self, why: &str) {
        *self.lock() = Some(why.to_owned());
    }

    /// The writer has committed.
    pub(crate) fn beats(&self) {
        self.ticks_missed.store(0, Ordering::Relaxed);
    }

    /// The writer can commit again.
    pub(crate) fn recovers(&self) {
        *self.lock() = None;
    }

    /// A tick still waits for the writer.
    pub(crate) fn misses_a_tick(&self) {
        self.ticks_missed.fetch_add(1, Ordering::Relaxed);
    }

    /// Why nothing is written now.
    pub(crate) fn failing(&self) -> Option<String> {
        let why = self.lock().clone();
        why.or_else(|| {
            let hangs = self.ticks_missed.load(Ordering::Relaxed) >= TICKS_MISSED_MAX;
            hangs.then(|| "nothing has been written for ten seconds".to_owned())
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_that_shows_no_sign_of_life_is_told_of() {
        let pulse = Pulse::default();
        for _ in 0..TICKS_MISSED_MAX - 1 {
            pulse.misses_a_tick();
        }
        assert_eq!(pulse.failing(), None);
        pulse.misses_a_tick();
        assert!(pulse.failing().is_some());
        pulse.beats();
        assert_eq!(pulse.failing(), None);
    }
}
