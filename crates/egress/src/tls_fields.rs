//! The TLS settings of an endpoint as its owner gives them: read, checked, and what is told of them. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nuncio_domain::{Authorities, CertificateFacts, ClientCertificate, Secret, Timestamp};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;

use crate::certificate::Certificate;
use crate::private_key::der_of;

/// PEM of one field: a chain of a few certificates, or a key, with room to spare.
const PEM_BYTES_MAX: usize = 32 * 1024;

/// Certificates of one field. Public chains have three or four.
const CERTIFICATES_MAX: usize = 10;

/// What curl writes before a pin.
const PIN_PREFIX: &str = "sha256//";

/// What is wrong with a field, in words that follow its name.
pub type Fault = String;

/// A client certificate with its key; the fault is of the field of that name.
///
/// # Errors
/// When one of the two cannot be read, they don't belong together, or a certificate is not valid at `now`.
pub fn client_certificate(
    chain: &str,
    key: &str,
    now: Timestamp,
) -> Result<ClientCertificate, (&'static str, Fault)> {
    const CERTIFICATE: &str = "client_cert";
    const KEY: &str = "client_key";
    let certificates = certificates(chain).map_err(|fault| (CERTIFICATE, fault))?;
    let facts = facts(&certificates, now).map_err(|fault| (CERTIFICATE, fault))?;
    check_order(&certificates).map_err(|fault| (CERTIFICATE, fault))?;
    check_length(key).map_err(|fault| (KEY, fault))?;
    let der = der_of(key).map_err(|error| (KEY, error.to_string()))?;
    let der_chain = certificates.into_iter().map(|(der, _)| der).collect();
    CertifiedKey::from_der(der_chain, der, &default_provider()).map_err(|error| {
        let fault = match error {
            rustls::Error::InconsistentKeys(_) => {
                "is not the key of the certificate in `client_cert`".to_owned()
            }
            _ => crate::PrivateKeyError::Unsupported.to_string(),
        };
        (KEY, fault)
    })?;
    Ok(ClientCertificate {
        chain: chain.to_owned(),
        key: Secret::new(key.to_owned()),
        facts: facts.into_iter().next().expect("there is one at least"),
    })
}

/// Certificate authorities.
///
/// # Errors
/// When they cannot be read, or one is not valid at `now`.
pub fn authorities(pem: &str, now: Timestamp) -> Result<Authorities, Fault> {
    let certificates = certificates(pem)?;
    let facts = facts(&certificates, now)?;
    let mut store = RootCertStore::empty();
    for (number, (der, _)) in certificates.into_iter().enumerate() {
        store.add(der).map_err(|error| {
            format!(
                "certificate {} cannot be trusted as an authority: {error}",
                number + 1
            )
        })?;
    }
    Ok(Authorities {
        certificates: pem.to_owned(),
        facts,
    })
}

/// A pin: the SHA-256 of a public key in base64, as `openssl` and curl print it.
///
/// # Errors
/// When it is not one.
pub fn pin(text: &str) -> Result<[u8; 32], Fault> {
    let bare = text.strip_prefix(PIN_PREFIX).unwrap_or(text);
    let bytes = STANDARD.decode(bare).ok();
    let hash = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    hash.ok_or_else(|| {
        "is not a pin: give the SHA-256 of a public key (SubjectPublicKeyInfo) in base64, 44 characters"
            .to_owned()
    })
}

/// A pin as it is shown.
pub fn pin_text(pin: &[u8; 32]) -> String {
    STANDARD.encode(pin)
}

fn certificates(pem: &str) -> Result<Vec<(CertificateDer<'static>, Certificate)>, Fault> {
    check_length(pem)?;
    if pem.contains("PRIVATE KEY-----") {
        return Err("holds a private key: give certificates only".to_owned());
    }
    let mut found = Vec::new();
    for der in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let number = found.len() + 1;
        let der = der.map_err(|error| format!("is not valid PEM: {error}"))?;
        let certificate = Certificate::read(&der)
            .ok_or_else(|| format!("certificate {number} cannot be read as X.509"))?;
        found.push((der, certificate));
        if found.len() > CERTIFICATES_MAX {
            return Err(format!(
                "at most {CERTIFICATES_MAX} certificates are allowed"
            ));
        }
    }
    match found.is_empty() {
        false => Ok(found),
        true => Err(
            "has no certificate: give PEM that begins with `-----BEGIN CERTIFICATE-----`"
                .to_owned(),
        ),
    }
}

fn check_length(pem: &str) -> Result<(), Fault> {
    match pem.len() <= PEM_BYTES_MAX {
        true => Ok(()),
        false => Err(format!(
            "{} bytes: at most {PEM_BYTES_MAX} are allowed",
            pem.len()
        )),
    }
}

/// What is told of each, if all are valid.
fn facts(
    certificates: &[(CertificateDer<'static>, Certificate)],
    now: Timestamp,
) -> Result<Vec<CertificateFacts>, Fault> {
    let unix_s = u64::try_from(now.ms() / 1_000).unwrap_or_default();
    let facts = certificates.iter().enumerate().map(|(place, (_, one))| {
        let number = place + 1;
        let subject = &one.subject;
        if let Some(since) = one.expired(unix_s) {
            return Err(format!(
                "certificate {number} ({subject}) expired on {since}"
            ));
        }
        if let Some(until) = one.not_yet_valid(unix_s) {
            return Err(format!(
                "certificate {number} ({subject}) is not valid before {until}"
            ));
        }
        Ok(CertificateFacts {
            subject: subject.clone(),
            names: one.names.clone(),
            expires_at: one.expires_at(),
        })
    });
    facts.collect()
}

/// Each certificate of a chain was issued by the next.
fn check_order(certificates: &[(CertificateDer<'static>, Certificate)]) -> Result<(), Fault> {
    for (place, pair) in certificates.windows(2).enumerate() {
        let ((_, one), (_, next)) = (&pair[0], &pair[1]);
        if !one.names_as_issuer(next) {
            return Err(format!(
                "certificate {} ({}) did not issue the one before it ({}): give the client's own certificate first, \
                 then the rest of its chain in order",
                place + 2,
                next.subject,
                one.subject
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    struct Made {
        pem: String,
        key: String,
    }

    fn made(change: impl Fn(&mut CertificateParams)) -> Made {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["client.example".to_owned()]).unwrap();
        change(&mut params);
        Made {
            pem: params.self_signed(&key).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    #[test]
    fn a_certificate_with_its_key_is_taken_and_told_of() {
        let one = made(|params| params.not_after = date_time_ymd(2030, 1, 2));
        let client = client_certificate(&one.pem, &one.key, NOW).unwrap();
        assert_eq!(client.facts.names, ["client.example"]);
        assert_eq!(
            client.facts.expires_at.to_string(),
            "2030-01-02T00:00:00.000Z"
        );
    }

    #[test]
    fn faults_name_their_field() {
        let one = made(|_| {});
        let other = made(|_| {});
        let old = made(|params| {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        });
        let later = made(|params| params.not_before = date_time_ymd(2100, 1, 1));
        let check = |chain: &str, key: &str, field: &str, told: &str| {
            let (named, fault) = client_certificate(chain, key, NOW).unwrap_err();
            assert_eq!(named, field, "{fault}");
            assert!(fault.contains(told), "{fault}");
        };
        check("", &one.key, "client_cert", "has no certificate");
        check("hello", &one.key, "client_cert", "has no certificate");
        check(&one.key, &one.key, "client_cert", "holds a private key");
        check(&one.pem, &other.key, "client_key", "is not the key of");
        check(&one.pem, "hello", "client_key", "is not a private key");
        check(&one.pem, &one.pem, "client_key", "is not a private key");
        check(&old.pem, &old.key, "client_cert", "expired on 2021-01-01");
        check(
            &later.pem,
            &later.key,
            "client_cert",
            "not valid before 2100",
        );
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        check(broken, &one.key, "client_cert", "cannot be read as X.509");
        let long = "x".repeat(PEM_BYTES_MAX + 1);
        check(&long, &one.key, "client_cert", "at most 32768");
        check(&one.pem, &long, "client_key", "at most 32768");
        check(
            &one.pem.repeat(CERTIFICATES_MAX + 1),
            &one.key,
            "client_cert",
            "at most 10",
        );
        assert!(authorities(&old.pem, NOW).unwrap_err().contains("expired"));
        assert!(authorities(broken, NOW).is_err());
    }

    #[test]
    fn a_chain_has_its_order() {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "Root");
        let root = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let own = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&own, &issuer).unwrap().pem();
        let key = own.serialize_pem();
        assert!(client_certificate(&format!("{leaf}{root}"), &key, NOW).is_ok());
        let (field, fault) = client_certificate(&format!("{root}{leaf}"), &key, NOW).unwrap_err();
        assert_eq!(field, "client_cert");
        assert!(fault.contains("did not issue the one before it"), "{fault}");
        assert_eq!(authorities(&root, NOW).unwrap().facts.len(), 1);
    }

    #[test]
    fn pins_are_base64_of_a_hash() {
        let text = pin_text(&[7; 32]);
        assert_eq!(pin(&text), Ok([7; 32]));
        assert_eq!(pin(&format!("sha256//{text}")), Ok([7; 32]));
        for wrong in ["", "x", "AAAA", &text[..43], &format!("{text}A")] {
            assert!(pin(wrong).is_err(), "{wrong}");
        }
    }
}
