//! Transformations: what receivers get, and what code that misbehaves can't do to others.

use serde_json::{Value, json};

use crate::{
    routing::at,
    support::{
        api::{Api, text},
        server::Installation,
        sink::Sink,
        wait::eventually,
    },
};

fn with_code(receiver: &Sink, path: &str, code: &str) -> Value {
    let mut endpoint = at(receiver, path, &["*"]);
    endpoint["transform"] = json!({ "code": code });
    endpoint["retry"] = json!({ "delays_s": [0] });
    endpoint
}

/// Waits until the event's delivery to that endpoint is over, and returns it with its attempts.
async fn ended(project: &Api, event: &str, endpoint: &str) -> Value {
    eventually("the delivery is over", async || {
        let list = project
            .get(&format!("/v1/events/{event}/deliveries"))
            .await
            .expect(200);
        let of_endpoint =
            |delivery: &&Value| delivery["endpoint"] == endpoint && delivery["status"] != "pending";
        let found = list["data"]
            .as_array()?
            .iter()
            .find(of_endpoint)
            .map(|found| text(found, "id"))?;
        Some(
            project
                .get(&format!("/v1/deliveries/{found}"))
                .await
                .expect(200),
        )
    })
    .await
}

#[tokio::test]
async fn what_the_code_returns_is_signed_sent_and_shown() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let code = "function handler(webhook) {
      webhook.payload = { text: `${webhook.eventType} ${webhook.payload.data.id}`, id: webhook.payload.data.id };
      webhook.headers['X-Team'] = 'billing';
      return webhook;
    }";
    let endpoint = project
        .new_endpoint(with_code(&receiver, "/changed", code))
        .await;
    project.new_endpoint(at(&receiver, "/plain", &["*"])).await;
    let data = r#"{"id": 12345678901234567890, "n": 1.50}"#;
    let event = project.publish("acme", "order.paid", data).await;
    let changed = receiver.arrived("/changed", 1).await.remove(0);
    let sent = r#"{"text":"order.paid 12345678901234567890","id":12345678901234567890}"#;
    assert_eq!(changed.text(), sent);
    assert_eq!(changed.header("x-team"), "billing");
    let dialect = nuncio_dialect::builtin_named("standard").expect("built in");
    let key = dialect
        .parse_verifying_key(&endpoint.secret)
        .expect("a secret");
    let headers: Vec<_> = changed
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")))
        .collect();
    let timestamp: i64 = changed.header("webhook-timestamp").parse().expect("a time");
    dialect
        .verify(
            &nuncio_dialect::Received {
                method: "POST",
                url: "",
                headers: &headers,
                body: changed.text().as_bytes(),
            },
            &[key],
            timestamp * 1_000,
        )
        .expect("the changed body is what was signed");
    let plain = receiver.arrived("/plain", 1).await.remove(0);
    assert!(
        plain.text().contains(data),
        "the publisher's bytes stay: {}",
        plain.text()
    );
    let delivery = ended(&project, &event, &endpoint.id).await;
    assert_eq!(delivery["attempt_log"][0]["request_body"], sent);
}

#[tokio::test]
async fn a_delivery_that_the_code_does_not_want_is_cancelled_with_its_reason() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let code =
        "function handler(w) { if (w.payload.data.n < 10) w.cancel = 'too small'; return w }";
    let endpoint = project.new_endpoint(with_code(&receiver, "/", code)).await;
    let small = project.publish("acme", "a.b", r#"{"n": 1}"#).await;
    let large = project.publish("acme", "a.b", r#"{"n": 10}"#).await;
    let delivery = ended(&project, &small, &endpoint.id).await;
    assert_eq!(delivery["status"], "cancelled");
    assert_eq!(delivery["reason"], "transformation");
    assert_eq!(delivery["attempt_log"][0]["error_detail"], "too small");
    assert_eq!(
        ended(&project, &large, &endpoint.id).await["status"],
        "succeeded"
    );
    assert_eq!(receiver.at("/").len(), 1);
}

#[tokio::test]
async fn code_that_attacks_fails_its_own_deliveries_and_nobody_elses() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let attacks = [
        "for (;;) ;",
        "const a = []; for (;;) a.push('x'.repeat(1e5))",
        "/(a+)+$/.test('a'.repeat(40) + 'b')",
        "(function f() { f() })()",
        "w.payload = 'x'.repeat(3e6); return w",
        "Object.prototype.toJSON = () => 'poison'; Array.prototype.map = null; throw new Error('done')",
    ];
    let mut endpoints = Vec::new();
    for (n, body) in attacks.iter().enumerate() {
        let code = format!("function handler(w) {{ {body} }}");
        let endpoint = with_code(&receiver, &format!("/attack/{n}"), &code);
        endpoints.push(project.new_endpoint(endpoint).await);
    }
    project.new_endpoint(at(&receiver, "/plain", &["*"])).await;
    let adds = "function handler(w) { w.payload.seen = [1].map(x => x); return w }";
    let mut other = with_code(&receiver, "/other", adds);
    other["tenant"] = "other".into();
    project.new_endpoint(other).await;
    let mut events = Vec::new();
    for _ in 0..5 {
        events.push(project.publish("acme", "a.b", "{}").await);
        project.publish("other", "a.b", "{}").await;
    }
    receiver.arrived("/plain", 5).await;
    for arrival in receiver.arrived("/other", 5).await {
        assert!(
            arrival.text().contains(r#""seen":[1]"#),
            "{}",
            arrival.text()
        );
    }
    for endpoint in &endpoints {
        let delivery = ended(&project, &events[0], &endpoint.id).await;
        assert_eq!(delivery["status"], "dead", "{delivery}");
        assert_eq!(delivery["last_error"], "transform", "{delivery}");
    }
    let to_plain = |arrival: &crate::support::sink::Arrival| arrival.path.starts_with("/attack");
    assert!(
        !receiver.arrivals().iter().any(to_plain),
        "nothing was sent"
    );
}

#[tokio::test]
async fn a_project_that_switches_transformations_off_sends_nothing_untransformed() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let code = "function handler(w) { delete w.payload.data.secret; return w }";
    let endpoint = project.new_endpoint(with_code(&receiver, "/", code)).await;
    let path = format!("/v1/projects/{}", project.project_id());
    let off = json!({ "policy": { "transformations": "off" } });
    project.patch(&path, off).await.expect(200);
    let event = project.publish("acme", "a.b", r#"{"secret": 1}"#).await;
    let delivery = ended(&project, &event, &endpoint.id).await;
    assert_eq!(delivery["last_error"], "transform");
    assert!(receiver.arrivals().is_empty());
}
