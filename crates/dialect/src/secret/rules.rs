//! What secrets look like, and why one cannot be used.

use serde::Deserialize;

/// Shorter own secrets are guessable.
pub(super) const OWN_BYTES_MIN: usize = 8;
/// Longer ones gain nothing: HMAC hashes them down to the size of its digest.
pub(super) const OWN_BYTES_MAX: usize = 256;
/// How much randomness [`SecretRules::generate`] is given.
pub(crate) const ENTROPY_BYTES: usize = 64;

/// Who decides on an endpoint's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChosenBy {
    /// The server makes one and shows it once.
    Server,
    /// The customer brings one when creating the endpoint.
    Customer,
}

/// Text forms of random or key bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretFormat {
    /// Base64 with padding (RFC 4648, 4).
    Base64,
    /// Base64 for URLs without padding (RFC 4648, 5).
    Base64url,
    /// Lower-case hexadecimal.
    Hex,
}

/// How the HMAC key comes from the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyFormat {
    /// The UTF-8 bytes of the whole string, prefix kept.
    Utf8,
    /// The base64-decoded rest after the prefix.
    Base64,
    /// The hex-decoded rest after the prefix.
    Hex,
}

/// What the secrets of a dialect look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRules {
    /// Who decides on it.
    pub chosen_by: ChosenBy,
    /// How the key comes from it.
    pub key: KeyFormat,
    /// What a secret in the dialect's own format starts with; may be empty.
    pub prefix: String,
    /// The least number of key bytes of a decoded secret.
    pub key_bytes_min: usize,
    /// The greatest number of key bytes of a decoded secret.
    pub key_bytes_max: usize,
    /// The text form of a generated secret.
    pub format: SecretFormat,
    /// How many random bytes a generated secret holds.
    pub bytes: usize,
    /// The prefixes of a key pair, where the dialect signs with one.
    pub pair: Option<PairPrefixes>,
    /// Whether a shared secret can sign; otherwise only a private key can.
    pub takes_shared: bool,
    /// Whether the secret itself is sent, as a bearer token: then it can hold no space (RFC 6750).
    pub is_token: bool,
}

/// How an ed25519 key pair is written: a prefix, then base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairPrefixes {
    /// Before the private key (32 bytes of seed, or those and the public key).
    pub private: String,
    /// Before the public key.
    pub public: String,
}

/// A secret that cannot be used. It never holds the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Neither the dialect's format nor 8 to 256 bytes.
    #[error("a secret of {bytes} bytes: it must have {OWN_BYTES_MIN} to {OWN_BYTES_MAX}")]
    Length {
        /// How many bytes it has.
        bytes: usize,
    },
    /// A character that not every receiver could type.
    #[error("byte {at} of the secret is not printable ASCII")]
    NotPrintable {
        /// Its place, counted from 0.
        at: usize,
    },
    /// Quotes around a secret whose key is decoded: they came from where it was copied.
    #[error("the secret is in quotes: give it without them")]
    Quotes,
    /// A blank or line break in a secret whose key is decoded.
    #[error(
        "byte {at} of the secret is a blank or line break: copy it in one piece, as it was shown"
    )]
    Blank {
        /// Its place, counted from 0.
        at: usize,
    },
    /// A prefix that is followed by itself or another one.
    #[error(
        "the secret's prefix `{prefix}` is there twice, or before another: copy it as it was shown"
    )]
    TwoPrefixes {
        /// The first of them.
        prefix: String,
    },
    /// A space in a secret that is sent as a token: HTTP would cut or split it.
    #[error("byte {at} of the secret is a space, which a token cannot hold")]
    Space {
        /// Its place, counted from 0.
        at: usize,
    },
    /// The dialect's prefix, followed by something else than its encoding.
    #[error("after `{prefix}` the secret must hold {format}")]
    Encoding {
        /// The prefix.
        prefix: String,
        /// The encoding that is missing.
        format: &'static str,
    },
    /// A decoded key that is too short or too long.
    #[error("after `{prefix}` the secret holds {bytes} bytes: it must hold {min} to {max}")]
    KeyLength {
        /// The prefix.
        prefix: String,
        /// How many bytes it decodes to.
        bytes: usize,
        /// The least.
        min: usize,
        /// The most.
        max: usize,
    },
    /// The public half of a pair, which verifies but cannot sign.
    #[error("`{prefix}` starts a public key, which cannot sign: give the private key")]
    PublicKey {
        /// The prefix of public keys.
        prefix: String,
    },
    /// A shared secret where only a private key can sign.
    #[error("the secret must be a private key, which starts with `{prefix}`")]
    NoPrivateKey {
        /// The prefix of private keys.
        prefix: String,
    },
    /// A secret that looks as if something went wrong when it was copied.
    #[error("the secret looks pasted wrongly: {hint}")]
    Pasted {
        /// What is wrong, and what to do.
        hint: String,
    },
    /// A pair whose halves do not belong together, or bytes that are no key.
    #[error("after `{prefix}` the secret holds no valid ed25519 key")]
    Pair {
        /// The prefix.
        prefix: String,
    },
}
