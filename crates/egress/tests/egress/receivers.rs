//! Hostile and broken receivers: each ends within its deadline, with its own class.

use std::time::Duration;

use crate::support::{
    AMPLE, OK, Receiver, SHORT, class, client, client_with, owner, post, response,
};
use nuncio_egress::{Bytes, ClientLimits, Exchange, Headers, Method, Phase, Request, SendError};
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
async fn an_answer_that_stalls_leaves_what_came_of_it_in_the_log() {
    let receiver =
        stalling_after("HTTP/1.1 202 OK\r\nx-a: b\r\ncontent-length: 9\r\n\r\nabc").await;
    let exchange = post(&client(), &receiver.url(), SHORT).await;
    assert_eq!(class(&exchange), "timeout");
    let partial = exchange.partial.unwrap();
    assert_eq!(
        (partial.status, partial.body.as_slice()),
        (202, &b"abc"[..])
    );
    assert_eq!(partial.headers.get(0), Some(("x-a", "b")));
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

/// Answers with `start` and then `more`, again and again; the class of the error, and how many bytes could be written.
async fn endless(start: &'static str, more: &'static str) -> (&'static str, usize) {
    let (ended, mut end) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let ended = ended.clone();
        async move {
            peer.read_request().await?;
            peer.write(start).await?;
            let block = more.repeat(64 * 1024 / more.len());
            let mut written = 0_usize;
            while peer.write(&block).await.is_ok() {
                written += block.len();
            }
            ended.send(written).unwrap();
            Ok(())
        }
    })
    .await;
    let exchange = post(&client(), &receiver.url(), AMPLE).await;
    (class(&exchange), end.recv().await.unwrap())
}

#[tokio::test]
async fn whatever_a_receiver_sends_without_end_is_cut_off() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    for (start, more, error) in [
        (chunked, "0", "malformed_response"),
        (
            chunked,
            "1;an-extension-that-is-longer-than-what-is-in-the-chunk\r\nx\r\n",
            "malformed_response",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;",
            "x",
            "malformed_response",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1",
            " ",
            "malformed_response",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n",
            "t: u\r\n",
            "malformed_response",
        ),
        ("", "\r\n", "headers_too_large"),
        ("", "HTTP/1.1 102 Processing\r\n\r\n", "malformed_response"),
        ("HTTP/1.1 200 ", "OK", "headers_too_large"),
        ("HTTP/1.1 200 OK\r\n", "n", "headers_too_large"),
        ("HTTP/1.1 200 OK\r\na: b\r\n", " \r\n", "headers_too_large"),
    ] {
        let (class, written) = endless(start, more).await;
        assert_eq!(class, error, "{start:?} {more:?}");
        // What the kernel's buffers hold, and no more.
        assert!(written < 64 * 1024 * 1024, "{written} bytes of {more:?}");
    }
}

#[tokio::test]
async fn endless_headers_are_cut_off() {
    let (ended, mut end) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let ended = ended.clone();
        async move {
            peer.read_request().await?;
            peer.write("HTTP/1.1 200 OK\r\n").await?;
            let mut written = 0_usize;
            while peer.write("x-endless: yes\r\n").await.is_ok() {
                written += 1;
            }
            ended.send(written).unwrap();
            Ok(())
        }
    })
    .await;
    let exchange = post(&client(), &receiver.url(), AMPLE).await;
    assert_eq!(class(&exchange), "headers_too_large");
    end.recv().await.unwrap();
}

#[tokio::test]
async fn a_gigabyte_of_body_is_cut_at_the_cap_and_the_connection_closed() {
    const GIGABYTE: usize = 1 << 30;
    let (ended, mut end) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let ended = ended.clone();
        async move {
            peer.read_request().await?;
            peer.write(&format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {GIGABYTE}\r\n\r\n"
            ))
            .await?;
            let chunk = vec![b'x'; 64 * 1024];
            let mut written = 0;
            while written < GIGABYTE && peer.stream.write_all(&chunk).await.is_ok() {
                written += chunk.len();
            }
            ended.send(written).unwrap();
            Ok(())
        }
    })
    .await;
    let answer = response(post(&client(), &receiver.url(), AMPLE).await);

    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.len(), 64 * 1024);
    assert!(answer.body_truncated);
    // What the kernel's buffers hold, and no more.
    assert!(end.recv().await.unwrap() < GIGABYTE / 4);
}

#[tokio::test]
async fn a_body_of_exactly_the_cap_is_not_truncated() {
    let limits = ClientLimits {
        response_body_bytes_max: 4,
        ..ClientLimits::default()
    };
    for (body, kept, truncated) in [
        ("abcd", "abcd", false),
        ("abcde", "abcd", true),
        ("", "", false),
    ] {
        let length = body.len();
        let receiver = Receiver::answering(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
        .await;
        let answer = response(post(&client_with(limits.clone()), &receiver.url(), AMPLE).await);
        assert_eq!(
            (answer.body, answer.body_truncated),
            (kept.into(), truncated)
        );
    }
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

/// A receiver that stops for good after `start`.
async fn stalling_after(start: &'static str) -> Receiver {
    Receiver::start(move |mut peer| async move {
        peer.read_request().await?;
        peer.write(start).await?;
        // Until the client hangs up.
        peer.stream.read_u8().await.map(drop)
    })
    .await
}

async fn check_timeout(receiver: Receiver, phase: Phase) {
    let exchange = post(&client(), &receiver.url(), SHORT).await;
    assert!(u128::from(exchange.timings.total_us) >= SHORT.as_micros());
    let expected = SendError::Timeout {
        phase,
        deadline: SHORT,
    };
    assert_eq!(exchange.outcome, Err(expected));
}

#[tokio::test]
async fn a_receiver_that_stalls_ends_at_the_deadline() {
    let body = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc";
    // Interim responses are not answers.
    let interim = "HTTP/1.1 102 Processing\r\n\r\n";
    tokio::join!(
        check_timeout(stalling_after("").await, Phase::Headers),
        check_timeout(stalling_after("HTTP/1.1 200 OK\r\n").await, Phase::Headers),
        check_timeout(stalling_after(body).await, Phase::Body),
        check_timeout(stalling_after(interim).await, Phase::Headers),
    );
}

/// A receiver that goes on after `start` with one byte at a time.
async fn dripping_after(start: &'static str) -> Receiver {
    Receiver::start(move |mut peer| async move {
        peer.read_request().await?;
        peer.write(start).await?;
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        loop {
            tick.tick().await;
            peer.write("x").await?;
        }
    })
    .await
}

#[tokio::test]
async fn a_byte_at_a_time_gets_no_further_than_the_deadline() {
    let headers = "HTTP/1.1 200 OK\r\nx-slow: ";
    let body = "HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n";
    tokio::join!(
        check_timeout(dripping_after(headers).await, Phase::Headers),
        check_timeout(dripping_after(body).await, Phase::Body),
    );
}

#[tokio::test]
async fn the_socket_is_closed_when_the_deadline_passes() {
    let (closed, mut close) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let closed = closed.clone();
        async move {
            peer.read_request().await?;
            let read = peer.stream.read(&mut [0; 1]).await;
            closed.send(matches!(read, Ok(0) | Err(_))).unwrap();
            Ok(())
        }
    })
    .await;
    assert_eq!(
        class(&post(&client(), &receiver.url(), SHORT).await),
        "timeout"
    );
    assert!(close.recv().await.unwrap());
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
