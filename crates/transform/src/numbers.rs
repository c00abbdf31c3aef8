//! Numbers that JavaScript can't hold exactly.
//!
//! A whole number beyond 2⁵³ reaches the handler as a `BigInt`, and leaves it digit for digit. `JSON.parse` knows no
//! `BigInt`, so such a number goes in as a string that begins with a mark, which the prelude turns into one, and comes back
//! so. A fraction or exponent that a double can't hold has no such type: it is rounded, and a payload that held one and
//! was changed is refused.

use std::ops::Range;

use nuncio_dialect::altered_numbers;

use crate::TransformError;

/// A private-use character: nothing that people write begins a mark by chance.
const MARK: char = '\u{f8fe}';

/// A payload as the prelude reads it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    /// The JSON text.
    pub(crate) text: String,
    /// What a marked number begins with; empty where there is none.
    pub(crate) mark: String,
    /// A number that is rounded, as it was written.
    pub(crate) rounded: Option<String>,
}

/// Marks the whole numbers that JavaScript can't hold.
pub(crate) fn mark(payload: String) -> Result<Marked, TransformError> {
    let altered = altered_numbers(&payload)
        .map_err(|error| TransformError::result(format!("the payload is not JSON: {error}")))?;
    let is_whole = |range: &Range<usize>| {
        let text = payload[range.clone()].trim_start_matches('-');
        text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (whole, fractions): (Vec<_>, Vec<_>) = altered.into_iter().partition(is_whole);
    let rounded = fractions
        .first()
        .map(|range| payload[range.clone()].to_owned());
    if whole.is_empty() {
        return Ok(Marked {
            text: payload,
            mark: String::new(),
            rounded,
        });
    }
    let mark = free_mark(&payload);
    let mut text = String::with_capacity(payload.len() + whole.len() * (mark.len() + 2));
    let mut from = 0;
    for range in whole {
        text.push_str(&payload[from..range.start]);
        text.push('"');
        text.push_str(&mark);
        text.push_str(&payload[range.clone()]);
        text.push('"');
        from = range.end;
    }
    text.push_str(&payload[from..]);
    Ok(Marked {
        text,
        mark,
        rounded,
    })
}

/// A mark that the payload does not hold: one more character than the longest run of them in it. One that is written as
/// an escape is found too, since an escaped one is six characters of something else.
fn free_mark(payload: &str) -> String {
    let escaped = payload.to_ascii_lowercase().matches("\\uf8fe").count();
    let plain = payload.matches(MARK).count();
    String::from_iter(std::iter::repeat_n(MARK, escaped + plain + 1))
}

/// The text with every marked number a number again.
pub(crate) fn unmark(text: String, mark: &str) -> String {
    if mark.is_empty() || !text.contains(mark) {
        return text;
    }
    let opening = format!("\"{mark}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(&opening) {
        out.push_str(before);
        let end = after.find('"').unwrap_or(after.len());
        let digits = &after[..end];
        let is_number = digits
            .trim_start_matches('-')
            .bytes()
            .all(|byte| byte.is_ascii_digit());
        if is_number && !digits.is_empty() {
            out.push_str(digits);
            rest = after.get(end + 1..).unwrap_or_default();
        } else {
            out.push_str(&opening);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_come_back_digit_for_digit() {
        for payload in [
            r#"{"id":12345678901234567890,"n":[-98765432109876543210,1],"s":"12345678901234567890"}"#,
            "{\"id\":12345678901234567890,\"s\":\"\u{f8fe}1\",\"t\":\"\\uF8FE\\uf8fe\"}",
            "12345678901234567890",
        ] {
            let marked = mark(payload.to_owned()).unwrap();
            assert_ne!(marked.text, payload);
            assert_eq!(marked.rounded, None);
            assert_eq!(unmark(marked.text, &marked.mark), payload);
        }
    }

    #[test]
    fn what_javascript_holds_is_left_alone() {
        let payload = r#"{"a":1.50,"b":9007199254740992,"c":1e3}"#;
        let marked = mark(payload.to_owned()).unwrap();
        assert_eq!((marked.text.as_str(), marked.mark.as_str()), (payload, ""));
    }

    #[test]
    fn a_fraction_that_is_rounded_is_named() {
        let marked = mark(r#"[0.12345678901234567890]"#.to_owned()).unwrap();
        assert_eq!(marked.rounded.as_deref(), Some("0.12345678901234567890"));
    }
}
