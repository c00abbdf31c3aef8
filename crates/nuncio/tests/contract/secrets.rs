//! Secrets and keys: shown once, rotated with an overlap, and found nowhere else.

use serde_json::{Value, json};

use crate::support::{
    api::{Api, text},
    receiver::Receiver,
    server::{ADMIN_KEY, Installation, MASTER_KEY},
    sink::Sink,
    tls::Certificates,
};

const OWN_SECRET: &str = "a secret that the customer chose";

fn endpoint(url: &str) -> Value {
    json!({ "tenant": "acme", "url": url, "events": ["*"] })
}

#[tokio::test]
async fn a_secret_is_shown_at_creation_and_rotation_and_never_again() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let made = project
        .new_endpoint(endpoint("https://127.0.0.1:9443/"))
        .await;
    let path = format!("/v1/endpoints/{}", made.id);
    let rotated = project
        .post(&format!("{path}/rotate-secret"), json!({}))
        .await
        .expect(200);
    let new_secret = text(&rotated, "secret");
    assert!(made.secret.starts_with("whsec_") && new_secret.starts_with("whsec_"));
    assert_ne!(made.secret, new_secret);
    for reply in [
        project.get(&path).await,
        project.get("/v1/endpoints").await,
        project.patch(&path, json!({ "description": "x" })).await,
        project.post(&format!("{path}/disable"), json!({})).await,
    ] {
        assert_eq!(reply.status, 200);
        for secret in [&made.secret, &new_secret] {
            assert!(!reply.text.contains(secret.as_str()), "{}", reply.text);
        }
    }
    let key = json!({ "name": "k", "kind": "project", "scope": "full" });
    let key = text(&project.post("/v1/keys", key).await.expect(201), "key");
    assert!(!project.get("/v1/keys").await.text.contains(&key));
}

/// One signature fits yativo's header: the old secret signs until the overlap ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_has_not_heard_of_a_rotation_is_served_during_the_overlap() {
    let installation = Installation::new();
    let certificates = Certificates::make(installation.folder());
    let installation = installation.arg("--egress-ca").arg(&certificates.ca);
    let folder = installation.folder();
    let mut receiver = Receiver::start("python3", "vendors.py", &certificates, folder).await;
    let server = installation.start().await;
    let project = server.admin().new_project("yativo", json!({})).await;
    let made = project
        .new_endpoint(endpoint(&format!("{}/yativo", receiver.url)))
        .await;
    receiver.learn("/yativo", &made.secret);
    let rotate = format!("/v1/endpoints/{}/rotate-secret", made.id);

    let rotated = project
        .post(&rotate, json!({ "overlap_seconds": 3_600 }))
        .await
        .expect(200);
    assert_eq!(rotated["signing_with"], "previous");
    assert!(rotated["previous_expires_at"].is_string());
    project.publish("acme", "payment.completed", "{}").await;
    receiver.accepted("/yativo", 1).await;

    let rotated = project
        .post(&rotate, json!({ "overlap_seconds": 0 }))
        .await
        .expect(200);
    assert_eq!(rotated["signing_with"], "current");
    receiver.learn("/yativo", &text(&rotated, "secret"));
    project.publish("acme", "payment.completed", "{}").await;
    let seen = receiver.accepted("/yativo", 2).await;
    assert!(seen.iter().all(|judged| judged.accepted()), "{seen:?}");
}

#[tokio::test]
async fn a_dialect_with_a_signature_list_signs_with_both_secrets() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let made = project.new_endpoint(endpoint(&receiver.url)).await;
    let rotate = format!("/v1/endpoints/{}/rotate-secret", made.id);
    project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 1).await;
    let rotated = project.post(&rotate, json!({})).await.expect(200);
    assert_eq!(rotated["signing_with"], "both");
    project.publish("acme", "a.b", "{}").await;
    let signatures: Vec<usize> = receiver
        .arrived("/", 2)
        .await
        .iter()
        .map(|arrival| arrival.header("webhook-signature").split(' ').count())
        .collect();
    assert_eq!(signatures, [1, 2]);
}

#[tokio::test]
async fn ten_old_secrets_may_be_in_their_overlap_and_no_more() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let made = project
        .new_endpoint(endpoint("https://127.0.0.1:9443/"))
        .await;
    let rotate = format!("/v1/endpoints/{}/rotate-secret", made.id);
    for _ in 0..10 {
        project
            .post(&rotate, json!({ "overlap_seconds": 3_600 }))
            .await
            .expect(200);
    }
    let refused = project
        .post(&rotate, json!({ "overlap_seconds": 3_600 }))
        .await;
    refused.refused(409);
    project
        .post(&rotate, json!({ "overlap_seconds": 0 }))
        .await
        .expect(200);
    project
        .post(&rotate, json!({ "overlap_seconds": 3_600 }))
        .await
        .expect(200);
}

/// Makes every kind of secret pass through the server and gives them all.
async fn use_every_kind_of_secret(project: &Api, receiver: &Sink) -> Vec<String> {
    let mut secrets = vec![
        ADMIN_KEY.to_owned(),
        MASTER_KEY.to_owned(),
        OWN_SECRET.to_owned(),
    ];
    let made = project.new_endpoint(endpoint(&receiver.url)).await;
    let mut own = endpoint(&format!("{}/fails", receiver.url));
    own["secret"] = OWN_SECRET.into();
    own["headers"] = json!({ "X-Api-Token": "the-customers-own-header-value" });
    project
        .once("make-own")
        .post("/v1/endpoints", own)
        .await
        .expect(201);
    let rotate = format!("/v1/endpoints/{}/rotate-secret", made.id);
    let rotated = project
        .once("rotate")
        .post(&rotate, json!({}))
        .await
        .expect(200);
    let key = json!({ "name": "k", "kind": "project", "scope": "full" });
    let key = project
        .once("make-key")
        .post("/v1/keys", key)
        .await
        .expect(201);
    secrets.extend([
        made.secret,
        text(&rotated, "secret"),
        text(&key, "key"),
        "the-customers-own-header-value".to_owned(),
    ]);
    secrets
}

#[tokio::test]
async fn no_secret_and_no_payload_is_in_a_log_line_or_in_clear_in_the_data_folder() {
    const PAYLOAD: &str = "a payload that nobody else may read";
    let installation = Installation::with_plain_http().log("trace");
    let server = installation.start().await;
    let receiver = Sink::start(|path, _| Some(if path == "/fails" { 500 } else { 200 }));
    let project = server.admin().new_project("standard", json!({})).await;
    let secrets = use_every_kind_of_secret(&project, &receiver).await;
    project
        .publish("acme", "a.b", &json!({ "text": PAYLOAD }).to_string())
        .await;
    project
        .post_text("/v1/events", format!("{{\"oops\": \"{PAYLOAD}\""))
        .await
        .refused(400);
    receiver.arrived("/", 1).await;
    receiver.arrived("/fails", 1).await;
    let stdout = server.stdout.clone();
    assert!(server.stop().await.success());

    let mut printed = installation.printed.all();
    printed.extend(stdout.all());
    for line in &printed {
        for secret in secrets.iter().map(String::as_str).chain([PAYLOAD]) {
            assert!(!line.contains(secret), "`{secret}` is logged: {line}");
        }
    }
    let files = installation.stored().await;
    assert!(!files.is_empty());
    for (file, bytes) in files {
        for secret in &secrets {
            for form in [
                secret.as_str(),
                secret.rsplit('_').next().unwrap_or_default(),
            ] {
                let found = bytes
                    .windows(form.len())
                    .any(|window| window == form.as_bytes());
                assert!(!found, "`{secret}` is in {}", file.display());
            }
        }
    }
}
