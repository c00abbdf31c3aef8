//! A program that strangers attack in the server's stead: it reads what is there, refuses and closes.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// As much as it reads of a request.
const BYTES_READ: usize = 16 * 1024;
/// How long no connection is accepted after one failed: there may be no descriptors left.
const PAUSE: Duration = Duration::from_millis(100);
const REFUSAL: &[u8] =
    b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Opens one on a port of its own; it ends with the runtime.
pub(super) async fn open() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => drop(tokio::spawn(refuse(stream))),
                Err(_) => tokio::time::sleep(PAUSE).await,
            }
            tokio::task::yield_now().await;
        }
    });
    Ok(address)
}

/// Whoever sends nothing is waited for.
async fn refuse(mut stream: TcpStream) {
    let mut bytes = [0; BYTES_READ];
    if stream.read(&mut bytes).await.is_ok_and(|read| read > 0) {
        let _ = stream.write_all(REFUSAL).await;
    }
}
