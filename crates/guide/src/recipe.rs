//! How a receiver verifies a request, step by step, as the programs of the guide do it by hand.

use nuncio_dialect::{
    Algorithm, Dialect, Encoding, Field, Grammar, KeyFormat, Piece, Scheme, Signature, TimestampAt,
};
use serde::Serialize;

use crate::handshake::HandshakeRecipe;

/// What a program needs to know.
#[derive(Debug, Serialize)]
pub(crate) struct Recipe {
    /// The header that carries the signature.
    pub(crate) header: String,
    /// Whether that header lists several signatures.
    pub(crate) list: bool,
    /// What stands between them.
    pub(crate) separator: String,
    /// What stands before the signature itself.
    pub(crate) expected_prefix: String,
    /// Whether the secret itself is sent.
    pub(crate) token: bool,
    /// The hash function of the HMAC.
    pub(crate) digest: &'static str,
    /// The same, as Java names it.
    pub(crate) java_mac: &'static str,
    pub(crate) encoding: &'static str,
    pub(crate) key: Key,
    /// What is signed.
    pub(crate) parts: Vec<Part>,
    pub(crate) time: Option<Time>,
    /// Whether the endpoint's URL is signed.
    pub(crate) url: bool,
    /// Whether the parameters of the form are signed.
    pub(crate) sorted_form: bool,
    /// What is asked before the first event. `None` also where bodies are forms: what is posted then is JSON.
    pub(crate) handshake: Option<HandshakeRecipe>,
}

/// How the key comes from the secret.
#[derive(Debug, Serialize)]
pub(crate) struct Key {
    pub(crate) format: &'static str,
    pub(crate) prefix: String,
    /// How many bytes a decoded key has; without a prefix, that tells it from a text.
    pub(crate) bytes_min: usize,
    pub(crate) bytes_max: usize,
}

/// A piece of the signed content.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Part {
    Text { text: String },
    Header { name: String },
    Timestamp,
    Url,
    Method,
    Body,
    SortedForm,
}

/// The signed time.
#[derive(Debug, Serialize)]
pub(crate) struct Time {
    /// The header that holds it.
    pub(crate) header: Option<String>,
    /// Or its name among the items of the signature header.
    pub(crate) pair: Option<String>,
    pub(crate) unit: &'static str,
    pub(crate) tolerance_s: Option<u32>,
}

impl Recipe {
    /// The recipe of a dialect: of its first scheme with a shared secret. `None` if nothing is signed, or only with
    /// key pairs.
    pub(crate) fn of(dialect: &Dialect) -> Option<Self> {
        let signature = dialect.signature()?;
        let scheme = signature
            .schemes
            .iter()
            .find(|scheme| scheme.algorithm != Algorithm::Ed25519)?;
        let rules = dialect.secret_rules();
        let time = signature.time.as_ref();
        let parts: Vec<_> = signature
            .content
            .iter()
            .map(|piece| part(signature, piece))
            .collect();
        Some(Self {
            header: signature.header.clone(),
            list: signature.grammar != Grammar::Bare,
            separator: signature.separator.clone(),
            expected_prefix: expected_prefix(signature, scheme),
            token: matches!(scheme.algorithm, Algorithm::Token | Algorithm::Basic),
            digest: digest(scheme.algorithm),
            java_mac: java_mac(scheme.algorithm),
            encoding: encoding(scheme.encoding),
            key: Key {
                format: match rules.key {
                    KeyFormat::Utf8 => "utf8",
                    KeyFormat::Base64 => "base64",
                    KeyFormat::Hex => "hex",
                },
                prefix: rules.prefix.clone(),
                bytes_min: rules.key_bytes_min,
                bytes_max: rules.key_bytes_max,
            },
            handshake: dialect
                .handshake_rules()
                .and_then(HandshakeRecipe::of)
                .filter(|asked| {
                    matches!(asked, HandshakeRecipe::Options { .. }) || !dialect.is_form()
                }),
            url: parts.contains(&Part::Url),
            sorted_form: parts.contains(&Part::SortedForm),
            parts,
            time: time.map(|time| Time {
                header: match &time.at {
                    TimestampAt::Header(name) => Some(name.clone()),
                    TimestampAt::Pair(_) => None,
                },
                pair: match &time.at {
                    TimestampAt::Header(_) => None,
                    TimestampAt::Pair(name) => Some(name.clone()),
                },
                unit: match time.field {
                    Field::TimestampMs => "ms",
                    Field::TimestampRfc3339 => "rfc3339",
                    _ => "s",
                },
                tolerance_s: dialect.receiver().tolerance_s,
            }),
        })
    }
}

fn expected_prefix(signature: &Signature, scheme: &Scheme) -> String {
    match signature.grammar {
        Grammar::Bare => scheme.prefix.clone(),
        Grammar::Pairs => format!("{}=", scheme.version),
        Grammar::Versions => format!("{},", scheme.version),
    }
}

fn part(signature: &Signature, piece: &Piece) -> Part {
    let field = match piece {
        Piece::Text(text) => return Part::Text { text: text.clone() },
        Piece::Header(name) => return Part::Header { name: name.clone() },
        Piece::Field(field) => *field,
        // Refused in signed content when the file is read.
        Piece::Renamed(_) | Piece::Metadata(_) => {
            return Part::Text {
                text: String::new(),
            };
        }
    };
    match field {
        Field::Body => Part::Body,
        Field::SortedForm => Part::SortedForm,
        Field::Url => Part::Url,
        Field::Method => Part::Method,
        field
            if signature
                .time
                .as_ref()
                .is_some_and(|time| time.field == field) =>
        {
            Part::Timestamp
        }
        // A dialect that signs a field which it does not send is refused when its file is read.
        field => Part::Header {
            name: signature.carrier(field).unwrap_or_default().to_owned(),
        },
    }
}

const fn digest(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::HmacSha1 => "sha1",
        Algorithm::HmacSha512 => "sha512",
        Algorithm::HmacSha256 | Algorithm::Ed25519 | Algorithm::Token | Algorithm::Basic => {
            "sha256"
        }
    }
}

const fn java_mac(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::HmacSha1 => "HmacSHA1",
        Algorithm::HmacSha512 => "HmacSHA512",
        Algorithm::HmacSha256 | Algorithm::Ed25519 | Algorithm::Token | Algorithm::Basic => {
            "HmacSHA256"
        }
    }
}

const fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Hex => "hex",
        Encoding::Base64 => "base64",
        Encoding::Base64url => "base64url",
    }
}
