//! URLs of strangers: what is accepted is accepted again as it was normalised, names the same host, and is never an
//! address that the rules refuse.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nuncio_egress::EgressRules;

fuzz_target!(|url: &str| {
    let strict = EgressRules::default();
    let open = EgressRules {
        allow_http: true,
        allow_private_networks: true,
        ..EgressRules::default()
    };
    for rules in [&strict, &open] {
        let Ok(accepted) = rules.check_url(url) else {
            continue;
        };
        let again = rules.check_url(accepted.as_str()).expect("what was normalised stays acceptable");
        assert_eq!(again.as_str(), accepted.as_str(), "normalising is done once");
        assert_eq!(again.host(), accepted.host());
        if let Some(address) = accepted.literal() {
            rules.check_address(address, accepted.port()).expect("an address that is allowed");
        }
        assert!(accepted.as_str().bytes().all(|byte| byte > b' ' && byte < 0x7f), "{}", accepted.as_str());
    }
    if let Ok(accepted) = strict.check_url(url) {
        assert!(accepted.is_https());
        assert!(open.check_url(url).is_ok(), "what strict rules accept, open ones do");
    }
});
