//! Receivers that ask for less, and receivers that have to show first that they want deliveries: over real sockets.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::Instant};

use crate::support::{
    api::{Api, text},
    server::Installation,
    sink::Sink,
    wait::eventually,
};

type Answer = dyn Fn(&Bytes) -> Response + Send + Sync;

/// A receiver that answers as it is told; returns its URL.
async fn receiver(answer: impl Fn(&Bytes) -> Response + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let answer: Arc<Answer> = Arc::new(answer);
    let handler = |State(answer): State<Arc<Answer>>, body: Bytes| async move { answer(&body) };
    let router = Router::new().fallback(handler).with_state(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn too_many(retry_after: u64) -> Response {
    let headers = [("Retry-After", retry_after.to_string())];
    (StatusCode::TOO_MANY_REQUESTS, headers).into_response()
}

/// So many at once, and so many a second from then on.
struct TokenBucket {
    tokens: f64,
    at: Instant,
}

const PER_SECOND: f64 = 20.0;

impl TokenBucket {
    fn take(&mut self) -> bool {
        let now = Instant::now();
        let grown = now.duration_since(self.at).as_secs_f64() * PER_SECOND;
        self.tokens = (self.tokens + grown).min(PER_SECOND);
        self.at = now;
        let has = self.tokens >= 1.0;
        self.tokens -= if has { 1.0 } else { 0.0 };
        has
    }
}

async fn count(project: &Api, status: &str) -> usize {
    project
        .all(&format!("/v1/deliveries?status={status}"))
        .await
        .len()
}

async fn publish_many(project: &Api, count: usize) {
    for number in 0..count {
        let data = format!("{{\"number\":{number}}}");
        project.publish("acme", "order.paid", &data).await;
    }
}

#[tokio::test]
async fn a_receiver_with_a_limit_gets_everything_at_its_pace() {
    const EVENTS: usize = 60;
    let bucket = Mutex::new(TokenBucket {
        tokens: PER_SECOND,
        at: Instant::now(),
    });
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let url = receiver(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        match bucket.take() {
            true => StatusCode::OK.into_response(),
            false => too_many(1),
        }
    })
    .await;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoint = json!({
        "tenant": "acme", "url": url, "events": ["*"], "retry": {"delays_s": [0, 1, 2, 4]}, "disabled": true,
    });
    let endpoint = project.new_endpoint(endpoint).await;
    publish_many(&project, EVENTS).await;
    // All of them are there at once.
    let path = format!("/v1/endpoints/{}/enable", endpoint.id);
    project.post(&path, json!({})).await.expect(200);
    eventually("everything is delivered", async || {
        (count(&project, "succeeded").await == EVENTS).then_some(())
    })
    .await;
    let requests = requests.load(Ordering::Relaxed);
    assert!(requests <= 2 * EVENTS, "{requests} requests");
}

#[tokio::test]
async fn a_pause_is_shown_and_outlives_a_restart() {
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let url = receiver(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        too_many(3_600)
    })
    .await;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoint = json!({"tenant": "acme", "url": url, "events": ["*"]});
    let endpoint = project.new_endpoint(endpoint).await;
    publish_many(&project, 1).await;
    let stats = format!("/v1/endpoints/{}/stats", endpoint.id);
    let paused = async |project: &Api| {
        eventually("the pause is shown", async || {
            let stats = project.get(&stats).await.expect(200);
            let until = &stats["lane"]["throttle"]["until"];
            until.is_string().then(|| until.clone())
        })
        .await
    };
    let until = paused(&project).await;
    publish_many(&project, 1).await;
    let waits = project.all("/v1/deliveries?status=pending").await;
    assert_eq!(waits.len(), 2);
    for id in waits.keys() {
        let path = format!("/v1/deliveries/{id}");
        let delivery = project.get(&path).await.expect(200);
        assert_eq!(delivery["waiting"], "throttled", "{delivery}");
        assert!(delivery["waiting_until"].is_string(), "{delivery}");
    }
    let project_id = project.project_id();
    let before = requests.load(Ordering::Relaxed);
    assert_eq!(before, 1, "the second waits");
    server.kill().await;

    let server = installation.start().await;
    let project = server.admin().project(&project_id);
    let again = paused(&project).await;
    assert!(again.as_str() <= until.as_str(), "{again} after {until}");
    // What comes to another endpoint afterwards shows that the first had its chance.
    let other = Sink::healthy();
    let endpoint = json!({"tenant": "other", "url": other.url, "events": ["*"]});
    project.new_endpoint(endpoint).await;
    project.publish("other", "order.paid", "{}").await;
    other.arrived("/", 1).await;
    assert_eq!(requests.load(Ordering::Relaxed), before);
}

/// Waits until the handshake of an endpoint has come to that.
async fn verification(project: &Api, endpoint: &str, state: &str) -> Value {
    let path = format!("/v1/endpoints/{endpoint}");
    eventually(&format!("the endpoint is {state}"), async || {
        let endpoint = project.get(&path).await.expect(200);
        (endpoint["verification"] == state).then_some(endpoint)
    })
    .await
}

#[tokio::test]
async fn an_endpoint_is_verified_before_it_gets_anything() {
    let ready = Arc::new(AtomicBool::new(false));
    let (is_ready, delivered) = (Arc::clone(&ready), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&delivered);
    let url = receiver(move |body| {
        if !is_ready.load(Ordering::Relaxed) {
            return StatusCode::NOT_FOUND.into_response();
        }
        let body: Value = serde_json::from_slice(body).expect("it is JSON");
        match body["challenge"].as_str() {
            Some(challenge) => challenge.to_owned().into_response(),
            None => {
                counted.fetch_add(1, Ordering::Relaxed);
                StatusCode::OK.into_response()
            }
        }
    })
    .await;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let project = server.admin().new_project("slack", json!({})).await;
    let endpoint = json!({"tenant": "acme", "url": url, "events": ["*"]});
    let made = project.post("/v1/endpoints", endpoint).await.expect(201);
    let id = text(&made, "id");
    assert!(made["secret"].is_string(), "it is known before");
    assert_eq!(made["verification"], "pending");

    let failed = verification(&project, &id, "failed").await;
    let detail = text(&failed, "verification_detail");
    assert!(detail.contains("404"), "{detail}");
    assert!(failed["verification_next_at"].is_string());
    publish_many(&project, 3).await;
    let waits = project.all("/v1/deliveries?status=pending").await;
    let waiting: Vec<_> = waits.values().map(|one| &one["waiting"]).collect();
    assert_eq!(waiting, ["unverified"; 3]);
    let test = format!("/v1/endpoints/{id}/test");
    project.post(&test, json!({})).await.refused(409);

    ready.store(true, Ordering::Relaxed);
    let verify = format!("/v1/endpoints/{id}/verify");
    let asked = project.post(&verify, json!({})).await.expect(202);
    assert_eq!(asked["verification"], "pending");
    verification(&project, &id, "verified").await;
    eventually("the backlog is delivered", async || {
        (count(&project, "succeeded").await == 3).then_some(())
    })
    .await;
    assert_eq!(delivered.load(Ordering::Relaxed), 3);
    project.post(&test, json!({})).await.expect(202);

    let moved = json!({"url": format!("{url}/elsewhere")});
    let path = format!("/v1/endpoints/{id}");
    let moved = project.patch(&path, moved).await.expect(200);
    assert_eq!(
        moved["verification"], "pending",
        "another URL, another handshake"
    );
    verification(&project, &id, "verified").await;
}

#[tokio::test]
async fn a_dialect_without_a_handshake_asks_for_none() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoint = json!({"tenant": "acme", "url": receiver.url, "events": ["*"]});
    let made = project.post("/v1/endpoints", endpoint).await.expect(201);
    assert_eq!(made["verification"], "none");
    let verify = format!("/v1/endpoints/{}/verify", text(&made, "id"));
    project.post(&verify, json!({})).await.refused(409);
}
