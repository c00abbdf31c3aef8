//! Times as the wire shows them: RFC 3339, of the years 0000 to 9999; written in UTC, read in every form.

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

/// Unix milliseconds of every form that RFC 3339 allows; what is finer is cut off.
pub(crate) fn parse_rfc3339(text: &str) -> Option<i64> {
    let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    let (start, rest) = text.as_bytes().split_at_checked(19)?;
    let start_shape: Vec<u8> = start.iter().copied().map(shape).collect();
    if !start_shape.eq_ignore_ascii_case(b"0000-00-00T00:00:00") {
        return None;
    }
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
    };
    let (year, month, day) = (
        number(&start[..4]),
        number(&start[5..7]),
        number(&start[8..10]),
    );
    let (hour, minute) = (number(&start[11..13]), number(&start[14..16]));
    let second = number(&start[17..]);
    let date = days(year, month, day);
    // Counting back refuses the 31st of February and the 13th month.
    if civil(date) != (year, month, day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (fraction_ms, offset) = fraction(rest)?;
    let minutes = date * 24 * 60 + hour * 60 + minute - offset_minutes(offset)?;
    let unix_ms = minutes * 60_000 + second * 1000;
    // Leap seconds end a day of UTC. Unix time has no number for one: it counts as the second after it.
    if second == 60 && unix_ms.rem_euclid(DAY_MS) != 0 {
        return None;
    }
    Some(unix_ms + fraction_ms)
}

/// The milliseconds of a fraction, if there is one, and what follows.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else {
        return Some((0, text));
    };
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let (digits, rest) = text.split_at(end);
    let first_three = digits.iter().copied().chain([b'0'; 3]).take(3);
    let ms = first_three.fold(0, |ms, digit| ms * 10 + i64::from(digit - b'0'));
    (!digits.is_empty()).then_some((ms, rest))
}

/// How many minutes ahead of UTC `Z`, `z` or `+02:00` is.
fn offset_minutes(text: &[u8]) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
    match *text {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digit(h1)? * 10 + digit(h2)?, digit(m1)? * 10 + digit(m2)?);
            let ahead = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
            Some(if sign == b'-' { -ahead } else { ahead })
        }
        _ => None,
    }
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
    fn every_form_of_rfc_3339_is_read() {
        let at = 1_777_206_896_000;
        for (text, expected) in [
            ("2026-04-26T12:34:56.1Z", at + 100),
            ("2026-04-26T12:34:56.123456Z", at + 123),
            ("2026-04-26T12:34:56.999999999Z", at + 999),
            ("2026-04-26t12:34:56z", at),
            ("2026-04-26T14:34:56+02:00", at),
            ("2026-04-26T07:04:56.5-05:30", at + 500),
            ("2026-04-26T12:34:56-00:00", at),
            ("0000-01-01T00:00:00+23:59", -62_167_305_540_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("2017-01-01T01:59:60+02:00", 1_483_228_800_000),
        ] {
            assert_eq!(parse_rfc3339(text), Some(expected), "{text}");
        }
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
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1",
            "2026-01-01T00:00:00",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00+24:00",
            "2026-01-01T00:00:00+02:60",
            "2026-01-01T00:00:00+0200",
            "2026-01-01T00:00:00ZZ",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
