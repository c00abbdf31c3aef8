//! TLS for tokio-postgres, by rustls.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::ClientConfig;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use sha2::{Digest, Sha256, Sha384, Sha512};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;
use x509_parser::oid_registry::{
    OID_PKCS1_SHA384WITHRSA, OID_PKCS1_SHA512WITHRSA, OID_SIG_ECDSA_WITH_SHA384,
    OID_SIG_ECDSA_WITH_SHA512,
};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::certificates;
use crate::params::{Params, RootCert, TlsMode, wrong};
use crate::url::BadUrl;
use crate::verifier::{Demand, Verifier};

/// Makes TLS sessions as a URL asks for. Besides connecting, cancelling a query needs it.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
}

impl Tls {
    /// Reads the files that the URL names; what is renewed in them is in force with the next connection.
    pub(crate) fn read(params: &Params) -> Result<Self, BadUrl> {
        let provider = Arc::new(default_provider());
        let library = |error: rustls::Error| BadUrl::Other(format!("tls: {error}"));
        let verifier = Arc::new(verifier(params)?);
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(library)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match &params.client_cert {
            None => builder.with_no_client_auth(),
            Some((cert, key)) => {
                let cert = certificates::certificates("sslcert", cert)?;
                let key = certificates::private_key("sslkey", key)?;
                let both = builder.with_client_auth_cert(cert, key);
                both.map_err(|error| wrong("sslkey", &format!("does not fit sslcert: {error}")))?
            }
        };
        // Asked for by servers of PostgreSQL 17 that begin with TLS at once; older ones don't look at it.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        let config = Arc::new(config);
        Ok(Self { config })
    }
}

fn verifier(params: &Params) -> Result<Verifier, BadUrl> {
    let provider = Arc::new(default_provider());
    let is_verified = match params.tls {
        TlsMode::Disable | TlsMode::Prefer => false,
        // As in libpq: whoever gives authorities wants them to be asked.
        TlsMode::Require => params.root_cert.is_some(),
        TlsMode::VerifyCa | TlsMode::VerifyFull => true,
    };
    if !is_verified {
        return Ok(Verifier {
            demand: Demand::Nothing,
            trusted: Vec::new(),
            provider,
        });
    }
    let source = params.root_cert.as_ref().unwrap_or(&RootCert::System);
    let authorities = certificates::authorities(source)?;
    let (roots, trusted) = (Arc::new(authorities.roots), authorities.given);
    let inner = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider))
        .build()
        .map_err(|error| wrong("sslrootcert", &error.to_string()))?;
    let demand = match params.tls {
        TlsMode::VerifyFull => Demand::AuthorityAndName(inner),
        TlsMode::Disable | TlsMode::Prefer | TlsMode::Require | TlsMode::VerifyCa => {
            Demand::Authority(inner)
        }
    };
    Ok(Verifier {
        demand,
        trusted,
        provider,
    })
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = TlsSession;
    type TlsConnect = TlsHandshake;
    type Error = InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<TlsHandshake, InvalidDnsNameError> {
        // A unix socket has no name and gets no TLS, but a handshake is prepared for it all the same.
        let host = if host.is_empty() { "localhost" } else { host };
        Ok(TlsHandshake {
            connector: TlsConnector::from(Arc::clone(&self.config)),
            host: ServerName::try_from(host.to_owned())?,
        })
    }
}

/// A TLS session that is about to be made.
pub struct TlsHandshake {
    connector: TlsConnector,
    host: ServerName<'static>,
}

impl TlsConnect<Socket> for TlsHandshake {
    type Stream = TlsSession;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TlsSession>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let stream = self.connector.connect(self.host, socket).await?;
            Ok(TlsSession(Box::new(stream)))
        })
    }
}

/// A connection with TLS.
pub struct TlsSession(Box<tokio_rustls::client::TlsStream<Socket>>);

impl TlsStream for TlsSession {
    /// What lets server and client prove to each other, with the password, that nobody stands in between: a hash of
    /// the server's certificate (RFC 5929).
    fn channel_binding(&self) -> ChannelBinding {
        let (_, session) = self.0.get_ref();
        let certificate = session.peer_certificates().and_then(<[_]>::first);
        match certificate.and_then(|certificate| certificate_hash(certificate)) {
            Some(hash) => ChannelBinding::tls_server_end_point(hash),
            None => ChannelBinding::none(),
        }
    }
}

/// By the hash of the certificate's own signature; SHA-256 where that is weaker. None for signatures that RFC 5929 says
/// nothing about.
fn certificate_hash(certificate: &[u8]) -> Option<Vec<u8>> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let algorithm = &parsed.signature_algorithm.algorithm;
    let is = |oid: &x509_parser::der_parser::oid::Oid<'_>| algorithm == oid;
    if is(&OID_PKCS1_SHA384WITHRSA) || is(&OID_SIG_ECDSA_WITH_SHA384) {
        Some(Sha384::digest(certificate).to_vec())
    } else if is(&OID_PKCS1_SHA512WITHRSA) || is(&OID_SIG_ECDSA_WITH_SHA512) {
        Some(Sha512::digest(certificate).to_vec())
    } else if WITH_SHA256
        .iter()
        .any(|oid| algorithm.to_id_string() == *oid)
    {
        Some(Sha256::digest(certificate).to_vec())
    } else {
        None
    }
}

/// RSA and ECDSA with SHA-256, and with MD5 and SHA-1, for which RFC 5929 says SHA-256.
const WITH_SHA256: &[&str] = &[
    "1.2.840.113549.1.1.11",
    "1.2.840.10045.4.3.2",
    "1.2.840.113549.1.1.4",
    "1.2.840.113549.1.1.5",
    "1.2.840.10045.4.1",
];

impl AsyncRead for TlsSession {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for TlsSession {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(context)
    }
}
