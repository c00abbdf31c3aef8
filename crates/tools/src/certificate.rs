//! A certificate authority of the demo's or the bench's own, and the certificate of their receivers: made anew every
//! time, kept in memory, known to nobody else.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// What the receivers serve HTTPS with, and what the server must trust for it.
pub struct Certificate {
    /// The authority's certificate, PEM.
    pub ca_pem: String,
    /// The receivers' side.
    pub tls: TlsAcceptor,
}

impl Certificate {
    /// Makes an authority and, signed by it, a certificate for these names or addresses.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn make(names: impl Into<Vec<String>>) -> anyhow::Result<Self> {
        let mut ca = CertificateParams::default();
        ca.distinguished_name
            .push(DnType::CommonName, "Nuncio trial");
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let ca_key = KeyPair::generate()?;
        let ca_pem = ca.self_signed(&ca_key)?.pem();

        let key = KeyPair::generate()?;
        let mut leaf = CertificateParams::new(names)?;
        leaf.use_authority_key_identifier_extension = true;
        let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key))?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)?;
        Ok(Self {
            ca_pem,
            tls: TlsAcceptor::from(Arc::new(config)),
        })
    }
}
