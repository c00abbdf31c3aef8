//! Which addresses are public: every range of the tables at both its ends.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nuncio_egress::{AddressError, EgressRules};
use proptest::prelude::*;

fn is_open(rules: &EgressRules, address: &str) -> bool {
    rules.check_address(address.parse().unwrap(), 443).is_ok()
}

/// The first and last address of a refused range, and its public neighbours
/// where there are any.
fn check(first: &str, last: &str, below: Option<&str>, above: Option<&str>) {
    let rules = EgressRules::default();
    for refused in [first, last] {
        assert!(!is_open(&rules, refused), "{refused} must be refused");
    }
    for public in [below, above].into_iter().flatten() {
        assert!(is_open(&rules, public), "{public} must be accepted");
    }
}

#[test]
fn ipv4_ranges_are_refused_from_end_to_end() {
    check("0.0.0.0", "0.255.255.255", None, Some("1.0.0.0"));
    check(
        "10.0.0.0",
        "10.255.255.255",
        Some("9.255.255.255"),
        Some("11.0.0.0"),
    );
    check(
        "100.64.0.0",
        "100.127.255.255",
        Some("100.63.255.255"),
        Some("100.128.0.0"),
    );
    check(
        "127.0.0.0",
        "127.255.255.255",
        Some("126.255.255.255"),
        Some("128.0.0.0"),
    );
    check(
        "168.63.129.16",
        "168.63.129.16",
        Some("168.63.129.15"),
        Some("168.63.129.17"),
    );
    check(
        "169.254.0.0",
        "169.254.255.255",
        Some("169.253.255.255"),
        Some("169.255.0.0"),
    );
    check(
        "172.16.0.0",
        "172.31.255.255",
        Some("172.15.255.255"),
        Some("172.32.0.0"),
    );
    check(
        "192.0.0.0",
        "192.0.0.255",
        Some("191.255.255.255"),
        Some("192.0.1.0"),
    );
    check(
        "192.0.2.0",
        "192.0.2.255",
        Some("192.0.1.255"),
        Some("192.0.3.0"),
    );
    check(
        "192.88.99.0",
        "192.88.99.255",
        Some("192.88.98.255"),
        Some("192.88.100.0"),
    );
    check(
        "192.168.0.0",
        "192.168.255.255",
        Some("192.167.255.255"),
        Some("192.169.0.0"),
    );
    check(
        "198.18.0.0",
        "198.19.255.255",
        Some("198.17.255.255"),
        Some("198.20.0.0"),
    );
    check(
        "198.51.100.0",
        "198.51.100.255",
        Some("198.51.99.255"),
        Some("198.51.101.0"),
    );
    check(
        "203.0.113.0",
        "203.0.113.255",
        Some("203.0.112.255"),
        Some("203.0.114.0"),
    );
    check(
        "224.0.0.0",
        "255.255.255.255",
        Some("223.255.255.255"),
        None,
    );
}

#[test]
fn ipv6_ranges_are_refused_from_end_to_end() {
    let end = "ffff:ffff:ffff:ffff:ffff:ffff";
    let last = |start: &str, groups: usize| format!("{start}:{}", &end[..groups * 5 - 1]);
    check("::", "1fff:ffff::1", None, Some("2000::1"));
    check("4000::", &last("ffff:ffff", 6), Some("3ffe:ffff::1"), None);
    check(
        "2001::",
        &last("2001:1ff", 6),
        Some("2000:ffff::1"),
        Some("2001:200::1"),
    );
    check(
        "2001:db8::",
        &last("2001:db8", 6),
        Some("2001:db7::1"),
        Some("2001:db9::1"),
    );
    check(
        "2002::",
        &last("2002:ffff", 6),
        Some("2001:ffff::1"),
        Some("2003::1"),
    );
    check(
        "3fff::",
        &last("3fff:fff", 6),
        Some("3ffe::1"),
        Some("3fff:1000::1"),
    );
    check("5f00::", &last("5f00:ffff", 6), None, None);
}

#[test]
fn every_embedded_form_is_refused_even_with_a_public_address_inside() {
    for address in [
        "::8.8.8.8",
        "::ffff:8.8.8.8",
        "::ffff:0:8.8.8.8",
        "2606:4700::5efe:8.8.8.8",
        "2606:4700::200:5efe:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::8.8.8.8",
        "2002:808:808::1",
        "2001:0:4136:e378:8000:63bf:f7f7:f7f7",
    ] {
        assert!(!is_open(&EgressRules::default(), address), "{address}");
    }
}

#[test]
fn nat64_opens_translated_public_addresses_only() {
    let rules = EgressRules {
        nat64: true,
        ..EgressRules::default()
    };
    for address in [
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::8.8.8.8",
        // 8.8.8.8 with a prefix of 48 bits (RFC 6052 section 2.2).
        "64:ff9b:1:808:8:800::",
    ] {
        assert!(is_open(&rules, address), "{address}");
    }
    for address in [
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::",
        "64:ff9b:1::169.254.169.254",
        "64:ff9b:1::",
        // 10.0.0.1 with a prefix of 48 bits.
        "64:ff9b:1:a00:0:100::",
        "64:ff9b:2::8.8.8.8",
        "::ffff:8.8.8.8",
        "2002:808:808::1",
    ] {
        assert!(!is_open(&rules, address), "{address}");
    }
}

#[test]
fn an_allowed_ipv6_range_does_not_open_what_it_embeds() {
    let rules = EgressRules {
        allow_cidrs: vec!["64:ff9b::/96".parse().unwrap()],
        ..EgressRules::default()
    };
    assert!(is_open(&rules, "64:ff9b::8.8.8.8"));
    assert!(!is_open(&rules, "64:ff9b::127.0.0.1"));
}

#[test]
fn the_message_names_the_rule_and_not_the_address() {
    let address: IpAddr = "10.9.8.7".parse().unwrap();
    let error = EgressRules::default()
        .check_address(address, 443)
        .unwrap_err();
    assert!(matches!(error, AddressError::Range { address: a, .. } if a == address));
    assert!(error.to_string().contains("10.0.0.0/8"));
    assert!(!error.to_string().contains("10.9.8.7"));
}

proptest! {
    #[test]
    fn an_ipv4_address_and_its_embedded_forms_agree(bits: u32) {
        let v4 = Ipv4Addr::from(bits);
        let nat64 = EgressRules { nat64: true, ..EgressRules::default() };
        let [a, b, c, d] = v4.octets();
        let translated = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0,
            u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        prop_assert_eq!(
            nat64.check_address(translated.into(), 443).is_ok(),
            nat64.check_address(v4.into(), 443).is_ok()
        );
        prop_assert!(EgressRules::default().check_address(v4.to_ipv6_mapped().into(), 443).is_err());
    }

    #[test]
    fn what_the_standard_library_calls_private_is_never_open(bits: u128) {
        let v6 = Ipv6Addr::from(bits);
        let v4 = Ipv4Addr::from(u32::try_from(bits >> 96).unwrap());
        let rules = EgressRules::default();
        if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_documentation() {
            prop_assert!(rules.check_address(v4.into(), 443).is_err());
        }
        if v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_multicast() {
            prop_assert!(rules.check_address(v6.into(), 443).is_err());
        }
    }
}
