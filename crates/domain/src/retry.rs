//! When do we try again? The arithmetic of retry schedules.
//!
//! A delay runs from the end of the previous attempt. Jitter only ever adds, 0 to 10 % of the delay, so that
//! no attempt comes before its published time.

use std::time::Duration;

use nuncio_dialect::Retry;

use crate::Timestamp;

/// The least time between two attempts of a delivery, whatever a schedule says: a row of zeros would be a flood.
const DELAY_MIN: Duration = Duration::from_secs(1);

/// How much longer than its schedule a delivery waits for a receiver that asks for less.
const WAITS_BEYOND: Duration = Duration::from_secs(24 * 60 * 60);

/// How much of a delay jitter may add at most.
const JITTER_SHARE: f64 = 0.1;

/// What the next attempt's time depends on, besides the schedule.
#[derive(Clone, Copy, Debug)]
pub struct RetryClock {
    /// Attempts of this schedule that are over.
    pub done: u32,
    /// When the first of them began.
    pub first_began: Timestamp,
    /// When the last of them ended.
    pub last_ended: Timestamp,
    /// What the receiver asked for, if it did: how long after `last_ended`, within what is kept to.
    pub retry_after: Option<Duration>,
    /// A fraction in `0.0..=1.0`: how much of the possible jitter to add.
    pub jitter: f64,
}

/// The time of the next attempt under `schedule`, or `None` when its attempts are used up.
///
/// A `Retry-After` can only put an attempt off: the later of it and the schedule counts, and never past the end of a
/// span. No attempt follows another within a second.
pub fn next_attempt(schedule: &Retry, clock: RetryClock) -> Option<Timestamp> {
    let delay = delay(schedule, clock.done)?;
    let delay = jittered(delay, clock.jitter).max(DELAY_MIN);
    let asked = jittered(clock.retry_after.unwrap_or_default(), clock.jitter);
    let at = clock.last_ended + delay.max(asked);
    let Some(span) = span(schedule) else {
        return Some(at);
    };
    let end = clock.first_began + span;
    // The attempt that starts at the end of the span is the last: nothing starts after it.
    (clock.last_ended < end).then_some(at.min(end))
}

/// The time of the next attempt after an answer that uses none up: when the receiver has asked for. `None` once the
/// delivery has waited for as long as it may: to the end of a span, or else a day longer than its whole schedule.
pub fn next_wait(schedule: &Retry, clock: RetryClock) -> Option<Timestamp> {
    let length = span(schedule).unwrap_or_else(|| total_delay(schedule) + WAITS_BEYOND);
    let end = clock.first_began + length;
    let asked = jittered(clock.retry_after.unwrap_or_default(), clock.jitter).max(DELAY_MIN);
    (clock.last_ended < end).then_some((clock.last_ended + asked).min(end))
}

fn jittered(delay: Duration, jitter: f64) -> Duration {
    delay.mul_f64(1.0 + JITTER_SHARE * jitter.clamp(0.0, 1.0))
}

/// The time before the very first attempt, from when the delivery was made.
pub fn first_delay(schedule: &Retry) -> Duration {
    delay(schedule, 0).unwrap_or_default()
}

/// How long any attempt that is due may be held back without breaking the schedule's promise: no longer than the
/// shortest of its delays, so that whatever is due first may also go first.
pub fn patience(schedule: &Retry) -> Duration {
    let seconds = match schedule {
        Retry::Delays { delays_s } => delays_s.iter().copied().filter(|s| *s > 0).min(),
        Retry::Backoff { base_s, cap_s, .. } => Some(*base_s.min(cap_s)),
    };
    Duration::from_secs(u64::from(seconds.unwrap_or(0)))
}

fn delay(schedule: &Retry, done: u32) -> Option<Duration> {
    match schedule {
        // No delays at all: one attempt, at once.
        Retry::Delays { delays_s } if delays_s.is_empty() => (done == 0).then_some(Duration::ZERO),
        Retry::Delays { delays_s } => delays_s
            .get(done as usize)
            .map(|s| Duration::from_secs(u64::from(*s))),
        Retry::Backoff {
            base_s,
            factor,
            cap_s,
            attempts_max,
            ..
        } => {
            if attempts_max.is_some_and(|max| done >= max) {
                return None;
            }
            let Some(grown) = done.checked_sub(1) else {
                return Some(Duration::ZERO);
            };
            let seconds = f64::from(*base_s) * factor.powf(f64::from(grown));
            Some(Duration::from_secs_f64(seconds.min(f64::from(*cap_s))))
        }
    }
}

/// All delays of a schedule together, or its span.
pub fn total_delay(schedule: &Retry) -> Duration {
    if let Some(span) = span(schedule) {
        return span;
    }
    (0..).map_while(|done| delay(schedule, done)).sum()
}

/// How long after its first attempt a delivery's last one starts at the latest, where the schedule says so.
pub fn span(schedule: &Retry) -> Option<Duration> {
    match schedule {
        Retry::Delays { .. } => None,
        Retry::Backoff { span_s, .. } => span_s.map(|s| Duration::from_secs(u64::from(s))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600;

    /// The starts of all attempts in seconds after the first, each attempt taking no time.
    fn starts(schedule: &Retry, jitter: f64) -> Vec<u64> {
        let begin = Timestamp::from_ms(1_000_000);
        let mut starts = vec![0];
        let mut at = begin;
        while let Some(next) = next_attempt(
            schedule,
            RetryClock {
                done: starts.len() as u32,
                first_began: begin,
                last_ended: at,
                retry_after: None,
                jitter,
            },
        ) {
            at = next;
            starts.push(at.since(begin).as_secs());
            assert!(starts.len() < 100, "the schedule must end");
        }
        starts
    }

    fn delays(seconds: &[u32]) -> Retry {
        Retry::Delays {
            delays_s: seconds.to_vec(),
        }
    }

    fn day_of_backoff() -> Retry {
        Retry::Backoff {
            base_s: 30,
            factor: 2.0,
            cap_s: 4 * 3_600,
            span_s: Some(24 * 3_600),
            attempts_max: None,
        }
    }

    #[test]
    fn listed_delays_add_up() {
        assert_eq!(
            starts(&delays(&[0, 60, 300, 1_800]), 0.0),
            [0, 60, 360, 2_160]
        );
        assert_eq!(starts(&delays(&[0]), 0.0), [0]);
        assert_eq!(starts(&delays(&[]), 0.0), [0]);
    }

    #[test]
    fn five_attempts_over_two_hours() {
        let schedule = Retry::Backoff {
            base_s: 180,
            factor: 3.0,
            cap_s: 4_860,
            span_s: None,
            attempts_max: Some(5),
        };
        assert_eq!(starts(&schedule, 0.0), [0, 180, 720, 2_340, 7_200]);
    }

    #[test]
    fn a_span_of_a_day_cuts_the_last_delay() {
        let starts = starts(&day_of_backoff(), 0.0);
        assert_eq!(starts.len(), 15);
        assert_eq!(starts[..4], [0, 30, 90, 210]);
        assert_eq!(starts[14], 24 * HOUR);
    }

    #[test]
    fn jitter_only_ever_adds_and_no_more_than_a_tenth() {
        let schedule = delays(&[0, 100, 1_000]);
        assert_eq!(starts(&schedule, 1.0), [0, 110, 1_210]);
        let day = starts(&day_of_backoff(), 1.0);
        assert_eq!((day.len(), day[14]), (15, 24 * HOUR));
    }

    #[test]
    fn an_attempt_that_lasts_past_the_span_is_the_last() {
        let clock = RetryClock {
            done: 14,
            first_began: Timestamp::from_ms(0),
            last_ended: Timestamp::from_ms(86_400_000),
            retry_after: None,
            jitter: 0.0,
        };
        assert_eq!(next_attempt(&day_of_backoff(), clock), None);
    }

    #[test]
    fn retry_after_puts_off_but_never_pulls_in() {
        let check = |retry_after: u64, expected: u64| {
            let clock = RetryClock {
                done: 1,
                first_began: Timestamp::from_ms(0),
                last_ended: Timestamp::from_ms(0),
                retry_after: Some(Duration::from_secs(retry_after)),
                jitter: 0.0,
            };
            let next = next_attempt(&delays(&[0, 60, 300]), clock).unwrap();
            assert_eq!(next.ms(), expected as i64 * 1_000, "{retry_after}");
        };
        check(10, 60);
        check(120, 120);
        check(24 * HOUR, 24 * HOUR);
    }

    #[test]
    fn attempts_are_a_second_apart_at_least() {
        assert_eq!(starts(&delays(&[0, 0, 0, 5]), 0.0), [0, 1, 2, 7]);
    }

    /// When the next attempt is after an answer at `ended` (seconds) that asks for `asked` and uses no attempt up.
    fn wait(schedule: &Retry, ended: u64, asked: u64) -> Option<u64> {
        let clock = RetryClock {
            done: 0,
            first_began: Timestamp::from_ms(0),
            last_ended: Timestamp::from_ms(ended as i64 * 1_000),
            retry_after: Some(Duration::from_secs(asked)),
            jitter: 0.0,
        };
        next_wait(schedule, clock).map(|at| at.ms() as u64 / 1_000)
    }

    #[test]
    fn waits_end_a_day_after_the_schedule() {
        let schedule = delays(&[0, 1, 2, 4]);
        let end = 24 * HOUR + 7;
        assert_eq!(wait(&schedule, 100, 20), Some(120));
        assert_eq!(wait(&schedule, end - 5, 20), Some(end));
        assert_eq!(wait(&schedule, end, 20), None);
        assert_eq!(wait(&delays(&[]), 24 * HOUR - 1, 20), Some(24 * HOUR));
        let five = Retry::Backoff {
            base_s: 180,
            factor: 3.0,
            cap_s: 4_860,
            span_s: None,
            attempts_max: Some(5),
        };
        assert_eq!(wait(&five, 26 * HOUR - 1, 20), Some(26 * HOUR));
        assert_eq!(wait(&five, 26 * HOUR, 20), None);
    }

    #[test]
    fn waits_never_pass_the_end_of_a_span() {
        let end = 24 * HOUR;
        assert_eq!(wait(&day_of_backoff(), 23 * HOUR, 20 * HOUR), Some(end));
        assert_eq!(wait(&day_of_backoff(), end, 20), None);
    }

    #[test]
    fn an_attempt_may_be_held_back_as_long_as_the_shortest_delay() {
        let check = |schedule: &Retry, expected| assert_eq!(patience(schedule).as_secs(), expected);
        check(&delays(&[0, 60, 300]), 60);
        check(&delays(&[7, 60, 5]), 5);
        check(&delays(&[0]), 0);
        check(&delays(&[]), 0);
        check(&day_of_backoff(), 30);
    }

    #[test]
    fn retry_after_stays_inside_the_span() {
        let clock = RetryClock {
            done: 14,
            first_began: Timestamp::from_ms(0),
            last_ended: Timestamp::from_ms(72_930_000),
            retry_after: Some(Duration::from_secs(20 * HOUR)),
            jitter: 0.0,
        };
        let next = next_attempt(&day_of_backoff(), clock);
        assert_eq!(next, Some(Timestamp::from_ms(86_400_000)));
    }
}
