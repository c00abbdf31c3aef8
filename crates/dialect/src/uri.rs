//! Text within URI references (RFC 3986): what cannot stand in one is percent-encoded.

use std::borrow::Cow;

use serde::Deserialize;

/// What a text becomes a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UriPart {
    /// One segment of a path: everything but unreserved characters, sub-delimiters, `:` and `@` is encoded.
    Segment,
    /// A whole reference: its delimiters and escapes stay.
    Reference,
}

impl UriPart {
    /// The text as it can stand there.
    pub(crate) fn write(self, text: Cow<'_, str>) -> Cow<'_, str> {
        const HEX: &[u8; 16] = b"0123456789ABCDEF";
        let bytes = text.as_bytes();
        let fragment = bytes.iter().position(|byte| *byte == b'#');
        let keeps = |place: usize| match bytes[place] {
            byte if byte.is_ascii_alphanumeric() => true,
            byte if b"-._~!$&'()*+,;=:@".contains(&byte) => true,
            _ if self == Self::Segment => false,
            // A second one would begin nothing.
            b'#' => fragment == Some(place),
            b'%' => {
                let digits = bytes.get(place + 1..place + 3);
                digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            }
            byte => b"/?[]".contains(&byte),
        };
        if (0..bytes.len()).all(keeps) {
            return text;
        }
        let mut written = String::with_capacity(bytes.len() + 8);
        for (place, &byte) in bytes.iter().enumerate() {
            if keeps(place) {
                written.push(char::from(byte));
            } else {
                written.push('%');
                written.push(char::from(HEX[usize::from(byte >> 4)]));
                written.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
        Cow::Owned(written)
    }
}

/// The text without its escapes; what is no UTF-8 then stays as it is.
pub(crate) fn decoded(value: &str) -> Cow<'_, str> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = value.as_bytes();
    let mut text = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        match (
            byte,
            digit(bytes.get(place + 1)),
            digit(bytes.get(place + 2)),
        ) {
            (b'%', Some(high), Some(low)) => {
                text.push((high * 16 + low) as u8);
                place += 3;
            }
            _ => {
                text.push(*byte);
                place += 1;
            }
        }
    }
    String::from_utf8(text).map_or(Cow::Borrowed(value), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_parts_of_references() {
        let check = |text: &str, segment: &str, reference: &str| {
            assert_eq!(UriPart::Segment.write(Cow::Borrowed(text)), segment);
            assert_eq!(UriPart::Reference.write(Cow::Borrowed(text)), reference);
        };
        check("org_2pX9", "org_2pX9", "org_2pX9");
        check("a@b.example", "a@b.example", "a@b.example");
        check("auth0|123", "auth0%7C123", "auth0%7C123");
        check("a b\"é", "a%20b%22%C3%A9", "a%20b%22%C3%A9");
        check("100%", "100%25", "100%25");
        check("%7c", "%257c", "%7c");
        check("a/b?c", "a%2Fb%3Fc", "a/b?c");
        check(
            "http://[::1]/#a#b",
            "http:%2F%2F%5B::1%5D%2F%23a%23b",
            "http://[::1]/#a%23b",
        );
        check("", "", "");
    }

    #[test]
    fn a_segment_is_read_back() {
        for text in ["auth0|123", "100%", "%7c", "a/b c", "é\"", ""] {
            let written = UriPart::Segment.write(Cow::Borrowed(text));
            assert_eq!(decoded(&written), text);
        }
    }
}
