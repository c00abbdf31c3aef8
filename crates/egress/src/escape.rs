//! Bytes of strangers as text, without losing one.

use std::borrow::Cow;
use std::fmt::Write;

/// `bytes` as text from which they can be restored: valid UTF-8 stays as it is,
/// except that a backslash is doubled and every control character other than
/// tab, line feed and carriage return, and every byte that is not UTF-8,
/// becomes `\xNN`.
pub fn escape_lossless(bytes: &[u8]) -> Cow<'_, str> {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'\\';
    if bytes.iter().all(is_plain) {
        return String::from_utf8_lossy(bytes);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_char(&mut text, character);
        }
        for byte in chunk.invalid() {
            push_byte(&mut text, *byte);
        }
    }
    Cow::Owned(text)
}

fn push_char(text: &mut String, character: char) {
    match character {
        '\\' => text.push_str("\\\\"),
        '\t' | '\n' | '\r' => text.push(character),
        control if control.is_control() => {
            let mut utf8 = [0; 4];
            for byte in control.encode_utf8(&mut utf8).bytes() {
                push_byte(text, byte);
            }
        }
        plain => text.push(plain),
    }
}

fn push_byte(text: &mut String, byte: u8) {
    write!(text, "\\x{byte:02x}").expect("writing to a String never fails");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_and_everything_else_is_escaped() {
        fn check(bytes: &[u8], expected: &str) {
            assert_eq!(escape_lossless(bytes), expected);
        }
        check(b"plain text", "plain text");
        check("bücher\n".as_bytes(), "bücher\n");
        check(b"a\0b", "a\\x00b");
        check(b"\xff\xfe", "\\xff\\xfe");
        check(b"C:\\x00", "C:\\\\x00");
        check("\u{85}".as_bytes(), "\\xc2\\x85");
    }
}
