//! A body that came packed although `identity` was asked for: unpacked within a bound, for whoever reads the log. Pure.

use std::io::Read;

use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// How a gzip stream begins (RFC 1952 section 2.3.1).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// How much of the name of a coding is repeated.
const NAME_BYTES: usize = 32;

/// What a body is packed with (RFC 9110 section 8.4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Coding {
    #[default]
    Identity,
    Gzip,
    Deflate,
    /// One that is not unpacked here, or several: their names.
    Other(String),
}

impl Coding {
    /// Takes the next of the names that `Content-Encoding` lists.
    pub(crate) fn add(&mut self, name: &[u8]) {
        let name = name[..name.len().min(NAME_BYTES)].to_ascii_lowercase();
        let coding = match name.as_slice() {
            b"" | b"identity" => return,
            b"gzip" | b"x-gzip" => Self::Gzip,
            b"deflate" => Self::Deflate,
            other => Self::Other(other.escape_ascii().to_string()),
        };
        *self = match (std::mem::take(self), coding) {
            (Self::Identity, coding) => coding,
            (first, second) => Self::Other(format!("{}, {}", first.name(), second.name())),
        };
    }

    fn name(&self) -> &str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Other(names) => names,
        }
    }

    /// The body as it can be read, at most `bytes_max` of it, and whether there is more. `cut` says that the packed
    /// body is not whole. What can't be unpacked becomes a sentence that says so.
    pub(crate) fn unpack(&self, body: Vec<u8>, cut: bool, bytes_max: usize) -> (Vec<u8>, bool) {
        if body.is_empty() {
            return (body, cut);
        }
        let unpacked = match self {
            Self::Identity => return (body, cut),
            // It says so, and is not: no rare mistake of servers behind proxies.
            Self::Gzip if !body.starts_with(&GZIP_MAGIC) => return (body, cut),
            Self::Gzip => read(GzDecoder::new(body.as_slice()), bytes_max),
            // What is meant is zlib's format; some send the bare one (RFC 9110 section 8.4.1.2).
            Self::Deflate => read(ZlibDecoder::new(body.as_slice()), bytes_max)
                .or_else(|| read(DeflateDecoder::new(body.as_slice()), bytes_max)),
            Self::Other(_) => None,
        };
        let told = |bytes: usize| {
            let name = self.name();
            format!(
                "[{bytes} bytes, not shown: the receiver encoded its answer with {name} although identity was asked for]"
            )
        };
        match unpacked {
            Some((text, whole)) => (text, cut || !whole),
            None => (told(body.len()).into_bytes(), cut),
        }
    }
}

/// Reads at most `bytes_max` bytes, and whether that was all; `None` if not even the first can be read.
fn read(packed: impl Read, bytes_max: usize) -> Option<(Vec<u8>, bool)> {
    let mut text = Vec::new();
    let bound = u64::try_from(bytes_max)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let read = packed.take(bound).read_to_end(&mut text);
    let whole = read.is_ok() && text.len() <= bytes_max;
    text.truncate(bytes_max);
    (whole || !text.is_empty()).then_some((text, whole))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const MAX: usize = 1_000;

    fn coding(names: &[&str]) -> Coding {
        let mut coding = Coding::default();
        for name in names {
            coding.add(name.as_bytes());
        }
        coding
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    }

    #[test]
    fn what_servers_pack_is_unpacked() {
        let check = |names: &[&str], body: Vec<u8>| {
            let unpacked = coding(names).unpack(body, false, MAX);
            assert_eq!(unpacked, (b"hello hello".to_vec(), false), "{names:?}");
        };
        let text = b"hello hello";
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(text).unwrap();
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::fast());
        bare.write_all(text).unwrap();
        check(&["gzip"], gzip(text));
        check(&["X-GZIP", "identity", ""], gzip(text));
        check(&["deflate"], zlib.finish().unwrap());
        check(&["deflate"], bare.finish().unwrap());
        check(&["gzip"], text.to_vec());
        check(&[], text.to_vec());
    }

    #[test]
    fn a_bomb_is_read_to_the_cap() {
        let bomb = gzip(&vec![b'x'; 10_000_000]);
        assert!(bomb.len() < 64 * 1024);
        let (text, cut) = coding(&["gzip"]).unpack(bomb, false, MAX);
        assert_eq!((text.len(), cut), (MAX, true));
        let whole = gzip(&[b'x'; MAX]);
        let (text, cut) = coding(&["gzip"]).unpack(whole, false, MAX);
        assert_eq!((text.len(), cut), (MAX, false));
    }

    #[test]
    fn what_was_cut_off_is_shown_as_far_as_it_goes() {
        let text: Vec<u8> = (0..500_u32).flat_map(u32::to_be_bytes).collect();
        let mut packed = gzip(&text);
        packed.truncate(packed.len() / 2);
        let (shown, cut) = coding(&["gzip"]).unpack(packed, true, MAX);
        assert!(cut && !shown.is_empty() && text.starts_with(&shown));
    }

    #[test]
    fn what_cannot_be_unpacked_is_labelled() {
        let check = |names: &[&str], body: &[u8], told: &str| {
            let (label, _) = coding(names).unpack(body.to_vec(), false, MAX);
            let label = String::from_utf8(label).unwrap();
            assert!(
                label.contains(told) && label.contains("bytes, not shown"),
                "{label}"
            );
        };
        check(&["br"], b"\x0b\x02\x80", "encoded its answer with br ");
        check(&["gzip", "gzip"], &gzip(b"x"), "gzip, gzip");
        check(&["gzip"], b"\x1f\x8b\xff\xff", "with gzip ");
        check(&["\u{1b}[31m"], b"x", "\\x1b[31m");
    }
}
