//! What does a name resolve to? The question as a trait, so that tests and
//! simulations can answer it themselves.

use std::net::IpAddr;

use async_trait::async_trait;
use thiserror::Error;

/// Resolves host names. Every answer is checked by the [`Guard`](crate::Guard);
/// an implementation only reports what DNS says.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// All addresses of `host` (a name in ASCII, never a literal), both
    /// families.
    ///
    /// # Errors
    ///
    /// [`DnsError`] when there is no address.
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, DnsError>;

    /// The same with the aliases that led to the addresses, for resolvers that
    /// can see them.
    ///
    /// # Errors
    ///
    /// As [`Resolve::resolve`].
    async fn resolve_with_aliases(&self, host: &str) -> Result<Resolved, DnsError> {
        Ok(Resolved {
            addresses: self.resolve(host).await?,
            aliases: Vec::new(),
        })
    }
}

/// What a name resolved to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Every address, in the order of the answer.
    pub addresses: Vec<IpAddr>,
    /// The targets of CNAME records on the way, lower case, no trailing dot.
    pub aliases: Vec<String>,
}

/// Why a name has no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DnsError {
    /// The name does not exist (NXDOMAIN) or has no address.
    #[error("name {0:?} does not exist or has no address")]
    NotFound(String),
    /// The name server answered with an error such as SERVFAIL or REFUSED.
    #[error("name server answered {code} for {host:?}")]
    Server {
        /// The name that was asked.
        host: String,
        /// The response code in words.
        code: String,
    },
    /// No name server answered in time.
    #[error("no name server answered for {0:?} in time")]
    Timeout(String),
    /// The question could not be asked at all. What went wrong is for the operator's log: it may name machines of the
    /// server's own network.
    #[error("name {host:?} could not be resolved: the name server could not be reached")]
    Failed {
        /// The name that was asked.
        host: String,
        /// What went wrong.
        reason: String,
    },
    /// This machine has no descriptors or memory left to ask with.
    #[error("this server has no {0} left to resolve names with")]
    LocalResources(&'static str),
}
