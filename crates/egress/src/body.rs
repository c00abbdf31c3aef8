//! The body of a response: where it ends, and what of it is kept (RFC 9112 sections 6.3 and 7.1). Pure.

use crate::content_coding::Coding;
use crate::send_error::SendError;

/// Bytes of one response that frame its chunks (sizes with their zeros, extensions, line ends, trailers), however
/// little is in them. They are of no use here, and a receiver could send them for ever.
const FRAMING_BYTES_MAX: usize = 16 * 1024;

/// More of them for each byte of the body that is kept: chunks of one byte, with their sizes padded to eight digits,
/// pass.
const FRAMING_BYTES_PER_BYTE: usize = 12;

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
    /// A line ended without its carriage return.
    bare: bool,
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
            bare: false,
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
    framing_bytes: usize,
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
            framing_bytes: 0,
            truncated: false,
        }
    }

    /// Whether nothing more is to be read: it is whole, or was cut.
    pub(crate) const fn is_done(&self) -> bool {
        self.truncated || self.framing.is_over()
    }

    /// The connection has ended; whether the body had too. Behind the last chunk, some servers leave out the line that
    /// ends all.
    pub(crate) const fn end(&self) -> bool {
        match self.framing {
            Framing::UntilClose => true,
            Framing::Length(left) => left == 0,
            Framing::Chunked(Chunked { place, .. }) => {
                matches!(place, Place::Trailer | Place::LastFeed | Place::Over)
            }
        }
    }

    /// Whether it was framed as it should be, so that another response may follow it.
    pub(crate) const fn is_regular(&self) -> bool {
        !matches!(self.framing, Framing::Chunked(Chunked { bare: true, .. }))
    }

    /// The body as it can be read, and whether there was more than the cap.
    pub(crate) fn into_readable(self, coding: &Coding) -> (Vec<u8>, bool) {
        coding.unpack(self.body, self.truncated, self.bytes_max)
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
                self.count_framing()?;
            }
        }
        Ok(used)
    }

    fn count_framing(&mut self) -> Result<(), SendError> {
        self.framing_bytes += 1;
        let allowed = FRAMING_BYTES_MAX + FRAMING_BYTES_PER_BYTE * self.body.len();
        match self.framing_bytes > allowed {
            true => Err(malformed(
                "more chunk sizes, extensions and trailers than body",
            )),
            false => Ok(()),
        }
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
            (Place::Size(size, true) | Place::Extension(size), b'\n') => {
                self.bare = true;
                after_size(size)
            }
            (Place::Extension(size), _) => Place::Extension(size),
            (Place::SizeEnd(size), b'\n') => after_size(size),
            (Place::DataEnd | Place::Trailer, b'\n') => {
                self.bare = true;
                match self.place {
                    Place::DataEnd => Place::Size(0, false),
                    _ => Place::Over,
                }
            }
            (Place::DataEnd, b'\r') => Place::DataEndFeed,
            (Place::DataEndFeed, b'\n') => Place::Size(0, false),
            (Place::Trailer, b'\r') => Place::LastFeed,
            (Place::InTrailer, b'\n') => Place::Trailer,
            (Place::Trailer | Place::InTrailer, _) => Place::InTrailer,
            (Place::LastFeed, b'\n') => Place::Over,
            _ => return Err(malformed("invalid chunk")),
        };
        Ok(())
    }
}

const fn after_size(size: u64) -> Place {
    match size {
        0 => Place::Trailer,
        size => Place::Data(size),
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
            "3\rabc",
            "-1\r\n",
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
    fn line_feeds_alone_end_lines_and_the_connection() {
        let mut reader = BodyReader::new(Framing::chunked(), 1_000);
        let input = b"3\nabc\n2;x\nde\r\n0\nTrailer: t\n\n";
        assert_eq!(reader.take(input), Ok(input.len()));
        assert_eq!(
            (reader.body.as_slice(), reader.is_done()),
            (&b"abcde"[..], true)
        );
        assert!(!reader.is_regular());
    }

    #[test]
    fn the_last_chunk_may_be_all_that_ends_a_body() {
        let check = |input: &str, expected: bool| {
            let mut reader = BodyReader::new(Framing::chunked(), 1_000);
            reader.take(input.as_bytes()).unwrap();
            assert_eq!(reader.end(), expected, "{input:?}");
        };
        check("3\r\nabc\r\n0\r\n\r\n", true);
        check("3\r\nabc\r\n0\r\n", true);
        check("3\r\nabc\r\n0\r\n\r", true);
        check("3\r\nabc\r\n0\r", false);
        check("3\r\nabc\r\n0", false);
        check("3\r\nabc\r\n", false);
        check("3\r\nab", false);
    }

    #[test]
    fn what_frames_a_body_has_an_end() {
        let long = "x".repeat(FRAMING_BYTES_MAX);
        for input in [
            format!("3;{long}"),
            format!("0\r\n{long}"),
            "0\r\n".to_owned() + &"t: x\r\n".repeat(FRAMING_BYTES_MAX),
            "0".repeat(FRAMING_BYTES_MAX + 1),
            format!("3{}", " ".repeat(FRAMING_BYTES_MAX)),
        ] {
            assert!(read(Framing::chunked(), input.as_bytes(), 100).is_err());
        }
        let zeros = format!("{}1\r\nx\r\n", "0".repeat(1_000)).repeat(100);
        assert!(read(Framing::chunked(), zeros.as_bytes(), 100).is_err());
    }

    #[test]
    fn small_chunks_pass() {
        let padded = "00000001\r\nx\r\n".repeat(10_000) + "0\r\n\r\n";
        let mut reader = BodyReader::new(Framing::chunked(), 64 * 1024);
        assert_eq!(reader.take(padded.as_bytes()), Ok(padded.len()));
        assert_eq!(reader.body.len(), 10_000);
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
