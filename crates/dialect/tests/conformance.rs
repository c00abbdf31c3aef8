//! Runs every vector of `conformance/*.json` against the built-in dialect of the same name.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test does"
)]

use std::{fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use nuncio_dialect::{
    Dialect, Received, SigningKey, VerifyError, VerifyingKey, WireAttempt, WireEvent, builtin,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    dialect: String,
    secrets: Vec<SecretCase>,
    render: Vec<RenderCase>,
    sign: Vec<SignCase>,
    verify: Vec<VerifyCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretCase {
    secret: String,
    expect: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventCase {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    tenant: String,
    time_ms: i64,
    data: String,
    /// The server's own id, where it differs from `id`.
    #[serde(default)]
    message_id: String,
    /// What the vendor keeps with the tenant.
    metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

impl EventCase {
    fn event(&self) -> WireEvent<'_> {
        WireEvent {
            id: &self.id,
            kind: &self.kind,
            tenant: &self.tenant,
            time_ms: self.time_ms,
            data: &self.data,
            message_id: &self.message_id,
            metadata: self.metadata.as_ref(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RenderCase {
    name: String,
    event: EventCase,
    body: Option<String>,
    refuse: Option<Refusal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    pointer: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignCase {
    name: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default)]
    secrets: Vec<String>,
    #[serde(default)]
    keys_base64: Vec<String>,
    event: EventCase,
    delivery_id: String,
    delivery_uuid: String,
    endpoint_id: String,
    method: String,
    url: String,
    timestamp_ms: i64,
    body: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    exactly: bool,
    /// Which attempt it is.
    #[serde(default = "first")]
    number: u32,
    /// How the attempt before it failed.
    last_failure: Option<String>,
    /// What stands in `User-Agent`, where the dialect says so itself.
    user_agent: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyCase {
    name: String,
    case: String,
    secrets: Vec<String>,
    now_ms: i64,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
    #[serde(default = "once")]
    body_repeat: usize,
    expect: Expect,
}

const fn first() -> u32 {
    1
}

const fn once() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expect {
    Accept {
        accept: Accepted,
    },
    Refuse {
        refuse: String,
        header: Option<String>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    key: usize,
    version: Option<String>,
    timestamp_ms: Option<i64>,
}

fn file(dialect: &Dialect) -> File {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance");
    let path = folder.join(format!("{}.json", dialect.name()));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let file: File =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    assert_eq!(file.dialect, dialect.name());
    file
}

fn pairs(headers: &[(String, String)]) -> Vec<(&str, &str)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[test]
fn secrets_are_accepted_and_refused_as_the_vectors_say() {
    for dialect in builtin() {
        for case in file(dialect).secrets {
            let accepted = dialect.register_secret(&case.secret).is_ok();
            assert_eq!(
                accepted,
                case.expect == "accept",
                "{}: {:?}",
                dialect.name(),
                case.secret
            );
        }
    }
}

#[test]
fn events_become_exactly_the_bodies_of_the_vectors() {
    for dialect in builtin() {
        for case in file(dialect).render {
            let about = format!("{}: {}", dialect.name(), case.name);
            let event = case.event.event();
            let checked = dialect.check_data(event.data);
            match (case.body, case.refuse) {
                (Some(expected), None) => {
                    assert_eq!(checked, Ok(()), "{about}");
                    let body = dialect.body(&event).unwrap();
                    assert_eq!(String::from_utf8(body).unwrap(), expected, "{about}");
                }
                (None, Some(refusal)) => {
                    assert_eq!(
                        checked.expect_err(&about).pointer,
                        refusal.pointer,
                        "{about}"
                    );
                }
                _ => panic!("{about}: needs a body or a refusal"),
            }
        }
    }
}

#[test]
fn attempts_carry_exactly_the_headers_of_the_vectors() {
    for dialect in builtin() {
        for case in file(dialect).sign {
            sign(dialect, &case);
        }
    }
}

fn sign(dialect: &Dialect, case: &SignCase) {
    let about = format!("{}: {}", dialect.name(), case.name);
    let given = case
        .secrets
        .iter()
        .map(|secret| dialect.parse_secret(secret).unwrap());
    let raw = case
        .keys_base64
        .iter()
        .map(|key| SigningKey::shared(STANDARD.decode(key).unwrap()));
    let keys: Vec<SigningKey> = given.chain(raw).collect();
    let headers = dialect.headers(
        &WireAttempt {
            event: &case.event.event(),
            delivery_id: &case.delivery_id,
            delivery_uuid: &case.delivery_uuid,
            endpoint_id: &case.endpoint_id,
            url: &case.url,
            method: &case.method,
            timestamp_ms: case.timestamp_ms,
            number: case.number,
            last_failure: case.last_failure.as_deref(),
            body: case.body.as_bytes(),
        },
        &keys,
    );
    let sent: Vec<(String, String)> = headers
        .into_iter()
        .map(|header| (header.name, header.value))
        .collect();
    if case.exactly {
        assert_eq!(sent, case.headers, "{about}");
    }
    for header in &case.headers {
        assert!(
            sent.contains(header),
            "{about}: {header:?} is not in {sent:?}"
        );
    }
    assert_eq!(
        dialect.user_agent(),
        case.user_agent.as_deref().or(dialect.user_agent()),
        "{about}"
    );
    let received = Received {
        method: &case.method,
        url: &case.url,
        headers: &pairs(&sent),
        body: case.body.as_bytes(),
    };
    let keys: Vec<VerifyingKey> = keys.into_iter().map(VerifyingKey::from).collect();
    let verified = dialect.verify(&received, &keys, case.timestamp_ms);
    assert!(verified.is_ok(), "{about}: {verified:?}");
}

#[test]
fn requests_are_verified_as_the_vectors_say() {
    for dialect in builtin() {
        for case in file(dialect).verify {
            verify(dialect, &case);
        }
    }
}

fn verify(dialect: &Dialect, case: &VerifyCase) {
    let about = format!("{}: {}: {}", dialect.name(), case.case, case.name);
    let keys: Vec<VerifyingKey> = case
        .secrets
        .iter()
        .map(|secret| dialect.parse_verifying_key(secret).unwrap())
        .collect();
    let body = case.body.repeat(case.body_repeat);
    let received = Received {
        method: &case.method,
        url: &case.url,
        headers: &pairs(&case.headers),
        body: body.as_bytes(),
    };
    match (dialect.verify(&received, &keys, case.now_ms), &case.expect) {
        (Ok(verified), Expect::Accept { accept }) => {
            assert_eq!(verified.key, accept.key, "{about}");
            assert_eq!(verified.version, accept.version, "{about}");
            assert_eq!(verified.timestamp_ms, accept.timestamp_ms, "{about}");
        }
        (Err(error), Expect::Refuse { refuse, header }) => {
            assert_eq!(error.kind(), refuse, "{about}: {error}");
            if let Some(header) = header {
                assert_eq!(header_of(&error), Some(header.as_str()), "{about}");
            }
        }
        (found, _) => panic!("{about}: {found:?}"),
    }
}

fn header_of(error: &VerifyError) -> Option<&str> {
    match error {
        VerifyError::MissingHeader(name) | VerifyError::MalformedHeader { name, .. } => Some(name),
        VerifyError::BadSignature { .. }
        | VerifyError::TooOld { .. }
        | VerifyError::TooNew { .. }
        | VerifyError::Unsigned(_) => None,
    }
}

#[test]
fn every_dialect_has_vectors_of_every_case_that_it_can_have() {
    for dialect in builtin() {
        let file = file(dialect);
        let mut wanted = vec![
            "good",
            "upper_case",
            "empty_body",
            "unicode",
            "wrong_secret",
            "truncated",
            "missing_header",
            "rotated",
        ];
        if dialect.receiver().tolerance_s.is_some() {
            wanted.extend(["stale", "future", "malformed_time", "tampered_time"]);
        }
        if dialect.signs_with_all_keys() {
            wanted.extend(["list", "wrong_version"]);
        }
        for case in wanted {
            let found = file.verify.iter().any(|vector| vector.case == case);
            assert!(
                found,
                "{} has no vector of the case `{case}`",
                dialect.name()
            );
        }
    }
}
