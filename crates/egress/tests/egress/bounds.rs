//! Receivers that send without end, or nothing at all: what they send is cut off, and every request ends by its deadline.

use std::time::Duration;

use crate::support::{AMPLE, Receiver, SHORT, class, client, client_with, post, response};
use nuncio_egress::{ClientLimits, Phase, SendError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

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
