//! What the libraries sign by themselves is accepted by Nuncio's receivers and by `nuncio verify`.

use std::{collections::BTreeMap, process::Stdio};

use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::{
    contract::Contract,
    ecosystem::Ecosystem,
    pair::{Pair, pairs},
    run::{Rig, Site},
    samples::samples,
    support::{receiver::Judged, server::nuncio, wait::within},
    versions,
};

/// `nuncio verify` says yes.
const GENUINE: i32 = 0;
/// It says no.
const FORGED: i32 = 3;

/// Headers, their names in lower case.
pub(crate) type Headers = BTreeMap<String, String>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_libraries_for_node_sign_is_accepted() {
    check(Ecosystem::Node).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_libraries_for_python_sign_is_accepted() {
    check(Ecosystem::Python).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_libraries_for_go_sign_is_accepted() {
    check(Ecosystem::Go).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_libraries_for_java_sign_is_accepted() {
    check(Ecosystem::Java).await;
}

/// Nuncio's own receivers, which stand beside the vendors' in each program.
const OURS: &str = "nuncio";

async fn check(ecosystem: Ecosystem) {
    if ecosystem.missing().is_some() {
        return;
    }
    let mut rig = Rig::start(ecosystem).await;
    for pair in pairs(ecosystem).iter().filter(|pair| pair.signs) {
        let path = format!("/{}", pair.slug());
        let site = rig.site(pair, &path, json!({}), json!({})).await;
        // A body as the server writes it; what the library adds is its own.
        let data = &samples(pair.contract())[3].data;
        site.publish(pair.contract().event_type, data).await;
        let mut judged = rig.receiver.judged(&path, 1).await.remove(0);
        let signed = signed_by(&rig, pair, &site, &judged).await;
        for name in [pair.contract().signature]
            .into_iter()
            .chain(pair.contract().timestamp)
        {
            judged.headers.remove(name);
        }
        judged.headers.extend(signed);
        check_command(&mut rig, pair, &site, &judged).await;
        check_receiver(&mut rig, pair, &site, judged).await;
        versions::signed(ecosystem, pair, 2);
    }
    rig.finish();
}

async fn check_command(rig: &mut Rig, pair: &Pair, site: &Site, judged: &Judged) {
    let found = verify(pair, site, judged).await;
    rig.check(pair, "nuncio verify", found.0 == Some(GENUINE), &found.1);
    let mut copy = judged.clone();
    copy.body.push(b' ');
    // A form with a blank behind it has another last value.
    let found = verify(pair, site, &copy).await;
    let case = "nuncio verify, another body";
    rig.check(pair, case, found.0 == Some(FORGED), &found.1);
}

async fn check_receiver(rig: &mut Rig, pair: &Pair, site: &Site, mut judged: Judged) {
    let at = (site.endpoint.secret.as_str(), site.url.as_str());
    let (library, dialect) = (OURS, pair.dialect);
    rig.receiver.expect(&site.path, library, dialect, at);
    let status = rig.resend(&judged).await;
    let all = rig.receiver.judged(&site.path, 2).await;
    let found = format!(
        "{status} {}",
        all.last().map_or("", |judged| &judged.message)
    );
    rig.check(pair, "Nuncio's receiver", status == 200, &found);
    judged.body.push(b' ');
    let status = rig.resend(&judged).await;
    let case = "Nuncio's receiver, another body";
    rig.check(
        pair,
        case,
        (400..500).contains(&status),
        &status.to_string(),
    );
}

/// The headers that the library puts on the body of a delivery.
async fn signed_by(rig: &Rig, pair: &Pair, site: &Site, judged: &Judged) -> Headers {
    let contract: &Contract = pair.contract();
    let id = [("svix-id"), ("webhook-id")]
        .iter()
        .find_map(|name| judged.headers.get(*name));
    let asked = json!({
        "secret": site.endpoint.secret,
        "id": id.map_or("evt_1", String::as_str),
        "timestamp_s": now_s(judged, contract),
        "body": judged.text(),
        "url": site.url,
    });
    let url = format!("{}/sign/{}", rig.receiver.url, pair.library);
    let answer = rig.client.post(url).body(asked.to_string()).send().await;
    let answer = answer.expect("the receiver answers");
    let status = answer.status();
    let answer = answer.text().await.expect("a text");
    assert!(status.is_success(), "{}: {answer}", pair.package);
    let headers: Headers = serde_json::from_str(&answer).expect("headers");
    lower(headers)
}

/// The time of a delivery; signing it anew changes nothing about when it was sent.
fn now_s(judged: &Judged, contract: &Contract) -> i64 {
    let shown = contract
        .timestamp
        .map(|name| judged.header(name).to_owned());
    // `t=1492774577,v1=…`
    let in_signature = judged.headers.get(contract.signature);
    let in_signature = in_signature
        .and_then(|value| Some(value.strip_prefix("t=")?.split_once(',')?.0.to_owned()));
    let time = shown.or(in_signature);
    time.map_or(0, |time| time.parse().expect("Unix time"))
}

/// The headers that Nuncio puts on the body of a delivery at another time.
pub(crate) async fn signed_by_nuncio(
    pair: &Pair,
    site: &Site,
    judged: &Judged,
    time_s: i64,
) -> Headers {
    let time_ms = (time_s * 1_000).to_string();
    let id = ["svix-id", "webhook-id"]
        .iter()
        .find_map(|name| judged.headers.get(*name));
    let mut args = vec!["sign", "--json", "--dialect", pair.dialect];
    args.extend([
        "--secret",
        &site.endpoint.secret,
        "--timestamp-ms",
        &time_ms,
    ]);
    args.extend(["--url", &site.url]);
    if let Some(id) = id {
        args.extend(["--id", id]);
    }
    let (code, printed) = run(&args, &judged.body).await;
    assert_eq!(code, Some(0), "{printed}");
    let all: Headers = serde_json::from_str(&printed).expect("headers");
    let contract = pair.contract();
    let of_signature = |name: &str| name == contract.signature || Some(name) == contract.timestamp;
    lower(all)
        .into_iter()
        .filter(|(name, _)| of_signature(name))
        .collect()
}

fn lower(headers: Headers) -> Headers {
    let lower = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
    headers.into_iter().map(lower).collect()
}

async fn verify(pair: &Pair, site: &Site, judged: &Judged) -> (Option<i32>, String) {
    let mut args = vec!["verify", "--dialect", pair.dialect];
    args.extend(["--secret", &site.endpoint.secret, "--url", &site.url]);
    let headers: Vec<String> = judged
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    for header in &headers {
        args.extend(["--header", header]);
    }
    run(&args, &judged.body).await
}

pub(crate) async fn run(args: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let mut child = nuncio()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input).await.expect("it reads the body");
    drop(stdin);
    let ended = within("the command ends", child.wait_with_output()).await;
    let ended = ended.expect("reaped");
    let said = if ended.status.success() {
        ended.stdout
    } else {
        ended.stderr
    };
    (ended.status.code(), String::from_utf8(said).expect("UTF-8"))
}
