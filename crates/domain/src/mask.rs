//! What must never be shown: an endpoint's secrets and the values of its customer's headers, wherever their text turns
//! up. Attempts pass through here before they are stored, and again before they are shown.

use std::{borrow::Cow, fmt};

use base64::{Engine, engine::general_purpose::STANDARD_PAD_INDIFFERENT};
use memchr::memmem;
use nuncio_dialect::Dialect;
use zeroize::Zeroizing;

use crate::{Attempt, Endpoint, Headers, Secret};

/// What stands in place of a value that is not shown.
pub const MASK: &str = "***";

/// Headers that hold credentials whoever sets them: their values are never shown.
const CREDENTIAL_HEADERS: [&str; 10] = [
    "authorization",
    "proxy-authorization",
    "authentication-info",
    "cookie",
    "set-cookie",
    "x-api-key",
    "api-key",
    "x-auth-token",
    "x-access-token",
    "x-amz-security-token",
];

/// Shorter header values, such as `1` or `eu`, would blacken half of an answer and protect nothing.
const HEADER_VALUE_BYTES_MIN: usize = 4;
/// From this length on a header's value is masked in what the publisher wrote, too: shorter ones are tags such as
/// `production`, which events hold for reasons of their own.
const CREDENTIAL_BYTES_MIN: usize = 16;
/// What is left of a secret without its prefix is masked from this length on.
const SECRET_BYTES_MIN: usize = 8;

/// The texts that must not be shown of one endpoint.
#[derive(Clone, Default)]
pub struct Mask {
    /// The longest first, so that one that holds another goes as a whole.
    needles: Vec<Needle>,
    /// Names of the customer's headers, in lower case.
    names: Vec<String>,
}

#[derive(Clone, PartialEq, Eq)]
struct Needle {
    text: Zeroizing<Vec<u8>>,
    /// Whether it is masked in URLs and request bodies as well as in what came back.
    everywhere: bool,
}

impl Mask {
    /// The mask of an endpoint whose requests look as `dialect` says.
    pub fn new(endpoint: &Endpoint, dialect: &Dialect) -> Self {
        let mut mask = Self::default();
        let secrets = &endpoint.secrets;
        let all = std::iter::once(&secrets.current).chain(secrets.previous.iter().map(|(s, _)| s));
        for secret in all {
            mask.add_secret(secret, dialect);
        }
        for (name, value) in &endpoint.headers {
            mask.names.push(name.to_ascii_lowercase());
            mask.add_header_value(value);
        }
        mask.add_auth(endpoint);
        mask.longest_first();
        mask
    }

    /// The same mask with a token that the endpoint's requests carried: known to the one who sent it alone.
    #[must_use]
    pub fn with_token(&self, token: &Secret) -> Self {
        let mut mask = self.clone();
        mask.add(token.expose(), true);
        mask.longest_first();
        mask
    }

    fn longest_first(&mut self) {
        let needles = &mut self.needles;
        needles.sort_by_key(|needle| (std::cmp::Reverse(needle.text.len()), !needle.everywhere));
        needles.dedup_by(|one, other| one.text == other.text);
    }

    fn add_auth(&mut self, endpoint: &Endpoint) {
        if let Some(auth) = &endpoint.auth {
            self.names.push(auth.header_name().to_ascii_lowercase());
            if let Some(value) = auth.fixed_value() {
                self.add_header_value(&value);
            }
            if let Some(client) = auth.oauth() {
                self.add_header_value(&crate::basic(&client.client_id, client.secret.expose()));
            }
            let own = auth.secret().expose();
            if own.len() >= HEADER_VALUE_BYTES_MIN {
                self.add(own, own.len() >= CREDENTIAL_BYTES_MIN);
            }
        }
        let tls = endpoint.tls.as_ref().and_then(|tls| tls.client.as_ref());
        if let Some(client) = tls {
            self.add(client.key.expose(), true);
        }
    }

    fn add_secret(&mut self, secret: &Secret, dialect: &Dialect) {
        let text = secret.expose();
        if text.is_empty() {
            return;
        }
        self.add(text, true);
        let bare = text.strip_prefix(&dialect.secret_rules().prefix);
        if let Some(bare) = bare.filter(|bare| bare.len() >= SECRET_BYTES_MIN) {
            self.add(bare, true);
        }
        for sent in dialect.secret_as_sent(text) {
            self.add(&sent, true);
        }
    }

    fn add_header_value(&mut self, value: &str) {
        let mut add = |text: &str| {
            if text.len() >= HEADER_VALUE_BYTES_MIN {
                self.add(text, text.len() >= CREDENTIAL_BYTES_MIN);
            }
        };
        add(value);
        // Receivers often tell the part after the scheme alone: `Bearer …`, `Basic …`.
        let Some((scheme, credentials)) = value.split_once(' ') else {
            return;
        };
        add(credentials.trim());
        if !scheme.eq_ignore_ascii_case("basic") {
            return;
        }
        let decoded = STANDARD_PAD_INDIFFERENT.decode(credentials.trim());
        let pair = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some(pair) = pair.map(Zeroizing::new) {
            add(&pair);
            add(pair.split_once(':').map_or("", |(_, password)| password));
        }
    }

    /// Adds a text in every form that common programs write it in.
    fn add(&mut self, text: &str, everywhere: bool) {
        let json = serde_json::to_string(text).unwrap_or_default();
        let json = json.trim_matches('"');
        let html = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;");
        let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let path = form.replace('+', "%20");
        let forms = [text, json, &json.replace('/', "\\/"), &html, &form, &path];
        for form in forms {
            if self
                .needles
                .iter()
                .all(|old| **old.text != *form.as_bytes())
            {
                self.needles.push(Needle {
                    text: Zeroizing::new(form.as_bytes().to_vec()),
                    everywhere,
                });
            }
        }
    }

    /// A text of the request, such as its URL or its body, with the secrets masked.
    pub fn request_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        as_text(text, self.masked(text.as_bytes(), true))
    }

    /// A text that came back, or was made of what came back.
    pub fn answer_text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        as_text(text, self.masked(text.as_bytes(), false))
    }

    /// Masks all that an attempt tells.
    pub fn apply(&self, attempt: &mut Attempt) {
        if let Cow::Owned(url) = self.request_text(&attempt.url) {
            attempt.url = url;
        }
        self.headers(&mut attempt.request_headers, |_| false);
        self.headers(&mut attempt.response_headers, |name| {
            self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
        });
        if let Some(body) = self.masked(&attempt.response_body, false) {
            attempt.response_body = body;
        }
        if attempt.response_body_truncated {
            self.mask_cut_end(&mut attempt.response_body);
        }
        if let Some(detail) = &mut attempt.error_detail
            && let Cow::Owned(masked) = self.answer_text(detail)
        {
            *detail = masked;
        }
    }

    fn headers(&self, headers: &mut Headers, is_own: impl Fn(&str) -> bool) {
        let masked = |name: &str, value: &str| -> Option<String> {
            if value.is_empty() || value == MASK {
                return None;
            }
            if is_credential_header(name) || is_own(name) {
                return Some(MASK.to_owned());
            }
            match self.answer_text(value) {
                Cow::Borrowed(_) => None,
                Cow::Owned(value) => Some(value),
            }
        };
        // Nearly always there is nothing to mask, and nothing to copy.
        if headers
            .iter()
            .any(|(name, value)| masked(name, value).is_some())
        {
            *headers = headers
                .iter()
                .map(|(name, value)| {
                    (
                        name,
                        masked(name, value).unwrap_or_else(|| value.to_owned()),
                    )
                })
                .collect();
        }
    }

    /// The bytes with every needle masked; none if there is nothing to mask.
    fn masked(&self, bytes: &[u8], only_everywhere: bool) -> Option<Vec<u8>> {
        let mut masked: Option<Vec<u8>> = None;
        for needle in &self.needles {
            let current = masked.as_deref().unwrap_or(bytes);
            if needle.text.len() > current.len() || (only_everywhere && !needle.everywhere) {
                continue;
            }
            if let Some(first) = memmem::find(current, &needle.text) {
                masked = Some(replaced(current, &needle.text, first));
            }
        }
        masked
    }

    /// Masks the beginning of a needle at the very end of a body that was cut.
    fn mask_cut_end(&self, body: &mut Vec<u8>) {
        for needle in &self.needles {
            let longest = needle.text.len().saturating_sub(1).min(body.len());
            let cut = (HEADER_VALUE_BYTES_MIN..=longest)
                .rev()
                .find(|length| body.ends_with(&needle.text[..*length]));
            if let Some(length) = cut {
                body.truncate(body.len() - length);
                body.extend_from_slice(MASK.as_bytes());
                return;
            }
        }
    }
}

/// Whether a header of this name holds credentials, whoever set it.
pub fn is_credential_header(name: &str) -> bool {
    CREDENTIAL_HEADERS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

fn replaced(bytes: &[u8], needle: &[u8], first: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut from, mut next) = (0, Some(first));
    while let Some(at) = next {
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(MASK.as_bytes());
        from = at + needle.len();
        next = memmem::find(&bytes[from..], needle).map(|at| from + at);
    }
    out.extend_from_slice(&bytes[from..]);
    out
}

fn as_text(text: &str, masked: Option<Vec<u8>>) -> Cow<'_, str> {
    match masked {
        None => Cow::Borrowed(text),
        // Whole texts were cut out of a text: what is left is one.
        Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[mask]")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{EndpointAuth, Secrets, testing};

    const SECRET: &str = "whsec_MfKQ9r8GKYqr/TwjUPD8+ILPZIo2LaLaSw==";

    fn mask(dialect: &str, secret: &str, headers: &[(&str, &str)]) -> Mask {
        let endpoint = endpoint(secret, headers);
        Mask::new(&endpoint, nuncio_dialect::builtin_named(dialect).unwrap())
    }

    fn endpoint(secret: &str, headers: &[(&str, &str)]) -> Endpoint {
        let headers = headers.iter();
        Endpoint {
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            secrets: Secrets::new(Secret::new(secret.to_owned())),
            ..testing::endpoint()
        }
    }

    #[test]
    fn credentials_of_an_endpoint_are_masked_and_so_is_its_token() {
        let secret = |text: &str| Secret::new(text.to_owned());
        let mut endpoint = endpoint(SECRET, &[]);
        let mut mask = |auth| {
            endpoint.auth = Some(Arc::new(auth));
            Mask::new(
                &endpoint,
                nuncio_dialect::builtin_named("standard").unwrap(),
            )
        };
        let basic = mask(EndpointAuth::Basic {
            username: "user".to_owned(),
            password: secret("hunter2"),
        });
        let told = "dXNlcjpodW50ZXIy user:hunter2 hunter2";
        assert_eq!(basic.answer_text(told), "*** *** ***");
        let bearer = mask(EndpointAuth::Bearer {
            token: secret("t0ken/1"),
        });
        assert_eq!(bearer.answer_text("Bearer t0ken\\/1"), "***");
        let token = secret("of-the-authorization-server");
        let with_token = bearer.with_token(&token);
        assert_eq!(
            with_token.request_text("?t=of-the-authorization-server"),
            "?t=***"
        );
    }

    #[test]
    fn a_secret_is_masked_in_every_form_that_programs_write_it_in() {
        let mask = mask("standard", SECRET, &[]);
        let check = |text: &str, expected: &str| {
            assert_eq!(mask.answer_text(text), expected);
            assert_eq!(mask.request_text(text), expected);
        };
        check(&format!("secret {SECRET}!"), "secret ***!");
        check(&format!("{SECRET}{SECRET}"), "******");
        check(&SECRET["whsec_".len()..], "***");
        check(&SECRET.replace('/', "\\/"), "***");
        check("whsec_MfKQ9r8GKYqr%2FTwjUPD8%2BILPZIo2LaLaSw%3D%3D", "***");
        check("nothing of the kind", "nothing of the kind");
    }

    #[test]
    fn what_a_dialect_sends_of_its_secret_is_masked() {
        let mask = mask("cloudevents", "token-of-the-customer", &[]);
        assert_eq!(
            mask.answer_text("Bearer token-of-the-customer"),
            "Bearer ***"
        );
    }

    #[test]
    fn short_values_of_headers_are_left_in_what_the_publisher_wrote() {
        let headers = [
            ("X-Env", "production"),
            ("X-Key", "s3cr"),
            ("X-N", "1"),
            ("Authorization", "Basic dXNlcjpodW50ZXIy"),
        ];
        let mask = mask("standard", SECRET, &headers);
        assert_eq!(
            mask.request_text(r#"{"env":"production"}"#),
            r#"{"env":"production"}"#
        );
        let answer = "production s3cr 1 dXNlcjpodW50ZXIy user:hunter2 hunter2";
        assert_eq!(mask.answer_text(answer), "*** *** 1 *** *** ***");
        assert_eq!(mask.request_text("?t=dXNlcjpodW50ZXIy"), "?t=***");
    }

    #[test]
    fn a_secret_that_a_cut_body_ends_in_is_masked() {
        let mut body = b"you sent whsec_MfKQ9r8".to_vec();
        mask("standard", SECRET, &[]).mask_cut_end(&mut body);
        assert_eq!(body, b"you sent ***");
    }

    #[test]
    fn nobody_reads_the_mask_itself() {
        assert_eq!(format!("{:?}", mask("standard", SECRET, &[])), "[mask]");
    }
}
