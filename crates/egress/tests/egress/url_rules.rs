//! Which URLs are accepted, and by which rule the others are refused.

use nuncio_egress::{EgressRules, PortRange, UrlError};
use proptest::prelude::*;

fn refused(raw: &str, rule: &str) {
    let error = EgressRules::default().check_url(raw).expect_err(raw);
    assert_eq!(error.rule(), rule, "{raw}: {error}");
}

fn accepted(raw: &str, normalised: &str) {
    accepted_by(&EgressRules::default(), raw, normalised);
}

fn accepted_by(rules: &EgressRules, raw: &str, normalised: &str) {
    let url = rules
        .check_url(raw)
        .unwrap_or_else(|error| panic!("{raw}: {error}"));
    assert_eq!(url.as_str(), normalised);
}

#[test]
fn public_urls_are_accepted_and_normalised() {
    accepted(
        "https://example.com:8443/a?b=c",
        "https://example.com:8443/a?b=c",
    );
    accepted("https://EXAMPLE.com./", "https://example.com/");
    accepted("https://example.com.:443/x", "https://example.com/x");
    accepted("https://bücher.example/", "https://xn--bcher-kva.example/");
    accepted("https://1.1.1.1/", "https://1.1.1.1/");
    accepted(
        "https://[2606:4700:4700::1111]/",
        "https://[2606:4700:4700::1111]/",
    );
    accepted("https://172.32.0.1/", "https://172.32.0.1/");
    accepted("https://100.128.0.1/", "https://100.128.0.1/");
    accepted("https://127.example.com/", "https://127.example.com/");
    accepted("https://ex%61mple.com", "https://example.com/");
    accepted(
        "https://my_host.example.com/",
        "https://my_host.example.com/",
    );
    accepted(
        "https://example.com/{a}|b\"?q={x}|'y'",
        "https://example.com/%7Ba%7D|b%22?q={x}|%27y%27",
    );
}

#[test]
fn every_spelling_of_a_private_ipv4_address_is_refused() {
    for host in [
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "①②⑦.⓪.⓪.①",
        "%31%32%37.0.0.1",
        "127.0.0.1.",
        "/127.0.0.1",
        "0",
        "10.0.0.1",
        "172.31.255.255",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
        "127.0.0.1:8443",
    ] {
        refused(&format!("https://{host}/"), "address");
    }
}

#[test]
fn every_ipv6_literal_that_is_not_public_is_refused() {
    for host in [
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::7f00:1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::808:808",
        "2002:7f00:1::1",
        "2001::1",
        "fe80::1",
        "fd00:ec2::254",
        "2001:db8::1",
        "ff02::1",
        "5f00::1",
        "2606:4700::5efe:7f00:1",
        "2606:4700::200:5efe:808:808",
    ] {
        refused(&format!("https://[{host}]/"), "address");
    }
}

#[test]
fn local_names_are_refused() {
    for host in [
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "intranet",
        "printer.local",
        "metadata.google.internal",
        "api.default.svc.cluster.local",
    ] {
        refused(&format!("https://{host}/"), "local_name");
    }
}

#[test]
fn what_does_not_belong_into_a_url_is_refused() {
    refused("https://user:pw@example.com/", "credentials");
    refused("https://user@example.com/", "credentials");
    refused("https://:pw@example.com/", "credentials");
    refused("http://127.0.0.1:80\\@good.com/", "scheme");
    refused("https://127.0.0.1:443\\@good.com/", "address");
    refused("http://example.com/", "scheme");
    refused("ftp://example.com/", "scheme");
    refused("file:///etc/passwd", "scheme");
    refused("https://example.com/#x", "fragment");
    refused("https://example.com/#", "fragment");
    refused("https://exam\tple.com/", "control_character");
    refused("https://example.com/\n", "control_character");
    refused("\u{0}https://example.com/", "control_character");
    refused("https://example.com/\u{85}", "control_character");
    refused("", "malformed");
    refused("example.com", "malformed");
    refused("https://", "malformed");
    refused("https://exa mple.com/", "malformed");
    refused("https://example.com:65536/", "malformed");
    refused("https://example.com../", "host");
    refused("https://a..example.com/", "host");
    refused("https://exa$mple.com/", "host");
    refused(&format!("https://{}.com/", "a".repeat(64)), "host");
}

#[test]
fn ports_below_1024_and_on_the_denylist_are_refused() {
    for port in [
        0, 22, 25, 80, 442, 1023, 1433, 2376, 3306, 5432, 6000, 6063, 6379, 9200, 10250, 11211,
        27019, 61616,
    ] {
        refused(&format!("https://example.com:{port}/"), "port");
        refused(&format!("https://1.1.1.1:{port}/"), "port");
    }
    for port in [1024, 5999, 6064, 8443, 65535] {
        let url = format!("https://example.com:{port}/");
        accepted(&url, &url);
    }
}

#[test]
fn a_url_of_2048_characters_is_the_longest() {
    let fits = format!("https://example.com/{}", "a".repeat(2048 - 20));
    accepted(&fits, &fits);
    refused(&format!("{fits}a"), "too_long");
}

#[test]
fn the_servers_own_host_is_refused() {
    let rules = EgressRules {
        own_hosts: vec!["API.example.com.".into(), "1.1.1.1".into()],
        ..EgressRules::default()
    };
    for raw in ["https://api.example.com:8443/", "https://1.1.1.1/"] {
        assert_eq!(rules.check_url(raw).unwrap_err().rule(), "own_host");
    }
    accepted_by(&rules, "https://example.com/", "https://example.com/");
}

#[test]
fn the_http_switch_opens_http_and_port_80_only() {
    let rules = EgressRules {
        allow_http: true,
        ..EgressRules::default()
    };
    accepted_by(&rules, "http://example.com/", "http://example.com/");
    accepted_by(
        &rules,
        "http://example.com:8080/",
        "http://example.com:8080/",
    );
    assert_eq!(
        rules.check_url("http://127.0.0.1/").unwrap_err().rule(),
        "address"
    );
    assert_eq!(
        rules
            .check_url("http://example.com:22/")
            .unwrap_err()
            .rule(),
        "port"
    );
    assert_eq!(
        rules.check_url("ftp://example.com/").unwrap_err().rule(),
        "scheme"
    );
}

#[test]
fn the_private_network_switch_opens_loopback_and_private_ranges() {
    let rules = EgressRules {
        allow_private_networks: true,
        own_hosts: vec!["localhost".into(), "api.example.com".into()],
        ..EgressRules::default()
    };
    for url in [
        "https://localhost:22/",
        "https://127.0.0.1:80/",
        "https://10.1.2.3:5432/",
        "https://[::1]/",
        "https://[fd12::1]/",
        "https://receiver/",
        "https://receiver.internal/",
    ] {
        accepted_by(&rules, url, url);
    }
    for (url, rule) in [
        ("https://169.254.169.254/", "address"),
        ("https://168.63.129.16/", "address"),
        ("https://[fd00:ec2::254]/", "address"),
        ("https://[fe80::1]/", "address"),
        ("https://[::ffff:127.0.0.1]/", "address"),
        ("https://0.0.0.0/", "address"),
        ("https://100.64.0.1/", "address"),
        ("https://1.1.1.1:22/", "port"),
        ("https://localhost:0/", "port"),
        ("https://api.example.com/", "own_host"),
        ("http://localhost/", "scheme"),
    ] {
        assert_eq!(rules.check_url(url).expect_err(url).rule(), rule, "{url}");
    }
}

#[test]
fn an_allowed_cidr_opens_just_that_range_at_any_port() {
    let rules = EgressRules {
        allow_cidrs: vec!["10.1.0.0/16".parse().unwrap()],
        ..EgressRules::default()
    };
    accepted_by(
        &rules,
        "https://10.1.255.255:22/",
        "https://10.1.255.255:22/",
    );
    for (url, rule) in [
        ("https://10.2.0.0/", "address"),
        ("https://[::ffff:10.1.0.1]/", "address"),
        ("https://localhost/", "local_name"),
        ("https://1.1.1.1:22/", "port"),
        ("https://10.1.0.1:0/", "port"),
    ] {
        assert_eq!(rules.check_url(url).expect_err(url).rule(), rule, "{url}");
    }
}

#[test]
fn an_allowed_port_overrides_the_denylist() {
    let rules = EgressRules {
        allow_ports: vec![PortRange::single(22), PortRange::new(9200, 9200)],
        ..EgressRules::default()
    };
    accepted_by(&rules, "https://example.com:22/", "https://example.com:22/");
    accepted_by(
        &rules,
        "https://example.com:9200/",
        "https://example.com:9200/",
    );
    assert!(rules.check_url("https://example.com:23/").is_err());
}

#[test]
fn errors_name_the_value_and_never_the_password() {
    let rules = EgressRules::default();
    let text = |raw| rules.check_url(raw).unwrap_err().to_string();
    assert!(text("https://example.com:22/").contains("port 22"));
    assert!(text("https://10.0.0.1/").contains("10.0.0.0/8"));
    assert!(!text("https://user:hunter2@example.com/").contains("hunter2"));
    assert_eq!(
        rules.check_url("ftp://example.com/"),
        Err(UrlError::Scheme {
            scheme: "ftp".into()
        })
    );
}

#[test]
fn debug_output_hides_path_and_query() {
    let rules = EgressRules::default();
    let url = rules
        .check_url("https://example.com/T0KEN?k=T0KEN")
        .unwrap();
    assert!(!format!("{url:?}").contains("T0KEN"));
}

proptest! {
    #[test]
    fn no_text_makes_the_guard_panic(raw in "\\PC{0,80}") {
        let _ = EgressRules::default().check_url(&format!("https://{raw}"));
        let _ = EgressRules::default().check_url(&raw);
    }

    #[test]
    fn an_accepted_url_is_accepted_again_unchanged(host in "[a-zA-Z0-9.%\\-ü①]{1,30}", rest in "[ -~]{0,30}") {
        let rules = EgressRules::default();
        if let Ok(url) = rules.check_url(&format!("https://{host}/{rest}")) {
            prop_assert_eq!(rules.check_url(url.as_str()), Ok(url));
        }
    }
}
