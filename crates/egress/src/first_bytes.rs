//! A stream that remembers how the other side began: what came instead of TLS is told by its first bytes.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Enough to recognise a protocol.
const FIRST_BYTES: usize = 16;

/// Passes everything through, and keeps the first bytes that were read.
#[derive(Debug)]
pub(crate) struct FirstBytes<S> {
    stream: S,
    first: [u8; FIRST_BYTES],
    count: usize,
}

impl<S> FirstBytes<S> {
    pub(crate) const fn of(stream: S) -> Self {
        Self {
            stream,
            first: [0; FIRST_BYTES],
            count: 0,
        }
    }

    /// The first bytes that were read.
    pub(crate) fn first(&self) -> &[u8] {
        &self.first[..self.count]
    }

    /// The stream below.
    pub(crate) const fn get_ref(&self) -> &S {
        &self.stream
    }

    fn remember(&mut self, read: &[u8]) {
        let room = read.len().min(FIRST_BYTES - self.count);
        self.first[self.count..self.count + room].copy_from_slice(&read[..room]);
        self.count += room;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FirstBytes<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        if this.count < FIRST_BYTES {
            this.remember(&buf.filled()[before..]);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FirstBytes<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
