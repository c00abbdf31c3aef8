//! A plain HTTP receiver inside the test, which answers as it is told and keeps what it got.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    time::Instant,
};

use super::wait::within;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What it was answered; `None` if it is left hanging.
    pub(crate) status: Option<u16>,
    pub(crate) at: Instant,
}

impl Arrival {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("no header {name} in {:?}", self.headers));
        value.to_str().expect("ASCII")
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("bodies are UTF-8")
    }
}

/// Decides the status code for a request to a path, given how many came to it before; `None` never answers.
pub(crate) type Rule = dyn Fn(&str, usize) -> Option<u16> + Send + Sync;

struct Shared {
    rule: Box<Rule>,
    /// How many requests have come to each path.
    counts: Mutex<HashMap<String, usize>>,
    arrivals: watch::Sender<Vec<Arrival>>,
}

impl Shared {
    /// How many requests came to a path before this one.
    fn count(&self, path: &str) -> usize {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(path.to_owned()).or_default();
        *count += 1;
        *count - 1
    }
}

/// An address of 127.0.0.1 that refuses connections until it is opened. It is bound from the start, so that no
/// one else can get the port.
pub(crate) struct Closed(TcpSocket);

impl Closed {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = "127.0.0.1:0".parse().expect("an address");
        socket.bind(any).expect("a free port");
        Self(socket)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("bound"))
    }

    /// From now on it accepts connections.
    pub(crate) fn open(
        self,
        rule: impl Fn(&str, usize) -> Option<u16> + Send + Sync + 'static,
    ) -> Sink {
        Sink::on(self.0.listen(1_024).expect("bound"), rule)
    }
}

/// A receiver that runs until the test ends.
#[derive(Clone)]
pub(crate) struct Sink {
    /// Such as `http://127.0.0.1:40123`.
    pub(crate) url: String,
    shared: Arc<Shared>,
}

impl Sink {
    /// Starts one on a free port.
    pub(crate) fn start(rule: impl Fn(&str, usize) -> Option<u16> + Send + Sync + 'static) -> Self {
        Closed::new().open(rule)
    }

    /// Starts one that answers 200 to everything.
    pub(crate) fn healthy() -> Self {
        Self::start(|_, _| Some(200))
    }

    fn on(
        listener: TcpListener,
        rule: impl Fn(&str, usize) -> Option<u16> + Send + Sync + 'static,
    ) -> Self {
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let shared = Arc::new(Shared {
            rule: Box::new(rule),
            counts: Mutex::default(),
            arrivals: watch::Sender::new(Vec::new()),
        });
        let router = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    /// Everything that came so far, in order.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.shared.arrivals.borrow().clone()
    }

    /// What came to one path so far, in order.
    pub(crate) fn at(&self, path: &str) -> Vec<Arrival> {
        let mut arrivals = self.arrivals();
        arrivals.retain(|arrival| arrival.path == path);
        arrivals
    }

    /// Waits until this many requests have come to a path, and gives them.
    pub(crate) async fn arrived(&self, path: &str, count: usize) -> Vec<Arrival> {
        self.wait(&format!("{count} requests at {path}"), |arrivals| {
            arrivals
                .iter()
                .filter(|arrival| arrival.path == path)
                .count()
                >= count
        })
        .await;
        self.at(path)
    }

    /// Waits until what has come satisfies a condition.
    pub(crate) async fn wait(&self, what: &str, mut enough: impl FnMut(&[Arrival]) -> bool) {
        let mut news = self.shared.arrivals.subscribe();
        within(what, news.wait_for(|arrivals| enough(arrivals)))
            .await
            .expect("the sender lives in self");
    }
}

async fn receive(
    State(shared): State<Arc<Shared>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().to_owned();
    let status = (shared.rule)(&path, shared.count(&path));
    shared.arrivals.send_modify(|arrivals| {
        arrivals.push(Arrival {
            path,
            headers,
            body,
            status,
            at: Instant::now(),
        });
    });
    match status {
        Some(status) => StatusCode::from_u16(status)
            .expect("rules give status codes")
            .into_response(),
        None => std::future::pending().await,
    }
}
