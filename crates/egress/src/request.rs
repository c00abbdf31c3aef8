//! What is sent: the caller's request turned into an HTTP/1.1 message.

use std::io::Write;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use nuncio_domain::Headers;
use thiserror::Error;

use crate::endpoint_url::EndpointUrl;

/// Headers that frame the message or steer the connection; the client writes
/// those that are needed itself.
const RESERVED: [&str; 8] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A body up to this length is copied behind the head, so that both leave in one write.
const COPIED_BYTES_MAX: usize = 16 * 1024;

/// Room for the lines that a request has besides the caller's headers.
const OWN_LINES_BYTES: usize = 128;

/// A message ready for the connection.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) method: Method,
    /// The head, and the body if it is short.
    pub(crate) start: Vec<u8>,
    /// The body if it is not in there.
    pub(crate) rest: Bytes,
}

/// One request to one endpoint.
#[derive(Clone)]
pub struct Request<'a> {
    /// Where it goes.
    pub url: &'a EndpointUrl,
    /// `POST` for every delivery.
    pub method: Method,
    /// Names and values, sent in this order. `Host`, the length and
    /// `Accept-Encoding: identity` are added.
    pub headers: &'a Headers,
    /// The body, sent as it is.
    pub body: Bytes,
    /// The time for everything: resolution, connection, TLS, headers, body.
    pub deadline: Duration,
}

/// Why a request cannot be written as HTTP. The value of a header is never
/// named: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The name is not a token of HTTP.
    #[error("header name {0:?} is not valid in HTTP; use letters, digits and hyphens")]
    HeaderName(String),
    /// The value has a control character.
    #[error("value of header {0:?} has a line break or control character; remove it")]
    HeaderValue(String),
    /// The header belongs to the connection.
    #[error("header {0:?} is set by the connection itself; remove it")]
    Reserved(String),
}

impl Request<'_> {
    pub(crate) fn to_message(&self) -> Result<Message, RequestError> {
        let copied = self.body.len() <= COPIED_BYTES_MAX;
        let mut start = Vec::with_capacity(self.start_bytes(copied));
        start.extend_from_slice(self.method.as_str().as_bytes());
        start.push(b' ');
        start.extend_from_slice(self.url.target().as_str().as_bytes());
        start.extend_from_slice(b" HTTP/1.1\r\n");
        write_line(&mut start, b"host", self.url.host_header().as_bytes());
        for (name, value) in self.headers.iter() {
            check_name(name)?;
            check_value(name, value)?;
            if !name.eq_ignore_ascii_case("accept-encoding") {
                write_line(&mut start, name.as_bytes(), value.as_bytes());
            }
        }
        // A compressed response would be a bomb or unreadable in the log.
        write_line(&mut start, b"accept-encoding", b"identity");
        write!(start, "content-length: {}\r\n\r\n", self.body.len())
            .expect("writing to memory never fails");
        let rest = match copied {
            true => {
                start.extend_from_slice(&self.body);
                Bytes::new()
            }
            false => self.body.clone(),
        };
        Ok(Message {
            method: self.method.clone(),
            start,
            rest,
        })
    }

    fn start_bytes(&self, copied: bool) -> usize {
        let headers = self.headers.bytes() + 4 * self.headers.len();
        let target = self.url.target().as_str().len() + self.url.host_header().len();
        let body = if copied { self.body.len() } else { 0 };
        OWN_LINES_BYTES + target + headers + body
    }
}

/// Writes a header. Names are written in lower case, as later versions of HTTP have them.
fn write_line(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    let at = out.len();
    out.extend_from_slice(name);
    out[at..].make_ascii_lowercase();
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// A token (RFC 9110 section 5.6.2) that does not belong to the connection.
fn check_name(name: &str) -> Result<(), RequestError> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(RequestError::HeaderName(name.to_owned()));
    }
    let reserved = |reserved: &&str| reserved.eq_ignore_ascii_case(name);
    match RESERVED.iter().any(reserved) {
        true => Err(RequestError::Reserved(name.to_owned())),
        false => Ok(()),
    }
}

/// Anything but control characters (RFC 9110 section 5.5).
fn check_value(name: &str, value: &str) -> Result<(), RequestError> {
    let is_text = |byte: u8| byte == b'\t' || byte >= b' ' && byte != 0x7f;
    match value.bytes().all(is_text) {
        true => Ok(()),
        false => Err(RequestError::HeaderValue(name.to_owned())),
    }
}
