//! Times as the wire shows them: RFC 3339 in UTC, of the years 0000 to 9999.

const DAY_MS: i64 = 86_400_000;

/// How much of a second is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    Seconds,
    Milliseconds,
}

/// `2026-04-26T12:34:56Z` or `2026-04-26T12:34:56.123Z`; fractions are cut, not rounded.
pub(crate) fn rfc3339(unix_ms: i64, precision: Precision) -> String {
    let (year, month, day) = civil(unix_ms.div_euclid(DAY_MS));
    let ms = unix_ms.rem_euclid(DAY_MS);
    let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    let seconds = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    match precision {
        Precision::Seconds => seconds + "Z",
        Precision::Milliseconds => format!("{seconds}.{:03}Z", ms % 1000),
    }
}

/// Reads back what [`rfc3339`] writes, and nothing else.
pub(crate) fn parse_rfc3339(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let (precision, fraction) = match text.len() {
        20 => (Precision::Seconds, 0),
        24 => (Precision::Milliseconds, number(20, 23)?),
        _ => return None,
    };
    let days = days(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let unix_ms = days * DAY_MS + seconds * 1000 + fraction;
    // Writing it again refuses the 31st of February, the 25th hour and every other separator at once.
    (rfc3339(unix_ms, precision) == text).then_some(unix_ms)
}

/// Year, month and day of a day counted from 1970-01-01 (Howard Hinnant, "chrono-compatible date algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let year_of_era = year.rem_euclid(400);
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    year.div_euclid(400) * 146_097 + of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(unix_ms: i64, expected: &str) {
        assert_eq!(rfc3339(unix_ms, Precision::Milliseconds), expected);
        assert_eq!(parse_rfc3339(expected), Some(unix_ms));
        let seconds = format!("{}Z", &expected[..19]);
        assert_eq!(rfc3339(unix_ms, Precision::Seconds), seconds);
        assert_eq!(
            parse_rfc3339(&seconds),
            Some(unix_ms - unix_ms.rem_euclid(1000))
        );
    }

    #[test]
    fn times_are_shown_and_read_back() {
        check(0, "1970-01-01T00:00:00.000Z");
        check(1_777_206_896_123, "2026-04-26T12:34:56.123Z");
        check(1_709_164_800_000, "2024-02-29T00:00:00.000Z");
        check(951_782_399_999, "2000-02-28T23:59:59.999Z");
        check(-1, "1969-12-31T23:59:59.999Z");
        check(253_402_300_799_999, "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn other_text_is_no_time() {
        for text in [
            "",
            "2026-02-30T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00+00",
            "2026-01-01T00:00:00,123Z",
            "+026-01-01T00:00:00Z",
            "２026-01-01T00:00:0Z",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
