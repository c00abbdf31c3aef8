//! The TCP or TLS stream under a connection, with a way to ask the kernel whether an idle one is still what it was.

use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::first_bytes::FirstBytes;

/// What a connection reads and writes.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<FirstBytes<TcpStream>>>),
}

impl Stream {
    /// Whether it is open and nothing has come that was not asked for.
    ///
    /// The runtime learns of a closed connection only when it polls the kernel's events, which a busy runtime does
    /// late. A request written in between is lost, and nobody can tell whether it was processed; so the kernel is
    /// asked itself.
    pub(crate) fn is_silent(&mut self) -> bool {
        match self {
            Self::Plain(tcp) => is_silent(tcp),
            Self::Tls(session) => {
                // What has come already may be in the session's buffers.
                let mut byte = [0];
                let mut byte = ReadBuf::new(&mut byte);
                let mut cx = Context::from_waker(Waker::noop());
                let read = Pin::new(session.as_mut()).poll_read(&mut cx, &mut byte);
                read.is_pending() && is_silent(session.get_ref().0.get_ref())
            }
        }
    }
}

fn is_silent(tcp: &TcpStream) -> bool {
    let mut byte = [MaybeUninit::uninit()];
    let peeked = SockRef::from(tcp).peek(&mut byte);
    peeked.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
