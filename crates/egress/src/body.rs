//! The body of a response: where it ends, and what of it is kept (RFC 9112 sections 6.3 and 7.1). Pure.

use crate::send_error::SendError;

/// Bytes of chunk extensions and trailers in one response, all told. They are of no use here.
const EXTRAS_BYTES_MAX: usize = 16 * 1024;

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// So many bytes are still to come.
    Length(u64),
    /// In chunks that say how long they are.
    Chunked(Chunked),
    /// By the end of the connection.
    UntilClose,
}

/// Where in a chunked body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chunked {
    place: Place,
    extras: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the digits of a chunk's size; whether there was one.
    Size(u64, bool),
    /// Behind them, up to the end of the line.
    Extension(u64),
    /// At the line feed behind a size.
    SizeEnd(u64),
    /// In a chunk with so many bytes to come.
    Data(u64),
    /// Behind a chunk.
    DataEnd,
    DataEndFeed,
    /// At the beginning of a trailer's line, or of the empty one that ends all.
    Trailer,
    InTrailer,
    LastFeed,
    Over,
}

impl Framing {
    /// Before the first chunk.
    pub(crate) const fn chunked() -> Self {
        Self::Chunked(Chunked {
            place: Place::Size(0, false),
            extras: 0,
        })
    }

    /// Whether the body is known to have ended.
    pub(crate) const fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Length(0)
                | Self::Chunked(Chunked {
                    place: Place::Over,
                    ..
                })
        )
    }
}

/// A body on its way in.
#[derive(Debug)]
pub(crate) struct BodyReader {
    framing: Framing,
    bytes_max: usize,
    pub(crate) body: Vec<u8>,
    /// There was more than what is kept.
    pub(crate) truncated: bool,
}

impl BodyReader {
    /// Keeps `bytes_max` bytes of a body that is framed so.
    pub(crate) const fn new(framing: Framing, bytes_max: usize) -> Self {
        Self {
            framing,
            bytes_max,
            body: Vec::new(),
            truncated: false,
        }
    }

    /// Whether nothing more is to be read: it is whole, or was cut.
    pub(crate) const fn is_done(&self) -> bool {
        self.truncated || self.framing.is_over()
    }

    /// The connection has ended; whether the body had too.
    pub(crate) const fn end(&self) -> bool {
        matches!(self.framing, Framing::UntilClose) || self.framing.is_over()
    }

    /// Takes what has arrived, and returns how much of it belongs to this body.
    pub(crate) fn take(&mut self, input: &[u8]) -> Result<usize, SendError> {
        match self.framing {
            Framing::UntilClose => {
                self.keep(input);
                Ok(input.len())
            }
            Framing::Length(left) => {
                let part = up_to(input, left);
                self.keep(part);
                self.framing = Framing::Length(left - part.len() as u64);
                Ok(part.len())
            }
            Framing::Chunked(mut chunked) => {
                let used = self.take_chunks(&mut chunked, input)?;
                self.framing = Framing::Chunked(chunked);
                Ok(used)
            }
        }
    }

    fn take_chunks(&mut self, chunked: &mut Chunked, input: &[u8]) -> Result<usize, SendError> {
        let mut used = 0;
        while used < input.len() && chunked.place != Place::Over && !self.truncated {
            if let Place::Data(left) = chunked.place {
                let part = up_to(&input[used..], left);
                self.keep(part);
                used += part.len();
                chunked.place = match left - part.len() as u64 {
                    0 => Place::DataEnd,
                    left => Place::Data(left),
                };
            } else {
                chunked.step(input[used])?;
                used += 1;
            }
        }
        Ok(used)
    }

    fn keep(&mut self, part: &[u8]) {
        let room = self.bytes_max - self.body.len();
        self.body.extend_from_slice(&part[..part.len().min(room)]);
        self.truncated |= part.len() > room;
    }
}

impl Chunked {
    /// Takes one byte of what is not data.
    fn step(&mut self, byte: u8) -> Result<(), SendError> {
        self.place = match (self.place, byte) {
            (Place::Size(size, _), b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                let digit = char::from(byte).to_digit(16).unwrap_or_default();
                let size = size
                    .checked_mul(16)
                    .and_then(|size| size.checked_add(digit.into()));
                Place::Size(size.ok_or_else(|| malformed("chunk too large"))?, true)
            }
            (Place::Size(size, true) | Place::Extension(size), b'\r') => Place::SizeEnd(size),
            (Place::Size(size, true), b';' | b' ' | b'\t') => Place::Extension(size),
            (Place::Extension(size), byte) if byte != b'\n' => {
                self.count_extra()?;
                Place::Extension(size)
            }
            (Place::SizeEnd(0), b'\n') => Place::Trailer,
            (Place::SizeEnd(size), b'\n') => Place::Data(size),
            (Place::DataEnd, b'\r') => Place::DataEndFeed,
            (Place::DataEndFeed, b'\n') => Place::Size(0, false),
            (Place::Trailer, b'\r') => Place::LastFeed,
            (Place::InTrailer, b'\n') => Place::Trailer,
            (Place::Trailer | Place::InTrailer, _) => {
                self.count_extra()?;
                Place::InTrailer
            }
            (Place::LastFeed, b'\n') => Place::Over,
            _ => return Err(malformed("invalid chunk")),
        };
        Ok(())
    }

    fn count_extra(&mut self) -> Result<(), SendError> {
        self.extras += 1;
        match self.extras > EXTRAS_BYTES_MAX {
            true => Err(malformed("chunk extensions or trailers are too long")),
            false => Ok(()),
        }
    }
}

fn up_to(input: &[u8], length: u64) -> &[u8] {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    &input[..input.len().min(length)]
}

fn malformed(why: &str) -> SendError {
    SendError::MalformedResponse(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `input` in pieces of `piece` bytes; returns what is kept and how much was used.
    fn read(framing: Framing, input: &[u8], piece: usize) -> Result<(Vec<u8>, usize), SendError> {
        let mut reader = BodyReader::new(framing, 1_000);
        let mut used = 0;
        while used < input.len() && !reader.is_done() {
            let end = input.len().min(used + piece);
            used += reader.take(&input[used..end])?;
        }
        Ok((reader.body, used))
    }

    #[test]
    fn a_body_is_the_same_however_it_arrives() {
        let chunks = b"3\r\nabc\r\n00A;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
        for piece in 1..chunks.len() {
            let check = |framing, input: &[u8], expected: &[u8], used| {
                let (body, taken) = read(framing, input, piece).unwrap();
                assert_eq!((body.as_slice(), taken), (expected, used), "{piece}");
            };
            let next = [chunks.as_slice(), b"HTTP/1.1"].concat();
            check(Framing::chunked(), &next, b"abc0123456789", chunks.len());
            check(Framing::Length(5), b"abcdefgh", b"abcde", 5);
            check(Framing::UntilClose, b"abcdefgh", b"abcdefgh", 8);
        }
    }

    #[test]
    fn what_is_no_chunk_is_malformed() {
        for input in [
            "zz\r\n",
            "\r\n",
            "3\r\nabcd\r\n",
            "3\nabc\r\n",
            "11111111111111111\r\n",
            "3\r\nabc\r\n0\r\n\rx",
        ] {
            let refused = read(Framing::chunked(), input.as_bytes(), 3);
            assert!(
                matches!(refused, Err(SendError::MalformedResponse(_))),
                "{input:?}"
            );
        }
    }

    #[test]
    fn extensions_and_trailers_have_an_end() {
        let long = "x".repeat(EXTRAS_BYTES_MAX + 1);
        for input in [format!("3;{long}"), format!("0\r\n{long}")] {
            assert!(read(Framing::chunked(), input.as_bytes(), 100).is_err());
        }
    }

    #[test]
    fn no_more_than_the_cap_is_kept() {
        for framing in [Framing::Length(4), Framing::UntilClose] {
            let mut reader = BodyReader::new(framing, 3);
            reader.take(b"abc").unwrap();
            assert!(!reader.truncated && reader.body == b"abc");
            reader.take(b"d").unwrap();
            assert!(reader.truncated && reader.is_done() && reader.body == b"abc");
        }
    }
}
