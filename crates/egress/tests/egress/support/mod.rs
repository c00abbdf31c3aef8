//! Receivers, name servers and clients for the tests: real sockets, loopback only.

pub(crate) mod certificates;
pub(crate) mod dns;
pub(crate) mod openssl;

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use nuncio_domain::{ProjectId, TenantId};
use nuncio_egress::{
    Bytes, Client, ClientLimits, DnsError, EgressRules, Exchange, Guard, Headers, Method, Owner,
    Request, Resolve, Response, TlsRoots, TlsSettings,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// For requests that are expected to be answered, on however slow a machine.
pub(crate) const AMPLE: Duration = Duration::from_secs(30);

/// For requests that are expected to end by their deadline: long enough that a
/// busy machine gets to the phase in question before.
pub(crate) const SHORT: Duration = Duration::from_secs(1);

pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Resolves every name to the same addresses.
pub(crate) struct Always(pub Vec<IpAddr>);

#[async_trait]
impl Resolve for Always {
    async fn resolve(&self, _host: &str) -> Result<Vec<IpAddr>, DnsError> {
        Ok(self.0.clone())
    }
}

/// Rules under which the loopback receivers of a test can be reached.
pub(crate) fn loopback_rules() -> EgressRules {
    EgressRules {
        allow_http: true,
        allow_private_networks: true,
        ..EgressRules::default()
    }
}

pub(crate) fn loopback_guard() -> Guard {
    let resolver = Always(vec![Ipv4Addr::LOCALHOST.into()]);
    Guard::new(loopback_rules(), Arc::new(resolver))
}

pub(crate) fn client() -> Client {
    client_with(ClientLimits::default())
}

pub(crate) fn client_with(limits: ClientLimits) -> Client {
    Client::new(Arc::new(loopback_guard()), TlsRoots::default(), limits).unwrap()
}

pub(crate) async fn post(client: &Client, url: &str, deadline: Duration) -> Exchange {
    post_with(client, &loopback_rules(), url, deadline).await
}

pub(crate) async fn post_with(
    client: &Client,
    rules: &EgressRules,
    url: &str,
    deadline: Duration,
) -> Exchange {
    post_for(client, rules, url, deadline, &owner("acme")).await
}

/// A tenant of the tests' one project.
pub(crate) fn owner(tenant: &str) -> Owner {
    Owner {
        project: ProjectId::from_bits(1),
        tenant: TenantId::parse(tenant).unwrap(),
    }
}

pub(crate) async fn post_for(
    client: &Client,
    rules: &EgressRules,
    url: &str,
    deadline: Duration,
    owner: &Owner,
) -> Exchange {
    post_over(client, rules, url, deadline, owner, None).await
}

pub(crate) async fn post_over(
    client: &Client,
    rules: &EgressRules,
    url: &str,
    deadline: Duration,
    owner: &Owner,
    tls: Option<&TlsSettings>,
) -> Exchange {
    let url = rules.check_url(url).unwrap();
    let request = Request {
        url: &url,
        owner,
        tls,
        method: Method::POST,
        headers: &Headers::from_iter([("content-type", "application/json")]),
        body: Bytes::from_static(b"{}"),
        deadline,
    };
    client.send(request).await
}

pub(crate) fn class(exchange: &Exchange) -> &'static str {
    match &exchange.outcome {
        Ok(response) => panic!("expected an error, got {response:?}"),
        Err(error) => error.class(),
    }
}

#[track_caller]
pub(crate) fn response(exchange: Exchange) -> Response {
    exchange.outcome.unwrap()
}

/// A receiver on a loopback port; each connection runs the test's script.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

/// One connection, as its script sees it.
pub(crate) struct Peer {
    pub(crate) stream: TcpStream,
    requests: Arc<AtomicUsize>,
}

impl Receiver {
    pub(crate) async fn start<F, S>(script: S) -> Self
    where
        F: Future<Output = io::Result<()>> + Send,
        S: Fn(Peer) -> F + Send + Sync + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, requests) = (receiver.connections.clone(), receiver.requests.clone());
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let requests = Arc::clone(&requests);
                let script = Arc::clone(&script);
                // A script ends in an error when the client hangs up: often the point.
                tokio::spawn(async move { script(Peer { stream, requests }).await });
            }
        });
        receiver
    }

    /// A receiver that reads one request, writes `bytes` and hangs up.
    pub(crate) async fn answering(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes: Arc<[u8]> = bytes.into().into();
        Self::start(move |mut peer| {
            let bytes = Arc::clone(&bytes);
            async move {
                peer.read_request().await?;
                peer.stream.write_all(&bytes).await?;
                peer.stream.shutdown().await
            }
        })
        .await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Peer {
    /// Reads a request up to the end of its body and returns its text.
    pub(crate) async fn read_request(&mut self) -> io::Result<String> {
        let request = read_request(&mut self.stream).await?;
        self.requests.fetch_add(1, Ordering::SeqCst);
        Ok(request)
    }

    pub(crate) async fn write(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes()).await
    }
}

pub(crate) async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> io::Result<String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            return Ok(text);
        }
    }
}

fn content_length(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.parse().unwrap())
}
