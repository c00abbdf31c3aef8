//! What has an attempt shown of its receiver's health?

use nuncio_domain::ErrorClass;

/// What an attempt has shown of its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It took the delivery.
    Well,
    /// It answered and is up, if not pleased: a 404, say.
    Neutral,
    /// It has a fault of its own: a 500.
    Faulty,
    /// It gave no answer, for whatever reason, or said that it is overloaded.
    Strained,
    /// Nothing: the attempt failed on our side.
    Unknown,
}

/// Failures on our own side, about which no receiver can do anything.
const OUR_OWN: [&str; 3] = ["local_resources", "internal", "render"];

impl Sign {
    /// The sign in a status code, or in the error of an attempt that got no whole answer, whatever its status: 429, 502,
    /// 503 and 504 ask for less.
    pub(crate) fn of(status: Option<u16>, error: Option<&ErrorClass>, succeeded: bool) -> Self {
        match (status, error) {
            _ if succeeded => Self::Well,
            (_, Some(error)) if OUR_OWN.contains(&error.as_str()) => Self::Unknown,
            (_, Some(error)) if *error != ErrorClass::STATUS => Self::Strained,
            (Some(429 | 502 | 503 | 504), _) => Self::Strained,
            (Some(500..=599), _) => Self::Faulty,
            (Some(_), _) => Self::Neutral,
            (None, _) => Self::Strained,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        let check = |status, error: Option<&'static str>, succeeded, expected| {
            let error = error.map(ErrorClass::of);
            assert_eq!(
                Sign::of(status, error.as_ref(), succeeded),
                expected,
                "{status:?} {error:?}"
            );
        };
        check(Some(200), None, true, Sign::Well);
        check(Some(404), Some("status"), false, Sign::Neutral);
        check(Some(301), Some("status"), false, Sign::Neutral);
        check(Some(429), Some("status"), false, Sign::Strained);
        check(Some(503), Some("status"), false, Sign::Strained);
        check(Some(500), Some("status"), false, Sign::Faulty);
        check(None, Some("timeout"), false, Sign::Strained);
        check(None, Some("dns"), false, Sign::Strained);
        // It broke off behind its status.
        check(Some(200), Some("closed_early"), false, Sign::Strained);
        check(Some(404), Some("timeout"), false, Sign::Strained);
        check(None, Some("local_resources"), false, Sign::Unknown);
        check(None, Some("internal"), false, Sign::Unknown);
        check(None, Some("render"), false, Sign::Unknown);
    }
}
