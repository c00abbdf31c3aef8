//! What has an attempt shown of its receiver's health?

use std::time::Duration;

use nuncio_domain::{ErrorClass, Verdict};

use crate::throttle::UNTIMED;

/// What an attempt has shown of its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It took the delivery.
    Well,
    /// It answered and is up, if not pleased: a 404, say.
    Neutral,
    /// It answered and is up, and asks for less.
    Throttled {
        /// Nothing more for so long.
        wait: Duration,
    },
    /// It has a fault of its own: a 500.
    Faulty,
    /// It gave no answer, for whatever reason, or said that it is overloaded.
    Strained,
    /// Nothing: the attempt failed on our side.
    Unknown,
}

impl Sign {
    /// The sign in what was judged of an answer, in its status code, or in the error of an attempt that got no whole answer,
    /// whatever its status: 502, 503 and 504 ask for less without a word of when or how much.
    pub(crate) fn of(verdict: Verdict, status: Option<u16>, error: Option<&ErrorClass>) -> Self {
        match (verdict, status, error) {
            (Verdict::Success, ..) => Self::Well,
            (Verdict::Throttled { wait }, ..) => Self::Throttled { wait },
            (_, _, Some(error)) if error.is_our_own() => Self::Unknown,
            (_, _, Some(error)) if *error != ErrorClass::STATUS => Self::Strained,
            (_, Some(429), _) => Self::Throttled { wait: UNTIMED },
            (_, Some(502..=504), _) => Self::Strained,
            (_, Some(500..=599), _) => Self::Faulty,
            (_, Some(_), _) => Self::Neutral,
            (_, None, _) => Self::Strained,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        let check = |verdict, status, error: Option<&'static str>, expected| {
            let error = error.map(ErrorClass::of);
            assert_eq!(
                Sign::of(verdict, status, error.as_ref()),
                expected,
                "{status:?} {error:?}"
            );
        };
        let failed = Verdict::Failure;
        let wait = Duration::from_secs(20);
        check(Verdict::Success, Some(200), None, Sign::Well);
        check(failed, Some(404), Some("status"), Sign::Neutral);
        check(failed, Some(301), Some("status"), Sign::Neutral);
        check(Verdict::Gone, Some(410), Some("status"), Sign::Neutral);
        let throttled = Verdict::Throttled { wait };
        check(
            throttled,
            Some(503),
            Some("status"),
            Sign::Throttled { wait },
        );
        let untimed = Sign::Throttled { wait: UNTIMED };
        check(failed, Some(429), Some("status"), untimed);
        check(failed, Some(502), Some("status"), Sign::Strained);
        check(failed, Some(503), Some("status"), Sign::Strained);
        check(failed, Some(504), Some("status"), Sign::Strained);
        check(failed, Some(500), Some("status"), Sign::Faulty);
        check(failed, None, Some("timeout"), Sign::Strained);
        check(failed, None, Some("dns"), Sign::Strained);
        // It broke off behind its status.
        check(failed, Some(200), Some("closed_early"), Sign::Strained);
        check(failed, Some(404), Some("timeout"), Sign::Strained);
        check(failed, Some(429), Some("closed_early"), Sign::Strained);
        check(failed, None, Some("local_resources"), Sign::Unknown);
        check(failed, None, Some("internal"), Sign::Unknown);
        check(failed, None, Some("render"), Sign::Unknown);
    }
}
