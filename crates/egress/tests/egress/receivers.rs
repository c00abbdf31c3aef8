//! What receivers answer, and what is made of it; each broken one has its own class.

use std::time::Duration;

use crate::support::{AMPLE, OK, Receiver, class, client, owner, post, response};
use nuncio_egress::{Bytes, Exchange, Headers, Method, Request};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

async fn exchange_with(answer: impl Into<Vec<u8>>) -> Exchange {
    let receiver = Receiver::answering(answer).await;
    post(&client(), &receiver.url(), AMPLE).await
}

async fn check_class(answer: impl Into<Vec<u8>>, expected: &str) {
    assert_eq!(class(&exchange_with(answer).await), expected);
}

#[tokio::test]
async fn a_plain_answer_is_returned_with_its_timings() {
    let exchange = exchange_with(
        "HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 3\r\n\r\nno\0",
    )
    .await;
    let timings = exchange.timings;
    assert!(!timings.reused);
    assert_eq!((timings.dns_us, timings.tls_us), (None, None));
    assert!(timings.connect_us.unwrap() <= timings.total_us);
    assert!(timings.first_byte_us.unwrap() <= timings.total_us);
    assert!(exchange.peer.unwrap().ip().is_loopback());

    let response = response(exchange);
    assert_eq!(response.status, 503);
    assert_eq!(response.body, b"no\0");
    assert_eq!(response.retry_after.as_deref(), Some("120"));
    let values = response.headers.iter().filter(|(name, _)| *name == "x-a");
    assert_eq!(values.map(|(_, v)| v).collect::<Vec<_>>(), ["1", "2"]);
}

#[tokio::test]
async fn the_request_is_what_was_asked_for() {
    let (seen, mut requests) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let seen = seen.clone();
        async move {
            seen.send(peer.read_request().await?).unwrap();
            peer.write(OK).await
        }
    })
    .await;
    let url = format!(
        "http://receiver.example:{}/a%20b?c=d",
        receiver.address.port()
    );
    let exchange = post(&client(), &url, AMPLE).await;
    let added: Vec<_> = exchange.added_headers.iter().collect();
    let host = format!("receiver.example:{}", receiver.address.port());
    assert_eq!(
        added,
        [
            ("Host", host.as_str()),
            ("Content-Length", "2"),
            ("Accept-Encoding", "identity")
        ]
    );
    response(exchange);

    let request = requests.recv().await.unwrap();
    let expected = format!(
        "POST /a%20b?c=d HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nAccept-Encoding: identity\r\n\
         content-type: application/json\r\n\r\n{{}}"
    );
    assert_eq!(request, expected);
}

#[tokio::test]
async fn a_redirect_is_a_response_and_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let inner = Receiver::answering(OK).await;
        let receiver = Receiver::answering(format!(
            "HTTP/1.1 {status} Elsewhere\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            inner.url()
        ))
        .await;
        let answer = response(post(&client(), &receiver.url(), AMPLE).await);
        assert_eq!(answer.status, status);
        assert_eq!((receiver.requests(), inner.connections()), (1, 0));
    }
}

#[tokio::test]
async fn garbage_is_a_malformed_response() {
    check_class("garbage instead of http\r\n\r\n", "malformed_response").await;
    check_class([0xff; 64], "malformed_response").await;
    check_class("SSH-2.0-OpenSSH_9.9\r\n", "malformed_response").await;
    check_class("HTTP/1.1 2000 No\r\n\r\n", "malformed_response").await;
    check_class("HTTP/1.1 200 OK\r\na\0b: c\r\n\r\n", "malformed_response").await;
    check_class("HTTP/1.1 200 OK\r\na: b\0c\r\n\r\n", "malformed_response").await;
    check_class(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        "malformed_response",
    )
    .await;
    check_class(
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "malformed_response",
    )
    .await;
}

#[tokio::test]
async fn a_receiver_that_speaks_first_does_not_speak_http() {
    let receiver = Receiver::start(|mut peer| async move {
        peer.write("220 mail.example ESMTP\r\n").await?;
        peer.read_request().await.map(drop)
    })
    .await;
    let exchange = post(&client(), &receiver.url(), AMPLE).await;
    assert_eq!(class(&exchange), "malformed_response");
}

#[tokio::test]
async fn a_connection_closed_before_the_end_is_closed_early() {
    check_class("", "closed_early").await;
    check_class("HTTP/1.1 200 OK\r\ncontent-le", "closed_early").await;
    check_class(
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
        "closed_early",
    )
    .await;
    check_class(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc",
        "closed_early",
    )
    .await;
}

#[tokio::test]
async fn a_body_without_length_ends_with_the_connection() {
    let answer = response(exchange_with("HTTP/1.1 200 OK\r\n\r\nall of it").await);
    assert_eq!(answer.body, b"all of it");
    assert!(!answer.body_truncated);
}

#[tokio::test]
async fn a_half_closed_receiver_that_answers_is_answered() {
    let receiver = Receiver::start(|mut peer| async move {
        peer.read_request().await?;
        peer.write(OK).await?;
        peer.stream.shutdown().await?;
        let mut rest = Vec::new();
        peer.stream.read_to_end(&mut rest).await.map(drop)
    })
    .await;
    assert_eq!(
        response(post(&client(), &receiver.url(), AMPLE).await).status,
        200
    );
}

#[tokio::test]
async fn headers_beyond_64_kib_or_256_lines_are_too_large_and_the_status_is_kept() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n";
    for answer in [
        format!("{head}a: {}\r\n\r\n", "x".repeat(65 * 1024)),
        format!("{head}{}\r\n", "a: b\r\n".repeat(256)),
        format!("{head}{}\r\n", "a: b\r\n".repeat(100_000)),
        format!("{head}a: b{}\r\n\r\n", "\r\n c".repeat(20_000)),
        format!("{head}{}: x\r\n\r\n", "n".repeat(65 * 1024)),
    ] {
        let exchange = exchange_with(answer).await;
        assert_eq!(class(&exchange), "headers_too_large");
        assert_eq!(exchange.partial.unwrap().status, 200);
    }
    check_class("x".repeat(1024 * 1024), "malformed_response").await;

    let fits = format!("{head}a: {}\r\n\r\n", "x".repeat(63 * 1024));
    assert_eq!(response(exchange_with(fits).await).status, 200);
    let fits = format!("{head}{}\r\n", "a: b\r\n".repeat(255));
    assert_eq!(response(exchange_with(fits).await).headers.len(), 256);
}

#[tokio::test]
async fn answers_as_real_servers_write_them_are_read() {
    let check = async |answer: &str, body: &str| {
        let answer = response(exchange_with(answer).await);
        let read = (answer.status, String::from_utf8(answer.body).unwrap());
        assert_eq!(read, (200, body.to_owned()));
    };
    // Line feeds alone, no reason, other cases and versions.
    check("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "ok").await;
    check("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "ok").await;
    check("http/1.1 200 ok\r\ncontent-length: 2\r\n\r\nok", "ok").await;
    check("HTTP/2 200 OK\r\ncontent-length: 2\r\n\r\nok", "ok").await;
    // Folds, blanks before colons and before the first name, lines without a colon.
    check(
        "HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok",
        "ok",
    )
    .await;
    check("HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok", "ok").await;
    check("HTTP/1.1 200 OK\r\n Content-Length: 2\r\n\r\nok", "ok").await;
    check(
        "HTTP/1.1 200 OK\r\nPHP Warning\r\nContent-Length: 2\r\n\r\nok",
        "ok",
    )
    .await;
    // Blank lines and interim responses before it.
    check(
        "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "ok",
    )
    .await;
    let early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    check(&format!("{early}{OK}"), "ok").await;
    // Chunks with padded sizes, extensions, trailers, line feeds alone, and without their last line.
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    check(
        &format!("{chunked}00000002;x=y\r\nok\r\n0\r\nT: u\r\n\r\n"),
        "ok",
    )
    .await;
    check(&format!("{chunked}2\nok\n0\n\n"), "ok").await;
    check(&format!("{chunked}2\r\nok\r\n0\r\n"), "ok").await;
    // Lengths that agree, or that do not matter.
    check("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", "ok").await;
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok",
        "ok",
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_leaves_what_came_of_it_in_the_log() {
    let check = async |answer: &str, error: &str, status: Option<u16>, body: &str| {
        let exchange = exchange_with(answer).await;
        assert_eq!(class(&exchange), error, "{answer:?}");
        let partial = exchange.partial.unwrap_or_default();
        assert_eq!(partial.status, status.unwrap_or_default(), "{answer:?}");
        assert_eq!(partial.body, body.as_bytes(), "{answer:?}");
    };
    check("", "closed_early", None, "").await;
    check("HTTP/1.1 20", "closed_early", None, "").await;
    check("HTTP/1.1 200 OK\r\n", "closed_early", Some(200), "").await;
    check(
        "HTTP/1.1 503 Busy\r\nx: y\r\nz",
        "closed_early",
        Some(503),
        "",
    )
    .await;
    check(
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
        "closed_early",
        Some(200),
        "abc",
    )
    .await;
    check("HTTP/1.1 100 Continue\r\n\r\n", "closed_early", None, "").await;
    check(
        "HTTP/1.1 200 OK\r\na: b\0c\r\n\r\n",
        "malformed_response",
        Some(200),
        "",
    )
    .await;
    check(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nokzz",
        "malformed_response",
        Some(200),
        "ok",
    )
    .await;
}

#[tokio::test]
async fn a_compressed_answer_that_nobody_asked_for_is_readable() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut packed, &[b'x'; 1024 * 1024]).unwrap();
    let packed = packed.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    let answer = response(exchange_with([head.as_bytes(), &packed].concat()).await);
    assert_eq!(answer.body, [b'x'; 64 * 1024]);
    assert!(answer.body_truncated);

    let other = "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 2\r\n\r\n\x0b\x02";
    let answer = String::from_utf8(response(exchange_with(other).await).body).unwrap();
    assert!(answer.starts_with("[2 bytes, not shown"), "{answer}");
}

#[tokio::test]
async fn bytes_that_are_not_utf8_are_kept_escaped() {
    let mut answer =
        b"HTTP/1.1 200 OK\r\nx-odd: caf\xe9 \\ ok\r\ncontent-length: 3\r\n\r\n".to_vec();
    answer.extend(b"\xff\0\xfe");
    let response = response(exchange_with(answer).await);
    assert_eq!(response.body, b"\xff\0\xfe");
    let odd = response.headers.iter().find(|(name, _)| *name == "x-odd");
    assert_eq!(odd.unwrap().1, "caf\\xe9 \\\\ ok");
}

#[tokio::test]
async fn a_reset_has_its_own_class() {
    let receiver = Receiver::start(|mut peer| async move {
        peer.read_request().await?;
        // No lingering: closing sends a reset.
        SockRef::from(&peer.stream).set_linger(Some(Duration::ZERO))
    })
    .await;
    assert_eq!(
        class(&post(&client(), &receiver.url(), AMPLE).await),
        "reset"
    );
}

#[tokio::test]
async fn a_port_where_nothing_listens_refuses_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let exchange = post(&client(), &url, AMPLE).await;
    assert_eq!(class(&exchange), "connect_refused");
    assert_eq!(exchange.timings.connect_us, None);
}

#[tokio::test]
async fn a_switch_of_protocols_is_only_a_status() {
    let exchange = exchange_with(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
    )
    .await;
    assert_eq!(response(exchange).status, 101);
}

#[tokio::test]
async fn headers_that_belong_to_the_connection_cannot_be_set() {
    let receiver = Receiver::answering(OK).await;
    let client = client();
    let url = crate::support::loopback_rules()
        .check_url(&receiver.url())
        .unwrap();
    for (name, value) in [
        ("Host", "a"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "close"),
        ("upgrade", "x"),
        ("x-a", "b\r\nx-c: d"),
        ("x-a", "b\0c"),
        ("x a", "b"),
        ("", "b"),
    ] {
        let headers = Headers::from_iter([(name, value)]);
        let request = Request {
            url: &url,
            owner: &owner("acme"),
            tls: None,
            method: Method::POST,
            headers: &headers,
            body: Bytes::new(),
            deadline: AMPLE,
        };
        assert_eq!(
            class(&client.send(request).await),
            "invalid_request",
            "{name}"
        );
    }
    assert_eq!(receiver.connections(), 0);
}

#[test]
fn proxies_of_the_environment_are_ignored() {
    // Setting a variable of this process would disturb the other tests.
    let nobody = "http://127.0.0.1:9";
    let same_binary = std::env::current_exe().unwrap();
    let run = std::process::Command::new(same_binary)
        .args([
            "--exact",
            "receivers::a_plain_answer_is_returned_with_its_timings",
        ])
        .envs(
            [
                "http_proxy",
                "HTTP_PROXY",
                "https_proxy",
                "HTTPS_PROXY",
                "ALL_PROXY",
            ]
            .map(|name| (name, nobody)),
        )
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success() && output.contains("1 passed"),
        "{output}"
    );
}
