//! A new connection: vetted address, TCP, the peer checked again, TLS.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use crate::connection::Connection;
use crate::endpoint_url::EndpointUrl;
use crate::guard::Guard;
use crate::limits::ClientLimits;
use crate::send_error::{Phase, SendError};
use crate::socket::Stream;
use crate::trace::Trace;

/// Addresses of one name that are tried within a request; more would leave
/// each too little of the deadline.
const ADDRESSES_TRIED_MAX: usize = 4;

/// The only thing in the project that opens connections to receivers.
pub(crate) struct Connector {
    pub(crate) guard: Arc<Guard>,
    tls: TlsConnector,
}

impl Connector {
    pub(crate) fn new(guard: Arc<Guard>, tls: Arc<ClientConfig>) -> Self {
        let tls = TlsConnector::from(tls);
        Self { guard, tls }
    }

    /// Resolves, connects and, for https, shakes hands. `until` bounds each
    /// TCP try; the caller bounds the whole.
    pub(crate) async fn connect(
        &self,
        url: &EndpointUrl,
        limits: &ClientLimits,
        until: Instant,
        trace: &mut Trace,
    ) -> Result<Connection, SendError> {
        let addresses = self.resolve(url, trace).await?;
        let (tcp, peer) = self.open(&addresses, url.port(), until, trace).await?;
        trace.peer = Some(peer);
        let stream = self.secure(url, tcp, trace).await?;
        Ok(Connection::new(
            stream,
            peer,
            limits.response_header_bytes_max,
        ))
    }

    async fn resolve(
        &self,
        url: &EndpointUrl,
        trace: &mut Trace,
    ) -> Result<Vec<IpAddr>, SendError> {
        trace.enter(Phase::Dns);
        let addresses = self.guard.vetted_addresses(url).await?;
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
        trace: &mut Trace,
    ) -> Result<(TcpStream, SocketAddr), SendError> {
        trace.enter(Phase::Connect);
        let tried = addresses.len().min(ADDRESSES_TRIED_MAX);
        let mut last = SendError::ConnectTimeout;
        for (index, ip) in addresses.iter().take(tried).enumerate() {
            let shares = u32::try_from(tried - index).expect("at most ADDRESSES_TRIED_MAX");
            let now = Instant::now();
            let share = until.saturating_duration_since(now) / shares;
            match self.open_one((*ip, port).into(), now + share).await {
                Ok(opened) => {
                    trace.leave();
                    return Ok(opened);
                }
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
            .map_err(|error| SendError::from_connect(&error))?;
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
        url: &EndpointUrl,
        tcp: TcpStream,
        trace: &mut Trace,
    ) -> Result<Stream, SendError> {
        if !url.is_https() {
            return Ok(Stream::Plain(tcp));
        }
        trace.enter(Phase::Tls);
        let session = self
            .tls
            .connect(url.server_name().clone(), tcp)
            .await
            .map_err(|error| SendError::from_handshake(&error))?;
        trace.leave();
        Ok(Stream::Tls(Box::new(session)))
    }
}
