//! How an endpoint is asked whether it wants deliveries.

use serde_json::Value;

/// How a dialect asks. JSON places are RFC 6901 pointers.
#[derive(Clone, Debug)]
pub enum HandshakeRules {
    /// The challenge comes back.
    Echo {
        /// The body that is posted.
        request: Value,
        /// Where in it the challenge stands.
        challenge: String,
        /// Where in the answer it is to stand.
        answer: String,
    },
    /// The challenge comes back with its signature.
    Crc {
        /// The body that is posted.
        request: Value,
        /// Where in it the challenge stands.
        challenge: String,
        /// Where in the answer it is to stand.
        answer: String,
        /// Where in the answer its signature is to stand.
        digest: String,
    },
    /// The endpoint names the origins that may send to it (CloudEvents 1.0 web hooks, 4).
    Options {
        /// The header that names the sender.
        request_header: String,
        /// The header that names who may send.
        answer_header: String,
        /// The header that asks for so many requests a minute.
        rate_request_header: Option<String>,
        /// The header that says how many are allowed.
        rate_answer_header: Option<String>,
    },
}
