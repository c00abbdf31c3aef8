//! When may we come back? What a `Retry-After` header says, in every form that servers send.
//!
//! RFC 9110, 10.2.3 allows seconds and the three forms of an HTTP date (5.6.7). Servers also send fractions of a second,
//! units, quotation marks, RFC 3339 times, numeric zones, Unix times, and the header twice. What can be understood in one
//! way only is understood; the rest says nothing.

use std::time::Duration;

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

use crate::Timestamp;

/// Longer values say nothing that a wait could be: every form fits many times, even in a list.
const BYTES_MAX: usize = 256;
/// From here on a number is no delay (that would be decades) but may be a Unix time.
const UNIX_TIME_MIN: u64 = 1_000_000_000;
/// A number is a Unix time if it lies so close to now: the longest wait that is kept to.
const UNIX_TIME_SPAN_S: u64 = 24 * 60 * 60;
/// RFC 9110, 5.6.7: a year of two digits that would be further ahead than this is one of the century before.
const TWO_DIGIT_YEARS_AHEAD: i32 = 50;

/// How long to wait from `now` (on the wall clock) on: zero for a moment that has passed, `None` for what is not a
/// `Retry-After`. Of several values in one field the longest counts.
pub fn parse_retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if value.len() > BYTES_MAX {
        return None;
    }
    // A date holds a comma itself, so the whole is tried first.
    if let Some(wait) = one(value, now) {
        return Some(wait);
    }
    let parts: Vec<&str> = value.split(',').collect();
    let singles = parts.iter().map(|part| one(part, now));
    let pairs = parts.windows(2).map(|pair| one(&pair.join(","), now));
    // A part of a list that is not understood (`soon, 5`) takes nothing from the others.
    singles.chain(pairs).flatten().max()
}

fn one(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let value = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
        .trim();
    seconds(value, now).or_else(|| Some(date(value, now)?.since(now)))
}

/// `120`, `007`, `1.5`, `120s`, `120 seconds`. More digits than fit mean "very long".
fn seconds(value: &str, now: Timestamp) -> Option<Duration> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = value.split_at(digits);
    if whole.is_empty() {
        return None;
    }
    let (fraction_ms, rest) = fraction_ms(rest)?;
    let unit = rest.trim_start();
    let units = ["", "s", "sec", "secs", "second", "seconds"];
    if !units.iter().any(|known| unit.eq_ignore_ascii_case(known)) {
        return None;
    }
    let whole = whole.parse::<u64>().unwrap_or(u64::from(u32::MAX));
    let now_s = u64::try_from(now.ms() / 1_000).unwrap_or(0);
    if whole >= UNIX_TIME_MIN && whole.abs_diff(now_s) <= UNIX_TIME_SPAN_S {
        return Some(Duration::from_secs(whole.saturating_sub(now_s)));
    }
    Some(Duration::from_secs(whole) + Duration::from_millis(fraction_ms))
}

/// The milliseconds after a decimal point, rounded up, and what follows them.
fn fraction_ms(rest: &str) -> Option<(u64, &str)> {
    let Some(after) = rest.strip_prefix('.') else {
        return Some((0, rest));
    };
    let count = after.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = after.split_at(count);
    let ms = digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(3)
        .fold(0, |ms, digit| ms * 10 + u64::from(digit - b'0'));
    let more = digits.bytes().skip(3).any(|digit| digit != b'0');
    (count > 0).then_some((ms + u64::from(more), rest))
}

/// An HTTP date in any of its forms, whatever its case, day of the week and zone; or an RFC 3339 time.
fn date(value: &str, now: Timestamp) -> Option<Timestamp> {
    if let Ok(at) = value.parse::<Timestamp>() {
        return Some(at);
    }
    let mut found = Found::default();
    for word in value.split(|c: char| c.is_ascii_whitespace() || c == ',') {
        found.take(word)?;
    }
    found.timestamp(now)
}

/// The parts of a date, in whatever order they come: the day stands before the year in every form.
#[derive(Debug, Default)]
struct Found {
    weekday: bool,
    day: Option<u8>,
    month: Option<Month>,
    year: Option<Year>,
    time: Option<Time>,
    zone: Option<UtcOffset>,
}

#[derive(Clone, Copy, Debug)]
enum Year {
    Whole(i32),
    TwoDigits(i32),
}

impl Found {
    /// Takes one word; `None` if it has no place in a date.
    fn take(&mut self, word: &str) -> Option<()> {
        if word.is_empty() {
            return Some(());
        }
        if word.contains(':') {
            return put(&mut self.time, clock(word)?);
        }
        if let Some(zone) = zone(word) {
            return put(&mut self.zone, zone);
        }
        if word.contains('-') {
            return word.split('-').try_for_each(|part| self.plain(part));
        }
        self.plain(word)
    }

    fn plain(&mut self, word: &str) -> Option<()> {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.number(word);
        }
        if let Some(month) = month(word) {
            return put(&mut self.month, month);
        }
        let first = !std::mem::replace(&mut self.weekday, true);
        (first && is_weekday(word)).then_some(())
    }

    fn number(&mut self, word: &str) -> Option<()> {
        if self.day.is_none() {
            return put(
                &mut self.day,
                word.parse().ok().filter(|_| word.len() <= 2)?,
            );
        }
        let year = match word.len() {
            2 => Year::TwoDigits(word.parse().ok()?),
            4 => Year::Whole(word.parse().ok()?),
            _ => return None,
        };
        put(&mut self.year, year)
    }

    fn timestamp(self, now: Timestamp) -> Option<Timestamp> {
        let year = match self.year? {
            Year::Whole(year) => year,
            Year::TwoDigits(year) => {
                let this = OffsetDateTime::from_unix_timestamp(now.ms() / 1_000).ok()?;
                let year = this.year() / 100 * 100 + year;
                let latest = this.year() + TWO_DIGIT_YEARS_AHEAD;
                match year {
                    _ if year > latest => year - 100,
                    _ if year <= latest - 100 => year + 100,
                    _ => year,
                }
            }
        };
        let date = Date::from_calendar_date(year, self.month?, self.day?).ok()?;
        let zone = self.zone.unwrap_or(UtcOffset::UTC);
        let at = date.with_time(self.time?).assume_offset(zone);
        Some(Timestamp::from_ms(
            at.unix_timestamp().saturating_mul(1_000),
        ))
    }
}

/// Puts a part in its place, unless there is one.
fn put<T>(place: &mut Option<T>, part: T) -> Option<()> {
    place.is_none().then(|| *place = Some(part))
}

/// `08:49:37`. A leap second is the second before it.
fn clock(word: &str) -> Option<Time> {
    let mut parts = word.split(':').map(|part| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u8>().ok().filter(|_| digits)
    });
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = match parts.next() {
        None => 0,
        Some(second) => second?.min(60),
    };
    let time = Time::from_hms(hour, minute, if second == 60 { 59 } else { second }).ok()?;
    parts.next().is_none().then_some(time)
}

/// `GMT` and other names of it, or an offset such as `+0200`.
fn zone(word: &str) -> Option<UtcOffset> {
    if ["gmt", "utc", "ut", "z"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
    {
        return Some(UtcOffset::UTC);
    }
    let sign = match word.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = word.get(1..).filter(|digits| digits.len() == 4)?;
    let offset: i8 = digits.get(..2)?.parse().ok()?;
    let minutes: i8 = digits.get(2..)?.parse().ok()?;
    UtcOffset::from_hms(sign * offset, sign * minutes, 0).ok()
}

fn month(word: &str) -> Option<Month> {
    const NAMES: [(&str, Month); 12] = [
        ("january", Month::January),
        ("february", Month::February),
        ("march", Month::March),
        ("april", Month::April),
        ("may", Month::May),
        ("june", Month::June),
        ("july", Month::July),
        ("august", Month::August),
        ("september", Month::September),
        ("october", Month::October),
        ("november", Month::November),
        ("december", Month::December),
    ];
    let of = NAMES.iter().find(|(name, _)| begins(name, word))?;
    Some(of.1)
}

fn is_weekday(word: &str) -> bool {
    let names = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    names.iter().any(|name| begins(name, word))
}

/// Whether a word is a name, or the first three letters of it or more.
fn begins(name: &str, word: &str) -> bool {
    let word = word.strip_suffix('.').unwrap_or(word);
    word.len() >= 3
        && name
            .get(..word.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, as in RFC 9110.
    const NOW: Timestamp = Timestamp::from_ms(784_111_777_000);

    fn check(value: &str, expected_ms: Option<u64>) {
        let found = parse_retry_after(value, NOW);
        assert_eq!(found, expected_ms.map(Duration::from_millis), "{value:?}");
    }

    #[test]
    fn seconds_in_every_form() {
        check("120", Some(120_000));
        check(" \t7 ", Some(7_000));
        check("0", Some(0));
        check("0007", Some(7_000));
        check("1.5", Some(1_500));
        check("0.0001", Some(1));
        check("2.", None);
        check(".5", None);
        check("120s", Some(120_000));
        check("120 Seconds", Some(120_000));
        check("\"120\"", Some(120_000));
        check("99999999999999999999999", Some(u64::from(u32::MAX) * 1_000));
        check("999999999", Some(999_999_999_000));
    }

    #[test]
    fn what_is_no_delay_says_nothing() {
        for value in [
            "",
            " ",
            "soon",
            "-5",
            "+5",
            "1e3",
            "0x10",
            "5 minutes",
            "5m",
            "NaN",
            "٣",
            "12 34",
            "--",
            "\"",
            "\"\"",
            "1.5.5",
            "500ms",
        ] {
            check(value, None);
        }
        check(&"9".repeat(257), None);
    }

    #[test]
    fn every_form_of_a_date_of_rfc_9110() {
        check("Sun, 06 Nov 1994 08:51:37 GMT", Some(120_000));
        check("Sunday, 06-Nov-94 08:51:37 GMT", Some(120_000));
        check("Sun Nov  6 08:51:37 1994", Some(120_000));
        check("Sun Nov 6 08:51:37 1994", Some(120_000));
    }

    #[test]
    fn dates_as_servers_write_them() {
        check("sun, 06 nov 1994 08:51:37 gmt", Some(120_000));
        check("SUNDAY, 06-NOV-94 08:51:37 GMT", Some(120_000));
        check("Mon, 06 Nov 1994 08:51:37 GMT", Some(120_000));
        check("6 Nov 1994 08:51:37 GMT", Some(120_000));
        check("Sun, 06-Nov-1994 08:51:37 GMT", Some(120_000));
        check("Sun, 06 November 1994 08:51:37 UTC", Some(120_000));
        check("Sun, 06 Nov 1994 10:51:37 +0200", Some(120_000));
        check("Sun, 06 Nov 1994 03:51:37 -0500", Some(120_000));
        check("Sun, 06 Nov 1994 08:51:37", Some(120_000));
        check("Sun, 06 Nov 1994 08:50 GMT", Some(23_000));
        check("Sun, 06 Nov 1994 08:51:60 GMT", Some(142_000));
        check("1994-11-06T08:51:37Z", Some(120_000));
        check("1994-11-06T10:51:37.000+02:00", Some(120_000));
        check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
        check("Thu, 01 Jan 1970 00:00:00 GMT", Some(0));
    }

    #[test]
    fn a_year_of_two_digits_is_the_nearer_one() {
        check("Sunday, 06-Nov-95 08:49:37 GMT", Some(365 * 86_400_000));
        // 2044 is fifty years ahead, which is near enough; 2045 would not be.
        check("Sunday, 06-Nov-44 08:49:37 GMT", Some(1_577_923_200_000));
        check("Sunday, 06-Nov-45 08:49:37 GMT", Some(0));
        let later = Timestamp::from_ms(1_777_206_896_000);
        let wait = parse_retry_after("Sunday, 26-Apr-26 12:35:56 GMT", later);
        assert_eq!(wait, Some(Duration::from_secs(60)));
        let wait = parse_retry_after("Sunday, 26-Apr-94 12:35:56 GMT", later);
        assert_eq!(wait, Some(Duration::ZERO));
    }

    #[test]
    fn dates_that_are_none_say_nothing() {
        for value in [
            "Sun, 06 Nov 1994",
            "08:51:37 GMT",
            "Sun, 31 Feb 1994 08:51:37 GMT",
            "Sun, 06 Nov 1994 25:51:37 GMT",
            "Sun, 06 Nov 1994 08:51:37 EST",
            "Sun, 06 Nov 1994 08:51:37 +9999",
            "Sun, 06 Foo 1994 08:51:37 GMT",
            "Sun Sun 06 Nov 1994 08:51:37 GMT",
            "Sun, 06 Nov 1994 1994 08:51:37 GMT",
            "Sun, 06 Nov 19941 08:51:37 GMT",
            "1994-11-06",
        ] {
            check(value, None);
        }
    }

    #[test]
    fn a_unix_time_near_now_is_a_time() {
        let now = Timestamp::from_ms(1_777_206_896_000);
        let wait = |value: &str| parse_retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(wait("1777206916"), Some(20));
        assert_eq!(wait("1777206890"), Some(0));
        assert_eq!(wait("1999999999"), Some(1_999_999_999));
    }

    #[test]
    fn of_several_values_the_longest_counts() {
        check("5, 120", Some(120_000));
        check("5, soon", Some(5_000));
        check("5, Sun, 06 Nov 1994 08:51:37 GMT", Some(120_000));
        check("Sun, 06 Nov 1994 08:50:37 GMT, 7", Some(60_000));
        check("soon, later", None);
    }
}
