//! The head of a response: its status and headers, and what they say of the body and of the connection
//! (RFC 9112 sections 6.3 and 9.3). Pure.

use std::borrow::Cow;
use std::time::Duration;

use http::Method;
use httparse::Header;
use nuncio_domain::Headers;

use crate::body::Framing;
use crate::escape::escape_lossless;
use crate::send_error::SendError;

/// Headers of one response, at most.
const HEADERS_MAX: usize = 100;

/// Room kept before the receiver's own idle timeout, for the way there.
const KEEP_ALIVE_MARGIN: Duration = Duration::from_secs(1);

/// The head of a response.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// As [`Response::headers`](crate::Response) has them.
    pub(crate) headers: Headers,
    pub(crate) framing: Framing,
    /// Whether another request may follow on the connection.
    pub(crate) keeps_alive: bool,
    /// The receiver's `Keep-Alive: timeout`, less a margin.
    pub(crate) idle_timeout: Option<Duration>,
}

impl Head {
    /// Whether an answer is still to come after this one. A switch of protocols is an answer: none was asked for.
    pub(crate) fn is_interim(&self) -> bool {
        self.status < 200 && self.status != 101
    }
}

/// Reads the head that `bytes` begin with, and how long it is; `None` while its end has not come. `method` is the
/// request's.
pub(crate) fn parse(bytes: &[u8], method: &Method) -> Result<Option<(Head, usize)>, SendError> {
    let mut lines = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut response = httparse::Response::new(&mut lines);
    let length = match response.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(SendError::HeadersTooLarge),
        Err(error) => return Err(SendError::MalformedResponse(error.to_string())),
    };
    let status = response.code.unwrap_or_default();
    if status < 100 {
        return Err(malformed("invalid status code"));
    }
    let facts = Facts::of(response.headers, response.version == Some(1))?;
    let head = Head {
        status,
        headers: texts(response.headers),
        framing: facts.framing(status, method),
        keeps_alive: facts.keeps_alive,
        idle_timeout: facts.idle_timeout,
    };
    Ok(Some((head, length)))
}

fn texts(lines: &[Header<'_>]) -> Headers {
    let bytes = lines.iter().map(|line| line.name.len() + line.value.len());
    let mut headers = Headers::with_capacity(lines.len(), bytes.sum());
    for Header { name, value } in lines {
        let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(name.to_ascii_lowercase()),
            false => Cow::Borrowed(*name),
        };
        headers.push(&name, &escape_lossless(value));
    }
    headers
}

fn malformed(why: &str) -> SendError {
    SendError::MalformedResponse(why.to_owned())
}

/// What the headers say about the connection.
#[derive(Debug)]
struct Facts {
    length: Option<u64>,
    /// There is a `Transfer-Encoding`, and whether its last coding is `chunked`.
    transfer: Option<bool>,
    keeps_alive: bool,
    idle_timeout: Option<Duration>,
}

impl Facts {
    fn of(headers: &[Header<'_>], keeps_alive: bool) -> Result<Self, SendError> {
        let mut facts = Self {
            length: None,
            transfer: None,
            keeps_alive,
            idle_timeout: None,
        };
        for Header { name, value } in headers {
            // By length first: nearly every header is none of these.
            match name.len() {
                10 if name.eq_ignore_ascii_case("connection") => {
                    let closes = |token: &[u8]| token.eq_ignore_ascii_case(b"close");
                    facts.keeps_alive &= !tokens(value).any(closes);
                }
                10 if name.eq_ignore_ascii_case("keep-alive") => {
                    facts.idle_timeout = keep_alive_timeout(value);
                }
                14 if name.eq_ignore_ascii_case("content-length") => facts.take_length(value)?,
                17 if name.eq_ignore_ascii_case("transfer-encoding") => {
                    let last = tokens(value).last();
                    facts.transfer =
                        Some(last.is_some_and(|last| last.eq_ignore_ascii_case(b"chunked")));
                }
                _ => {}
            }
        }
        // Whoever sends both, or a coding to a client of HTTP/1.0, may mean another end than we see.
        facts.keeps_alive &= facts.transfer.is_none() || facts.length.is_none();
        Ok(facts)
    }

    /// The same length twice is one length (RFC 9112 section 6.3).
    fn take_length(&mut self, value: &[u8]) -> Result<(), SendError> {
        for token in value.split(|byte| *byte == b',') {
            let length = digits(token.trim_ascii())
                .filter(|length| self.length.is_none_or(|known| known == *length));
            self.length = Some(length.ok_or_else(|| malformed("invalid content-length"))?);
        }
        Ok(())
    }

    fn framing(&self, status: u16, method: &Method) -> Framing {
        match (self.transfer, self.length) {
            _ if status < 200 || status == 204 || status == 304 || method == Method::HEAD => {
                Framing::Length(0)
            }
            (Some(true), _) => Framing::chunked(),
            (None, Some(length)) => Framing::Length(length),
            (Some(false), _) | (None, None) => Framing::UntilClose,
        }
    }
}

fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// A number of decimal digits and nothing else, not even a sign.
fn digits(text: &[u8]) -> Option<u64> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// `Keep-Alive: timeout=5` (RFC 2068 section 19.7.1.1, still what most servers send) as the time for which the
/// connection may be trusted.
fn keep_alive_timeout(value: &[u8]) -> Option<Duration> {
    let value = std::str::from_utf8(value).ok()?;
    let seconds = value
        .split(',')
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("timeout"))
        .and_then(|(_, seconds)| seconds.trim().parse::<u32>().ok())?;
    Some(Duration::from_secs(seconds.into()).saturating_sub(KEEP_ALIVE_MARGIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(lines: &str) -> Result<Head, SendError> {
        let text = format!("HTTP/1.1 {lines}\r\n\r\n");
        let (head, length) = parse(text.as_bytes(), &Method::POST)?.expect("it is complete");
        assert_eq!(length, text.len());
        Ok(head)
    }

    #[test]
    fn keep_alive_is_trusted_a_second_less_than_promised() {
        fn check(value: &str, expected_s: Option<u64>) {
            let expected = expected_s.map(Duration::from_secs);
            assert_eq!(keep_alive_timeout(value.as_bytes()), expected);
        }
        check("timeout=5", Some(4));
        check("timeout=5, max=100", Some(4));
        check("max=100,Timeout = 60", Some(59));
        check("timeout=0", Some(0));
        check("timeout=soon", None);
        check("max=3", None);
    }

    #[test]
    fn where_a_body_ends() {
        let check = |lines: &str, expected: Framing| {
            assert_eq!(head(lines).unwrap().framing, expected, "{lines}");
        };
        check("200 OK\r\nContent-Length: 7", Framing::Length(7));
        check(
            "200 OK\r\ncontent-length: 7\r\ncontent-length: 7",
            Framing::Length(7),
        );
        check("200 OK\r\ncontent-length: 7, 7", Framing::Length(7));
        check("200 OK", Framing::UntilClose);
        check("204 None\r\ncontent-length: 7", Framing::Length(0));
        check("304 Same\r\ncontent-length: 7", Framing::Length(0));
        check("101 Switch", Framing::Length(0));
        check(
            "200 OK\r\ntransfer-encoding: gzip, Chunked",
            Framing::chunked(),
        );
        check(
            "200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 7",
            Framing::chunked(),
        );
        check("200 OK\r\ntransfer-encoding: gzip", Framing::UntilClose);
    }

    #[test]
    fn a_length_that_is_none_is_malformed() {
        for value in ["-1", "+1", "1, 2", "", "0x10", "99999999999999999999"] {
            let refused = head(&format!("200 OK\r\ncontent-length: {value}"));
            assert!(
                matches!(refused, Err(SendError::MalformedResponse(_))),
                "{value}"
            );
        }
    }

    #[test]
    fn what_ends_with_its_answer() {
        let check = |lines: &str, expected: bool| {
            assert_eq!(head(lines).unwrap().keeps_alive, expected, "{lines}");
        };
        check("200 OK\r\ncontent-length: 0", true);
        check("200 OK\r\nConnection: Keep-Alive", true);
        check("200 OK\r\nconnection: x, Close", false);
        check(
            "200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 7",
            false,
        );
        let old = b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n";
        let (head, _) = parse(old, &Method::POST).unwrap().unwrap();
        assert!(!head.keeps_alive);
    }

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let whole = b"HTTP/1.1 200 OK\r\nx: y\r\n\r\nbody";
        for length in 0..whole.len() - 4 {
            let read = parse(&whole[..length], &Method::POST).unwrap();
            assert!(read.is_none(), "{length}");
        }
        let (_, length) = parse(whole, &Method::POST).unwrap().unwrap();
        assert_eq!(&whole[length..], b"body");
    }
}
