//! From bytes that arrive in pieces to the head of the final response: blank lines before it, interim responses and
//! the head itself count against one budget, and each byte is looked at a bounded number of times. Pure.

use http::Method;

use crate::head::{self, Head};
use crate::send_error::SendError;
use crate::status_line;

/// Interim responses to one request: no receiver has that much to say before its answer.
const INTERIM_MAX: usize = 16;

/// Reads one head.
#[derive(Debug)]
pub(crate) struct HeadReader {
    bytes_max: usize,
    /// Bytes of blank lines and interim responses so far.
    spent: usize,
    /// How much of what has arrived holds no end of a head.
    searched: usize,
    interim: usize,
    /// Something before the head or in an interim response was not as it should be.
    odd: bool,
    /// The status of the response whose head is on its way.
    pub(crate) status: Option<u16>,
}

impl HeadReader {
    /// Reads a head that has, with all that comes before it, at most so many bytes.
    pub(crate) const fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            spent: 0,
            searched: 0,
            interim: 0,
            odd: false,
            status: None,
        }
    }

    /// Takes the head of the final response out of `received`, once it is whole. `method` is the request's.
    pub(crate) fn take(
        &mut self,
        received: &mut Vec<u8>,
        method: &Method,
    ) -> Result<Option<Head>, SendError> {
        loop {
            if self.status.is_none() {
                self.drop_blank_lines(received)?;
                if received.is_empty() {
                    return Ok(None);
                }
                self.status = status_line::read(received, self.searched)?.map(|line| line.status);
            }
            let Some(length) = head::end(received, self.searched) else {
                self.searched = received.len();
                self.check_budget(received.len())?;
                return Ok(None);
            };
            self.check_budget(length)?;
            let mut head = head::parse(&received[..length], method)?;
            self.odd |= !head.regular;
            head.regular = !self.odd;
            received.drain(..length);
            if !head.is_interim() {
                return Ok(Some(head));
            }
            self.count_interim(length)?;
        }
    }

    /// Some servers end a body with one line too many (RFC 9112 section 2.2).
    fn drop_blank_lines(&mut self, received: &mut Vec<u8>) -> Result<(), SendError> {
        let blank = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let blanks = received.iter().position(|byte| !blank(byte));
        let blanks = blanks.unwrap_or(received.len());
        if blanks > 0 {
            received.drain(..blanks);
            self.spent += blanks;
            self.odd = true;
            self.check_budget(0)?;
        }
        Ok(())
    }

    fn count_interim(&mut self, length: usize) -> Result<(), SendError> {
        self.spent += length;
        self.searched = 0;
        self.status = None;
        self.interim += 1;
        match self.interim > INTERIM_MAX {
            true => Err(SendError::MalformedResponse(format!(
                "more than {INTERIM_MAX} interim (1xx) responses before the final one"
            ))),
            false => Ok(()),
        }
    }

    fn check_budget(&self, more: usize) -> Result<(), SendError> {
        match self.spent + more > self.bytes_max {
            true => Err(SendError::HeadersTooLarge),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 200;

    /// Feeds `input` in pieces; the status of the head, or the class of the error, and what is left.
    fn read(
        input: &[u8],
        piece: usize,
    ) -> (Result<Option<u16>, &'static str>, Option<u16>, Vec<u8>) {
        let mut reader = HeadReader::new(MAX);
        let mut received = Vec::new();
        for part in input.chunks(piece) {
            received.extend_from_slice(part);
            match reader.take(&mut received, &Method::POST) {
                Ok(None) => {}
                Ok(Some(head)) => return (Ok(Some(head.status)), reader.status, received),
                Err(error) => return (Err(error.class()), reader.status, received),
            }
        }
        (Ok(None), reader.status, received)
    }

    #[test]
    fn a_head_is_the_same_however_it_arrives() {
        fn check(input: &str, expected: Result<Option<u16>, &'static str>) {
            for piece in 1..=input.len() {
                let (read, _, _) = read(input.as_bytes(), piece);
                assert_eq!(read, expected, "{input:?} by {piece}");
            }
        }
        check("HTTP/1.1 200 OK\r\n\r\n", Ok(Some(200)));
        check("\r\n\n\r\nHTTP/1.1 200 OK\nx: y\n\n", Ok(Some(200)));
        let hints = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n";
        check(
            &format!("{hints}{hints}HTTP/1.1 201 OK\r\n\r\n"),
            Ok(Some(201)),
        );
        check("HTTP/1.1 101 Switch\r\n\r\n", Ok(Some(101)));
        check("HTTP/1.1 200 OK\r\nx: y\r\n", Ok(None));
        check("", Ok(None));
        check("SSH-2.0-x\r\n", Err("malformed_response"));
    }

    #[test]
    fn everything_before_the_answer_counts_against_one_budget() {
        fn check(input: &str, expected: &'static str) {
            for piece in [1, 7, input.len()] {
                let (read, _, _) = read(input.as_bytes(), piece);
                assert_eq!(read, Err(expected), "{:?} by {piece}", &input[..20]);
            }
        }
        let ok = "HTTP/1.1 200 OK\r\n\r\n";
        check(
            &format!("{}{ok}", "\r\n".repeat(MAX / 2)),
            "headers_too_large",
        );
        check(&"\n".repeat(MAX + 1), "headers_too_large");
        check(
            &format!("HTTP/1.1 200 OK\r\n{}: x", "n".repeat(MAX)),
            "headers_too_large",
        );
        check(
            &format!("HTTP/1.1 200 {}", "r".repeat(MAX)),
            "headers_too_large",
        );
        let folded = format!("HTTP/1.1 200 OK\r\na: b\r\n{}", " \r\n".repeat(MAX));
        check(&folded, "headers_too_large");
        let interim = "HTTP/1.1 100 A\r\n\r\n".repeat(12) + ok;
        check(&interim, "headers_too_large");
    }

    #[test]
    fn interim_responses_are_counted() {
        let mut reader = HeadReader::new(1 << 20);
        let mut received = b"HTTP/1.1 102 P\r\n\r\n".repeat(INTERIM_MAX);
        assert!(reader.take(&mut received, &Method::POST).unwrap().is_none());
        received.extend_from_slice(b"HTTP/1.1 102 P\r\n\r\n");
        let refused = reader.take(&mut received, &Method::POST).unwrap_err();
        assert_eq!(refused.class(), "malformed_response");
    }

    #[test]
    fn the_status_is_known_as_soon_as_its_line_is() {
        let check = |input: &str, expected: Option<u16>| {
            assert_eq!(read(input.as_bytes(), 3).1, expected, "{input:?}");
        };
        check("HTTP/1.1 200 O", None);
        check("HTTP/1.1 200 OK\r\n", Some(200));
        check("HTTP/1.1 410 Gone\r\nx: y\r\nz", Some(410));
        check(
            &format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(MAX)),
            Some(200),
        );
        // An interim response is no answer.
        check("HTTP/1.1 100 Continue\r\n\r\n", None);
    }
}
