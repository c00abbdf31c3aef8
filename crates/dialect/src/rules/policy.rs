//! Delivery policy that a dialect brings as its default: when to try again, how long to wait, which
//! answers count. A project or an endpoint may override parts of it; nothing here decides, it only says.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// When the attempts of one delivery take place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Retry {
    /// The delay in seconds before each attempt, the first included (normally 0). Its length is the
    /// number of attempts.
    Delays {
        /// Seconds before attempt 1, 2, …
        delays_s: Vec<u32>,
    },
    /// Exponential backoff: `base_s × factorⁿ`, at most `cap_s`, ended by a span or a number of attempts.
    Backoff {
        /// Seconds before the second attempt.
        base_s: u32,
        /// What each further delay is multiplied by; at least 1.
        factor: f64,
        /// The longest delay in seconds.
        cap_s: u32,
        /// Seconds from the first attempt after which none starts. A delay that would pass it is cut to end
        /// there, and that attempt is the last.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        span_s: Option<u32>,
        /// How many attempts there are at most, the first included.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attempts_max: Option<u32>,
    },
}

/// What a `410 Gone` answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// The endpoint is disabled and the delivery ends dead.
    Disable,
    /// A failure like any other.
    Retry,
}

/// What an answer of 429 or 503 that names a time to wait does to the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Throttled {
    /// It is an attempt like any other that failed.
    Attempt,
    /// It is no attempt of the schedule: the receiver asked for a pause, and gets it.
    #[default]
    Wait,
}

/// What an endpoint must answer before it is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handshake {
    /// Nothing.
    None,
    /// Send back the challenge that was posted (`url_verification`).
    Echo,
    /// Send back the HMAC of a token (challenge-response check).
    Crc,
    /// Answer `OPTIONS` with the allowed origin (CloudEvents webhook abuse protection).
    Options,
}

/// The defaults of a dialect, complete: every field has a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The retry schedule.
    pub retry: Retry,
    /// Deadline of one attempt in milliseconds: connect, TLS, headers and body together.
    pub timeout_ms: u32,
    /// Inclusive ranges of status codes that mean success.
    pub success: Vec<(u16, u16)>,
    /// Whether an endpoint's URL must be `https`.
    pub https_only: bool,
    /// What the endpoint must answer before it is accepted.
    pub handshake: Handshake,
    /// What 410 does.
    pub gone: Gone,
    /// What 429 and 503 with a `Retry-After` do.
    #[serde(default)]
    pub throttled: Throttled,
    /// Days of uninterrupted failure after which an endpoint is disabled; `None` is never.
    #[serde(default)]
    pub auto_disable_days: Option<u32>,
    /// The same in seconds; a policy has one of the two at most.
    #[serde(default)]
    pub auto_disable_s: Option<u32>,
    /// Plans whose tenants may have endpoints, compared without case; empty means all.
    #[serde(default)]
    pub plans: Vec<String>,
}

impl Policy {
    /// How long nothing but failure disables an endpoint; `None` is never.
    pub fn auto_disable(&self) -> Option<Duration> {
        const DAY_S: u64 = 24 * 60 * 60;
        let days = self.auto_disable_days.map(|days| u64::from(days) * DAY_S);
        let seconds = self.auto_disable_s.map(u64::from);
        seconds.or(days).map(Duration::from_secs)
    }
}
