//! A private key that an endpoint's owner gave: what kind it is, and signing with it as JWS does (RFC 7518).

use std::fmt;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::SigningKey;
use rustls::{SignatureAlgorithm, SignatureScheme};
use thiserror::Error;

/// What a key of each kind signs with: the scheme, its name in JWS, and the bytes of each of ECDSA's two numbers.
const SCHEMES: [(SignatureScheme, &str, usize); 5] = [
    (SignatureScheme::RSA_PKCS1_SHA256, "RS256", 0),
    (SignatureScheme::ED25519, "EdDSA", 0),
    (SignatureScheme::ECDSA_NISTP256_SHA256, "ES256", 32),
    (SignatureScheme::ECDSA_NISTP384_SHA384, "ES384", 48),
    (SignatureScheme::ECDSA_NISTP521_SHA512, "ES512", 66),
];

/// A text that is not a private key one can use. Says nothing of what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PrivateKeyError {
    /// There is no key in it.
    #[error(
        "is not a private key in PEM: it has to begin with `-----BEGIN PRIVATE KEY-----` or the like"
    )]
    NoKey,
    /// It takes a passphrase to read it.
    #[error(
        "is encrypted: decrypt it first, for instance with `openssl pkey -in key.pem -out plain.pem`"
    )]
    Encrypted,
    /// It is of a kind that is not supported.
    #[error(
        "is not a supported key: RSA of 2048 to 8192 bits, ECDSA on P-256, P-384 or P-521, and Ed25519 are"
    )]
    Unsupported,
}

/// A private key.
#[derive(Clone)]
pub struct PrivateKey(Arc<dyn SigningKey>);

impl PrivateKey {
    /// Reads a key: PKCS#8, PKCS#1 or SEC 1, in PEM.
    ///
    /// # Errors
    /// When there is none, it is encrypted, or of another kind.
    pub fn from_pem(pem: &str) -> Result<Self, PrivateKeyError> {
        let der = der_of(pem)?;
        let key = default_provider().key_provider.load_private_key(der);
        let key = Self(key.map_err(|_| PrivateKeyError::Unsupported)?);
        key.scheme().ok_or(PrivateKeyError::Unsupported)?;
        Ok(key)
    }

    fn scheme(&self) -> Option<(SignatureScheme, &'static str, usize)> {
        let mut schemes = SCHEMES.into_iter();
        schemes.find(|(scheme, ..)| self.0.choose_scheme(&[*scheme]).is_some())
    }

    /// The name of the algorithm that it signs with, such as `RS256`.
    pub fn algorithm(&self) -> &'static str {
        self.scheme().map_or("", |(_, name, _)| name)
    }

    /// The signature of a message, as JWS wants it. `None` if the library fails at it.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let (scheme, _, number_bytes) = self.scheme()?;
        let signer = self.0.choose_scheme(&[scheme])?;
        let signature = signer.sign(message).ok()?;
        match self.0.algorithm() {
            SignatureAlgorithm::ECDSA => fixed_numbers(&signature, number_bytes),
            _ => Some(signature),
        }
    }
}

/// The key as DER.
pub(crate) fn der_of(pem: &str) -> Result<PrivateKeyDer<'static>, PrivateKeyError> {
    if pem.contains("ENCRYPTED") {
        return Err(PrivateKeyError::Encrypted);
    }
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| PrivateKeyError::NoKey)
}

/// ECDSA's two numbers as JWS writes them (RFC 7518 section 3.4), each filled up to `bytes`, from how TLS does: a sequence of
/// two integers in DER.
fn fixed_numbers(der: &[u8], bytes: usize) -> Option<Vec<u8>> {
    let (sequence, _) = value(der, 0x30)?;
    let (r, rest) = value(sequence, 0x02)?;
    let (s, _) = value(rest, 0x02)?;
    let mut fixed = Vec::with_capacity(2 * bytes);
    for number in [r, s] {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let number = number.get(zeros..)?;
        fixed.resize(fixed.len() + bytes.checked_sub(number.len())?, 0);
        fixed.extend_from_slice(number);
    }
    Some(fixed)
}

/// The value with this tag at the beginning of some DER, and what follows it.
fn value(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (length, rest) = match der {
        [first, 0x81, length, rest @ ..] if *first == tag => (length, rest),
        [first, length, rest @ ..] if *first == tag && *length < 0x80 => (length, rest),
        _ => return None,
    };
    rest.split_at_checked(usize::from(*length))
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private key]")
    }
}

#[cfg(test)]
mod tests {
    use rcgen::KeyPair;

    use super::*;

    fn generated(algorithm: &'static rcgen::SignatureAlgorithm) -> PrivateKey {
        let pair = KeyPair::generate_for(algorithm).unwrap();
        PrivateKey::from_pem(&pair.serialize_pem()).unwrap()
    }

    #[test]
    fn every_kind_of_key_has_its_algorithm_and_length() {
        let check = |key: PrivateKey, algorithm: &str, length: usize| {
            assert_eq!(key.algorithm(), algorithm);
            // Numbers that begin with zeros come up now and then.
            for n in 0..300_u32 {
                assert_eq!(key.sign(&n.to_be_bytes()).unwrap().len(), length);
            }
        };
        check(generated(&rcgen::PKCS_ECDSA_P256_SHA256), "ES256", 64);
        check(generated(&rcgen::PKCS_ECDSA_P384_SHA384), "ES384", 96);
        check(generated(&rcgen::PKCS_ED25519), "EdDSA", 64);
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        let check = |pem: &str, expected| {
            assert_eq!(PrivateKey::from_pem(pem).err(), Some(expected), "{pem}");
        };
        check("", PrivateKeyError::NoKey);
        check("open sesame", PrivateKeyError::NoKey);
        check(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
            PrivateKeyError::Encrypted,
        );
        check(
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            PrivateKeyError::Unsupported,
        );
    }

    #[test]
    fn numbers_are_filled_up_or_cut_to_their_length() {
        assert_eq!(
            fixed_numbers(&[0x30, 7, 2, 2, 0, 0x81, 2, 1, 5], 2),
            Some(vec![0, 0x81, 0, 5])
        );
        assert_eq!(fixed_numbers(&[0x30, 7, 2, 2, 9, 9, 2, 1, 5], 1), None);
        assert_eq!(fixed_numbers(&[0x30, 9, 2, 2], 2), None);
        assert_eq!(fixed_numbers(&[], 2), None);
    }
}
