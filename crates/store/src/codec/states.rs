//! The numbers that stand for a delivery's states.

use nuncio_domain::{Progress, State};

/// The code of a pending delivery; the partial indexes are made for these numbers.
pub(crate) const PENDING: i64 = 0;
pub(crate) const SUCCEEDED: i64 = 1;
pub(crate) const DEAD: i64 = 2;
pub(crate) const CANCELLED: i64 = 3;

/// The number for a state.
pub(crate) const fn state_code(state: State) -> i64 {
    match state {
        State::Pending { .. } => PENDING,
        State::Succeeded => SUCCEEDED,
        State::Dead(_) => DEAD,
        State::Cancelled(_) => CANCELLED,
    }
}

/// The number for a state's word.
pub(crate) fn state_code_of(word: &str) -> Option<i64> {
    match word {
        "pending" => Some(PENDING),
        "succeeded" => Some(SUCCEEDED),
        "dead" => Some(DEAD),
        "cancelled" => Some(CANCELLED),
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
