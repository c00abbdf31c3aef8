//! TLS: what is wrong with a receiver's session has a class of its own, and
//! nothing is ever sent in the clear.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use crate::support::{
    AMPLE, Always, OK, Peer, Receiver, class, loopback_rules, post_with, read_request,
};
use nuncio_egress::{
    Client, ClientLimits, EgressRules, Exchange, Guard, SendError, TlsRoots, TlsSetupError,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// An authority that tests make for themselves.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    fn certify(&self, names: &[&str]) -> Identity {
        self.sign(names, |_| {})
    }

    fn sign(&self, names: &[&str], change: impl Fn(&mut CertificateParams)) -> Identity {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::from(key))
            .unwrap();
        Identity(Arc::new(config))
    }

    fn client(&self) -> Client {
        client_trusting(TlsRoots {
            extra_ca_pem: vec![self.pem.clone().into_bytes()],
            ..TlsRoots::default()
        })
    }
}

struct Identity(Arc<ServerConfig>);

impl Identity {
    /// A receiver with this certificate that answers every request.
    async fn serve(self) -> Receiver {
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

fn client_trusting(roots: TlsRoots) -> Client {
    let resolver = Always(vec![Ipv4Addr::LOCALHOST.into()]);
    let guard = Guard::new(loopback_rules(), Arc::new(resolver));
    Client::new(Arc::new(guard), roots, ClientLimits::default()).unwrap()
}

async fn post(client: &Client, host: &str, receiver: &Receiver) -> Exchange {
    let url = format!("https://{host}:{}/", receiver.address.port());
    let rules = EgressRules {
        allow_http: false,
        ..loopback_rules()
    };
    post_with(client, &rules, &url, AMPLE).await
}

#[tokio::test]
async fn a_receiver_of_a_trusted_authority_is_reached_over_one_session() {
    let authority = Authority::new();
    let receiver = authority.certify(&["receiver.example"]).serve().await;
    let client = authority.client();

    let first = post(&client, "receiver.example", &receiver).await;
    assert!(first.timings.tls_us.is_some());
    assert_eq!(first.outcome.unwrap().body, b"ok");

    for _ in 0..5 {
        let next = post(&client, "receiver.example", &receiver).await;
        assert!(next.timings.reused);
        assert_eq!(next.timings.tls_us, None);
        assert_eq!(next.outcome.unwrap().status, 200);
    }
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn an_address_is_verified_against_the_certificates_addresses() {
    let authority = Authority::new();
    let client = authority.client();
    let named = authority.certify(&["receiver.example"]).serve().await;
    let exchange = post(&client, "127.0.0.1", &named).await;
    assert_eq!(class(&exchange), "tls_certificate_name");

    let addressed = authority.certify(&["127.0.0.1"]).serve().await;
    let exchange = post(&client, "127.0.0.1", &addressed).await;
    assert_eq!(exchange.outcome.unwrap().status, 200);
}

#[tokio::test]
async fn an_expired_certificate_has_its_own_class() {
    let authority = Authority::new();
    let expired = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 1);
    };
    let early = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(4000, 1, 1);
        params.not_after = date_time_ymd(4001, 1, 1);
    };
    for identity in [
        authority.sign(&["receiver.example"], expired),
        authority.sign(&["receiver.example"], early),
    ] {
        let receiver = identity.serve().await;
        let exchange = post(&authority.client(), "receiver.example", &receiver).await;
        assert_eq!(class(&exchange), "tls_certificate_expired");
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_has_its_own_class() {
    let authority = Authority::new();
    let receiver = authority.certify(&["other.example"]).serve().await;
    let exchange = post(&authority.client(), "receiver.example", &receiver).await;
    assert_eq!(class(&exchange), "tls_certificate_name");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_untrusted() {
    let receiver = Authority::new()
        .certify(&["receiver.example"])
        .serve()
        .await;
    for client in [
        client_trusting(TlsRoots::default()),
        Authority::new().client(),
    ] {
        let exchange = post(&client, "receiver.example", &receiver).await;
        assert_eq!(class(&exchange), "tls_certificate_untrusted");
        assert_eq!(exchange.timings.tls_us, None);
    }
}

/// A receiver that reads the client's first flight, answers `bytes`, hangs up
/// and passes on everything it was sent.
async fn raw(bytes: Vec<u8>) -> (Receiver, mpsc::UnboundedReceiver<Vec<u8>>) {
    let (seen, sent) = mpsc::unbounded_channel();
    let receiver = Receiver::start(move |mut peer| {
        let (seen, bytes) = (seen.clone(), bytes.clone());
        async move {
            let mut all = vec![0; 16 * 1024];
            let length = peer.stream.read(&mut all).await?;
            all.truncate(length);
            peer.stream.write_all(&bytes).await?;
            peer.stream.shutdown().await?;
            // A reset ends it as well as a close.
            let _: io::Result<usize> = peer.stream.read_to_end(&mut all).await;
            seen.send(all).unwrap();
            Ok(())
        }
    })
    .await;
    (receiver, sent)
}

async fn check_not_tls(answer: Vec<u8>) {
    let (receiver, mut sent) = raw(answer).await;
    let client = Authority::new().client();
    let exchange = post(&client, "receiver.example", &receiver).await;
    assert_eq!(class(&exchange), "tls_protocol");
    let sent = sent.recv().await.unwrap();
    assert!(
        !sent.windows(4).any(|window| window == b"POST"),
        "sent in the clear"
    );
}

#[tokio::test]
async fn plain_http_on_the_tls_port_is_a_protocol_error() {
    check_not_tls(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".to_vec()).await;
    check_not_tls(OK.into()).await;
    check_not_tls(Vec::new()).await;
}

#[tokio::test]
async fn a_server_that_only_speaks_tls_1_0_is_a_protocol_error() {
    // Alert, version 3.1, fatal, protocol_version.
    check_not_tls(vec![0x15, 3, 1, 0, 2, 2, 70]).await;
    check_not_tls(server_hello_of_tls_1_0()).await;
}

/// RFC 2246 section 7.4.1.3, with TLS_RSA_WITH_AES_128_CBC_SHA.
fn server_hello_of_tls_1_0() -> Vec<u8> {
    let mut hello = vec![0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
    hello.extend([0x42; 32]);
    hello.extend([0, 0x00, 0x2f, 0]);
    hello
}

#[test]
fn authorities_that_cannot_be_read_are_named() {
    let setup = |roots| {
        let guard = Arc::new(crate::support::loopback_guard());
        Client::new(guard, roots, ClientLimits::default())
            .err()
            .unwrap()
    };
    let extra = |pem: &[u8]| TlsRoots {
        extra_ca_pem: vec![Authority::new().pem.into_bytes(), pem.to_vec()],
        ..TlsRoots::default()
    };
    for pem in [
        &b"not a certificate"[..],
        b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = setup(extra(pem));
        assert!(
            matches!(error, TlsSetupError::ExtraCa { index: 1, .. }),
            "{error}"
        );
    }
    let nothing = TlsRoots {
        webpki: false,
        native: false,
        extra_ca_pem: Vec::new(),
    };
    assert!(matches!(setup(nothing), TlsSetupError::NoRoots));
}

#[test]
fn every_class_has_a_name_of_its_own() {
    let classes = [
        SendError::TlsCertificateExpired,
        SendError::TlsCertificateName,
        SendError::TlsCertificateUntrusted(String::new()),
        SendError::TlsProtocol(String::new()),
        SendError::Reset,
        SendError::ClosedEarly,
        SendError::ConnectRefused,
        SendError::ConnectTimeout,
        SendError::HeadersTooLarge,
        SendError::MalformedResponse(String::new()),
    ]
    .map(|error| error.class());
    let distinct: std::collections::HashSet<_> = classes.iter().collect();
    assert_eq!(distinct.len(), classes.len());
}
