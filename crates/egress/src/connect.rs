//! A new connection: vetted address, TCP, the peer checked again, TLS.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use crate::connection::Connection;
use crate::endpoint_url::EndpointUrl;
use crate::first_bytes::FirstBytes;
use crate::guard::Guard;
use crate::limits::ClientLimits;
use crate::pool::Pool;
use crate::reserve::{Reserve, Spare};
use crate::send_error::{Phase, SendError};
use crate::socket::Stream;
use crate::tls_diagnosis;
use crate::tls_settings::TlsSettings;
use crate::trace::Trace;
use crate::witness;

/// Addresses of one name that are tried within a request; more would leave
/// each too little of the deadline.
const ADDRESSES_TRIED_MAX: usize = 4;

/// How often room is made for one connection: somebody else may take a descriptor that was freed for it.
const DESCRIPTOR_TRIES: usize = 8;

/// The only thing in the project that opens connections to receivers.
pub(crate) struct Connector {
    pub(crate) guard: Arc<Guard>,
    tls: TlsConnector,
    reserve: Arc<Reserve>,
    pool: Arc<Pool>,
}

impl Connector {
    pub(crate) fn new(
        guard: Arc<Guard>,
        tls: Arc<ClientConfig>,
        pool: Arc<Pool>,
        limits: &ClientLimits,
    ) -> Self {
        Self {
            guard,
            tls: TlsConnector::from(tls),
            reserve: Reserve::new(limits.descriptors_reserved),
            pool,
        }
    }

    /// Resolves, connects and, for https, shakes hands. `until` bounds each
    /// TCP try; the caller bounds the whole.
    pub(crate) async fn connect(
        &self,
        (url, tls): (&EndpointUrl, Option<&TlsSettings>),
        limits: &ClientLimits,
        until: Instant,
        trace: &mut Trace,
    ) -> Result<Connection, SendError> {
        let addresses = self.resolve(url, trace).await?;
        let mut spare = None;
        let (tcp, peer) = self
            .open(&addresses, url.port(), until, &mut spare, trace)
            .await?;
        trace.peer = Some(peer);
        let stream = self.secure((url, tls), tcp, trace).await?;
        let head_max = limits.response_header_bytes_max;
        Ok(Connection::new(stream, peer, head_max, spare))
    }

    /// Finds a descriptor when the process has none left: the oldest idle connection gives way, then the reserve.
    fn make_room(&self, spare: &mut Option<Spare>) -> bool {
        if self.pool.close_oldest() {
            return true;
        }
        if spare.is_some() {
            // What was freed for this connection has been taken by somebody else.
            return self.reserve.free_another();
        }
        *spare = self.reserve.take();
        spare.is_some()
    }

    async fn resolve(
        &self,
        url: &EndpointUrl,
        trace: &mut Trace,
    ) -> Result<Vec<IpAddr>, SendError> {
        trace.enter(Phase::Dns);
        let mut addresses = self
            .guard
            .vetted_addresses(url)
            .await
            .map_err(SendError::from);
        let mut spare = None;
        if matches!(addresses, Err(SendError::LocalResources(_))) && self.make_room(&mut spare) {
            // Asking a name server takes a descriptor too.
            addresses = self
                .guard
                .vetted_addresses(url)
                .await
                .map_err(SendError::from);
        }
        let addresses = addresses?;
        if url.literal().is_none() {
            trace.leave();
        }
        Ok(addresses)
    }

    /// Tries the addresses in order, each with an equal share of what is left.
    async fn open(
        &self,
        addresses: &[IpAddr],
        port: u16,
        until: Instant,
        spare: &mut Option<Spare>,
        trace: &mut Trace,
    ) -> Result<(TcpStream, SocketAddr), SendError> {
        trace.enter(Phase::Connect);
        let tried = addresses.len().min(ADDRESSES_TRIED_MAX);
        let mut last = SendError::ConnectTimeout;
        for (index, ip) in addresses.iter().take(tried).enumerate() {
            let shares = u32::try_from(tried - index).expect("at most ADDRESSES_TRIED_MAX");
            let now = Instant::now();
            let share = until.saturating_duration_since(now) / shares;
            let mut opened = self.open_one((*ip, port).into(), now + share).await;
            for _ in 0..DESCRIPTOR_TRIES {
                let lacking = matches!(opened, Err(SendError::LocalResources(_)));
                if !lacking || !self.make_room(spare) {
                    break;
                }
                opened = self.open_one((*ip, port).into(), now + share).await;
            }
            match opened {
                Ok(opened) => {
                    trace.leave();
                    return Ok(opened);
                }
                // The receiver's other addresses say nothing about what this machine lacks.
                Err(error @ SendError::LocalResources(_)) => return Err(error),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn open_one(
        &self,
        address: SocketAddr,
        until: Instant,
    ) -> Result<(TcpStream, SocketAddr), SendError> {
        let tcp = timeout_at(until, TcpStream::connect(address))
            .await
            .map_err(|_| SendError::ConnectTimeout)?
            .map_err(|error| match (error.kind(), address.is_ipv6()) {
                // This machine has no IPv6 address to connect from, which waiting doesn't change.
                (kind @ ErrorKind::AddrNotAvailable, true) => SendError::Unreachable(kind),
                _ => SendError::from_connect(&error),
            })?;
        let peer = tcp
            .peer_addr()
            .map_err(|error| SendError::from_connect(&error))?;
        self.guard.check_peer(peer)?;
        // A request is written at once; waiting for more would only delay it.
        tcp.set_nodelay(true)
            .map_err(|error| SendError::from_connect(&error))?;
        Ok((tcp, peer))
    }

    async fn secure(
        &self,
        (url, tls): (&EndpointUrl, Option<&TlsSettings>),
        tcp: TcpStream,
        trace: &mut Trace,
    ) -> Result<Stream, SendError> {
        if !url.is_https() {
            return Ok(Stream::Plain(tcp));
        }
        trace.enter(Phase::Tls);
        let handshake = tls
            .map_or(&self.tls, TlsSettings::connector)
            .connect(url.server_name().clone(), FirstBytes::of(tcp))
            .into_fallible();
        let (session, seen) = witness::during(handshake).await;
        let session = session.map_err(|(error, tcp)| {
            let error = tls_diagnosis::explain(&error, url.host(), tcp.first(), &seen);
            match tls.is_some_and(TlsSettings::has_own_authorities) {
                true => error.under_own_authorities(),
                false => error,
            }
        })?;
        trace.leave();
        Ok(Stream::Tls(Box::new(session)))
    }
}
