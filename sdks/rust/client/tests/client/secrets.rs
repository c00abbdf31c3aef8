//! Whatever goes wrong, an error shows neither the API key nor what a call sends in confidence.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use nuncio_client::models::{EndpointChange, NewEndpoint, PortalSession, Rotated};
use nuncio_client::{Error, Nuncio, RetryPolicy};
use serde_json::{Value, json};

use crate::scripted_server::{Answer, answer, start};

const KEY: &str = "nk_key_d41d8cd98f00b204";
const SECRETS: [&str; 2] = [
    "whsec_MfKQ9r8GKYqrTwjUPD8I\"quoted\\",
    "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x",
];
const URL: &str = "https://user:url-pass@hooks.example.com/in";

fn endpoint() -> NewEndpoint {
    NewEndpoint {
        secret: Some(SECRETS[0].to_owned()),
        headers: Some(HashMap::from([(
            "Authorization".to_owned(),
            SECRETS[1].to_owned(),
        )])),
        ..NewEndpoint::new(URL, ["*"])
    }
}

fn spellings(secret: &str) -> [String; 3] {
    let within = |quoted: String| quoted[1..quoted.len() - 1].to_owned();
    [
        secret.to_owned(),
        within(Value::from(secret).to_string()),
        within(format!("{secret:?}")),
    ]
}

/// Repeats everything.
fn echo() -> String {
    let secrets = [KEY, SECRETS[0], SECRETS[1]];
    let spelt: Vec<String> = secrets.into_iter().flat_map(spellings).collect();
    format!("{} | {URL}", spelt.join(" | "))
}

#[track_caller]
fn assert_no_secret(error: &Error) {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(link) = cause {
        shown.push_str(&format!("\n{link} {link:?} {link:#?}"));
        cause = link.source();
    }
    for secret in [KEY, SECRETS[0], SECRETS[1], "url-pass"] {
        for spelt in spellings(secret) {
            assert!(!shown.contains(&spelt), "{spelt} is in {shown}");
        }
    }
}

async fn failure(script: Answer) -> Error {
    let scene = start([script]).await;
    let client = Nuncio::builder(KEY)
        .base_url(scene.base_url.clone())
        .retry(RetryPolicy {
            attempts_max: 1,
            ..RetryPolicy::default()
        })
        .timeout(Duration::from_secs(60))
        .build()
        .unwrap();
    client.endpoints().create(&endpoint()).await.unwrap_err()
}

#[tokio::test]
async fn error_of_a_server_that_repeats_the_request_holds_no_secret() {
    for status in [400, 401, 403, 404, 409, 413, 418, 422, 429, 503] {
        let faults = json!([{"pointer": format!("/{KEY}"), "detail": echo()}]);
        let document = json!({"type": format!("urn:x:{KEY}"), "title": echo(), "status": status, "detail": echo(),
            "errors": faults, "request_id": echo()});
        let error = failure(answer(status, document)).await;
        assert!(error.api().unwrap().problem.detail.contains("[secret]"));
        assert_no_secret(&error);
    }
}

#[tokio::test]
async fn error_of_an_answer_that_is_none_holds_no_secret() {
    let id = "nuncio-request-id: nk_key_d41d8cd98f00b204";
    for script in [
        Answer::Full(500, id, echo()),
        Answer::Full(201, "", format!("{{\"secret\": \"{KEY}\" {}", echo())),
        answer(201, json!({"id": [echo()]})),
        answer(201, json!(echo())),
        answer(201, json!({"id": KEY, "events": echo()})),
        Answer::Broken,
    ] {
        assert_no_secret(&failure(script).await);
    }
}

#[test]
fn key_that_no_header_can_carry_is_refused_without_a_word_of_it() {
    for end in ["\n", "\r\nX-Other: 1", " ", "٣", "\0"] {
        let Err(error) = Nuncio::builder(format!("{KEY}{end}")).build() else {
            panic!("{end:?} was taken");
        };
        assert!(matches!(error, Error::InvalidCall(_)), "{error}");
        assert_no_secret(&error);
    }
}

#[test]
fn address_with_a_password_is_refused_without_it() {
    for address in [
        "https://user:url-pass@nuncio.example.com",
        "https://url-pass@nuncio.example.com",
        "u:url-pass@nuncio.example.com",
        "ftp://u:url-pass@nuncio.example.com",
        "https://u:url-pass@nuncio.example.com:x/",
    ] {
        let builder = Nuncio::builder(KEY).base_url(address);
        let shown = format!("{builder:?}");
        assert!(!shown.contains(KEY), "{shown}");
        let Err(error) = builder.build() else {
            panic!("{address} was taken");
        };
        assert!(matches!(error, Error::InvalidCall(_)), "{error}");
        assert_no_secret(&error);
    }
}

#[test]
fn client_that_is_printed_shows_no_key() {
    let shown = format!("{:?}", Nuncio::builder(KEY).build().unwrap());
    assert!(!shown.contains(KEY), "{shown}");
}

#[test]
fn values_that_are_printed_show_no_secret() {
    let [secret, header] = SECRETS;
    let change = EndpointChange {
        secret: Some(Some(secret.to_owned())),
        ..EndpointChange::default()
    };
    let rotated = json!({ "secret": secret, "signing_with": "current" });
    let rotated: Rotated = serde_json::from_value(rotated).expect("a whole one");
    let session = json!({ "url": secret, "token": secret, "expires_at": "2026-01-01T00:00:00Z" });
    let session: PortalSession = serde_json::from_value(session).expect("a whole one");
    let shown = format!("{:?} {change:?} {rotated:?} {session:#?}", endpoint());
    for hidden in [secret, header] {
        for spelt in spellings(hidden) {
            assert!(!shown.contains(&spelt), "{spelt} is in {shown}");
        }
    }
    for kept in [
        "secret: Some([secret])",
        "secret: Some(Some([secret]))",
        "secret: [secret]",
        "signing_with: \"current\"",
        "hooks.example.com",
    ] {
        assert!(shown.contains(kept), "{kept} is not in {shown}");
    }
    assert_eq!(rotated.secret, secret, "the caller has it");
}
