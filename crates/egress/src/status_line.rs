//! The first line of a response, in the forms that real servers send (RFC 9112 section 4, read leniently). Pure.

use crate::send_error::SendError;

/// How much of something that is not HTTP is quoted: enough to recognise the protocol.
const QUOTED_BYTES: usize = 24;

/// How a response begins.
const PREFIX: &[u8] = b"HTTP";

/// The first line of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatusLine {
    /// 100–999.
    pub(crate) status: u16,
    /// HTTP/1.1 or a later version of HTTP/1. Anything else is read as HTTP/1.0, whose connections are not used again.
    pub(crate) is_1_1: bool,
    /// Where the line ends, behind its line feed.
    pub(crate) end: usize,
}

/// Reads the line that `bytes` begin with; `None` while its end has not come, of which the first `searched` bytes are
/// known to hold nothing.
///
/// Accepted besides `HTTP/1.1 200 OK`: any case, another version, several blanks, no reason, a reason with any bytes,
/// a line feed alone.
pub(crate) fn read(bytes: &[u8], searched: usize) -> Result<Option<StatusLine>, SendError> {
    let compared = bytes.len().min(PREFIX.len());
    if !bytes[..compared].eq_ignore_ascii_case(&PREFIX[..compared]) {
        return Err(not_http(bytes));
    }
    let Some(feed) = memchr::memchr(b'\n', &bytes[searched..]) else {
        return Ok(None);
    };
    let feed = searched + feed;
    let line = &bytes[PREFIX.len().min(feed)..feed];
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let version_end = line.iter().position(blank).unwrap_or(line.len());
    let (version, rest) = line.split_at(version_end);
    let digits = rest.trim_ascii_start();
    let (Some(is_1_1), Some(status)) = (version_1_1(version), status_code(digits)) else {
        return Err(not_http(&bytes[..feed]));
    };
    Ok(Some(StatusLine {
        status,
        is_1_1,
        end: feed + 1,
    }))
}

/// Whether a version, as in `/1.1`, is HTTP/1.1 or later; `None` if it is no version.
fn version_1_1(version: &[u8]) -> Option<bool> {
    match version {
        b"" => Some(false),
        [b'/', numbers @ ..]
            if numbers
                .iter()
                .all(|byte| byte.is_ascii_digit() || *byte == b'.') =>
        {
            Some(numbers.starts_with(b"1.") && numbers != b"1.0" && numbers.len() > 2)
        }
        _ => None,
    }
}

/// Three digits and then no other digit, letter or underscore.
fn status_code(text: &[u8]) -> Option<u16> {
    let [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] = text else {
        return None;
    };
    if rest.first().is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let digit = |byte: &u8| u16::from(byte - b'0');
    Some(100 * digit(a) + 10 * digit(b) + digit(c))
}

/// What came instead of HTTP/1.1, told so that somebody may recognise it.
fn not_http(bytes: &[u8]) -> SendError {
    let quoted = &bytes[..bytes.len().min(QUOTED_BYTES)];
    let what = match bytes {
        // A SETTINGS frame (RFC 9113 section 6.5): what a server of HTTP/2 alone begins with.
        [0, _, _, 4, ..] => "it speaks HTTP/2 only; HTTP/1.1 is needed".to_owned(),
        // A TLS alert or handshake record.
        [0x15 | 0x16, 3, ..] => "it speaks TLS on this port; use an https URL".to_owned(),
        _ => format!("it begins with \"{}\"", quoted.escape_ascii()),
    };
    SendError::MalformedResponse(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_servers_send() {
        fn check(line: &str, status: u16, is_1_1: bool) {
            for end in ["\r\n", "\n"] {
                let text = format!("{line}{end}");
                let expected = StatusLine {
                    status,
                    is_1_1,
                    end: text.len(),
                };
                assert_eq!(read(text.as_bytes(), 0), Ok(Some(expected)), "{text:?}");
                assert_eq!(
                    read(&text.as_bytes()[..text.len() - 1], 0),
                    Ok(None),
                    "{text:?}"
                );
            }
        }
        check("HTTP/1.1 200 OK", 200, true);
        check("HTTP/1.1 200", 200, true);
        check("HTTP/1.1 200 ", 200, true);
        check("HTTP/1.1  200   OK", 200, true);
        check("HTTP/1.1\t200\tOK", 200, true);
        check("http/1.1 204 no content", 204, true);
        check("Http/1.1 200 OK", 200, true);
        check("HTTP/1.0 404 Not Found", 404, false);
        check("HTTP/1.2 200 OK", 200, true);
        check("HTTP/1 200 OK", 200, false);
        check("HTTP/2 200", 200, false);
        check("HTTP/2.0 200 OK", 200, false);
        check("HTTP 200 OK", 200, false);
        check("HTTP/1.1 999 Odd", 999, true);
        check("HTTP/1.1 200 caf\u{e9} \u{1b}[31m", 200, true);
        check("HTTP/1.1 404.3 IIS", 404, true);
    }

    #[test]
    fn what_is_no_status_line_is_told_by_its_beginning() {
        fn check(bytes: &[u8], told: &str) {
            match read(bytes, 0) {
                Err(SendError::MalformedResponse(why)) => assert!(why.contains(told), "{why}"),
                other => panic!("{bytes:?}: {other:?}"),
            }
        }
        check(b"SSH-2.0-OpenSSH_9.9\r\n", "SSH-2.0-OpenSSH_9.9");
        check(b"220 mail.example ESMTP\r\n", "220 mail.example");
        check(b"<html>", "<html>");
        check(b"\xff\0\n", "\\xff\\x00\\n");
        check(b"HTTP/1.1 2000 No\r\n", "HTTP/1.1 2000 No");
        check(b"HTTP/1.1 20 No\r\n", "HTTP/1.1 20 No");
        check(b"HTTP/1.1 099 No\r\n", "HTTP/1.1 099");
        check(b"HTTP/1.1\r\n", "HTTP/1.1");
        check(b"HTTPS 200 OK\r\n", "HTTPS 200");
        check(b"HTTP\n", "HTTP");
        check(b"\0\0\x12\x04\0\0\0", "HTTP/2 only");
        check(b"\x15\x03\x01\0\x02\x02\x46", "use an https URL");
    }
}
