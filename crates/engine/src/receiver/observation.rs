//! What has an attempt shown of its receiver's health?

use std::time::Duration;

use nuncio_domain::{ErrorClass, Verdict};

/// What a `429` without a time asks for: the shortest wait that one with a time can.
pub(crate) const UNTIMED: Duration = Duration::from_secs(1);

/// What an attempt has shown of its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Observation {
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

impl Observation {
    /// What was judged of an answer shows, or its status code, or the error of an attempt that got no whole answer,
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
    fn answers_and_errors_are_told_apart() {
        let check = |verdict, status, error: Option<&'static str>, expected| {
            let error = error.map(ErrorClass::of);
            assert_eq!(
                Observation::of(verdict, status, error.as_ref()),
                expected,
                "{status:?} {error:?}"
            );
        };
        let failed = Verdict::Failure;
        let wait = Duration::from_secs(20);
        check(Verdict::Success, Some(200), None, Observation::Well);
        check(failed, Some(404), Some("status"), Observation::Neutral);
        check(failed, Some(301), Some("status"), Observation::Neutral);
        check(
            Verdict::Gone,
            Some(410),
            Some("status"),
            Observation::Neutral,
        );
        let throttled = Verdict::Throttled { wait };
        check(
            throttled,
            Some(503),
            Some("status"),
            Observation::Throttled { wait },
        );
        let untimed = Observation::Throttled { wait: UNTIMED };
        check(failed, Some(429), Some("status"), untimed);
        check(failed, Some(502), Some("status"), Observation::Strained);
        check(failed, Some(503), Some("status"), Observation::Strained);
        check(failed, Some(504), Some("status"), Observation::Strained);
        check(failed, Some(500), Some("status"), Observation::Faulty);
        check(failed, None, Some("timeout"), Observation::Strained);
        check(failed, None, Some("dns"), Observation::Strained);
        // It broke off behind its status.
        check(
            failed,
            Some(200),
            Some("closed_early"),
            Observation::Strained,
        );
        check(failed, Some(404), Some("timeout"), Observation::Strained);
        check(
            failed,
            Some(429),
            Some("closed_early"),
            Observation::Strained,
        );
        check(failed, None, Some("local_resources"), Observation::Unknown);
        check(failed, None, Some("internal"), Observation::Unknown);
        check(failed, None, Some("render"), Observation::Unknown);
    }
}
