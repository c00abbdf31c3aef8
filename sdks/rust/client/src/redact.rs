//! Errors end up in logs. This keeps what a call has sent in confidence out of them: the API key, and the secrets and
//! credentials in the body. A server that names a refused value, and anything between that repeats a request, would
//! otherwise write them there.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use serde_json::error::Category;

use crate::error::{Fault, Problem};

/// What stands in a secret's place.
const MASK: &str = "[secret]";
/// A shorter text is too common for masking it to hide anything.
const SECRET_BYTES_MIN: usize = 4;
/// Members of a request's body whose texts are secrets; those of `headers` are credentials.
const SECRET_MEMBERS: &[&str] = &[
    "secret",
    "secrets",
    "password",
    "token",
    "value",
    "client_secret",
    "private_key",
    "client_key",
    "headers",
];

/// What is printed in a secret's place.
pub(crate) struct Masked;

impl std::fmt::Debug for Masked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(MASK)
    }
}

/// Masks the key, and the secrets of one body.
pub(crate) struct Redactor {
    /// In every spelling that errors have, longest first: a secret may be a part of another.
    secrets: Vec<String>,
}

impl Redactor {
    /// Of the key and the JSON body of a call.
    pub(crate) fn new(key: &str, body: Option<&[u8]>) -> Self {
        let mut found = vec![key.to_owned()];
        // What is no JSON was made by nobody here.
        if let Some(body) = body.and_then(|body| serde_json::from_slice(body).ok()) {
            secrets_in(&body, false, &mut found);
        }
        found.retain(|secret| secret.len() >= SECRET_BYTES_MIN);
        let mut secrets: Vec<String> = found.iter().flat_map(|secret| spellings(secret)).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { secrets }
    }

    /// The text without secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        let text = self
            .secrets
            .iter()
            .fold(text.to_owned(), |text, secret| text.replace(secret, MASK));
        without_credentials(&text)
    }

    /// The problem without secrets.
    pub(crate) fn problem(&self, problem: Problem) -> Problem {
        let fault = |fault: Fault| Fault {
            pointer: self.text(&fault.pointer),
            detail: self.text(&fault.detail),
            r#in: fault.r#in,
        };
        Problem {
            r#type: self.text(&problem.r#type),
            title: self.text(&problem.title),
            status: problem.status,
            detail: self.text(&problem.detail),
            errors: problem.errors.into_iter().map(fault).collect(),
            request_id: problem.request_id.map(|id| self.text(&id)),
        }
    }
}

/// Why an answer is not understood, without what it holds: that may be a new key or secret.
pub(crate) fn unreadable(error: &serde_json::Error) -> serde_json::Error {
    let what = match error.classify() {
        Category::Io => "it can't be read",
        Category::Syntax => "it is not valid JSON",
        Category::Data => "a value is not of its type",
        Category::Eof => "it ends early",
    };
    let (line, column) = (error.line(), error.column());
    serde::de::Error::custom(format_args!("{what}, at line {line} column {column}"))
}

fn secrets_in(value: &Value, is_secret: bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if is_secret => found.push(text.clone()),
        Value::Array(items) => items
            .iter()
            .for_each(|item| secrets_in(item, is_secret, found)),
        Value::Object(members) => members.iter().for_each(|(name, inner)| {
            let is_secret = is_secret || SECRET_MEMBERS.contains(&name.as_str());
            secrets_in(inner, is_secret, found);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn spellings(secret: &str) -> [String; 4] {
    let within = |quoted: String| quoted[1..quoted.len() - 1].to_owned();
    [
        secret.to_owned(),
        within(Value::from(secret).to_string()),
        within(format!("{secret:?}")),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
    ]
}

/// The text with the user names and passwords of its URLs masked.
pub(crate) fn without_credentials(text: &str) -> String {
    let mut parts = text.split("://");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let ends = |character: char| character.is_whitespace() || "/?#\"'".contains(character);
        let authority = part.find(ends).map_or(part, |end| &part[..end]);
        let rest = authority.rfind('@').map_or(part, |at| &part[at..]);
        clean.push_str("://");
        if rest.len() < part.len() {
            clean.push_str(MASK);
        }
        clean.push_str(rest);
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lose_their_credentials() {
        let check = |text: &str, expected: &str| assert_eq!(without_credentials(text), expected);
        check("a", "a");
        check("at https://a.example/x@y", "at https://a.example/x@y");
        check("https://u:p@a.example", "https://[secret]@a.example");
        check(
            "http://p@a/ and ftp://u:p@b?c://d",
            "http://[secret]@a/ and ftp://[secret]@b?c://d",
        );
    }

    #[test]
    fn longer_secret_goes_before_its_part() {
        let body = br#"{"headers":{"A":"Bearer abcd"},"auth":{"token":"abcd"},"tenant":"acme","short":{"secret":"x"}}"#;
        let redactor = Redactor::new("nk_1234", Some(body));
        let text = "nk_1234, Bearer abcd, abcd, acme, x";
        assert_eq!(redactor.text(text), "[secret], [secret], [secret], acme, x");
    }
}
