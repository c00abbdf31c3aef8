//! Handshakes of the built-in dialects that have one, against answers written by hand.

use nuncio_dialect::{Dialect, HandshakeError, HandshakeRequest, builtin_named};

const CHALLENGE: &str = "qgg8vlvZRS6UYooatFL8Aw";

#[track_caller]
fn check(name: &str, headers: &[(&str, &str)], body: &str, expected: Result<(), HandshakeError>) {
    let dialect = dialect(name);
    let key = dialect
        .parse_secret("23fadcd5a4c24d1b")
        .expect("an own secret");
    let found = dialect.check_handshake(CHALLENGE, headers, body.as_bytes(), &key);
    assert_eq!(found, expected, "{name}: {headers:?} {body}");
}

fn dialect(name: &str) -> &'static Dialect {
    builtin_named(name).expect("it is built in")
}

#[track_caller]
fn asks(name: &str, expected: &str) {
    match dialect(name).handshake_request(CHALLENGE) {
        // Members have no order that matters here.
        Some(HandshakeRequest::Post { body }) => {
            let asked: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
            let wanted: serde_json::Value = serde_json::from_str(expected).expect("JSON");
            assert_eq!(asked, wanted);
        }
        Some(HandshakeRequest::Options { header }) => {
            assert_eq!(format!("{}: {}", header.name, header.value), expected);
        }
        None => panic!("{name} asks nothing"),
    }
}

fn missing(place: &str) -> Result<(), HandshakeError> {
    Err(HandshakeError::Missing(place.to_owned()))
}

fn wrong(place: &str) -> Result<(), HandshakeError> {
    Err(HandshakeError::Wrong(place.to_owned()))
}

#[test]
fn an_echo_is_the_challenge_as_json_or_as_text() {
    check(
        "slack",
        &[],
        &format!(r#"{{"challenge":"{CHALLENGE}"}}"#),
        Ok(()),
    );
    check("slack", &[], &format!("{CHALLENGE}\n"), Ok(()));
    check(
        "slack",
        &[],
        r#"{"challenge":"other"}"#,
        wrong("/challenge"),
    );
    check("slack", &[], "", missing("/challenge"));
    check("slack", &[], "ok", missing("/challenge"));
    check("slack", &[], r#"{"challenge":1}"#, missing("/challenge"));
}

#[test]
fn a_crc_is_the_token_and_its_hmac() {
    // printf %s "$CHALLENGE" | openssl dgst -sha256 -hmac 23fadcd5a4c24d1b
    let digest = "296d51183461404deff45f836572337d78ce9e7b580dc86c676a25575e30e20e";
    let answer = |token: &str, digest: &str| {
        format!(r#"{{"plainToken":"{token}","encryptedToken":"{digest}"}}"#)
    };
    check("zoom", &[], &answer(CHALLENGE, digest), Ok(()));
    check("zoom", &[], &answer("other", digest), wrong("/plainToken"));
    check(
        "zoom",
        &[],
        &answer(CHALLENGE, "00"),
        wrong("/encryptedToken"),
    );
    check(
        "zoom",
        &[],
        &format!(r#"{{"plainToken":"{CHALLENGE}"}}"#),
        missing("/encryptedToken"),
    );
    check("zoom", &[], CHALLENGE, missing("/plainToken"));
}

#[test]
fn options_names_the_origins_that_may_send() {
    for name in ["cloudevents", "cloudevents-binary"] {
        let header = "WebHook-Allowed-Origin";
        check(name, &[("webhook-allowed-origin", CHALLENGE)], "", Ok(()));
        check(name, &[(header, "*")], "", Ok(()));
        check(name, &[(header, "other.example")], "", wrong(header));
        check(name, &[], "", missing(header));
    }
}

#[test]
fn requests_hold_the_challenge() {
    asks(
        "slack",
        &format!(r#"{{"challenge":"{CHALLENGE}","type":"url_verification"}}"#),
    );
    asks(
        "zoom",
        &format!(
            r#"{{"event":"endpoint.url_validation","payload":{{"plainToken":"{CHALLENGE}"}}}}"#
        ),
    );
    asks(
        "cloudevents",
        &format!("WebHook-Request-Origin: {CHALLENGE}"),
    );
    assert_eq!(dialect("standard").handshake_request(CHALLENGE), None);
}

#[test]
fn what_is_asked_is_signed_as_an_event_would_be() {
    use nuncio_dialect::{Received, WireAttempt};
    for name in ["slack", "zoom"] {
        let dialect = dialect(name);
        let key = dialect.parse_secret("23fadcd5a4c24d1b").expect("a secret");
        let Some(HandshakeRequest::Post { body }) = dialect.handshake_request(CHALLENGE) else {
            panic!("{name} posts nothing");
        };
        let text = String::from_utf8(body.clone()).expect("text");
        if dialect.is_canonical() {
            assert_eq!(nuncio_dialect::canonicalize(&text), Ok(text), "{name}");
        }
        let attempt = WireAttempt {
            timestamp_ms: 1_000_000,
            body: &body,
            ..WireAttempt::EMPTY
        };
        let headers = dialect.headers(&attempt, std::slice::from_ref(&key));
        let headers: Vec<_> = headers
            .iter()
            .map(|header| (header.name.as_str(), header.value.as_str()))
            .collect();
        let received = Received {
            method: "POST",
            url: "",
            headers: &headers,
            body: &body,
        };
        let verified = dialect.verify(&received, &[key.into()], 1_000_000);
        assert!(verified.is_ok(), "{name}: {verified:?}");
    }
}
