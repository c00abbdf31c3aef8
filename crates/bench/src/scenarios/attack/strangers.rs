//! What strangers send, and how they go on.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::kind::Kind;

/// Strangers that share an address.
const BY_ADDRESS: u32 = 1_500;
/// Bytes that a stranger sends at a time, so that all of them get on together.
const PIECE: usize = 64 * 1024;
/// How long a stranger waits before the next request, after one was answered.
const PAUSE: Duration = Duration::from_millis(50);
/// How long one waits who holds connections: it is about what they take while they are open, not about connecting.
const HOLD_PAUSE: Duration = Duration::from_secs(1);

/// One who attacks.
pub(super) struct Stranger {
    pub(super) number: u32,
    pub(super) server: SocketAddr,
    pub(super) prepared: Arc<[Vec<u8>]>,
}

impl Stranger {
    /// Attacks until it is dropped.
    pub(super) async fn attack(&self, kind: Kind) {
        let mut round = self.number as usize;
        loop {
            let message = &self.prepared[round % self.prepared.len()];
            round += 1;
            // Refused, cut or answered: on to the next.
            let pause = match kind {
                Kind::Schemas | Kind::Tests => {
                    let _ = self.ask(message).await;
                    PAUSE
                }
                _ => {
                    let _ = self.hold(message).await;
                    HOLD_PAUSE
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Sends what there is and keeps the connection until the server ends it.
    async fn hold(&self, message: &[u8]) -> io::Result<()> {
        let mut stream = self.connect().await?;
        for piece in message.chunks(PIECE) {
            stream.write_all(piece).await?;
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(())
    }

    /// Sends a request and waits for the answer's first bytes.
    async fn ask(&self, message: &[u8]) -> io::Result<()> {
        let mut stream = self.connect().await?;
        for piece in message.chunks(PIECE) {
            stream.write_all(piece).await?;
        }
        let mut answer = [0; 4 * 1024];
        stream.read(&mut answer).await.map(drop)
    }

    async fn connect(&self) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        let last = u8::try_from(2 + self.number / BY_ADDRESS).unwrap_or(2);
        // Where loopback is one address only, all come from it.
        let _ = socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0)));
        socket.connect(self.server).await
    }
}

/// The beginning of a head of 380 KB.
pub(super) fn head() -> Vec<u8> {
    let mut head = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n".to_vec();
    for number in 0..95 {
        let value = "x".repeat(4_000);
        head.extend_from_slice(format!("x-{number}: {value}\r\n").as_bytes());
    }
    head
}

/// A whole request.
pub(super) fn request(path: &str, key: &str, body: &[u8]) -> Vec<u8> {
    let mut request = start(path, key, body.len());
    request.extend_from_slice(body);
    request
}

/// A request of whose body the last byte is missing.
pub(super) fn unfinished(path: &str, key: &str, bytes: usize) -> Vec<u8> {
    let mut request = start(path, key, bytes);
    request.extend(std::iter::repeat_n(b' ', bytes - 1));
    request
}

fn start(path: &str, key: &str, bytes: usize) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {bytes}\r\n\r\n"
    )
    .into_bytes()
}

/// Event types whose schemas cost much.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let branch = |kind: &str| {
        json!({"type": "object", "properties": {
            "kind": {"const": kind}, "child": {"$ref": "#/$defs/n"}}})
    };
    let patterns: Vec<Value> = (0..20).map(|_| json!({"pattern": r"\w{999}"})).collect();
    let candidates: Vec<Value> = (0..3_000).map(|n| json!({"v": [n]})).collect();
    vec![
        (
            "stranger.recursive",
            json!({"$defs": {"n": {"oneOf": [branch("a"), branch("b")]}}, "$ref": "#/$defs/n"}),
        ),
        ("stranger.patterns", json!({ "allOf": patterns })),
        ("stranger.enum", json!({"items": {"enum": candidates}})),
        (
            "stranger.unique",
            json!({"uniqueItems": true, "items": {"unevaluatedProperties": false}}),
        ),
    ]
}

/// Events of those types, as large and as nasty as they may be.
pub(super) fn costly_events(key: &str) -> Vec<Vec<u8>> {
    let tree = (0..60).fold(
        json!({"kind": "c"}),
        |child, _| json!({"kind": "a", "child": child}),
    );
    let items: Vec<Value> = (0..80_000).map(|_| json!({"v": [2_999]})).collect();
    let objects: Vec<Value> = (0..80_000).map(|n| json!({"v": n})).collect();
    [
        ("stranger.recursive", tree),
        ("stranger.patterns", json!("a".repeat(1_000_000))),
        ("stranger.enum", json!(items)),
        ("stranger.unique", json!(objects)),
    ]
    .into_iter()
    .map(|(name, data)| {
        let event = json!({"tenant": "stranger", "type": name, "data": data});
        request("/v1/events", key, event.to_string().as_bytes())
    })
    .collect()
}
