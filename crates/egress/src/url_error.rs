//! Why a URL is refused: each message names the value, the rule and the remedy.

use thiserror::Error;

use crate::limits::URL_CHARS_MAX;
use crate::rules::AddressError;

/// Why a URL is not accepted as an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlError {
    /// A tab, newline or other control character, which parsers drop silently.
    #[error("url has a control character at position {position}; remove it or percent-encode it")]
    ControlCharacter {
        /// The position of the first one, in characters from 0.
        position: usize,
    },
    /// The URL is longer than [`URL_CHARS_MAX`].
    #[error("url has {chars} characters; at most {URL_CHARS_MAX} are allowed")]
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
    /// The parser does not accept it.
    #[error("url cannot be parsed: {reason}; write it like https://example.com/webhooks")]
    Malformed {
        /// What the parser says.
        reason: String,
    },
    /// The scheme is not https, or http is not switched on.
    #[error("url scheme {scheme:?} is not allowed; use https")]
    Scheme {
        /// The refused scheme.
        scheme: String,
    },
    /// A user name or password; neither is repeated here.
    #[error("url contains a user name or password; remove it and use a custom header instead")]
    Credentials,
    /// A fragment, which is never sent.
    #[error("url has a fragment (#…), which is never sent; remove it")]
    Fragment,
    /// No host, or one that is neither an address nor a name of DNS.
    #[error("url host {host:?} is neither a name that DNS can hold nor an address; correct it")]
    Host {
        /// The host after parsing.
        host: String,
    },
    /// A name that only means something inside a network.
    #[error("url host {host:?} is a local name; use a publicly resolvable one")]
    LocalName {
        /// The refused name.
        host: String,
    },
    /// The server's own API.
    #[error("url host {host:?} is this server's own; use the receiver's host")]
    OwnHost {
        /// The refused host.
        host: String,
    },
    /// The host is an address that is refused, or the port is.
    #[error("url host {host:?}: {reason}")]
    Address {
        /// The host as it stands in the URL.
        host: String,
        /// The rule that refuses it.
        #[source]
        reason: AddressError,
    },
    /// The name resolves, directly or through an alias, to something refused.
    #[error("url host {host:?}: {reason}")]
    Resolves {
        /// The name that was resolved.
        host: String,
        /// The rule that refuses the answer.
        #[source]
        reason: ForbiddenAnswer,
    },
}

impl UrlError {
    /// A stable snake_case name of the rule, for machines.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::ControlCharacter { .. } => "control_character",
            Self::TooLong { .. } => "too_long",
            Self::Malformed { .. } => "malformed",
            Self::Scheme { .. } => "scheme",
            Self::Credentials => "credentials",
            Self::Fragment => "fragment",
            Self::Host { .. } => "host",
            Self::LocalName { .. } => "local_name",
            Self::OwnHost { .. } => "own_host",
            Self::Address { reason, .. } => match reason {
                AddressError::Port { .. } => "port",
                AddressError::Range { .. } | AddressError::EmbeddedIpv4 { .. } => "address",
            },
            Self::Resolves { .. } => "resolves_to_forbidden",
        }
    }
}

/// What a name must resolve to, said of every name that does not: telling which range an internal name is in, or what
/// it is an alias of, would let strangers explore the server's network.
const NOT_PUBLIC: &str = "it does not resolve to public addresses only; use a publicly reachable host, or have the operator allow its address";

/// What in an answer of DNS is forbidden. The message is the same for every address and alias; the server's log has the
/// details.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ForbiddenAnswer {
    /// One of the addresses.
    #[error("{}", told(.0))]
    Address(#[from] AddressError),
    /// The name is an alias (CNAME) of a local name.
    #[error("{NOT_PUBLIC}")]
    Alias(String),
}

fn told(reason: &AddressError) -> String {
    match reason {
        AddressError::Range { .. } | AddressError::EmbeddedIpv4 { .. } => NOT_PUBLIC.to_owned(),
        // It stands in the URL.
        AddressError::Port { .. } => reason.to_string(),
    }
}
