//! A request as it goes over the wire: rendered and signed by the dialect itself.

use nuncio_dialect::{DataError, Dialect, WireAttempt, WireEvent};
use serde::Serialize;

use crate::Kind;

/// The example's ids and times: of a fixed moment, 2026-04-26 12:34:56 UTC, so that a page changes only when what
/// it describes does.
const EVENT_ID: &str = "evt_05ejr8ds9z2s1k4q8w6t3n7x0c";
const DELIVERY_ID: &str = "del_05ejr8ds9z2s1k4q8w6t3n7x1g";
const DELIVERY_UUID: &str = "019dca1c-5c7b-8e31-8f2a-3d6c0b9e4471";
const ENDPOINT_ID: &str = "ep_05ejr7q2m4xbn6v8c3z5k1h9w0";
const TENANT: &str = "org_2pX9";
const URL: &str = "https://example.com/webhooks";
const OCCURRED_MS: i64 = 1_777_206_896_000;
pub(crate) const ATTEMPTED_MS: i64 = 1_777_206_896_123;

/// A request and what signed it.
#[derive(Debug, Serialize)]
pub(crate) struct Example {
    pub(crate) kind: String,
    pub(crate) url: &'static str,
    pub(crate) secret: String,
    pub(crate) headers: Vec<ExampleHeader>,
    pub(crate) body: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct ExampleHeader {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The request of an event of that type, or of a test event where the catalog has no example.
pub(crate) fn example(dialect: &Dialect, kind: Option<&Kind>) -> Result<Example, DataError> {
    let kind = kind.and_then(|kind| Some((kind.name.as_str(), kind.example.as_deref()?)));
    let (kind, data) = kind.unwrap_or((dialect.test_type(), dialect.test_data()));
    let secret = dialect.generate_secret(&std::array::from_fn(|place| {
        // Any bytes do; these are the same on every page.
        (place as u8).wrapping_mul(151).wrapping_add(43)
    }));
    let event = WireEvent {
        id: EVENT_ID,
        kind,
        tenant: TENANT,
        time_ms: OCCURRED_MS,
        data,
        ..WireEvent::EMPTY
    };
    let body = dialect.body(&event)?;
    let keys: Vec<_> = dialect.parse_secret(&secret).into_iter().collect();
    let headers = dialect.headers(
        &WireAttempt {
            event: &event,
            delivery_id: DELIVERY_ID,
            delivery_uuid: DELIVERY_UUID,
            endpoint_id: ENDPOINT_ID,
            url: URL,
            method: "POST",
            timestamp_ms: ATTEMPTED_MS,
            body: &body,
            ..WireAttempt::EMPTY
        },
        &keys,
    );
    Ok(Example {
        kind: kind.to_owned(),
        url: URL,
        secret,
        headers: headers
            .into_iter()
            .map(|header| ExampleHeader {
                name: header.name,
                value: header.value,
            })
            .collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
