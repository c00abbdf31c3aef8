//! What headers may be called and hold that others than the dialect set.

use nuncio_dialect::Dialect;

use crate::http::{body::escape, problem::Problem};

const NAME_CHARS_MAX: usize = 128;
/// A signed token with a user's groups in it takes 4 to 6 KiB. Beyond 8 KiB, nginx and Apache refuse the line.
const VALUE_CHARS_MAX: usize = 8_192;

/// What is wrong with a header that a customer or a publisher sets in requests of that dialect.
pub(crate) fn fault(name: &str, value: &str, dialect: &Dialect) -> Option<&'static str> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !(1..=NAME_CHARS_MAX).contains(&name.len()) || !name.bytes().all(is_token) {
        return Some(
            "is not a valid header name (RFC 9110): 1 to 128 letters, digits and !#$%&'*+-.^_`|~",
        );
    }
    let lower = name.to_ascii_lowercase();
    if dialect.reserved_headers().any(|reserved| reserved == lower) {
        return Some("belongs to HTTP, the sender or the dialect: it cannot be set");
    }
    if value.len() > VALUE_CHARS_MAX || !value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Some(
            "has an invalid value: it must be a single line of at most 8192 printable ASCII characters",
        );
    }
    None
}

/// The refusal of a header in the body's `headers`.
pub(crate) fn refused(name: &str, rule: &str) -> Problem {
    let shown: String = name.chars().take(NAME_CHARS_MAX).collect();
    let pointer = format!("/headers/{}", escape(&shown));
    Problem::invalid(pointer, format!("`{}` {rule}", shown.escape_debug()))
}
