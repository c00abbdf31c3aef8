//! The only way out of the machine.
//!
//! Owns: which URLs, names, addresses and ports may be reached
//! ([`EgressRules`]), the check of what a name resolves to ([`Guard`]), and the
//! HTTP/1.1 client that every outgoing request goes through ([`Client`]).
//!
//! Refuses: redirects, proxies from the environment, addresses that are not
//! public unless the operator opened them, and responses that are larger or
//! slower than the limits.
//!
//! Guarantees: a connection only goes to an address that passed the rules
//! within this very request, and its peer is checked once more; it carries the
//! requests of one [`Owner`] with one set of [`TlsSettings`] only; a request is written once, or twice where
//! [`Client::send`] says so; whatever a receiver sends counts against a budget;
//! every request ends by its deadline with a response or one [`SendError`]
//! class.

mod address;
mod body;
mod certificate;
mod client;
mod connect;
mod connection;
mod content_coding;
#[cfg(any(test, feature = "fuzzing"))]
mod differential;
mod endpoint_url;
mod escape;
mod first_bytes;
mod guard;
mod head;
mod head_reader;
mod lack;
mod limits;
mod name;
mod owner;
mod pool;
mod ports;
mod private_key;
mod request;
mod reserve;
mod resolve;
mod response;
mod rules;
mod send_error;
mod socket;
mod status_line;
mod system_resolver;
mod tls;
mod tls_diagnosis;
pub mod tls_fields;
mod tls_settings;
mod tls_words;
mod trace;
mod url_error;
mod witness;

pub use bytes::Bytes;
pub use http::Method;
pub use ipnet::IpNet;
pub use nuncio_domain::Headers;

pub use client::{Client, Exchange};
#[cfg(feature = "fuzzing")]
pub use differential::{ReadResponse, compare_with_hyper, read_response};
pub use endpoint_url::EndpointUrl;
pub use escape::escape_lossless;
pub use guard::{Guard, Inspected};
pub use limits::{ClientLimits, URL_CHARS_MAX};
pub use owner::Owner;
pub use ports::{DEFAULT_DENY_PORTS, PortRange, PortRangeError};
pub use private_key::{PrivateKey, PrivateKeyError};
pub use request::{Request, RequestError};
pub use resolve::{DnsError, Resolve, Resolved};
pub use response::Response;
pub use rules::{AddressError, EgressRules};
pub use send_error::{Phase, SendError};
pub use system_resolver::{ResolverSetupError, SystemResolver};
pub use tls::{TlsRoots, TlsSetupError};
pub use tls_settings::{TlsSettings, TlsSettingsError};
pub use trace::PhaseTimings;
pub use url_error::{ForbiddenAnswer, UrlError};
