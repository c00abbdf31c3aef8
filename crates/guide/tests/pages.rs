//! What the pages of the built-in dialects say.

use nuncio_dialect::{builtin, builtin_named};
use nuncio_domain::PolicyOverride;
use nuncio_guide::{Facts, Guide, Kind, Language};

fn facts(dialect: &str) -> Facts {
    let dialect = builtin_named(dialect).expect("it is built in").clone();
    let catalog = dialect.catalog().iter().map(|kind| Kind {
        name: kind.name.clone(),
        description: kind.description.clone(),
        group: kind.group.clone(),
        example: Some(kind.example.clone()),
        deprecated: false,
        retry: None,
    });
    Facts {
        product: dialect.title().to_owned(),
        api: "https://api.example.com".to_owned(),
        policy: dialect.policy().clone(),
        endpoints_max: PolicyOverride::ENDPOINTS_PER_TENANT,
        history_days: PolicyOverride::HISTORY_DAYS,
        dead_letter_days: PolicyOverride::default().dead_letter_days(),
        skips_disabled: false,
        customers_transform: false,
        catalog: catalog.collect(),
        dialect,
    }
}

fn guide(dialect: &str) -> Guide {
    Guide::write(&facts(dialect)).expect("a built-in dialect has a guide")
}

#[test]
fn every_builtin_dialect_has_a_page_with_programs() {
    for dialect in builtin() {
        let guide = guide(dialect.name());
        assert_eq!(
            guide.samples().len(),
            Language::ALL.len() * 2,
            "{dialect:?}"
        );
        for sample in guide.samples() {
            assert!(guide.markdown().contains(sample.code.trim()), "{dialect:?}");
        }
    }
}

/// What the five vendors' published contracts say, each on its own page.
#[test]
fn the_pages_say_what_the_published_contracts_say() {
    let check = |dialect: &str, facts: &[&str]| {
        let guide = guide(dialect);
        for fact in facts {
            assert!(guide.markdown().contains(fact), "{dialect}: {fact}");
        }
    };
    check(
        "inviolet",
        &[
            "`inviolet-event`",
            "`inviolet-delivery-id`",
            "`inviolet-timestamp`",
            "`inviolet-signature`",
            "more than 5 min away",
            "the timestamp as it was sent, `.` and the body",
            "after `sha256=`",
            "15 attempts in total over 24 h",
            "within 15 s",
            "Respond with **401**",
            "plain HTTP is not allowed",
            "`approval.granted`",
            "`approval.denied`",
            "`audit.export.completed`",
            "`organization_id`",
            "constructEvent(request)",
            "verifyWebhookSignature",
            "dead letter",
        ],
    );
    check(
        "deiterate",
        &[
            "`X-Deiterate-Signature`",
            "You choose the **signing secret**",
            "\"secret\": \"your-webhook-secret\"",
            "client.webhooks.create({url, events, secret})",
            "`createdAt`",
            "`previousAttributes`",
            "`document.expired`",
            "`audit.completed`",
            "within 5 s",
            "Respond with 200",
        ],
    );
    check(
        "ventryx",
        &[
            "`Ventryx-Event`",
            "`Ventryx-Delivery`",
            "`Ventryx-Signature`",
            "5 attempts in total over 2 h",
            "| 5 | 1 h 21 min |",
            "within 10 s",
            "all events, with `*`",
            "/v1/webhooks",
            "Authorization: Bearer",
            "Respond with **401** and `Invalid signature`",
            "`workflow.completed`",
            "`api_key.revoked`",
        ],
    );
    check(
        "yativo",
        &[
            "`X-Webhook-Signature`",
            "Respond with **400** when the signature or the body is missing, and with **401**",
            "`payment.completed`",
            "/v1/webhook/{id}/events",
            "detect duplicates by the body's `id`",
            "within 5 s",
            "plain HTTP is not allowed",
        ],
    );
    check(
        "grantiva",
        &[
            "`X-Grantiva-Signature`",
            "Business and Enterprise plans",
            "4 attempts in total over 36 min",
            "| 4 | 30 min |",
            "`webhook.test`",
            "JSON.stringify(JSON.parse(body))",
            "`device.attestation_failed`",
            "`attestation.anomaly`",
            "within 15 s",
            "starts with `whsec_`",
        ],
    );
}

#[test]
fn an_example_that_the_dialect_cannot_send_is_named() {
    let mut facts = facts("grantiva");
    facts.catalog[0].example = Some(r#"{"n":12345678901234567890}"#.to_owned());
    let error = Guide::write(&facts)
        .expect_err("a canonical body can't hold it")
        .to_string();
    assert!(
        error.contains("device.new") && error.contains("12345678901234567890"),
        "{error}"
    );
}

#[test]
fn the_page_says_how_long_dead_letters_are_kept() {
    let of = |history_days| {
        let own = PolicyOverride {
            history_days: Some(history_days),
            ..PolicyOverride::default()
        };
        let facts = Facts {
            history_days: own.history_days(),
            dead_letter_days: own.dead_letter_days(),
            ..facts("inviolet")
        };
        Guide::write(&facts).expect("a guide").markdown().to_owned()
    };
    assert!(of(30).contains("kept for 30 days, dead letters for 90:"));
    assert!(of(365).contains("kept for 365 days, dead letters for 365:"));
}

#[test]
fn the_page_says_what_types_and_disabled_endpoints_are_exceptions() {
    let usual = guide("inviolet").markdown().to_owned();
    assert!(!usual.contains("schedule of their own"));
    assert!(usual.contains("its deliveries wait; they start when it is enabled again"));
    let mut facts = facts("inviolet");
    facts.skips_disabled = true;
    facts.catalog[0].retry = Some(nuncio_dialect::Retry::Delays {
        delays_s: vec![0, 60, 120],
    });
    let guide = Guide::write(&facts).expect("a guide");
    let row = format!(
        "| `{}` | 3 | at once, 1 min, 2 min |",
        facts.catalog[0].name
    );
    assert!(guide.markdown().contains(&row), "{}", guide.markdown());
    assert!(
        guide
            .markdown()
            .contains("gets no deliveries of new events")
    );
}

#[test]
fn the_page_names_the_dialects_own_user_agent() {
    let github = guide("github");
    assert!(github.markdown().contains("`User-Agent: GitHub-Hookshot/"));
    let standard = guide("standard");
    assert!(
        standard
            .markdown()
            .contains("a `User-Agent` that names Nuncio")
    );
}
