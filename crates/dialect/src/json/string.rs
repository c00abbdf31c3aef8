//! JSON strings: read, and written as `JSON.stringify` writes them.

use std::borrow::Cow;

/// The characters that a checked string stands for; `raw` comes without its quotes.
pub(crate) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let (character, used) = escaped(&rest[at..]);
        text.push(character);
        rest = &rest[at + used..];
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// The character that the escape at the start of `text` stands for, and the escape's length in bytes.
fn escaped(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        text.get(at..at + 4)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
    };
    match text.as_bytes().get(1) {
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'n') => ('\n', 2),
        Some(b'r') => ('\r', 2),
        Some(b't') => ('\t', 2),
        Some(b'u') => match (unit(2).unwrap_or(0xfffd), unit(8)) {
            (high @ 0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
                let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                (
                    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                    12,
                )
            }
            (code, _) => (
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                6,
            ),
        },
        // `"`, `\` and `/` stand for themselves; the scanner let nothing else pass.
        Some(other) => (char::from(*other), 2),
        None => ('\\', 1),
    }
}

/// Appends `text` in double quotes with the escapes of `JSON.stringify`: `\b \t \n \f \r \" \\`, `\u00xx` in
/// lower case for the other control characters, everything else as it is.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            0x08 => out.extend(b"\\b"),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            0x0c => out.extend(b"\\f"),
            b'\r' => out.extend(b"\\r"),
            0..0x20 => {
                out.extend(b"\\u00");
                out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn written(text: &str, expected: &str) {
        let mut out = Vec::new();
        write_string(&mut out, text);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn strings_are_written_as_json_stringify_does() {
        written("a/é\u{2028}\u{7f}😀", "\"a/é\u{2028}\u{7f}😀\"");
        written(
            "\"\\\u{8}\t\n\u{c}\r\u{0}\u{1f}",
            r#""\"\\\b\t\n\f\r\u0000\u001f""#,
        );
    }

    #[test]
    fn escapes_are_read_back() {
        for (raw, text) in [
            (r"plain", "plain"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u0041\u00E9\ud83d\uDE00!", "Aé😀!"),
            (r"\\u0041", r"\u0041"),
        ] {
            assert_eq!(unescape(raw), text);
        }
    }
}
