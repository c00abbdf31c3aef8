//! What did the other side do in a handshake? All sessions share one verifier, which says no more than that it refused
//! a certificate; to explain why, the task that shakes hands keeps what it has seen.

use std::cell::RefCell;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};

use crate::certificate::Certificate;

/// What was seen in a handshake.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The certificates that were refused, the server's own first.
    pub(crate) refused: Vec<CertificateDer<'static>>,
    /// A client certificate was asked for.
    pub(crate) wants_certificate: bool,
    /// One was given.
    pub(crate) gave_certificate: bool,
}

tokio::task_local! {
    static SEEN: RefCell<Seen>;
}

/// Runs a handshake; its result, and what was seen.
pub(crate) async fn during<F: Future>(handshake: F) -> (F::Output, Seen) {
    let watched = async {
        let result = handshake.await;
        (result, SEEN.with(RefCell::take))
    };
    SEEN.scope(RefCell::default(), watched).await
}

fn note(change: impl FnOnce(&mut Seen)) {
    // Outside of `during`, nobody asks.
    let _ = SEEN.try_with(|seen| change(&mut seen.borrow_mut()));
}

/// Verifies as webpki does, and keeps what was refused. One for all sessions: sessions are only resumed under the
/// verifier that they began with.
#[derive(Debug)]
pub(crate) struct Verifier {
    pub(crate) inner: Arc<WebPkiServerVerifier>,
    /// SHA-256 of the public keys that the server's own certificate may have; empty allows any.
    pub(crate) pins: Vec<[u8; 32]>,
}

impl Verifier {
    /// Only the server's own certificate counts: it may send others that have nothing to do with it.
    fn is_pinned(&self, end_entity: &CertificateDer<'_>) -> bool {
        let key = || Certificate::read(end_entity).map(|certificate| certificate.key_sha256);
        self.pins.is_empty() || key().is_some_and(|key| self.pins.contains(&key))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let verified = verified.and_then(|verified| match self.is_pinned(end_entity) {
            true => Ok(verified),
            false => Err(CertificateError::ApplicationVerificationFailure.into()),
        });
        if verified.is_err() {
            let chain = std::iter::once(end_entity).chain(intermediates);
            let chain = chain.map(|one| one.clone().into_owned());
            note(|seen| seen.refused = chain.collect());
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }

    fn requires_raw_public_keys(&self) -> bool {
        self.inner.requires_raw_public_keys()
    }

    fn root_hint_subjects(&self) -> Option<&[DistinguishedName]> {
        self.inner.root_hint_subjects()
    }
}

/// Has no client certificate, and notes that one was asked for.
#[derive(Debug)]
pub(crate) struct NoCertificate;

impl ResolvesClientCert for NoCertificate {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        note(|seen| seen.wants_certificate = true);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// Has one client certificate, and notes that it was given.
#[derive(Debug)]
pub(crate) struct OneCertificate(pub(crate) Arc<CertifiedKey>);

impl ResolvesClientCert for OneCertificate {
    fn resolve(&self, _: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let fits = self.0.key.choose_scheme(schemes).is_some();
        note(|seen| match fits {
            true => seen.gave_certificate = true,
            false => seen.wants_certificate = true,
        });
        fits.then(|| Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}
