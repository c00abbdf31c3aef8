//! What an endpoint must answer before it is accepted: the request that asks, and the check of the answer.

use serde_json::Value;
use subtle::ConstantTimeEq;

use crate::{
    dialect::Dialect, event::Header, json::canonical::canonicalize,
    rules::handshake::HandshakeRules, secret::key::SigningKey,
};

/// The request that an endpoint must answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandshakeRequest {
    /// A `POST` of this JSON body, sent and signed as an event's would be: [`header_lines`](Dialect::header_lines) of an
    /// attempt with this body gives its headers. An answer of 2xx is then to pass
    /// [`check_handshake`](Dialect::check_handshake).
    Post {
        /// Its exact bytes.
        body: Vec<u8>,
    },
    /// An `OPTIONS` request with this header and no body, which is not signed and shows no secret: it asks whether
    /// anything may be sent at all.
    Options {
        /// The header that names the sender.
        header: Header,
    },
}

/// Why an answer does not pass.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// The place where something was expected holds nothing.
    #[error("the answer has no `{0}`")]
    Missing(String),
    /// Something else than expected stands there.
    #[error("the `{0}` in the response is not what was requested")]
    Wrong(String),
}

impl Dialect {
    /// What an endpoint must answer before it is accepted; `None` where it need not.
    pub const fn handshake_rules(&self) -> Option<&HandshakeRules> {
        self.handshake.as_ref()
    }

    /// What to ask a new endpoint; `None` where no handshake is needed. `challenge` is a random string, or for
    /// `OPTIONS` the sender's origin.
    pub fn handshake_request(&self, challenge: &str) -> Option<HandshakeRequest> {
        match self.handshake.as_ref()? {
            HandshakeRules::Echo {
                request,
                challenge: place,
                ..
            }
            | HandshakeRules::Crc {
                request,
                challenge: place,
                ..
            } => {
                let mut request = request.clone();
                if let Some(value) = request.pointer_mut(place) {
                    *value = Value::from(challenge);
                }
                let text = request.to_string();
                // As an event's body: a receiver may verify what it has parsed.
                let body = match self.is_canonical() {
                    true => canonicalize(&text).unwrap_or(text),
                    false => text,
                };
                Some(HandshakeRequest::Post {
                    body: body.into_bytes(),
                })
            }
            HandshakeRules::Options { request_header, .. } => Some(HandshakeRequest::Options {
                header: Header {
                    name: request_header.clone(),
                    value: challenge.to_owned(),
                },
            }),
        }
    }

    /// Whether the endpoint names the origins that may send to it: the challenge is then the sender's own.
    pub const fn asks_for_an_origin(&self) -> bool {
        matches!(self.handshake, Some(HandshakeRules::Options { .. }))
    }

    /// The header that asks for a rate, in requests a minute, if the dialect has one.
    pub fn handshake_rate_request(&self) -> Option<&str> {
        match self.handshake.as_ref()? {
            HandshakeRules::Options {
                rate_request_header,
                ..
            } => rate_request_header.as_deref(),
            HandshakeRules::Echo { .. } | HandshakeRules::Crc { .. } => None,
        }
    }

    /// The requests a minute that an answer allows; `None` for as many as one likes, or where nothing is said.
    pub fn handshake_rate_answer(&self, headers: &[(&str, &str)]) -> Option<u32> {
        let HandshakeRules::Options {
            rate_answer_header: Some(name),
            ..
        } = self.handshake.as_ref()?
        else {
            return None;
        };
        let (_, value) = headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))?;
        value.trim().parse().ok().filter(|rate| *rate > 0)
    }

    /// Checks the headers and body of a 2xx answer to [`handshake_request`](Self::handshake_request) with
    /// the same challenge.
    ///
    /// # Errors
    /// Names what is missing or wrong.
    pub fn check_handshake(
        &self,
        challenge: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        key: &SigningKey,
    ) -> Result<(), HandshakeError> {
        match &self.handshake {
            None => Ok(()),
            Some(HandshakeRules::Echo { answer, .. }) => {
                // The bare challenge as text is as good as JSON: vendors document both.
                if body.trim_ascii() == challenge.as_bytes() {
                    return Ok(());
                }
                expect(body, answer, challenge)
            }
            Some(HandshakeRules::Crc { answer, digest, .. }) => {
                expect(body, answer, challenge)?;
                let signed = self.digest(challenge, key).unwrap_or_default();
                expect(body, digest, &signed)
            }
            Some(HandshakeRules::Options { answer_header, .. }) => {
                let allowed = headers
                    .iter()
                    .find(|(name, _)| name.eq_ignore_ascii_case(answer_header))
                    .ok_or_else(|| HandshakeError::Missing(answer_header.clone()))?;
                if allowed
                    .1
                    .split(',')
                    .map(str::trim)
                    .any(|origin| origin == "*" || origin == challenge)
                {
                    return Ok(());
                }
                Err(HandshakeError::Wrong(answer_header.clone()))
            }
        }
    }

    /// The signature of the challenge alone, as the first scheme of the first required signature writes it but without its
    /// prefix: what a receiver sends back beside it.
    pub fn digest(&self, challenge: &str, key: &SigningKey) -> Option<String> {
        let scheme = self.signature()?.schemes.first()?;
        scheme.sign(key, &[challenge.as_bytes()])
    }
}

fn expect(body: &[u8], place: &str, expected: &str) -> Result<(), HandshakeError> {
    let missing = || HandshakeError::Missing(place.to_owned());
    let answer: Value = serde_json::from_slice(body).map_err(|_| missing())?;
    let found = answer
        .pointer(place)
        .and_then(Value::as_str)
        .ok_or_else(missing)?;
    if found.as_bytes().ct_eq(expected.as_bytes()).into() {
        return Ok(());
    }
    Err(HandshakeError::Wrong(place.to_owned()))
}
