//! Credentials that do not change, over real sockets; and that nobody is shown them.

use serde_json::{Value, json};

use crate::support::{
    api::{Api, text},
    server::Installation,
    sink::Sink,
    wait::eventually,
};

const SECRET: &str = "of-the-customers-gateway";

/// The attempts of an endpoint's only delivery, once it has some.
pub(crate) async fn attempts(project: &Api, endpoint: &str) -> Value {
    let list = format!("/v1/deliveries?endpoint={endpoint}");
    let id = eventually("a delivery was attempted", async || {
        let page = project.get(&list).await.expect(200);
        let first = &page["data"][0];
        (first["attempts"].as_u64() > Some(0)).then(|| text(first, "id"))
    })
    .await;
    let delivery = project.get(&format!("/v1/deliveries/{id}")).await;
    delivery.expect(200)["attempt_log"].clone()
}

#[tokio::test]
async fn a_receiver_gets_the_credentials_and_the_log_does_not() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let sink = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let cases = [
        (
            json!({"type": "basic", "username": "me", "password": SECRET}),
            "authorization",
            "Basic bWU6b2YtdGhlLWN1c3RvbWVycy1nYXRld2F5".to_owned(),
        ),
        (
            json!({"type": "bearer", "token": SECRET}),
            "authorization",
            format!("Bearer {SECRET}"),
        ),
        (
            json!({"type": "header", "name": "X-Api-Key", "value": SECRET}),
            "x-api-key",
            SECRET.to_owned(),
        ),
    ];
    for (n, (auth, name, value)) in cases.into_iter().enumerate() {
        let (tenant, path) = (format!("t{n}"), format!("/{n}"));
        let made = project
            .new_endpoint(json!({
                "tenant": tenant, "url": format!("{}{path}", sink.url), "events": ["*"], "auth": auth
            }))
            .await;
        project.publish(&tenant, "a.b", "{}").await;
        let arrival = sink.arrived(&path, 1).await.remove(0);
        assert_eq!(arrival.header(name), value);
        let attempts = attempts(&project, &made.id).await;
        let headers = attempts[0]["request_headers"].as_array().expect("headers");
        let sent = headers.iter().find(|header| {
            let sent = header["name"].as_str().unwrap_or_default();
            sent.eq_ignore_ascii_case(name)
        });
        assert_eq!(sent.expect("it is in the log")["value"], "***");

        let path = format!("/v1/endpoints/{}", made.id);
        let shown = project.get(&path).await;
        assert_eq!(shown.expect(200)["auth"]["type"], auth["type"]);
        let kept = project.patch(&path, json!({"auth": shown.expect(200)["auth"]}));
        kept.await.expect(200);
        project.publish(&tenant, "a.b", "{}").await;
        let arrival = sink.arrived(&format!("/{n}"), 2).await.remove(1);
        assert_eq!(arrival.header(name), value, "`***` keeps it");
        project
            .patch(&path, json!({"auth": null}))
            .await
            .expect(200);
        project.publish(&tenant, "a.b", "{}").await;
        let arrival = sink.arrived(&format!("/{n}"), 3).await.remove(2);
        assert!(arrival.headers.get(name).is_none(), "null removes it");
        for path in [&path, "/v1/endpoints", "/v1/audit"] {
            let text = project.get(path).await.text;
            assert!(!text.contains(SECRET), "{path}: {text}");
        }
    }
    let printed = installation.printed.all().join("\n");
    assert!(!printed.contains(SECRET), "{printed}");
    for (file, bytes) in installation.stored().await {
        let told = bytes
            .windows(SECRET.len())
            .any(|part| part == SECRET.as_bytes());
        assert!(!told, "{} holds the secret in clear", file.display());
    }
}
