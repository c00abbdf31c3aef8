//! How each vendor's customers verify a webhook: the published rules, written out by hand.
//!
//! Nothing here comes from the library that signs: a mistake in one cannot hide a mistake in the other. The
//! HMAC key is the secret string as it was shown, prefix and all.

use hmac::{Hmac, KeyInit, Mac};
use hyper::HeaderMap;
use serde_json::Value;
use sha2::Sha256;

/// What came in, and what it is checked with.
pub(super) struct Incoming<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
    pub(super) secret: &'a str,
    /// The receiver's clock, Unix milliseconds.
    pub(super) now_ms: i64,
}

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Signature or body are not there.
    Missing,
    /// The signature is not that of this body under this secret.
    Wrong,
    /// Signed too long ago, or in the future.
    Stale,
    /// Well signed, but not in the vendor's published form.
    Malformed,
}

/// Checks a request. `Ok` is what the customer recognises it by when it comes again.
pub(super) type Rule = fn(&Incoming<'_>) -> Result<String, Refusal>;

/// Five minutes, both ways.
const INVIOLET_WINDOW_MS: u64 = 5 * 60 * 1_000;

/// `inviolet-signature: sha256=` + hex HMAC of `timestamp.body`, in a window of five minutes.
pub(super) fn inviolet(request: &Incoming<'_>) -> Result<String, Refusal> {
    let timestamp = request.header("inviolet-timestamp")?;
    let signed = [timestamp.as_bytes(), b".", request.body].concat();
    request.check("inviolet-signature", "sha256=", &signed)?;
    let timestamp_ms: i64 = timestamp.parse().map_err(|_| Refusal::Malformed)?;
    if request.now_ms.abs_diff(timestamp_ms) > INVIOLET_WINDOW_MS {
        return Err(Refusal::Stale);
    }
    let envelope = request.envelope(&["event", "organization_id", "created_at", "data"])?;
    same(
        envelope["event"].as_str(),
        request.header("inviolet-event")?,
    )?;
    let delivery = request.header("inviolet-delivery-id")?;
    let groups: Vec<usize> = delivery.split('-').map(str::len).collect();
    holds(groups == [8, 4, 4, 4, 12])?;
    Ok(delivery.to_owned())
}

/// `X-Deiterate-Signature:` hex HMAC of the body, with the secret that the customer chose.
pub(super) fn deiterate(request: &Incoming<'_>) -> Result<String, Refusal> {
    request.check("x-deiterate-signature", "", request.body)?;
    let envelope = request.envelope(&["id", "type", "createdAt", "data"])?;
    let updated = text(&envelope, "type")?.ends_with(".updated");
    holds(envelope["data"].get("object").is_some())?;
    holds(envelope["data"].get("previousAttributes").is_some() == updated)?;
    text(&envelope, "id")
}

/// `Ventryx-Signature: sha256=` + hex HMAC of the body.
pub(super) fn ventryx(request: &Incoming<'_>) -> Result<String, Refusal> {
    request.check("ventryx-signature", "sha256=", request.body)?;
    let envelope = request.envelope(&["id", "type", "created_at", "data"])?;
    same(envelope["type"].as_str(), request.header("ventryx-event")?)?;
    let delivery = request.header("ventryx-delivery")?;
    holds(delivery.starts_with("del_"))?;
    Ok(delivery.to_owned())
}

/// `X-Webhook-Signature:` hex HMAC of the body; `id` in the body tells repeats.
pub(super) fn yativo(request: &Incoming<'_>) -> Result<String, Refusal> {
    request.check("x-webhook-signature", "", request.body)?;
    text(
        &request.envelope(&["id", "type", "created_at", "data"])?,
        "id",
    )
}

/// `X-Grantiva-Signature: sha256=` + hex HMAC. The vendor's Swift receiver signs the raw body, its Node receiver
/// signs `JSON.stringify(JSON.parse(body))`: this customer runs both, and both must agree.
pub(super) fn grantiva(request: &Incoming<'_>) -> Result<String, Refusal> {
    request.check("x-grantiva-signature", "sha256=", request.body)?;
    let parsed = request.envelope(&["event", "data"])?;
    request.check(
        "x-grantiva-signature",
        "sha256=",
        parsed.to_string().as_bytes(),
    )?;
    // The envelope has no id: nothing but its text tells two of them apart.
    Ok(parsed.to_string())
}

impl Incoming<'_> {
    fn header(&self, name: &str) -> Result<&str, Refusal> {
        let value = self.headers.get(name).ok_or(Refusal::Missing)?;
        value.to_str().map_err(|_| Refusal::Malformed)
    }

    /// Compares the header with the HMAC-SHA256 of `signed`, in constant time.
    fn check(&self, header: &str, prefix: &str, signed: &[u8]) -> Result<(), Refusal> {
        let value = self.header(header)?;
        if self.body.is_empty() {
            return Err(Refusal::Missing);
        }
        let hex = value.strip_prefix(prefix).ok_or(Refusal::Wrong)?;
        let signature = from_hex(hex).ok_or(Refusal::Wrong)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes())
            .expect("HMAC takes keys of any length");
        mac.update(signed);
        mac.verify_slice(&signature).map_err(|_| Refusal::Wrong)
    }

    /// The body as an object with exactly these members in this order, sent as `application/json`.
    fn envelope(&self, members: &[&str]) -> Result<Value, Refusal> {
        same(Some("application/json"), self.header("content-type")?)?;
        let envelope: Value = serde_json::from_slice(self.body).map_err(|_| Refusal::Malformed)?;
        let object = envelope.as_object().ok_or(Refusal::Malformed)?;
        holds(object.keys().eq(members))?;
        Ok(envelope)
    }
}

fn text(envelope: &Value, member: &str) -> Result<String, Refusal> {
    envelope[member]
        .as_str()
        .map(str::to_owned)
        .ok_or(Refusal::Malformed)
}

fn same(left: Option<&str>, right: &str) -> Result<(), Refusal> {
    holds(left == Some(right))
}

fn holds(published: bool) -> Result<(), Refusal> {
    if published {
        Ok(())
    } else {
        Err(Refusal::Malformed)
    }
}

/// Lower-case hex only, as all five vendors publish it.
fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let bytes = pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() {
        bytes.collect()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const NOW_MS: i64 = 1_777_206_896_123;

    /// Runs a rule over published vectors; each header is `name: value`.
    fn judge(
        rule: Rule,
        secret: &str,
        headers: &[&str],
        body: &str,
        now_ms: i64,
    ) -> Result<String, Refusal> {
        let mut map = HeaderMap::new();
        map.insert("content-type", "application/json".parse().unwrap());
        for header in headers {
            let (name, value) = header.split_once(": ").unwrap();
            let name: hyper::header::HeaderName = name.parse().unwrap();
            map.insert(name, value.parse().unwrap());
        }
        rule(&Incoming {
            headers: &map,
            body: body.as_bytes(),
            secret,
            now_ms,
        })
    }

    const INVIOLET_BODY: &str = r#"{"event":"approval.granted","organization_id":"org_2pX9","created_at":"2026-04-26T12:34:56Z","data":{"approval_request_id":"ar_2pX9","user_id":"user_2pX9","intent_label":"pii_export","data_elements":["customer.email","customer.phone"],"data_source_id":"salesforce_prod"}}"#;
    const INVIOLET_HEADERS: [&str; 4] = [
        "inviolet-event: approval.granted",
        "inviolet-delivery-id: 019dca1c-5c7b-8000-8000-000000000000",
        "inviolet-timestamp: 1777206896123",
        "inviolet-signature: sha256=41b1da54623db0fc4c7b3951ec76cfe24dc387b98941aea045b9f0d631f0077a",
    ];

    #[test]
    fn inviolet_accepts_within_five_minutes_only() {
        let check = |now_ms: i64, expected: Result<(), Refusal>| {
            let judged = judge(inviolet, SECRET, &INVIOLET_HEADERS, INVIOLET_BODY, now_ms);
            assert_eq!(judged.map(drop), expected, "{now_ms}");
        };
        check(NOW_MS, Ok(()));
        check(NOW_MS + 300_000, Ok(()));
        check(NOW_MS - 300_000, Ok(()));
        check(NOW_MS + 300_001, Err(Refusal::Stale));
        check(NOW_MS - 300_001, Err(Refusal::Stale));
    }

    #[test]
    fn the_published_vectors_are_accepted_and_nothing_near_them() {
        let check = |rule: Rule, secret: &str, headers: &[&str], body: &str, expected: &str| {
            assert_eq!(
                judge(rule, secret, headers, body, 0).as_deref(),
                Ok(expected)
            );
            let other = body.replacen("\"data\":{\"", "\"data\":{\"x", 1);
            assert_eq!(judge(rule, secret, headers, &other, 0), Err(Refusal::Wrong));
            assert_eq!(judge(rule, "other", headers, body, 0), Err(Refusal::Wrong));
            assert_eq!(judge(rule, secret, &[], body, 0), Err(Refusal::Missing));
        };
        check(
            deiterate,
            "your-webhook-secret",
            &[
                "x-deiterate-signature: 393c8ca6084c30dacf1b2858ef027bf4c8b84ab893a06ba3ab04426780a5c8d7",
            ],
            r#"{"id":"evt_01HXYZ","type":"risk.updated","createdAt":"2026-04-03T09:15:00.000Z","data":{"object":{"id":"risk_1","rating":"high"},"previousAttributes":{"rating":"low"}}}"#,
            "evt_01HXYZ",
        );
        check(
            ventryx,
            SECRET,
            &[
                "ventryx-event: workflow.completed",
                "ventryx-delivery: del_1",
                "ventryx-signature: sha256=9e4d8210c082e3db04755444355592d75f99de504cb88bdf502e2f666f72e2bc",
            ],
            r#"{"id":"evt_01HXYZ","type":"workflow.completed","created_at":"2026-04-03T09:15:00.000Z","data":{"workflow_id":"wf_01HABC","run_id":"run_01HDEF","status":"success"}}"#,
            "del_1",
        );
        check(
            yativo,
            SECRET,
            &[
                "x-webhook-signature: fe96b71f7e56966f5d1a5385dbbfbedefd184ae54b8fa2c83aa3227c24ee1e7a",
            ],
            r#"{"id":"evt_01HXYZ","type":"payment.completed","created_at":"2026-04-03T09:15:00.000Z","data":{"amount":"10.50","currency":"USD"}}"#,
            "evt_01HXYZ",
        );
        let body = r#"{"event":"device.high_risk","data":{"device_id":"dev_1","risk_score":0.97}}"#;
        check(
            grantiva,
            SECRET,
            &[
                "x-grantiva-signature: sha256=b29b30ae0086526e6cd0fbe4e16c2ded97aa523929e810eaad78f9dd1c074cb1",
            ],
            body,
            body,
        );
    }

    #[test]
    fn grantiva_refuses_a_good_signature_over_text_that_stringify_would_change() {
        let body = r#"{"event":"device.new","data":{ "risk_score":1}}"#;
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(body.as_bytes());
        let hex: String = mac
            .finalize()
            .into_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let header = format!("x-grantiva-signature: sha256={hex}");
        assert_eq!(
            judge(grantiva, SECRET, &[&header], body, 0),
            Err(Refusal::Wrong)
        );
    }
}
