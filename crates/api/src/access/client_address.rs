//! From which address does a request come?

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use ipnet::IpNet;

use crate::state::{Server, Shared};

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of whoever made the request, if it is known: the peer's, or what the trusted proxies in between say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) Option<IpAddr>);

impl FromRequestParts<Shared> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, server: &Shared) -> Result<Self, Infallible> {
        Ok(Self::of(parts, server))
    }
}

impl ClientAddress {
    /// From which address a request comes.
    pub(crate) fn of(parts: &Parts, server: &Server) -> Self {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.ip().to_canonical());
        let trusted = &server.state.settings.trusted_proxies;
        Self(peer.map(|peer| client(peer, &parts.headers, trusted)))
    }
}

/// Each proxy adds the address that it was asked from at the end; what stands before the first one that we don't trust
/// was written by somebody else.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let named: Vec<_> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(|text| text.trim().parse::<IpAddr>())
        .collect();
    let mut client = peer;
    for named in named.into_iter().rev() {
        let Some(named) = named.ok().filter(|_| is_trusted(&client)) else {
            break;
        };
        client = named.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_trusted_proxies_say_counts() {
        let check = |peer: &str, forwarded: &[&str], trusted: &[&str], expected: &str| {
            let headers: HeaderMap = forwarded
                .iter()
                .map(|value| (FORWARDED_FOR.parse().unwrap(), value.parse().unwrap()))
                .collect();
            let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
            let found = client(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(found.to_string(), expected, "{peer} {forwarded:?}");
        };
        let proxies = &["10.0.0.0/8", "::1/128"];
        check("192.0.2.1", &[], proxies, "192.0.2.1");
        check("192.0.2.1", &["1.1.1.1"], proxies, "192.0.2.1");
        check("10.0.0.1", &["1.1.1.1"], &[], "10.0.0.1");
        check("10.0.0.1", &["1.1.1.1"], proxies, "1.1.1.1");
        check("::1", &["6.6.6.6, 1.1.1.1, 10.0.0.2"], proxies, "1.1.1.1");
        check(
            "10.0.0.1",
            &["6.6.6.6", "1.1.1.1,10.0.0.2"],
            proxies,
            "1.1.1.1",
        );
        check("10.0.0.1", &["1.1.1.1, nonsense"], proxies, "10.0.0.1");
        check("10.0.0.1", &["10.0.0.3, 10.0.0.2"], proxies, "10.0.0.3");
        check("10.0.0.1", &["::ffff:1.1.1.1"], proxies, "1.1.1.1");
    }
}
