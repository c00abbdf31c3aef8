//! The transport that leaves the machine, against a receiver on a real socket.

use std::{net::IpAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use nuncio_domain::{ErrorClass, Headers, ProjectId, TenantId};
use nuncio_egress::{Client, ClientLimits, DnsError, EgressRules, Guard, Resolve, TlsRoots};
use nuncio_engine::{EgressTransport, Outgoing, Owner, SendResult, Transport};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::support::{EndpointSpec, World};

/// Every URL here has an address for a host.
struct NoNames;

#[async_trait::async_trait]
impl Resolve for NoNames {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        Err(DnsError::NotFound(host.to_owned()))
    }
}

fn transport(rules: EgressRules) -> EgressTransport {
    let guard = Arc::new(Guard::new(rules, Arc::new(NoNames)));
    let client = Client::new(
        Arc::clone(&guard),
        TlsRoots::default(),
        ClientLimits::default(),
    );
    EgressTransport::new(client.expect("the roots are sound"), guard)
}

fn open_rules() -> EgressRules {
    EgressRules {
        allow_http: true,
        allow_private_networks: true,
        ..EgressRules::default()
    }
}

async fn send(transport: &EgressTransport, url: &str) -> SendResult {
    let headers = Headers::from_iter([("Webhook-Id", "evt_1")]);
    send_this(transport, url, &headers, "{}".into()).await
}

async fn send_this(
    transport: &EgressTransport,
    url: &str,
    headers: &Headers,
    body: Bytes,
) -> SendResult {
    let owner = Owner {
        project: ProjectId::from_bits(1),
        tenant: TenantId::parse("acme").expect("a name"),
    };
    transport
        .send(Outgoing {
            url,
            owner: &owner,
            tls: None,
            method: http::Method::POST,
            headers,
            body,
            timeout: Duration::from_secs(30),
        })
        .await
}

/// Answers one request and returns it.
async fn serve_one(listener: TcpListener, answer: &'static str) -> String {
    serve_one_with(listener, answer, "{}".into()).await
}

/// Answers one request that ends in `body` and returns it.
async fn serve_one_with(listener: TcpListener, answer: &'static str, body: Bytes) -> String {
    let (mut stream, _) = listener.accept().await.expect("somebody connects");
    let request = read_one(&mut stream, &body).await;
    stream.write_all(answer.as_bytes()).await.expect("it waits");
    request
}

async fn read_one(stream: &mut TcpStream, body: &[u8]) -> String {
    let mut request = Vec::new();
    while !request.ends_with(body) {
        let read = stream.read_buf(&mut request).await.expect("it is sent");
        assert_ne!(read, 0, "the request breaks off");
    }
    String::from_utf8(request).expect("it is text")
}

#[tokio::test]
async fn a_request_arrives_and_its_answer_comes_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let answer = "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 5\r\n\r\nlater";
    let receiver = tokio::spawn(serve_one(listener, answer));
    let exchange = send(&transport(open_rules()), &url).await;
    let request = receiver.await.unwrap();
    assert!(request.starts_with("POST /hook HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nWebhook-Id: evt_1\r\n"), "{request}");
    let response = exchange.outcome.unwrap();
    assert_eq!(response.status, 503);
    assert_eq!(response.retry_after.as_deref(), Some("120"));
    assert_eq!(response.body, b"later");
    assert!(exchange.timings.total_us > 0);
}

#[tokio::test]
async fn in_every_dialect_the_wire_has_the_headers_that_are_logged_and_no_others() {
    let mut world = World::new();
    for (number, dialect) in (1..).zip(nuncio_dialect::builtin()) {
        let endpoint = world.endpoint(EndpointSpec::new(number, dialect.name()));
        world.publish(endpoint);
        let call = world.call().await;
        let (headers, body) = (Headers::from_iter(call.headers.clone()), call.body.clone());
        call.answer(200);

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap();
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        let receiver = tokio::spawn(serve_one_with(listener, answer, body.clone()));
        let url = format!("http://{host}/hook");
        let exchange = send_this(&transport(open_rules()), &url, &headers, body.clone()).await;
        let sent = receiver.await.unwrap();

        let mut logged = exchange.added_headers;
        logged.append(&headers);
        let mut expected = "POST /hook HTTP/1.1\r\n".to_owned();
        for (name, value) in logged.iter() {
            expected += &format!("{name}: {value}\r\n");
        }
        expected += &format!("\r\n{}", std::str::from_utf8(&body).unwrap());
        assert_eq!(sent, expected, "{}", dialect.name());
        assert_eq!(
            logged.get(0),
            Some(("Host", host.to_string().as_str())),
            "{}",
            dialect.name()
        );
    }
}

#[tokio::test]
async fn a_request_that_a_used_connection_has_lost_is_told_of() {
    const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let receiver = tokio::spawn(async move {
        // The first connection answers once, and ends when it is used again.
        let (mut first, _) = listener.accept().await.unwrap();
        read_one(&mut first, b"{}").await;
        first.write_all(OK).await.unwrap();
        read_one(&mut first, b"{}").await;
        drop(first);
        let (mut second, _) = listener.accept().await.unwrap();
        read_one(&mut second, b"{}").await;
        second.write_all(OK).await.unwrap();
    });
    let transport = transport(open_rules());
    let first = send(&transport, &url).await;
    assert_eq!(first.outcome.unwrap().status, 200);
    assert!(!first.resent);
    let second = send(&transport, &url).await;
    receiver.await.unwrap();
    assert_eq!(second.outcome.unwrap().status, 200);
    assert!(second.resent);
}

#[tokio::test]
async fn a_url_that_the_rules_refuse_is_not_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let exchange = send(&transport(EgressRules::default()), &url).await;
    let failure = exchange.outcome.unwrap_err();
    assert_eq!(failure.class, ErrorClass::of("url_refused"));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_a_failure_with_its_status() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
    let receiver = tokio::spawn(serve_one(listener, answer));
    let failure = send(&transport(open_rules()), &url)
        .await
        .outcome
        .unwrap_err();
    receiver.await.unwrap();
    assert_eq!(failure.class, ErrorClass::of("closed_early"));
    let partial = failure.partial.unwrap();
    assert_eq!(
        (partial.status, partial.body.as_slice()),
        (200, &b"abc"[..])
    );
}

#[tokio::test]
async fn a_failure_has_the_class_of_its_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    drop(listener);
    let exchange = send(&transport(open_rules()), &url).await;
    let failure = exchange.outcome.unwrap_err();
    assert_eq!(failure.class, ErrorClass::of("connect_refused"));
}
