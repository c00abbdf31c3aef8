//! Points in time, in Unix milliseconds.

use std::{
    fmt,
    ops::{Add, Sub},
    str::FromStr,
    time::Duration,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. Shown as RFC 3339 in UTC with milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// 0000-01-01T00:00:00Z, the first moment that RFC 3339 can write.
const MS_MIN: i64 = -62_167_219_200_000;
/// 9999-12-31T23:59:59.999Z, the last.
const MS_MAX: i64 = 253_402_300_799_999;

/// Text that is no RFC 3339 time between the years 0000 and 9999.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a valid RFC 3339 time, such as 2026-04-26T12:34:56.000Z")]
pub struct TimestampError(pub String);

impl Timestamp {
    /// From Unix milliseconds.
    pub const fn from_ms(unix_ms: i64) -> Self {
        Self(unix_ms)
    }
    /// Unix milliseconds.
    pub const fn ms(self) -> i64 {
        self.0
    }
    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, length: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(length.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    fn sub(self, length: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(length.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(at) = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
        else {
            return write!(f, "{}ms", self.0);
        };
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let refused = || TimestampError(text.to_owned());
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| refused())?;
        // Cut, not rounded, before 1970 as well as after.
        let ms = at.unix_timestamp_nanos().div_euclid(1_000_000);
        let ms = i64::try_from(ms).map_err(|_| refused())?;
        // An offset can lead out of the years that can be written.
        match (MS_MIN..=MS_MAX).contains(&ms) {
            true => Ok(Self(ms)),
            false => Err(refused()),
        }
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_in_utc_with_milliseconds() {
        let at = Timestamp::from_ms(1_777_206_896_123);
        assert_eq!(at.to_string(), "2026-04-26T12:34:56.123Z");
        assert_eq!("2026-04-26T14:34:56.123+02:00".parse(), Ok(at));
    }

    #[test]
    fn times_before_1970_are_times() {
        let check = |text: &str, ms: i64, shown: &str| {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!((at.ms(), at.to_string().as_str()), (ms, shown));
        };
        check("1969-12-31T23:59:59Z", -1_000, "1969-12-31T23:59:59.000Z");
        check("1969-12-31T23:59:59.9999Z", -1, "1969-12-31T23:59:59.999Z");
        check(
            "1900-01-01T00:00:00+02:00",
            -2_208_996_000_000,
            "1899-12-31T22:00:00.000Z",
        );
        check("0000-01-01T00:00:00Z", MS_MIN, "0000-01-01T00:00:00.000Z");
        check(
            "9999-12-31T23:59:59.999Z",
            MS_MAX,
            "9999-12-31T23:59:59.999Z",
        );
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-04-26",
            "0000-01-01T00:00:00+02:00",
            "9999-12-31T23:59:59-02:00",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn since_is_never_negative() {
        let (early, late) = (Timestamp::from_ms(1), Timestamp::from_ms(3));
        assert_eq!(late.since(early), Duration::from_millis(2));
        assert_eq!(early.since(late), Duration::ZERO);
    }
}
