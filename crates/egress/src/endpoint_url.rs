//! Is this text a URL that a webhook may be sent to? Parsed once, by the
//! WHATWG URL standard; everything later works on the parsed host.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::uri::PathAndQuery;
use rustls::pki_types::ServerName;
use url::{Host, Position, Url};

use crate::limits::URL_CHARS_MAX;
use crate::name;
use crate::rules::EgressRules;
use crate::url_error::UrlError;

/// A parsed and vetted URL. Only [`EgressRules::check_url`] makes one.
///
/// Normalised: lower-case ASCII host (IDNA), no trailing dot, no default port.
/// Cloning is cheap.
#[derive(Clone)]
pub struct EndpointUrl {
    url: Arc<str>,
    /// `scheme://host[:port]`: what a pooled connection may be reused for.
    origin: Arc<str>,
    host: Arc<str>,
    literal: Option<IpAddr>,
    port: u16,
    server_name: ServerName<'static>,
    host_header: Arc<str>,
    target: PathAndQuery,
}

impl EndpointUrl {
    /// The normalised URL.
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// The host: a name in ASCII without trailing dot, or an address, an IPv6
    /// one in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also where the URL leaves it to the scheme.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether requests go over TLS.
    pub fn is_https(&self) -> bool {
        self.url.starts_with("https:")
    }

    /// The address, when the host is one; such a host is never resolved.
    pub fn literal(&self) -> Option<IpAddr> {
        self.literal
    }

    pub(crate) fn origin(&self) -> &Arc<str> {
        &self.origin
    }

    pub(crate) fn server_name(&self) -> &ServerName<'static> {
        &self.server_name
    }

    pub(crate) fn host_header(&self) -> &str {
        &self.host_header
    }

    pub(crate) fn target(&self) -> &PathAndQuery {
        &self.target
    }

    fn parse(raw: &str) -> Result<Self, UrlError> {
        let mut url = parse_whatwg(raw)?;
        refuse_extras(&url)?;
        let (host, literal) = normalise_host(&mut url)?;
        let malformed = || UrlError::Host { host: host.clone() };
        let port = url.port_or_known_default().ok_or_else(malformed)?;
        let target = &url[Position::BeforePath..Position::AfterQuery];
        Ok(Self {
            origin: url[..Position::AfterPort].into(),
            server_name: server_name(&host, literal).ok_or_else(malformed)?,
            host_header: url[Position::BeforeHost..Position::AfterPort].into(),
            target: PathAndQuery::try_from(target).map_err(|_| UrlError::Malformed {
                reason: "its path or query has a character that HTTP cannot carry".into(),
            })?,
            host: host.as_str().into(),
            literal,
            port,
            url: url.as_str().into(),
        })
    }
}

impl fmt::Debug for EndpointUrl {
    /// The origin alone: many receivers put a token into path or query.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointUrl({})", self.origin)
    }
}

impl PartialEq for EndpointUrl {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url
    }
}

impl Eq for EndpointUrl {}

impl EgressRules {
    /// Parses `raw` and applies every rule that needs no resolution.
    ///
    /// # Errors
    ///
    /// [`UrlError`] names the part of the URL and the rule that refuses it.
    pub fn check_url(&self, raw: &str) -> Result<EndpointUrl, UrlError> {
        let url = EndpointUrl::parse(raw)?;
        self.check_endpoint(&url)?;
        Ok(url)
    }

    /// Applies the rules to a URL that was parsed before, perhaps under others.
    pub(crate) fn check_endpoint(&self, url: &EndpointUrl) -> Result<(), UrlError> {
        self.check_scheme(url)?;
        self.check_name(url)?;
        let verdict = match url.literal {
            Some(ip) => self.check_address(ip, url.port),
            // Decided when the name is resolved: an open range is open at any port.
            None if self.has_exempt_ranges() && url.port != 0 => Ok(()),
            None => self.check_port(url.port),
        };
        verdict.map_err(|reason| UrlError::Address {
            host: url.host.to_string(),
            reason,
        })
    }

    fn check_scheme(&self, url: &EndpointUrl) -> Result<(), UrlError> {
        match url.is_https() || self.allow_http {
            true => Ok(()),
            false => Err(UrlError::Scheme {
                scheme: "http".into(),
            }),
        }
    }

    fn check_name(&self, url: &EndpointUrl) -> Result<(), UrlError> {
        let host = || url.host.to_string();
        let own = self.own_hosts.iter().any(|own| name::same(own, &url.host));
        let local = url.literal.is_none() && name::is_local(&url.host);
        // In a private network the server and its receivers share `localhost`.
        let lifted = self.allow_private_networks && (local || url.literal.is_some());
        match (own, local) {
            _ if lifted => Ok(()),
            (true, _) => Err(UrlError::OwnHost { host: host() }),
            (false, true) => Err(UrlError::LocalName { host: host() }),
            (false, false) => Ok(()),
        }
    }
}

fn parse_whatwg(raw: &str) -> Result<Url, UrlError> {
    // The parser strips tabs and newlines silently: what was checked would
    // then not be what was typed.
    if let Some(position) = raw.chars().position(char::is_control) {
        return Err(UrlError::ControlCharacter { position });
    }
    let chars = raw.chars().count();
    if chars > URL_CHARS_MAX {
        return Err(UrlError::TooLong { chars });
    }
    Url::parse(raw).map_err(|error| UrlError::Malformed {
        reason: error.to_string(),
    })
}

fn refuse_extras(url: &Url) -> Result<(), UrlError> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err(UrlError::Scheme {
            scheme: url.scheme().to_owned(),
        });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::Credentials);
    }
    match url.fragment() {
        Some(_) => Err(UrlError::Fragment),
        None => Ok(()),
    }
}

/// The host as text and, for a literal, as an address. One trailing dot of a
/// name is dropped: with or without, it is the same name.
fn normalise_host(url: &mut Url) -> Result<(String, Option<IpAddr>), UrlError> {
    let name = match url.host() {
        Some(Host::Ipv4(ip)) => return Ok((ip.to_string(), Some(ip.into()))),
        Some(Host::Ipv6(ip)) => return Ok((format!("[{ip}]"), Some(ip.into()))),
        Some(Host::Domain(name)) => name.strip_suffix('.').unwrap_or(name).to_owned(),
        None => String::new(),
    };
    let malformed = UrlError::Host { host: name.clone() };
    if !name::is_resolvable(&name) || url.set_host(Some(&name)).is_err() {
        return Err(malformed);
    }
    // Parsed again, the bare name must still be a name and not an address.
    match url.host() {
        Some(Host::Domain(parsed)) if parsed == name => Ok((name, None)),
        _ => Err(malformed),
    }
}

fn server_name(host: &str, literal: Option<IpAddr>) -> Option<ServerName<'static>> {
    match literal {
        Some(ip) => Some(ServerName::IpAddress(ip.into())),
        None => ServerName::try_from(host.to_owned()).ok(),
    }
}
