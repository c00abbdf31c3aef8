//! What requests look like: headers, bodies, their members.

use nuncio_dialect::Dialect;

use super::{SOUND, check};

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
    check("Sample-Time", "sample-id", 16, "appears twice");
    check("Sample-Signature", "sample-time", 20, "appears twice");
    check(
        "value = \"delivery_id\"",
        "value = { text = \"a\\r\\nX: 1\" }",
        13,
        "cannot stand in a header",
    );
}

#[test]
fn envelopes_that_lose_or_confuse() {
    check("name = \"data\"", "name = \"id\"", 34, "`id` appears twice");
    check(
        "value = \"data\"",
        "value = \"tenant\"",
        30,
        "would be lost",
    );
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
        "`default` only applies to `metadata`",
    );
    refused(
        "{ text = \"a\", words = { a = \"b\" } }",
        "rename the values",
    );
    refused("{ field = \"event_type\", other = \"é\" }", "visible ASCII");
    refused("{ field = \"event_typ\" }", "unknown variant `event_typ`");
    refused("{ field = \"event_type\", text = \"a\" }", "exactly one of");
    refused("{ default = true }", "`default` only applies to `metadata`");
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
