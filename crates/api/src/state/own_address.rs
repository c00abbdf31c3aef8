//! Where this server is reached, and whether a browser's request is for it and from its own pages.
//!
//! A browser sends the session's cookie along whoever asks. So a request that shows one must be addressed to a name
//! that is ours (else somebody's domain may have been pointed at us: DNS rebinding), and what changes something must
//! come from a page of ours (else any page could act in the name of its visitors: CSRF).

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Method, Uri, header, uri::Authority};

use crate::http::problem::{Kind, Problem};

const FETCH_SITE: &str = "sec-fetch-site";

/// The addresses of this server.
#[derive(Clone, Debug)]
pub(crate) struct OwnAddress {
    public: Option<Public>,
    listen: Vec<SocketAddr>,
    /// Whether it speaks TLS at these.
    tls: bool,
}

/// The address that the operator has set.
#[derive(Clone, Debug)]
struct Public {
    url: String,
    is_https: bool,
    /// Without the scheme's usual port, as browsers write it.
    origin: String,
    host: String,
}

impl Public {
    fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let scheme = uri.scheme_str()?;
        let authority = uri.authority()?;
        let usual = match scheme {
            "https" => 443,
            _ => 80,
        };
        let host = authority.host().to_ascii_lowercase();
        let port = authority.port_u16().filter(|port| *port != usual);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self {
            url: url.trim_end_matches('/').to_owned(),
            is_https: scheme == "https",
            origin: format!("{scheme}://{host}{port}"),
            host,
        })
    }
}

impl OwnAddress {
    /// From the public URL that the operator has set, and the addresses that the server listens on, with TLS or without.
    pub(crate) fn new(public_url: Option<&str>, listen: Vec<SocketAddr>, tls: bool) -> Self {
        Self {
            public: public_url.and_then(Public::parse),
            listen,
            tls,
        }
    }

    /// Whether browsers come over TLS.
    pub(crate) fn is_https(&self) -> bool {
        let public = self.public.as_ref();
        public.map_or(self.tls, |public| public.is_https)
    }

    fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }

    /// The public URL, if the operator has set it.
    pub(crate) fn public_url(&self) -> Option<&str> {
        self.public.as_ref().map(|public| public.url.as_str())
    }

    /// The public URL, else the address that the server listens on; without a slash at its end. Never what a request
    /// says: a link that is made from its Host header leads wherever its sender wants. Nothing where the server listens
    /// on all addresses, of which none is known to be the right one.
    pub(crate) fn url(&self) -> Option<String> {
        let mut listen = self.listen.iter();
        let listen = listen.find(|listen| !listen.ip().is_unspecified());
        let public = self.public_url().map(str::to_owned);
        public.or_else(|| listen.map(|listen| format!("{}://{listen}", self.scheme())))
    }

    /// The same, for what can't be made without it.
    pub(crate) fn required_url(&self) -> Result<String, Problem> {
        self.url().ok_or_else(|| {
            Problem::new(
                Kind::Conflict,
                "the server's public address is unknown because it listens on all addresses: the operator must set --public-url",
            )
        })
    }

    /// Whether what is said to the server at this address can be read on the way: plain HTTP to another machine.
    pub(crate) fn is_insecure(&self, headers: &HeaderMap) -> bool {
        let Some(authority) = authority(headers) else {
            return false;
        };
        let host = bare(authority.host());
        let over_tls = self
            .public
            .as_ref()
            .is_some_and(|public| public.is_https && bare(&public.host) == host);
        !over_tls && !self.tls && !is_loopback(&host)
    }

    /// Checks that the request is addressed to this server.
    pub(crate) fn check_host(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let authority = authority(headers).ok_or_else(|| {
            forbidden("the request has no valid Host header, which a session requires".to_owned())
        })?;
        if self.is_ours(&bare(authority.host())) {
            return Ok(());
        }
        Err(forbidden(format!(
            "host `{}` is not an address of this server: the operator can set it with --public-url",
            authority.host()
        )))
    }

    /// Checks that the request comes from a page of this server. What only looks may also come from nowhere, such as a
    /// typed address.
    pub(crate) fn check_origin(&self, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
        let looks = matches!(*method, Method::GET | Method::HEAD);
        let site = headers.get(FETCH_SITE).map(|site| site.as_bytes());
        match site {
            None | Some(b"same-origin") => {}
            Some(b"none") if looks => {}
            Some(site) => {
                let site = String::from_utf8_lossy(site);
                return Err(forbidden(format!(
                    "Sec-Fetch-Site is `{site}`: a session works from this server's own pages only"
                )));
            }
        }
        if looks {
            return Ok(());
        }
        match headers.get(header::ORIGIN) {
            Some(origin) => self.check_named_origin(origin.as_bytes(), headers),
            None => Err(forbidden(
                "the Origin header is missing: a request that changes something with a session must send it"
                    .to_owned(),
            )),
        }
    }

    /// Checks an origin, if there is one: programs send none.
    pub(crate) fn check_origin_if_named(&self, headers: &HeaderMap) -> Result<(), Problem> {
        headers.get(header::ORIGIN).map_or(Ok(()), |origin| {
            self.check_named_origin(origin.as_bytes(), headers)
        })
    }

    fn check_named_origin(&self, origin: &[u8], headers: &HeaderMap) -> Result<(), Problem> {
        let own = self.own_origin(headers);
        if own.as_ref().is_some_and(|own| own.as_bytes() == origin) {
            return Ok(());
        }
        Err(forbidden(format!(
            "origin `{}` is not this server's `{}`: if the server is reached there, the operator can set it with --public-url",
            String::from_utf8_lossy(origin),
            own.unwrap_or_default()
        )))
    }

    /// The origin of our pages at the address that the request was sent to. At the public URL's host it is the public
    /// URL's: a page that came there without TLS may have been written by anybody on the way.
    fn own_origin(&self, headers: &HeaderMap) -> Option<String> {
        let authority = authority(headers)?;
        let public = self.public.as_ref();
        match public.filter(|public| bare(&public.host) == bare(authority.host())) {
            Some(public) => Some(public.origin.clone()),
            None => Some(format!("{}://{authority}", self.scheme()).to_ascii_lowercase()),
        }
    }

    fn is_ours(&self, host: &str) -> bool {
        if is_loopback(host) {
            return true;
        }
        let is_public = |public: &Public| bare(&public.host) == host;
        if self.public.as_ref().is_some_and(is_public) {
            return true;
        }
        let Ok(ip) = host.parse::<IpAddr>() else {
            return false;
        };
        // All of the machine's addresses. An address, unlike a name, can't be pointed at somebody else.
        self.listen.iter().any(|listen| {
            let listen = listen.ip();
            listen.is_unspecified() || listen.to_canonical() == ip.to_canonical()
        })
    }
}

/// What the request is addressed to.
fn authority(headers: &HeaderMap) -> Option<Authority> {
    headers.get(header::HOST)?.to_str().ok()?.parse().ok()
}

/// A host to compare: in lower case, without brackets and the root's dot.
fn bare(host: &str) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn forbidden(detail: String) -> Problem {
    Problem::new(Kind::Forbidden, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    fn own(public_url: Option<&str>, listen: &str) -> OwnAddress {
        OwnAddress::new(public_url, vec![listen.parse().unwrap()], false)
    }

    #[test]
    fn at_addresses_with_tls_our_pages_are_https() {
        let listen = ["0.0.0.0:443", "10.0.0.5:443"].map(|addr| addr.parse().unwrap());
        let own = OwnAddress::new(None, listen.to_vec(), true);
        assert!(own.is_https());
        assert_eq!(own.url().as_deref(), Some("https://10.0.0.5:443"));
        let at = |origin| headers(&[("host", "10.0.0.5"), ("origin", origin)]);
        assert!(!own.is_insecure(&at("https://10.0.0.5")));
        assert!(own.check_host(&at("https://10.0.0.5")).is_ok());
        for (origin, ours) in [("https://10.0.0.5", true), ("http://10.0.0.5", false)] {
            let checked = own.check_origin(&Method::POST, &at(origin));
            assert_eq!(checked.is_ok(), ours, "{origin}: {checked:?}");
        }
    }

    #[test]
    fn only_our_own_names_and_addresses_are_ours() {
        let check = |own: &OwnAddress, host: &str, ours: bool| {
            let checked = own.check_host(&headers(&[("host", host)]));
            assert_eq!(checked.is_ok(), ours, "{host}: {checked:?}");
        };
        let local = own(None, "127.0.0.1:8484");
        for host in [
            "127.0.0.1:8484",
            "127.1.2.3",
            "localhost:1",
            "LOCALHOST.",
            "a.localhost",
            "[::1]:8484",
            "[::ffff:127.0.0.1]",
        ] {
            check(&local, host, true);
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "notlocalhost",
            "10.0.0.1",
            "0.0.0.0",
            "[::]",
            "a b",
            "",
        ] {
            check(&local, host, false);
        }
        let public = own(Some("https://Hooks.example.com/"), "10.0.0.5:80");
        for host in ["hooks.example.com", "HOOKS.example.com.", "10.0.0.5:80"] {
            check(&public, host, true);
        }
        for host in ["example.com", "a.hooks.example.com", "10.0.0.6"] {
            check(&public, host, false);
        }
        let everywhere = own(None, "0.0.0.0:8484");
        check(&everywhere, "192.168.1.5:8484", true);
        check(&everywhere, "[2001:db8::1]:8484", true);
        check(&everywhere, "evil.example", false);
        assert!(local.check_host(&HeaderMap::new()).is_err());
    }

    #[test]
    fn what_changes_something_comes_from_our_own_pages() {
        let check = |own: &OwnAddress, method: Method, pairs: &[(&'static str, &str)], ok: bool| {
            let checked = own.check_origin(&method, &headers(pairs));
            assert_eq!(checked.is_ok(), ok, "{method} {pairs:?}: {checked:?}");
        };
        let local = own(None, "127.0.0.1:8484");
        let host = ("host", "127.0.0.1:8484");
        let from = |origin| [host, ("origin", origin)];
        check(&local, Method::POST, &from("http://127.0.0.1:8484"), true);
        for origin in [
            "http://127.0.0.1:8485",
            "http://127.0.0.1",
            "https://127.0.0.1:8484",
            "http://localhost:8484",
            "http://evil.example",
            "http://127.0.0.1:8484.evil.example",
            "null",
            "",
        ] {
            check(&local, Method::POST, &from(origin), false);
            check(&local, Method::DELETE, &from(origin), false);
        }
        check(&local, Method::POST, &[host], false);
        check(&local, Method::GET, &[host], true);
        for (site, get, post) in [
            ("same-origin", true, true),
            ("none", true, false),
            ("same-site", false, false),
            ("cross-site", false, false),
            ("new-word", false, false),
        ] {
            let pairs = [
                host,
                ("origin", "http://127.0.0.1:8484"),
                ("sec-fetch-site", site),
            ];
            check(&local, Method::GET, &pairs, get);
            check(&local, Method::PATCH, &pairs, post);
        }
    }

    #[test]
    fn at_the_public_urls_host_only_its_own_origin_counts() {
        let public = own(Some("https://hooks.example.com:443"), "127.0.0.1:8484");
        let check = |host: &str, origin: &str, ok: bool| {
            let headers = headers(&[("host", host), ("origin", origin)]);
            let checked = public.check_origin(&Method::POST, &headers);
            assert_eq!(checked.is_ok(), ok, "{host} {origin}: {checked:?}");
        };
        check("hooks.example.com", "https://hooks.example.com", true);
        check("hooks.example.com", "http://hooks.example.com", false);
        check("hooks.example.com", "https://hooks.example.com:444", false);
        check("127.0.0.1:8484", "http://127.0.0.1:8484", true);
        check("127.0.0.1:8484", "https://hooks.example.com", false);
    }

    #[test]
    fn plain_http_to_another_machine_is_insecure() {
        let check = |own: &OwnAddress, host: &str, insecure: bool| {
            let found = own.is_insecure(&headers(&[("host", host)]));
            assert_eq!(found, insecure, "{host}");
        };
        check(&own(None, "0.0.0.0:80"), "192.168.1.5", true);
        check(&own(None, "0.0.0.0:80"), "127.0.0.1:80", false);
        check(&own(None, "0.0.0.0:80"), "localhost", false);
        let public = own(Some("https://hooks.example.com"), "127.0.0.1:8484");
        check(&public, "hooks.example.com", false);
        check(&public, "10.0.0.5", true);
        let plain = own(Some("http://hooks.example.com"), "127.0.0.1:8484");
        check(&plain, "hooks.example.com", true);
    }

    #[test]
    fn the_address_is_the_public_one_or_the_listeners() {
        let check = |own: &OwnAddress, expected: Option<&str>| {
            assert_eq!(own.url().as_deref(), expected);
            assert_eq!(own.required_url().is_ok(), expected.is_some());
        };
        check(&own(None, "127.0.0.1:1"), Some("http://127.0.0.1:1"));
        check(
            &own(None, "[2001:db8::1]:80"),
            Some("http://[2001:db8::1]:80"),
        );
        check(&own(None, "0.0.0.0:8484"), None);
        check(&own(None, "[::]:8484"), None);
        let public = own(Some("https://hooks.example.com/"), "0.0.0.0:1");
        check(&public, Some("https://hooks.example.com"));
        assert!(public.is_https());
    }
}
