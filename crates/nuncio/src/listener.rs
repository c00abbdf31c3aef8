//! Accepts connections and serves HTTP/1.1 on them until the server stops. Who may sit is for `seats.rs` to say.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulConnection, GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::oneshot,
};
use tokio_rustls::TlsAcceptor;

use crate::{
    listen::{Accepted, Bound},
    seats::{Seated, Seats},
};

/// The most of a request's head, and of what is read ahead of it: URLs of 2048 characters, tokens and cookies fit.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// How long no connection is taken in after the system had no room for one.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a TLS handshake may take: as long as a request's head.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// The peer's address of sockets in the file system: this machine's.
const LOCAL: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));

/// What a connection beyond all bounds is told, if it listens.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Which paths are answered at a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paths {
    All,
    AllButMetrics,
    /// Those that monitors ask.
    Monitoring,
}

impl Paths {
    /// Whether a request is answered here.
    pub(crate) fn are_open(self, request: &Request) -> bool {
        let path = request.uri().path();
        match self {
            Self::All => true,
            Self::AllButMetrics => path != "/metrics",
            Self::Monitoring => matches!(path, "/metrics" | "/healthz" | "/readyz"),
        }
    }
}

/// The answer where a path is answered at another listener.
pub(crate) fn nothing_here() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = axum::http::StatusCode::NOT_FOUND;
    response
}

/// Has requests on a listener answered until `closed` ends, then lets those that have begun end. Requests hold the
/// peer's address as an extension, `ConnectInfo<SocketAddr>`.
pub(crate) async fn serve<F>(
    listener: Bound,
    tls: Option<TlsAcceptor>,
    seats: Arc<Seats>,
    answer: impl Fn(Request) -> F + Clone + Send + 'static,
    mut closed: oneshot::Receiver<()>,
) where
    F: Future<Output = Response> + Send + 'static,
{
    let connections = GracefulShutdown::new();
    let time_keeper = tokio::spawn(Arc::clone(&seats).keep_time());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut closed => break,
        };
        match accepted {
            Ok(Accepted::Tcp(stream, peer)) => {
                let Some(seated) = seats.take(peer.ip()) else {
                    // Whoever speaks TLS would not understand it.
                    if tls.is_none() {
                        let _ = stream.try_write(FULL);
                    }
                    continue;
                };
                // Answers are small and awaited: they must not wait for more to send.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "can't set TCP_NODELAY");
                }
                let (watcher, answer) = (connections.watcher(), answer.clone());
                match tls.clone() {
                    None => drop(tokio::spawn(sit(stream, peer, seated, answer, watcher))),
                    Some(tls) => drop(tokio::spawn(async move {
                        match tokio::time::timeout(HANDSHAKE_MAX, tls.accept(stream)).await {
                            Ok(Ok(stream)) => sit(stream, peer, seated, answer, watcher).await,
                            Ok(Err(error)) => {
                                tracing::debug!(%error, %peer, "TLS handshake failed");
                            }
                            Err(_) => tracing::debug!(%peer, "TLS handshake took too long"),
                        }
                    })),
                }
                // One after the other: a crowd that connects at once is not let in before all who are at work.
                tokio::task::yield_now().await;
            }
            Ok(Accepted::Unix(stream)) => {
                let Some(seated) = seats.take_local() else {
                    let _ = stream.try_write(FULL);
                    continue;
                };
                let (watcher, answer) = (connections.watcher(), answer.clone());
                tokio::spawn(sit(stream, LOCAL, seated, answer, watcher));
                // One after the other: a crowd that connects at once is not let in before all who are at work.
                tokio::task::yield_now().await;
            }
            Err(error) if is_of_connection(&error) => {}
            Err(error) => {
                // Most likely there are no more descriptors: whoever is idle gives theirs.
                let made_room = seats.shed_one();
                tracing::error!(%error, made_room, "can't accept a connection: trying again in a moment");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.shutdown().await;
    time_keeper.abort();
}

/// A connection, from its first request to its end.
async fn sit<S, F>(
    stream: S,
    peer: SocketAddr,
    seated: Seated,
    answer: impl Fn(Request) -> F + Send + 'static,
    watcher: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let seated = Arc::new(seated);
    let connection = connection(stream, peer, Arc::clone(&seated), answer);
    tokio::select! {
        ended = watcher.watch(connection) => if let Err(error) = ended {
            tracing::debug!(%error, %peer, "connection failed");
        },
        () = seated.cut() => tracing::debug!(%peer, "connection closed: idle or slow for too long"),
    }
}

fn connection<S, F>(
    stream: S,
    peer: SocketAddr,
    seated: Arc<Seated>,
    answer: impl Fn(Request) -> F + Send + 'static,
) -> impl GracefulConnection<Error = hyper::Error> + Send
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let stream = Watched {
        stream,
        seated: Arc::clone(&seated),
    };
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        seated.begins();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answered, seated) = (answer(request), Arc::clone(&seated));
        async move {
            let response = answered.await;
            seated.ends();
            Ok::<_, Infallible>(response)
        }
    });
    http1::Builder::new()
        // Seats have their times.
        .header_read_timeout(None::<Duration>)
        .max_buf_size(HEAD_BYTES_MAX)
        // Answers are short: putting head and body together costs less than telling the kernel of two pieces.
        .writev(false)
        .serve_connection(TokioIo::new(stream), service)
}

/// A stream that tells its seat when something comes.
struct Watched<S> {
    stream: S,
    seated: Arc<Seated>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.seated.reads();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        if written.is_pending() {
            self.seated.stalls();
        }
        written
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // It is asked once everything was written.
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() {
            self.seated.is_read();
        }
        flushed
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Whether it is the connection that failed, before it was taken in, and not the listener.
fn is_of_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
        sync::Semaphore,
    };

    use super::*;
    use crate::seats::SeatLimits;

    fn seats(total: usize) -> Arc<Seats> {
        let limits = SeatLimits {
            total,
            per_address: total,
            exempt: Vec::new(),
        };
        Seats::new(limits, Arc::default())
    }

    async fn peer(request: Request) -> Response {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        peer.unwrap().0.to_string().into_response()
    }

    async fn open() -> (SocketAddr, Bound) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        (listener.local_addr().unwrap(), Bound::Tcp(listener))
    }

    /// What comes until the server closes.
    async fn read(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn requests_are_answered_until_it_closes() {
        let (addr, listener) = open().await;
        let (close, closed) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, None, seats(9), peer, closed));
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let own = stream.local_addr().unwrap().to_string();
        let request = b"GET / HTTP/1.1\r\nhost: nuncio\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut start = [0; 15];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 200 OK");
        close.send(()).unwrap();
        // Idle by now, or about to be: it ends all the same.
        assert!(read(&mut stream).await.ends_with(&own));
        serving.await.unwrap();
        assert!(TcpStream::connect(addr).await.is_err());
    }

    #[tokio::test]
    async fn a_request_that_has_begun_ends_after_it_closes() {
        let (addr, listener) = open().await;
        let (close, closed) = oneshot::channel();
        let begun: &Semaphore = Box::leak(Box::new(Semaphore::new(0)));
        let may_end: &Semaphore = Box::leak(Box::new(Semaphore::new(0)));
        let answer = move |_| async move {
            begun.add_permits(1);
            let _may_end = may_end.acquire().await;
            "done".into_response()
        };
        let serving = tokio::spawn(serve(listener, None, seats(9), answer, closed));
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: nuncio\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let _begun = begun.acquire().await.unwrap();
        close.send(()).unwrap();
        may_end.add_permits(1);
        assert!(read(&mut stream).await.ends_with("done"));
        serving.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_never_ends_is_not_waited_for() {
        let (addr, listener) = open().await;
        let (_close, closed) = oneshot::channel();
        tokio::spawn(serve(listener, None, seats(9), peer, closed));
        let begin = tokio::time::Instant::now();
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
        assert_eq!(read(&mut stream).await, "");
        let took = begin.elapsed().as_secs();
        assert!((10..=13).contains(&took), "{took}");
    }

    #[tokio::test]
    async fn a_head_beyond_its_bound_is_refused() {
        let (addr, listener) = open().await;
        let (_close, closed) = oneshot::channel();
        tokio::spawn(serve(listener, None, seats(9), peer, closed));
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let head = format!("GET / HTTP/1.1\r\nx: {}", "x".repeat(HEAD_BYTES_MAX));
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        assert_eq!(&start, b"HTTP/1.1 431");
    }

    #[tokio::test]
    async fn idle_connections_keep_nobody_out() {
        let (addr, listener) = open().await;
        let (_close, closed) = oneshot::channel();
        tokio::spawn(serve(listener, None, seats(20), peer, closed));
        let mut idle = Vec::new();
        for _ in 0..200 {
            idle.push(TcpStream::connect(addr).await.unwrap());
            let mut stream = TcpStream::connect(addr).await.unwrap();
            let request = b"GET / HTTP/1.1\r\nhost: nuncio\r\nconnection: close\r\n\r\n";
            stream.write_all(request).await.unwrap();
            assert!(read(&mut stream).await.starts_with("HTTP/1.1 200"));
        }
    }
}
