//! How an endpoint is asked whether it wants deliveries.

use serde_json::Value;

/// How a dialect asks. JSON places are RFC 6901 pointers.
#[derive(Clone, Debug)]
pub(crate) enum HandshakeRules {
    /// The challenge comes back.
    Echo {
        request: Value,
        challenge: String,
        answer: String,
    },
    /// The challenge comes back with its signature.
    Crc {
        request: Value,
        challenge: String,
        answer: String,
        digest: String,
    },
    /// The endpoint names the origins that may send to it (CloudEvents 1.0 web hooks, 4).
    Options {
        request_header: String,
        answer_header: String,
        /// The header that asks for so many requests a minute.
        rate_request_header: Option<String>,
        /// The header that says how many are allowed.
        rate_answer_header: Option<String>,
    },
}
