//! A server on a real socket that answers from a script, and a client of it on a clock that stands still.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use nuncio_client::{Builder, Clock, Nuncio, RetryPolicy};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// 2026-01-02T03:04:05Z.
pub(crate) const NOW: Duration = Duration::from_secs(1_767_323_045);

/// One answer of a script.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A status code, a header line or none, a body.
    Full(u16, &'static str, String),
    /// The connection ends without one.
    Broken,
    /// Nothing comes, and the connection stays.
    Silent,
}

pub(crate) fn answer(status: u16, body: Value) -> Answer {
    Answer::Full(status, "", body.to_string())
}

pub(crate) fn problem(status: u16, header: &'static str) -> Answer {
    let document = json!({"type": "urn:nuncio:problem:kind", "title": "Kind", "status": status, "detail": "it is so"});
    Answer::Full(status, header, document.to_string())
}

/// A request as it came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

/// A client, what its server has received, and how long it has waited between attempts.
pub(crate) struct Scene {
    pub(crate) client: Nuncio,
    pub(crate) base_url: String,
    received: Arc<Mutex<Vec<Received>>>,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Scene {
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn waits_ms(&self) -> Vec<u128> {
        let waits = self.waits.lock().unwrap();
        waits.iter().map(Duration::as_millis).collect()
    }
}

pub(crate) async fn start(script: impl IntoIterator<Item = Answer>) -> Scene {
    start_with(script, |builder| builder).await
}

pub(crate) async fn start_with(
    script: impl IntoIterator<Item = Answer>,
    options: impl FnOnce(Builder) -> Builder,
) -> Scene {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/", listener.local_addr().unwrap());
    let received = Arc::new(Mutex::new(Vec::new()));
    tokio::spawn(serve(
        listener,
        script.into_iter().collect(),
        Arc::clone(&received),
    ));
    let waits = Arc::new(Mutex::new(Vec::new()));
    let builder = Nuncio::builder("nk_1")
        .base_url(base_url.clone())
        .clock(StillClock(Arc::clone(&waits)));
    let client = options(builder).build().unwrap();
    Scene {
        client,
        base_url,
        received,
        waits,
    }
}

pub(crate) fn once(builder: Builder) -> Builder {
    builder.retry(RetryPolicy {
        attempts_max: 1,
        ..RetryPolicy::default()
    })
}

/// Only moves by the client's waits, which it notes.
struct StillClock(Arc<Mutex<Vec<Duration>>>);

impl Clock for StillClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + NOW
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }

    fn entropy(&self) -> f64 {
        0.0
    }
}

async fn serve(
    listener: TcpListener,
    mut script: VecDeque<Answer>,
    received: Arc<Mutex<Vec<Received>>>,
) {
    let mut silent = Vec::new();
    while let Ok((stream, _)) = listener.accept().await {
        let mut stream = BufReader::new(stream);
        let request = read(&mut stream).await;
        received.lock().unwrap().push(request);
        let answer = script.pop_front();
        match answer.unwrap_or_else(|| Answer::Full(418, "", String::new())) {
            Answer::Full(status, header, body) => write(stream, status, header, &body).await,
            Answer::Broken => drop(stream),
            Answer::Silent => silent.push(stream),
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Received {
    let mut request = Received::default();
    stream.read_line(&mut request.line).await.unwrap();
    request.line = request.line.replace(" HTTP/1.1\r\n", "");
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        let name = name.to_ascii_lowercase();
        request.headers.insert(name, value.to_owned());
    }
    let length = request.headers.get("content-length");
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.unwrap();
    request.body = String::from_utf8(body).unwrap();
    request
}

async fn write(mut stream: BufReader<TcpStream>, status: u16, header: &str, body: &str) {
    let header = match header {
        "" => String::new(),
        header => format!("{header}\r\n"),
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: {length}\r\n{header}\r\n{body}"
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
}
