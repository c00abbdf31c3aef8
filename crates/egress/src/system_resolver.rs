//! Resolution by DNS, with the machine's configuration or a given name server.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use async_trait::async_trait;
use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
    ResolverOpts,
};
use hickory_resolver::lookup_ip::LookupIp;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError as WireError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData};
use hickory_resolver::{Resolver, TokioResolver};
use thiserror::Error;

use crate::lack;
use crate::resolve::{DnsError, Resolve, Resolved};

/// Well below the shortest delivery timeout, so that a second try fits in.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// Tries after the first: UDP loses packets.
const QUERY_RETRIES: usize = 1;

/// A receiver whose address changed is found within this time, whatever TTL
/// its zone claims.
const POSITIVE_TTL_MAX: Duration = Duration::from_secs(300);

/// A name that was just created is found within this time.
const NEGATIVE_TTL_MAX: Duration = Duration::from_secs(10);

/// Names kept in memory; beyond it the least used go first.
const CACHED_NAMES_MAX: u64 = 8192;

/// Resolves by DNS and caches answers for their TTL.
///
/// The hosts file is honoured when the machine's configuration is used.
/// Search domains are not: a webhook URL holds a complete name.
pub struct SystemResolver {
    resolver: TokioResolver,
}

/// The machine's resolver configuration could not be used.
#[derive(Debug, Error)]
#[error("resolver configuration of this machine: {0}; check /etc/resolv.conf")]
pub struct ResolverSetupError(#[source] NetError);

impl SystemResolver {
    /// A resolver with the machine's name servers and hosts file.
    ///
    /// # Errors
    ///
    /// When the machine's configuration cannot be read.
    pub fn new() -> Result<Self, ResolverSetupError> {
        let mut builder = TokioResolver::builder_tokio().map_err(ResolverSetupError)?;
        configure(builder.options_mut());
        let resolver = builder.build().map_err(ResolverSetupError)?;
        Ok(Self { resolver })
    }

    /// A resolver that asks one name server only, over UDP and TCP, and reads
    /// nothing of the machine's configuration.
    ///
    /// # Errors
    ///
    /// When the resolver cannot be set up.
    pub fn with_name_server(server: SocketAddr) -> Result<Self, ResolverSetupError> {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut conn| {
            conn.port = server.port();
            conn
        });
        let name_server = NameServerConfig::new(server.ip(), true, connections.to_vec());
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![name_server]);
        let provider = TokioRuntimeProvider::default();
        let mut builder = Resolver::builder_with_config(config, provider);
        configure(builder.options_mut());
        builder.options_mut().use_hosts_file = ResolveHosts::Never;
        let resolver = builder.build().map_err(ResolverSetupError)?;
        Ok(Self { resolver })
    }
}

fn configure(options: &mut ResolverOpts) {
    // Both families always: any forbidden answer of either refuses the name.
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.timeout = QUERY_TIMEOUT;
    options.attempts = QUERY_RETRIES;
    options.cache_size = CACHED_NAMES_MAX;
    options.positive_max_ttl = Some(POSITIVE_TTL_MAX);
    options.negative_max_ttl = Some(NEGATIVE_TTL_MAX);
    // Aliases are judged too.
    options.preserve_intermediates = true;
}

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        Ok(self.resolve_with_aliases(host).await?.addresses)
    }

    async fn resolve_with_aliases(&self, host: &str) -> Result<Resolved, DnsError> {
        let mut name = Name::from_ascii(host).map_err(|error| DnsError::Failed {
            host: host.to_owned(),
            reason: error.to_string(),
        })?;
        // Complete, so that no search domain is ever appended.
        name.set_fqdn(true);
        let found = self.resolver.lookup_ip(name).await;
        let answer = found.map(read).map_err(|error| explain(host, error))?;
        match answer.addresses.is_empty() {
            true => Err(DnsError::NotFound(host.to_owned())),
            false => Ok(answer),
        }
    }
}

fn read(found: LookupIp) -> Resolved {
    let mut answer = Resolved::default();
    for record in found.as_lookup().answers() {
        match &record.data {
            RData::A(v4) => answer.addresses.push(IpAddr::V4(v4.0)),
            RData::AAAA(v6) => answer.addresses.push(IpAddr::V6(v6.0)),
            RData::CNAME(target) => answer.aliases.push(bare(&target.0)),
            _ => {}
        }
    }
    answer
}

fn bare(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.strip_suffix('.').unwrap_or(&text).to_owned()
}

fn explain(host: &str, error: NetError) -> DnsError {
    let host = host.to_owned();
    match error {
        NetError::Timeout => DnsError::Timeout(host),
        NetError::Dns(WireError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NoError | ResponseCode::NXDomain => DnsError::NotFound(host),
            code => server_error(host, code),
        },
        NetError::Dns(WireError::ResponseCode(code)) => server_error(host, code),
        other => match lacking(&other) {
            Some(lacking) => DnsError::LocalResources(lacking),
            None => {
                let reason = other.to_string();
                tracing::info!(host, reason, "name could not be resolved");
                DnsError::Failed { host, reason }
            }
        },
    }
}

/// What this machine has none left of, if that is why no name server was asked.
fn lacking(error: &NetError) -> Option<&'static str> {
    match error {
        NetError::Io(error) => lack::of(error),
        // No name server could be asked, which the resolver does not explain.
        _ => lack::of_sockets(),
    }
}

fn server_error(host: String, code: ResponseCode) -> DnsError {
    DnsError::Server {
        host,
        code: code.to_string(),
    }
}
