//! Endpoints that have both credentials and code: what the code makes is signed and authenticated, and it can touch neither.

use nuncio_dialect::{Received, builtin_named};
use serde_json::{Value, json};

use crate::{
    authorization_server::AuthorizationServer,
    fixed::attempts,
    support::{
        server::Installation,
        sink::{Arrival, Sink},
    },
};

const CODE: &str = "function handler(webhook) {
  webhook.payload = { text: webhook.eventType, id: webhook.payload.data.id };
  webhook.headers['X-Team'] = 'billing';
  return webhook;
}";
const DATA: &str = r#"{"id": 7, "secret": "of-the-publisher"}"#;
const CHANGED: &str = r#"{"text":"a.b","id":7}"#;
const SECRET: &str = "of-the-customers-gateway";

/// Checks that the signature is that of the body, by the endpoint's secret.
fn verify(arrival: &Arrival, secret: &str) {
    let dialect = builtin_named("standard").expect("built in");
    let key = dialect.parse_verifying_key(secret).expect("a secret");
    let headers: Vec<_> = arrival
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")))
        .collect();
    let timestamp: i64 = arrival.header("webhook-timestamp").parse().expect("a time");
    let received = Received {
        method: "POST",
        url: "",
        headers: &headers,
        body: &arrival.body,
    };
    dialect
        .verify(&received, &[key], timestamp * 1_000)
        .expect("the changed body is what was signed");
}

fn endpoint(url: &str, tenant: &str, auth: &Value, code: &str) -> Value {
    json!({
        "tenant": tenant, "url": url, "events": ["*"], "retry": {"delays_s": [0]}, "auth": auth,
        "transform": {"code": code}
    })
}

fn basic() -> Value {
    json!({"type": "basic", "username": "me", "password": SECRET})
}

#[tokio::test]
async fn a_changed_body_is_signed_and_carries_the_credentials() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let sink = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let url = format!("{}/basic", sink.url);
    let made = project
        .new_endpoint(endpoint(&url, "acme", &basic(), CODE))
        .await;
    project.publish("acme", "a.b", DATA).await;
    let arrival = sink.arrived("/basic", 1).await.remove(0);
    assert_eq!(arrival.text(), CHANGED);
    assert_eq!(arrival.header("x-team"), "billing");
    assert_eq!(
        arrival.header("authorization"),
        "Basic bWU6b2YtdGhlLWN1c3RvbWVycy1nYXRld2F5"
    );
    verify(&arrival, &made.secret);
    let log = attempts(&project, &made.id).await;
    assert_eq!(log[0]["transform_version"], 1, "{log}");
    assert_eq!(log[0]["request_body"], CHANGED, "{log}");
    assert!(!log.to_string().contains(SECRET), "{log}");

    // Another code is another version, and none is none; in the list of attempts as in the delivery.
    let path = format!("/v1/endpoints/{}", made.id);
    let other = json!({"transform": {"code": "const handler = (webhook) => webhook"}});
    project.patch(&path, other).await.expect(200);
    project.publish("acme", "a.b", DATA).await;
    sink.arrived("/basic", 2).await;
    let none = json!({ "transform": null });
    project.patch(&path, none).await.expect(200);
    project.publish("acme", "a.b", DATA).await;
    let plain = sink.arrived("/basic", 3).await.remove(2);
    assert!(plain.text().contains(DATA), "{}", plain.text());
    assert!(plain.headers.get("x-team").is_none());
    let versions = crate::support::wait::eventually("all three are recorded", async || {
        let list = format!("/v1/attempts?endpoint={}", made.id);
        let list = project.get(&list).await.expect(200);
        let list = list["data"].as_array().expect("a list");
        let versions: Vec<_> = list
            .iter()
            .map(|attempt| attempt["transform_version"].clone())
            .collect();
        (versions.len() == 3).then_some(versions)
    })
    .await;
    assert_eq!(versions, [Value::Null, json!(2), json!(1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_body_is_sent_once_more_with_another_token() {
    let installation = Installation::with_plain_http();
    let clients = json!([{
        "client_id": "one", "client_secret": SECRET, "token_endpoint_auth_method": "client_secret_basic",
        "scope": "hooks:write"
    }]);
    let authority = AuthorizationServer::start(installation.folder(), clients).await;
    let sink = Sink::start(|_, before| Some(if before == 1 { 401 } else { 200 }));
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let auth = json!({
        "type": "oauth2", "token_url": authority.token_url, "client_id": "one", "client_secret": SECRET
    });
    let url = format!("{}/in", sink.url);
    let made = project
        .new_endpoint(endpoint(&url, "acme", &auth, CODE))
        .await;
    project.publish("acme", "a.b", DATA).await;
    sink.arrived("/in", 1).await;
    project.publish("acme", "a.b", DATA).await;
    let all = sink.arrived("/in", 3).await;
    for arrival in &all {
        assert_eq!(arrival.text(), CHANGED);
        assert!(arrival.header("authorization").starts_with("Bearer "));
        verify(arrival, &made.secret);
    }
    assert_ne!(
        all[1].header("authorization"),
        all[2].header("authorization")
    );
    assert_eq!(authority.requests().len(), 2);
}

#[tokio::test]
async fn code_sees_and_sets_nothing_that_authenticates_or_signs() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let sink = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let key = json!({"type": "header", "name": "X-Api-Key", "value": SECRET});
    let cases = [
        (basic(), "Authorization"),
        (basic(), "authorization"),
        (key.clone(), "x-api-KEY"),
        (key.clone(), "Webhook-Signature"),
        (basic(), "webhook-id"),
        (basic(), "webhook-timestamp"),
        (basic(), "Content-Type"),
        (basic(), "Host"),
        (basic(), "Content-Length"),
    ];
    for (n, (auth, name)) in cases.iter().enumerate() {
        let code = format!("function handler(w) {{ w.headers['{name}'] = 'mine'; return w }}");
        let tenant = format!("t{n}");
        let url = format!("{}/refused", sink.url);
        let made = project
            .new_endpoint(endpoint(&url, &tenant, auth, &code))
            .await;
        project.publish(&tenant, "a.b", DATA).await;
        let log = attempts(&project, &made.id).await;
        assert_eq!(log[0]["error"], "transform", "{name}: {log}");
        let detail = log[0]["error_detail"].as_str().expect("words");
        assert!(detail.contains(name), "{detail}");
    }
    assert!(sink.at("/refused").is_empty(), "nothing was sent");

    let code = "function handler(w) {
      w.payload = { seen: Object.keys(w), all: JSON.stringify(w), headers: Object.keys(w.headers) };
      return w;
    }";
    let url = format!("{}/seen", sink.url);
    let mut seen = endpoint(&url, "seen", &key, code);
    seen["headers"] = json!({"X-Own": SECRET});
    let made = project.new_endpoint(seen).await;
    project.publish("seen", "a.b", "{}").await;
    let arrival = sink.arrived("/seen", 1).await.remove(0);
    assert_eq!(arrival.header("x-api-key"), SECRET);
    assert_eq!(arrival.header("x-own"), SECRET);
    verify(&arrival, &made.secret);
    let body: Value = serde_json::from_slice(&arrival.body).expect("JSON");
    let fields = [
        "method",
        "url",
        "payload",
        "eventType",
        "channels",
        "headers",
        "cancel",
    ];
    assert_eq!(body["seen"], json!(fields));
    assert_eq!(body["headers"], json!([]));
    assert!(!arrival.text().contains(SECRET), "{}", arrival.text());
}
