//! The layer in front of an axum handler, over a real socket.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a helper of a test may fail as the test does; a request is signed now"
)]

use std::{sync::Arc, time::SystemTime};

use axum::{Router, routing::post};
use nuncio_dialect::{Dialect, WireAttempt, builtin_named};
use nuncio_webhooks::{Event, VerifyLayer, Webhook};
use tokio::net::TcpListener;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn serve(dialect: &str) -> String {
    let webhook = Webhook::new(dialect, [SECRET]).unwrap();
    let app = Router::new()
        .route(
            "/hooks",
            post(|event: Event, body: String| async move {
                format!("{} {}", event.data["n"], body.len())
            }),
        )
        .layer(VerifyLayer::new(webhook))
        .route("/open", post(|_: Event| async { "never" }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

/// A request as Nuncio sends it: its body and headers.
fn sent(dialect: &Dialect) -> (Vec<u8>, Vec<(String, String)>) {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let event = nuncio_dialect::WireEvent {
        id: "evt_1",
        kind: "order.paid",
        tenant: "acme",
        time_ms: 0,
        data: r#"{"n":7}"#,
        ..nuncio_dialect::WireEvent::EMPTY
    };
    let body = dialect.body(&event).unwrap();
    let headers = dialect.headers(
        &WireAttempt {
            event: &event,
            delivery_id: "del_1",
            delivery_uuid: "019dca1c-5c7b-8000-8000-000000000000",
            endpoint_id: "ep_1",
            url: "",
            method: "POST",
            timestamp_ms: now.as_millis() as i64,
            body: &body,
            ..WireAttempt::EMPTY
        },
        &[dialect.parse_secret(SECRET).unwrap()],
    );
    let headers = headers
        .into_iter()
        .map(|header| (header.name, header.value));
    let headers = headers.collect();
    (body, headers)
}

async fn post_to(url: &str, body: Vec<u8>, headers: &[(String, String)]) -> (u16, String) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = client.post(url).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn genuine_requests_reach_the_handler_with_event_and_body() {
    for dialect in ["standard", "inviolet", "ventryx", "yativo", "stripe"] {
        let url = serve(dialect).await;
        let dialect = Arc::clone(builtin_named(dialect).unwrap());
        let (body, headers) = sent(&dialect);
        let length = body.len();
        let answer = post_to(&format!("{url}/hooks"), body, &headers).await;
        assert_eq!(answer, (200, format!("7 {length}")), "{dialect:?}");
    }
}

#[tokio::test]
async fn others_get_the_answer_that_the_dialect_publishes() {
    let url = serve("yativo").await;
    let hooks = format!("{url}/hooks");
    let dialect = builtin_named("yativo").unwrap();
    let (body, headers) = sent(dialect);
    let forged = String::from_utf8(body.clone()).unwrap().replace('7', "8");
    assert_eq!(post_to(&hooks, forged.into_bytes(), &headers).await.0, 401);
    assert_eq!(post_to(&hooks, body.clone(), &[]).await.0, 400);
    assert_eq!(post_to(&hooks, vec![b' '; 5 << 20], &headers).await.0, 413);
    assert_eq!(post_to(&format!("{url}/open"), body, &headers).await.0, 500);
}
