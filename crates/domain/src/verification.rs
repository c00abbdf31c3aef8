//! Has an endpoint shown that it wants deliveries? The state of the handshake that its dialect asks for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// When a handshake that failed is made again by itself, after it: a receiver that is being set up is found ready within
/// hours, and one that never answers is not asked for ever. Afterwards somebody has to ask.
const AGAIN: [Duration; 4] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
];

/// How far the handshake has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerificationState {
    /// None was asked for: the endpoint gets its deliveries.
    #[default]
    None,
    /// It is about to be made.
    Pending,
    /// The endpoint has answered as it should.
    Verified,
    /// It has not.
    Failed,
}

impl VerificationState {
    /// The word for it in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Failed => "failed",
        }
    }
}

/// The handshake of one endpoint. Times are on the wall clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verification {
    /// How far it has come.
    pub state: VerificationState,
    /// What was wrong the last time, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The status code of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u16>,
    /// When it was last asked for: an answer to what was asked before says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// When it was last made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<Timestamp>,
    /// When it is made next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// How often it has failed since it was asked for.
    #[serde(skip_serializing_if = "is_nought")]
    pub failures: u32,
    /// Requests a minute that the receiver has allowed, if it has said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_per_minute: Option<u32>,
}

fn is_nought(number: &u32) -> bool {
    *number == 0
}

/// What a handshake has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandshakeResult {
    /// When it was made.
    pub at: Timestamp,
    /// The status code of the answer, if there was one.
    pub status_code: Option<u16>,
    /// Requests a minute that the receiver allows, if it says so; or what was wrong, in a sentence.
    pub outcome: Result<Option<u32>, String>,
}

impl Verification {
    /// A handshake that is to be made at once.
    pub fn asked(now: Timestamp) -> Self {
        Self {
            state: VerificationState::Pending,
            asked_at: Some(now),
            next_at: Some(now),
            ..Self::default()
        }
    }

    /// The same after it was made.
    #[must_use]
    pub fn after(&self, verified: HandshakeResult) -> Self {
        let made = Self {
            status_code: verified.status_code,
            asked_at: self.asked_at,
            checked_at: Some(verified.at),
            ..Self::default()
        };
        match verified.outcome {
            Ok(allowed_per_minute) => Self {
                state: VerificationState::Verified,
                allowed_per_minute,
                ..made
            },
            Err(detail) => Self {
                state: VerificationState::Failed,
                detail: Some(detail),
                next_at: AGAIN
                    .get(self.failures as usize)
                    .map(|pause| verified.at + *pause),
                failures: self.failures.saturating_add(1),
                ..made
            },
        }
    }

    /// Whether none was ever asked for.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether deliveries wait for it.
    pub const fn is_waited_for(&self) -> bool {
        match self.state {
            VerificationState::None | VerificationState::Verified => false,
            VerificationState::Pending | VerificationState::Failed => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn made(outcome: Result<Option<u32>, String>) -> HandshakeResult {
        HandshakeResult {
            at: NOW,
            status_code: Some(200),
            outcome,
        }
    }

    #[test]
    fn it_is_made_again_a_few_times_and_then_waits_for_somebody() {
        let mut verification = Verification::asked(NOW);
        let mut pauses = Vec::new();
        while let Some(next) = verification.next_at {
            pauses.push(next.since(NOW).as_secs());
            verification = verification.after(made(Err("it says no".to_owned())));
            assert!(verification.is_waited_for());
        }
        assert_eq!(pauses, [0, 60, 300, 1_800, 7_200]);
        assert_eq!(verification.state, VerificationState::Failed);
        assert_eq!(verification.detail.as_deref(), Some("it says no"));
    }

    #[test]
    fn each_state_has_its_word() {
        let check = |state: VerificationState, word: &str| {
            assert_eq!(state.as_str(), word);
            assert_eq!(serde_json::to_value(state).unwrap(), word);
        };
        check(VerificationState::None, "none");
        check(VerificationState::Pending, "pending");
        check(VerificationState::Verified, "verified");
        check(VerificationState::Failed, "failed");
    }

    #[test]
    fn only_one_that_was_asked_for_is_kept() {
        assert!(Verification::default().is_none());
        let asked = Verification::asked(NOW);
        assert!(!asked.is_none());
        let text = serde_json::to_value(&asked).unwrap();
        assert_eq!(text.get("failures"), None);
        let failed = asked.after(made(Err("it says no".to_owned())));
        let text = serde_json::to_value(&failed).unwrap();
        assert_eq!(text.get("failures"), Some(&1.into()));
    }

    #[test]
    fn an_answer_as_it_should_be_ends_it() {
        let failed = Verification::asked(NOW).after(made(Err("it says no".to_owned())));
        let verified = failed.after(made(Ok(Some(120))));
        assert_eq!(verified.state, VerificationState::Verified);
        assert_eq!((verified.next_at, &verified.detail), (None, &None));
        assert_eq!(verified.allowed_per_minute, Some(120));
        assert!(!verified.is_waited_for());
    }

    #[test]
    fn an_endpoint_from_before_gets_its_deliveries() {
        let old: Verification = serde_json::from_str("{}").unwrap();
        assert_eq!(old, Verification::default());
        assert!(!old.is_waited_for());
    }
}
