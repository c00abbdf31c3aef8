//! What the five vendors and the default publish beyond signatures: policy, secrets, catalogs, screens.

use nuncio_dialect::{
    ChosenBy, Dialect, FilterChoice, Gone, Handshake, Received, Retry, SigningKey, WireAttempt,
    WireEvent, builtin, builtin_named,
};

fn dialect(name: &str) -> &'static Dialect {
    builtin_named(name).unwrap_or_else(|| panic!("no dialect {name}"))
}

const STANDARD_DELAYS: [u32; 10] = [
    0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
];

#[track_caller]
fn check(
    name: &str,
    timeout_ms: u32,
    retry: &Retry,
    gone: Gone,
    auto_disable_days: Option<u32>,
    plans: &[&str],
) {
    let policy = dialect(name).policy();
    assert_eq!(policy.timeout_ms, timeout_ms);
    assert_eq!(&policy.retry, retry);
    assert_eq!(policy.gone, gone);
    assert_eq!(policy.auto_disable_days, auto_disable_days);
    assert_eq!(policy.plans, plans);
    assert_eq!(policy.success, [(200, 299)]);
    assert_eq!(policy.handshake, Handshake::None);
    assert!(policy.https_only);
}

fn delays(delays_s: &[u32]) -> Retry {
    Retry::Delays {
        delays_s: delays_s.to_vec(),
    }
}

#[test]
fn policies_are_the_published_ones() {
    let standard = delays(&STANDARD_DELAYS);
    assert_eq!(STANDARD_DELAYS.iter().sum::<u32>(), (75 * 60 + 35) * 60 + 5);
    let day = Retry::Backoff {
        base_s: 30,
        factor: 2.0,
        cap_s: 4 * 3_600,
        span_s: Some(24 * 3_600),
        attempts_max: None,
    };
    check("standard", 15_000, &standard, Gone::Disable, Some(5), &[]);
    check("inviolet", 15_000, &day, Gone::Retry, None, &[]);
    check("deiterate", 5_000, &standard, Gone::Retry, None, &[]);
    check(
        "ventryx",
        10_000,
        &delays(&[0, 180, 540, 1_620, 4_860]),
        Gone::Retry,
        None,
        &[],
    );
    check("yativo", 5_000, &standard, Gone::Retry, None, &[]);
    check(
        "grantiva",
        15_000,
        &delays(&[0, 60, 300, 1_800]),
        Gone::Retry,
        None,
        &["business", "enterprise"],
    );
}

#[test]
fn receivers_windows_and_answers_are_the_published_ones() {
    for (name, tolerance_s, missing, invalid) in [
        ("standard", Some(300), 401, 401),
        ("inviolet", Some(300), 401, 401),
        ("deiterate", None, 401, 401),
        ("ventryx", None, 401, 401),
        ("yativo", None, 400, 401),
        ("grantiva", None, 401, 401),
        ("stripe", Some(300), 400, 400),
    ] {
        let rules = dialect(name).receiver();
        assert_eq!(rules.tolerance_s, tolerance_s, "{name}");
        assert_eq!(
            (rules.answers.missing, rules.answers.invalid),
            (missing, invalid),
            "{name}"
        );
    }
    assert_eq!(dialect("standard").receiver().versions, ["v1", "v1a"]);
    assert_eq!(
        dialect("ventryx").receiver().answers.text,
        "Invalid signature"
    );
}

#[test]
fn catalogs_are_the_published_ones() {
    let names = |name: &str| -> Vec<&str> {
        dialect(name)
            .catalog()
            .iter()
            .map(|kind| kind.name.as_str())
            .collect()
    };
    assert_eq!(
        names("inviolet"),
        [
            "approval.granted",
            "approval.denied",
            "audit.export.completed"
        ]
    );
    assert_eq!(names("deiterate").len(), 16);
    assert_eq!(
        names("ventryx"),
        [
            "workflow.completed",
            "approval.requested",
            "api_key.revoked"
        ]
    );
    assert_eq!(names("yativo"), ["payment.completed"]);
    assert_eq!(
        names("grantiva"),
        [
            "device.new",
            "device.high_risk",
            "device.attestation_failed",
            "attestation.anomaly",
            "webhook.test"
        ]
    );
    for kind in dialect("deiterate").catalog() {
        assert_eq!(
            kind.example.contains("previousAttributes"),
            kind.name.ends_with(".updated"),
            "{}",
            kind.name
        );
    }
    for dialect in builtin() {
        assert!(
            dialect
                .catalog()
                .iter()
                .all(|kind| !kind.description.is_empty()),
            "{dialect:?}"
        );
        assert_eq!(
            dialect.check_data(dialect.test_data()),
            Ok(()),
            "{dialect:?}"
        );
    }
}

#[test]
fn screens_offer_what_the_vendors_do() {
    use FilterChoice::{All, Types};
    for (name, filters) in [
        ("inviolet", vec![Types]),
        ("deiterate", vec![Types]),
        ("ventryx", vec![Types, All]),
        ("yativo", vec![Types]),
        ("grantiva", vec![Types]),
    ] {
        assert_eq!(dialect(name).screen().filters, filters, "{name}");
    }
    assert_eq!(
        dialect("grantiva").screen().test_event.as_deref(),
        Some("webhook.test")
    );
}

#[test]
fn dialects_whose_receivers_write_the_json_again_are_canonical() {
    let canonical: Vec<&str> = builtin()
        .iter()
        .filter(|one| one.is_canonical())
        .map(|one| one.name())
        .collect();
    assert_eq!(canonical, ["grantiva", "zoom"]);
}

#[test]
fn lists_take_every_key_and_bare_headers_one() {
    let all: Vec<&str> = builtin()
        .iter()
        .filter(|one| one.signs_with_all_keys())
        .map(|one| one.name())
        .collect();
    let expected = ["standard", "svix", "svix-whitelabel", "stripe", "pagerduty"];
    assert_eq!(all, expected);
}

#[test]
fn customers_choose_the_secret_where_the_vendor_says_so() {
    assert_eq!(
        dialect("deiterate").secret_rules().chosen_by,
        ChosenBy::Customer
    );
    for name in ["standard", "inviolet", "ventryx", "yativo", "grantiva"] {
        assert_eq!(
            dialect(name).secret_rules().chosen_by,
            ChosenBy::Server,
            "{name}"
        );
    }
}

#[test]
fn generated_secrets_are_accepted_by_their_own_dialect() {
    for dialect in builtin() {
        let (one, other) = (
            dialect.generate_secret(&[7; 64]),
            dialect.generate_secret(&[8; 64]),
        );
        assert!(dialect.parse_secret(&one).is_ok(), "{dialect:?}");
        assert_ne!(one, other);
        assert_eq!(one, dialect.generate_secret(&[7; 64]));
        let pair = dialect.generate_pair(&[7; 64]);
        let has_pairs = ["standard", "svix", "svix-whitelabel"].contains(&dialect.name());
        assert_eq!(pair.is_some(), has_pairs, "{dialect:?}");
        if let Some(pair) = pair {
            let public = dialect.parse_secret(&pair).unwrap().public_key().unwrap();
            assert!(public.starts_with("whpk_"));
            assert!(dialect.parse_verifying_key(&public).is_ok());
        }
    }
    assert!(
        dialect("grantiva")
            .generate_secret(&[7; 64])
            .starts_with("whsec_")
    );
}

#[test]
fn the_published_private_key_has_the_published_public_key() {
    let key = dialect("standard")
        .parse_secret("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==")
        .unwrap();
    assert_eq!(
        key.public_key().as_deref(),
        Some("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")
    );
    assert_eq!(format!("{key:?}"), "[secret]");
}

#[test]
fn customers_headers_cannot_replace_a_dialects_or_https() {
    for (name, own) in [
        ("ventryx", "ventryx-signature"),
        ("standard", "webhook-id"),
        ("cloudevents", "authorization"),
    ] {
        let reserved: Vec<&str> = dialect(name).reserved_headers().collect();
        for header in [own, "host", "content-length", "content-type", "user-agent"] {
            assert!(reserved.contains(&header), "{name}: {header}");
        }
    }
}

#[test]
fn an_own_secret_in_the_standard_dialect_is_decoded_or_keyed_as_its_bytes() {
    let event = WireEvent {
        id: "evt_1",
        kind: "a.b",
        tenant: "acme",
        time_ms: 0,
        data: "{}",
        ..WireEvent::EMPTY
    };
    let signature = |key: SigningKey| {
        let attempt = WireAttempt {
            event: &event,
            delivery_id: "del_1",
            delivery_uuid: "",
            endpoint_id: "ep_1",
            url: "https://example.com",
            method: "POST",
            timestamp_ms: 0,
            body: b"{}",
            ..WireAttempt::EMPTY
        };
        dialect("standard").headers(&attempt, &[key])
    };
    let check = |secret: &str, bytes: &[u8]| {
        let key = dialect("standard").parse_secret(secret).unwrap();
        let expected = SigningKey::shared(bytes.to_vec());
        assert_eq!(signature(key), signature(expected), "{secret:?}");
    };
    check("correct horse battery", b"correct horse battery");
    check("your-webhook-secret", b"your-webhook-secret");
    // As the official libraries: base64 is decoded without the prefix, too.
    check(
        "AAECAwQFBgcICQoLDA0ODw==",
        &std::array::from_fn::<u8, 16, _>(|n| n as u8),
    );
    check(
        " AAECAwQFBgcICQoLDA0ODw\n",
        &std::array::from_fn::<u8, 16, _>(|n| n as u8),
    );
}

/// What the vendors' own documentation shows, with secrets too short to be registered: how long a secret must be is a
/// rule for what signs from now on.
#[test]
fn documented_examples_verify_with_their_short_secrets() {
    let check = |name: &str, secret: &str, url: &str, header: (&str, &str), body: &str| {
        let dialect = dialect(name);
        let key = dialect.parse_verifying_key(secret).unwrap();
        let received = Received {
            method: "POST",
            url,
            headers: &[header],
            body: body.as_bytes(),
        };
        assert!(dialect.verify(&received, &[key], 0).is_ok(), "{name}");
        let tampered = Received {
            body: b"Digits=4321",
            ..received
        };
        let key = dialect.parse_verifying_key(secret).unwrap();
        assert!(dialect.verify(&tampered, &[key], 0).is_err(), "{name}");
    };
    check(
        "twilio",
        "12345",
        "https://mycompany.com/myapp.php?foo=1&bar=2",
        ("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212",
    );
    check(
        "github",
        "It's a Secret to Everybody",
        "",
        (
            "X-Hub-Signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        ),
        "Hello, World!",
    );
    // RFC 4231, test case 2.
    check(
        "github",
        "Jefe",
        "",
        (
            "X-Hub-Signature-256",
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        "what do ya want for nothing?",
    );
    assert!(dialect("twilio").register_secret("12345").is_err());
    for name in ["twilio", "standard", "github"] {
        assert!(dialect(name).parse_verifying_key("").is_err(), "{name}");
    }
    for empty in ["whsec_", "whsec_%"] {
        assert!(dialect("standard").parse_verifying_key(empty).is_err());
    }
}

#[test]
fn a_secret_without_its_prefix_is_read_as_the_official_libraries_do() {
    let body = br#"{"test": 2432232314}"#;
    let headers = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        (
            "webhook-signature",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ];
    let received = Received {
        method: "POST",
        url: "",
        headers: &headers,
        body,
    };
    let standard = dialect("standard");
    let bare = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let key = standard.parse_verifying_key(bare).unwrap();
    assert!(
        standard
            .verify(&received, &[key], 1_614_265_330_000)
            .is_ok()
    );
    let kept = standard.register_secret(bare).unwrap();
    let key = standard.stored_key(&kept).unwrap();
    let verified = standard.verify(&received, &[key.into()], 1_614_265_330_000);
    assert!(verified.is_ok());
    // One that an earlier version has kept without its prefix signs as it always did.
    let old = standard.stored_key(bare).unwrap();
    let verified = standard.verify(&received, &[old.into()], 1_614_265_330_000);
    assert!(verified.is_err());
    let attempt = WireAttempt {
        body,
        ..WireAttempt::EMPTY
    };
    let bytes = SigningKey::shared(bare.as_bytes().to_vec());
    let old = standard.stored_key(bare).unwrap();
    assert_eq!(
        standard.headers(&attempt, &[old]),
        standard.headers(&attempt, &[bytes])
    );
}

#[test]
fn what_a_customer_registers_signs_as_what_was_typed() {
    for dialect in nuncio_dialect::builtin() {
        for secret in [
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "12345678",
            "my-own-secret",
            "a+b/c=d?",
        ] {
            let kept = dialect.register_secret(secret).unwrap();
            let attempt = WireAttempt {
                body: b"{}",
                ..WireAttempt::EMPTY
            };
            let typed = dialect.parse_secret(secret).unwrap();
            let stored = dialect.stored_key(&kept).unwrap();
            assert_eq!(
                dialect.headers(&attempt, &[typed]),
                dialect.headers(&attempt, &[stored]),
                "{dialect:?}: {secret}"
            );
            // What is kept can be registered again: it is shown to customers, who may move.
            let again = dialect.register_secret(&kept);
            assert!(again.is_ok_and(|again| again == kept) || secret == "12345678");
        }
    }
}
