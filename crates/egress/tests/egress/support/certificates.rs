//! Certificates that tests make for themselves, and receivers that have them.

use std::net::Ipv4Addr;
use std::sync::Arc;

use nuncio_egress::{Client, ClientLimits, Guard, TlsRoots};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use super::{Always, OK, Peer, Receiver, loopback_rules, read_request};

/// An authority that tests make for themselves.
pub(crate) struct Authority {
    pub(crate) pem: String,
    pub(crate) der: CertificateDer<'static>,
    pub(crate) issuer: Issuer<'static, KeyPair>,
}

pub(crate) fn named(names: &[&str], common_name: &str) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = DistinguishedName::new();
    let name = DnType::CommonName;
    params.distinguished_name.push(name, common_name);
    params
}

pub(crate) fn authority(common_name: &str) -> CertificateParams {
    let mut params = named(&[], common_name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::called("Test Root")
    }

    pub(crate) fn called(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let params = authority(name);
        let certificate = params.self_signed(&key).unwrap();
        Self {
            pem: certificate.pem(),
            der: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// An authority below this one.
    pub(crate) fn intermediate(&self, change: impl Fn(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = authority("Test Intermediate");
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Self {
            pem: certificate.pem(),
            der: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn certify(&self, names: &[&str]) -> Identity {
        self.sign(names, |_| {})
    }

    pub(crate) fn sign(&self, names: &[&str], change: impl Fn(&mut CertificateParams)) -> Identity {
        self.sign_with(names, change, &[])
    }

    /// A certificate that is sent with more behind it.
    pub(crate) fn sign_with(
        &self,
        names: &[&str],
        change: impl Fn(&mut CertificateParams),
        chain: &[&Self],
    ) -> Identity {
        let mut params = named(names, "Receiver Inc.");
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let mut sent = vec![certificate.der().clone()];
        sent.extend(chain.iter().map(|authority| authority.der.clone()));
        identity(sent, &key)
    }

    pub(crate) fn client(&self) -> Client {
        client_trusting(TlsRoots {
            extra_ca_pem: vec![self.pem.clone().into_bytes()],
            ..TlsRoots::default()
        })
    }
}

/// A certificate that nobody signed but itself.
pub(crate) fn self_signed(params: &CertificateParams) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    identity(vec![certificate.der().clone()], &key)
}

pub(crate) fn identity(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> Identity {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from(key))
        .unwrap();
    Identity(Arc::new(config))
}

pub(crate) struct Identity(Arc<ServerConfig>);

impl Identity {
    /// A receiver with this certificate that answers every request.
    pub(crate) async fn serve(self) -> Receiver {
        let acceptor = TlsAcceptor::from(self.0);
        Receiver::start(move |peer: Peer| {
            let acceptor = acceptor.clone();
            async move {
                let mut session = acceptor.accept(peer.stream).await?;
                loop {
                    read_request(&mut session).await?;
                    session.write_all(OK.as_bytes()).await?;
                    session.flush().await?;
                }
            }
        })
        .await
    }
}

pub(crate) fn client_trusting(roots: TlsRoots) -> Client {
    let resolver = Always(vec![Ipv4Addr::LOCALHOST.into()]);
    let guard = Guard::new(loopback_rules(), Arc::new(resolver));
    Client::new(Arc::new(guard), roots, ClientLimits::default()).unwrap()
}
