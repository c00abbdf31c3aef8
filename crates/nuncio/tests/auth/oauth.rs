//! Tokens of a real authorization server.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rcgen::{KeyPair, PublicKeyData};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    authorization_server::AuthorizationServer,
    fixed::attempts,
    support::{server::Installation, sink::Sink},
};

const SECRET: &str = "of-the-client: 100 % & more";

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A key, and what its public half is called in JSON.
fn elliptic() -> (String, Value) {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
    let point = key.der_bytes();
    let (x, y) = (encode(&point[1..33]), encode(&point[33..]));
    (
        key.serialize_pem(),
        json!({"kty": "EC", "crv": "P-256", "x": x, "y": y}),
    )
}

fn edwards() -> (String, Value) {
    let key = KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key");
    let public = json!({"kty": "OKP", "crv": "Ed25519", "x": encode(key.der_bytes())});
    (key.serialize_pem(), public)
}

/// By OpenSSL, in the form that it prefers.
async fn rsa(folder: &std::path::Path) -> (String, Value) {
    let file = folder.join("rsa.pem");
    let generate = Command::new("openssl")
        .args(["genrsa", "-traditional", "-out"])
        .arg(&file)
        .arg("2048")
        .output()
        .await
        .expect("openssl is installed");
    assert!(generate.status.success());
    let modulus = Command::new("openssl")
        .args(["rsa", "-noout", "-modulus", "-in"])
        .arg(&file)
        .output()
        .await
        .expect("openssl is installed");
    let text = String::from_utf8(modulus.stdout).expect("text");
    let hex = text.trim().strip_prefix("Modulus=").expect("a modulus");
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
    let modulus: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
    let public = json!({"kty": "RSA", "n": encode(&modulus), "e": "AQAB"});
    (
        std::fs::read_to_string(file).expect("it was written"),
        public,
    )
}

fn by_secret(id: &str, method: &str) -> Value {
    json!({
        "client_id": id, "client_secret": SECRET, "token_endpoint_auth_method": method, "scope": "hooks:write"
    })
}

fn by_key(id: &str, algorithm: &str, key: &Value) -> Value {
    json!({
        "client_id": id, "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": algorithm, "jwks": {"keys": [key]}, "scope": "hooks:write"
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_to_authenticate_gets_a_token_that_deliveries_share() {
    let installation = Installation::with_plain_http();
    let folder = installation.folder();
    let keys = [
        ("ES256", elliptic()),
        ("EdDSA", edwards()),
        ("RS256", rsa(folder).await),
    ];
    let mut clients = vec![
        by_secret("basic", "client_secret_basic"),
        by_secret("post", "client_secret_post"),
    ];
    clients.extend(
        keys.iter()
            .map(|(name, (_, public))| by_key(name, name, public)),
    );
    let authority = AuthorizationServer::start(folder, json!(clients)).await;
    let sink = Sink::healthy();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let auth = |id: &str| {
        json!({
            "type": "oauth2", "token_url": authority.token_url, "client_id": id, "scopes": ["hooks:write"],
            "audience": "https://hooks.example/"
        })
    };
    let mut cases = Vec::new();
    for (id, method) in [
        ("basic", "client_secret_basic"),
        ("post", "client_secret_post"),
    ] {
        let mut auth = auth(id);
        auth["client_auth"] = json!(method);
        auth["client_secret"] = json!(SECRET);
        cases.push((id, auth));
    }
    for (id, (private, _)) in &keys {
        let mut auth = auth(id);
        auth["client_auth"] = json!("private_key_jwt");
        auth["private_key"] = json!(private);
        cases.push((id, auth));
    }
    for (n, (id, auth)) in cases.iter().enumerate() {
        let path = format!("/{id}");
        project
            .new_endpoint(json!({
                "tenant": id, "url": format!("{}{path}", sink.url), "events": ["*"], "auth": auth
            }))
            .await;
        for _ in 0..5 {
            project.publish(id, "a.b", "{}").await;
        }
        let arrivals = sink.arrived(&path, 5).await;
        let first = arrivals[0].header("authorization");
        assert!(first.starts_with("Bearer ") && first.len() > 20, "{first}");
        assert!(
            arrivals
                .iter()
                .all(|one| one.header("authorization") == first)
        );
        let asked = authority.requests();
        assert_eq!(asked.len(), n + 1, "{asked:?}");
        let last = &asked[n];
        assert_eq!(
            (&last["status"], &last["client_id"]),
            (&json!(200), &json!(id))
        );
        assert_eq!(last["scope"], "hooks:write");
        let token = first.strip_prefix("Bearer ").expect("checked above");
        for path in ["/v1/endpoints", "/v1/audit", "/v1/deliveries"] {
            let text = project.get(path).await.text;
            assert!(
                !text.contains(token) && !text.contains("of-the-client"),
                "{path}"
            );
            assert!(!text.contains("PRIVATE KEY"), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_deliveries_at_once_ask_for_one_token_and_a_401_for_another() {
    let installation = Installation::with_plain_http();
    let clients = json!([by_secret("one", "client_secret_basic")]);
    let authority = AuthorizationServer::start(installation.folder(), clients).await;
    // The twenty-first request is told that its token is not good any more.
    let sink = Sink::start(|_, before| Some(if before == 20 { 401 } else { 200 }));
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let token_url = format!("{}?delay=300", authority.token_url);
    let made = project
        .new_endpoint(json!({
            "tenant": "acme", "url": format!("{}/in", sink.url), "events": ["*"], "auth": {
                "type": "oauth2", "token_url": token_url, "client_id": "one", "client_secret": SECRET
            }
        }))
        .await;
    let event = json!({"tenant": "acme", "type": "a.b", "data": {}});
    let batch = json!({ "events": vec![event; 20] });
    project.post("/v1/events/batch", batch).await.expect(202);
    let first = sink.arrived("/in", 20).await;
    let old = first[0].header("authorization").to_owned();
    assert!(first.iter().all(|one| one.header("authorization") == old));
    assert_eq!(authority.requests().len(), 1);

    project.publish("acme", "a.b", "{}").await;
    let all = sink.arrived("/in", 22).await;
    assert_eq!(all[20].header("authorization"), old);
    assert_ne!(all[21].header("authorization"), old);
    assert_eq!(all[20].text(), all[21].text());
    assert_eq!(authority.requests().len(), 2);
    let log = attempts(&project, &made.id).await;
    assert_eq!(log.as_array().map(Vec::len), Some(1), "{log}");
    assert_eq!(log[0]["status_code"], 200, "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_client_is_told_in_the_servers_words() {
    let installation = Installation::with_plain_http();
    let clients = json!([by_secret("one", "client_secret_basic")]);
    let authority = AuthorizationServer::start(installation.folder(), clients).await;
    let sink = Sink::healthy();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let cases = [
        (
            json!({"client_secret": "wrong-secret-of-the-client"}),
            "invalid_client",
        ),
        (
            json!({"client_secret": SECRET, "scopes": ["hooks:read"]}),
            "invalid_scope",
        ),
    ];
    for (n, (change, told)) in cases.iter().enumerate() {
        let mut auth =
            json!({"type": "oauth2", "token_url": authority.token_url, "client_id": "one"});
        let fields = change.as_object().expect("members").clone();
        auth.as_object_mut().expect("an object").extend(fields);
        let tenant = format!("t{n}");
        let made = project
            .new_endpoint(json!({
                "tenant": tenant, "url": format!("{}/in", sink.url), "events": ["*"], "auth": auth
            }))
            .await;
        project.publish(&tenant, "a.b", "{}").await;
        let log = attempts(&project, &made.id).await;
        assert_eq!(log[0]["error"], "oauth_token", "{log}");
        let detail = log[0]["error_detail"].as_str().expect("words");
        assert!(detail.contains(told), "{detail}");
    }
    assert!(
        sink.arrivals().is_empty(),
        "nothing is sent without a token"
    );
}

#[tokio::test]
async fn tokens_are_asked_for_only_where_deliveries_may_go() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    for url in [
        "https://10.0.0.1/token",
        "https://169.254.169.254/latest",
        "https://metadata.google.internal/",
        "https://user:pw@login.example/",
        "ftp://login.example/",
        "login.example",
    ] {
        let body = json!({
            "tenant": "acme", "url": "https://127.0.0.1:9443/", "events": ["*"], "auth": {
                "type": "oauth2", "token_url": url, "client_id": "one", "client_secret": SECRET
            }
        });
        let refused = project.post("/v1/endpoints", body).await;
        assert_eq!(refused.pointers(), ["/auth/token_url"], "{url}");
    }
}
