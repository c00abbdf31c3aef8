//! Five vendors at once on one server, each verified by the receivers that the vendor publishes: in Node, Python
//! and PHP, over real HTTPS, coded by hand without any of Nuncio's own code.

mod support;

use std::{collections::BTreeMap, process::Stdio};

use serde_json::json;
use support::{
    api::Api,
    receiver::{Judged, Receiver, script},
    server::{Installation, Server},
    tls::Certificates,
};
use tokio::{io::AsyncWriteExt, process::Command};

const TENANT: &str = "org_2pX9";

/// What a vendor's contract says, as its documentation puts it.
struct Vendor {
    dialect: &'static str,
    event_type: &'static str,
    signature: &'static str,
    signature_prefix: &'static str,
    /// The documented answer when the signature header is missing.
    missing: u16,
    /// The documented answer when the body is empty.
    empty: u16,
    /// The secret that the customer chooses; `None` where the server makes it.
    chosen_secret: Option<&'static str>,
    /// Names of the envelope's members, in order.
    envelope: &'static [&'static str],
}

const VENDORS: [Vendor; 5] = [
    Vendor {
        dialect: "inviolet",
        event_type: "approval.granted",
        signature: "inviolet-signature",
        signature_prefix: "sha256=",
        missing: 401,
        empty: 401,
        chosen_secret: None,
        envelope: &["event", "organization_id", "created_at", "data"],
    },
    Vendor {
        dialect: "deiterate",
        event_type: "risk.updated",
        signature: "x-deiterate-signature",
        signature_prefix: "",
        missing: 401,
        empty: 401,
        chosen_secret: Some(r#"chosen by the customer: "pass w0rd" {1}!"#),
        envelope: &["id", "type", "createdAt", "data"],
    },
    Vendor {
        dialect: "ventryx",
        event_type: "workflow.completed",
        signature: "ventryx-signature",
        signature_prefix: "sha256=",
        missing: 401,
        empty: 401,
        chosen_secret: None,
        envelope: &["id", "type", "created_at", "data"],
    },
    Vendor {
        dialect: "yativo",
        event_type: "payment.completed",
        signature: "x-webhook-signature",
        signature_prefix: "",
        missing: 400,
        empty: 400,
        chosen_secret: None,
        envelope: &["id", "type", "created_at", "data"],
    },
    Vendor {
        dialect: "grantiva",
        event_type: "device.high_risk",
        signature: "x-grantiva-signature",
        signature_prefix: "sha256=",
        missing: 401,
        empty: 401,
        chosen_secret: None,
        envelope: &["event", "data"],
    },
];

/// Data as publishers may write it: JSON texts, whose every byte matters.
fn samples() -> Vec<String> {
    let texts = [
        r#"{"object":{"id":"risk_1","rating":"high"},"previousAttributes":{"rating":"low"}}"#,
        r#"{"device_id":"dev_1","risk_score":0.97,"amount":"10.50"}"#,
        r#"{}"#,
        // Unicode as it is and escaped, beyond the basic plane, and what JavaScript once took for line ends.
        "{\"plain\":\"zażółć 日本語 😀 \u{2028}\u{2029}\u{7f}\u{feff}\",\"escaped\":\"\\u007a\\u00E9\\ud83d\\uDE00\\u2028\"}",
        r#"{"escapes":"\"\\\/\b\f\n\r\t\u0000\u001f\u0008","quote\"key":1,"slash\/key":2,"tab\tkey":3}"#,
        // Numbers whose ECMAScript form differs but means the same.
        r#"{"n":[1.0,1e3,1E-7,-0,-0.0,0.1,1.50,1E+2,1e21,123456789012345680000,5e-324,1.7976931348623157e308,0.000001,1e-7]}"#,
        // Keys that look like array indices, at several levels; and some that only nearly do.
        r#"{"b":1,"10":2,"2":{"z":1,"1":2,"01":3,"4294967294":4,"4294967295":5,"-1":6,"1.5":7},"a":[{"9":1,"x":2,"3":4}],"0":0}"#,
        r#"{"":"empty","x":{"":{"":[]}},"constructor":1,"__proto__":{"polluted":true},"toString":null,"y":{"__proto__":null}}"#,
        // Names twice, once in another spelling.
        r#"{"a":1,"b":2,"a":3,"x":{"k":1,"k":{"deep":[1,1.0]}},"\u0062":4}"#,
        "{ \"spaced\" : [ 1 , 2 ,\n\t{ } ] , \"x\" : \"  kept  \" }",
        r#"{"html":"<script>&'\u003c</script>","percent":"%7B%22","php":"<?php","null":null,"t":true,"f":false}"#,
    ];
    let deep = format!("{{\"deep\":{}0.5{}}}", "[".repeat(100), "]".repeat(100));
    let mut samples: Vec<String> = texts.map(str::to_owned).into();
    samples.extend([deep, large()]);
    samples
}

/// Close to the limit of 1 MiB.
fn large() -> String {
    let row = |n: usize| format!(r#"{{"n":{n},"ratio":{n}.25,"text":"zażółć gęślą jaźń 😀 {n}"}}"#);
    let rows: Vec<String> = (0..13_500).map(row).collect();
    let data = format!("{{\"rows\":[{}]}}", rows.join(","));
    assert!((900_000..1_048_576).contains(&data.len()), "{}", data.len());
    data
}

/// What real JavaScript makes of each text.
async fn canonical(texts: &[String]) -> Vec<String> {
    let mut node = Command::new("node")
        .arg(script("canonical.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    let input = serde_json::to_vec(texts).expect("texts");
    let mut stdin = node.stdin.take().expect("piped");
    stdin.write_all(&input).await.expect("node reads");
    drop(stdin);
    let output = node.wait_with_output().await.expect("node ends");
    serde_json::from_slice(&output.stdout).expect("node prints JSON")
}

/// A server with one project for each vendor, and for each project an endpoint in each language.
struct Fair {
    _installation: Installation,
    _server: Server,
    client: reqwest::Client,
    projects: BTreeMap<&'static str, Api>,
    receivers: Vec<Receiver>,
}

impl Fair {
    async fn open() -> Self {
        let installation = Installation::new();
        let certificates = Certificates::make(installation.folder());
        let installation = installation.arg("--egress-ca").arg(&certificates.ca);
        let folder = installation.folder();
        let receivers = vec![
            Receiver::start("node", "vendors.mjs", &certificates, folder).await,
            Receiver::start("python3", "vendors.py", &certificates, folder).await,
            Receiver::start("php", "vendors.php", &certificates, folder).await,
        ];
        let server = installation.start().await;
        let mut fair = Self {
            client: certificates.client(),
            projects: BTreeMap::new(),
            receivers,
            _server: server,
            _installation: installation,
        };
        let admin = fair._server.admin();
        for vendor in &VENDORS {
            let project = admin.new_project(vendor.dialect, json!({})).await;
            let tenant = json!({ "name": "Acme", "plan": "Business" });
            project
                .put(&format!("/v1/tenants/{TENANT}"), tenant)
                .await
                .expect(200);
            fair.projects.insert(vendor.dialect, project);
        }
        fair
    }

    /// Makes an endpoint at a path of a receiver, which learns its secret.
    async fn endpoint(
        &mut self,
        vendor: &Vendor,
        receiver: usize,
        path: &str,
        retry: Option<&str>,
    ) {
        let receiver = &mut self.receivers[receiver];
        let mut body = json!({
            "tenant": TENANT,
            "url": format!("{}{path}", receiver.url),
            "events": [vendor.event_type],
        });
        if let Some(secret) = vendor.chosen_secret {
            body["secret"] = secret.into();
        }
        if let Some(retry) = retry {
            body["retry"] = serde_json::from_str(retry).expect("JSON");
        }
        let endpoint = self.projects[vendor.dialect].new_endpoint(body).await;
        if let Some(secret) = vendor.chosen_secret {
            assert_eq!(endpoint.secret, secret);
        }
        if vendor.dialect == "grantiva" {
            assert!(endpoint.secret.starts_with("whsec_"));
        }
        receiver.learn(path, &endpoint.secret);
    }

    async fn everywhere(&mut self) {
        for vendor in &VENDORS {
            for receiver in 0..self.receivers.len() {
                self.endpoint(vendor, receiver, &format!("/{}", vendor.dialect), None)
                    .await;
            }
        }
    }

    async fn publish(&self, vendor: &Vendor, data: &str) {
        self.projects[vendor.dialect]
            .publish(TENANT, vendor.event_type, data)
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_receiver_accepts_every_delivery_of_every_vendor() {
    let mut fair = Fair::open().await;
    fair.everywhere().await;
    let samples = samples();
    let canonical = canonical(&samples).await;
    for data in &samples {
        for vendor in &VENDORS {
            fair.publish(vendor, data).await;
        }
    }
    for vendor in &VENDORS {
        let expected = if vendor.dialect == "grantiva" {
            &canonical
        } else {
            &samples
        };
        for receiver in &fair.receivers {
            let path = format!("/{}", vendor.dialect);
            let seen = receiver.accepted(&path, samples.len()).await;
            check_all_accepted_once(&seen, receiver, vendor);
            check_data_is_as_published(&seen, expected, vendor);
        }
    }
}

fn check_all_accepted_once(seen: &[Judged], receiver: &Receiver, vendor: &Vendor) {
    for judged in seen {
        let Judged {
            path,
            status,
            message,
            ..
        } = judged;
        let language = receiver.language;
        assert!(judged.accepted(), "{language} {path}: {status} {message}");
        check_headers(judged, vendor);
        check_envelope(judged, vendor);
    }
}

fn check_headers(judged: &Judged, vendor: &Vendor) {
    assert_eq!(judged.header("content-type"), "application/json");
    assert_eq!(judged.header("accept-encoding"), "identity");
    assert!(judged.header("user-agent").contains("Nuncio"));
    let signature = judged.header(vendor.signature);
    let hex = signature
        .strip_prefix(vendor.signature_prefix)
        .expect("the documented prefix");
    assert!(hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    match vendor.dialect {
        "inviolet" => {
            assert_eq!(judged.header("inviolet-event"), vendor.event_type);
            let id = judged.header("inviolet-delivery-id");
            let groups: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
            assert_eq!(
                judged.header("inviolet-timestamp").len(),
                "1777206896123".len()
            );
        }
        "ventryx" => {
            assert_eq!(judged.header("ventryx-event"), vendor.event_type);
            assert!(judged.header("ventryx-delivery").starts_with("del_"));
        }
        _ => {}
    }
}

/// The members before `data`, by hand: their names, order and the form of their values.
fn check_envelope(judged: &Judged, vendor: &Vendor) {
    let mut rest = judged.text();
    for (n, name) in vendor.envelope.iter().enumerate() {
        let before = if n == 0 { '{' } else { ',' };
        rest = rest
            .strip_prefix(&format!("{before}\"{name}\":"))
            .unwrap_or_else(|| panic!("{}: {name} is not next in {rest:.80}", vendor.dialect));
        if *name == "data" {
            return;
        }
        let (value, after) = rest[1..].split_once('"').expect("a string");
        match *name {
            "event" | "type" => assert_eq!(value, vendor.event_type),
            "organization_id" => assert_eq!(value, TENANT),
            "id" => assert!(value.starts_with("evt_"), "{value}"),
            _ if vendor.dialect == "inviolet" => check_time("0000-00-00T00:00:00Z", value),
            _ => check_time("0000-00-00T00:00:00.000Z", value),
        }
        rest = after;
    }
}

fn check_time(form: &str, time: &str) {
    let digits_as_zeros = time.replace(|c: char| c.is_ascii_digit(), "0");
    assert_eq!(digits_as_zeros, form, "{time}");
}

fn check_data_is_as_published(seen: &[Judged], expected: &[String], vendor: &Vendor) {
    let mut got: Vec<&str> = seen
        .iter()
        .map(|judged| {
            let (_, data) = judged.text().split_once("\"data\":").expect("the envelope");
            data.strip_suffix('}').expect("data comes last")
        })
        .collect();
    let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    got.sort_unstable();
    expected.sort_unstable();
    assert_eq!(got.len(), expected.len(), "{}", vendor.dialect);
    for (got, expected) in got.into_iter().zip(expected) {
        assert!(
            got == expected,
            "{}:\n{got:.300}\n{expected:.300}",
            vendor.dialect
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tampered_copies_are_refused_with_the_documented_codes() {
    let mut fair = Fair::open().await;
    fair.everywhere().await;
    for vendor in &VENDORS {
        fair.publish(vendor, r#"{"device_id":"dev_1","risk_score":0.97}"#)
            .await;
        for receiver in &fair.receivers {
            let path = format!("/{}", vendor.dialect);
            let genuine = receiver.accepted(&path, 1).await.remove(0);
            let forger = Forger {
                client: &fair.client,
                receiver,
                genuine,
            };
            check_tampering(&forger, vendor).await;
        }
    }
}

async fn check_tampering(forger: &Forger<'_>, vendor: &Vendor) {
    forger.check("untouched", 200, |_| {}).await;
    forger
        .check("a letter of the body changed", 401, |copy| {
            let text = copy.text().replace("dev_1", "dev_2");
            copy.body = text.into_bytes();
        })
        .await;
    forger
        .check("the signature's last digit changed", 401, |copy| {
            change_last(copy.headers.get_mut(vendor.signature).expect("signed"));
        })
        .await;
    forger
        .check("the signature cut short", 401, |copy| {
            let signature = copy.headers.get_mut(vendor.signature).expect("signed");
            signature.truncate(signature.len() - 2);
        })
        .await;
    forger
        .check("no signature", vendor.missing, |copy| {
            copy.headers.remove(vendor.signature);
        })
        .await;
    forger
        .check("no body", vendor.empty, |copy| copy.body.clear())
        .await;
    if vendor.dialect == "inviolet" {
        check_window(forger).await;
    }
}

/// Five minutes both ways, to the millisecond, and the timestamp is part of what is signed.
async fn check_window(forger: &Forger<'_>) {
    const WINDOW_MS: i64 = 5 * 60 * 1_000;
    forger
        .check("the timestamp moved", 401, |copy| {
            change_last(copy.headers.get_mut("inviolet-timestamp").expect("sent"));
        })
        .await;
    forger
        .check("no timestamp", 401, |copy| {
            copy.headers.remove("inviolet-timestamp");
        })
        .await;
    let sent_ms: i64 = forger
        .genuine
        .header("inviolet-timestamp")
        .parse()
        .expect("a number");
    for (late_ms, status) in [
        (WINDOW_MS, 200),
        (WINDOW_MS + 1, 401),
        (-WINDOW_MS, 200),
        (-WINDOW_MS - 1, 401),
    ] {
        forger.receiver.believe(Some(sent_ms + late_ms));
        forger
            .check(&format!("{late_ms} ms late"), status, |_| {})
            .await;
    }
    forger.receiver.believe(None);
}

/// Replaces the last digit by another one.
fn change_last(text: &mut String) {
    let last = text.pop().expect("not empty");
    text.push(if last == '0' { '1' } else { '0' });
}

/// Sends altered copies of a genuine request straight to a receiver.
struct Forger<'a> {
    client: &'a reqwest::Client,
    receiver: &'a Receiver,
    genuine: Judged,
}

impl Forger<'_> {
    async fn check(&self, what: &str, status: u16, alter: impl FnOnce(&mut Judged)) {
        let mut copy = self.genuine.clone();
        alter(&mut copy);
        let mut request = self
            .client
            .post(format!("{}{}", self.receiver.url, copy.path))
            .body(copy.body);
        let of_the_connection = ["host", "content-length", "connection"];
        for (name, value) in &copy.headers {
            if !of_the_connection.contains(&name.as_str()) {
                request = request.header(name, value);
            }
        }
        let response = request.send().await.expect("the receiver answers");
        let (language, path) = (self.receiver.language, &copy.path);
        assert_eq!(
            response.status().as_u16(),
            status,
            "{language} {path}: {what}"
        );
        let answer = response.text().await.expect("a text");
        if status == 401 && path == "/ventryx" {
            assert_eq!(answer, "Invalid signature");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_has_the_same_delivery_id_and_body_but_a_fresh_timestamp_and_signature() {
    const NODE: usize = 0;
    let mut fair = Fair::open().await;
    for vendor in &VENDORS {
        let path = format!("/{}/flaky", vendor.dialect);
        fair.endpoint(vendor, NODE, &path, Some(r#"{"delays_s":[0,1,1]}"#))
            .await;
        fair.publish(vendor, r#"{"device_id":"dev_1","risk_score":1.0}"#)
            .await;
    }
    for vendor in &VENDORS {
        let path = format!("/{}/flaky", vendor.dialect);
        let seen = fair.receivers[NODE].accepted(&path, 1).await;
        let [failed, accepted] = &seen[..] else {
            panic!("two attempts at {path}, not {}", seen.len());
        };
        assert_eq!((failed.status, accepted.status), (500, 200), "{path}");
        assert_eq!(failed.text(), accepted.text(), "{path}");
        let same = |name: &str| failed.header(name) == accepted.header(name);
        match vendor.dialect {
            "inviolet" => {
                assert!(same("inviolet-delivery-id"));
                assert!(!same("inviolet-signature"));
                let ms = |judged: &Judged| -> i64 {
                    judged
                        .header("inviolet-timestamp")
                        .parse()
                        .expect("a number")
                };
                assert!(
                    ms(accepted) - ms(failed) >= 1_000,
                    "a fresh one, after the delay"
                );
            }
            "ventryx" => assert!(same("ventryx-delivery") && same("ventryx-signature")),
            _ => assert!(same(vendor.signature), "{path}"),
        }
    }
}
