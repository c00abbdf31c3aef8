//! How many attempts does a receiver bear at a time?
//!
//! Additive growth and halving, as TCP does it (RFC 5681): a receiver that answers gets more at once, one that
//! hangs or says that it is busy gets less. So a thousand endpoints that hang hold a few places in flight each,
//! and one that comes back after an hour is not overrun by its backlog.

/// What an endpoint gets before anything is known of it.
const FIRST: usize = 16;
/// What it gets at the least: the retries of a receiver that hangs must still keep near to their schedule.
const LEAST: usize = 4;

/// What an attempt has shown of its receiver's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It took the delivery.
    Well,
    /// It answered, if not with success.
    Neutral,
    /// It gave no answer, for whatever reason, or said that it is overloaded.
    Strained,
}

impl Sign {
    /// The sign in a status code, if there was an answer: 429, 502, 503 and 504 ask for less.
    pub(crate) const fn of(status: Option<u16>, succeeded: bool) -> Self {
        match (status, succeeded) {
            (_, true) => Self::Well,
            (None | Some(429 | 502 | 503 | 504), false) => Self::Strained,
            (Some(_), false) => Self::Neutral,
        }
    }
}

/// The window of one lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window(usize);

impl Default for Window {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Window {
    /// How many attempts may be in flight, under the given cap: at least one.
    pub(crate) fn size(self, cap: usize) -> usize {
        self.0.min(cap)
    }

    /// Whether it is what keeps a lane below its cap.
    pub(crate) fn is_below(self, cap: usize) -> bool {
        self.0 < cap
    }

    /// Takes the end of an attempt into account; `binds` says whether more would have been in flight but for
    /// the window.
    pub(crate) fn note(&mut self, sign: Sign, binds: bool) {
        match sign {
            // One more for each that came back doubles it in a round trip. A window that is not used is not
            // grown: nothing is known of what lies beyond.
            Sign::Well if binds => self.0 += 1,
            Sign::Well | Sign::Neutral => {}
            Sign::Strained => self.0 = (self.0 / 2).max(LEAST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_window_doubles_in_a_round_trip() {
        let mut window = Window::default();
        for _ in 0..FIRST {
            window.note(Sign::Well, true);
        }
        assert_eq!(window.size(1_000), FIRST * 2);
        assert_eq!(window.size(20), 20);
    }

    #[test]
    fn a_window_that_is_not_used_does_not_grow() {
        let mut window = Window::default();
        window.note(Sign::Well, false);
        assert_eq!(window.size(1_000), FIRST);
    }

    #[test]
    fn a_receiver_that_hangs_is_down_to_a_few_at_a_time() {
        let mut window = Window::default();
        for _ in 0..10 {
            window.note(Sign::Strained, true);
        }
        assert_eq!(window.size(1_000), LEAST);
        assert_eq!(window.size(1), 1);
        window.note(Sign::Well, true);
        assert_eq!(window.size(1_000), LEAST + 1);
    }

    #[test]
    fn signs() {
        let check = |status, succeeded, expected| {
            assert_eq!(Sign::of(status, succeeded), expected, "{status:?}");
        };
        check(Some(200), true, Sign::Well);
        check(Some(404), false, Sign::Neutral);
        check(Some(500), false, Sign::Neutral);
        check(Some(429), false, Sign::Strained);
        check(Some(503), false, Sign::Strained);
        check(None, false, Sign::Strained);
    }
}
