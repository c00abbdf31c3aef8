//! The little of HTTP/1.1 that both ends of a bench speak: messages with a `Content-Length`, one after the
//! other on a connection that stays open (RFC 9112, without chunks).

use std::{
    io::{Error, ErrorKind, Result},
    net::SocketAddr,
};

use memchr::memmem;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

/// A head longer than this is not one that we or the server write.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// One end of a connection, with what was read ahead.
pub(super) struct Connection<S = TcpStream> {
    stream: S,
    buffer: Vec<u8>,
    /// How much of the buffer the last message was.
    taken: usize,
}

/// A request or an answer, as it lies in the connection's buffer.
pub(super) struct Message<'a> {
    /// First line and headers.
    pub(super) head: &'a [u8],
    /// As long as `Content-Length` says; empty without.
    pub(super) body: &'a [u8],
}

impl Connection {
    /// Opens a connection that sends small messages at once.
    ///
    /// # Errors
    /// As the system says.
    pub(super) async fn open(addr: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Self::over(stream))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Speaks HTTP over `stream`.
    pub(super) fn over(stream: S) -> Self {
        Self {
            stream,
            buffer: Vec::with_capacity(8 * 1024),
            taken: 0,
        }
    }

    /// Writes a message that is already in its wire form.
    ///
    /// # Errors
    /// As the system says.
    pub(super) async fn send(&mut self, message: &[u8]) -> Result<()> {
        self.stream.write_all(message).await
    }

    /// Waits for the next whole message; `None` when the other side has closed between two.
    ///
    /// # Errors
    /// As the system says, and for what is no message with a length.
    pub(super) async fn next(&mut self) -> Result<Option<Message<'_>>> {
        self.buffer.drain(..std::mem::take(&mut self.taken));
        let shape = loop {
            if let Some(shape) = Shape::of(&self.buffer)? {
                break shape;
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return match self.buffer.len() {
                    0 => Ok(None),
                    _ => Err(ErrorKind::UnexpectedEof.into()),
                };
            }
        };
        self.taken = shape.end;
        Ok(Some(Message {
            head: &self.buffer[..shape.body],
            body: &self.buffer[shape.body..shape.end],
        }))
    }
}

impl Message<'_> {
    /// The status code of an answer; 0 if it is none.
    pub(super) fn status(&self) -> u16 {
        let digits = self.head.get(9..12).unwrap_or_default();
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        digits.parse().unwrap_or_default()
    }

    /// The number at the end of a request's path; 0 if there is none.
    pub(super) fn path_number(&self) -> u64 {
        let path = self.head.split(|byte| *byte == b' ').nth(1);
        let path = path.and_then(|path| std::str::from_utf8(path).ok());
        let last = path.and_then(|path| path.rsplit('/').next());
        last.and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// The value of the first header of that name, in any case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }
}

/// Where the parts of the first message in a buffer end.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    body: usize,
    end: usize,
}

impl Shape {
    /// `None` while the message is not there as a whole.
    fn of(buffer: &[u8]) -> Result<Option<Self>> {
        let Some(head) = memmem::find(buffer, b"\r\n\r\n") else {
            return match buffer.len() {
                0..=HEAD_BYTES_MAX => Ok(None),
                _ => Err(invalid("a head of more than 64 KiB")),
            };
        };
        let body = head + 4;
        let length = match header(&buffer[..body], "content-length") {
            Some(length) => length
                .parse()
                .map_err(|_| invalid("a content-length that is not a valid number"))?,
            None if header(&buffer[..body], "transfer-encoding").is_some() => {
                return Err(invalid("a body without content-length"));
            }
            None => 0,
        };
        let end = body + length;
        Ok((buffer.len() >= end).then_some(Self { body, end }))
    }
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (key, value) = line.split_at_checked(name.len())?;
        let value = value.strip_prefix(b":")?;
        key.eq_ignore_ascii_case(name.as_bytes())
            .then(|| std::str::from_utf8(value).ok().map(str::trim))?
    })
}

fn invalid(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_whole_when_its_body_is() {
        let check = |text: &str, expected: Option<(usize, usize)>| {
            let shape = Shape::of(text.as_bytes()).unwrap();
            assert_eq!(shape.map(|s| (s.body, s.end)), expected, "{text}");
        };
        check("", None);
        check("HTTP/1.1 200 OK\r\n", None);
        check("HTTP/1.1 200 OK\r\n\r\n", Some((19, 19)));
        check("POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{", None);
        check(
            "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}POST",
            Some((38, 40)),
        );
    }

    #[test]
    fn what_has_no_length_is_refused() {
        for text in [
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n",
        ] {
            assert!(Shape::of(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_may_end_in_a_number() {
        let check = |head: &str, expected: u64| {
            let head = head.as_bytes();
            assert_eq!(Message { head, body: b"" }.path_number(), expected);
        };
        check("POST /hook/17 HTTP/1.1\r\n", 17);
        check("POST /hook HTTP/1.1\r\n", 0);
        check("", 0);
    }

    #[tokio::test]
    async fn messages_follow_one_another_on_a_connection() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = Connection::open(listener.local_addr().unwrap())
            .await
            .unwrap();
        let mut server = Connection::over(listener.accept().await.unwrap().0);
        let answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 1\r\n\r\n";
        client
            .send(&[answer, &b"a"[..], answer, b"b"].concat())
            .await
            .unwrap();
        for body in [b"a", b"b"] {
            let message = server.next().await.unwrap().unwrap();
            assert_eq!((message.status(), message.body), (202, &body[..]));
        }
        drop(client);
        assert!(server.next().await.unwrap().is_none());
    }
}
