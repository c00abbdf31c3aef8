//! How long to wait until the next look, or the next try.

use std::time::Duration;

/// While events come, they are seen this soon.
const BUSY: Duration = Duration::from_millis(10);
/// With nothing to do: four small queries a second, and nobody notices the delay who didn't publish for a while.
const IDLE: Duration = Duration::from_millis(250);
/// Database or server can't be reached: often at first, for most troubles are over soon.
const TROUBLE_MIN: Duration = Duration::from_millis(100);
const TROUBLE_MAX: Duration = Duration::from_secs(5);

/// The time between looks.
#[derive(Debug)]
pub(crate) struct Pace {
    idle: Duration,
    trouble: Duration,
}

impl Pace {
    pub(crate) fn new() -> Self {
        Self {
            idle: BUSY,
            trouble: TROUBLE_MIN,
        }
    }

    /// The wait after a look that went well and found so many of at most so many.
    pub(crate) fn after_look(&mut self, found: usize, is_full: bool) -> Duration {
        self.trouble = TROUBLE_MIN;
        if is_full {
            return Duration::ZERO;
        }
        let wait = if found > 0 { BUSY } else { self.idle };
        self.idle = (wait * 2).min(IDLE);
        wait
    }

    /// The wait after one that failed.
    pub(crate) fn after_trouble(&mut self) -> Duration {
        let wait = self.trouble;
        self.trouble = (wait * 2).min(TROUBLE_MAX);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_frequent_while_events_come_and_seldom_while_none_do() {
        let mut pace = Pace::new();
        assert_eq!(pace.after_look(500, true), Duration::ZERO);
        assert_eq!(pace.after_look(3, false), BUSY);
        let waits: Vec<u128> = (0..7)
            .map(|_| pace.after_look(0, false).as_millis())
            .collect();
        assert_eq!(waits, [20, 40, 80, 160, 250, 250, 250]);
        assert_eq!(pace.after_look(1, false), BUSY);
    }

    #[test]
    fn trouble_is_met_with_patience_until_it_is_over() {
        let mut pace = Pace::new();
        let waits: Vec<u128> = (0..8).map(|_| pace.after_trouble().as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        pace.after_look(0, false);
        assert_eq!(pace.after_trouble(), TROUBLE_MIN);
    }
}
