//! Facts that hold for every event, every secret and every byte that arrives.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test does"
)]

use nuncio_dialect::{
    Dialect, Header, Received, SigningKey, VerifyingKey, WireAttempt, WireEvent, builtin,
    canonicalize, check_json,
};
use proptest::prelude::*;

const URL: &str = "https://hooks.example.com/in?a=1";

fn headers(
    dialect: &Dialect,
    event: &WireEvent<'_>,
    body: &[u8],
    at_ms: i64,
    key: &SigningKey,
) -> Vec<Header> {
    let attempt = WireAttempt {
        event,
        delivery_id: "del_1",
        delivery_uuid: "019dca1c-5c7b-8000-8000-000000000000",
        endpoint_id: "ep_1",
        url: URL,
        method: "POST",
        timestamp_ms: at_ms,
        body,
        ..WireAttempt::EMPTY
    };
    dialect.headers(&attempt, std::slice::from_ref(key))
}

fn received<'a>(headers: &'a [(&'a str, &'a str)], body: &'a [u8]) -> Received<'a> {
    Received {
        method: "POST",
        url: URL,
        headers,
        body,
    }
}

fn pairs(headers: &[Header]) -> Vec<(&str, &str)> {
    headers
        .iter()
        .map(|header| (header.name.as_str(), header.value.as_str()))
        .collect()
}

/// JSON with all that a publisher may write, as text: the library must not be asked to make its own input.
fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        any::<i32>().prop_map(|number| number.to_string()),
        "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,4})?",
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| format!("[ {}]", items.join(" ,"))),
            prop::collection::vec(("[a-c0-9]{0,2}", inner), 0..6).prop_map(|members| {
                let members: Vec<String> = members
                    .into_iter()
                    .map(|(name, value)| format!("\"{name}\" : {value}"))
                    .collect();
                format!("{{{}\n}}", members.join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_sent_is_verified_and_a_changed_byte_is_not(
        data in json(),
        id in "[A-Za-z0-9_:-]{1,40}",
        secret in "[ -~]{8,256}",
        at_ms in 0i64..4_102_444_800_000,
        flip in any::<prop::sample::Index>(),
    ) {
        for dialect in builtin() {
            let event = WireEvent { id: &id, kind: "order.paid", tenant: "acme", time_ms: at_ms, data: &data, ..WireEvent::EMPTY };
            let (Ok(key), Ok(body)) = (dialect.parse_secret(&secret), dialect.body(&event)) else {
                continue;
            };
            let headers = headers(dialect, &event, &body, at_ms, &key);
            let headers = pairs(&headers);
            let keys = [VerifyingKey::from(&key)];
            let good = dialect.verify(&received(&headers, &body), &keys, at_ms);
            prop_assert!(good.is_ok(), "{dialect:?}: {good:?}");

            let signs_the_body = !dialect.name().starts_with("cloudevents");
            if signs_the_body && dialect.name() != "twilio" && !body.is_empty() {
                let mut other = body.clone();
                other[flip.index(body.len())] ^= 1;
                prop_assert!(dialect.verify(&received(&headers, &other), &keys, at_ms).is_err());
            }
        }
    }

    #[test]
    fn data_goes_out_byte_for_byte_unless_the_dialect_rewrites_it(data in json()) {
        for dialect in builtin() {
            let event = WireEvent { id: "evt_1", kind: "a.b", tenant: "acme", time_ms: 0, data: &data, ..WireEvent::EMPTY };
            let Ok(body) = dialect.body(&event) else {
                continue;
            };
            let body = String::from_utf8(body).unwrap();
            if dialect.is_canonical() {
                prop_assert_eq!(canonicalize(&body), Ok(body));
            } else if dialect.name() != "twilio" {
                prop_assert!(body.contains(&data));
                prop_assert_eq!(check_json(&body), Ok(()));
            }
        }
    }

    #[test]
    fn the_checker_and_an_ordinary_parser_agree(text in prop_oneof![
        json(),
        "[\\[\\]{}:,\"0-9eE+.a \\\\u-]{0,24}",
        any::<String>(),
    ]) {
        // serde_json refuses numbers beyond f64, which RFC 8259 allows, unless it is told to skip them.
        let parses = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        match check_json(&text) {
            Ok(()) => prop_assert!(parses, "{text:?}"),
            Err(error) => prop_assert!(!parses || error.detail.contains("surrogate"), "{text:?}: {error}"),
        }
    }

    #[test]
    fn canonical_text_stays_and_means_the_same(data in json()) {
        let written = canonicalize(&data).unwrap();
        prop_assert_eq!(canonicalize(&written), Ok(written.clone()));
        let (before, after): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(&data).unwrap(), serde_json::from_str(&written).unwrap());
        prop_assert_eq!(as_floats(before), as_floats(after));
    }

    #[test]
    fn no_event_can_add_a_header_or_break_one(
        id in any::<String>(),
        kind in any::<String>(),
        tenant in any::<String>(),
    ) {
        for dialect in builtin() {
            let event = WireEvent { id: &id, kind: &kind, tenant: &tenant, time_ms: 0, data: "{}", ..WireEvent::EMPTY };
            let key = dialect.parse_secret("12345678").unwrap();
            for header in headers(dialect, &event, b"{}", 0, &key) {
                prop_assert!(header.value.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{header:?}");
            }
        }
    }

    #[test]
    fn whatever_arrives_is_answered_without_panic(
        values in prop::collection::vec(prop_oneof!["[ -~]{0,60}", "[0-9]{1,15}", "v1[,=][a-z]{0,9}"], 6),
        body in any::<Vec<u8>>(),
        now_ms in prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)],
    ) {
        for dialect in builtin() {
            let key = VerifyingKey::from(dialect.parse_secret("12345678").unwrap());
            let names: Vec<&str> = dialect.reserved_headers().collect();
            let headers: Vec<(&str, &str)> =
                names.iter().copied().zip(values.iter().map(String::as_str)).collect();
            prop_assert!(dialect.verify(&received(&headers, &body), &[key], now_ms).is_err());
        }
    }
}

/// Numbers as doubles, so that `1.0` and `1` compare equal.
fn as_floats(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Array(items) => Value::Array(items.into_iter().map(as_floats).collect()),
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .map(|(name, value)| (name, as_floats(value)))
                .collect(),
        ),
        other => other,
    }
}
