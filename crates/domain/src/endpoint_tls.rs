//! How TLS with one endpoint's receiver differs from TLS with everybody's: a client certificate, an authority of its
//! own, pinned keys.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Secret, Timestamp, secret::exposed};

/// Long enough to get a new certificate through any company's process.
const WARN_BEFORE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// TLS settings of an endpoint. Serialized in clear: for sealing alone, never for an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointTls {
    /// What it shows to receivers that want to know who connects.
    pub client: Option<ClientCertificate>,
    /// The authorities that its receiver's certificate may come from, instead of the public ones.
    pub ca: Option<Authorities>,
    /// SHA-256 of the public keys (SPKI) that its receiver's own certificate may have; empty allows any.
    pub pin_sha256: Vec<[u8; 32]>,
}

/// A client certificate with its private key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCertificate {
    /// The chain as PEM, the client's own first.
    pub chain: String,
    /// The key as PEM.
    #[serde(with = "exposed")]
    pub key: Secret,
    /// What is told of the first one of the chain.
    pub facts: CertificateFacts,
}

/// Certificate authorities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorities {
    /// As PEM.
    pub certificates: String,
    /// What is told of each.
    pub facts: Vec<CertificateFacts>,
}

/// What is told of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// Such as `CN=hooks.example.com`.
    pub subject: String,
    /// The names that it is for.
    pub names: Vec<String>,
    /// The end of its validity.
    pub expires_at: Timestamp,
}

/// How far an endpoint's certificates are from their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateAge {
    /// One has expired.
    Expired,
    /// One expires within 30 days.
    Expiring,
}

impl EndpointTls {
    /// Whether there is nothing in it.
    pub const fn is_empty(&self) -> bool {
        self.client.is_none() && self.ca.is_none() && self.pin_sha256.is_empty()
    }

    /// The certificate that ends first: the client's own, and the authorities', without which none of theirs is valid.
    pub fn first_to_expire(&self) -> Option<&CertificateFacts> {
        let client = self.client.iter().map(|client| &client.facts);
        let authorities = self.ca.iter().flat_map(|ca| &ca.facts);
        client
            .chain(authorities)
            .min_by_key(|facts| facts.expires_at)
    }

    /// Whether a certificate needs to be replaced, at `now` on the wall clock.
    pub fn age(&self, now: Timestamp) -> Option<CertificateAge> {
        let ends = self.first_to_expire()?.expires_at;
        if ends <= now {
            return Some(CertificateAge::Expired);
        }
        (ends <= now + WARN_BEFORE).then_some(CertificateAge::Expiring)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_warned_of_from_thirty_days_before() {
        let day = |days: u64| Timestamp::from_ms(0) + Duration::from_secs(days * 24 * 60 * 60);
        let facts = |days| CertificateFacts {
            subject: "CN=a".to_owned(),
            names: Vec::new(),
            expires_at: day(days),
        };
        let tls = EndpointTls {
            client: Some(ClientCertificate {
                chain: String::new(),
                key: Secret::new("open sesame".to_owned()),
                facts: facts(100),
            }),
            ca: Some(Authorities {
                certificates: String::new(),
                facts: vec![facts(900), facts(200)],
            }),
            pin_sha256: Vec::new(),
        };
        assert_eq!(tls.age(day(69)), None);
        assert_eq!(tls.age(day(70)), Some(CertificateAge::Expiring));
        assert_eq!(tls.age(day(100)), Some(CertificateAge::Expired));
        assert_eq!(EndpointTls::default().age(day(1)), None);
        assert!(!format!("{tls:?}").contains("open sesame"));
        let (client, ca) = (tls.client.clone(), tls.ca.clone());
        let none = EndpointTls::default;
        assert!(none().is_empty());
        for something in [
            EndpointTls { client, ..none() },
            EndpointTls { ca, ..none() },
            EndpointTls {
                pin_sha256: vec![[7; 32]],
                ..none()
            },
        ] {
            assert!(!something.is_empty(), "{something:?}");
        }
        let text = serde_json::to_string(&tls).unwrap();
        assert_eq!(serde_json::from_str::<EndpointTls>(&text).unwrap(), tls);
    }
}
