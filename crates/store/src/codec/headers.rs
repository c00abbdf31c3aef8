//! Headers and metadata of an attempt, as text.

use nuncio_domain::{Attempt, Headers};
use serde_json::{Map, Value};

use crate::fail::Fail;

/// The headers of an attempt as they are stored.
#[derive(Debug)]
pub(crate) struct HeaderTexts {
    pub(crate) request: String,
    pub(crate) response: String,
}

impl HeaderTexts {
    /// Writes them.
    pub(crate) fn of(attempt: &Attempt) -> Self {
        Self {
            request: header_text(&attempt.request_headers),
            response: header_text(&attempt.response_headers),
        }
    }
}

/// Headers as a JSON list of pairs.
fn header_text(headers: &Headers) -> String {
    let mut text = String::with_capacity(headers.bytes() + 8 * headers.len() + 2);
    text.push('[');
    for (name, value) in headers.iter() {
        if text.len() > 1 {
            text.push(',');
        }
        text.push('[');
        push_json(&mut text, name);
        text.push(',');
        push_json(&mut text, value);
        text.push(']');
    }
    text.push(']');
    text
}

/// Appends a JSON string. Nearly every one has nothing to escape.
fn push_json(text: &mut String, part: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if part
        .bytes()
        .fold(true, |plain, byte| plain & is_plain(byte))
    {
        text.extend(["\"", part, "\""]);
    } else {
        let escaped = serde_json::to_string(part).expect("text can always be written as JSON");
        text.push_str(&escaped);
    }
}

/// Nearly no attempt has any: a row says so without a word.
pub(crate) fn metadata_text(metadata: &Map<String, Value>) -> Result<Option<String>, Fail> {
    if metadata.is_empty() {
        return Ok(None);
    }
    Ok(Some(serde_json::to_string(metadata)?))
}

/// Reads what was written so.
pub(crate) fn read_headers(text: &str) -> Result<Headers, Fail> {
    let pairs: Vec<(String, String)> = serde_json::from_str(text)?;
    Ok(pairs.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_kept_as_json_whatever_is_in_them() {
        let headers =
            Headers::from_iter([("a", "plain"), ("b", "a \"quoted\\\n\u{1} ü"), ("", "")]);
        for headers in [headers, Headers::default()] {
            let text = header_text(&headers);
            assert_eq!(text, serde_json::to_string(&headers).unwrap());
            assert_eq!(read_headers(&text).unwrap(), headers);
        }
    }
}
