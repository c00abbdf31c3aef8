//! Why is there no response? One class per cause that a person would act on
//! differently.

use std::fmt;
use std::io;
use std::time::Duration;

use thiserror::Error;

use crate::guard::Refusal;
use crate::lack;
use crate::limits::HEADERS_MAX;
use crate::request::RequestError;
use crate::resolve::DnsError;
use crate::rules::AddressError;
use crate::tls_words::{session_in_words, tls_cause};
use crate::url_error::{ForbiddenAnswer, UrlError};

/// Where in a request something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Resolving the name.
    Dns,
    /// Connecting by TCP.
    Connect,
    /// The TLS handshake.
    Tls,
    /// Writing the request and waiting for the response headers.
    Headers,
    /// Reading the response body.
    Body,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dns => "resolving the name",
            Self::Connect => "connecting",
            Self::Tls => "the TLS handshake",
            Self::Headers => "waiting for the response headers",
            Self::Body => "reading the response body",
        })
    }
}

/// Why a request got no complete response. [`SendError::class`] is the stable
/// name; the message is for people.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SendError {
    /// The request could not be written as HTTP; nothing was sent.
    #[error(transparent)]
    InvalidRequest(#[from] RequestError),
    /// The URL breaks a rule; nothing was sent.
    #[error("{0}")]
    UrlRefused(UrlError),
    /// The name resolved to something forbidden; nothing was sent.
    #[error("nothing was sent; of the URL's host: {0}")]
    ForbiddenAddress(#[from] ForbiddenAnswer),
    /// The name could not be resolved.
    #[error(transparent)]
    Dns(#[from] DnsError),
    /// Nothing listens on the port.
    #[error("connection refused by the receiver; nothing listens on that port")]
    ConnectRefused,
    /// No TCP connection in time.
    #[error("no connection to the receiver in time")]
    ConnectTimeout,
    /// No route to the address.
    #[error("receiver's network cannot be reached: {0}")]
    Unreachable(io::ErrorKind),
    /// This machine ran out of descriptors, ports or memory; the receiver is not at fault, and was not asked.
    #[error("this server has no {0} left for a connection; the receiver is not at fault")]
    LocalResources(&'static str),
    /// The certificate has expired or is not valid yet: which, and since or until when.
    #[error("{0}")]
    TlsCertificateExpired(String),
    /// The certificate is for other hosts: which.
    #[error("{0}")]
    TlsCertificateName(String),
    /// No trusted root signed the certificate, or it is otherwise unacceptable: why, and what is missing.
    #[error("{0}")]
    TlsCertificateUntrusted(String),
    /// The certificate is acceptable, but its key is none of the pinned ones.
    #[error("{0}")]
    TlsPin(String),
    /// The other side does not speak TLS 1.2 or 1.3 as it should.
    #[error("no TLS session with the receiver: {0}")]
    TlsProtocol(String),
    /// The connection was reset.
    #[error("connection reset by the receiver")]
    Reset,
    /// The connection was closed before the response was complete.
    #[error("connection closed by the receiver before the response was complete")]
    ClosedEarly,
    /// The deadline passed.
    #[error("no complete response within {} ms: deadline passed while {phase}", deadline.as_millis())]
    Timeout {
        /// What was under way.
        phase: Phase,
        /// The time that was given.
        deadline: Duration,
    },
    /// What came back is not HTTP/1.1.
    #[error("response is not valid HTTP/1.1: {0}")]
    MalformedResponse(String),
    /// Status line and headers are larger, or more, than the limits.
    #[error(
        "response has more than {HEADERS_MAX} headers, or more bytes before its body than allowed"
    )]
    HeadersTooLarge,
}

impl SendError {
    /// The stable snake_case name of the class.
    pub fn class(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::UrlRefused(_) => "url_refused",
            Self::ForbiddenAddress(_) => "forbidden_address",
            Self::Dns(_) => "dns",
            Self::ConnectRefused => "connect_refused",
            Self::ConnectTimeout => "connect_timeout",
            Self::Unreachable(_) => "unreachable",
            Self::LocalResources(_) => "local_resources",
            Self::TlsCertificateExpired(_) => "tls_certificate_expired",
            Self::TlsCertificateName(_) => "tls_certificate_name",
            Self::TlsCertificateUntrusted(_) => "tls_certificate_untrusted",
            Self::TlsPin(_) => "tls_pin",
            Self::TlsProtocol(_) => "tls_protocol",
            Self::Reset => "reset",
            Self::ClosedEarly => "closed_early",
            Self::Timeout { .. } => "timeout",
            Self::MalformedResponse(_) => "malformed_response",
            Self::HeadersTooLarge => "headers_too_large",
        }
    }

    /// The same where the endpoint has authorities of its own: the remedy is another.
    pub(crate) fn under_own_authorities(self) -> Self {
        match self {
            Self::TlsCertificateUntrusted(why) => Self::TlsCertificateUntrusted(format!(
                "{why}. The endpoint has its own `ca`: only those authorities are trusted"
            )),
            other => other,
        }
    }

    pub(crate) fn from_connect(error: &io::Error) -> Self {
        use io::ErrorKind::{ConnectionRefused, ConnectionReset, TimedOut};
        if let Some(lacking) = lack::of(error) {
            return Self::LocalResources(lacking);
        }
        match error.kind() {
            ConnectionRefused => Self::ConnectRefused,
            ConnectionReset => Self::Reset,
            TimedOut => Self::ConnectTimeout,
            // No route, no such family, or a firewall in between or on this machine.
            kind => Self::Unreachable(kind),
        }
    }

    pub(crate) fn from_established(error: &io::Error) -> Self {
        if let Some(tls) = tls_cause(error) {
            return Self::TlsProtocol(session_in_words(tls));
        }
        if let Some(lacking) = lack::of(error) {
            return Self::LocalResources(lacking);
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::ClosedEarly,
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Self::MalformedResponse(error.to_string())
            }
            _ => Self::Reset,
        }
    }
}

impl From<Refusal> for SendError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Url(refused) => Self::from(refused),
            Refusal::Forbidden(answer) => Self::ForbiddenAddress(answer),
            Refusal::Dns(DnsError::LocalResources(lacking)) => Self::LocalResources(lacking),
            Refusal::Dns(error) => Self::Dns(error),
        }
    }
}

impl From<UrlError> for SendError {
    fn from(refused: UrlError) -> Self {
        match refused {
            // A literal is an address like any answer of DNS.
            UrlError::Address {
                reason: reason @ (AddressError::Range { .. } | AddressError::EmbeddedIpv4 { .. }),
                ..
            } => Self::from(reason),
            other => Self::UrlRefused(other),
        }
    }
}

impl From<AddressError> for SendError {
    fn from(reason: AddressError) -> Self {
        Self::ForbiddenAddress(reason.into())
    }
}
