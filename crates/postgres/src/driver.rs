//! The half of a connection that does its I/O.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio_postgres::{AsyncMessage, Connection, Error, Socket};

use crate::tls::TlsSession;

/// Does a connection's I/O: nothing that its client is asked happens unless this is polled, on whatever runtime the
/// caller likes, in a task of its own or beside the client. It ends when the client is dropped and has its answers, or
/// with the connection.
///
/// Await it to have the server's notices logged; take them one by one with [`Driver::message`] to see them, and
/// notifications of `LISTEN`.
#[must_use = "a connection does nothing unless its driver is polled"]
pub struct Driver {
    connection: Connection<Socket, TlsSession>,
}

impl Driver {
    pub(crate) fn new(connection: Connection<Socket, TlsSession>) -> Self {
        Self { connection }
    }

    /// Drives the connection until the server says something that nobody asked for. `None` once the connection is
    /// closed; after that, and after an error, it must not be called again. Nothing is lost if it is dropped while it
    /// waits.
    pub async fn message(&mut self) -> Option<Result<AsyncMessage, Error>> {
        poll_fn(|context| self.connection.poll_message(context)).await
    }

    /// What the server said about itself, such as `server_version`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.connection.parameter(name)
    }
}

impl Future for Driver {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        while let Some(message) = ready!(self.connection.poll_message(context)?) {
            if let AsyncMessage::Notice(notice) = message {
                tracing::debug!(
                    severity = notice.severity(),
                    message = notice.message(),
                    "PostgreSQL says"
                );
            }
        }
        Poll::Ready(Ok(()))
    }
}
