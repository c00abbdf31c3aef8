//! May this URL be reached, now that its name is resolved?

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::time::timeout;

use crate::endpoint_url::EndpointUrl;
use crate::name;
use crate::resolve::{DnsError, Resolve, Resolved};
use crate::rules::{AddressError, EgressRules};
use crate::url_error::{ForbiddenAnswer, UrlError};

/// How long creating or changing an endpoint waits for DNS. An unresolved name
/// is accepted then, since the check at connect time decides.
const CONFIGURATION_DNS_TIMEOUT: Duration = Duration::from_secs(2);

/// The rules together with the resolver: what every outgoing request passes.
pub struct Guard {
    rules: EgressRules,
    resolver: Arc<dyn Resolve>,
}

/// A URL that an endpoint may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The URL, normalised.
    pub url: EndpointUrl,
    /// Why its name has no address now, if it has none. It may have one by the time of a delivery.
    pub unresolved: Option<String>,
}

/// Why a URL may not be connected to, or cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error(transparent)]
    Url(#[from] UrlError),
    #[error(transparent)]
    Forbidden(#[from] ForbiddenAnswer),
    #[error(transparent)]
    Dns(#[from] DnsError),
}

impl Guard {
    /// A guard with these rules. What they open beyond the strict default is
    /// logged once.
    pub fn new(rules: EgressRules, resolver: Arc<dyn Resolve>) -> Guard {
        log_opened(&rules);
        Guard { rules, resolver }
    }

    /// The rules in force.
    pub fn rules(&self) -> &EgressRules {
        &self.rules
    }

    /// The check when an endpoint is created or changed: the URL rules, and a
    /// name that resolves to anything forbidden is refused. A name that does
    /// not resolve, or not within two seconds, is accepted.
    ///
    /// # Errors
    ///
    /// [`UrlError`] names the value and the rule that refuses it.
    pub async fn check_at_configuration(&self, raw: &str) -> Result<EndpointUrl, UrlError> {
        Ok(self.inspect(raw).await?.url)
    }

    /// The same check, which also tells whether the name resolves now.
    ///
    /// # Errors
    ///
    /// [`UrlError`] names the value and the rule that refuses it.
    pub async fn inspect(&self, raw: &str) -> Result<Inspected, UrlError> {
        let url = self.rules.check_url(raw)?;
        let unresolved = match timeout(CONFIGURATION_DNS_TIMEOUT, self.vetted_addresses(&url)).await
        {
            Ok(Err(Refusal::Url(refused))) => return Err(refused),
            Ok(Err(Refusal::Forbidden(reason))) => {
                let host = url.host().to_owned();
                return Err(UrlError::Resolves { host, reason });
            }
            Ok(Ok(_)) => None,
            Ok(Err(Refusal::Dns(error))) => Some(error.to_string()),
            Err(_) => Some(format!("no answer from DNS for {:?} in time", url.host())),
        };
        Ok(Inspected { url, unresolved })
    }

    /// The addresses that `url` may be connected at, IPv4 first, never empty.
    /// One forbidden answer refuses the name.
    pub(crate) async fn vetted_addresses(&self, url: &EndpointUrl) -> Result<Vec<IpAddr>, Refusal> {
        self.rules.check_endpoint(url)?;
        if let Some(literal) = url.literal() {
            return Ok(vec![literal]);
        }
        let answer = self.resolver.resolve_with_aliases(url.host()).await?;
        self.check_answer(url, &answer)?;
        let mut addresses = answer.addresses;
        // Broken IPv6 is more frequent than broken IPv4, and tries are in order.
        addresses.sort_by_key(IpAddr::is_ipv6);
        addresses.dedup();
        Ok(addresses)
    }

    /// The same check for the peer of an established connection.
    pub(crate) fn check_peer(&self, peer: SocketAddr) -> Result<(), AddressError> {
        self.rules.check_address(peer.ip(), peer.port())
    }

    fn check_answer(&self, url: &EndpointUrl, answer: &Resolved) -> Result<(), Refusal> {
        if answer.addresses.is_empty() {
            return Err(DnsError::NotFound(url.host().to_owned()).into());
        }
        let local = |alias: &&String| name::is_local(alias);
        if let Some(alias) = answer.aliases.iter().find(local)
            && !self.rules.allow_private_networks
        {
            tracing::info!(host = url.host(), alias, "name is an alias of a local name");
            return Err(ForbiddenAnswer::Alias(alias.clone()).into());
        }
        for address in &answer.addresses {
            let verdict = self.rules.check_address(*address, url.port());
            verdict.map_err(|reason| {
                tracing::info!(host = url.host(), %address, %reason, "name resolves to a forbidden address");
                ForbiddenAnswer::from(reason)
            })?;
        }
        Ok(())
    }
}

fn log_opened(rules: &EgressRules) {
    if rules.allow_private_networks {
        tracing::warn!("webhooks may reach private networks and this machine");
    }
    if rules.allow_http {
        tracing::warn!("webhooks may be sent over plain http");
    }
    for cidr in &rules.allow_cidrs {
        tracing::warn!(%cidr, "webhooks may reach a range that is refused by default");
    }
}
