//! What a name resolves to decides, at configuration and again at every send.

use std::net::IpAddr;
use std::sync::Arc;

use crate::support::dns::{NameServer, Says};
use crate::support::{AMPLE, OK, Receiver, SHORT, class, post_with};
use hickory_resolver::proto::op::ResponseCode;
use nuncio_egress::{
    Client, ClientLimits, EgressRules, Guard, SendError, SystemResolver, TlsRoots, UrlError,
};

fn addresses(list: &[&str]) -> Says {
    Says::Addresses(parse(list))
}

fn parse(list: &[&str]) -> Vec<IpAddr> {
    list.iter().map(|ip| ip.parse().unwrap()).collect()
}

fn guard(server: &NameServer, rules: EgressRules) -> Arc<Guard> {
    let resolver = SystemResolver::with_name_server(server.address).unwrap();
    Arc::new(Guard::new(rules, Arc::new(resolver)))
}

fn client(guard: Arc<Guard>) -> Client {
    Client::new(guard, TlsRoots::default(), ClientLimits::default()).unwrap()
}

async fn at_configuration(says: Says) -> Result<(), UrlError> {
    let server = NameServer::start(says).await;
    let guard = guard(&server, EgressRules::default());
    let checked = guard.check_at_configuration("https://hooks.example.com/");
    checked
        .await
        .map(|url| assert_eq!(url.host(), "hooks.example.com"))
}

#[tokio::test]
async fn a_name_with_public_addresses_is_accepted() {
    let says = addresses(&["1.1.1.1", "2606:4700:4700::1111"]);
    assert_eq!(at_configuration(says).await, Ok(()));
}

#[tokio::test]
async fn a_name_with_any_forbidden_address_is_refused() {
    for answer in [
        &["127.0.0.1"][..],
        &["1.1.1.1", "127.0.0.1"],
        &["127.0.0.1", "1.1.1.1"],
        &["1.1.1.1", "::1"],
        &["1.1.1.1", "fd00:ec2::254"],
        &["2606:4700:4700::1111", "169.254.169.254"],
        &["64:ff9b::7f00:1"],
    ] {
        let error = at_configuration(addresses(answer)).await.unwrap_err();
        assert_eq!(error.rule(), "resolves_to_forbidden", "{answer:?}");
    }
}

#[tokio::test]
async fn an_alias_of_an_internal_name_is_refused() {
    for (target, answer) in [
        ("metadata.google.internal.", "169.254.169.254"),
        ("db.prod.internal.", "1.1.1.1"),
        ("other.example.com.", "10.0.0.1"),
    ] {
        let error = at_configuration(Says::Alias(target, parse(&[answer]))).await;
        assert_eq!(
            error.unwrap_err().rule(),
            "resolves_to_forbidden",
            "{target}"
        );
    }
    let public = Says::Alias("edge.example.net.", parse(&["1.1.1.1"]));
    assert_eq!(at_configuration(public).await, Ok(()));
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_accepted_at_configuration() {
    for code in [
        ResponseCode::NXDomain,
        ResponseCode::ServFail,
        ResponseCode::Refused,
    ] {
        assert_eq!(at_configuration(Says::Error(code)).await, Ok(()), "{code}");
    }
    assert_eq!(at_configuration(addresses(&[])).await, Ok(()));
    assert_eq!(at_configuration(Says::Nothing).await, Ok(()));
}

#[tokio::test]
async fn a_name_that_does_not_resolve_fails_a_send_with_class_dns() {
    for says in [
        Says::Error(ResponseCode::NXDomain),
        Says::Error(ResponseCode::ServFail),
        Says::Error(ResponseCode::Refused),
        addresses(&[]),
    ] {
        let server = NameServer::start(says).await;
        let rules = EgressRules::default();
        let client = client(guard(&server, rules.clone()));
        let exchange = post_with(&client, &rules, "https://hooks.example.com/", AMPLE).await;
        assert_eq!(class(&exchange), "dns");
        assert_eq!(exchange.peer, None);
    }
}

#[tokio::test]
async fn a_silent_name_server_ends_the_send_by_its_deadline() {
    let server = NameServer::start(Says::Nothing).await;
    let rules = EgressRules::default();
    let client = client(guard(&server, rules.clone()));
    let exchange = post_with(&client, &rules, "https://hooks.example.com/", SHORT).await;
    assert_eq!(class(&exchange), "timeout");
}

#[tokio::test]
async fn a_name_that_turns_private_after_configuration_is_refused_at_send() {
    let receiver = Receiver::answering(OK).await;
    let server = NameServer::start(addresses(&["1.1.1.1"])).await;
    // The kernel may give the receiver a port that the denylist has.
    let rules = EgressRules {
        deny_ports: Vec::new(),
        ..EgressRules::default()
    };
    let guard = guard(&server, rules.clone());
    let raw = format!("https://hooks.example.com:{}/", receiver.address.port());
    guard.check_at_configuration(&raw).await.unwrap();

    server.say(addresses(&["127.0.0.1"]));
    let exchange = post_with(&client(guard), &rules, &raw, AMPLE).await;

    assert_eq!(class(&exchange), "forbidden_address");
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test]
async fn every_new_connection_looks_at_what_the_name_resolves_to_now() {
    let receiver = Receiver::answering(format!("{OK}extra")).await;
    let server = NameServer::start(addresses(&["127.0.0.1"])).await;
    let rules = EgressRules {
        allow_http: true,
        allow_cidrs: vec!["127.0.0.0/8".parse().unwrap()],
        ..EgressRules::default()
    };
    let client = client(guard(&server, rules.clone()));
    let url = format!("http://hooks.example.com:{}/", receiver.address.port());

    let first = post_with(&client, &rules, &url, AMPLE).await;
    assert_eq!(first.outcome.unwrap().status, 200);

    server.say(addresses(&["127.0.0.1", "10.0.0.1"]));
    let second = post_with(&client, &rules, &url, AMPLE).await;
    assert_eq!(class(&second), "forbidden_address");
    assert_eq!(receiver.requests(), 1);
    assert!(server.questions() >= 4, "two families, twice");
}

#[tokio::test]
async fn an_open_range_is_open_at_a_port_that_is_closed_elsewhere() {
    let rules = EgressRules {
        allow_cidrs: vec!["127.0.0.0/8".parse().unwrap()],
        ..EgressRules::default()
    };
    let server = NameServer::start(addresses(&["127.0.0.1"])).await;
    let guard = guard(&server, rules);
    let raw = "https://hooks.example.com:22/";
    assert!(guard.check_at_configuration(raw).await.is_ok());
    server.say(addresses(&["1.1.1.1"]));
    assert!(guard.check_at_configuration(raw).await.is_err());
}

#[tokio::test]
async fn errors_say_the_same_of_every_forbidden_address_and_alias() {
    let forbidden = [
        addresses(&["10.20.30.40"]),
        addresses(&["127.0.0.1"]),
        addresses(&["169.254.169.254"]),
        addresses(&["192.168.1.1", "1.1.1.1"]),
        addresses(&["fd00::1"]),
        addresses(&["::ffff:10.0.0.1"]),
        addresses(&["64:ff9b::a00:1"]),
        Says::Alias("db.prod.internal.", parse(&["1.1.1.1"])),
        Says::Alias("other.example.com.", parse(&["172.16.0.1"])),
    ];
    let (mut at_configuration_told, mut at_send_told) = (Vec::new(), Vec::new());
    for says in forbidden {
        let error = at_configuration(says.clone()).await.unwrap_err();
        at_configuration_told.push(error.to_string());
        let server = NameServer::start(says).await;
        let rules = EgressRules::default();
        let client = client(guard(&server, rules.clone()));
        let exchange = post_with(&client, &rules, "https://hooks.example.com/", AMPLE).await;
        assert_eq!(class(&exchange), "forbidden_address");
        at_send_told.push(exchange.outcome.unwrap_err().to_string());
    }
    for told in [at_configuration_told, at_send_told] {
        assert!(told.iter().all(|text| *text == told[0]), "{told:#?}");
        assert!(told[0].contains("public"), "{}", told[0]);
    }
}

#[tokio::test]
async fn a_literal_is_checked_at_send_without_asking_dns() {
    let receiver = Receiver::answering(OK).await;
    let server = NameServer::start(addresses(&["1.1.1.1"])).await;
    let client = client(guard(&server, EgressRules::default()));
    // Parsed under looser rules, sent under the strict ones.
    let loose = crate::support::loopback_rules();
    let url = format!("https://127.0.0.1:{}/", receiver.address.port());

    let exchange = post_with(&client, &loose, &url, AMPLE).await;

    assert!(matches!(
        exchange.outcome,
        Err(SendError::ForbiddenAddress(_))
    ));
    assert_eq!(
        class(&post_with(&client, &loose, &receiver.url(), AMPLE).await),
        "url_refused"
    );
    assert_eq!((receiver.connections(), server.questions()), (0, 0));
}
