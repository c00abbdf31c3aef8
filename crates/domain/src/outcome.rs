//! What does an answer mean? From status code or error to a verdict.

use std::{fmt, time::Duration};

use nuncio_dialect::Gone;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use crate::Timestamp;

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
}

impl fmt::Debug for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Delivered.
    Success,
    /// To be tried again, not before the given time has passed.
    Failure {
        /// What the receiver asked for.
        retry_after: Option<Duration>,
    },
    /// The receiver wants nothing more, ever: the endpoint is to be disabled.
    Gone,
}

/// Judges an answer by the policy's success codes (inclusive ranges) and what it does on 410.
///
/// `Retry-After` (RFC 9110, 10.2.3: seconds or an HTTP date) is heard on 429 and 503 only.
pub fn classify(answer: &Answer, success: &[(u16, u16)], gone: Gone, now: Timestamp) -> Verdict {
    match answer {
        Answer::Failed(_) => Verdict::Failure { retry_after: None },
        Answer::Status { code, .. }
            if success.iter().any(|(from, to)| (from..=to).contains(&code)) =>
        {
            Verdict::Success
        }
        Answer::Status { code: 410, .. } if gone == Gone::Disable => Verdict::Gone,
        Answer::Status {
            code: 429 | 503,
            retry_after: Some(value),
        } => Verdict::Failure {
            retry_after: parse_retry_after(value, now),
        },
        Answer::Status { .. } => Verdict::Failure { retry_after: None },
    }
}

fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit still mean "very long": the schedule caps it.
        return Some(Duration::from_secs(
            value.parse().unwrap_or(u64::from(u32::MAX)),
        ));
    }
    // An HTTP date is an RFC 2822 date whose zone is written GMT.
    let at = OffsetDateTime::parse(&value.replace("GMT", "+0000"), &Rfc2822).ok()?;
    let at = Timestamp::from_ms(at.unix_timestamp().saturating_mul(1_000));
    Some(at.since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUCCESS: &[(u16, u16)] = &[(200, 299)];

    fn verdict(code: u16, retry_after: Option<&str>, gone: Gone) -> Verdict {
        let answer = Answer::Status {
            code,
            retry_after: retry_after.map(str::to_owned),
        };
        // Sun, 06 Nov 1994 08:49:37 GMT.
        classify(&answer, SUCCESS, gone, Timestamp::from_ms(784_111_777_000))
    }

    fn failure(seconds: Option<u64>) -> Verdict {
        Verdict::Failure {
            retry_after: seconds.map(Duration::from_secs),
        }
    }

    #[test]
    fn only_two_hundreds_succeed() {
        for code in [200, 204, 299] {
            assert_eq!(verdict(code, None, Gone::Retry), Verdict::Success);
        }
        for code in [301, 308, 400, 404, 500, 599] {
            assert_eq!(verdict(code, None, Gone::Retry), failure(None), "{code}");
        }
    }

    #[test]
    fn gone_disables_only_where_the_policy_says_so() {
        assert_eq!(verdict(410, None, Gone::Disable), Verdict::Gone);
        assert_eq!(verdict(410, None, Gone::Retry), failure(None));
    }

    #[test]
    fn retry_after_in_seconds_and_as_a_date() {
        let check = |code, value, expected| {
            assert_eq!(
                verdict(code, Some(value), Gone::Retry),
                failure(expected),
                "{value}"
            );
        };
        check(429, "120", Some(120));
        check(503, " 7 ", Some(7));
        check(503, "Sun, 06 Nov 1994 08:51:37 GMT", Some(120));
        check(503, "Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
        check(503, "99999999999999999999999", Some(u64::from(u32::MAX)));
        check(503, "soon", None);
        check(503, "-5", None);
        check(500, "120", None);
    }
}
