//! What sets an attempt off, and how often something is sent again.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What set off an attempt.
    Trigger {
        /// The delivery's schedule.
        Schedule = "schedule",
        /// Somebody asked for a retry.
        Manual = "manual",
        /// Somebody asked for a retry that is one attempt; its attempt is called `manual`.
        ManualOnce = "manual_once",
        /// A test event.
        Test = "test",
        /// A replay of an event.
        Replay = "replay",
        /// A replay that is one attempt; its attempt is called `replay`.
        ReplayOnce = "replay_once",
    }
}

impl Trigger {
    /// Whether the schedule that it begins is one attempt, whatever the endpoint's says.
    pub const fn is_once(self) -> bool {
        match self {
            Self::Test | Self::ManualOnce | Self::ReplayOnce => true,
            Self::Schedule | Self::Manual | Self::Replay => false,
        }
    }

    /// What the attempt is called that it sets off.
    pub(crate) const fn of_attempt(self) -> Self {
        match self {
            Self::ManualOnce => Self::Manual,
            Self::ReplayOnce => Self::Replay,
            Self::Schedule | Self::Manual | Self::Test | Self::Replay => self,
        }
    }
}

/// How often something is attempted that is sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendAgain {
    /// As often as a new delivery: a fresh schedule.
    #[default]
    Scheduled,
    /// Once: whatever comes of that attempt is final.
    Once,
}

impl SendAgain {
    /// The word for it in the audit log; `None` for what is usual.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Scheduled => None,
            Self::Once => Some("once"),
        }
    }

    /// What sets off a retry that somebody asked for.
    pub const fn manual(self) -> Trigger {
        match self {
            Self::Scheduled => Trigger::Manual,
            Self::Once => Trigger::ManualOnce,
        }
    }

    /// What sets off a replay.
    pub const fn replay(self) -> Trigger {
        match self {
            Self::Scheduled => Trigger::Replay,
            Self::Once => Trigger::ReplayOnce,
        }
    }

    /// What sets off a first delivery that comes late: that is no replay.
    pub const fn late(self) -> Trigger {
        match self {
            Self::Scheduled => Trigger::Schedule,
            Self::Once => Trigger::ManualOnce,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_once_has_a_plain_name_in_its_attempt() {
        let check = |trigger: Trigger, attempt: Trigger, is_once: bool| {
            assert_eq!(
                (trigger.of_attempt(), trigger.is_once()),
                (attempt, is_once)
            );
            assert_eq!(Trigger::from_word(trigger.as_str()), Some(trigger));
        };
        check(Trigger::Schedule, Trigger::Schedule, false);
        check(Trigger::Manual, Trigger::Manual, false);
        check(Trigger::ManualOnce, Trigger::Manual, true);
        check(Trigger::Test, Trigger::Test, true);
        check(Trigger::Replay, Trigger::Replay, false);
        check(Trigger::ReplayOnce, Trigger::Replay, true);
    }

    #[test]
    fn sending_again_is_triggered_by_what_it_is() {
        let of = |again: SendAgain| [again.manual(), again.replay(), again.late()];
        let scheduled = [Trigger::Manual, Trigger::Replay, Trigger::Schedule];
        assert_eq!(of(SendAgain::Scheduled), scheduled);
        let once = [
            Trigger::ManualOnce,
            Trigger::ReplayOnce,
            Trigger::ManualOnce,
        ];
        assert_eq!(of(SendAgain::Once), once);
        assert_eq!(SendAgain::Scheduled.as_str(), None);
        assert_eq!(SendAgain::Once.as_str(), Some("once"));
    }
}
