//! What the vendor's receivers check and answer.

use serde::{Deserialize, Serialize};

/// What a receiver checks beyond the signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReceiverRules {
    /// How many seconds the signed time may be off, either way; `None` is any number.
    pub tolerance_s: Option<u32>,
    /// The versions of the signature that it accepts; empty where there are none.
    pub versions: Vec<String>,
    /// How the vendor's receivers answer.
    pub answers: ReceiverAnswers,
}

/// How the vendor's published receivers answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReceiverAnswers {
    /// The status code for a request without signature or body.
    pub missing: u16,
    /// The status code for a wrong signature.
    pub invalid: u16,
    /// The text that goes with either.
    pub text: String,
}

impl Default for ReceiverAnswers {
    fn default() -> Self {
        Self {
            missing: 401,
            invalid: 401,
            text: "Invalid signature".to_owned(),
        }
    }
}
