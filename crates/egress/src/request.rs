//! What is sent: the caller's request turned into an HTTP/1.1 message.

use std::time::Duration;

use bytes::Bytes;
use http::Method;
use nuncio_domain::Headers;
use thiserror::Error;

use crate::endpoint_url::EndpointUrl;
use crate::owner::Owner;
use crate::tls_settings::TlsSettings;

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

/// Unless the caller says otherwise: a compressed response is no use to whoever reads the log.
const ACCEPT_ENCODING: &str = "Accept-Encoding";

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
    /// On whose behalf: connections are kept apart by it.
    pub owner: &'a Owner,
    /// TLS settings of its endpoint; `None` is TLS as with everybody.
    pub tls: Option<&'a TlsSettings>,
    /// `POST` for every delivery.
    pub method: Method,
    /// Names and values, sent in this order and exactly as they are written here, behind the headers that the client
    /// adds: see [`Exchange::added_headers`](crate::Exchange).
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
    /// The headers that are sent before the caller's: `Host`, `Content-Length`, and `Accept-Encoding: identity` unless
    /// the caller has one.
    pub(crate) fn added_headers(&self) -> Headers {
        // With room for the caller's, which whoever keeps a log puts behind them.
        let mut added = Headers::with_capacity(
            3 + self.headers.len(),
            OWN_LINES_BYTES + self.headers.bytes(),
        );
        added.push("Host", self.url.host_header());
        added.push("Content-Length", &self.body.len().to_string());
        let given = |(name, _): (&str, &str)| name.eq_ignore_ascii_case(ACCEPT_ENCODING);
        if !self.headers.iter().any(given) {
            added.push(ACCEPT_ENCODING, "identity");
        }
        added
    }

    /// The message, with `added` in front of the caller's headers: byte for byte what the two lists hold.
    pub(crate) fn to_message(&self, added: &Headers) -> Result<Message, RequestError> {
        let copied = self.body.len() <= COPIED_BYTES_MAX;
        let mut start = Vec::with_capacity(self.start_bytes(copied));
        start.extend_from_slice(self.method.as_str().as_bytes());
        start.push(b' ');
        start.extend_from_slice(self.url.target().as_str().as_bytes());
        start.extend_from_slice(b" HTTP/1.1\r\n");
        for (name, value) in added.iter() {
            write_line(&mut start, name, value);
        }
        for (name, value) in self.headers.iter() {
            check_name(name)?;
            check_value(name, value)?;
            write_line(&mut start, name, value);
        }
        start.extend_from_slice(b"\r\n");
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

/// Writes a header, its name as it is given: some receivers look names up by case.
fn write_line(out: &mut Vec<u8>, name: &str, value: &str) {
    for part in [name, ": ", value, "\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
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
