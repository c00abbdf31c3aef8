//! Copies of genuine requests, altered in one place each, are refused as the vendor documents.

use crate::{
    fair::Fair,
    support::receiver::{Judged, Receiver},
    vendor::{VENDORS, Vendor},
};

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
