//! Files that contradict themselves are refused, with file, line and reason.

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
fn what_is_signed_must_be_sent() {
    check(
        "value = \"timestamp_s\"",
        "value = \"timestamp_ms\"",
        23,
        "`timestamp_s` is signed, but never sent",
    );
    check(
        "value = \"delivery_id\"",
        "value = \"delivery_uuid\"",
        23,
        "`delivery_id` is signed, but never sent",
    );
    check(
        "value = \"delivery_id\"",
        "value = [\"delivery_id\", { text = \"x\" }]",
        23,
        "never sent",
    );
    check(
        "content = [\"delivery_id\"",
        "content = [{ header = \"Other\" }",
        23,
        "`Other` is signed, but never sent",
    );
    check(
        "\"body\"]",
        "\"sorted_form\"]",
        23,
        "the body is not a form",
    );
    check(
        "\"body\"]",
        "\"timestamp_ms\", \"body\"]",
        23,
        "signed twice",
    );
    check(
        "content = [\"delivery_id\", { text = \".\" }, \"timestamp_s\", ",
        "content = [\"delivery_id\", ",
        38,
        "needs a signed timestamp",
    );
    check(", \"body\"]", "]", 23, "the body is not signed");
}

#[test]
fn headers_that_http_forbids_or_owns() {
    for name in [
        "Host",
        "content-length",
        "Content-Type",
        "Transfer-Encoding",
        "Connection",
        "User-Agent",
        "Accept-Encoding",
    ] {
        check("Sample-Id", name, 12, &format!("`{name}` belongs to HTTP"));
        check("Sample-Signature", name, 20, "belongs to HTTP");
    }
    for name in ["", "a b", "a:b", "Ünicode", "a(b)"] {
        check("Sample-Id", name, 12, "is not a valid header name");
    }
    check("Sample-Time", "sample-id", 16, "there twice");
    check("Sample-Signature", "sample-time", 20, "there twice");
    check(
        "value = \"delivery_id\"",
        "value = { text = \"a\\r\\nX: 1\" }",
        13,
        "cannot stand in a header",
    );
}

#[test]
fn signature_headers_that_could_not_be_read_again() {
    check("grammar = \"pairs\"", "grammar = \"list\"", 21, "list");
    check(
        "grammar = \"pairs\"",
        "grammar = \"bare\"",
        26,
        "has no `version`",
    );
    check("version = \"v1\"\n", "", 25, "needs a `version`");
    check(
        "version = \"v1\"",
        "version = \"v=1\"",
        26,
        "is not a valid version",
    );
    check(
        "grammar = \"pairs\"",
        "grammar = \"pairs\"\nseparator = \"a\"",
        22,
        "cannot separate",
    );
    check(
        "grammar = \"pairs\"",
        "grammar = \"pairs\"\nseparator = \"=\"",
        22,
        "cannot separate",
    );
    check(
        "grammar = \"pairs\"",
        "grammar = \"versions\"\ntimestamp_key = \"t\"",
        22,
        "grammar `pairs` only",
    );
    check(
        "grammar = \"pairs\"",
        "grammar = \"pairs\"\ntimestamp_key = \"v1\"",
        22,
        "also a version",
    );
    check("output = \"hex\"", "", 25, "needs an `output`");
    check(
        "output = \"hex\"",
        "output = \"hex\"\nprefix = \"x=\"",
        29,
        "for a bare header",
    );
    check(
        "output = \"hex\"",
        "output = \"hex\"\nuser = \"x\"",
        29,
        "`basic`",
    );
    check("hmac-sha256", "hmac-md5", 27, "hmac-md5");
    check("hmac-sha256", "ed25519", 25, "private_prefix");
    check("hmac-sha256", "token", 27, "grammar `bare`");
    check(
        "output = \"hex\"\n",
        "output = \"hex\"\n[[signature.scheme]]\nversion = \"v1\"\nalgorithm = \"hmac-sha1\"\noutput = \"hex\"\n",
        30,
        "there twice",
    );
    check(
        "[receiver]",
        "[receiver]\nversions = [\"v2\"]",
        38,
        "`v2`, which no scheme signs",
    );
    check("rotation = \"all\"", "rotation = \"both\"", 22, "both");
}

#[test]
fn unsigned_must_be_said_and_meant() {
    let signature = &SOUND[SOUND.find("[signature]").unwrap()..SOUND.find("[body]").unwrap()];
    check(signature, "", 1, "unsigned = true");
    check("title", "unsigned = true\ntitle", 2, "exclude each other");
    let unsigned = SOUND
        .replace(signature, "")
        .replace("tolerance_s = 300", "")
        .replace("title", "unsigned = true\ntitle");
    Dialect::parse(&unsigned, "sample.toml").unwrap();
}

#[test]
fn envelopes_that_lose_or_confuse() {
    check(
        "name = \"data\"",
        "name = \"id\"",
        34,
        "`id` is there twice",
    );
    check("value = \"data\"", "value = \"tenant\"", 30, "lose theirs");
    check(
        "value = \"event_id\"",
        "value = \"data\"",
        30,
        "two members hold `data`",
    );
    check("value = \"event_id\"", "json = '{'", 33, "malformed JSON");
    check(", value = \"event_id\"", "", 33, "exactly one of");
    check(
        "value = \"event_id\"",
        "members = []",
        33,
        "without members",
    );
    check(
        "format = \"json\"",
        "format = \"form\"",
        30,
        "a form body has no `members`",
    );
    check(
        "format = \"json\"",
        "format = \"json\"\ncontent_type = \"json\"",
        32,
        "not a valid content type",
    );
    let canonical = SOUND.replace("format = \"json\"", "format = \"ecmascript\"");
    let error =
        Dialect::parse(&canonical.replace("name = \"data\"", "name = \"1\""), "x").unwrap_err();
    assert!(error.reason.contains("integer-like"), "{error}");
    let error = Dialect::parse(
        &canonical.replace("value = \"event_id\"", "json = '1e400'"),
        "x",
    )
    .unwrap_err();
    assert!(error.reason.contains("1e400"), "{error}");
}

#[test]
fn secrets_that_their_own_dialect_would_refuse() {
    check("bytes = 24", "bytes = 8", 9, "16 to 64");
    check("bytes = 24", "bytes = 65", 9, "16 to 64");
    check(
        "bytes = 24",
        "bytes = 24\nkey_bytes = [24, 64]",
        10,
        "base64 or hex",
    );
    check(
        "key = \"utf8\"",
        "key = \"base64\"\nkey_bytes = [32, 64]",
        7,
        "holds the 24 bytes",
    );
    check("key = \"utf8\"", "key = \"hex\"", 9, "generated as");
    check(
        "prefix = \"whsec_\"",
        "prefix = \"é\"",
        7,
        "printable ASCII",
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
        "there twice",
    );
}

/// [`SOUND`] with a private key as the only kind that signs.
fn pair_only() -> Dialect {
    let pair = "ed25519\"\nprivate_prefix = \"sk_\"\npublic_prefix = \"pk_";
    Dialect::parse(&SOUND.replace("hmac-sha256", pair), "sample.toml").expect("a sound file")
}

#[test]
fn where_only_a_pair_signs_no_shared_secret_is_accepted() {
    let dialect = pair_only();
    let secret = dialect.generate_secret(&[7; 64]);
    assert!(secret.starts_with("sk_"), "{secret}");
    assert!(dialect.parse_secret(&secret).is_ok());
    let error = dialect
        .parse_secret("correct horse battery staple")
        .unwrap_err();
    assert!(error.to_string().contains("private key"), "{error}");
}

#[test]
fn metadata_that_says_too_little_or_too_much() {
    let header = "value = \"delivery_id\"";
    let refused = |value: &str, part: &str| {
        // Line 13 is that header's value; what is signed would fail first, so the header is another one.
        let other = format!("{header}\n\n[[header]]\nname = \"Shop\"\nvalue = {value}");
        check(header, &other, 17, part);
    };
    refused("{ metadata = \"\" }", "needs the name of an entry");
    refused("{ metadata = \"a\", default = [] }", "empty list");
    refused(
        "{ metadata = \"a\", default = { metadata = \"b\" } }",
        "cannot name metadata",
    );
    refused(
        "{ metadata = \"a\", default = \"shop\" }",
        "unknown field `shop`",
    );
    refused(
        "{ metadata = \"a\", default = \"body\" }",
        "`body` does not fit",
    );
    refused(
        "{ metadata = \"a\", default = { text = \"é\" } }",
        "visible ASCII",
    );
    refused("{ metadata = \"a\", default = 1.5 }", "invalid type");
    refused(
        "{ text = \"a\", default = true }",
        "`default` is for `metadata`",
    );
    refused(
        "{ text = \"a\", words = { a = \"b\" } }",
        "rename the values",
    );
    refused("{ field = \"event_type\", other = \"é\" }", "visible ASCII");
    refused("{ field = \"event_typ\" }", "unknown variant `event_typ`");
    refused("{ field = \"event_type\", text = \"a\" }", "exactly one of");
    refused("{ default = true }", "`default` is for `metadata`");
    refused(
        "{ text = \"a\", uri = \"segment\" }",
        "`uri` encodes a `field` or `metadata`",
    );
    refused(
        "{ field = \"tenant\", uri = \"host\" }",
        "unknown variant `host`",
    );
    refused("{ }", "exactly one of");
}

#[test]
fn what_may_be_missing_is_not_signed() {
    check(
        "content = [\"delivery_id\"",
        "content = [{ metadata = \"a\" }, \"delivery_id\"",
        23,
        "sign that with { header",
    );
    check(
        "content = [\"delivery_id\"",
        "content = [\"retry_number\", \"delivery_id\"",
        23,
        "a first attempt has none",
    );
    let header = "value = \"delivery_id\"\n";
    for value in ["{ metadata = \"a\" }", "\"retry_reason\""] {
        let with = SOUND.replacen(
            "content = [\"delivery_id\"",
            "content = [{ header = \"Shop\" }, { text = \".\" }, \"delivery_id\"",
            1,
        );
        let with = with.replacen(
            header,
            &format!("{header}\n[[header]]\nname = \"Shop\"\nvalue = {value}\n"),
            1,
        );
        let error = Dialect::parse(&with, "sample.toml").expect_err(value);
        assert!(
            error.reason.contains("left out of some requests"),
            "{error}"
        );
    }
}

#[test]
fn members_that_no_body_can_hold() {
    let members = "{ name = \"id\", value = \"event_id\" },";
    let refused = |member: &str, part: &str| check(members, member, 33, part);
    refused(
        "{ name = \"n\", value = \"retry_number\" },",
        "belongs to an attempt",
    );
    refused(
        "{ name = \"n\", value = { metadata = \"a\", default = \"timestamp_s\" } },",
        "belongs to an attempt",
    );
    refused(
        "{ name = \"n\", value = { metadata = \"a\", default = \"data\" } },",
        "cannot stand in",
    );
    refused(
        "{ name = \"n\", value = { field = \"data\", other = \"x\" } },",
        "no words to rename",
    );
    refused(
        "{ name = \"n\", value = { metadata = \"a\" }, json = '1' },",
        "exactly one of `value`, `json` and `members`",
    );
    let canonical = SOUND
        .replacen("format = \"json\"", "format = \"ecmascript\"", 1)
        .replacen(
            members,
            "{ name = \"n\", value = { metadata = \"a\", default = 9007199254740993 } },",
            1,
        );
    let error = Dialect::parse(&canonical, "sample.toml").expect_err("a number too large");
    assert!(error.reason.contains("as a string"), "{error}");
}

/// The sound file's signature and its scheme, which a second one can follow.
const SCHEME: &str = "version = \"v1\"\nalgorithm = \"hmac-sha256\"\noutput = \"hex\"\n";

fn second(header: &str, rotation: &str, more: &str, scheme: &str) -> String {
    format!(
        "{SCHEME}\n[[signature]]\nheader = \"{header}\"\ngrammar = \"versions\"\nrotation = \"{rotation}\"\n{more}content = \"body\"\n\n[[signature.scheme]]\nversion = \"v1\"\n{scheme}"
    )
}

#[track_caller]
fn check_second(second: &str, line: usize, part: &str) {
    let several = SOUND
        .replacen("[signature]", "[[signature]]", 1)
        .replacen(SCHEME, second, 1);
    let error = Dialect::parse(&several, "sample.toml").expect_err(second);
    assert!(error.reason.contains(part), "{error}");
    assert_eq!(error.line, line, "{error}");
}

#[test]
fn several_signatures_that_contradict_each_other() {
    let sha256 = "algorithm = \"hmac-sha256\"\noutput = \"hex\"\n";
    let sha512 = "algorithm = \"hmac-sha512\"\noutput = \"hex\"\n";
    let pair = "algorithm = \"ed25519\"\noutput = \"base64\"\nprivate_prefix = \"sk_\"\npublic_prefix = \"pk_\"\n";
    check_second(
        &second("sample-signature", "all", "", sha256),
        31,
        "two signatures go into the header",
    );
    check_second(&second("Sample-Id", "all", "", sha256), 31, "there twice");
    check_second(&second("Other", "one", "", sha256), 33, "rotate alike");
    check_second(
        &second("Other", "all", "receivers = \"ignore\"\n", sha512),
        30,
        "receivers ignore `Other`, but require a weaker one",
    );
    check_second(&second("Other", "all", "", pair), 19, "same kinds of key");
    check_second(
        &second("Other", "all", "receivers = \"maybe\"\n", sha256),
        34,
        "unknown variant `maybe`",
    );
    check(
        "rotation = \"all\"",
        "rotation = \"all\"\nreceivers = \"ignore\"",
        19,
        "one at least must be required",
    );
}

#[test]
fn requests_that_cannot_be_written() {
    let title = "title = \"Sample\"\n";
    let refused = |request: &str, part: &str| {
        check(title, &format!("{title}[request]\n{request}\n"), 4, part);
    };
    refused("user_agent = \"\"", "`user_agent` must be");
    refused("user_agent = \" a\"", "`user_agent` must be");
    refused("user_agent = \"é\"", "`user_agent` must be");
    refused(&format!("user_agent = \"{}\"", "a".repeat(257)), "256");
    refused("names = \"upper\"", "unknown variant `upper`");
    refused("values = \"raw\"", "unknown variant `raw`");
    refused("agent = \"a\"", "unknown field `agent`");
    check(
        "data = '{\"a\":1}'",
        "data = '1'\ntype = \"a*\"",
        53,
        "not a valid event type",
    );
    check(
        "gone = \"retry\"",
        "gone = \"retry\"\nthrottled = \"no\"",
        47,
        "unknown variant `no`",
    );
}
