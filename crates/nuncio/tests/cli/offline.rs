//! Commands that need no server: sign, verify, dialect, openapi, completions.

use crate::{
    run::{DONE, NO, USAGE, offline, run, utf8},
    support::api::text,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn wrong_usage_exits_with_2() {
    offline(&["frobnicate"], "").await.expect(USAGE);
    offline(&["serve", "--no-such-flag"], "")
        .await
        .expect(USAGE);
    offline(
        &["sign", "--dialect", "none-such", "--secret", SECRET],
        "{}",
    )
    .await
    .expect(USAGE);
    let short = [("NUNCIO_ADMIN_KEY", "short")];
    run(&["serve", "--listen", "127.0.0.1:0"], "", &short)
        .await
        .expect(USAGE);
    offline(&["--help"], "").await.expect(DONE);
    offline(&["--version"], "").await.expect(DONE);
}

#[tokio::test]
async fn sign_gives_the_published_vectors() {
    let check = async |dialect: &str, header: &str, args: &[&str], body: &str, expected: &str| {
        let mut all = vec!["sign", "--dialect", dialect, "--secret", SECRET];
        all.extend(args);
        let lines = offline(&all, body).await.expect(DONE);
        let line = format!("{header}: {expected}").to_lowercase();
        assert!(
            lines.to_lowercase().lines().any(|l| l == line),
            "{dialect}: {lines}"
        );
        all.push("--json");
        let headers = offline(&all, body).await.json(DONE);
        let found = headers.as_object().expect("headers").iter();
        let value = found
            .filter(|(name, _)| name.eq_ignore_ascii_case(header))
            .map(|(_, v)| v);
        assert_eq!(value.collect::<Vec<_>>(), [expected], "{dialect}");
    };
    check(
        "standard",
        "webhook-signature",
        &[
            "--id",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "--timestamp-ms",
            "1614265330000",
        ],
        r#"{"test": 2432232314}"#,
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    )
    .await;
    check(
        "inviolet",
        "inviolet-signature",
        &["--timestamp-ms", "1777206896123"],
        r#"{"event":"approval.granted","organization_id":"org_2pX9","created_at":"2026-04-26T12:34:56Z","data":{"approval_request_id":"ar_2pX9","user_id":"user_2pX9","intent_label":"pii_export","data_elements":["customer.email","customer.phone"],"data_source_id":"salesforce_prod"}}"#,
        "sha256=41b1da54623db0fc4c7b3951ec76cfe24dc387b98941aea045b9f0d631f0077a",
    )
    .await;
    check(
        "yativo",
        "x-webhook-signature",
        &[],
        r#"{"id":"evt_01HXYZ","type":"payment.completed","created_at":"2026-04-03T09:15:00.000Z","data":{"amount":"10.50","currency":"USD"}}"#,
        "fe96b71f7e56966f5d1a5385dbbfbedefd184ae54b8fa2c83aa3227c24ee1e7a",
    )
    .await;
}

#[tokio::test]
async fn verify_says_yes_or_no() {
    let verify = async |signature: &str, now_ms: &str, body: &str, json: bool| {
        let signature = format!("webhook-signature: {signature}");
        let mut args = vec!["verify", "--secret", SECRET, "--now-ms", now_ms];
        args.extend(["-H", "Webhook-Id: msg_p5jXN8AQM9LWM0D4loKWxJek"]);
        args.extend(["-H", "webhook-timestamp: 1614265330", "-H", &signature]);
        args.extend(json.then_some("--json"));
        offline(&args, body).await
    };
    const GOOD: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const BODY: &str = r#"{"test": 2432232314}"#;
    const NOW_MS: &str = "1614265330000";
    verify(GOOD, NOW_MS, BODY, false).await.expect(DONE);
    verify(&format!("v1,AAAA {GOOD} v2,x"), NOW_MS, BODY, false)
        .await
        .expect(DONE);
    assert_eq!(
        verify(GOOD, NOW_MS, BODY, true).await.json(DONE)["genuine"],
        true
    );
    verify(GOOD, NOW_MS, "{}", false).await.expect(NO);
    verify("v1,", NOW_MS, BODY, false).await.expect(NO);
    verify(&GOOD.replace("v1", "v2"), NOW_MS, BODY, false)
        .await
        .expect(NO);
    verify(GOOD, "1614265631000", BODY, false).await.expect(NO);
    let refused = verify(GOOD, "1614265029000", BODY, true).await.json(NO);
    assert_eq!(refused["genuine"], false);
    assert!(refused["error"].is_string());
}

#[tokio::test]
async fn dialects_are_listed_shown_checked_and_previewed() {
    let folder = tempfile::tempdir().expect("a folder");
    let listed = offline(&["dialect", "list", "--json"], "").await.json(DONE);
    let names: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|dialect| text(dialect, "name"))
        .collect();
    let human = offline(&["dialect", "list"], "").await.expect(DONE);
    for name in [
        "standard",
        "inviolet",
        "deiterate",
        "ventryx",
        "yativo",
        "grantiva",
        "stripe",
    ] {
        assert!(names.iter().any(|listed| listed == name), "{names:?}");
        assert!(human.contains(name), "{human}");
    }
    for name in &names {
        let shown = offline(&["dialect", "show", name], "").await.expect(DONE);
        let file = folder.path().join(format!("{name}.toml"));
        std::fs::write(&file, shown).expect("written");
        offline(&["dialect", "check", utf8(&file)], "")
            .await
            .expect(DONE);
        offline(&["dialect", "preview", name], "")
            .await
            .expect(DONE);
    }
    let bad = folder.path().join("bad.toml");
    std::fs::write(&bad, "name = \"bad\"\nnonsense = 1\n").expect("written");
    let said = offline(&["dialect", "check", utf8(&bad)], "")
        .await
        .expect(NO);
    assert!(
        said.contains("bad.toml") && said.contains('2'),
        "file and line: {said}"
    );
    let checked = offline(&["dialect", "check", "--json", utf8(&bad)], "")
        .await
        .json(NO);
    assert_eq!(checked[0]["good"], false);
}

#[tokio::test]
async fn a_preview_is_genuine() {
    let args = [
        "dialect",
        "preview",
        "ventryx",
        "--data",
        r#"{"b":1.0,"a":2}"#,
        "--json",
    ];
    let preview = offline(&args, "").await.json(DONE);
    let body = text(&preview, "body");
    assert!(body.ends_with(r#""data":{"b":1.0,"a":2}}"#), "{body}");
    let mut args = vec![
        "verify".to_owned(),
        "--dialect".to_owned(),
        "ventryx".to_owned(),
    ];
    args.extend(["--secret".to_owned(), text(&preview, "secret")]);
    for (name, value) in preview["headers"].as_object().expect("headers") {
        let value = value.as_str().expect("text");
        args.extend(["-H".to_owned(), format!("{name}: {value}")]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    offline(&args, &body).await.expect(DONE);
}

#[tokio::test]
async fn the_openapi_document_and_completions_are_printed() {
    let document = offline(&["openapi"], "").await.json(DONE);
    assert!(text(&document, "openapi").starts_with("3.1"));
    assert!(document["paths"]["/v1/events"]["post"].is_object());
    for shell in ["bash", "zsh", "fish"] {
        let script = offline(&["completions", shell], "").await.expect(DONE);
        assert!(script.contains("nuncio"));
    }
}
