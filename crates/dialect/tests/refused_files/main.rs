//! Files that contradict themselves are refused, with file, line and reason.

mod requests;
mod signatures;

use nuncio_dialect::Dialect;

/// A sound file; each case changes one thing in it.
const SOUND: &str = r#"name = "sample"
title = "Sample"

[secret]
chosen_by = "server"
key = "utf8"
prefix = "whsec_"
format = "base64"
bytes = 24

[[header]]
name = "Sample-Id"
value = "delivery_id"

[[header]]
name = "Sample-Time"
value = "timestamp_s"

[signature]
header = "Sample-Signature"
grammar = "pairs"
rotation = "all"
content = ["delivery_id", { text = "." }, "timestamp_s", { text = "." }, "body"]

[[signature.scheme]]
version = "v1"
algorithm = "hmac-sha256"
output = "hex"

[body]
format = "json"
members = [
  { name = "id", value = "event_id" },
  { name = "data", value = "data" },
]

[receiver]
tolerance_s = 300

[policy]
timeout_ms = 10_000
retry = { delays_s = [0, 5] }
success = [[200, 299]]
https_only = true
handshake = "none"
gone = "retry"

[screen]
filters = ["types"]

[test]
data = '{"a":1}'

[[event]]
type = "a.b"
description = "Something happened."
example = '{}'
"#;

/// Changes `from` into `to` and expects a refusal on `line` whose reason contains `part`.
#[track_caller]
fn check(from: &str, to: &str, line: usize, part: &str) {
    assert!(SOUND.contains(from), "the sound file has no {from:?}");
    let error = Dialect::parse(&SOUND.replacen(from, to, 1), "sample.toml").expect_err(to);
    let shown = error.to_string();
    assert!(error.reason.contains(part), "{to:?}: {shown}");
    assert_eq!(error.line, line, "{to:?}: {shown}");
    assert!(
        shown.starts_with(&format!("sample.toml:{line}: ")),
        "{shown}"
    );
    assert!(!shown.contains('\n'), "{shown:?}");
}

#[test]
fn the_sound_file_is_accepted() {
    Dialect::parse(SOUND, "sample.toml").unwrap();
}

#[test]
fn broken_toml_and_unknown_keys() {
    check("[body]", "[body", 30, "unclosed table");
    check("title = \"Sample\"\n", "", 1, "missing field `title`");
    check("bytes = 24", "bytes = 24\nsize = 3", 10, "size");
    check("[test]", "[tests]", 51, "tests");
    check("title = \"Sample\"", "title = 3", 2, "string");
    check("name = \"Sample-Id\"", "nam = \"Sample-Id\"", 12, "nam");
    check("name = \"sample\"", "name = \"Sample!\"", 1, "Sample!");
}

#[test]
fn files_have_an_end() {
    check(
        "title",
        &format!("# {}\ntitle", "x".repeat(256 * 1024)),
        1,
        "262144",
    );
}

#[test]
fn unknown_fields_and_misplaced_ones() {
    check(
        "value = \"delivery_id\"",
        "value = \"deliveryid\"",
        13,
        "unknown field `deliveryid`",
    );
    check(
        "\"timestamp_s\", { text",
        "\"timestamp\", { text",
        23,
        "unknown field `timestamp`",
    );
    check(
        "value = \"event_id\"",
        "value = \"id\"",
        33,
        "unknown field `id`",
    );
    check(
        "value = \"delivery_id\"",
        "value = \"body\"",
        13,
        "`body` does not fit in a header",
    );
    check(
        "value = \"delivery_id\"",
        "value = { header = \"X\" }",
        13,
        "another header",
    );
    check(
        "value = \"delivery_id\"",
        "value = { txt = \"X\" }",
        13,
        "txt",
    );
    check("value = \"delivery_id\"", "value = []", 13, "empty list");
    check(
        "value = \"event_id\"",
        "value = \"timestamp_s\"",
        33,
        "belongs to an attempt",
    );
    check(
        "value = \"event_id\"",
        "value = [\"data\", { text = \"x\" }]",
        33,
        "cannot be joined",
    );
    check(
        "value = \"event_id\"",
        "value = { header = \"Sample-Id\" }",
        33,
        "headers",
    );
    check(
        "content = [\"delivery_id\"",
        "content = [\"data\"",
        23,
        "`data` cannot be signed alone",
    );
}

#[test]
fn policies_that_never_succeed_or_never_end() {
    check(
        "delays_s = [0, 5]",
        "delays_s = []",
        40,
        "at least one delay",
    );
    check(
        "delays_s = [0, 5]",
        "base_s = 1, factor = 0.5, cap_s = 9, span_s = 9",
        40,
        "factor",
    );
    check(
        "delays_s = [0, 5]",
        "base_s = 1, factor = 2.0, cap_s = 9",
        40,
        "span_s",
    );
    check("timeout_ms = 10_000", "timeout_ms = 0", 40, "timeout_ms");
    let both = "timeout_ms = 10_000\nauto_disable_days = 1\nauto_disable_s = 5";
    check("timeout_ms = 10_000", both, 40, "auto_disable_s");
    let never = "timeout_ms = 10_000\nauto_disable_s = 0";
    check("timeout_ms = 10_000", never, 40, "more than 0");
    check("[[200, 299]]", "[]", 40, "success");
    check("[[200, 299]]", "[[299, 200]]", 40, "success");
    check("[[200, 299]]", "[[100, 299]]", 40, "success");
    check(
        "gone = \"retry\"",
        "gone = \"retry\"\nspeed = 1",
        47,
        "speed",
    );
}

#[test]
fn handshakes_must_be_complete() {
    let with = |table: &str| format!("[handshake]\n{table}\n[screen]");
    check("[screen]", &with(""), 48, "the policy says `none`");
    check("\"none\"", "\"echo\"", 40, "must say how");
    let echo = SOUND.replace("\"none\"", "\"echo\"");
    for (table, part) in [
        ("request = '{}'", "needs `challenge`"),
        (
            "request = '{}'\nchallenge = '/a'\nanswer = '/a'",
            "no place `/a`",
        ),
        (
            "request = '{'\nchallenge = '/a'\nanswer = '/a'",
            "not valid JSON",
        ),
        (
            "request = '{\"a\":1}'\nchallenge = 'a'\nanswer = '/a'",
            "not a valid JSON pointer",
        ),
        (
            "request = '{\"a\":1}'\nchallenge = '/a'\nanswer = '/a'\ndigest = '/b'",
            "another kind",
        ),
    ] {
        let error = Dialect::parse(&echo.replace("[screen]", &with(table)), "x").expect_err(table);
        assert!(error.reason.contains(part), "{table}: {error}");
    }
}

#[test]
fn samples_must_be_publishable() {
    check(
        "example = '{}'",
        "example = '{'",
        57,
        "sample cannot be sent",
    );
    check(
        "data = '{\"a\":1}'",
        "data = '\"\\ud800\"'",
        52,
        "surrogate",
    );
    for wrong in ["a.*", "", " a", "a ", "é", "a\\tb"] {
        let to = format!("type = \"{wrong}\"");
        check("type = \"a.b\"", &to, 55, "not a valid event type");
    }
    check(
        "[[event]]",
        "[[event]]\ntype = \"a.b\"\ndescription = \"\"\nexample = '1'\n[[event]]",
        59,
        "appears twice",
    );
}
