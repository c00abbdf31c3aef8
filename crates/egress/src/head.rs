//! The head of a response: its status and headers, and what they say of the body and of the connection
//! (RFC 9112 sections 6.3 and 9.3). Pure.

use std::borrow::Cow;
use std::mem::MaybeUninit;
use std::time::Duration;

use http::Method;
use httparse::{Header, ParserConfig};
use nuncio_domain::Headers;

use crate::body::Framing;
use crate::content_coding::Coding;
use crate::escape::escape_lossless;
use crate::limits::HEADERS_MAX;
use crate::send_error::SendError;
use crate::status_line::{self, StatusLine};

const SWITCHING_PROTOCOLS: u16 = 101;

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
    /// How the body is packed, though nobody asked for it.
    pub(crate) coding: Coding,
    /// Whether it is written as RFC 9112 has it. After one that is not, the connection is not used again.
    pub(crate) regular: bool,
}

impl Head {
    /// Whether an answer is still to come after this one. A switch of protocols is an answer: none was asked for.
    pub(crate) fn is_interim(&self) -> bool {
        self.status < 200 && self.status != SWITCHING_PROTOCOLS
    }
}

/// Where the head ends that `bytes` begin with, behind its empty line; `None` while that has not come. The first
/// `searched` bytes are known to hold no end.
pub(crate) fn end(bytes: &[u8], searched: usize) -> Option<usize> {
    // An end may have begun in what was searched: a line feed, and a carriage return behind it.
    let from = searched.saturating_sub(2);
    memchr::memchr_iter(b'\n', &bytes[from..]).find_map(|feed| {
        let next = from + feed + 1;
        match bytes.get(next..)? {
            [b'\n', ..] => Some(next + 1),
            [b'\r', b'\n', ..] => Some(next + 2),
            _ => None,
        }
    })
}

/// Reads a whole head, up to and with its empty line. `method` is the request's.
///
/// What RFC 9112 asks clients to put up with is put up with: folded lines (section 5.2), blanks before a colon
/// (section 5.1), line feeds alone (section 2.2). What it does not, such as a line without a colon, is left out, and
/// the connection is not used again.
pub(crate) fn parse(bytes: &[u8], method: &Method) -> Result<Head, SendError> {
    let line = status_line::read(bytes, 0)?.ok_or_else(|| malformed("incomplete head"))?;
    let mut lines = [const { MaybeUninit::uninit() }; HEADERS_MAX];
    if let Ok(headers) = parse_lines(bytes, &mut lines, false) {
        return head(line, headers, method);
    }
    let mut regular = match line.is_1_1 {
        true => b"HTTP/1.1 200\r\n".to_vec(),
        false => b"HTTP/1.0 200\r\n".to_vec(),
    };
    regular.extend_from_slice(&bytes[line.end..]);
    let mut lines = [const { MaybeUninit::uninit() }; HEADERS_MAX];
    let headers = parse_lines(&regular, &mut lines, true)?;
    let head = head(line, headers, method)?;
    Ok(Head {
        regular: false,
        ..head
    })
}

/// The header lines of a head with a regular status line; those that are none may be left out.
fn parse_lines<'b, 'l>(
    bytes: &'b [u8],
    lines: &'l mut [MaybeUninit<Header<'b>>],
    lenient: bool,
) -> Result<&'l [Header<'b>], SendError> {
    let mut config = ParserConfig::default();
    config
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .allow_space_before_first_header_name(lenient)
        .ignore_invalid_headers_in_responses(lenient);
    let mut response = httparse::Response::new(&mut []);
    match config.parse_response_with_uninit_headers(&mut response, bytes, lines) {
        Ok(httparse::Status::Complete(length)) if length == bytes.len() => Ok(response.headers),
        // Two readers that disagree about where a head ends are what request smuggling is made of.
        Ok(_) => Err(malformed("line breaks that may be read in two ways")),
        Err(httparse::Error::TooManyHeaders) => Err(SendError::HeadersTooLarge),
        Err(error) => Err(SendError::MalformedResponse(error.to_string())),
    }
}

fn head(line: StatusLine, lines: &[Header<'_>], method: &Method) -> Result<Head, SendError> {
    let facts = Facts::of(lines, line.is_1_1);
    Ok(Head {
        status: line.status,
        headers: texts(lines),
        framing: facts.framing(line.status, method)?,
        // Whoever switches protocols speaks no HTTP any more.
        keeps_alive: facts.keeps_alive && line.status != SWITCHING_PROTOCOLS,
        idle_timeout: facts.idle_timeout,
        coding: facts.coding,
        regular: true,
    })
}

fn texts(lines: &[Header<'_>]) -> Headers {
    let bytes = lines.iter().map(|line| line.name.len() + line.value.len());
    let mut headers = Headers::with_capacity(lines.len(), bytes.sum());
    for Header { name, value } in lines {
        let name = match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(name.to_ascii_lowercase()),
            false => Cow::Borrowed(*name),
        };
        match value.contains(&b'\n') {
            true => headers.push(&name, &escape_lossless(&unfold(value))),
            false => headers.push(&name, &escape_lossless(value)),
        }
    }
    headers
}

/// A folded value on one line: each fold becomes a space (RFC 9112 section 5.2).
fn unfold(value: &[u8]) -> Vec<u8> {
    let lines = value.split(|byte| *byte == b'\n');
    let parts: Vec<&[u8]> = lines
        .map(<[u8]>::trim_ascii)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(&b' ')
}

fn malformed(why: &str) -> SendError {
    SendError::MalformedResponse(why.to_owned())
}

/// What the headers say about the connection and the body.
#[derive(Debug)]
struct Facts {
    length: Length,
    /// There is a `Transfer-Encoding`, and whether its last coding is `chunked`.
    transfer: Option<bool>,
    keeps_alive: bool,
    idle_timeout: Option<Duration>,
    coding: Coding,
}

/// What `Content-Length` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Unknown,
    Known(u64),
    /// No number, or several.
    Invalid,
}

impl Facts {
    fn of(headers: &[Header<'_>], keeps_alive: bool) -> Self {
        let mut facts = Self {
            length: Length::Unknown,
            transfer: None,
            keeps_alive,
            idle_timeout: None,
            coding: Coding::default(),
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
                14 if name.eq_ignore_ascii_case("content-length") => facts.take_length(value),
                16 if name.eq_ignore_ascii_case("content-encoding") => facts.take_codings(value),
                17 if name.eq_ignore_ascii_case("transfer-encoding") => facts.take_transfer(value),
                _ => {}
            }
        }
        // Whoever sends both may mean another end than we see.
        facts.keeps_alive &= facts.transfer.is_none() || facts.length == Length::Unknown;
        facts
    }

    /// The same length twice is one length (RFC 9112 section 6.3).
    fn take_length(&mut self, value: &[u8]) {
        for token in value.split(|byte| *byte == b',') {
            self.length = match (digits(token.trim_ascii()), self.length) {
                (Some(length), Length::Unknown) => Length::Known(length),
                (Some(length), Length::Known(known)) if length == known => Length::Known(known),
                _ => Length::Invalid,
            };
        }
    }

    /// `identity` was a coding once (RFC 2616 section 3.6) and never meant anything.
    fn take_transfer(&mut self, value: &[u8]) {
        for token in tokens(value) {
            if token.is_empty() || token.eq_ignore_ascii_case(b"identity") {
                continue;
            }
            let chunked = token.eq_ignore_ascii_case(b"chunked");
            if !chunked {
                self.coding.add(token);
            }
            self.transfer = Some(chunked);
        }
    }

    fn take_codings(&mut self, value: &[u8]) {
        for token in tokens(value) {
            self.coding.add(token);
        }
    }

    /// A length that is none matters only where it is needed.
    fn framing(&self, status: u16, method: &Method) -> Result<Framing, SendError> {
        Ok(match (self.transfer, self.length) {
            _ if status < 200 || status == 204 || status == 304 || method == Method::HEAD => {
                Framing::Length(0)
            }
            (Some(true), _) => Framing::chunked(),
            (Some(false), _) | (None, Length::Unknown) => Framing::UntilClose,
            (None, Length::Known(length)) => Framing::Length(length),
            (None, Length::Invalid) => return Err(malformed("invalid content-length")),
        })
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
        assert_eq!(end(text.as_bytes(), 0), Some(text.len()));
        parse(text.as_bytes(), &Method::POST)
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
        check(
            "200 OK\r\ntransfer-encoding: identity\r\ncontent-length: 7",
            Framing::Length(7),
        );
        check(
            "200 OK\r\ntransfer-encoding: gzip,\r\n chunked",
            Framing::chunked(),
        );
        // A length that is none, where none is needed.
        check("204 None\r\ncontent-length: -1", Framing::Length(0));
        check(
            "200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: x",
            Framing::chunked(),
        );
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
        assert!(!parse(old, &Method::POST).unwrap().keeps_alive);
        check("101 Switching Protocols\r\nconnection: upgrade", false);
        assert!(
            !head("200 OK\r\ncontent-length: 0\r\nno colon")
                .unwrap()
                .regular
        );
    }

    #[test]
    fn a_head_ends_at_its_first_empty_line() {
        fn check(bytes: &[u8], expected: Option<usize>) {
            for searched in 0..=bytes.len() {
                if end(&bytes[..searched], 0).is_none() {
                    assert_eq!(end(bytes, searched), expected, "{bytes:?} from {searched}");
                }
            }
        }
        check(b"HTTP/1.1 200 OK\r\nx: y\r\n\r\nbody\n\n", Some(25));
        check(b"HTTP/1.1 200 OK\nx: y\n\nbody", Some(22));
        check(b"a\r\n\nb", Some(4));
        check(b"a\n\r\nb", Some(4));
        check(b"a\r\nx: y\r\n \r\n", None);
        check(b"a\r\r\n", None);
        check(b"", None);
    }

    #[test]
    fn lines_as_real_servers_write_them() {
        let check = |lines: &str, expected: &[(&str, &str)]| {
            let head = head(lines).unwrap();
            assert_eq!(
                head.headers.iter().collect::<Vec<_>>(),
                expected,
                "{lines:?}"
            );
        };
        check("200 OK\r\nX-A: 1\nx-b:2", &[("x-a", "1"), ("x-b", "2")]);
        check("200 OK\r\na: b\r\n c\r\n\t d", &[("a", "b c d")]);
        check("200 OK\r\na:\r\n b", &[("a", "b")]);
        check("200 OK\r\na : b\r\nc\t: d", &[("a", "b"), ("c", "d")]);
        check("200 OK\r\na:", &[("a", "")]);
        check("200 OK\r\n  a: b\r\nc: d", &[("a", "b"), ("c", "d")]);
        check("200 OK\r\nno colon\r\na: b", &[("a", "b")]);
        check("200 OK\r\n: no name\r\na: b", &[("a", "b")]);
        check("200 \u{1b}\r\na: b", &[("a", "b")]);
    }

    #[test]
    fn as_many_headers_as_the_limit_and_no_more() {
        let with = |count: usize| head(&format!("200 OK{}", "\r\na: b".repeat(count)));
        assert_eq!(with(HEADERS_MAX).unwrap().headers.len(), HEADERS_MAX);
        assert_eq!(
            with(HEADERS_MAX + 1).unwrap_err(),
            SendError::HeadersTooLarge
        );
    }

    #[test]
    fn nul_is_malformed() {
        for lines in ["200 OK\r\na\0b: c", "200 OK\r\na: b\0c"] {
            let refused = head(lines);
            assert!(
                matches!(refused, Err(SendError::MalformedResponse(_))),
                "{lines:?}"
            );
        }
    }
}
