//! Header names: which ones HTTP has, and which ones no dialect and no customer may set.

use std::borrow::Cow;

/// Names that the HTTP client, the connection or the engine owns (RFC 9110, RFC 9112), in lower case.
pub(crate) const OWNED: [&str; 20] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "max-forwards",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Why `name` cannot be the name of a dialect's header, if it cannot.
pub(crate) fn refusal(name: &str) -> Option<String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Some(format!(
            "`{name}` is no header name: RFC 9110 allows letters, digits and !#$%&'*+-.^_`|~"
        ));
    }
    OWNED
        .contains(&name.to_ascii_lowercase().as_str())
        .then(|| {
            format!("the header `{name}` belongs to HTTP or the sender: a dialect cannot set it")
        })
}

/// Whether `text` can stand in a header's value: visible ASCII with inner spaces.
pub(crate) fn is_value(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// Keeps a rendered value within one header line: every byte that is not visible ASCII or a space is
/// percent-encoded (as CloudEvents 1.0 does), so that no event can add a header of its own.
pub(crate) fn sanitize(value: Cow<'_, str>) -> Cow<'_, str> {
    use std::fmt::Write;
    if is_value(&value) {
        return value;
    }
    let safe = value.bytes().fold(String::new(), |mut safe, byte| {
        match byte {
            0x20..0x7f => safe.push(char::from(byte)),
            _ => write!(safe, "%{byte:02X}").expect("writing to a String cannot fail"),
        }
        safe
    });
    Cow::Owned(safe)
}
