//! Secrets: how a dialect makes them, and how a key comes from one.

pub(crate) mod key;
mod pasted;
pub(crate) mod rules;
mod sent_secret;

use std::borrow::Cow;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT, URL_SAFE_NO_PAD},
};
use zeroize::Zeroizing;

use self::{
    key::{SigningKey, SigningKind, VerifyingKey, VerifyingKind},
    rules::{
        ENTROPY_BYTES, KeyFormat, OWN_BYTES_MAX, OWN_BYTES_MIN, PairPrefixes, SecretError,
        SecretFormat, SecretRules,
    },
};
use crate::encoding::{from_hex, hex};

/// What comes along when a secret is copied.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];
const QUOTES: [char; 3] = ['"', '\'', '`'];

impl SecretRules {
    /// A new secret in the dialect's format.
    pub(crate) fn generate(&self, entropy: &[u8; ENTROPY_BYTES]) -> String {
        if !self.takes_shared
            && let Some(secret) = self.generate_pair(entropy)
        {
            return secret;
        }
        let bytes = &entropy[..self.bytes];
        let text = match self.format {
            SecretFormat::Base64 => STANDARD.encode(bytes),
            SecretFormat::Base64url => URL_SAFE_NO_PAD.encode(bytes),
            SecretFormat::Hex => hex(bytes),
        };
        format!("{}{text}", self.prefix)
    }

    /// A new private key of a pair, where the dialect signs with one.
    pub(crate) fn generate_pair(&self, entropy: &[u8; ENTROPY_BYTES]) -> Option<String> {
        let pair = self.pair.as_ref()?;
        let seed: &[u8; 32] = entropy.first_chunk()?;
        let bytes = Zeroizing::new(ed25519_dalek::SigningKey::from_bytes(seed).to_keypair_bytes());
        Some(format!("{}{}", pair.private, STANDARD.encode(*bytes)))
    }

    /// The key of a secret as it is kept: what starts with the prefix is decoded, everything else keyed as its bytes.
    /// Which of the two a secret is was decided when it was registered, and never changes.
    pub(crate) fn stored_key(&self, secret: &str) -> Result<SigningKey, SecretError> {
        self.key_of(secret, secret)
    }

    /// The key of a secret as somebody types it: where keys are decoded, the prefix may be missing, and blanks around are
    /// no part of it.
    pub(crate) fn typed_key(&self, secret: &str) -> Result<SigningKey, SecretError> {
        let secret = self.pasted(secret)?;
        let key = self.key_of(secret, &self.with_prefix(secret))?;
        let is_pair = |pair: &PairPrefixes| secret.starts_with(&pair.private);
        if !self.pair.as_ref().is_some_and(is_pair)
            && let Some(rest) = self.decoded_rest(secret)
        {
            self.check_key_bytes(rest?.len())?;
        }
        Ok(key)
    }

    /// The secret without blanks around, where its key is decoded. Refuses what was copied with something else around or
    /// in it, which would be another key.
    fn pasted<'a>(&self, secret: &'a str) -> Result<&'a str, SecretError> {
        if self.key == KeyFormat::Utf8 {
            return Ok(secret);
        }
        let secret = secret.trim_matches(BLANKS);
        if secret.starts_with(QUOTES) || secret.ends_with(QUOTES) {
            return Err(SecretError::Quotes);
        }
        let pair = self.pair.iter();
        let of_pair = pair.flat_map(|pair| [pair.private.as_str(), pair.public.as_str()]);
        let prefixes: Vec<&str> = of_pair
            .chain([self.prefix.as_str()])
            .filter(|prefix| !prefix.is_empty())
            .collect();
        let is_own = !prefixes.iter().any(|prefix| secret.starts_with(prefix));
        let is_phrase = is_own && !looks_encoded(secret);
        if let Some(at) =
            secret.find(|found| BLANKS.contains(&found) && !(is_phrase && found == ' '))
        {
            return Err(SecretError::Blank { at });
        }
        for first in &prefixes {
            let rest = secret.strip_prefix(first);
            if rest.is_some_and(|rest| prefixes.iter().any(|second| rest.starts_with(second))) {
                let prefix = (*first).to_owned();
                return Err(SecretError::TwoPrefixes { prefix });
            }
        }
        check_printable(secret)?;
        Ok(secret)
    }

    /// Checks a secret that is to sign from now on, and returns the form to keep: with the prefix, where its key is
    /// decoded, so that it is never read otherwise.
    pub(crate) fn register(&self, secret: &str) -> Result<String, SecretError> {
        pasted::check(self, secret)?;
        let kept = self.with_prefix(secret);
        self.key_of(secret, &kept)?;
        let is_pair = |pair: &PairPrefixes| secret.starts_with(&pair.private);
        if self.pair.as_ref().is_some_and(is_pair) {
            return Ok(secret.to_owned());
        }
        match self.decoded_rest(secret) {
            Some(rest) => self.check_key_bytes(rest?.len())?,
            None => check_own(secret)?,
        }
        Ok(kept.into_owned())
    }

    /// The secret with the prefix that it lacks, if the rest is what stands after one. The libraries of Standard
    /// Webhooks decode a secret with and without it.
    fn with_prefix<'s>(&self, secret: &'s str) -> Cow<'s, str> {
        let is_pair = |pair: &PairPrefixes| {
            secret.starts_with(&pair.private) || secret.starts_with(&pair.public)
        };
        let lacks = self.key != KeyFormat::Utf8
            && !self.prefix.is_empty()
            && !secret.is_empty()
            && !secret.starts_with(&self.prefix)
            && !self.pair.as_ref().is_some_and(is_pair);
        if lacks && self.decode(secret).is_some() {
            return Cow::Owned(format!("{}{secret}", self.prefix));
        }
        Cow::Borrowed(secret)
    }

    /// The key of `kept`, which is `secret` with the prefix that it may have lacked.
    fn key_of(&self, secret: &str, kept: &str) -> Result<SigningKey, SecretError> {
        if self.is_token
            && let Some(at) = secret.find(' ')
        {
            return Err(SecretError::Space { at });
        }
        if let Some(pair) = &self.pair {
            if secret.starts_with(&pair.public) {
                return Err(SecretError::PublicKey {
                    prefix: pair.public.clone(),
                });
            }
            if let Some(rest) = secret.strip_prefix(&pair.private) {
                return private_key(rest, pair);
            }
            if !self.takes_shared {
                return Err(SecretError::NoPrivateKey {
                    prefix: pair.private.clone(),
                });
            }
        }
        let key = match self.decoded_rest(kept) {
            None => own(secret)?,
            Some(Ok(key)) if key.is_empty() => return Err(self.key_length(0)),
            Some(Ok(key)) => key,
            Some(Err(error)) => return Err(error),
        };
        Ok(SigningKey::shared(key))
    }

    /// The bytes after the prefix, of a secret whose key is decoded; `None` for one that is keyed as its bytes.
    /// Without a prefix nothing tells the two apart, so what decodes to no key of the right length is of the second kind.
    fn decoded_rest(&self, secret: &str) -> Option<Result<Vec<u8>, SecretError>> {
        let format = match self.key {
            KeyFormat::Utf8 => return None,
            KeyFormat::Base64 => "base64",
            KeyFormat::Hex => "hexadecimal",
        };
        let bytes = self.decode(secret.strip_prefix(&self.prefix)?);
        match bytes {
            Some(bytes) if self.prefix.is_empty() => {
                self.check_key_bytes(bytes.len()).ok().map(|()| Ok(bytes))
            }
            None if self.prefix.is_empty() => None,
            Some(bytes) => Some(Ok(bytes)),
            None => Some(Err(SecretError::Encoding {
                prefix: self.prefix.clone(),
                format,
            })),
        }
    }

    fn decode(&self, text: &str) -> Option<Vec<u8>> {
        match self.key {
            KeyFormat::Utf8 => None,
            KeyFormat::Base64 => from_base64(text),
            KeyFormat::Hex => from_hex(text),
        }
    }

    fn check_key_bytes(&self, bytes: usize) -> Result<(), SecretError> {
        match (self.key_bytes_min..=self.key_bytes_max).contains(&bytes) {
            true => Ok(()),
            false => Err(self.key_length(bytes)),
        }
    }

    fn key_length(&self, bytes: usize) -> SecretError {
        SecretError::KeyLength {
            prefix: self.prefix.clone(),
            bytes,
            min: self.key_bytes_min,
            max: self.key_bytes_max,
        }
    }

    /// The key to verify with that `text`, a secret or a public key, stands for.
    pub(crate) fn verifying_key(&self, text: &str) -> Result<VerifyingKey, SecretError> {
        let text = self.pasted(text)?;
        let public = self
            .pair
            .as_ref()
            .and_then(|pair| Some((pair, text.strip_prefix(&pair.public)?)));
        let Some((pair, rest)) = public else {
            return self.typed_key(text).map(VerifyingKey::from);
        };
        from_base64(rest)
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok())
            .filter(|key| !key.is_weak())
            .map(|key| VerifyingKey(VerifyingKind::Ed25519(key)))
            .ok_or_else(|| SecretError::Pair {
                prefix: pair.public.clone(),
            })
    }
}

/// How long a customer's own secret may be: a rule for what signs from now on, not for what receivers verify with.
fn check_own(secret: &str) -> Result<(), SecretError> {
    match (OWN_BYTES_MIN..=OWN_BYTES_MAX).contains(&secret.len()) {
        true => Ok(()),
        false => Err(SecretError::Length {
            bytes: secret.len(),
        }),
    }
}

/// A customer's own secret, keyed as its bytes.
fn own(secret: &str) -> Result<Vec<u8>, SecretError> {
    if secret.is_empty() {
        return Err(SecretError::Length { bytes: 0 });
    }
    check_printable(secret)?;
    Ok(secret.as_bytes().to_vec())
}

/// Base64 of random bytes has digits and letters of both cases; a phrase with blanks of its own does not.
fn looks_encoded(secret: &str) -> bool {
    let text = secret.trim_end_matches('=');
    let has = |of: fn(&u8) -> bool| text.bytes().any(|byte| of(&byte));
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/ ".contains(&byte);
    text.bytes().all(is_base64)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
}

fn check_printable(secret: &str) -> Result<(), SecretError> {
    let mut bytes = secret.bytes();
    match bytes.position(|byte| !(0x20..0x7f).contains(&byte)) {
        Some(at) => Err(SecretError::NotPrintable { at }),
        None => Ok(()),
    }
}

fn private_key(rest: &str, pair: &PairPrefixes) -> Result<SigningKey, SecretError> {
    let bytes = Zeroizing::new(from_base64(rest).ok_or_else(|| SecretError::Encoding {
        prefix: pair.private.clone(),
        format: "base64",
    })?);
    let key = match bytes.len() {
        32 => bytes
            .first_chunk()
            .map(ed25519_dalek::SigningKey::from_bytes),
        64 => bytes
            .first_chunk()
            .and_then(|bytes| ed25519_dalek::SigningKey::from_keypair_bytes(bytes).ok()),
        _ => None,
    };
    let key = key.ok_or_else(|| SecretError::Pair {
        prefix: pair.private.clone(),
    })?;
    Ok(SigningKey(SigningKind::Ed25519 {
        key: Box::new(key),
        public_prefix: pair.public.clone(),
    }))
}

/// Padding may be missing: secrets are copied by hand.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD_PAD_INDIFFERENT.decode(text).ok()
}
