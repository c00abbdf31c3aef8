//! Values that not every request has: entries of the tenant's metadata, retries, the vendor's own words; and several
//! signatures on one request.

use nuncio_dialect::{
    Dialect, Header, Received, SigningKey, VerifyError, VerifyingKey, WireAttempt, WireEvent,
};
use serde_json::{Map, Value, json};

const START: &str = r#"name = "sample"
title = "Sample"

[secret]
chosen_by = "server"
key = "utf8"
format = "hex"
bytes = 32
"#;

const SIGNATURE: &str = r#"
[signature]
header = "Sample-Signature"
grammar = "bare"
rotation = "one"
content = "body"

[[signature.scheme]]
algorithm = "hmac-sha256"
output = "hex"
"#;

const POLICY: &str = r#"
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
data = '{}'
"#;

fn parse(parts: &[&str]) -> Dialect {
    let source = format!("{START}{}{POLICY}", parts.concat());
    Dialect::parse(&source, "sample.toml").unwrap_or_else(|error| panic!("{error}\n{source}"))
}

fn with_headers(headers: &str) -> Dialect {
    parse(&[headers, SIGNATURE, "[body]\nformat = \"json\"\n"])
}

fn with_members(format: &str, members: &str) -> Dialect {
    parse(&[
        SIGNATURE,
        &format!("[body]\nformat = \"{format}\"\nmembers = [\n{members}\n]\n"),
    ])
}

fn metadata(value: Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

const EVENT: WireEvent<'_> = WireEvent {
    id: "evt_1",
    message_id: "msg_1",
    kind: "order.paid",
    tenant: "acme",
    time_ms: 1_777_206_896_123,
    data: "{}",
    metadata: None,
};

fn sent(dialect: &Dialect, attempt: WireAttempt<'_>, keys: &[SigningKey]) -> Vec<(String, String)> {
    let headers = dialect.headers(&attempt, keys).into_iter();
    headers
        .map(|Header { name, value }| (name, value))
        .collect()
}

/// The values of one header of requests with these metadata.
#[track_caller]
fn check_header(value: &str, with: Value, expected: Option<&str>) {
    let dialect = with_headers(&format!("[[header]]\nname = \"Shop\"\nvalue = {value}\n"));
    let with = metadata(with);
    let event = WireEvent {
        metadata: Some(&with),
        ..EVENT
    };
    let attempt = WireAttempt {
        event: &event,
        ..WireAttempt::EMPTY
    };
    let headers = sent(&dialect, attempt, &[]);
    let found = headers.iter().find(|(name, _)| name == "Shop");
    assert_eq!(found.map(|(_, value)| value.as_str()), expected, "{value}");
}

#[test]
fn what_is_part_of_a_uri_is_encoded_for_it() {
    let source = r#"{ metadata = "source", uri = "reference", default = [{ text = "/tenants/" }, { field = "tenant", uri = "segment" }] }"#;
    check_header(source, json!({}), Some("/tenants/acme"));
    check_header(
        source,
        json!({ "source": "urn:a|é#1" }),
        Some("urn:a%7C%C3%A9#1"),
    );
    check_header(source, json!({ "source": 5 }), Some("5"));
    let member = format!(
        "{{ name = \"source\", value = {source} }}, {{ name = \"data\", value = \"data\" }}"
    );
    for (with, expected) in [
        (json!({}), r#"{"source":"/tenants/acme","data":{"a":1}}"#),
        (
            json!({ "source": "https://a.example/b c?d=%7c#e" }),
            r#"{"source":"https://a.example/b%20c?d=%7c#e","data":{"a":1}}"#,
        ),
        (json!({ "source": 5 }), r#"{"source":"5","data":{"a":1}}"#),
    ] {
        check_body("json", &member, with, expected);
    }
}

/// Whatever the tenant is called, the source of its events is a URI reference, which CloudEvents demands.
#[test]
fn sources_of_cloudevents_are_uri_references() {
    let check = |tenant: &str, expected: &str, decoded_once: &str| {
        let event = WireEvent { tenant, ..EVENT };
        let structured = nuncio_dialect::builtin_named("cloudevents").expect("built in");
        let body = structured.body(&event).expect("data");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["source"], expected);
        let binary = nuncio_dialect::builtin_named("cloudevents-binary").expect("built in");
        let attempt = WireAttempt {
            event: &event,
            ..WireAttempt::EMPTY
        };
        let headers = sent(binary, attempt, &[]);
        let found = headers.iter().find(|(name, _)| name == "ce-source");
        assert_eq!(found.map(|(_, value)| value.as_str()), Some(decoded_once));
        assert_eq!(binary.header_text(decoded_once), expected);
    };
    check("acme", "/tenants/acme", "/tenants/acme");
    check(
        "a@b.example",
        "/tenants/a@b.example",
        "/tenants/a@b.example",
    );
    check(
        "auth0|123",
        "/tenants/auth0%7C123",
        "/tenants/auth0%257C123",
    );
    check(
        "a/../b c",
        "/tenants/a%2F..%2Fb%20c",
        "/tenants/a%252F..%252Fb%2520c",
    );
}

#[test]
fn metadata_goes_into_headers_and_a_header_without_it_is_left_out() {
    let alone = "{ metadata = \"shop\" }";
    check_header(alone, json!({ "shop": "a.example" }), Some("a.example"));
    check_header(alone, json!({ "shop": 7.5 }), Some("7.5"));
    check_header(alone, json!({ "shop": true }), Some("true"));
    check_header(alone, json!({ "shop": "" }), Some(""));
    check_header(
        alone,
        json!({ "shop": "x\r\nEvil: 1" }),
        Some("x%0D%0AEvil: 1"),
    );
    check_header(alone, json!({ "shop": "  x " }), Some("x"));
    for none in [
        json!({}),
        json!({ "shop": null }),
        json!({ "shop": ["a"] }),
        json!({ "shop": {} }),
    ] {
        check_header(alone, none, None);
    }
    let joined = "[{ text = \"shop-\" }, { metadata = \"shop\" }]";
    check_header(joined, json!({ "shop": "a" }), Some("shop-a"));
    check_header(joined, json!({}), None);
}

#[test]
fn a_default_stands_in_for_missing_metadata() {
    let check = |default: &str, expected: &str| {
        let value = format!("{{ metadata = \"shop\", default = {default} }}");
        check_header(&value, json!({}), Some(expected));
        check_header(&value, json!({ "shop": "own" }), Some("own"));
    };
    check("{ text = \"none\" }", "none");
    check("\"tenant\"", "acme");
    check("[{ text = \"/tenants/\" }, \"tenant\"]", "/tenants/acme");
    check("true", "true");
    check("7", "7");
}

/// The body of an event of `{"a":1}`.
#[track_caller]
fn check_body(format: &str, members: &str, with: Value, expected: &str) {
    let dialect = with_members(format, members);
    let with = metadata(with);
    let event = WireEvent {
        data: "{\"a\":1}",
        metadata: Some(&with),
        ..EVENT
    };
    let body = dialect.body(&event).expect("a body");
    assert_eq!(String::from_utf8(body).expect("text"), expected);
}

#[test]
fn metadata_keeps_its_type_in_a_body_and_a_member_without_it_is_left_out() {
    let members = "{ name = \"live\", value = { metadata = \"live\", default = true } },\n\
        { name = \"a\", value = { metadata = \"a\" } },\n\
        { name = \"data\", value = \"data\" },\n\
        { name = \"b\", value = [\"tenant\", { metadata = \"b\" }] },";
    for format in ["json", "ecmascript"] {
        check_body(
            format,
            members,
            json!({}),
            r#"{"live":true,"data":{"a":1}}"#,
        );
        check_body(
            format,
            members,
            json!({ "live": false, "a": 12, "b": "-x" }),
            r#"{"live":false,"a":12,"data":{"a":1},"b":"acme-x"}"#,
        );
        check_body(
            format,
            members,
            json!({ "live": "no", "a": "q\"", "b": 1 }),
            r#"{"live":"no","a":"q\"","data":{"a":1},"b":"acme1"}"#,
        );
    }
    // ECMAScript would alter it: it goes out as text.
    let huge = json!({ "a": 12_345_678_901_234_567_890_u64 });
    check_body(
        "ecmascript",
        members,
        huge.clone(),
        r#"{"live":true,"a":"12345678901234567890","data":{"a":1}}"#,
    );
    check_body(
        "json",
        members,
        huge,
        r#"{"live":true,"a":12345678901234567890,"data":{"a":1}}"#,
    );
}

#[test]
fn an_object_whose_first_members_are_left_out_is_still_json() {
    let members = "{ name = \"x\", members = [\n\
        { name = \"a\", value = { metadata = \"a\" } },\n\
        { name = \"b\", value = { metadata = \"b\" } },\n\
        { name = \"inner\", members = [ { name = \"c\", value = { metadata = \"c\" } } ] },\n\
        { name = \"fixed\", json = '1' },\n\
        ] },\n{ name = \"data\", value = \"data\" },";
    let check = |with, expected: &str| check_body("json", members, with, expected);
    check(json!({}), r#"{"x":{"inner":{},"fixed":1},"data":{"a":1}}"#);
    check(
        json!({ "b": 2 }),
        r#"{"x":{"b":2,"inner":{},"fixed":1},"data":{"a":1}}"#,
    );
    check(
        json!({ "a": 1, "b": 2, "c": "{" }),
        r#"{"x":{"a":1,"b":2,"inner":{"c":"{"},"fixed":1},"data":{"a":1}}"#,
    );
}

#[test]
fn retries_say_so_in_the_vendors_words_and_first_attempts_do_not() {
    let dialect = with_headers(
        "[[header]]\nname = \"Attempt\"\nvalue = \"attempt_number\"\n\
         [[header]]\nname = \"Retry\"\nvalue = \"retry_number\"\n\
         [[header]]\nname = \"Reason\"\n\
         value = { field = \"retry_reason\", words = { timeout = \"http_timeout\" }, other = \"unknown_error\" }\n",
    );
    let check = |number, last_failure, expected: &[(&str, &str)]| {
        let attempt = WireAttempt {
            event: &EVENT,
            number,
            last_failure,
            ..WireAttempt::EMPTY
        };
        let headers = sent(&dialect, attempt, &[]);
        let found: Vec<_> = headers
            .iter()
            .filter(|(name, _)| name != "Content-Type")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected);
    };
    check(1, None, &[("Attempt", "1")]);
    check(1, Some("timeout"), &[("Attempt", "1")]);
    let retry = |reason| [("Attempt", "3"), ("Retry", "2"), ("Reason", reason)];
    check(3, Some("timeout"), &retry("http_timeout"));
    check(3, Some("dns"), &retry("unknown_error"));
    check(3, None, &[("Attempt", "3"), ("Retry", "2")]);
}

#[test]
fn the_servers_own_id_of_an_event_can_be_sent_instead_of_the_publishers() {
    let dialect = with_headers(
        "[[header]]\nname = \"Id\"\nvalue = \"event_id\"\n[[header]]\nname = \"Message\"\nvalue = \"message_id\"\n",
    );
    let attempt = |event| WireAttempt {
        event,
        ..WireAttempt::EMPTY
    };
    let headers = sent(&dialect, attempt(&EVENT), &[]);
    assert!(headers.contains(&("Id".to_owned(), "evt_1".to_owned())));
    assert!(headers.contains(&("Message".to_owned(), "msg_1".to_owned())));
    let unnamed = WireEvent {
        message_id: "",
        ..EVENT
    };
    let headers = sent(&dialect, attempt(&unnamed), &[]);
    assert!(headers.contains(&("Message".to_owned(), "evt_1".to_owned())));
}

#[test]
fn a_request_is_written_as_its_dialect_says() {
    let dialect = parse(&[
        "[request]\nuser_agent = \"Sample/1.0\"\nnames = \"lower\"\nvalues = \"cloudevents\"\n",
        "[[header]]\nname = \"ce-type\"\nvalue = \"event_type\"\n",
        SIGNATURE,
        "[body]\nformat = \"json\"\n",
    ]);
    let event = WireEvent {
        kind: "50% off \"x\"",
        ..EVENT
    };
    let attempt = WireAttempt {
        event: &event,
        ..WireAttempt::EMPTY
    };
    assert_eq!(
        sent(&dialect, attempt, &[]),
        [
            ("content-type".to_owned(), "application/json".to_owned()),
            ("ce-type".to_owned(), "50%25%20off%20%22x%22".to_owned()),
        ]
    );
    let lines = dialect.sender_lines("Nuncio/1");
    assert_eq!(
        lines,
        [
            ("user-agent", "Sample/1.0"),
            ("accept-encoding", "identity")
        ]
    );
    let plain = with_headers("");
    assert_eq!(
        plain.sender_lines("Nuncio/1"),
        [("User-Agent", "Nuncio/1"), ("Accept-Encoding", "identity")]
    );
}

const TWO: &str = r#"
[[header]]
name = "Sample-Time"
value = "timestamp_s"

[[signature]]
header = "Sample-Old"
grammar = "bare"
rotation = "one"
receivers = "ignore"
content = "body"

[[signature.scheme]]
algorithm = "hmac-sha1"
output = "hex"
prefix = "sha1="

[[signature]]
header = "Sample-New"
grammar = "bare"
rotation = "one"
content = ["timestamp_s", { text = "." }, "body"]

[[signature.scheme]]
algorithm = "hmac-sha256"
output = "base64"
"#;

/// Verifies a request in `dialect` after `change` had its way with the headers.
fn verify(
    dialect: &Dialect,
    change: impl FnOnce(&mut Vec<(String, String)>),
) -> Result<(), VerifyError> {
    let key = SigningKey::shared(b"correct horse".to_vec());
    let attempt = WireAttempt {
        event: &EVENT,
        timestamp_ms: 1_777_206_896_123,
        body: b"{}",
        ..WireAttempt::EMPTY
    };
    let mut headers = sent(dialect, attempt, std::slice::from_ref(&key));
    change(&mut headers);
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let received = Received {
        method: "POST",
        url: "",
        headers: &headers,
        body: b"{}",
    };
    let keys = [VerifyingKey::from(key)];
    dialect
        .verify(&received, &keys, 1_777_206_896_123)
        .map(drop)
}

fn without(name: &'static str) -> impl FnOnce(&mut Vec<(String, String)>) {
    move |headers| headers.retain(|(found, _)| found != name)
}

#[test]
fn several_signatures_are_sent_and_the_required_one_decides() {
    let dialect = parse(&[TWO, "[body]\nformat = \"json\"\n"]);
    assert_eq!(dialect.signatures().len(), 2);
    assert_eq!(dialect.signature().unwrap().header, "Sample-New");
    let reserved: Vec<_> = dialect.reserved_headers().collect();
    assert!(reserved.contains(&"sample-old") && reserved.contains(&"sample-new"));

    assert_eq!(verify(&dialect, |_| ()), Ok(()));
    assert_eq!(verify(&dialect, without("Sample-Old")), Ok(()));
    let wrong_old = |headers: &mut Vec<(String, String)>| headers[2].1 = "sha1=00".to_owned();
    assert_eq!(verify(&dialect, wrong_old), Ok(()));
    // The weaker one alone proves nothing.
    let missing = VerifyError::MissingHeader("Sample-New".to_owned());
    assert_eq!(verify(&dialect, without("Sample-New")), Err(missing));
    let wrong_new = |headers: &mut Vec<(String, String)>| headers[3].1.replace_range(..1, "?");
    assert!(matches!(
        verify(&dialect, wrong_new),
        Err(VerifyError::BadSignature { header }) if header == "Sample-New"
    ));
}

#[test]
fn every_required_signature_must_fit() {
    let both = TWO.replace("receivers = \"ignore\"\n", "receivers = \"require\"\n");
    let dialect = parse(&[&both, "[body]\nformat = \"json\"\n"]);
    assert_eq!(verify(&dialect, |_| ()), Ok(()));
    for name in ["Sample-Old", "Sample-New"] {
        let missing = VerifyError::MissingHeader(name.to_owned());
        assert_eq!(verify(&dialect, without(name)), Err(missing));
        let wrong = move |headers: &mut Vec<(String, String)>| {
            let found = headers.iter_mut().find(|(found, _)| found == name);
            found.unwrap().1.push('0');
        };
        assert!(verify(&dialect, wrong).is_err());
    }
}

#[test]
fn a_throttled_attempt_counts_where_the_dialect_says_so() {
    use nuncio_dialect::{Throttled, builtin_named};
    for (name, throttled) in [
        ("inviolet", Throttled::Attempt),
        ("deiterate", Throttled::Attempt),
        ("ventryx", Throttled::Attempt),
        ("yativo", Throttled::Attempt),
        ("grantiva", Throttled::Attempt),
        ("standard", Throttled::Wait),
        ("github", Throttled::Wait),
    ] {
        let dialect = builtin_named(name).unwrap();
        assert_eq!(dialect.policy().throttled, throttled, "{name}");
    }
}

#[test]
fn tests_have_the_dialects_own_type() {
    let own = POLICY.replace("[test]\n", "[test]\ntype = \"ping\"\n");
    let source = format!("{START}{SIGNATURE}[body]\nformat = \"json\"\n{own}");
    let dialect = Dialect::parse(&source, "sample.toml").unwrap();
    assert_eq!(dialect.test_type(), "ping");
    assert_eq!(with_headers("").test_type(), "webhook.test");
}
