//! Numbers as people read them.

use std::time::Duration;

/// A time span in its largest whole units: `90 s` is "1 min 30 s".
pub(crate) fn span(length: Duration) -> String {
    const DAY_S: u64 = 86_400;
    const UNITS: [(u64, &str); 4] = [(DAY_S, "days"), (3_600, "h"), (60, "min"), (1, "s")];
    let mut rest = length.as_secs();
    let mut parts = Vec::new();
    for (seconds, unit) in UNITS {
        // "24 h" rather than "1 days".
        let is_one_day = seconds == DAY_S && rest < 2 * DAY_S;
        if rest >= seconds && !is_one_day {
            parts.push(format!("{} {unit}", rest / seconds));
            rest %= seconds;
        }
    }
    if parts.is_empty() {
        return if length.is_zero() {
            "at once".to_owned()
        } else {
            format!("{} ms", length.as_millis())
        };
    }
    parts.join(" ")
}

/// Ranges of status codes, as "200 to 299" or "200 and 202 to 204".
pub(crate) fn ranges(ranges: &[(u16, u16)]) -> String {
    let each = ranges.iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first} to {last}")
        }
    });
    list(&each.collect::<Vec<_>>(), "and")
}

/// "a", "a and b", "a, b and c".
pub(crate) fn list(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        let check = |seconds: f64, expected: &str| {
            assert_eq!(span(Duration::from_secs_f64(seconds)), expected);
        };
        check(0.0, "at once");
        check(0.25, "250 ms");
        check(30.0, "30 s");
        check(90.0, "1 min 30 s");
        check(14_400.0, "4 h");
        check(86_400.0, "24 h");
        check(271_805.0, "3 days 3 h 30 min 5 s");
    }

    #[test]
    fn lists() {
        let check = |items: &[&str], expected: &str| {
            let items: Vec<_> = items.iter().map(|item| (*item).to_owned()).collect();
            assert_eq!(list(&items, "and"), expected);
        };
        check(&[], "");
        check(&["a"], "a");
        check(&["a", "b"], "a and b");
        check(&["a", "b", "c"], "a, b and c");
        assert_eq!(ranges(&[(200, 200), (202, 204)]), "200 and 202 to 204");
    }
}
