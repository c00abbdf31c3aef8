//! TLS settings of one endpoint: client certificates, authorities of its own, pinned keys, and connections that are
//! nobody else's.

use nuncio_domain::{EndpointTls, Timestamp};
use nuncio_egress::{Client, EgressRules, Exchange, TlsSettings, tls_fields};
use rcgen::KeyPair;
use tempfile::TempDir;

use crate::support::certificates::{Authority, named};
use crate::support::openssl::OpenSsl;
use crate::support::{AMPLE, Receiver, class, client, loopback_rules, owner, post_over};

/// Within the validity of every certificate here.
const NOW: Timestamp = Timestamp::from_ms(1_800_000_000_000);

/// A client certificate of an authority.
fn client_of(authority: &Authority) -> EndpointTls {
    let key = KeyPair::generate().unwrap();
    let certificate = named(&["client.example"], "Client Inc.");
    let certificate = certificate.signed_by(&key, &authority.issuer).unwrap();
    let client =
        tls_fields::client_certificate(&certificate.pem(), &key.serialize_pem(), NOW).unwrap();
    EndpointTls {
        client: Some(client),
        ..EndpointTls::default()
    }
}

fn trusting(authority: &Authority) -> EndpointTls {
    EndpointTls {
        ca: Some(tls_fields::authorities(&authority.pem, NOW).unwrap()),
        ..EndpointTls::default()
    }
}

fn pinned(pin: &str) -> EndpointTls {
    EndpointTls {
        pin_sha256: vec![tls_fields::pin(pin).unwrap()],
        ..EndpointTls::default()
    }
}

async fn post(client: &Client, receiver: &Receiver, tls: Option<&TlsSettings>) -> Exchange {
    let url = format!("https://receiver.example:{}/", receiver.address.port());
    let rules = EgressRules {
        allow_http: false,
        ..loopback_rules()
    };
    post_over(client, &rules, &url, AMPLE, &owner("acme"), tls).await
}

#[tokio::test]
async fn an_openssl_server_that_demands_certificates_is_shown_the_endpoints() {
    let authority = Authority::new();
    let folder = TempDir::new().unwrap();
    let clients = Authority::called("Client Root");
    let file = folder.path().join("clients.pem");
    std::fs::write(&file, &clients.pem).unwrap();
    let file = file.to_str().unwrap();
    let client = authority.client();
    let right = client.tls_settings(&client_of(&clients)).unwrap();
    let wrong = client.tls_settings(&client_of(&authority)).unwrap();
    for version in ["-tls1_2", "-tls1_3"] {
        let settings = [
            version,
            "-Verify",
            "2",
            "-verify_return_error",
            "-CAfile",
            file,
        ];
        let mut server = OpenSsl::start(&authority, &settings).await;
        let exchange = server.get_with(&client, Some(&right)).await;
        assert_eq!(exchange.outcome.unwrap().status, 200, "{version}");
        let mut server = OpenSsl::start(&authority, &settings).await;
        let exchange = server.get_with(&client, Some(&wrong)).await;
        assert_eq!(class(&exchange), "tls_protocol", "{version}");
        let text = exchange.outcome.unwrap_err().to_string();
        assert!(text.contains("client certificate"), "{version}: {text}");
        let mut server = OpenSsl::start(&authority, &settings).await;
        let exchange = server.get_with(&client, None).await;
        assert_eq!(class(&exchange), "tls_protocol", "{version}");
    }
}

#[tokio::test]
async fn only_authorities_of_its_own_are_trusted_where_there_are_some() {
    let authority = Authority::new();
    let other = Authority::called("Other Root");
    // The other one is trusted by everybody else.
    let client = other.client();
    let own = client.tls_settings(&trusting(&authority)).unwrap();
    let receiver = authority.certify(&["receiver.example"]).serve().await;
    let exchange = post(&client, &receiver, Some(&own)).await;
    assert_eq!(exchange.outcome.unwrap().status, 200);
    let refused = post(&client, &receiver, None).await;
    assert_eq!(class(&refused), "tls_certificate_untrusted");

    let others = other.certify(&["receiver.example"]).serve().await;
    assert_eq!(
        post(&client, &others, None).await.outcome.unwrap().status,
        200
    );
    let refused = post(&client, &others, Some(&own)).await;
    assert_eq!(class(&refused), "tls_certificate_untrusted");
    let text = refused.outcome.unwrap_err().to_string();
    assert!(text.contains("its own `ca`"), "{text}");
}

#[tokio::test]
async fn a_certificate_with_another_key_than_the_pinned_is_refused_and_its_pin_told() {
    let authority = Authority::new();
    let client = authority.client();
    let receiver = authority.certify(&["receiver.example"]).serve().await;
    let wrong = pinned(&tls_fields::pin_text(&[7; 32]));
    let wrong = client.tls_settings(&wrong).unwrap();
    let refused = post(&client, &receiver, Some(&wrong)).await;
    assert_eq!(class(&refused), "tls_pin");
    let text = refused.outcome.unwrap_err().to_string();
    let (_, told) = text.split_once("its pin is ").unwrap();
    let right = client.tls_settings(&pinned(&told[..44])).unwrap();
    let exchange = post(&client, &receiver, Some(&right)).await;
    assert_eq!(exchange.outcome.unwrap().status, 200);

    // A pin is no substitute for trust.
    let stranger = Authority::called("Stranger").certify(&["receiver.example"]);
    let stranger = stranger.serve().await;
    let refused = post(&client, &stranger, Some(&right)).await;
    assert_eq!(class(&refused), "tls_certificate_untrusted");
}

#[tokio::test]
async fn connections_are_not_shared_between_tls_settings() {
    let authority = Authority::new();
    let client = authority.client();
    let receiver = authority.certify(&["receiver.example"]).serve().await;
    let one = client.tls_settings(&client_of(&authority)).unwrap();
    let other = client.tls_settings(&client_of(&authority)).unwrap();
    for (round, expected) in [(0, [1, 2, 3]), (1, [3, 3, 3])] {
        for (tls, connections) in [None, Some(&one), Some(&other)].into_iter().zip(expected) {
            let exchange = post(&client, &receiver, tls).await;
            assert_eq!(exchange.timings.reused, round > 0);
            assert_eq!(exchange.outcome.unwrap().status, 200);
            assert_eq!(receiver.connections(), connections);
        }
    }
    // The same settings, built again, are the same.
    let settings = trusting(&authority);
    for reused in [false, true] {
        let built = client.tls_settings(&settings).unwrap();
        let exchange = post(&client, &receiver, Some(&built)).await;
        assert_eq!(exchange.timings.reused, reused);
    }
}

#[tokio::test]
async fn plain_http_is_refused_where_tls_was_asked_for() {
    let receiver = Receiver::answering(crate::support::OK).await;
    let client = client();
    let tls = client.tls_settings(&pinned(&tls_fields::pin_text(&[7; 32])));
    let exchange = post_over(
        &client,
        &loopback_rules(),
        &receiver.url(),
        AMPLE,
        &owner("acme"),
        Some(&tls.unwrap()),
    )
    .await;
    assert_eq!(class(&exchange), "tls_protocol");
    assert_eq!(receiver.connections(), 0);
}
