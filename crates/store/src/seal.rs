//! Encryption at rest: XChaCha20-Poly1305 under one master key (draft-irtf-cfrg-xchacha-03).
//!
//! A sealed value is `1 | key id (8) | nonce (24) | ciphertext and tag`. The associated data names the place that
//! the value belongs to, so that a value moved to another row does not open.

use std::{fmt, sync::Arc};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use nuncio_domain::Entropy;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const FORMAT: u8 = 1;
const KEY_ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const HEAD_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_BYTES;

/// A sealed value that did not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It was sealed with another master key.
    #[error("sealed with the master key {sealed_with}, but the master key given is {given}")]
    OtherKey {
        /// Id of the key that sealed it.
        sealed_with: String,
        /// Id of the key that was to open it.
        given: String,
    },
    /// It was altered, cut short, or belongs to another place.
    #[error("the sealed value of {place} is damaged")]
    Damaged {
        /// The place that it was read from.
        place: String,
    },
}

/// Seals and opens values under a master key.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    key_id: [u8; KEY_ID_BYTES],
    entropy: Arc<dyn Entropy>,
}

impl Sealer {
    /// A sealer with this master key; nonces are made of `entropy`.
    pub fn new(master_key: [u8; 32], entropy: Arc<dyn Entropy>) -> Self {
        let master_key = Zeroizing::new(master_key);
        let mut key_id = [0u8; KEY_ID_BYTES];
        key_id.copy_from_slice(&Sha256::digest(*master_key)[..KEY_ID_BYTES]);
        Self {
            cipher: XChaCha20Poly1305::new((&*master_key).into()),
            key_id,
            entropy,
        }
    }

    /// The name of the master key: the first 8 bytes of its SHA-256, in hex.
    pub fn key_id(&self) -> String {
        hex(&self.key_id)
    }

    /// Seals a value for a place, such as `endpoint:ep_01…`.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0u8; NONCE_BYTES];
        self.entropy.fill(&mut nonce);
        let payload = Payload {
            msg: plain,
            aad: place.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("the cipher refuses only values beyond 256 GB");
        let mut out = Vec::with_capacity(HEAD_BYTES + sealed.len());
        out.push(FORMAT);
        out.extend_from_slice(&self.key_id);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        out
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// Another key's value, or a damaged one.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let damaged = || SealError::Damaged {
            place: place.to_owned(),
        };
        if sealed.len() < HEAD_BYTES || sealed[0] != FORMAT {
            return Err(damaged());
        }
        let (key_id, rest) = sealed[1..].split_at(KEY_ID_BYTES);
        if key_id != self.key_id {
            return Err(SealError::OtherKey {
                sealed_with: hex(key_id),
                given: self.key_id(),
            });
        }
        let (nonce, body) = rest.split_at(NONCE_BYTES);
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| damaged())?;
        let payload = Payload {
            msg: body,
            aad: place.as_bytes(),
        };
        self.cipher
            .decrypt(&XNonce::from(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| damaged())
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.key_id())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use nuncio_domain::SeededEntropy;

    use super::*;

    fn sealer(key: u8) -> Sealer {
        Sealer::new([key; 32], Arc::new(SeededEntropy::new(1)))
    }

    #[test]
    fn opens_what_it_sealed() {
        let sealed = sealer(1).seal("endpoint:a", b"whsec_x");
        assert_eq!(
            *sealer(1).open("endpoint:a", &sealed).unwrap(),
            b"whsec_x".to_vec()
        );
        assert!(!sealed.windows(7).any(|part| part == b"whsec_x"));
    }

    #[test]
    fn equal_values_seal_differently() {
        let sealer = sealer(1);
        assert_ne!(sealer.seal("a", b"x"), sealer.seal("a", b"x"));
    }

    #[test]
    fn a_value_opens_in_its_own_place_only() {
        let sealed = sealer(1).seal("endpoint:a", b"x");
        let place = "endpoint:b".to_owned();
        assert_eq!(
            sealer(1).open("endpoint:b", &sealed),
            Err(SealError::Damaged { place })
        );
    }

    #[test]
    fn another_keys_value_is_named() {
        let sealed = sealer(1).seal("a", b"x");
        assert!(matches!(
            sealer(2).open("a", &sealed),
            Err(SealError::OtherKey { .. })
        ));
    }

    #[test]
    fn altered_or_cut_values_are_damaged() {
        let sealed = sealer(1).seal("a", b"x");
        for length in 0..sealed.len() {
            assert!(sealer(1).open("a", &sealed[..length]).is_err(), "{length}");
        }
        let mut altered = sealed.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert!(sealer(1).open("a", &altered).is_err());
    }
}
