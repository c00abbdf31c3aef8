//! The door: takes connections in and serves HTTP/1.1 on them until the server stops.

use std::{convert::Infallible, io, net::SocketAddr, time::Duration};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulConnection, GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// How long a client may take for a request's head, and may keep a connection without a request: whoever sends a byte
/// now and then must not hold a socket for ever. Longer than the idle times of common load balancers (up to ten
/// minutes), which close first and so never find their connection gone.
const HEAD_TIME_MAX: Duration = Duration::from_secs(650);

/// How long no connection is taken in after the system had no room for one.
const PAUSE: Duration = Duration::from_secs(1);

/// Has requests on a listener answered until `closed` ends, then lets those that have begun end. Requests hold the
/// peer's address as an extension, `ConnectInfo<SocketAddr>`.
pub(crate) async fn serve<F>(
    listener: TcpListener,
    answer: impl Fn(Request) -> F + Clone + Send + 'static,
    mut closed: oneshot::Receiver<()>,
) where
    F: Future<Output = Response> + Send + 'static,
{
    let connections = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut closed => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = connections.watch(connection(stream, peer, answer.clone()));
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, %peer, "a connection broke off");
                    }
                });
            }
            Err(error) if is_of_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "can't take a connection in: trying again in a second");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.shutdown().await;
}

fn connection<F>(
    stream: TcpStream,
    peer: SocketAddr,
    answer: impl Fn(Request) -> F + Send + 'static,
) -> impl GracefulConnection<Error = hyper::Error> + Send
where
    F: Future<Output = Response> + Send + 'static,
{
    // Answers are small and awaited: they must not wait for more to send.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "can't set TCP_NODELAY");
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answered = answer(request);
        async { Ok::<_, Infallible>(answered.await) }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME_MAX)
        // Answers are short: putting head and body together costs less than telling the kernel of two pieces.
        .writev(false)
        .serve_connection(TokioIo::new(stream), service)
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
        sync::Semaphore,
    };

    use super::*;

    async fn peer(request: Request) -> Response {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        peer.unwrap().0.to_string().into_response()
    }

    async fn open() -> (SocketAddr, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        (listener.local_addr().unwrap(), listener)
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
        let door = tokio::spawn(serve(listener, peer, closed));
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
        door.await.unwrap();
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
        let door = tokio::spawn(serve(listener, answer, closed));
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: nuncio\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let _begun = begun.acquire().await.unwrap();
        close.send(()).unwrap();
        may_end.add_permits(1);
        assert!(read(&mut stream).await.ends_with("done"));
        door.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_never_ends_is_not_waited_for() {
        let (addr, listener) = open().await;
        let (_close, closed) = oneshot::channel();
        tokio::spawn(serve(listener, peer, closed));
        let begin = tokio::time::Instant::now();
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
        assert_eq!(read(&mut stream).await, "");
        assert!(begin.elapsed() >= HEAD_TIME_MAX);
    }
}
