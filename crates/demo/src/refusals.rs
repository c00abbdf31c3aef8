//! What must not work: an endpoint without TLS, and a delivery that somebody has tampered with.

use anyhow::Context;
use hyper::{StatusCode, header};
use serde_json::json;

use super::stage::Act;

/// Tries to make an endpoint with a plain HTTP address. Returns why the server refuses it, or `None` if, wrongly,
/// it does not.
pub(super) async fn plain_http(act: &Act) -> Option<String> {
    let endpoint = json!({
        "tenant": act.vendor.tenant,
        "url": format!("http://{}/webhooks", act.receiver.addr),
        "events": ["*"],
    });
    let answer = act.client.post("/v1/endpoints", &endpoint).await;
    let refusal = answer.err()?.to_string();
    // What follows the first line names the same field again.
    refusal.lines().next().map(str::to_owned)
}

/// Sends the receiver a copy of its last delivery with one bit of the body flipped, and returns its answer.
///
/// # Errors
/// There was no delivery yet, or the receiver does not answer.
pub(super) async fn tampered_copy(act: &Act, ca_pem: &str) -> anyhow::Result<StatusCode> {
    let last = act.receiver.tally().last;
    let (mut headers, body) = last.context("there is no delivery to tamper with")?;
    headers.remove(header::HOST);
    headers.remove(header::CONTENT_LENGTH);
    let mut body = body.to_vec();
    let middle = body.len() / 2;
    body[middle] ^= 1;
    let root = reqwest::Certificate::from_pem(ca_pem.as_bytes())?;
    let http = reqwest::Client::builder()
        .tls_certs_only([root])
        .no_proxy()
        .build()?;
    let url = format!(
        "https://{}/webhooks/{}",
        act.receiver.addr, act.vendor.dialect
    );
    Ok(http
        .post(url)
        .headers(headers)
        .body(body)
        .send()
        .await?
        .status())
}
