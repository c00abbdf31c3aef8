//! Every receiver accepts every delivery, and each is what the vendor documents.

use crate::{
    fair::Fair,
    samples::{canonical, samples},
    support::receiver::{Judged, Receiver},
    vendor::{TENANT, VENDORS, Vendor},
};

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
