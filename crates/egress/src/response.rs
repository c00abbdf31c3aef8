//! What came back, bounded and safe to store.

use nuncio_domain::Headers;

use crate::body::BodyReader;
use crate::head::Head;

/// A response. Redirects are responses like any other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100–999.
    pub status: u16,
    /// Names in lower case and values by [`escape_lossless`](crate::escape_lossless), in the order received.
    pub headers: Headers,
    /// The body, up to the cap of [`ClientLimits`](crate::ClientLimits). One that came compressed although nobody asked
    /// for it is unpacked up to the same cap, or, where it can't be, replaced by a sentence that says so.
    pub body: Vec<u8>,
    /// There was more than the cap, and it was not read.
    pub body_truncated: bool,
    /// The `Retry-After` header as received, escaped.
    pub retry_after: Option<String>,
}

impl Response {
    pub(crate) fn new(head: Head, body: BodyReader) -> Self {
        let value = |name: &str| {
            let mut headers = head.headers.iter();
            let found = headers.find(|(other, _)| *other == name);
            found.map(|(_, value)| value.to_owned())
        };
        let retry_after = value("retry-after");
        let (body, body_truncated) = body.into_readable(&head.coding);
        Self {
            status: head.status,
            retry_after,
            headers: head.headers,
            body,
            body_truncated,
        }
    }

    /// What is known of an answer whose headers have not come.
    pub(crate) fn of_status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }
}
