//! One HTTP/1.1 connection: a request out, a bounded response in.
//!
//! The connection is driven by the task that sends on it, and by nobody while it is idle: no task per connection, no
//! wake-up of another task per request, and dropping the future of a request closes its socket. A usual exchange is
//! one write and one read.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio::time::Instant;

use crate::body::BodyReader;
use crate::head::Head;
use crate::head_reader::HeadReader;
use crate::request::Message;
use crate::reserve::Spare;
use crate::response::Response;
use crate::send_error::{Phase, SendError};
use crate::socket::Stream;
use crate::trace::Trace;

/// Room for one read: a usual response.
const READ_BYTES: usize = 2 * 1024;
/// Room for a read when there is more than that.
const READ_MORE_BYTES: usize = 16 * 1024;
/// A receiver that closes an idle connection at the moment at which a request is written does so within a round trip.
/// One that has held the request for longer than any round trip takes has begun to work on it.
const UNANSWERED_MAX: Duration = Duration::from_secs(5);

/// An open connection to one origin.
pub(crate) struct Connection {
    stream: Stream,
    /// What has arrived and belongs to no response yet.
    received: Vec<u8>,
    /// Whether a byte of the answer to the last request has come.
    answered: bool,
    /// Whether the last exchange is over on both sides and another may follow.
    free: bool,
    header_bytes_max: usize,
    pub(crate) peer: SocketAddr,
    pub(crate) opened: Instant,
    /// The receiver's `Keep-Alive: timeout`, less a margin.
    pub(crate) idle_timeout: Option<Duration>,
    /// Given back when the socket is closed: behind it, since fields are dropped in order.
    _spare: Option<Spare>,
}

/// How a request on a connection ended without a response.
pub(crate) enum Failure {
    /// The connection was over before a byte of the request was written, so the request may go out on another one.
    Unsent(SendError),
    /// The connection ended at once and without a byte of an answer. A reused one was most likely closed before the
    /// receiver saw the request.
    Unanswered(SendError),
    /// The receiver has answered, or may have worked on the request: it must not be repeated here.
    Sent(SendError),
}

impl Connection {
    pub(crate) fn new(
        stream: Stream,
        peer: SocketAddr,
        header_bytes_max: usize,
        spare: Option<Spare>,
    ) -> Self {
        Self {
            stream,
            received: Vec::new(),
            answered: false,
            free: true,
            header_bytes_max,
            peer,
            opened: Instant::now(),
            idle_timeout: None,
            _spare: spare,
        }
    }

    /// Whether an idle connection is still open and silent, by the kernel's own account.
    pub(crate) fn is_healthy(&mut self) -> bool {
        self.free && self.stream.is_silent()
    }

    /// Whether another exchange may follow the last one.
    pub(crate) const fn is_idle(&self) -> bool {
        self.free
    }

    /// Sends `message` and reads the response, its body up to `body_bytes_max`.
    pub(crate) async fn exchange(
        &mut self,
        message: &Message,
        body_bytes_max: usize,
        trace: &mut Trace,
    ) -> Result<Response, Failure> {
        self.free = false;
        self.answered = false;
        trace.begin_exchange();
        let mut writing = Writing::of(message);
        let head = match self.read_head(message, &mut writing, trace).await {
            Ok(head) => head,
            Err(error) => return Err(self.failure(error, &writing, trace)),
        };
        trace.leave();
        trace.enter(Phase::Body);
        let body = BodyReader::new(head.framing, body_bytes_max);
        let reading = trace.reading.insert((head, body));
        let read = self.read_body(&mut reading.1, &mut writing).await;
        let whole = read.map_err(Failure::Sent)?;
        let (head, body) = trace.reading.take().expect("it was put there above");
        self.free = whole
            && head.keeps_alive
            && head.regular
            && body.is_regular()
            && writing.is_over()
            && self.received.is_empty();
        self.idle_timeout = head.idle_timeout;
        self.received.shrink_to(READ_BYTES);
        Ok(Response::new(head, body))
    }

    fn failure(&self, error: SendError, writing: &Writing<'_>, trace: &Trace) -> Failure {
        let ended = matches!(error, SendError::Reset | SendError::ClosedEarly);
        if writing.written == 0 {
            Failure::Unsent(error)
        } else if ended && !self.answered && trace.in_phase() <= UNANSWERED_MAX {
            Failure::Unanswered(error)
        } else {
            Failure::Sent(error)
        }
    }

    async fn read_head(
        &mut self,
        message: &Message,
        writing: &mut Writing<'_>,
        trace: &mut Trace,
    ) -> Result<Head, SendError> {
        let mut reader = HeadReader::new(self.header_bytes_max);
        loop {
            if self.receive(writing).await? == 0 {
                return Err(writing.failure().unwrap_or(SendError::ClosedEarly));
            }
            let head = reader.take(&mut self.received, &message.method);
            trace.status = reader.status;
            if let Some(head) = head? {
                return Ok(head);
            }
        }
    }

    /// Reads until the body is whole or cut. Whether it ended before the connection did.
    async fn read_body(
        &mut self,
        body: &mut BodyReader,
        writing: &mut Writing<'_>,
    ) -> Result<bool, SendError> {
        loop {
            let used = body.take(&self.received)?;
            self.received.drain(..used);
            if body.is_done() {
                return Ok(!body.truncated);
            }
            let more = match self.receive(writing).await {
                // A session of TLS that ends without saying so: many servers end theirs like that.
                Err(SendError::ClosedEarly) => 0,
                received => received?,
            };
            if more == 0 {
                return match body.end() {
                    true => Ok(false),
                    false => Err(SendError::ClosedEarly),
                };
            }
        }
    }

    /// Waits for more to arrive, and writes meanwhile what is left to write: a receiver may answer before it has read
    /// everything. Returns how much has arrived; nothing when the receiver has ended its side.
    async fn receive(&mut self, writing: &mut Writing<'_>) -> Result<usize, SendError> {
        let room = match self.received.is_empty() {
            true => READ_BYTES,
            false => READ_MORE_BYTES,
        };
        self.received.reserve(room);
        let Self {
            stream, received, ..
        } = self;
        let read = poll_fn(|cx| {
            if let Poll::Ready(Err(error)) = writing.poll(stream, cx) {
                if writing.written == 0 {
                    return Poll::Ready(Err(error));
                }
                // It may have answered before it closed.
                writing.failed = Some(error);
            }
            pin!(stream.read_buf(received)).poll(cx)
        });
        let read = read.await;
        let count = read.map_err(|error| SendError::from_established(&error))?;
        self.answered |= count > 0;
        Ok(count)
    }
}

/// A message on its way out.
struct Writing<'a> {
    parts: [&'a [u8]; 2],
    written: usize,
    flushed: bool,
    failed: Option<io::Error>,
}

impl<'a> Writing<'a> {
    fn of(message: &'a Message) -> Self {
        Self {
            parts: [&message.start, &message.rest],
            written: 0,
            flushed: false,
            failed: None,
        }
    }

    /// Whether all is on its way.
    fn is_over(&self) -> bool {
        self.flushed
    }

    fn failure(&self) -> Option<SendError> {
        self.failed.as_ref().map(SendError::from_established)
    }

    /// Writes as much as the stream takes; ready when there is nothing left to do.
    fn poll(&mut self, stream: &mut Stream, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.flushed || self.failed.is_some() {
            return Poll::Ready(Ok(()));
        }
        for part in &mut self.parts {
            while !part.is_empty() {
                match ready!(Pin::new(&mut *stream).poll_write(cx, part))? {
                    0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                    count => {
                        *part = &part[count..];
                        self.written += count;
                    }
                }
            }
        }
        ready!(Pin::new(stream).poll_flush(cx))?;
        self.flushed = true;
        Poll::Ready(Ok(()))
    }
}
