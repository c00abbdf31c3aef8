//! One HTTP/1.1 connection: a request out, a bounded response in.
//!
//! The connection is driven by the task that sends on it, and by nobody while
//! it is idle: no task per connection, no wake-up of another task per request,
//! and dropping the future of a request closes its socket.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use crate::limits::ClientLimits;
use crate::request::Message;
use crate::response::Response;
use crate::send_error::{Phase, SendError};
use crate::socket::{Probe, Stream};
use crate::trace::Trace;

/// Read and write buffers of one connection, at most. Larger requests are
/// written in place; larger responses are read in pieces.
const BUFFER_BYTES_MAX: usize = 64 * 1024;

/// Room kept before the receiver's own idle timeout, for the way there.
const KEEP_ALIVE_MARGIN: Duration = Duration::from_secs(1);

type Driver = Pin<Box<http1::Connection<TokioIo<Stream>, Full<Bytes>>>>;

/// An open connection to one origin.
pub(crate) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    /// `None` once the connection is over.
    driver: Option<Driver>,
    probe: Probe,
    pub(crate) peer: SocketAddr,
    pub(crate) opened: Instant,
    /// The receiver's `Keep-Alive: timeout`, less a margin.
    pub(crate) idle_timeout: Option<Duration>,
}

/// How a request on a connection ended without a response.
pub(crate) enum Failure {
    /// The connection was over before a byte of the request was written, so
    /// the request may go out on another one.
    Unsent(Box<Message>, SendError),
    /// The receiver may have seen the request: it must not be repeated here.
    Sent(SendError),
}

impl Connection {
    pub(crate) async fn start(
        stream: Stream,
        probe: Probe,
        peer: SocketAddr,
        limits: &ClientLimits,
    ) -> Result<Self, SendError> {
        let (sender, driver) = http1::Builder::new()
            .max_header_size(limits.response_header_bytes_max)
            .max_buf_size(BUFFER_BYTES_MAX.max(limits.response_header_bytes_max))
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| SendError::from_http(&error))?;
        Ok(Self {
            sender,
            driver: Some(Box::pin(driver)),
            probe,
            peer,
            opened: Instant::now(),
            idle_timeout: None,
        })
    }

    /// Whether an idle connection is still open and silent, by the kernel's
    /// own account.
    pub(crate) fn is_healthy(&mut self) -> bool {
        self.probe.arm();
        self.poll_driver(&mut Context::from_waker(Waker::noop()));
        self.is_idle()
    }

    /// Whether the last exchange is over on both sides and another may follow.
    pub(crate) fn is_idle(&self) -> bool {
        self.driver.is_some() && self.sender.is_ready()
    }

    /// Sends `message` and reads the response, its body up to `body_bytes_max`.
    pub(crate) async fn exchange(
        &mut self,
        message: Message,
        body_bytes_max: usize,
        trace: &mut Trace,
    ) -> Result<Response, Failure> {
        trace.enter(Phase::Headers);
        let (head, body) = self.send(message).await?.into_parts();
        trace.leave();
        self.idle_timeout = keep_alive_timeout(&head.headers);
        trace.enter(Phase::Body);
        let (body, truncated) = self
            .read_body(body, body_bytes_max)
            .await
            .map_err(Failure::Sent)?;
        Ok(Response::new(&head, body, truncated))
    }

    async fn send(&mut self, message: Message) -> Result<http::Response<Incoming>, Failure> {
        let mut answer = pin!(self.sender.try_send_request(message));
        let driver = &mut self.driver;
        let answered = poll_fn(|cx| {
            poll_driver(driver, cx);
            answer.as_mut().poll(cx)
        })
        .await;
        answered.map_err(|mut failed| {
            let unsent = failed.take_message();
            let error = SendError::from_http(failed.error());
            match unsent {
                Some(message) => Failure::Unsent(Box::new(message), error),
                None => Failure::Sent(error),
            }
        })
    }

    /// The body up to the cap, and whether there was more. At the first byte
    /// beyond the cap the connection is closed.
    async fn read_body(
        &mut self,
        mut body: Incoming,
        bytes_max: usize,
    ) -> Result<(Vec<u8>, bool), SendError> {
        let expected = usize::try_from(body.size_hint().lower()).unwrap_or(bytes_max);
        let mut read = Vec::with_capacity(expected.min(bytes_max));
        while let Some(frame) = self.driving(body.frame()).await {
            let frame = frame.map_err(|error| SendError::from_http(&error))?;
            let Ok(data) = frame.into_data() else {
                continue; // Trailers are of no use here.
            };
            let room = bytes_max - read.len();
            read.extend_from_slice(&data[..data.len().min(room)]);
            if data.len() > room {
                self.driver = None;
                return Ok((read, true));
            }
        }
        // Lets the connection see that the exchange is over.
        self.driving(async {}).await;
        Ok((read, false))
    }

    /// Awaits `work` while moving the connection along.
    async fn driving<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|cx| {
            self.poll_driver(cx);
            work.as_mut().poll(cx)
        })
        .await
    }

    fn poll_driver(&mut self, cx: &mut Context<'_>) {
        poll_driver(&mut self.driver, cx);
    }
}

/// Moves the connection along, and lets go of it once it is over: what waits
/// for it then gets its error.
fn poll_driver(driver: &mut Option<Driver>, cx: &mut Context<'_>) {
    if let Some(running) = driver
        && let Poll::Ready(_ended) = running.as_mut().poll(cx)
    {
        // The error, if any, has been handed to whoever waits.
        *driver = None;
    }
}

/// `Keep-Alive: timeout=5` (RFC 2068 section 19.7.1.1, still what most servers
/// send) as the time for which the connection may be trusted.
fn keep_alive_timeout(headers: &http::HeaderMap) -> Option<Duration> {
    let value = headers.get("keep-alive")?.to_str().ok()?;
    let seconds = value
        .split(',')
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("timeout"))
        .and_then(|(_, seconds)| seconds.trim().parse::<u32>().ok())?;
    Some(Duration::from_secs(seconds.into()).saturating_sub(KEEP_ALIVE_MARGIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_alive_is_trusted_a_second_less_than_promised() {
        fn check(value: &str, expected_s: Option<u64>) {
            let value = value.parse().unwrap();
            let headers = http::HeaderMap::from_iter([(
                http::header::HeaderName::from_static("keep-alive"),
                value,
            )]);
            let expected = expected_s.map(Duration::from_secs);
            assert_eq!(keep_alive_timeout(&headers), expected);
        }
        check("timeout=5", Some(4));
        check("timeout=5, max=100", Some(4));
        check("max=100,Timeout = 60", Some(59));
        check("timeout=0", Some(0));
        check("timeout=soon", None);
        check("max=3", None);
    }
}
