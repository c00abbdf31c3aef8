//! The client: one request, one deadline, one outcome.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nuncio_domain::{EndpointTls, Headers};
use rustls::client::WebPkiServerVerifier;
use tokio::time::{Instant, timeout_at};

use crate::connect::Connector;
use crate::connection::{Connection, Failure};
use crate::guard::Guard;
use crate::limits::ClientLimits;
use crate::pool::{Pool, PoolKey};
use crate::request::{Message, Request};
use crate::response::Response;
use crate::send_error::SendError;
use crate::tls::{self, TlsRoots, TlsSetupError};
use crate::tls_settings::{TlsSettings, TlsSettingsError};
use crate::trace::{PhaseTimings, Trace};

/// Longer deadlines count as this one: it only keeps clock arithmetic in range.
const DEADLINE_MAX: Duration = Duration::from_secs(3600);

/// An HTTP/1.1 client that passes everything through the [`Guard`] and keeps
/// connections alive.
///
/// Never follows a redirect, never reads a proxy from the environment, never
/// asks for compression. Must be used within a Tokio runtime.
pub struct Client {
    connector: Connector,
    verifier: Arc<WebPkiServerVerifier>,
    pool: Arc<Pool>,
    limits: ClientLimits,
}

/// What became of one request.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The response, whatever its status, or why there is no whole one.
    pub outcome: Result<Response, SendError>,
    /// What came of a response that broke off: its status at least, its headers and the beginning of its body if they
    /// had come. For the log: the outcome is the error.
    pub partial: Option<Response>,
    /// The request was written twice: the reused connection that it was written to first ended at once without a byte
    /// of an answer.
    pub resent: bool,
    /// How long the phases took.
    pub timings: PhaseTimings,
    /// Whom the request went to, once connected.
    pub peer: Option<SocketAddr>,
    /// The headers that the client put before the caller's: `Host`, `Content-Length`, and `Accept-Encoding: identity`
    /// where the caller gave none. With the caller's behind them, these are the headers that were sent, as they were
    /// written.
    pub added_headers: Headers,
}

impl Client {
    /// A client with an empty pool. TLS is set up once, here.
    ///
    /// # Errors
    ///
    /// When an extra certificate authority cannot be read or nothing is trusted.
    pub fn new(
        guard: Arc<Guard>,
        tls: TlsRoots,
        limits: ClientLimits,
    ) -> Result<Client, TlsSetupError> {
        let pool = Pool::new(limits.clone());
        let verifier = tls::verifier(tls::root_store(&tls)?)?;
        let config = tls::client_config(&verifier)?;
        Ok(Client {
            connector: Connector::new(guard, config, Arc::clone(&pool), &limits),
            verifier,
            pool,
            limits,
        })
    }

    /// TLS settings of an endpoint, ready for its requests. What it costs is worth keeping them.
    ///
    /// # Errors
    ///
    /// When they cannot be used, although they could when they were given.
    pub fn tls_settings(&self, settings: &EndpointTls) -> Result<TlsSettings, TlsSettingsError> {
        TlsSettings::build(settings, &self.verifier)
    }

    /// Sends `request` and returns what came of it, at the latest at its
    /// deadline.
    ///
    /// The request is written to one connection, with one exception: if that was a reused one and it ends within
    /// moments and before a byte of an answer has come, the receiver most likely closed it while the request was on
    /// its way, and the request is written once more, to a new connection. Whatever else fails is an error, since
    /// whether the receiver worked on the request cannot be known, and trying again is for whoever counts the attempts.
    /// A receiver may therefore see a request twice and has to tell repeats by their id, as it has to anyway.
    ///
    /// Dropping the future closes the connection.
    pub async fn send(&self, request: Request<'_>) -> Exchange {
        let mut trace = Trace::start();
        let until = trace.started() + request.deadline.min(DEADLINE_MAX);
        let added_headers = request.added_headers();
        let attempt = self.attempt(&request, &added_headers, until, &mut trace);
        let outcome = match timeout_at(until, attempt).await {
            Ok(outcome) => outcome,
            Err(_) => Err(trace.timed_out(request.deadline)),
        };
        trace.finish();
        let partial = match outcome {
            Ok(_) => None,
            Err(_) => trace.partial(),
        };
        Exchange {
            outcome,
            partial,
            resent: trace.resent,
            timings: trace.timings,
            peer: trace.peer,
            added_headers,
        }
    }

    async fn attempt(
        &self,
        request: &Request<'_>,
        added_headers: &Headers,
        until: Instant,
        trace: &mut Trace,
    ) -> Result<Response, SendError> {
        self.connector.guard.rules().check_endpoint(request.url)?;
        if request.tls.is_some() && !request.url.is_https() {
            return Err(SendError::TlsProtocol(
                "the endpoint has TLS settings, but its URL is plain http".to_owned(),
            ));
        }
        let message = request.to_message(added_headers)?;
        let key = PoolKey::of(request);
        while let Some(idle) = self.pool.take(&key) {
            trace.timings.reused = true;
            trace.peer = Some(idle.peer);
            match self.exchange(&key, idle, &message, trace).await {
                Ok(response) => return Ok(response),
                Err(Failure::Sent(error)) => return Err(error),
                // It closed between the look and the write: not a byte has left.
                Err(Failure::Unsent(_)) => {}
                Err(Failure::Unanswered(_)) => {
                    trace.resent = true;
                    break;
                }
            }
        }
        trace.timings.reused = false;
        trace.peer = None;
        // In a box of its own: connecting is rare, and what it takes would make every request's future large.
        let connect =
            self.connector
                .connect((request.url, request.tls), &self.limits, until, trace);
        let fresh = Box::pin(connect).await?;
        self.exchange(&key, Box::new(fresh), &message, trace)
            .await
            .map_err(|failure| match failure {
                Failure::Unsent(error) | Failure::Unanswered(error) | Failure::Sent(error) => error,
            })
    }

    async fn exchange(
        &self,
        key: &Arc<PoolKey>,
        mut connection: Box<Connection>,
        message: &Message,
        trace: &mut Trace,
    ) -> Result<Response, Failure> {
        let body_bytes_max = self.limits.response_body_bytes_max;
        let response = connection.exchange(message, body_bytes_max, trace).await?;
        self.pool.put(key, connection);
        Ok(response)
    }
}
