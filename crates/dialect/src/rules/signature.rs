//! The signature of a dialect: what is signed, with which algorithm, and how the header spells it.

use hmac::{Hmac, KeyInit, Mac, digest::Output};
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::{
    encoding::Encoding,
    rules::{field::Field, value::Piece},
    secret::key::{SigningKey, SigningKind, VerifyingKey, VerifyingKind},
};

/// A sender lists one signature for each key in force; checking more of a key pair's would let anyone occupy the processor.
const PAIR_CHECKS_MAX: usize = 8;

/// What a dialect signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// HMAC (RFC 2104) with SHA-1.
    HmacSha1,
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-512.
    HmacSha512,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// The secret itself, as in `Authorization: Bearer …`.
    Token,
    /// HTTP Basic authentication (RFC 7617) with the secret as password.
    Basic,
}

impl Algorithm {
    /// Whether it signs content, rather than showing the secret.
    pub(crate) const fn signs(self) -> bool {
        !matches!(self, Self::Token | Self::Basic)
    }

    /// How hard it is to forge, for comparing only.
    pub(crate) const fn strength(self) -> u8 {
        match self {
            Self::Token | Self::Basic => 0,
            Self::HmacSha1 => 1,
            Self::HmacSha256 => 2,
            Self::HmacSha512 | Self::Ed25519 => 3,
        }
    }
}

/// How the header lists signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grammar {
    /// One signature, after a prefix if the scheme has one.
    Bare,
    /// `version=signature` pairs.
    Pairs,
    /// `version,signature` items.
    Versions,
}

/// Whether keys of a rotation sign side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// Every key in force signs.
    All,
    /// Only one signature fits.
    One,
}

/// What receivers do with a signature, where a dialect has several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receivers {
    /// They refuse a request that does not have it.
    #[default]
    Require,
    /// They do not look at it: it is sent for old receivers only.
    Ignore,
}

/// One way of signing; a header with versions may have several.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Its name in the header; empty in a bare one.
    pub version: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// How its bytes are written.
    pub encoding: Encoding,
    /// What stands before the signature itself in a bare header.
    pub prefix: String,
    /// The user name of [`Algorithm::Basic`].
    pub user: String,
}

/// Where a receiver finds the signed time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimestampAt {
    /// In a header of its own.
    Header(String),
    /// In the signature header, as the pair of this name.
    Pair(String),
}

/// A signed time: its form, and where it is.
#[derive(Clone, Debug)]
pub struct SignedTime {
    /// Its form.
    pub field: Field,
    /// Where it is.
    pub at: TimestampAt,
}

/// How a dialect signs, in one header.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The header that carries it.
    pub header: String,
    /// How that header lists signatures.
    pub grammar: Grammar,
    /// What stands between them.
    pub separator: String,
    /// Which keys sign during a rotation.
    pub rotation: Rotation,
    /// What receivers do with it.
    pub receivers: Receivers,
    /// What is signed, one piece after the other; empty where the secret itself is sent.
    pub content: Vec<Piece>,
    /// The ways of signing.
    pub schemes: Vec<Scheme>,
    /// The signed time, if one is signed.
    pub time: Option<SignedTime>,
    /// The header that carries each signed field which is not in the request itself.
    pub carriers: Vec<(Field, String)>,
}

impl Scheme {
    /// The signature of `parts` in its text form, without its prefix; `None` for a key of another kind.
    pub(crate) fn sign(&self, key: &SigningKey, parts: &[&[u8]]) -> Option<String> {
        match (&key.0, self.algorithm) {
            (SigningKind::Ed25519 { key, .. }, Algorithm::Ed25519) => {
                use ed25519_dalek::Signer;
                Some(self.encoding.encode(&key.sign(&parts.concat()).to_bytes()))
            }
            (SigningKind::Shared(key), _) => self.shared(key, parts),
            (SigningKind::Ed25519 { .. }, _) => None,
        }
    }

    /// Whether one of `found` is the signature of `parts`. However many there are, a shared key signs once; each comparison
    /// takes the same time wherever the first difference is.
    pub(crate) fn fits_one<'a>(
        &self,
        key: &VerifyingKey,
        parts: &[&[u8]],
        found: impl Iterator<Item = &'a str>,
    ) -> bool {
        let mut found = found
            .filter_map(|text| text.strip_prefix(self.prefix.as_str()))
            .peekable();
        match (&key.0, self.algorithm) {
            (VerifyingKind::Ed25519(key), Algorithm::Ed25519) => {
                let content = parts.concat();
                found.take(PAIR_CHECKS_MAX).any(|text| {
                    let bytes = self.encoding.decode(text);
                    let signature =
                        bytes.and_then(|bytes| ed25519_dalek::Signature::from_slice(&bytes).ok());
                    signature
                        .is_some_and(|signature| key.verify_strict(&content, &signature).is_ok())
                })
            }
            (VerifyingKind::Shared(_), _) if found.peek().is_none() => false,
            (VerifyingKind::Shared(key), _) => self.shared(key, parts).is_some_and(|expected| {
                found.any(|text| expected.as_bytes().ct_eq(text.as_bytes()).into())
            }),
            (VerifyingKind::Ed25519(_), _) => false,
        }
    }

    fn shared(&self, key: &[u8], parts: &[&[u8]]) -> Option<String> {
        match self.algorithm {
            Algorithm::HmacSha1 => Some(self.encoding.encode(&mac::<Hmac<Sha1>>(key, parts))),
            Algorithm::HmacSha256 => Some(self.encoding.encode(&mac::<Hmac<Sha256>>(key, parts))),
            Algorithm::HmacSha512 => Some(self.encoding.encode(&mac::<Hmac<Sha512>>(key, parts))),
            Algorithm::Ed25519 => None,
            Algorithm::Token => Some(String::from_utf8_lossy(key).into_owned()),
            Algorithm::Basic => {
                let credentials = [self.user.as_bytes(), b":", key].concat();
                Some(Encoding::Base64.encode(&credentials))
            }
        }
    }
}

/// Message authentication of `parts`, one after the other (RFC 2104).
fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Output<M> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes keys of every length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes()
}
