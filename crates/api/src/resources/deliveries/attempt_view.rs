//! An attempt as answers show it: what was sent, what came back, how long it took.

use nuncio_domain::{Attempt, AttemptId, ErrorClass, Headers, Timestamp, Timings};
use serde::Serialize;
use utoipa::ToSchema;

/// A header of a request or response.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Header)]
pub(crate) struct HeaderView {
    /// Its name.
    pub(crate) name: String,
    /// Its value. `***` replaces values of custom headers, credentials and the endpoint's secret.
    pub(crate) value: String,
}

/// How long each part of an attempt took, in microseconds; null for a part that did not happen.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Timings)]
struct TimingsView {
    /// Looking up the name.
    #[schema(required)]
    dns_us: Option<u32>,
    /// Connecting.
    #[schema(required)]
    connect_us: Option<u32>,
    /// The TLS handshake.
    #[schema(required)]
    tls_us: Option<u32>,
    /// From the start of the attempt to the first byte of the response.
    #[schema(required)]
    first_byte_us: Option<u32>,
    /// Everything.
    total_us: u32,
}

impl From<Timings> for TimingsView {
    fn from(timings: Timings) -> Self {
        Self {
            dns_us: timings.dns_us,
            connect_us: timings.connect_us,
            tls_us: timings.tls_us,
            first_byte_us: timings.first_byte_us,
            total_us: timings.total_us,
        }
    }
}

/// One attempt: what was sent, what came back, how long it took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(super) struct AttemptView {
    /// Its id.
    #[schema(value_type = String)]
    id: AttemptId,
    /// 1 for the delivery's first attempt.
    number: u32,
    /// What triggered it: `schedule`, `manual`, `test` or `replay`.
    trigger: &'static str,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// How long it took, in milliseconds.
    duration_ms: u32,
    /// Where it went.
    url: String,
    /// Headers as sent, in order.
    request_headers: Vec<HeaderView>,
    /// The body as sent; null once the payload is erased.
    #[schema(required)]
    request_body: Option<String>,
    /// The version of the endpoint's transformation that made the body; null if none ran.
    #[schema(required)]
    transform_version: Option<i64>,
    /// The response's status code.
    #[schema(required)]
    status_code: Option<u16>,
    /// Response headers, in order.
    response_headers: Vec<HeaderView>,
    /// Body of the response as text; bytes that are not valid UTF-8 are replaced.
    response_body: String,
    /// Whether the stored body was cut off.
    response_body_truncated: bool,
    /// The kind of failure, such as `timeout`, `dns` or `status`.
    #[schema(value_type = Option<String>, required)]
    error: Option<ErrorClass>,
    /// The failure in a sentence.
    #[schema(required)]
    error_detail: Option<String>,
    /// How long each part took.
    timings: TimingsView,
}

impl AttemptView {
    /// Shows an attempt that sent this body.
    pub(super) fn new(attempt: Attempt, request_body: Option<String>) -> Self {
        Self {
            id: attempt.id,
            number: attempt.number,
            trigger: attempt.trigger.as_str(),
            started_at: attempt.started_at,
            duration_ms: attempt.timings.total_us.div_ceil(1_000),
            url: attempt.url,
            request_headers: headers(&attempt.request_headers),
            request_body,
            transform_version: attempt.transform_version,
            status_code: attempt.status_code,
            response_headers: headers(&attempt.response_headers),
            response_body: text(&attempt.response_body),
            response_body_truncated: attempt.response_body_truncated,
            error: attempt.error,
            error_detail: attempt.error_detail,
            timings: attempt.timings.into(),
        }
    }
}

fn headers(headers: &Headers) -> Vec<HeaderView> {
    headers
        .iter()
        .map(|(name, value)| HeaderView {
            name: name.to_owned(),
            value: value.to_owned(),
        })
        .collect()
}

/// Bytes as text; what is not UTF-8 is replaced.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
