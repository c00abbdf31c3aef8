//! Header names: which ones HTTP has, and which ones no dialect and no customer may set.

use std::borrow::Cow;

use serde::Deserialize;

use crate::uri;

/// How the names of the headers that every request has are written: those of the dialect's own are as its file has
/// them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderNames {
    /// `Content-Type`, `User-Agent`, `Accept-Encoding`.
    #[default]
    Title,
    /// `content-type`, `user-agent`, `accept-encoding`.
    Lower,
}

/// How what varies is written in a header's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderValues {
    /// Printable ASCII as it is; every other byte percent-encoded.
    #[default]
    Plain,
    /// The space, `"` and `%` percent-encoded as well, for receivers that decode (CloudEvents 1.0, HTTP binding,
    /// 3.1.3.2).
    Cloudevents,
}

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
            "`{name}` is not a valid header name: RFC 9110 allows letters, digits and !#$%&'*+-.^_`|~"
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

impl HeaderNames {
    /// A name that is written in title case in this file's code.
    pub(crate) const fn spell(self, title: &'static str, lower: &'static str) -> &'static str {
        match self {
            Self::Title => title,
            Self::Lower => lower,
        }
    }
}

impl HeaderValues {
    /// Keeps a rendered value within one header line, so that no event can add a header of its own. Blanks around it
    /// are dropped: HTTP takes them for white space, and a receiver would not see them.
    pub(crate) fn write(self, value: Cow<'_, str>) -> Cow<'_, str> {
        use std::fmt::Write;
        let value = match value {
            Cow::Borrowed(value) => Cow::Borrowed(value.trim_matches(' ')),
            Cow::Owned(value) if value.starts_with(' ') || value.ends_with(' ') => {
                Cow::Owned(value.trim_matches(' ').to_owned())
            }
            value => value,
        };
        let keeps = |byte: u8| match self {
            Self::Plain => (0x20..0x7f).contains(&byte),
            Self::Cloudevents => (0x21..0x7f).contains(&byte) && byte != b'"' && byte != b'%',
        };
        if value.bytes().all(keeps) {
            return value;
        }
        let safe = value.bytes().fold(String::new(), |mut safe, byte| {
            if keeps(byte) {
                safe.push(char::from(byte));
            } else {
                write!(safe, "%{byte:02X}").expect("writing to a String cannot fail");
            }
            safe
        });
        Cow::Owned(safe)
    }

    /// What a received value was before it was written; what is no UTF-8 without its escapes stays as it is.
    pub(crate) fn read(self, value: &str) -> Cow<'_, str> {
        if self == Self::Plain || !value.contains('%') {
            return Cow::Borrowed(value);
        }
        uri::decoded(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_values_are_read_back() {
        let check = |value: &str, expected: &str| {
            assert_eq!(HeaderValues::Cloudevents.read(value), expected);
            assert_eq!(HeaderValues::Plain.read(value), value);
        };
        check("50%25%20%22off%22%E2%82%AC", "50% \"off\"€");
        check("100%", "100%");
        check("%4", "%4");
        check("%+4", "%+4");
        check("%FF", "%FF");
        check("", "");
    }

    #[test]
    fn values_stay_within_their_header() {
        let check = |values: HeaderValues, value: &str, expected: &str| {
            assert_eq!(values.write(Cow::Borrowed(value)), expected);
            assert_eq!(values.write(Cow::Owned(value.to_owned())), expected);
        };
        for plain in ["orders/create", "a:b", "com.example/x.y v1", "50% \"off\""] {
            check(HeaderValues::Plain, plain, plain);
        }
        check(HeaderValues::Plain, "a\r\nB: c", "a%0D%0AB: c");
        check(HeaderValues::Plain, " é\u{7f} ", "%C3%A9%7F");
        check(HeaderValues::Plain, "", "");
        check(HeaderValues::Cloudevents, "orders/create", "orders/create");
        check(
            HeaderValues::Cloudevents,
            "50% \"off\"€",
            "50%25%20%22off%22%E2%82%AC",
        );
    }
}
