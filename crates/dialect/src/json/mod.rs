//! JSON as the wire needs it: checked without being changed, or rewritten as ECMAScript would write it.
//!
//! Publishers' data is never parsed into a tree and printed again on its way out: a tree loses duplicate
//! keys, key order and the digits of big numbers. It is scanned, and sent as it came.

pub(crate) mod canonical;
pub(crate) mod error;
mod number;
pub(crate) mod scan;
pub(crate) mod string;

use self::{
    error::DataError,
    scan::{Visit, scan},
};

/// Checks that `data` is one JSON text (RFC 8259) without lone surrogates and at most 128 levels deep:
/// what every dialect asks of an event's data.
///
/// # Errors
/// Names the place of the first fault.
pub fn check_json(data: &str) -> Result<(), DataError> {
    struct Nothing;
    impl Visit<'_> for Nothing {}
    scan(data, &mut Nothing)
}

/// Checks what [`check_json`] does, and that ECMAScript could read every number without altering its
/// decimal value: what a dialect with a canonical body asks.
///
/// # Errors
/// Names the place of the first fault; for a number, with the advice to send it as a string.
pub fn check_canonical(data: &str) -> Result<(), DataError> {
    struct Numbers;
    impl Visit<'_> for Numbers {
        fn number(&mut self, text: &str) -> Result<(), String> {
            number::check_ecmascript(text)
        }
    }
    scan(data, &mut Numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(check: fn(&str) -> Result<(), DataError>, data: &str, pointer: &str, part: &str) {
        let error = check(data).expect_err(data);
        assert_eq!(error.pointer, pointer, "{data}: {error}");
        assert!(error.detail.contains(part), "{data}: {error}");
    }

    #[test]
    fn json_is_accepted_as_rfc_8259_defines_it() {
        for data in [
            "null",
            " [ ] ",
            "{}",
            r#"{"a":1,"a":2}"#,
            r#"[-0,0.10,1e400,1E-7,12345678901234567890]"#,
            r#""\ud83d\ude00 \" \\ \/ \b\f\n\r\t \u0000""#,
            "\"\u{2028}\u{7f}é\"",
        ] {
            assert_eq!(check_json(data), Ok(()), "{data}");
        }
    }

    #[test]
    fn malformed_json_is_refused_with_its_place() {
        for (data, pointer, part) in [
            ("", "", "ends"),
            ("{} x", "", "after the end"),
            ("[1,]", "/1", "value"),
            ("[1 2]", "", "`,` or `]`"),
            (r#"{"a":01}"#, "", "`,` or `}`"),
            (r#"{"a":-}"#, "/a", "digit"),
            (r#"{"a":1.}"#, "/a", "digit"),
            (r#"{"a":1e}"#, "/a", "digit"),
            (r#"{"a":.5}"#, "/a", "value"),
            (r#"{"a":nul}"#, "/a", "value"),
            (r#"{"a" 1}"#, "", "`:`"),
            (r#"{a:1}"#, "", "member name"),
            (r#"{"a":1,}"#, "", "member name"),
            ("\"\t\"", "", "control character"),
            (r#""\x""#, "", "escape"),
            (r#""\u12g4""#, "", "escape"),
            ("\"abc", "", "ends"),
            ("\u{feff}{}", "", "value"),
        ] {
            refused(check_json, data, pointer, part);
        }
    }

    #[test]
    fn lone_surrogates_are_refused_in_values_and_names() {
        for (data, pointer) in [
            (r#""\ud800""#, ""),
            (r#"["a","\udc00"]"#, "/1"),
            (r#"{"a/b":{"~":"\ud800\ud800"}}"#, "/a~1b/~0"),
            (r#"{"x":{"\udfff":1}}"#, "/x"),
            (r#""\ud83d\n\ude00""#, ""),
        ] {
            refused(check_json, data, pointer, "surrogate");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(check_json(&nested(128)), Ok(()));
        let error = check_json(&nested(129)).unwrap_err();
        assert!(error.detail.contains("128 levels"), "{error}");
        assert!(check_json(&"[".repeat(1_000_000)).is_err());
    }

    #[test]
    fn numbers_that_ecmascript_would_alter_are_refused() {
        for (data, pointer) in [
            ("12345678901234567890", ""),
            ("[0.1234567890123456789]", "/0"),
            (r#"{"a":{"b":[0,1e400]}}"#, "/a/b/1"),
            (r#"{"":1e-400}"#, "/"),
            ("9007199254740993", ""),
            ("-1e99999999999999999999", ""),
        ] {
            assert_eq!(check_json(data), Ok(()), "{data}");
            refused(check_canonical, data, pointer, "send it as a string");
        }
        for data in [
            "0.1",
            "1.50",
            "1e3",
            "-0",
            "-0.0e9",
            "0e999999999999999999999",
            "1e23",
            "9007199254740992",
        ] {
            assert_eq!(check_canonical(data), Ok(()), "{data}");
        }
    }
}
