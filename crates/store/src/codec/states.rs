//! The numbers that stand for a delivery's states.

use nuncio_domain::{DeadReason, Progress, State};

/// The code of a pending delivery; the partial indexes are made for these numbers.
pub(crate) const PENDING: i64 = 0;
pub(crate) const SUCCEEDED: i64 = 1;
pub(crate) const DEAD: i64 = 2;
pub(crate) const CANCELLED: i64 = 3;
/// A test that failed: dead, but no dead letter.
pub(crate) const FAILED_TEST: i64 = 4;

/// The number for a state.
pub(crate) const fn state_code(state: State) -> i64 {
    match state {
        State::Pending { .. } => PENDING,
        State::Succeeded => SUCCEEDED,
        State::Dead(DeadReason::TestFailed) => FAILED_TEST,
        State::Dead(
            DeadReason::Exhausted | DeadReason::Gone | DeadReason::Expired | DeadReason::Throttled,
        ) => DEAD,
        State::Cancelled(_) => CANCELLED,
    }
}

/// The numbers for a state's word; `None` if it is none.
pub(crate) fn state_codes_of(word: &str, with_failed_tests: bool) -> Option<&'static [i64]> {
    match word {
        "pending" => Some(&[PENDING]),
        "succeeded" => Some(&[SUCCEEDED]),
        "dead" if with_failed_tests => Some(&[DEAD, FAILED_TEST]),
        "dead" => Some(&[DEAD]),
        "cancelled" => Some(&[CANCELLED]),
        _ => None,
    }
}

/// The time that a pending delivery's schedule is due at.
pub(crate) const fn scheduled_due(progress: &Progress) -> Option<i64> {
    match progress.state {
        State::Pending { due } => Some(due.ms()),
        State::Succeeded | State::Dead(_) | State::Cancelled(_) => None,
    }
}
