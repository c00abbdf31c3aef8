//! A customer's receiver: an HTTPS server on a loopback port that verifies, counts, and behaves as its temper
//! has it.

use std::{
    collections::{HashMap, HashSet},
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{HeaderMap, Request, Response, StatusCode, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use nuncio_domain::Clock;
use nuncio_tools::system::SystemClock;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

use super::{
    rules::{self, Refusal},
    temper::Temper,
    vendors::Vendor,
};

/// More than the server ever sends.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Connections that wait to be accepted.
const BACKLOG: u32 = 128;

/// A receiver. Its port is its own from the start; nobody is behind it until [`open`](Self::open).
pub(super) struct Receiver {
    /// Where it is, or will be.
    pub(super) addr: SocketAddr,
    socket: Mutex<Option<TcpSocket>>,
    tls: TlsAcceptor,
    shared: Arc<Shared>,
    /// All of its tasks; they end with it.
    tasks: Mutex<JoinSet<()>>,
}

/// What a receiver has counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// What it took, by what the customer recognises it by.
    pub(super) accepted: HashSet<String>,
    /// How often it took one again.
    pub(super) repeated: u32,
    /// How often it answered 500, well signed as it was.
    pub(super) failed: HashMap<String, u32>,
    /// What it did not believe.
    pub(super) refused: Vec<Refusal>,
    /// The last request that it took.
    pub(super) last: Option<(HeaderMap, Bytes)>,
}

struct Shared {
    vendor: &'static Vendor,
    secret: OnceLock<String>,
    clock: SystemClock,
    tally: Mutex<Tally>,
}

impl Receiver {
    /// Takes a free port without listening there: connections are refused, and nobody else gets it.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn reserve(vendor: &'static Vendor, tls: TlsAcceptor) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self {
            addr: socket.local_addr()?,
            socket: Mutex::new(Some(socket)),
            tls,
            shared: Arc::new(Shared {
                vendor,
                secret: OnceLock::new(),
                clock: SystemClock::new(),
                tally: Mutex::default(),
            }),
            tasks: Mutex::default(),
        })
    }

    /// Begins to listen; nothing happens if it does already.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn open(&self) -> io::Result<()> {
        if let Some(socket) = lock(&self.socket).take() {
            let listener = socket.listen(BACKLOG)?;
            let serve = serve(listener, self.tls.clone(), Arc::clone(&self.shared));
            lock(&self.tasks).spawn(serve);
        }
        Ok(())
    }

    /// Tells it the endpoint's secret; a second one is not heard.
    pub(super) fn learn(&self, secret: &str) {
        let _ = self.shared.secret.set(secret.to_owned());
    }

    /// What it has counted so far.
    pub(super) fn tally(&self) -> Tally {
        lock(&self.shared.tally).clone()
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, shared: Arc<Shared>) {
    // Ends with this task, and all connections with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(stream, tls.clone(), Arc::clone(&shared)));
    }
}

async fn connection(stream: TcpStream, tls: TlsAcceptor, shared: Arc<Shared>) {
    // A connection that breaks is the sender's to notice: it tries again.
    let Ok(stream) = tls.accept(stream).await else {
        return;
    };
    let service = service_fn(|request| shared.answer(request));
    let http = hyper::server::conn::http1::Builder::new();
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

impl Shared {
    async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
            return Ok(say(StatusCode::PAYLOAD_TOO_LARGE, ""));
        };
        let body = body.to_bytes();
        match self.judge(&head.headers, &body) {
            Ok(key) => Ok(self.take(key, head.headers, body).await),
            Err(refusal) => Ok(self.refuse(refusal)),
        }
    }

    fn judge(&self, headers: &HeaderMap, body: &[u8]) -> Result<String, Refusal> {
        let secret = self.secret.get().ok_or(Refusal::Wrong)?;
        let now_ms = self.clock.now().ms();
        (self.vendor.rule)(&rules::Incoming {
            headers,
            body,
            secret,
            now_ms,
        })
    }

    /// Takes what is well signed, or fails as its temper has it.
    async fn take(&self, key: String, headers: HeaderMap, body: Bytes) -> Response<Full<Bytes>> {
        match self.vendor.temper {
            Temper::Flaky { failures } => {
                let mut tally = lock(&self.tally);
                let failed = tally.failed.entry(key.clone()).or_default();
                if *failed < failures {
                    *failed += 1;
                    return say(StatusCode::INTERNAL_SERVER_ERROR, "not now");
                }
            }
            Temper::Slow(by) => sleep(by).await,
            Temper::Healthy | Temper::Down => {}
        }
        let mut tally = lock(&self.tally);
        tally.repeated += u32::from(!tally.accepted.insert(key));
        tally.last = Some((headers, body));
        say(StatusCode::OK, "ok")
    }

    fn refuse(&self, refusal: Refusal) -> Response<Full<Bytes>> {
        lock(&self.tally).refused.push(refusal);
        match refusal {
            Refusal::Missing | Refusal::Malformed => say(StatusCode::BAD_REQUEST, "Bad request"),
            Refusal::Wrong | Refusal::Stale => say(StatusCode::UNAUTHORIZED, "Invalid signature"),
        }
    }
}

fn say(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}

/// Counts stay true even if a task that held them panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use nuncio_tools::certificate::Certificate;
    use sha2::Sha256;

    use super::*;
    use crate::vendors::VENDORS;

    const SECRET: &str = "whsec_demo";

    /// A receiver with that temper, and a client that trusts it.
    fn receiver(wanted: fn(Temper) -> bool) -> (Receiver, reqwest::Client) {
        let certificate = Certificate::make(["127.0.0.1".to_owned()]).unwrap();
        let vendor = VENDORS.iter().find(|vendor| wanted(vendor.temper)).unwrap();
        let receiver = Receiver::reserve(vendor, certificate.tls).unwrap();
        receiver.learn(SECRET);
        let root = reqwest::Certificate::from_pem(certificate.ca_pem.as_bytes()).unwrap();
        let client = reqwest::Client::builder()
            .tls_certs_only([root])
            .no_proxy()
            .build()
            .unwrap();
        (receiver, client)
    }

    /// Sends a body signed as the vendors sign it, under all their headers at once.
    async fn post(receiver: &Receiver, client: &reqwest::Client, body: &str) -> Option<u16> {
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(body.as_bytes());
        let signature = mac.finalize().into_bytes();
        let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        let request = client
            .post(format!("https://{}/", receiver.addr))
            .header("content-type", "application/json")
            .header("x-deiterate-signature", &hex)
            .header("ventryx-signature", format!("sha256={hex}"))
            .header("ventryx-event", "workflow.completed")
            .header("ventryx-delivery", "del_1")
            .body(body.to_owned());
        request
            .send()
            .await
            .ok()
            .map(|response| response.status().as_u16())
    }

    #[tokio::test]
    async fn a_receiver_that_is_down_refuses_connections_until_it_is_back() {
        let (receiver, client) = receiver(|temper| temper == Temper::Down);
        let body = r#"{"id":"evt_1","type":"workflow.completed","created_at":"","data":{}}"#;
        assert_eq!(post(&receiver, &client, body).await, None);
        receiver.open().unwrap();
        assert_eq!(post(&receiver, &client, body).await, Some(200));
        assert_eq!(post(&receiver, &client, body).await, Some(200));
        let tally = receiver.tally();
        assert_eq!((tally.accepted.len(), tally.repeated), (1, 1));
    }

    #[tokio::test]
    async fn a_flaky_receiver_fails_each_delivery_as_often_as_said() {
        let (receiver, client) = receiver(|temper| matches!(temper, Temper::Flaky { failures: 2 }));
        receiver.open().unwrap();
        for id in ["evt_1", "evt_2"] {
            let body = format!(
                r#"{{"id":"{id}","type":"risk.created","createdAt":"","data":{{"object":{{}}}}}}"#
            );
            for expected in [500, 500, 200] {
                let answer = post(&receiver, &client, &body).await;
                assert_eq!(answer, Some(expected), "{id}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_wrongly_signed_is_refused_and_counted() {
        let (receiver, client) = receiver(|temper| temper == Temper::Down);
        receiver.open().unwrap();
        let url = format!("https://{}/", receiver.addr);
        let forged = client
            .post(url)
            .header("ventryx-signature", "sha256=00")
            .body("{}");
        assert_eq!(forged.send().await.unwrap().status().as_u16(), 401);
        assert_eq!(receiver.tally().refused, [Refusal::Wrong]);
    }
}
