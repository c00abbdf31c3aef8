//! A dialect: one compiled file, and the questions that others ask it.

use std::{borrow::Cow, fmt};

use crate::{
    event::WireEvent,
    form,
    json::{canonical::canonicalize, check_canonical, check_json, error::DataError},
    rules::{
        body::Body,
        catalog::CatalogType,
        handshake::HandshakeRules,
        names::{self, HeaderNames, HeaderValues},
        policy::Policy,
        receiver::ReceiverRules,
        screen::Screen,
        signature::{Receivers, Rotation, Signature},
        value::{EnvelopeMember, HeaderRule, Piece},
    },
    secret::{
        key::{SigningKey, VerifyingKey},
        rules::{ENTROPY_BYTES, SecretError, SecretRules},
    },
};

/// The longest name of a header that somebody adds.
const HEADER_NAME_CHARS_MAX: usize = 128;
/// A signed token with a user's groups in it takes 4 to 6 KiB. Beyond 8 KiB, nginx and Apache refuse the line.
const HEADER_VALUE_CHARS_MAX: usize = 8_192;

/// How an event becomes an HTTP request, and how a receiver verifies it: one dialect file, checked and
/// compiled. Immutable; share it as `Arc<Dialect>`.
pub struct Dialect {
    pub(crate) source: String,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) notes: Vec<String>,
    pub(crate) policy: Policy,
    pub(crate) screen: Screen,
    pub(crate) receiver: ReceiverRules,
    pub(crate) secret: SecretRules,
    pub(crate) content_type: String,
    pub(crate) user_agent: Option<String>,
    pub(crate) header_names: HeaderNames,
    pub(crate) header_values: HeaderValues,
    pub(crate) headers: Vec<HeaderRule>,
    /// Names of the dialect's own headers in lower case.
    pub(crate) reserved: Vec<String>,
    pub(crate) signatures: Vec<Signature>,
    pub(crate) body: Body,
    pub(crate) envelope: Vec<EnvelopeMember>,
    pub(crate) handshake: Option<HandshakeRules>,
    pub(crate) catalog: Vec<CatalogType>,
    pub(crate) test_type: String,
    pub(crate) test_data: String,
}

impl Dialect {
    /// The name that projects and endpoints refer to it by.
    pub fn name(&self) -> &str {
        &self.name
    }
    /// The name that people read.
    pub fn title(&self) -> &str {
        &self.title
    }
    /// The text of its file.
    pub fn source(&self) -> &str {
        &self.source
    }
    /// Sentences for its documentation page.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
    /// Its delivery policy, which a project may override.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
    /// What the vendor's own screen offers.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }
    /// What its receivers check beyond the signature.
    pub fn receiver(&self) -> &ReceiverRules {
        &self.receiver
    }
    /// The event types that a new project starts with.
    pub fn catalog(&self) -> &[CatalogType] {
        &self.catalog
    }
    /// The type of its test events.
    pub fn test_type(&self) -> &str {
        &self.test_type
    }
    /// Sample data for a test event: one JSON text.
    pub fn test_data(&self) -> &str {
        &self.test_data
    }
    /// The content type of its bodies.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }
    /// Its own `User-Agent`; `None` where the sender names itself.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }
    /// The headers of its own, in the order in which they are sent.
    pub fn header_rules(&self) -> &[HeaderRule] {
        &self.headers
    }
    /// What a received header's value was before it was written for HTTP.
    pub fn header_text<'a>(&self, value: &'a str) -> Cow<'a, str> {
        self.header_values.read(value)
    }
    /// The signature that receivers look at first; `None` if it has none.
    pub fn signature(&self) -> Option<&Signature> {
        let mut required = self.signatures.iter();
        required.find(|signature| signature.receivers == Receivers::Require)
    }
    /// Every signature, in the order in which they are sent.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }
    /// The entries of the tenant's metadata that its headers and bodies may hold.
    pub fn metadata_keys(&self) -> impl Iterator<Item = &str> {
        let headers = self.headers.iter().flat_map(|header| &header.value);
        metadata_keys(headers).chain(self.body_metadata_keys())
    }
    /// Those that its bodies may hold.
    pub fn body_metadata_keys(&self) -> impl Iterator<Item = &str> {
        metadata_keys(self.envelope.iter().flat_map(|member| &member.value))
    }
    /// The members of its envelope, in their order; empty where the body is the data alone.
    pub fn envelope(&self) -> &[EnvelopeMember] {
        &self.envelope
    }
    /// Whether bodies are forms, not JSON.
    pub const fn is_form(&self) -> bool {
        matches!(self.body, Body::Form)
    }
    /// Whether bodies are in ECMAScript's canonical form, so that numbers which it would alter are refused.
    pub fn is_canonical(&self) -> bool {
        self.body.is_canonical()
    }
    /// What its secrets look like.
    pub fn secret_rules(&self) -> &SecretRules {
        &self.secret
    }

    /// A new secret in the dialect's own format, made of the given randomness.
    pub fn generate_secret(&self, entropy: &[u8; ENTROPY_BYTES]) -> String {
        self.secret.generate(entropy)
    }

    /// A new ed25519 private key made of the first 32 bytes of randomness; `None` in a dialect without key pairs.
    pub fn generate_pair(&self, entropy: &[u8; ENTROPY_BYTES]) -> Option<String> {
        self.secret.generate_pair(entropy)
    }

    /// Checks a secret that is to sign from now on: in the dialect's own format, or a customer's own of 8 to 256
    /// printable ASCII characters, so that secrets of a former system can stay. Returns the form to keep, which
    /// [`stored_key`](Self::stored_key) reads: where keys are decoded, the prefix is put before what decodes without it,
    /// as the libraries of Standard Webhooks read it; what does not decode is keyed as its bytes.
    ///
    /// # Errors
    /// Says what is wrong with it, without repeating it; also what looks pasted wrongly.
    pub fn register_secret(&self, secret: &str) -> Result<String, SecretError> {
        self.secret.register(secret)
    }

    /// The signing key of a secret as it is kept: what [`register_secret`](Self::register_secret) has returned, now or in
    /// an earlier version. One without the prefix is keyed as its bytes.
    ///
    /// # Errors
    /// When it cannot be one of this dialect.
    pub fn stored_key(&self, secret: &str) -> Result<SigningKey, SecretError> {
        self.secret.stored_key(secret)
    }

    /// The signing key of a secret as somebody types it: where keys are decoded, with or without the prefix. How long it
    /// must be is a rule for registering, not for this.
    ///
    /// # Errors
    /// Says what is wrong with it, without repeating it.
    pub fn parse_secret(&self, secret: &str) -> Result<SigningKey, SecretError> {
        self.secret.typed_key(secret)
    }

    /// The key that a receiver verifies with: of a secret, or of a public key.
    ///
    /// # Errors
    /// As [`parse_secret`](Self::parse_secret), save that a public key is welcome.
    pub fn parse_verifying_key(&self, text: &str) -> Result<VerifyingKey, SecretError> {
        self.secret.verifying_key(text)
    }

    /// Whether every key of a rotation signs; otherwise only one signature fits the header.
    pub fn signs_with_all_keys(&self) -> bool {
        let mut signatures = self.signatures.iter();
        signatures.any(|signature| signature.rotation == Rotation::All)
    }

    /// Checks an event's data for this dialect: one JSON text (RFC 8259) without lone surrogates, and under
    /// a canonical body no number that ECMAScript would alter, under a form body nothing that a form cannot
    /// hold.
    ///
    /// # Errors
    /// Names the place of the first fault, and what to send instead.
    pub fn check_data(&self, data: &str) -> Result<(), DataError> {
        match &self.body {
            Body::Form => form::encode(data).map(drop),
            body if body.is_canonical() => check_canonical(data),
            _ => check_json(data),
        }
    }

    /// The exact bytes of the body, the same on every attempt. Data that has passed
    /// [`check_data`](Self::check_data) goes out byte for byte as its publisher wrote it, except under a
    /// canonical or a form body.
    ///
    /// # Errors
    /// Under a canonical or a form body, data that has not passed that check. Other bodies are put together
    /// without reading the data again.
    pub fn body(&self, event: &WireEvent<'_>) -> Result<Vec<u8>, DataError> {
        self.body.render(event)
    }

    /// The JSON text that stands for the body where somebody else is to change it: the body itself, and under a form body
    /// the object that its parameters come from.
    ///
    /// # Errors
    /// As [`body`](Self::body).
    pub fn body_json<'e>(&self, event: &WireEvent<'e>) -> Result<Cow<'e, str>, DataError> {
        if self.is_form() {
            return Ok(Cow::Borrowed(event.data));
        }
        let body = self.body(event)?;
        // Bodies are made of pieces of texts.
        Ok(Cow::Owned(String::from_utf8_lossy(&body).into_owned()))
    }

    /// The bytes that are sent of such a JSON text after it was changed: as it is, in its canonical form, or as a form.
    ///
    /// # Errors
    /// What is not one JSON text, and what a canonical or a form body can't hold.
    pub fn body_of_json(&self, json: &str) -> Result<Vec<u8>, DataError> {
        match &self.body {
            Body::Form => form::encode(json),
            body if body.is_canonical() => canonicalize(json).map(String::into_bytes),
            _ => check_json(json).map(|()| json.as_bytes().to_vec()),
        }
    }

    /// What is wrong with a header that somebody else wants to add: names and values that HTTP does not allow, and names
    /// that the dialect or the sender owns.
    pub fn header_fault(&self, name: &str, value: &str) -> Option<&'static str> {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if !(1..=HEADER_NAME_CHARS_MAX).contains(&name.len()) || !name.bytes().all(is_token) {
            return Some(
                "is not a valid header name (RFC 9110): 1 to 128 letters, digits and !#$%&'*+-.^_`|~",
            );
        }
        let lower = name.to_ascii_lowercase();
        if self.reserved_headers().any(|reserved| reserved == lower) {
            return Some("belongs to HTTP, the sender or the dialect: it cannot be set");
        }
        let is_line = value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        if value.len() > HEADER_VALUE_CHARS_MAX || !is_line {
            return Some(
                "has an invalid value: it must be a single line of at most 8192 printable ASCII characters",
            );
        }
        None
    }

    /// The names, in lower case, that a customer's own header may not have: the dialect's and HTTP's.
    pub fn reserved_headers(&self) -> impl Iterator<Item = &str> {
        self.reserved.iter().map(String::as_str).chain(names::OWNED)
    }
}

fn metadata_keys<'a>(pieces: impl Iterator<Item = &'a Piece>) -> impl Iterator<Item = &'a str> {
    pieces.filter_map(|piece| match piece {
        Piece::Metadata(metadata) => Some(metadata.key.as_str()),
        Piece::Text(_) | Piece::Field(_) | Piece::Renamed(_) | Piece::Header(_) => None,
    })
}

impl fmt::Debug for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dialect({})", self.name)
    }
}
