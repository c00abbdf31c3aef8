//! What the language can say beyond the built-in dialects, with files written here.

use nuncio_dialect::{
    Dialect, Header, Received, SigningKey, VerifyError, VerifyingKey, WireAttempt, WireEvent,
};

const REST: &str = r#"
[body]
format = "json"

[policy]
timeout_ms = 10_000
retry = { base_s = 30, factor = 2.0, cap_s = 600, attempts_max = 5 }
success = [[200, 200], [202, 204]]
https_only = true
handshake = "none"
gone = "retry"

[screen]
filters = ["types"]

[test]
data = '{}'
"#;

const EVENT: WireEvent<'_> = WireEvent {
    id: "evt_1",
    kind: "order.paid",
    tenant: "acme",
    time_ms: 1_777_206_896_123,
    data: "{}",
    ..WireEvent::EMPTY
};

fn dialect(start: &str) -> Dialect {
    let secret = if start.contains("[secret]") {
        ""
    } else {
        "[secret]\nchosen_by = \"server\"\nkey = \"utf8\"\nformat = \"hex\"\nbytes = 32\n"
    };
    let source = format!("name = \"sample\"\ntitle = \"Sample\"\n{start}\n{secret}{REST}");
    Dialect::parse(&source, "sample.toml").unwrap_or_else(|error| panic!("{error}\n{source}"))
}

fn headers(dialect: &Dialect, body: &str, keys: &[SigningKey]) -> Vec<Header> {
    let attempt = WireAttempt {
        event: &EVENT,
        delivery_id: "del_1",
        delivery_uuid: "019dca1c-5c7b-8000-8000-000000000000",
        endpoint_id: "ep_1",
        url: "https://example.com/hook?a=1",
        method: "POST",
        timestamp_ms: 1_777_206_900_500,
        body: body.as_bytes(),
        ..WireAttempt::EMPTY
    };
    dialect.headers(&attempt, keys)
}

fn value<'a>(headers: &'a [Header], name: &str) -> &'a str {
    let found = headers.iter().find(|header| header.name == name);
    &found
        .unwrap_or_else(|| panic!("no {name} in {headers:?}"))
        .value
}

/// Verifies what was sent, with one header replaced.
fn verify(
    dialect: &Dialect,
    sent: &[Header],
    change: (&str, &str),
    key: &SigningKey,
    now_ms: i64,
) -> Result<Option<i64>, VerifyError> {
    let headers: Vec<(&str, &str)> = sent
        .iter()
        .map(|header| match header.name == change.0 {
            true => change,
            false => (header.name.as_str(), header.value.as_str()),
        })
        .collect();
    let received = Received {
        method: "POST",
        url: "https://example.com/hook?a=1",
        headers: &headers,
        body: b"{}",
    };
    dialect
        .verify(&received, &[VerifyingKey::from(key)], now_ms)
        .map(|verified| verified.timestamp_ms)
}

fn bare(algorithm: &str, output: &str) -> Dialect {
    dialect(&format!(
        "[signature]\nheader = \"X-Sig\"\ngrammar = \"bare\"\nrotation = \"one\"\ncontent = \"body\"\n[[signature.scheme]]\nalgorithm = \"{algorithm}\"\noutput = \"{output}\"\n"
    ))
}

#[test]
fn algorithms_give_the_digests_of_their_rfcs() {
    // RFC 2202 and RFC 4231, test case 2.
    for (algorithm, digest) in [
        ("hmac-sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (
            "hmac-sha256",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            "hmac-sha512",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
    ] {
        let key = SigningKey::shared(b"Jefe".to_vec());
        let sent = headers(
            &bare(algorithm, "hex"),
            "what do ya want for nothing?",
            &[key],
        );
        assert_eq!(value(&sent, "X-Sig"), digest, "{algorithm}");
    }
}

#[test]
fn outputs_are_hex_base64_and_base64url() {
    for (output, signature) in [
        ("hex", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        ("base64", "7/zfauXrL6LSdBbV8YTfnCWafHk="),
        ("base64url", "7_zfauXrL6LSdBbV8YTfnCWafHk"),
    ] {
        let key = SigningKey::shared(b"Jefe".to_vec());
        let sent = headers(
            &bare("hmac-sha1", output),
            "what do ya want for nothing?",
            &[key],
        );
        assert_eq!(value(&sent, "X-Sig"), signature);
    }
}

#[test]
fn basic_authentication_is_that_of_rfc_7617() {
    let dialect = dialect(
        "[signature]\nheader = \"Authorization\"\ngrammar = \"bare\"\nrotation = \"one\"\n[[signature.scheme]]\nalgorithm = \"basic\"\nuser = \"Aladdin\"\nprefix = \"Basic \"\n",
    );
    let key = dialect.parse_secret("open sesame").expect("an own secret");
    let sent = headers(&dialect, "{}", std::slice::from_ref(&key));
    assert_eq!(
        value(&sent, "Authorization"),
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    );
    assert_eq!(verify(&dialect, &sent, ("", ""), &key, 0), Ok(None));
}

#[test]
fn content_takes_every_kind_of_piece() {
    let dialect = dialect(
        r#"
[[header]]
name = "X-Time"
value = "timestamp_rfc3339"
[[header]]
name = "X-Subject"
value = ["tenant", { text = "/" }, "event_type"]
[[header]]
name = "X-Endpoint"
value = "endpoint_id"
[signature]
header = "X-Sig"
grammar = "versions"
separator = "; "
rotation = "all"
content = ["method", { text = " " }, "url", { text = "\n" }, "timestamp_rfc3339", { text = "\n" }, { header = "x-subject" }, { text = "\n" }, "endpoint_id", { text = "\n" }, "body"]
[[signature.scheme]]
version = "a"
algorithm = "hmac-sha256"
output = "hex"
[[signature.scheme]]
version = "b"
algorithm = "hmac-sha512"
output = "base64url"
[receiver]
tolerance_s = 60
versions = ["b"]
"#,
    );
    let key = dialect
        .parse_secret("correct horse")
        .expect("an own secret");
    let sent = headers(&dialect, "{}", std::slice::from_ref(&key));
    assert_eq!(value(&sent, "X-Time"), "2026-04-26T12:35:00Z");
    assert_eq!(value(&sent, "X-Subject"), "acme/order.paid");
    // printf 'POST https://example.com/hook?a=1\n2026-04-26T12:35:00Z\nacme/order.paid\nep_1\n{}' | openssl dgst -sha256 -hmac 'correct horse'
    let signature = value(&sent, "X-Sig").to_owned();
    assert!(
        signature
            .starts_with("a,99a073fc4656e16c0d359bb1b7133fd946e3971a1cbb21395b528a5354661f69; b,"),
        "{signature}"
    );
    let signed_ms = 1_777_206_900_000;
    assert_eq!(
        verify(&dialect, &sent, ("", ""), &key, signed_ms + 60_999),
        Ok(Some(signed_ms))
    );
    let age = verify(&dialect, &sent, ("", ""), &key, signed_ms + 61_000);
    assert_eq!(
        age,
        Err(VerifyError::TooOld {
            age_s: 61,
            tolerance_s: 60
        })
    );
    for change in [
        ("X-Subject", "acme/order"),
        ("X-Endpoint", "ep_2"),
        ("X-Time", "2026-04-26T12:35:01Z"),
    ] {
        let refused = verify(&dialect, &sent, change, &key, signed_ms);
        assert!(
            matches!(refused, Err(VerifyError::BadSignature { .. })),
            "{refused:?}"
        );
    }
    let only_a = signature.split("; ").next().unwrap_or_default();
    let refused = verify(&dialect, &sent, ("X-Sig", only_a), &key, signed_ms);
    assert!(
        matches!(refused, Err(VerifyError::BadSignature { .. })),
        "a is not accepted: {refused:?}"
    );
}

#[test]
fn hex_keys_are_decoded_with_and_without_a_prefix() {
    let secret = |prefix: &str| {
        format!(
            "[secret]\nchosen_by = \"server\"\nkey = \"hex\"\n{prefix}format = \"hex\"\nbytes = 16\n[signature]\nheader = \"X-Sig\"\ngrammar = \"bare\"\nrotation = \"one\"\ncontent = \"body\"\n[[signature.scheme]]\nalgorithm = \"hmac-sha256\"\noutput = \"hex\"\n"
        )
    };
    let (with, without) = (
        dialect(&secret("prefix = \"key_\"\n")),
        dialect(&secret("")),
    );
    let sign = |dialect: &Dialect, secret: &str| {
        let key = dialect.parse_secret(secret).expect("a sound secret");
        value(&headers(dialect, "{}", &[key]), "X-Sig").to_owned()
    };
    let raw = SigningKey::shared(vec![0xab; 16]);
    let expected = value(&headers(&with, "{}", &[raw]), "X-Sig").to_owned();
    assert_eq!(sign(&with, &format!("key_{}", "ab".repeat(16))), expected);
    assert_eq!(sign(&without, &"AB".repeat(16)), expected);
    assert_eq!(sign(&with, &"ab".repeat(16)), expected);
    let text = SigningKey::shared(b"no-hexadecimal".to_vec());
    assert_eq!(
        sign(&with, "no-hexadecimal"),
        value(&headers(&with, "{}", &[text]), "X-Sig"),
        "an own secret that does not decode is keyed as its bytes"
    );
    let bytes = with.stored_key(&"ab".repeat(16)).expect("a stored secret");
    assert_ne!(
        value(&headers(&with, "{}", &[bytes]), "X-Sig"),
        expected,
        "one that is kept without its prefix is keyed as its bytes"
    );
    assert!(with.register_secret("key_abcd").is_err());
    assert!(with.parse_secret("key_not hexadecimal").is_err());
    assert!(without.register_secret("not hexadecimal").is_ok());
}

#[test]
fn an_unsigned_dialect_cannot_be_verified() {
    let dialect = dialect("unsigned = true");
    let key = SigningKey::shared(b"12345678".to_vec());
    let sent = headers(&dialect, "{}", std::slice::from_ref(&key));
    assert_eq!(sent.len(), 1, "{sent:?}");
    let refused = verify(&dialect, &sent, ("", ""), &key, 0);
    assert_eq!(refused, Err(VerifyError::Unsigned("sample".to_owned())));
}

#[test]
fn the_file_in_the_reference_is_sound() {
    let reference = include_str!("../../../dialects/README.md");
    let (_, rest) = reference.split_once("```toml\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let dialect = Dialect::parse(example, "README.md").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(dialect.catalog().len(), 1);
    assert_eq!(
        dialect.body(&EVENT).ok().as_deref(),
        Some(&br#"{"id":"evt_1","created_at":"2026-04-26T12:34:56.123Z","data":{}}"#[..])
    );
}
