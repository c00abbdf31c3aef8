//! Whose certificates are trusted?

use std::sync::Arc;

use rustls::client::{ResolvesClientCert, Resumption, WebPkiServerVerifier};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use crate::witness::{NoCertificate, Verifier};

/// Hosts whose last sessions are kept for resumption, a few kilobytes each: the library's own bound, written down.
const RESUMED_SESSIONS_MAX: usize = 256;

/// The certificate authorities that receivers are verified against.
#[derive(Debug, Clone)]
pub struct TlsRoots {
    /// Mozilla's list, compiled in. Default true.
    pub webpki: bool,
    /// What the machine trusts. Default false.
    pub native: bool,
    /// More authorities as PEM, each text holding one certificate or several.
    pub extra_ca_pem: Vec<Vec<u8>>,
}

impl Default for TlsRoots {
    fn default() -> Self {
        Self {
            webpki: true,
            native: false,
            extra_ca_pem: Vec::new(),
        }
    }
}

/// Why TLS could not be set up.
#[derive(Debug, Error)]
pub enum TlsSetupError {
    /// An extra authority is not a certificate in PEM.
    #[error("extra certificate authority {index}: {reason}; give certificates in PEM")]
    ExtraCa {
        /// Its position in the configuration, from 0.
        index: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing is trusted, so every receiver would be refused.
    #[error(
        "no certificate authority is trusted; switch on the built-in or the machine's list, or add one"
    )]
    NoRoots,
    /// The TLS library refused its own defaults.
    #[error("tls library: {0}")]
    Library(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3 with this verifier and no client certificate; only HTTP/1.1 is offered (ALPN).
pub(crate) fn client_config(
    verifier: &Arc<WebPkiServerVerifier>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let verifier = Verifier {
        inner: Arc::clone(verifier),
        pins: Vec::new(),
    };
    config_with(verifier, Arc::new(NoCertificate), RESUMED_SESSIONS_MAX)
}

/// Verifies servers by these roots.
pub(crate) fn verifier(roots: RootCertStore) -> Result<Arc<WebPkiServerVerifier>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| rustls::Error::General(error.to_string()))
}

/// TLS as everywhere, with this verifier and these client certificates.
pub(crate) fn config_with(
    verifier: Verifier,
    certificates: Arc<dyn ResolvesClientCert>,
    resumed_sessions_max: usize,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    // The same verification as with the roots alone; "dangerous" is what the library calls any verifier of one's own.
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(certificates);
    config.resumption = Resumption::in_memory_sessions(resumed_sessions_max);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

pub(crate) fn root_store(roots: &TlsRoots) -> Result<RootCertStore, TlsSetupError> {
    let mut store = RootCertStore::empty();
    if roots.webpki {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    if roots.native {
        add_native(&mut store);
    }
    for (index, pem) in roots.extra_ca_pem.iter().enumerate() {
        add_pem(&mut store, pem).map_err(|reason| TlsSetupError::ExtraCa { index, reason })?;
    }
    match store.is_empty() {
        true => Err(TlsSetupError::NoRoots),
        false => Ok(store),
    }
}

fn add_native(store: &mut RootCertStore) {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "part of the machine's certificate authorities cannot be read");
    }
    let (added, ignored) = store.add_parsable_certificates(found.certs);
    tracing::debug!(added, ignored, "machine's certificate authorities");
}

pub(crate) fn add_pem(store: &mut RootCertStore, pem: &[u8]) -> Result<(), String> {
    let mut found = false;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        store.add(certificate).map_err(|error| error.to_string())?;
        found = true;
    }
    found
        .then_some(())
        .ok_or_else(|| "no certificate found".to_owned())
}
