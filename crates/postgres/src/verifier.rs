//! Is the server's certificate good enough for the mode that the URL asks for?

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::time::ASN1Time;

/// What is asked of a certificate.
#[derive(Debug)]
pub(crate) enum Demand {
    /// None: TLS against listeners, not against somebody in between.
    Nothing,
    /// An authority vouches for it.
    Authority(Arc<WebPkiServerVerifier>),
    /// An authority vouches for it, and it is for this host.
    AuthorityAndName(Arc<WebPkiServerVerifier>),
}

/// Checks a server's certificate as demanded. That the server has the certificate's key is always checked.
#[derive(Debug)]
pub(crate) struct Verifier {
    pub(crate) demand: Demand,
    /// Certificates that are trusted by themselves: small servers sign their own, and are then their own authority, which
    /// the library alone would not accept.
    pub(crate) trusted: Vec<CertificateDer<'static>>,
    pub(crate) provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn is_trusted_itself(&self, certificate: &CertificateDer<'_>, now: UnixTime) -> bool {
        let is_valid_now = || {
            let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
            let now = i64::try_from(now.as_secs()).ok()?;
            let now = ASN1Time::from_timestamp(now).ok()?;
            Some(parsed.validity().is_valid_at(now))
        };
        self.trusted.contains(certificate) && is_valid_now().unwrap_or(false)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let (inner, needs_name) = match &self.demand {
            Demand::Nothing => return Ok(ServerCertVerified::assertion()),
            Demand::Authority(inner) => (inner, false),
            Demand::AuthorityAndName(inner) => (inner, true),
        };
        if self.is_trusted_itself(certificate, now) {
            if needs_name {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match inner.verify_server_cert(certificate, intermediates, name, ocsp_response, now) {
            // The name is looked at last, when everything else is found to be in order.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !needs_name => Ok(ServerCertVerified::assertion()),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
