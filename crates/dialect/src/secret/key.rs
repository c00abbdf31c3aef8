//! Keys: what a secret becomes before it signs or verifies. Wiped on drop, never shown.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// A key that signs. `Debug` prints `[secret]`; its bytes are wiped when it is dropped.
#[derive(Clone)]
pub struct SigningKey(pub(crate) SigningKind);

#[derive(Clone)]
pub(crate) enum SigningKind {
    /// The bytes of an HMAC key, or of a static token.
    Shared(Zeroizing<Vec<u8>>),
    /// A private key, with the prefix that its public half is shown with.
    Ed25519 {
        key: Box<ed25519_dalek::SigningKey>,
        public_prefix: String,
    },
}

impl SigningKey {
    /// A shared key of exactly these bytes, whatever they are: for tools, and for keys that another system has
    /// made. [`Dialect::parse_secret`](crate::Dialect::parse_secret) is where the rules for secrets are kept.
    pub fn shared(bytes: Vec<u8>) -> Self {
        Self(SigningKind::Shared(Zeroizing::new(bytes)))
    }

    /// The public half that receivers verify with (`whpk_…`), of an ed25519 key.
    pub fn public_key(&self) -> Option<String> {
        match &self.0 {
            SigningKind::Shared(_) => None,
            SigningKind::Ed25519 { key, public_prefix } => Some(format!(
                "{public_prefix}{}",
                STANDARD.encode(key.verifying_key().as_bytes())
            )),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A key that verifies: a shared secret, or the public half of a pair.
#[derive(Clone)]
pub struct VerifyingKey(pub(crate) VerifyingKind);

#[derive(Clone)]
pub(crate) enum VerifyingKind {
    Shared(Zeroizing<Vec<u8>>),
    Ed25519(ed25519_dalek::VerifyingKey),
}

impl From<&SigningKey> for VerifyingKey {
    fn from(key: &SigningKey) -> Self {
        Self(match &key.0 {
            SigningKind::Shared(bytes) => VerifyingKind::Shared(bytes.clone()),
            SigningKind::Ed25519 { key, .. } => VerifyingKind::Ed25519(key.verifying_key()),
        })
    }
}

impl From<SigningKey> for VerifyingKey {
    fn from(key: SigningKey) -> Self {
        Self::from(&key)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
