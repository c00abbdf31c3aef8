//! Every `verify` vector of `conformance/`, through this library.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test does"
)]

use std::{fs, path::Path};

use nuncio_dialect::builtin;
use nuncio_webhooks::{Request, SetupError, Webhook};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct File {
    verify: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    secrets: Vec<String>,
    now_ms: i64,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
    #[serde(default = "once")]
    body_repeat: usize,
    expect: Value,
}

#[test]
fn every_vector_is_judged_as_it_says() {
    for dialect in builtin() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../conformance");
        let text = fs::read_to_string(folder.join(format!("{}.json", dialect.name()))).unwrap();
        let file: File = serde_json::from_str(&text).unwrap();
        assert!(file.verify.len() > 10);
        for case in file.verify {
            check(dialect.name(), &case);
        }
    }
}

const fn once() -> usize {
    1
}

fn check(dialect: &str, case: &Case) {
    let name = format!("{dialect}: {}", case.name);
    let webhook = match Webhook::new(dialect, &case.secrets) {
        Ok(webhook) => webhook,
        Err(error) => {
            assert!(case.expect["refuse"].is_string(), "{name}: {error}");
            return;
        }
    };
    let headers: Vec<_> = case
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let body = case.body.repeat(case.body_repeat);
    let request = Request {
        method: &case.method,
        url: &case.url,
        headers: &headers,
        body: body.as_bytes(),
    };
    match webhook.verify_at(&request, case.now_ms) {
        Ok(event) => {
            let accept = &case.expect["accept"];
            assert_eq!(accept["key"], event.key, "{name}");
            assert_eq!(
                accept["version"].as_str(),
                event.version.as_deref(),
                "{name}"
            );
            assert_eq!(
                accept["timestamp_ms"].as_i64(),
                event.timestamp_ms,
                "{name}"
            );
        }
        // A genuine signature of what is no JSON: the vectors judge signatures only.
        Err(error) if error.code() == "malformed_body" => {
            assert!(case.expect["accept"].is_object(), "{name}: {error}");
        }
        Err(error) => {
            assert_eq!(case.expect["refuse"], error.code(), "{name}: {error}");
            if let Some(header) = case.expect["header"].as_str() {
                assert_eq!(Some(header), error.header(), "{name}");
            }
        }
    }
}

#[test]
fn a_receiver_that_cannot_work_is_refused_at_once() {
    let check = |dialect: &str, secrets: &[&str], expected: fn(&SetupError) -> bool| {
        let error = Webhook::new(dialect, secrets).unwrap_err();
        assert!(expected(&error), "{error}");
    };
    check("acme", &["12345678"], |error| {
        matches!(error, SetupError::UnknownDialect(_))
    });
    check("stripe", &[], |error| *error == SetupError::NoSecret);
    check("stripe", &["whsec_12345678", "short"], |error| {
        matches!(error, SetupError::Secret { number: 2, .. })
    });
}
