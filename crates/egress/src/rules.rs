//! Where may a request go? The operator's rules, and the verdict on one
//! address and port.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use thiserror::Error;

use crate::address::{self, Embedding};
use crate::ports::{DEFAULT_DENY_PORTS, PortRange};

/// What the operator lets requests reach. The default is the strictest: public
/// addresses, https, port 443 or an unprivileged port that no well-known
/// unauthenticated service uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressRules {
    /// Accept `http` URLs as well, and port 80 with them.
    pub allow_http: bool,
    /// Lift the address, name and port rules for loopback, RFC 1918 and unique
    /// local addresses. Link-local and cloud metadata addresses stay refused.
    /// For development and closed networks.
    pub allow_private_networks: bool,
    /// Ranges that are open although the tables refuse them, at any port.
    pub allow_cidrs: Vec<IpNet>,
    /// Ports that are open although the rule or `deny_ports` refuses them.
    pub allow_ports: Vec<PortRange>,
    /// Ports that are refused besides those below 1024.
    pub deny_ports: Vec<PortRange>,
    /// The machine reaches IPv4 through NAT64: accept the translation prefixes
    /// when the embedded IPv4 address is itself acceptable.
    pub nat64: bool,
    /// The host names or addresses of the server's own API, as they stand in a
    /// URL; a webhook to oneself is a loop.
    pub own_hosts: Vec<String>,
}

impl Default for EgressRules {
    fn default() -> Self {
        Self {
            allow_http: false,
            allow_private_networks: false,
            allow_cidrs: Vec::new(),
            allow_ports: Vec::new(),
            deny_ports: DEFAULT_DENY_PORTS.to_vec(),
            nat64: false,
            own_hosts: Vec::new(),
        }
    }
}

/// Why an address and port may not be reached.
///
/// The message names the rule. The address is in the field and not in the
/// message, so that a tenant does not learn what an internal name resolves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressError {
    /// The address is not public.
    #[error(
        "its address is {range}, not a public one; use a publicly reachable host, or have the operator allow the range"
    )]
    Range {
        /// The address that was judged.
        address: IpAddr,
        /// The refused range, in words.
        range: &'static str,
    },
    /// An IPv6 address carries an IPv4 address.
    #[error("its address is an IPv6 form of an IPv4 address; use the IPv4 address itself")]
    EmbeddedIpv4 {
        /// The address that was judged.
        address: IpAddr,
        /// The IPv4 address inside.
        embedded: Ipv4Addr,
    },
    /// The port is refused.
    #[error(
        "port {port} is not allowed; use 443 or a port from 1024 up that is not on the denylist"
    )]
    Port {
        /// The refused port.
        port: u16,
    },
}

impl EgressRules {
    /// Judges one address and port, as a literal in a URL, an answer of DNS or
    /// the peer of a connection.
    ///
    /// # Errors
    ///
    /// [`AddressError`] names the rule that refuses it.
    pub fn check_address(&self, ip: IpAddr, port: u16) -> Result<(), AddressError> {
        self.check_ip(ip)?;
        if port != 0 && self.is_exempt(ip) {
            return Ok(());
        }
        self.check_port(port)
    }

    /// The port rule by itself. `http` opens port 80 with its own switch.
    pub(crate) fn check_port(&self, port: u16) -> Result<(), AddressError> {
        let allowed = |ranges: &[PortRange]| ranges.iter().any(|range| range.contains(port));
        let open = match port {
            0 => false,
            _ if allowed(&self.allow_ports) => true,
            80 => self.allow_http,
            443 => true,
            _ => port >= 1024 && !allowed(&self.deny_ports),
        };
        if open {
            Ok(())
        } else {
            Err(AddressError::Port { port })
        }
    }

    /// Whether some address is reachable at any port, so that the port of a
    /// name can only be judged together with what the name resolves to.
    pub(crate) fn has_exempt_ranges(&self) -> bool {
        self.allow_private_networks || !self.allow_cidrs.is_empty()
    }

    fn check_ip(&self, address: IpAddr) -> Result<(), AddressError> {
        let exempt = self.is_exempt(address);
        if let IpAddr::V6(v6) = address {
            if self.is_open_nat64(v6) {
                return Ok(());
            }
            self.check_embedded(v6, exempt)?;
        }
        match address::refused_range(address) {
            Some(range) if !exempt => Err(AddressError::Range { address, range }),
            _ => Ok(()),
        }
    }

    /// An embedded address is judged too, even where the IPv6 range is open.
    fn check_embedded(&self, v6: Ipv6Addr, exempt: bool) -> Result<(), AddressError> {
        for (_, embedded) in address::embedded(v6) {
            self.check_ip(IpAddr::V4(embedded))?;
            if !exempt {
                let address = IpAddr::V6(v6);
                return Err(AddressError::EmbeddedIpv4 { address, embedded });
            }
        }
        Ok(())
    }

    /// A translation prefix in use, and every IPv4 address it may stand for is
    /// acceptable.
    fn is_open_nat64(&self, v6: Ipv6Addr) -> bool {
        let mut targets = address::embedded(v6).peekable();
        self.nat64
            && targets.peek().is_some()
            && targets.all(|(embedding, v4)| {
                embedding == Embedding::Nat64 && self.check_ip(IpAddr::V4(v4)).is_ok()
            })
    }

    fn is_exempt(&self, ip: IpAddr) -> bool {
        self.allow_cidrs.iter().any(|net| net.contains(&ip))
            || (self.allow_private_networks && address::is_private(ip))
    }
}
