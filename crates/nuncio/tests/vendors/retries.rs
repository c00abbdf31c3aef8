//! What stays and what changes from one attempt to the next.

use crate::{fair::Fair, support::receiver::Judged, vendor::VENDORS};

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
