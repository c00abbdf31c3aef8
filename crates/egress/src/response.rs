//! What came back, bounded and safe to store.

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::escape::escape_lossless;

/// A response. Redirects are responses like any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100–999.
    pub status: u16,
    /// Names in lower case and values by [`escape_lossless`], in the order
    /// received as far as HTTP keeps it.
    pub headers: Vec<(String, String)>,
    /// The body, up to the cap of [`ClientLimits`](crate::ClientLimits).
    pub body: Vec<u8>,
    /// There was more than the cap, and it was not read.
    pub body_truncated: bool,
    /// The `Retry-After` header as received, escaped.
    pub retry_after: Option<String>,
}

impl Response {
    pub(crate) fn new(head: &http::response::Parts, body: Vec<u8>, body_truncated: bool) -> Self {
        Self {
            status: head.status.as_u16(),
            headers: escape_headers(&head.headers),
            body,
            body_truncated,
            retry_after: head
                .headers
                .get(RETRY_AFTER)
                .map(|value| escape_lossless(value.as_bytes())),
        }
    }
}

fn escape_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), escape_lossless(value.as_bytes())))
        .collect()
}
