//! A certificate as people talk about it: whose it is, who issued it, which names and dates it has. Pure.

use std::net::{Ipv4Addr, Ipv6Addr};

use nuncio_domain::Timestamp;
use rustls::pki_types::CertificateDer;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::time::ASN1Time;

/// Names that are listed; a certificate may have hundreds.
const NAMES_MAX: usize = 8;

/// Characters of a name that are shown: names are written by strangers.
const NAME_CHARS_MAX: usize = 100;

/// What is told of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// Such as `CN=R11, O=Let's Encrypt, C=US`.
    pub(crate) subject: String,
    pub(crate) issuer: String,
    /// Whether its subject issued it.
    pub(crate) is_self_issued: bool,
    /// The hosts that it is for.
    pub(crate) names: Vec<String>,
    not_before: ASN1Time,
    not_after: ASN1Time,
    /// The object identifier of the algorithm that it is signed with.
    pub(crate) signed_with: String,
    subject_raw: Vec<u8>,
    issuer_raw: Vec<u8>,
    /// SHA-256 of its public key (SubjectPublicKeyInfo).
    pub(crate) key_sha256: [u8; 32],
}

impl Certificate {
    /// Reads a certificate; `None` if it is none.
    pub(crate) fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let validity = certificate.validity();
        Some(Self {
            subject: shown(&certificate.subject().to_string()),
            issuer: shown(&certificate.issuer().to_string()),
            is_self_issued: certificate.subject().as_raw() == certificate.issuer().as_raw(),
            names: names(&certificate),
            not_before: validity.not_before,
            not_after: validity.not_after,
            signed_with: certificate.signature_algorithm.algorithm.to_id_string(),
            subject_raw: certificate.subject().as_raw().to_vec(),
            issuer_raw: certificate.issuer().as_raw().to_vec(),
            key_sha256: Sha256::digest(certificate.public_key().raw).into(),
        })
    }

    /// Whether `other` may have issued it, by its name.
    pub(crate) fn names_as_issuer(&self, other: &Self) -> bool {
        self.issuer_raw == other.subject_raw
    }

    /// Since when it has been out of date, if it is at that Unix time.
    pub(crate) fn expired(&self, unix_s: u64) -> Option<String> {
        is_before(&self.not_after, unix_s).then(|| date(&self.not_after))
    }

    /// The end of its validity.
    pub(crate) fn expires_at(&self) -> Timestamp {
        Timestamp::from_ms(self.not_after.timestamp().saturating_mul(1_000))
    }

    /// Before when it is not valid, if it is not yet at that Unix time.
    pub(crate) fn not_yet_valid(&self, unix_s: u64) -> Option<String> {
        (!is_before(&self.not_before, unix_s.saturating_add(1))).then(|| date(&self.not_before))
    }

    /// The hosts that it is for, in words.
    pub(crate) fn names_in_words(&self) -> String {
        let listed = self.names.iter().take(NAMES_MAX).map(String::as_str);
        let listed = listed.collect::<Vec<_>>().join(", ");
        match self.names.len() {
            0 => "no host".to_owned(),
            count if count > NAMES_MAX => format!("{listed} and {} more", count - NAMES_MAX),
            _ => listed,
        }
    }
}

fn is_before(time: &ASN1Time, unix_s: u64) -> bool {
    i64::try_from(unix_s).map_or(true, |now| time.timestamp() < now)
}

/// Such as `2026-03-01 12:00 UTC`.
fn date(time: &ASN1Time) -> String {
    let at = time.to_datetime();
    let month = u8::from(at.month());
    format!(
        "{}-{month:02}-{:02} {:02}:{:02} UTC",
        at.year(),
        at.day(),
        at.hour(),
        at.minute()
    )
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(names)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    names.value.general_names.iter().filter_map(name).collect()
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(shown(name)),
        GeneralName::IPAddress(bytes) => {
            match (<[u8; 4]>::try_from(*bytes), <[u8; 16]>::try_from(*bytes)) {
                (Ok(v4), _) => Some(Ipv4Addr::from(v4).to_string()),
                (_, Ok(v6)) => Some(Ipv6Addr::from(v6).to_string()),
                _ => None,
            }
        }
        _ => None,
    }
}

fn shown(text: &str) -> String {
    let visible = |letter: char| match letter.is_control() {
        true => char::REPLACEMENT_CHARACTER,
        false => letter,
    };
    let mut shown: String = text.chars().map(visible).take(NAME_CHARS_MAX).collect();
    if text.chars().nth(NAME_CHARS_MAX).is_some() {
        shown.push('…');
    }
    match shown.is_empty() {
        true => "(no name)".to_owned(),
        false => shown,
    }
}
