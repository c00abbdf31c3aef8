//! Webhook dialects: what goes over the wire, as data.
//!
//! A [`Dialect`] is one TOML file, checked and compiled: how a [`WireEvent`] becomes the exact bytes of an HTTP
//! request ([`Dialect::body`], [`Dialect::headers`]), how a receiver verifies them ([`Dialect::verify`]), what
//! its secrets look like, and which delivery [`Policy`] it brings. No vendor's name is in the code: a new one is
//! a new file. This crate does no I/O, and asks nobody for the time or for randomness.
//!
//! ```
//! use nuncio_dialect::{WireAttempt, WireEvent, Received, builtin_named};
//!
//! let dialect = builtin_named("standard").expect("it is built in");
//! let key = dialect.parse_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
//! let event = WireEvent {
//!     id: "msg_1",
//!     kind: "order.paid",
//!     tenant: "acme",
//!     time_ms: 1_777_206_896_123,
//!     data: r#"{"total":"10.50"}"#,
//!     ..WireEvent::EMPTY
//! };
//! let body = dialect.body(&event)?;
//! let headers = dialect.headers(
//!     &WireAttempt {
//!         event: &event,
//!         delivery_id: "del_1",
//!         delivery_uuid: "019dca1c-5c7b-8000-8000-000000000000",
//!         endpoint_id: "ep_1",
//!         url: "https://example.com/hook",
//!         timestamp_ms: 1_777_206_900_000,
//!         body: &body,
//!         ..WireAttempt::EMPTY
//!     },
//!     std::slice::from_ref(&key),
//! );
//!
//! let headers: Vec<_> = headers.iter().map(|header| (header.name.as_str(), header.value.as_str())).collect();
//! let received = Received {
//!     method: "POST",
//!     url: "https://example.com/hook",
//!     headers: &headers,
//!     body: &body,
//! };
//! assert!(dialect.verify(&received, &[key.into()], 1_777_206_901_000).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builtin;
mod compile;
mod dialect;
mod encoding;
mod error;
mod event;
mod form;
mod handshake;
mod json;
mod render;
mod rules;
mod secret;
mod time;
mod uri;
mod verify;

pub use builtin::{builtin, builtin_named};
pub use compile::file_text;
pub use dialect::Dialect;
pub use encoding::Encoding;
pub use error::DialectError;
pub use event::{Header, Received, Verified, WireAttempt, WireEvent};
pub use handshake::{HandshakeError, HandshakeRequest};
pub use json::{
    altered_numbers, canonical::canonicalize, check_canonical, check_json, error::DataError,
};
pub use rules::{
    catalog::CatalogType,
    field::{Field, event_time_ms},
    handshake::HandshakeRules,
    names::{HeaderNames, HeaderValues},
    policy::{Gone, Handshake, Policy, Retry, Throttled},
    receiver::{ReceiverAnswers, ReceiverRules},
    screen::{FilterChoice, Screen},
    signature::{
        Algorithm, Grammar, Receivers, Rotation, Scheme, Signature, SignedTime, TimestampAt,
    },
    value::{EnvelopeMember, Fallback, HeaderRule, Metadata, Piece, Renamed},
};
pub use secret::{
    key::{SigningKey, VerifyingKey},
    rules::{ChosenBy, KeyFormat, PairPrefixes, SecretError, SecretFormat, SecretRules},
};
pub use uri::UriPart;
pub use verify::VerifyError;
