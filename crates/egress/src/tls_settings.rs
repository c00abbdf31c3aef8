//! TLS of one endpoint, ready for connections: built once for each state of its settings.

use std::fmt;
use std::sync::Arc;

use nuncio_domain::EndpointTls;
use rustls::RootCertStore;
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio_rustls::TlsConnector;

use crate::private_key::der_of;
use crate::tls;
use crate::witness::{NoCertificate, OneCertificate, Verifier};

/// Sessions that are kept for resumption, for each endpoint with settings of its own: it has one host.
const RESUMED_SESSIONS_MAX: usize = 4;

/// Settings that were checked when they were given, and are not usable any more.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the endpoint's TLS settings cannot be used: {0}")]
pub struct TlsSettingsError(String);

/// TLS settings of an endpoint. A connection that was opened with some never carries requests with others, and neither do
/// they share sessions. Cloning is cheap.
#[derive(Clone)]
pub struct TlsSettings(Arc<Inner>);

struct Inner {
    fingerprint: [u8; 32],
    connector: TlsConnector,
    has_own_authorities: bool,
}

impl TlsSettings {
    /// Builds them; `public` verifies where the endpoint has no authorities of its own.
    pub(crate) fn build(
        settings: &EndpointTls,
        public: &Arc<WebPkiServerVerifier>,
    ) -> Result<Self, TlsSettingsError> {
        let fault = |fault: &dyn fmt::Display| TlsSettingsError(fault.to_string());
        let inner = match &settings.ca {
            None => Arc::clone(public),
            Some(ca) => {
                let mut roots = RootCertStore::empty();
                tls::add_pem(&mut roots, ca.certificates.as_bytes()).map_err(|e| fault(&e))?;
                tls::verifier(roots).map_err(|error| fault(&error))?
            }
        };
        let verifier = Verifier {
            inner,
            pins: settings.pin_sha256.clone(),
        };
        let certificates: Arc<dyn ResolvesClientCert> = match &settings.client {
            None => Arc::new(NoCertificate),
            Some(client) => {
                let chain: Result<Vec<_>, _> =
                    CertificateDer::pem_slice_iter(client.chain.as_bytes()).collect();
                let chain = chain.map_err(|error| fault(&error))?;
                let key = der_of(client.key.expose()).map_err(|error| fault(&error))?;
                let certified = CertifiedKey::from_der(chain, key, &default_provider());
                Arc::new(OneCertificate(Arc::new(
                    certified.map_err(|error| fault(&error))?,
                )))
            }
        };
        let config = tls::config_with(verifier, certificates, RESUMED_SESSIONS_MAX);
        Ok(Self(Arc::new(Inner {
            fingerprint: fingerprint(settings),
            connector: TlsConnector::from(config.map_err(|error| fault(&error))?),
            has_own_authorities: settings.ca.is_some(),
        })))
    }

    /// The same for the same settings, and for no others.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        self.0.fingerprint
    }

    pub(crate) fn connector(&self) -> &TlsConnector {
        &self.0.connector
    }

    pub(crate) fn has_own_authorities(&self) -> bool {
        self.0.has_own_authorities
    }
}

/// SHA-256 over everything that the settings say, each part with its length.
fn fingerprint(settings: &EndpointTls) -> [u8; 32] {
    let client = settings.client.as_ref();
    let ca = settings.ca.as_ref();
    let parts = [
        client.map_or("", |client| &client.chain),
        client.map_or("", |client| client.key.expose()),
        ca.map_or("", |ca| &ca.certificates),
    ];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    settings.pin_sha256.iter().for_each(|pin| hash.update(pin));
    hash.finalize().into()
}

impl fmt::Debug for TlsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[tls settings]")
    }
}
