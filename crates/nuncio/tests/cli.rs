//! The commands of the binary: what they print, in both forms, and how they exit.

mod support;

use std::{path::Path, process::Stdio};

use serde_json::{Value, json};
use support::{
    api::text,
    server::{ADMIN_KEY, Installation, MASTER_KEY, nuncio},
    sink::Sink,
    wait::{eventually, within},
};
use tokio::io::AsyncWriteExt;

/// Done.
const DONE: i32 = 0;
/// It failed.
const FAILED: i32 = 1;
/// Wrong usage or settings.
const USAGE: i32 = 2;
/// A signature or a check says no.
const NO: i32 = 3;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How a command ended.
struct Ended {
    args: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// What it printed, if it ended so.
    fn expect(self, code: i32) -> String {
        let Self {
            args,
            stdout,
            stderr,
            ..
        } = &self;
        assert_eq!(self.code, Some(code), "nuncio {args}\n{stdout}\n{stderr}");
        if code != DONE && !args.contains("--json") {
            assert!(stderr.contains("error"), "nuncio {args} says why: {stderr}");
        }
        self.stdout
    }

    /// The JSON that it printed, if it ended so.
    fn json(self, code: i32) -> Value {
        let args = self.args.clone();
        let stdout = self.expect(code);
        serde_json::from_str(&stdout)
            .unwrap_or_else(|error| panic!("nuncio {args}: {error}: {stdout}"))
    }
}

/// Runs `nuncio` with arguments, standard input, and the settings of the client commands.
async fn run(args: &[&str], input: &str, env: &[(&str, &str)]) -> Ended {
    let mut child = nuncio()
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    // A command that does not read its input closes it early.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = within("the command ends", child.wait_with_output())
        .await
        .expect("reaped");
    Ended {
        args: args.join(" "),
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs `nuncio` offline.
async fn offline(args: &[&str], input: &str) -> Ended {
    run(args, input, &[]).await
}

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

#[tokio::test]
async fn events_keys_deliveries_and_retries_from_the_command_line() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before == 0 { 500 } else { 200 }));
    let admin = server.admin();
    let made = json!({ "name": "p", "dialect": "standard" });
    let project = text(&admin.post("/v1/projects", made).await.expect(201), "id");
    admin
        .project(&project)
        .new_endpoint(json!({
            "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0] },
        }))
        .await;
    let address = server.url.clone();
    let as_admin = [
        ("NUNCIO_SERVER", address.as_str()),
        ("NUNCIO_KEY", ADMIN_KEY),
        ("NUNCIO_PROJECT", project.as_str()),
    ];
    let created = run(
        &["keys", "create", "--name", "app", "--json"],
        "",
        &as_admin,
    )
    .await;
    let created = created.json(DONE);
    let key = text(&created, "key");
    let listed = run(&["keys", "list", "--json"], "", &as_admin)
        .await
        .json(DONE);
    assert_eq!(text(&listed["data"][0], "id"), text(&created, "id"));
    assert!(
        !run(&["keys", "list"], "", &as_admin)
            .await
            .expect(DONE)
            .contains(&key)
    );

    let env = [
        ("NUNCIO_SERVER", address.as_str()),
        ("NUNCIO_KEY", key.as_str()),
    ];
    let publish = ["publish", "--tenant", "acme", "--type", "a.b"];
    let event = run(
        &[&publish[..], &["-", "--json"]].concat(),
        r#"{"b":1.0}"#,
        &env,
    )
    .await;
    assert!(text(&event.json(DONE), "id").starts_with("evt_"));
    assert!(
        receiver.arrived("/", 1).await[0]
            .text()
            .contains(r#"{"b":1.0}"#)
    );
    run(&[&publish[..], &["{not json"]].concat(), "", &env)
        .await
        .expect(USAGE);
    run(&["publish", "--tenant", "-", "--type", "a", "{}"], "", &env)
        .await
        .expect(FAILED);

    let dead = [
        "deliveries",
        "--status",
        "dead",
        "--tenant",
        "acme",
        "--json",
    ];
    let id = eventually("the delivery is dead", async || {
        let listed = run(&dead, "", &env).await.json(DONE);
        listed["data"][0]["id"].as_str().map(str::to_owned)
    })
    .await;
    assert!(
        run(&["deliveries"], "", &env)
            .await
            .expect(DONE)
            .contains(&id)
    );
    assert!(
        run(&["deliveries", &id], "", &env)
            .await
            .expect(DONE)
            .contains("500")
    );
    let job = run(&["retry", "--status", "dead", "--json"], "", &env)
        .await
        .json(DONE);
    assert_eq!(job["done"], 1);
    receiver.arrived("/", 2).await;
    run(&["retry", &id], "", &env).await.expect(DONE);
    receiver.arrived("/", 3).await;
    run(&["retry"], "", &env).await.expect(USAGE);
    run(&["retry", "del_00000000000000000000000000"], "", &env)
        .await
        .expect(FAILED);

    run(&["keys", "revoke", &text(&created, "id")], "", &as_admin)
        .await
        .expect(DONE);
    run(&["deliveries"], "", &env).await.expect(FAILED);
    server.kill().await;
    run(&["deliveries"], "", &env).await.expect(FAILED);
}

#[tokio::test]
async fn a_backup_made_under_way_restores_to_a_server_that_goes_on() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] }))
        .await;
    let event = project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 1).await;
    let data = installation.data();
    let file = installation.folder().join("nuncio.backup");
    let backup = ["backup", "--data", utf8(&data), utf8(&file)];
    offline(&[&backup[..], &["--json"]].concat(), "")
        .await
        .json(DONE);
    // Never over something that is there.
    offline(&backup, "").await.expect(FAILED);
    assert!(server.stop().await.success());

    let master = [("NUNCIO_MASTER_KEY", MASTER_KEY)];
    let doctor = ["doctor", "--data", utf8(&data)];
    run(&doctor, "", &master).await.expect(DONE);
    let findings = run(&[&doctor[..], &["--json"]].concat(), "", &master)
        .await
        .json(DONE);
    assert!(
        findings
            .as_array()
            .expect("a list")
            .iter()
            .all(|finding| finding["good"] == true)
    );
    let wrong = "0".repeat(64);
    run(&doctor, "", &[("NUNCIO_MASTER_KEY", &wrong)])
        .await
        .expect(NO);
    run(&["migrate", "--data", utf8(&data), "--json"], "", &master)
        .await
        .json(DONE);
    offline(&["restore", "--data", utf8(&data), utf8(&file)], "")
        .await
        .expect(FAILED);

    let elsewhere = Installation::with_plain_http();
    let other = elsewhere.data();
    offline(
        &["restore", "--data", utf8(&other), utf8(&file), "--json"],
        "",
    )
    .await
    .json(DONE);
    let server = elsewhere.start().await;
    let project = project.at(&server.url);
    project
        .get(&format!("/v1/events/{event}"))
        .await
        .expect(200);
    project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 2).await;
}

fn utf8(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
