//! Signing keys as a Svix database holds them.
//!
//! 24 bytes are a plain HMAC key. Otherwise the first byte says what follows: its low seven bits the kind (1 HMAC, 2
//! ed25519 as seed and public key), its highest bit whether it is encrypted: a nonce of 24 bytes and XChaCha20-Poly1305's
//! ciphertext with its tag, under HMAC-SHA256 of `main` with the main secret as key.

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::ImportSecret;

const LEGACY_BYTES: usize = 24;
const NONCE_BYTES: usize = 24;
const PAIR_BYTES: usize = 64;
const KIND_HMAC: u8 = 1;
const KIND_ED25519: u8 = 2;
const ENCRYPTED: u8 = 0x80;

/// A key that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SvixKeyError {
    /// There is no main secret to decrypt it with.
    #[error("its secret is encrypted: give the main secret with --main-secret")]
    Encrypted,
    /// The main secret doesn't fit.
    #[error("its secret does not decrypt with this main secret")]
    WrongMainSecret,
    /// It is of no known kind.
    #[error("its secret is of an unknown kind")]
    UnknownKind,
}

/// Opens keys, encrypted ones with a main secret.
pub(crate) struct SvixKeys {
    cipher: Option<XChaCha20Poly1305>,
}

impl SvixKeys {
    /// With the main secret of the installation, if it has one.
    pub(crate) fn new(main_secret: Option<&str>) -> Self {
        let cipher = main_secret.and_then(|secret| {
            let mut mac =
                <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret.as_bytes()).ok()?;
            mac.update(b"main");
            let key: [u8; 32] = mac.finalize().into_bytes().into();
            Some(XChaCha20Poly1305::new(&Key::from(key)))
        });
        Self { cipher }
    }

    /// The secret as its receiver has it: `whsec_…`, or `whsk_…` for a key pair.
    ///
    /// # Errors
    /// It is encrypted with something else, or of an unknown kind.
    pub(crate) fn open(&self, stored: &[u8]) -> Result<ImportSecret, SvixKeyError> {
        if stored.len() == LEGACY_BYTES {
            return Ok(shared(stored));
        }
        let (marker, rest) = stored.split_first().ok_or(SvixKeyError::UnknownKind)?;
        let key = match marker & ENCRYPTED {
            0 => Zeroizing::new(rest.to_vec()),
            _ => self.decrypt(rest)?,
        };
        match marker & !ENCRYPTED {
            KIND_HMAC => Ok(shared(&key)),
            KIND_ED25519 if key.len() == PAIR_BYTES => Ok(ImportSecret::new(format!(
                "whsk_{}",
                STANDARD.encode(&*key)
            ))),
            _ => Err(SvixKeyError::UnknownKind),
        }
    }

    /// A former key: base64 of the same bytes, or the secret itself.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn open_text(&self, text: &str) -> Result<ImportSecret, SvixKeyError> {
        if text.starts_with("whsec_") {
            return Ok(ImportSecret::new(text));
        }
        let stored = STANDARD
            .decode(text)
            .map_err(|_| SvixKeyError::UnknownKind)?;
        self.open(&stored)
    }

    fn decrypt(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SvixKeyError> {
        let cipher = self.cipher.as_ref().ok_or(SvixKeyError::Encrypted)?;
        let (nonce, text) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(SvixKeyError::UnknownKind)?;
        let opened = cipher.decrypt(&XNonce::from(*nonce), text);
        opened
            .map(Zeroizing::new)
            .map_err(|_| SvixKeyError::WrongMainSecret)
    }
}

fn shared(key: &[u8]) -> ImportSecret {
    ImportSecret::new(format!("whsec_{}", STANDARD.encode(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_the_clear() {
        let keys = SvixKeys::new(None);
        let check = |stored: &[u8], expected: Result<&str, SvixKeyError>| {
            let found = keys.open(stored);
            assert_eq!(
                found.as_ref().map(ImportSecret::expose),
                expected.as_ref().map(|text| *text)
            );
        };
        check(&[7; 24], Ok("whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"));
        check(
            &[[1].as_slice(), &[7; 24]].concat(),
            Ok("whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"),
        );
        check(&[3, 3], Err(SvixKeyError::UnknownKind));
        check(&[], Err(SvixKeyError::UnknownKind));
        check(
            &[[0x81].as_slice(), &[7; 64]].concat(),
            Err(SvixKeyError::Encrypted),
        );
        let pair = keys.open(&[[2].as_slice(), &[7; 64]].concat()).unwrap();
        assert!(pair.expose().starts_with("whsk_"));
        assert_eq!(
            keys.open(&[[2].as_slice(), &[7; 63]].concat()),
            Err(SvixKeyError::UnknownKind)
        );
    }

    #[test]
    fn a_secret_is_never_printed() {
        let secret = SvixKeys::new(None).open(&[7; 24]).unwrap();
        assert_eq!(format!("{secret:?}"), "[secret]");
    }
}
