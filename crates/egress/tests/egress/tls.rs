//! TLS: what is wrong with a receiver's session has a class of its own, and
//! nothing is ever sent in the clear.

use std::io;
use std::sync::Arc;

use crate::support::certificates::{
    Authority, Identity, authority, client_trusting, identity, named, self_signed,
};
use crate::support::openssl::OpenSsl;
use crate::support::{AMPLE, OK, Receiver, class, loopback_rules, post_with};
use nuncio_egress::{
    Client, ClientLimits, EgressRules, Exchange, SendError, TlsRoots, TlsSetupError,
};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

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

/// Holds what is told of a handshake with `receiver.example`: its class, and what its text says.
async fn check_told(identity: Identity, client: &Client, class_expected: &str, told: &[&str]) {
    let receiver = identity.serve().await;
    let exchange = post(client, "receiver.example", &receiver).await;
    assert_eq!(class(&exchange), class_expected);
    assert_eq!(exchange.timings.tls_us, None);
    let text = exchange.outcome.unwrap_err().to_string();
    for part in told {
        assert!(text.contains(part), "no {part:?} in {text:?}");
    }
    assert_plain(&text);
}

/// Nobody is shown the names of a library's variants.
#[track_caller]
fn assert_plain(text: &str) {
    let joined = |word: &str| {
        let letters: Vec<char> = word.chars().collect();
        letters
            .windows(2)
            .any(|pair| pair[0].is_lowercase() && pair[1].is_uppercase())
    };
    let proper = ["ChaCha20", "OpenSSH"];
    let odd = text
        .split(|letter: char| !letter.is_alphanumeric())
        .find(|word| joined(word) && !proper.contains(word));
    assert_eq!(odd, None, "{text}");
    assert!(!text.contains("::") && !text.contains("Some("), "{text}");
}

#[tokio::test]
async fn a_certificate_out_of_date_is_told_with_its_date() {
    const CLASS: &str = "tls_certificate_expired";
    let authority = Authority::new();
    let client = authority.client();
    let expired = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2020, 2, 1);
    };
    let early = |params: &mut CertificateParams| {
        params.not_before = date_time_ymd(4000, 1, 1);
        params.not_after = date_time_ymd(4001, 1, 1);
    };
    let names = ["receiver.example"];
    let told = [
        "(for receiver.example) expired on 2020-02-01 00:00 UTC",
        "renew it",
    ];
    check_told(authority.sign(&names, expired), &client, CLASS, &told).await;
    let told = ["(for receiver.example) is not valid before 4000-01-01"];
    check_told(authority.sign(&names, early), &client, CLASS, &told).await;
    let old = authority.intermediate(expired);
    let chain = old.sign_with(&names, |_| {}, &[&old]);
    let told = [
        "intermediate certificate CN=Test Intermediate",
        "expired on 2020-02-01",
    ];
    check_told(chain, &client, CLASS, &told).await;
}

#[tokio::test]
async fn a_certificate_for_other_hosts_is_told_with_its_names() {
    const CLASS: &str = "tls_certificate_name";
    let authority = Authority::new();
    let client = authority.client();
    let other = authority.certify(&["other.example", "*.shop.example", "192.0.2.1"]);
    let told = ["is for other.example, *.shop.example, 192.0.2.1, not for \"receiver.example\""];
    check_told(other, &client, CLASS, &told).await;
    let told = [
        "names no host",
        "CN=Receiver Inc.",
        "\"receiver.example\" as a subject alternative name",
    ];
    check_told(authority.certify(&[]), &client, CLASS, &told).await;
    let many: Vec<String> = (0..20).map(|n| format!("n{n}.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let told = ["n0.example, ", "n7.example and 12 more, not for"];
    check_told(authority.certify(&many), &client, CLASS, &told).await;
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_told_with_what_is_missing() {
    const CLASS: &str = "tls_certificate_untrusted";
    let trusted = Authority::new();
    let client = trusted.client();
    let names = ["receiver.example"];

    let told = [
        "CN=Receiver Inc.",
        "issued by CN=Private Root",
        "have the operator trust",
    ];
    let private = Authority::called("Private Root");
    check_told(private.certify(&names), &client, CLASS, &told).await;
    let public_only = client_trusting(TlsRoots::default());
    check_told(private.certify(&names), &public_only, CLASS, &told).await;

    // The authority was made anew under its old name.
    let told = ["(CN=Receiver Inc.) has a signature that does not fit"];
    check_told(Authority::new().certify(&names), &client, CLASS, &told).await;

    let told = ["CN=Receiver Inc.", "is self-signed"];
    check_told(
        self_signed(&named(&names, "Receiver Inc.")),
        &client,
        CLASS,
        &told,
    )
    .await;

    let intermediate = trusted.intermediate(|_| {});
    let told = [
        "chain of receiver's certificate (CN=Receiver Inc.) is incomplete",
        "issued by CN=Test Intermediate",
        "sent no intermediate certificate",
        "fullchain.pem",
    ];
    check_told(intermediate.certify(&names), &client, CLASS, &told).await;
    let complete = intermediate.sign_with(&names, |_| {}, &[&intermediate]);
    let receiver = complete.serve().await;
    let exchange = post(&client, "receiver.example", &receiver).await;
    assert_eq!(exchange.outcome.unwrap().status, 200);

    // Another certificate than the one that is missing.
    let lost = intermediate.sign_with(&names, |_| {}, &[&trusted]);
    let told = [
        "is incomplete",
        "sent no certificate of CN=Test Intermediate",
    ];
    check_told(lost, &client, CLASS, &told).await;

    let under = private.intermediate(|_| {});
    let whole = under.sign_with(&names, |_| {}, &[&under, &private]);
    let told = ["under the authority CN=Private Root, which is not trusted"];
    check_told(whole, &client, CLASS, &told).await;

    let told = ["(CN=Private CA) is the certificate of an authority (CA:TRUE)"];
    let mut ca = authority("Private CA");
    ca.subject_alt_names = named(&names, "").subject_alt_names;
    let key = KeyPair::generate().unwrap();
    let certificate = ca.signed_by(&key, &trusted.issuer).unwrap();
    let ca = identity(vec![certificate.der().clone()], &key);
    check_told(ca, &client, CLASS, &told).await;

    let told = ["is not meant for servers"];
    let for_clients = |params: &mut CertificateParams| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    };
    check_told(trusted.sign(&names, for_clients), &client, CLASS, &told).await;

    let odd = named(&names, "\u{1b}[31m evil \u{202e}\u{7}");
    let receiver = self_signed(&odd).serve().await;
    let text = post(&client, "receiver.example", &receiver).await;
    let text = text.outcome.unwrap_err().to_string();
    assert!(!text.chars().any(char::is_control), "{text:?}");
}

#[tokio::test]
async fn what_an_openssl_server_lacks_is_told() {
    let authority = Authority::new();
    let client = authority.client();
    let check = async |settings: &[&str], told: &str| {
        let exchange = OpenSsl::start(&authority, settings)
            .await
            .get(&client)
            .await;
        assert_eq!(class(&exchange), "tls_protocol", "{settings:?}");
        let text = exchange.outcome.unwrap_err().to_string();
        assert!(text.contains(told), "{settings:?}: {text}");
        assert_plain(&text);
    };
    let nothing = "accepts none of what is offered; TLS 1.3, and TLS 1.2 with ECDHE";
    check(&["-tls1_2", "-cipher", "AES128-SHA"], nothing).await;
    check(&["-tls1_2", "-cipher", "AES256-GCM-SHA384"], nothing).await;
    check(&["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"], nothing).await;
    let old = "only speaks versions of TLS before 1.2";
    check(&["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], old).await;
    let client_certificate = "wants a client certificate";
    check(&["-tls1_3", "-Verify", "1"], client_certificate).await;
    check(&["-tls1_2", "-Verify", "1"], "client certificate").await;
    check(&["-alpn", "h2"], "does not offer HTTP/1.1 over TLS (ALPN)").await;
}

#[tokio::test]
async fn an_openssl_server_that_speaks_tls_1_2_with_ecdhe_is_reached() {
    let authority = Authority::new();
    let client = authority.client();
    for settings in [
        &["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"][..],
        &["-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"],
        &["-tls1_3"],
    ] {
        let exchange = OpenSsl::start(&authority, settings)
            .await
            .get(&client)
            .await;
        assert_eq!(exchange.outcome.unwrap().status, 200, "{settings:?}");
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

async fn check_not_tls(answer: Vec<u8>, told: &str) {
    let (receiver, mut sent) = raw(answer).await;
    let client = Authority::new().client();
    let exchange = post(&client, "receiver.example", &receiver).await;
    assert_eq!(class(&exchange), "tls_protocol");
    let text = exchange.outcome.unwrap_err().to_string();
    assert!(text.contains(told), "{text}");
    assert_plain(&text);
    let sent = sent.recv().await.unwrap();
    assert!(
        !sent.windows(4).any(|window| window == b"POST"),
        "sent in the clear"
    );
}

#[tokio::test]
async fn plain_http_on_the_tls_port_is_a_protocol_error() {
    let plain = "speaks plain HTTP on this port";
    let bad_request = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".to_vec();
    check_not_tls(bad_request, plain).await;
    check_not_tls(OK.into(), plain).await;
    check_not_tls(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(), "began with \"SSH-2.0").await;
    check_not_tls(Vec::new(), "closed the connection during the handshake").await;
}

#[tokio::test]
async fn a_server_that_only_speaks_tls_1_0_is_a_protocol_error() {
    // Alert, version 3.1, fatal, protocol_version.
    let old = "only speaks versions of TLS before 1.2";
    check_not_tls(vec![0x15, 3, 1, 0, 2, 2, 70], old).await;
    check_not_tls(server_hello_of_tls_1_0(), old).await;
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
        SendError::TlsCertificateExpired(String::new()),
        SendError::TlsCertificateName(String::new()),
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
