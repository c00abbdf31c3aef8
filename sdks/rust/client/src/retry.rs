//! When is a call made again?

use std::time::{Duration, SystemTime};

/// How often and how soon a call is made again.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// Attempts in all; 1 never tries again.
    pub attempts_max: u32,
    /// The wait before the second attempt; each further one doubles it.
    pub base: Duration,
    /// The longest wait of its own choice.
    pub cap: Duration,
    /// The longest wait that a server may ask for. If it asks for more, the call fails at once.
    pub retry_after_max: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts within some two seconds, or within two minutes where the server asks for waits.
    fn default() -> Self {
        Self {
            attempts_max: 4,
            base: Duration::from_millis(250),
            cap: Duration::from_secs(8),
            retry_after_max: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// How long to wait before the next attempt, once so many are over; none if there is none.
    ///
    /// It doubles each time, minus up to half of it by chance (0 to 1), so that many clients do not come back together;
    /// it is never shorter than what the server asks for.
    pub(crate) fn wait(
        &self,
        attempts: u32,
        retry_after: Option<Duration>,
        entropy: f64,
    ) -> Option<Duration> {
        let asked = retry_after.unwrap_or_default();
        if attempts >= self.attempts_max || asked > self.retry_after_max {
            return None;
        }
        let doublings = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let full = self.base.saturating_mul(doublings).min(self.cap);
        Some(asked.max(full.mul_f64(1.0 - entropy.clamp(0.0, 1.0) / 2.0)))
    }
}

/// Whether an answer is worth another attempt: the server asks for it (429, 503), or something between answered for it
/// (any other 5xx without a problem document). What the server itself says of a failure stays so.
pub(crate) fn is_transient(status: u16, has_problem: bool) -> bool {
    matches!(status, 429 | 503) || (status >= 500 && !has_problem)
}

/// The value of a `Retry-After` header (RFC 9110, 10.2.3); none if it has no meaning.
pub(crate) fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if is_number {
        return value.parse().ok().map(Duration::from_secs);
    }
    let at = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_follows_the_policy() {
        fn check(attempts: u32, asked_s: u64, entropy: f64, expected_ms: Option<u64>) {
            let policy = RetryPolicy {
                attempts_max: 40,
                ..RetryPolicy::default()
            };
            assert_eq!(
                policy.wait(attempts, Some(Duration::from_secs(asked_s)), entropy),
                expected_ms.map(Duration::from_millis)
            );
        }
        check(1, 0, 0.0, Some(250));
        check(1, 0, 1.0, Some(125));
        check(3, 0, 0.0, Some(1_000));
        check(39, 0, 0.0, Some(8_000));
        check(1, 30, 0.0, Some(30_000));
        check(1, 31, 0.0, None);
        check(40, 0, 0.0, None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        fn check(value: &str, expected_s: Option<u64>) {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
            let expected = expected_s.map(Duration::from_secs);
            assert_eq!(parse_retry_after(value, now), expected, "{value}");
        }
        check(" 2 ", Some(2));
        check("Thu, 01 Jan 1970 00:00:10 GMT", Some(9));
        check("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
        for nonsense in ["", "-1", "+1", "1.5", "soon", "99999999999999999999"] {
            check(nonsense, None);
        }
    }

    #[test]
    fn only_what_may_pass_is_transient() {
        fn check(status: u16, has_problem: bool, expected: bool) {
            assert_eq!(is_transient(status, has_problem), expected, "{status}");
        }
        check(429, true, true);
        check(503, true, true);
        check(500, true, false);
        check(504, false, true);
        check(404, false, false);
    }
}
