//! What is sent: the caller's request turned into an HTTP/1.1 message.

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, HeaderValue, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{Method, Uri};
use http_body_util::Full;
use thiserror::Error;

use crate::endpoint_url::EndpointUrl;

/// A message ready for the connection.
pub(crate) type Message = http::Request<Full<Bytes>>;

/// Headers that frame the message or steer the connection; the client writes
/// those that are needed itself.
const RESERVED: [HeaderName; 8] = [
    CONNECTION,
    CONTENT_LENGTH,
    EXPECT,
    HOST,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// One request to one endpoint.
#[derive(Clone)]
pub struct Request<'a> {
    /// Where it goes.
    pub url: &'a EndpointUrl,
    /// `POST` for every delivery.
    pub method: Method,
    /// Names and values, sent in this order. `Host`, the length and
    /// `Accept-Encoding: identity` are added.
    pub headers: &'a [(String, String)],
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
        let mut message = http::Request::new(Full::new(self.body.clone()));
        *message.method_mut() = self.method.clone();
        *message.uri_mut() = Uri::from(self.url.target().clone());
        let headers = message.headers_mut();
        headers.reserve(self.headers.len() + 3);
        headers.insert(HOST, self.url.host_header().clone());
        for (name, value) in self.headers {
            headers.append(header_name(name)?, header_value(name, value)?);
        }
        // A compressed response would be a bomb or unreadable in the log.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        Ok(message)
    }
}

fn header_name(name: &str) -> Result<HeaderName, RequestError> {
    let parsed = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| RequestError::HeaderName(name.to_owned()))?;
    match RESERVED.contains(&parsed) {
        true => Err(RequestError::Reserved(name.to_owned())),
        false => Ok(parsed),
    }
}

fn header_value(name: &str, value: &str) -> Result<HeaderValue, RequestError> {
    HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| RequestError::HeaderValue(name.to_owned()))
}
