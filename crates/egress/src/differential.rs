//! The same bytes to two readers of HTTP/1.1: ours and hyper's. What they may differ in is written down here, and nothing
//! else may be different.
//!
//! Allowed differences:
//!
//! 1. Ours reads more: irregular status lines, lines that are no headers, chunk lines that end in a line feed alone, a
//!    missing end after the last chunk, an empty line before the head. [`ReadResponse::regular`] is false then, and the
//!    connection is not used again.
//! 2. Ours reads less of what has no end: 64 KiB before the body, 16 interim responses, a budget for what frames
//!    chunks. The outcome is a class of its own, never another response.
//! 3. Ours keeps a body up to its cap, and reads no further.
//! 4. Where a body's length is told in a way that hyper refuses and curl does not (`Transfer-Encoding` in HTTP/1.0, or
//!    one that lists `identity` or nothing somewhere; a length that is none beside chunks), ours reads on.
//! 5. A folded value has one space for each fold; hyper keeps more of them.

#![cfg_attr(
    not(feature = "fuzzing"),
    allow(unreachable_pub, reason = "public to fuzz targets")
)]

use http::Method;

use crate::body::BodyReader;
use crate::escape::escape_lossless;
use crate::head_reader::HeadReader;
use crate::limits::ClientLimits;
use crate::send_error::SendError;

/// What a reader made of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadResponse {
    /// The status code.
    pub status: u16,
    /// Names in lower case, sorted by name; values escaped, with single blanks.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it is kept.
    pub body: Vec<u8>,
    /// There was more than is kept.
    pub truncated: bool,
    /// Nothing in it was odd.
    pub regular: bool,
}

/// Reads a response as the client does, in pieces of `piece` bytes, from a connection that ends behind them.
///
/// # Errors
/// As the client's.
pub fn read_response(bytes: &[u8], piece: usize) -> Result<ReadResponse, SendError> {
    let limits = ClientLimits::default();
    let mut pieces = bytes.chunks(piece.max(1));
    let mut received = Vec::new();
    let mut reader = HeadReader::new(limits.response_header_bytes_max);
    let head = loop {
        let more = pieces.next().ok_or(SendError::ClosedEarly)?;
        received.extend_from_slice(more);
        if let Some(head) = reader.take(&mut received, &Method::POST)? {
            break head;
        }
    };
    let mut body = BodyReader::new(head.framing, limits.response_body_bytes_max);
    loop {
        let used = body.take(&received)?;
        received.drain(..used);
        if body.is_done() {
            break;
        }
        match pieces.next() {
            Some(more) => received.extend_from_slice(more),
            None if body.end() => break,
            None => return Err(SendError::ClosedEarly),
        }
    }
    let headers = head.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_owned(), single_blanks(value)));
    Ok(ReadResponse {
        status: head.status,
        headers: sorted(headers.collect()),
        regular: head.regular && body.is_regular(),
        truncated: body.truncated,
        body: body.body,
    })
}

/// Reads a response as hyper's client does, from a connection that ends behind these bytes; `None` if it refuses it.
async fn read_with_hyper(bytes: &[u8]) -> Option<ReadResponse> {
    use http_body_util::{BodyExt, Empty};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let (near, mut far) = tokio::io::duplex(1024 * 1024);
    let mut builder = hyper::client::conn::http1::Builder::new();
    builder
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .max_headers(crate::limits::HEADERS_MAX)
        .max_buf_size(1024 * 1024);
    let (mut sender, connection) = builder
        .handshake(hyper_util::rt::TokioIo::new(near))
        .await
        .ok()?;
    let request = http::Request::post("/")
        .body(Empty::<bytes::Bytes>::new())
        .ok()?;
    let exchange = async move {
        let response = sender.send_request(request).await.ok()?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes().to_vec();
        Some((head, body))
    };
    let serve = async {
        // A response to a request that was not made is refused.
        let mut request = [0; 1024];
        if far.read(&mut request).await.ok()? == 0 {
            return None;
        }
        far.write_all(bytes).await.ok()?;
        far.shutdown().await.ok()
    };
    let run = async { connection.await.ok() };
    let (exchanged, _, _) = tokio::join!(exchange, serve, run);
    let (head, body) = exchanged?;
    let headers = head.headers.iter();
    let headers = headers.map(|(name, value)| {
        let value = escape_lossless(value.as_bytes());
        (name.as_str().to_owned(), single_blanks(&value))
    });
    Some(ReadResponse {
        status: head.status.as_u16(),
        headers: sorted(headers.collect()),
        body,
        truncated: false,
        regular: true,
    })
}

/// Holds both readers to the same bytes.
///
/// # Panics
/// When they differ in anything but what is allowed.
pub fn compare_with_hyper(runtime: &tokio::runtime::Runtime, bytes: &[u8], piece: usize) {
    let ours = read_response(bytes, piece);
    let at_once = read_response(bytes, usize::MAX);
    match (&ours, &at_once) {
        (Ok(by_pieces), Ok(at_once)) => assert_eq!(by_pieces, at_once, "by pieces of {piece}"),
        (Err(_), Err(_)) => {}
        differing => panic!("by pieces of {piece} and at once: {differing:?}"),
    }
    let theirs = runtime.block_on(read_with_hyper(bytes));
    if theirs.as_ref().is_some_and(lists_nothing) {
        return;
    }
    match (ours, theirs) {
        (Ok(mut ours), Some(mut theirs)) => {
            if ours.truncated {
                theirs.body.truncate(ours.body.len());
                theirs.truncated = true;
            }
            theirs.regular = ours.regular;
            ours.headers.retain(|(name, _)| !name.is_empty());
            assert_eq!(ours, theirs, "ours and hyper's");
        }
        (Ok(ours), None) => {
            let cut = ours.truncated;
            let told = ours
                .headers
                .iter()
                .any(|(name, _)| name == "transfer-encoding");
            assert!(!ours.regular || cut || told, "only ours accepts {ours:?}");
        }
        (Err(error), Some(theirs)) => {
            let bounded = match &error {
                SendError::HeadersTooLarge => true,
                SendError::MalformedResponse(why) => {
                    why.contains("interim") || why.contains("more chunk sizes")
                }
                _ => false,
            };
            assert!(bounded, "only hyper accepts {theirs:?}: {error}");
        }
        (Err(_), None) => {}
    }
}

/// A `Transfer-Encoding` that lists nothing somewhere, or `identity`: hyper looks at the last element alone, and where
/// that is empty, reads to the end of the connection. An empty element is to be ignored (RFC 9110 section 5.6.1).
fn lists_nothing(response: &ReadResponse) -> bool {
    let mut codings = response
        .headers
        .iter()
        .filter(|(name, _)| name == "transfer-encoding")
        .flat_map(|(_, value)| value.split(','))
        .map(str::trim);
    codings.any(|coding| coding.is_empty() || coding.eq_ignore_ascii_case("identity"))
}

fn sorted(mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers.sort_by(|(a, _), (b, _)| a.cmp(b));
    headers
}

fn single_blanks(value: &str) -> String {
    let words: Vec<&str> = value
        .split([' ', '\t'])
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::runtime::Builder;

    use super::*;

    const FRAGMENTS: &[&[u8]] = &[
        b"HTTP/1.1 ",
        b"HTTP/1.0 ",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"200",
        b"204",
        b"304",
        b"101",
        b"103",
        b" OK",
        b"\r\n",
        b"\r\n\r\n",
        b"\n",
        b"\r",
        b":",
        b": ",
        b" ",
        b"\t",
        b"Content-Length: 5\r\n",
        b"content-length: ",
        b"Transfer-Encoding: chunked\r\n",
        b"transfer-encoding: ",
        b"chunked",
        b"gzip",
        b"identity",
        b",",
        b"Connection: close\r\n",
        b"a: b\r\n",
        b"A : b\r\n",
        b" folded\r\n",
        b"hello",
        b"0",
        b"5",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"00005;x=y\r\n",
        b"x",
        b"\x80",
        b"\0",
        b"-1",
        b"99999999999999999999",
        b"\xff\xfe",
    ];

    fn response() -> impl Strategy<Value = Vec<u8>> {
        let fragment = prop::sample::select(FRAGMENTS);
        (any::<bool>(), prop::collection::vec(fragment, 0..14)).prop_map(|(regular, fragments)| {
            let start: &[u8] = if regular { b"HTTP/1.1 200 OK\r\n" } else { b"" };
            [start, &fragments.concat()].concat()
        })
    }

    #[test]
    fn ours_and_hypers_readers_agree() {
        let runtime = Builder::new_current_thread().build().unwrap();
        proptest!(ProptestConfig::with_cases(4_000), |(bytes in response(), piece in 1_usize..40)| {
            compare_with_hyper(&runtime, &bytes, piece);
        });
    }

    /// What fuzzing has found.
    #[test]
    fn they_agree_on_findings() {
        let runtime = Builder::new_current_thread().build().unwrap();
        for response in [
            &b"HTTP/1.1  202 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello"[..],
            b"HTTP/1.1  202 OK\r\nx: y\r\n\r\n*5\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\ntransfer-encoding: \r\n\r\n",
            b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked,\r\n\r\nhello",
            b"HTTP/1.2 100\n\r\nHTTP/1.0 530\n\r\nhello",
        ] {
            for piece in [1, 7, response.len()] {
                compare_with_hyper(&runtime, response, piece);
            }
        }
    }

    #[test]
    fn they_agree_on_what_servers_usually_send() {
        let runtime = Builder::new_current_thread().build().unwrap();
        for response in [
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nuntil the end",
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        ] {
            let ours = read_response(response.as_bytes(), 3).unwrap();
            assert!(ours.regular, "{response:?}");
            compare_with_hyper(&runtime, response.as_bytes(), 3);
        }
    }
}
