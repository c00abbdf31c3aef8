//! What does an answer mean? From status code or error to a verdict.

use std::{fmt, time::Duration};

use nuncio_dialect::Gone;
use serde::{Deserialize, Serialize};

use crate::{Timestamp, parse_retry_after};

/// Why an attempt failed, as a stable word such as `timeout`, `dns` or `status`: what one can filter by.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorClass(std::borrow::Cow<'static, str>);

impl ErrorClass {
    /// The receiver answered, with a status code that is no success.
    pub const STATUS: Self = Self::of("status");
    /// Handling the delivery broke off inside the server.
    pub const INTERNAL: Self = Self::of("internal");
    /// The event could not be rendered in the endpoint's dialect.
    pub const RENDER: Self = Self::of("render");
    /// The endpoint's authorization server issued no token for the request: none was made.
    pub const OAUTH_TOKEN: Self = Self::of("oauth_token");
    /// The server had no descriptor, port or memory left for a request: none was made.
    pub const LOCAL_RESOURCES: Self = Self::of("local_resources");

    /// A class known when the program was compiled.
    pub const fn of(class: &'static str) -> Self {
        Self(std::borrow::Cow::Borrowed(class))
    }
    /// A class as it was stored.
    pub fn stored(class: String) -> Self {
        Self(class.into())
    }
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether the failure is on our own side: no receiver can do anything about it, and it says nothing of one.
    pub fn is_our_own(&self) -> bool {
        [Self::LOCAL_RESOURCES, Self::INTERNAL, Self::RENDER].contains(self)
    }
}

impl fmt::Debug for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptResult {
    /// The receiver answered.
    Status {
        /// The status code.
        code: u16,
        /// Its `Retry-After` header, as it was sent.
        retry_after: Option<String>,
    },
    /// It did not, or not in time, or not in HTTP.
    Failed(ErrorClass),
}

/// What an answer means for the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Delivered.
    Success,
    /// To be tried again.
    Failure,
    /// The receiver asks for less and says for how long: to be tried again, not before that has passed.
    Throttled {
        /// How long, within what is kept to.
        wait: Duration,
    },
    /// The receiver wants nothing more, ever: the endpoint is to be disabled.
    Gone,
}

/// The shortest wait that a receiver's `Retry-After` asks for: one that names now, or a moment that has passed, asks for
/// less all the same.
const RETRY_AFTER_MIN: Duration = Duration::from_secs(1);
/// The longest that a receiver's `Retry-After` may put an attempt off.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Judges an answer by the policy's success codes (inclusive ranges) and what it does on 410.
///
/// `Retry-After` (RFC 9110, 10.2.3) is heard on 429 and 503 only; what can't be understood is as good as none.
pub fn classify(
    answer: &AttemptResult,
    success: &[(u16, u16)],
    gone: Gone,
    now: Timestamp,
) -> Verdict {
    match answer {
        AttemptResult::Failed(_) => Verdict::Failure,
        AttemptResult::Status { code, .. }
            if success.iter().any(|(from, to)| (from..=to).contains(&code)) =>
        {
            Verdict::Success
        }
        AttemptResult::Status { code: 410, .. } if gone == Gone::Disable => Verdict::Gone,
        AttemptResult::Status {
            code: 429 | 503,
            retry_after: Some(value),
        } => match parse_retry_after(value, now) {
            Some(wait) => Verdict::Throttled {
                wait: wait.clamp(RETRY_AFTER_MIN, RETRY_AFTER_MAX),
            },
            None => Verdict::Failure,
        },
        AttemptResult::Status { .. } => Verdict::Failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUCCESS: &[(u16, u16)] = &[(200, 299)];

    fn verdict(code: u16, retry_after: Option<&str>, gone: Gone) -> Verdict {
        let answer = AttemptResult::Status {
            code,
            retry_after: retry_after.map(str::to_owned),
        };
        // Sun, 06 Nov 1994 08:49:37 GMT.
        classify(&answer, SUCCESS, gone, Timestamp::from_ms(784_111_777_000))
    }

    #[test]
    fn only_two_hundreds_succeed() {
        for code in [200, 204, 299] {
            assert_eq!(verdict(code, None, Gone::Retry), Verdict::Success);
        }
        for code in [301, 308, 400, 404, 500, 599] {
            assert_eq!(verdict(code, None, Gone::Retry), Verdict::Failure, "{code}");
        }
    }

    #[test]
    fn gone_disables_only_where_the_policy_says_so() {
        assert_eq!(verdict(410, None, Gone::Disable), Verdict::Gone);
        assert_eq!(verdict(410, None, Gone::Retry), Verdict::Failure);
    }

    #[test]
    fn a_429_or_503_that_says_for_how_long_throttles() {
        let check = |code, value, expected: Option<u64>| {
            let expected = expected.map_or(Verdict::Failure, |seconds| Verdict::Throttled {
                wait: Duration::from_secs(seconds),
            });
            assert_eq!(verdict(code, Some(value), Gone::Retry), expected, "{value}");
        };
        check(429, "120", Some(120));
        check(503, " 7 ", Some(7));
        check(503, "Sun, 06 Nov 1994 08:51:37 GMT", Some(120));
        check(503, "Sun Nov  6 08:51:37 1994", Some(120));
        check(503, "Sun, 06 Nov 1994 08:00:00 GMT", Some(1));
        check(429, "0", Some(1));
        check(503, "99999999999999999999999", Some(24 * 60 * 60));
        check(503, "soon", None);
        check(503, "-5", None);
        for code in [500, 502, 504, 404] {
            check(code, "120", None);
        }
        assert_eq!(verdict(204, Some("120"), Gone::Retry), Verdict::Success);
    }

    #[test]
    fn what_is_our_own_fault_says_nothing_of_the_receiver() {
        for class in [
            ErrorClass::LOCAL_RESOURCES,
            ErrorClass::INTERNAL,
            ErrorClass::RENDER,
        ] {
            assert!(class.is_our_own(), "{class:?}");
        }
        assert!(!ErrorClass::STATUS.is_our_own());
        assert!(!ErrorClass::of("timeout").is_our_own());
    }
}
