//! The states of a delivery, and why it ended as it did.

use crate::{Timestamp, words::words};

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Work is left: the next scheduled attempt is due then.
    Pending {
        /// On the steady clock.
        due: Timestamp,
    },
    /// The receiver took it.
    Succeeded,
    /// Given up: in the dead-letter queue.
    Dead(DeadReason),
    /// Not wanted any more.
    Cancelled(CancelReason),
}

impl State {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Succeeded => "succeeded",
            Self::Dead(_) => "dead",
            Self::Cancelled(_) => "cancelled",
        }
    }

    /// Why it ended so, where that needs saying.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Pending { .. } | Self::Succeeded => None,
            Self::Dead(reason) => Some(Reason::Dead(reason)),
            Self::Cancelled(reason) => Some(Reason::Cancelled(reason)),
        }
    }
}

words! {
    /// Why a delivery is dead.
    DeadReason {
        /// Its schedule has no attempt left.
        Exhausted = "attempts_exhausted",
        /// The receiver answered 410 and the policy takes that as final.
        Gone = "gone",
        /// The one attempt of a test event failed.
        TestFailed = "test_failed",
        /// It waited longer than the project keeps its history, and the attempt after that failed.
        Expired = "expired",
        /// Its receiver went on asking for less, for as long as a delivery waits.
        Throttled = "throttled",
    }
}

words! {
    /// Why a delivery was cancelled.
    CancelReason {
        /// Somebody asked for it.
        Requested = "requested",
        /// Its endpoint was deleted.
        EndpointDeleted = "endpoint_deleted",
        /// Its tenant was deleted.
        TenantDeleted = "tenant_deleted",
        /// The payload of its event was erased.
        PayloadErased = "payload_erased",
        /// The endpoint's transformation did not want it.
        Transformation = "transformation",
    }
}

/// Why a delivery ended without success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is dead.
    Dead(DeadReason),
    /// It was cancelled.
    Cancelled(CancelReason),
}

impl Reason {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dead(reason) => reason.as_str(),
            Self::Cancelled(reason) => reason.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_a_word_and_its_end_a_reason() {
        let check = |state: State, word: &str, reason: Option<&str>| {
            assert_eq!(state.as_str(), word);
            assert_eq!(state.reason().map(Reason::as_str), reason, "{word}");
        };
        let due = Timestamp::from_ms(1);
        check(State::Pending { due }, "pending", None);
        check(State::Succeeded, "succeeded", None);
        check(State::Dead(DeadReason::Gone), "dead", Some("gone"));
        let erased = CancelReason::PayloadErased;
        check(
            State::Cancelled(erased),
            "cancelled",
            Some("payload_erased"),
        );
    }

    #[test]
    fn words_come_back() {
        assert_eq!(DeadReason::from_word("expired"), Some(DeadReason::Expired));
        assert_eq!(DeadReason::from_word("requested"), None);
        assert_eq!(
            CancelReason::from_word("requested"),
            Some(CancelReason::Requested)
        );
    }
}
