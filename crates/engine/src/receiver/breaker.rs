//! Is it any use to try an endpoint now?
//!
//! A circuit breaker (Nygard, "Release It!"): closed while all is well; open, for longer each time, after a row of
//! failures; half-open, with one attempt at a time as a probe, until one shows that the receiver is back. A pure
//! state machine: waiting is the lane's affair, and so are the deliveries that must not wait (see
//! [`Lane`](crate::lane::Lane)).

use std::time::Duration;

use nuncio_domain::Timestamp;

use super::{observation::Observation, spread::spread};

/// So many failures in a row, with no success between, open it.
const FAILURES: u32 = 10;
/// How long it stays open the first time.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
/// How long it stays open at most: no schedule is put off further.
pub(crate) const PAUSE_MAX: Duration = Duration::from_secs(60);

/// The breaker of one lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Breaker {
    /// Failures since the last success.
    failures: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Attempts take place as they come.
    #[default]
    Closed,
    /// None until then, after a pause of that length.
    Open { until: Timestamp, pause: Duration },
    /// A probe is under way, after a pause of that length.
    Probing { pause: Duration },
}

/// What the breaker says to an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Go.
    Pass,
    /// Go, as a probe: call [`Breaker::probe`].
    Probe,
    /// Not before that time.
    HoldUntil(Timestamp),
    /// Not before the probe has ended.
    HoldForProbe,
}

/// What the end of an attempt has done to the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is as it was, closed or not.
    None,
    /// The receiver is back.
    Closed,
    /// It is open, or open again.
    Opened,
}

impl Breaker {
    /// Whether an attempt may begin at `now`.
    pub(crate) fn gate(self, now: Timestamp) -> Gate {
        match self.state {
            State::Closed => Gate::Pass,
            State::Open { until, .. } if until <= now => Gate::Probe,
            State::Open { until, .. } => Gate::HoldUntil(until),
            State::Probing { .. } => Gate::HoldForProbe,
        }
    }

    /// A probe begins.
    pub(crate) fn probe(&mut self) {
        if let State::Open { pause, .. } = self.state {
            self.state = State::Probing { pause };
        }
    }

    /// Takes the end of an attempt into account. `probe` says whether it was the one begun as a probe, `salt`
    /// spreads the pauses of different endpoints.
    pub(crate) fn note(
        &mut self,
        observation: Observation,
        probe: bool,
        now: Timestamp,
        salt: u64,
    ) -> Change {
        match (self.state, observation) {
            (State::Closed, Observation::Well) => {
                self.failures = 0;
                Change::None
            }
            // An answer of any other kind shows that there is somebody again. One that asks for less, too: how much
            // less is the throttle's affair.
            (
                State::Open { .. } | State::Probing { .. },
                Observation::Well | Observation::Neutral | Observation::Throttled { .. },
            ) => {
                *self = Self::default();
                Change::Closed
            }
            (State::Closed, Observation::Faulty | Observation::Strained) => {
                self.failures = self.failures.saturating_add(1);
                if self.failures < FAILURES {
                    return Change::None;
                }
                self.open(PAUSE_FIRST, now, salt)
            }
            (State::Probing { pause }, Observation::Faulty | Observation::Strained) if probe => {
                self.failures = self.failures.saturating_add(1);
                self.open((pause * 2).min(PAUSE_MAX), now, salt)
            }
            // The next attempt is the probe instead.
            (State::Probing { pause }, Observation::Unknown) if probe => {
                self.state = State::Open { until: now, pause };
                Change::None
            }
            (
                State::Open { .. } | State::Probing { .. },
                Observation::Faulty | Observation::Strained,
            ) => {
                self.failures = self.failures.saturating_add(1);
                Change::None
            }
            (
                State::Closed,
                Observation::Neutral | Observation::Throttled { .. } | Observation::Unknown,
            )
            | (State::Open { .. } | State::Probing { .. }, Observation::Unknown) => Change::None,
        }
    }

    /// The endpoint was changed: the next attempt is worth a probe.
    pub(crate) fn reconsider(&mut self, now: Timestamp) {
        if let State::Open { until, pause } = self.state {
            let until = until.min(now);
            self.state = State::Open { until, pause };
        }
    }

    /// Whether there is nothing to remember of it.
    pub(crate) fn is_plain(self) -> bool {
        self == Self::default()
    }

    /// Whether it is closed.
    pub(crate) fn is_closed(self) -> bool {
        self.state == State::Closed
    }

    /// Failures since the last success.
    pub(crate) fn failures(self) -> u32 {
        self.failures
    }

    fn open(&mut self, pause: Duration, now: Timestamp, salt: u64) -> Change {
        let until = now + pause + spread(pause, salt ^ u64::from(self.failures));
        self.state = State::Open {
            until: until.min(now + PAUSE_MAX),
            pause,
        };
        Change::Opened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_000_000);
    const SALT: u64 = 7;

    fn opened() -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES {
            let change = breaker.note(Observation::Strained, false, NOW, SALT);
            assert_eq!((change, breaker.gate(NOW)), (Change::None, Gate::Pass));
        }
        let change = breaker.note(Observation::Faulty, false, NOW, SALT);
        assert_eq!(change, Change::Opened);
        breaker
    }

    fn until(breaker: Breaker) -> Timestamp {
        match breaker.gate(Timestamp::from_ms(0)) {
            Gate::HoldUntil(until) => until,
            gate => panic!("{gate:?}"),
        }
    }

    #[test]
    fn ten_failures_in_a_row_open_it() {
        let pause = until(opened()).since(NOW).as_millis();
        assert!((1_000..=1_100).contains(&pause), "{pause}");
    }

    #[test]
    fn a_success_between_keeps_it_closed() {
        let mut breaker = Breaker::default();
        for number in 0..100 {
            let observation = if number % 10 == 9 {
                Observation::Well
            } else {
                Observation::Strained
            };
            assert_eq!(breaker.note(observation, false, NOW, SALT), Change::None);
        }
        assert!(breaker.is_closed());
    }

    #[test]
    fn our_own_errors_and_plain_refusals_do_not_open_it() {
        for observation in [Observation::Unknown, Observation::Neutral] {
            let mut breaker = Breaker::default();
            for _ in 0..100 {
                breaker.note(observation, false, NOW, SALT);
            }
            assert!(breaker.is_plain(), "{observation:?}");
        }
    }

    #[test]
    fn pauses_double_up_to_a_minute() {
        let mut breaker = opened();
        let mut pauses = vec![until(breaker).since(NOW).as_secs()];
        for _ in 0..8 {
            let now = until(breaker);
            assert_eq!(breaker.gate(now), Gate::Probe);
            breaker.probe();
            assert_eq!(breaker.gate(now), Gate::HoldForProbe);
            let change = breaker.note(Observation::Strained, true, now, SALT);
            assert_eq!(change, Change::Opened);
            pauses.push(until(breaker).since(now).as_secs());
        }
        let doubled = [1, 2, 4, 8, 16, 32, 60, 60, 60];
        let pairs = pauses.iter().zip(doubled);
        for (pause, doubled) in pairs {
            let range = doubled..=(doubled + doubled / 10).min(60);
            assert!(range.contains(pause), "{pauses:?}");
        }
    }

    #[test]
    fn an_answer_closes_it() {
        for observation in [Observation::Well, Observation::Neutral] {
            let mut breaker = opened();
            breaker.probe();
            assert_eq!(breaker.note(observation, true, NOW, SALT), Change::Closed);
            assert!(breaker.is_plain());
        }
    }

    #[test]
    fn what_goes_by_while_it_is_open_closes_it_but_never_prolongs_it() {
        let mut breaker = opened();
        let before = until(breaker);
        let later = NOW + Duration::from_millis(500);
        breaker.note(Observation::Strained, false, later, SALT);
        assert_eq!(until(breaker), before);
        assert_eq!(
            breaker.note(Observation::Well, false, later, SALT),
            Change::Closed
        );
    }

    #[test]
    fn a_probe_that_says_nothing_is_made_again() {
        let mut breaker = opened();
        breaker.probe();
        breaker.note(Observation::Strained, false, NOW, SALT);
        assert_eq!(breaker.gate(NOW), Gate::HoldForProbe, "not the probe");
        breaker.note(Observation::Unknown, true, NOW, SALT);
        assert_eq!(breaker.gate(NOW), Gate::Probe);
    }
}
