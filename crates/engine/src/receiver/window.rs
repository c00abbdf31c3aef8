//! How many attempts does a receiver bear at a time?
//!
//! Slow start, additive growth and multiplicative decrease, as TCP does it (RFC 5681): a receiver that answers gets
//! more at once, one that hangs or says that it is busy gets less. So a thousand endpoints that hang hold a few
//! places in flight each, and one that comes back after an hour is not overrun by its backlog.

use super::{observation::Observation, trip::Trip};

/// What an endpoint gets before anything is known of it.
const FIRST: usize = 16;
/// What it gets at the least: the retries of a receiver that hangs must still keep near to their schedule.
const LEAST: usize = 4;
/// The part of the window that a fault (a 500) takes away: it may concern one kind of event only.
const FAULT_PART: usize = 8;

/// The window of one lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    size: usize,
    /// From here on it grows by one in a round trip instead of doubling. Nothing is known until the first strain.
    steep_below: usize,
    /// Good ends since the last growth by one.
    grown: usize,
    /// The number of the last attempt that had begun when the window was made smaller. Its like say no more than
    /// what is known already.
    heard: u64,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            size: FIRST,
            steep_below: usize::MAX,
            grown: 0,
            heard: 0,
        }
    }
}

impl Window {
    /// How many attempts may be in flight, under the given cap: at least one.
    pub(crate) fn size(self, cap: usize) -> usize {
        self.size.min(cap)
    }

    /// Whether it is what keeps a lane below its cap.
    pub(crate) fn is_below(self, cap: usize) -> bool {
        self.size < cap
    }

    /// Takes the end of an attempt into account.
    pub(crate) fn note(&mut self, observation: Observation, trip: Trip) {
        match observation {
            // A window that is not used is not grown: nothing is known of what lies beyond.
            Observation::Well if trip.binds => self.grow(),
            Observation::Well | Observation::Neutral | Observation::Unknown => {}
            Observation::Faulty => self.cut_to(self.size - self.size / FAULT_PART, trip),
            Observation::Strained | Observation::Throttled { .. } => {
                self.cut_to(self.size / 2, trip)
            }
        }
    }

    /// The receiver is back after it was given up: it starts with the least, and gets more one by one.
    pub(crate) fn restart(&mut self, last: u64) {
        *self = Self {
            size: LEAST,
            steep_below: LEAST,
            grown: 0,
            heard: last,
        };
    }

    /// Whether there is nothing to remember of it.
    pub(crate) fn is_plain(self) -> bool {
        self.size >= FIRST
    }

    fn grow(&mut self) {
        if self.size < self.steep_below {
            // One more for each that came back doubles it in a round trip.
            self.size += 1;
            return;
        }
        self.grown += 1;
        if self.grown >= self.size {
            self.grown = 0;
            self.size += 1;
        }
    }

    /// Once a window: attempts that were under way together fail together.
    fn cut_to(&mut self, size: usize, trip: Trip) {
        if trip.number <= self.heard {
            return;
        }
        self.size = size.max(LEAST).min(self.size);
        self.steep_below = self.size;
        self.grown = 0;
        self.heard = trip.last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Round trips of a full window, each of whose attempts ends so.
    struct Rounds {
        window: Window,
        begun: u64,
    }

    impl Rounds {
        fn new() -> Self {
            Self {
                window: Window::default(),
                begun: 0,
            }
        }

        fn round(&mut self, observation: Observation) -> usize {
            let first = self.begun + 1;
            self.begun += self.window.size as u64;
            for number in first..=self.begun {
                let trip = Trip {
                    number,
                    last: self.begun,
                    binds: true,
                };
                self.window.note(observation, trip);
            }
            self.window.size
        }
    }

    #[test]
    fn it_doubles_in_a_round_trip_until_the_first_strain() {
        let mut rounds = Rounds::new();
        assert_eq!(rounds.round(Observation::Well), FIRST * 2);
        assert_eq!(rounds.round(Observation::Well), FIRST * 4);
        assert_eq!(rounds.window.size(20), 20);
    }

    #[test]
    fn after_a_strain_it_grows_by_one_in_a_round_trip() {
        let mut rounds = Rounds::new();
        rounds.round(Observation::Well);
        assert_eq!(rounds.round(Observation::Strained), FIRST);
        assert_eq!(rounds.round(Observation::Well), FIRST + 1);
        assert_eq!(rounds.round(Observation::Well), FIRST + 2);
    }

    #[test]
    fn what_fails_together_is_heard_once() {
        let check = |observation, expected: &[usize]| {
            let mut rounds = Rounds::new();
            let sizes: Vec<_> = expected.iter().map(|_| rounds.round(observation)).collect();
            assert_eq!(sizes, expected, "{observation:?}");
        };
        check(Observation::Strained, &[8, 4, 4]);
        check(Observation::Faulty, &[14, 13, 12]);
        check(Observation::Neutral, &[16, 16, 16]);
        check(Observation::Unknown, &[16, 16, 16]);
    }

    #[test]
    fn a_window_that_is_not_used_does_not_grow() {
        let mut window = Window::default();
        let trip = Trip {
            number: 1,
            last: 1,
            binds: false,
        };
        window.note(Observation::Well, trip);
        assert_eq!(window.size(1_000), FIRST);
    }

    #[test]
    fn a_restart_goes_up_one_by_one_and_is_deaf_to_what_began_before() {
        let mut rounds = Rounds::new();
        rounds.round(Observation::Well);
        rounds.window.restart(rounds.begun + 3);
        let late = Trip {
            number: rounds.begun + 2,
            last: rounds.begun + 3,
            binds: true,
        };
        rounds.window.note(Observation::Strained, late);
        let sizes: Vec<_> = (0..3).map(|_| rounds.round(Observation::Well)).collect();
        assert_eq!(sizes, [LEAST + 1, LEAST + 2, LEAST + 3]);
    }
}
