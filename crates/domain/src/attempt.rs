//! An attempt as it is kept: what was sent, what came back, and how long it took.

use serde::{Deserialize, Serialize};

use crate::{AttemptId, ErrorClass, Headers, Timestamp, Trigger};

/// How long the parts of an attempt took, in microseconds; a part that did not take place is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    /// Looking up the name.
    pub dns_us: Option<u32>,
    /// Connecting.
    pub connect_us: Option<u32>,
    /// The TLS handshake.
    pub tls_us: Option<u32>,
    /// From the attempt's beginning to the first byte of the answer.
    pub first_byte_us: Option<u32>,
    /// Everything.
    pub total_us: u32,
}

/// One attempt, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// 1 for a delivery's first attempt.
    pub number: u32,
    /// What set it off.
    pub trigger: Trigger,
    /// When it began, on the wall clock.
    pub started_at: Timestamp,
    /// Where it went.
    pub url: String,
    /// The version of the dialect that rendered it.
    pub dialect_version: i64,
    /// The version of the endpoint's code that changed what the dialect had rendered.
    pub transform_version: Option<i64>,
    /// The entries of the tenant's metadata that its body held: the tenant may have others by now.
    pub body_metadata: serde_json::Map<String, serde_json::Value>,
    /// Headers as sent, in order; the values of the customer's own headers are masked.
    pub request_headers: Headers,
    /// The status code, if there was an answer.
    pub status_code: Option<u16>,
    /// The answer's headers, in order.
    pub response_headers: Headers,
    /// The answer's body, cut to the cap; any bytes.
    pub response_body: Vec<u8>,
    /// Whether it was cut.
    pub response_body_truncated: bool,
    /// Why it failed.
    pub error: Option<ErrorClass>,
    /// The failure in a sentence.
    pub error_detail: Option<String>,
    /// How long it took.
    pub timings: Timings,
}
