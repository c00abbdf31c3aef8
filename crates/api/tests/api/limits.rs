//! What strangers and tenants may ask for: bodies before a key is known, memory for bodies, rates, schedules; and what is
//! never made from what a request says.

use std::{pin::Pin, task, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::Request,
};
use futures_util::FutureExt;
use http_body::Frame;
use nuncio_api::ApiState;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use crate::common::{Api, Caller, HOST};

/// A body that is announced, and of which only the beginning ever comes.
struct Unfinished(Option<Bytes>);

impl http_body::Body for Unfinished {
    type Data = Bytes;
    type Error = std::io::Error;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut task::Context<'_>,
    ) -> task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.0.take() {
            Some(bytes) => task::Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None => task::Poll::Pending,
        }
    }
}

fn unfinished(path: &str, key: &str, announced: usize) -> Request<Body> {
    Request::post(path)
        .header("host", HOST)
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .header("content-length", announced)
        .body(Body::new(Unfinished(Some(Bytes::from_static(b"{")))))
        .unwrap()
}

#[tokio::test]
async fn a_stranger_is_answered_before_the_body_has_come() {
    let api = Api::new();
    for (path, bytes, status) in [
        ("/v1/events", 2_000_000, 401),
        ("/v1/events/batch", 16_000_000, 401),
        ("/v1/keys", 100, 401),
        ("/v1/session", 2_000_000, 413),
        ("/v1/session", 4_097, 413),
        ("/v1/nothing", 2_000_000, 404),
    ] {
        let reply = api.send(unfinished(path, "nk_proj_wrong", bytes)).await;
        assert_eq!(reply.status, status, "{path} {}", reply.text());
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_coming_is_not_waited_for() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let begin = tokio::time::Instant::now();
    let reply = api.send(unfinished("/v1/events", &caller.key, 2_000)).await;
    assert_eq!(reply.status, 408, "{}", reply.text());
    // Its silence, and that of what is left of it.
    assert!(
        begin.elapsed() < Duration::from_secs(30),
        "{:?}",
        begin.elapsed()
    );
}

#[tokio::test]
async fn large_bodies_have_a_bound_together_and_keep_no_event_out() {
    let api = Api::new();
    let caller = api.project("standard").await.caller;
    let mut held = Vec::new();
    for _ in 0..3 {
        let request = unfinished("/v1/events/batch", &caller.key, 16 * 1024 * 1024);
        let mut sending = Box::pin(api.send(request));
        assert!(sending.as_mut().now_or_never().is_none());
        held.push(sending);
    }
    let body = json!({ "events": ["x".repeat(100_000)] });
    let refused = api.post(&caller, "/v1/events/batch", body.clone()).await;
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(
        refused.expect(503)["type"],
        "urn:nuncio:problem:unavailable"
    );
    api.publish(&caller, "acme").await;
    let metrics = api.get(&caller, "/metrics").await.text();
    assert!(
        metrics.contains("nuncio_http_bodies_refused_total 1\n"),
        "{metrics}"
    );
    drop(held);
    api.post(&caller, "/v1/events/batch", body)
        .await
        .expect(202);
}

#[tokio::test]
async fn a_tenants_changes_are_limited_and_the_projects_are_not() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "acme").await;
    let key = api.tenant_key(&project.id, "acme").await;
    let portal = api.portal(&project.caller, "acme", "full").await;
    let path = format!("/v1/endpoints/{endpoint}/test");
    // They count together: both are the tenant.
    for n in 0..60 {
        let caller = if n % 2 == 0 { &key } else { &portal };
        api.post(caller, &path, json!({})).await.expect(202);
    }
    let refused = api.post(&key, &path, json!({})).await;
    assert_eq!(refused.headers["retry-after"], "1");
    let problem = refused.expect(429);
    assert_eq!(problem["type"], "urn:nuncio:problem:too-many-requests");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("tenant_changes_per_minute")
    );
    api.get(&key, "/v1/endpoints").await.expect(200);
    let other = api.tenant_key(&project.id, "other").await;
    api.endpoint(&other, "other").await;
    for _ in 0..100 {
        api.post(&project.caller, &path, json!({}))
            .await
            .expect(202);
    }
    let metrics = api.get(&key, "/metrics").await.text();
    assert!(metrics.contains("nuncio_tenant_requests_refused_total{rate=\"changes\"} 1\n"));
    api.clock.advance(Duration::from_secs(1));
    api.post(&key, &path, json!({})).await.expect(202);
    let policy = json!({"policy": {"tenant_changes_per_minute": 6_000}});
    let project = format!("/v1/projects/{}", project.id);
    api.patch(&Caller::admin(), &project, policy)
        .await
        .expect(200);
    api.clock.advance(Duration::from_secs(1));
    for _ in 0..90 {
        api.post(&key, &path, json!({})).await.expect(202);
    }
}

#[tokio::test]
async fn a_tenants_jobs_and_requests_are_limited() {
    let api = Api::new();
    let project = api.project("standard").await;
    let key = api.tenant_key(&project.id, "acme").await;
    for _ in 0..30 {
        api.post(&key, "/v1/deliveries/retry", json!({}))
            .await
            .expect(202);
    }
    let refused = api.post(&key, "/v1/dead-letters/retry", json!({})).await;
    assert_eq!(refused.headers["retry-after"], "120");
    refused.expect(429);
    let statuses: Vec<u16> = {
        let mut statuses = Vec::new();
        for _ in 0..1_300 {
            statuses.push(api.get(&key, "/v1/session").await.status.as_u16());
        }
        statuses
    };
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1_200 - 31
    );
    assert_eq!(statuses.last(), Some(&429));
}

#[tokio::test]
async fn a_tenants_schedule_floods_nobody_and_the_projects_may() {
    let api = Api::new();
    let project = api.project("standard").await;
    let key = api.tenant_key(&project.id, "acme").await;
    let endpoint = |retry: Value| json!({"tenant": "acme", "url": "https://example.com/h", "events": ["*"], "retry": retry});
    let flood = json!({"delays_s": vec![0; 60]});
    let refused = api
        .post(&key, "/v1/endpoints", endpoint(flood.clone()))
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointer()),
        (422, "/retry/delays_s")
    );
    let soon = json!({"delays_s": [0, 1]});
    let refused = api
        .post(&key, "/v1/endpoints", endpoint(soon.clone()))
        .await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointer()),
        (422, "/retry/delays_s/1")
    );
    let good = endpoint(json!({"delays_s": [0, 5, 60]}));
    let made = api.post(&key, "/v1/endpoints", good).await.expect(201);
    let path = format!("/v1/endpoints/{}", made["id"].as_str().unwrap());
    let change = json!({"retry": {"base_s": 1, "factor": 1.0, "cap_s": 1, "attempts_max": 9}});
    let refused = api.patch(&key, &path, change).await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointer()),
        (422, "/retry/base_s")
    );
    let portal = api.portal(&project.caller, "acme", "full").await;
    api.patch(&portal, &path, json!({ "retry": flood }))
        .await
        .expect(422);
    api.patch(&project.caller, &path, json!({ "retry": flood }))
        .await
        .expect(200);
    let policy = json!({"policy": {"tenant_delay_s_min": 1}});
    let of_project = format!("/v1/projects/{}", project.id);
    api.patch(&Caller::admin(), &of_project, policy)
        .await
        .expect(200);
    api.post(&key, "/v1/endpoints", endpoint(soon))
        .await
        .expect(201);
}

#[tokio::test]
async fn links_are_never_made_from_what_a_request_says() {
    let mut api = Api::new();
    let project = api.project("standard").await;
    let asked = async |api: &Api| {
        let request = Request::post("/v1/tenants/acme/portal-sessions")
            .header("host", "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "host=evil.example;proto=https")
            .header("authorization", format!("Bearer {}", project.caller.key))
            .body(Body::empty())
            .unwrap();
        api.send(request).await
    };
    let link = asked(&api).await.expect(201)["url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(link.starts_with("http://127.0.0.1:8484/portal/"), "{link}");
    let mut guide = Request::get("/v1/guide?format=markdown")
        .body(Body::empty())
        .unwrap();
    let headers = guide.headers_mut();
    headers.insert("host", "evil.example".parse().unwrap());
    let bearer = format!("Bearer {}", project.caller.key);
    headers.insert("authorization", bearer.parse().unwrap());
    let page = api.send(guide).await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("evil.example"));
    let mut settings = api.state.settings.clone();
    settings.listen = vec![([0, 0, 0, 0], 8484).into()];
    api.router = nuncio_api::router(ApiState {
        settings,
        ..api.state.clone()
    });
    let refused = asked(&api).await;
    assert!(
        refused.text().contains("--public-url"),
        "{}",
        refused.text()
    );
    refused.expect(409);
}

#[tokio::test]
async fn metrics_take_a_key_where_the_operator_says_so() {
    let mut api = Api::new();
    let project = api.project("standard").await;
    let mut settings = api.state.settings.clone();
    settings.metrics_key_sha256 = Some(Sha256::digest("a key for monitors").into());
    api.router = nuncio_api::router(ApiState {
        settings,
        ..api.state.clone()
    });
    let nobody = Request::get("/metrics").body(Body::empty()).unwrap();
    api.send(nobody).await.expect(401);
    for (key, status) in [
        (Caller::key("a key for monitors"), 200),
        (Caller::admin(), 200),
        (Caller::key("another key"), 401),
        (project.caller, 403),
    ] {
        let reply = api.get(&key, "/metrics").await;
        assert_eq!(reply.status, status, "{}", key.key);
    }
    api.get(&Caller::key("a key for monitors"), "/v1/projects")
        .await
        .expect(401);
}

#[tokio::test]
async fn answers_that_nobody_reads_have_a_bound_together() {
    let api = Api::new();
    let project = api.project("standard").await;
    let data = "x".repeat(1_000_000);
    let body = json!({"tenant": "acme", "type": "order.paid", "data": data});
    let event = api
        .post(&project.caller, "/v1/events", body)
        .await
        .expect(202);
    let path = format!("/v1/events/{}", event["id"].as_str().unwrap());
    let ask = async || {
        let request = Request::get(&path)
            .header("authorization", format!("Bearer {}", project.caller.key))
            .body(Body::empty())
            .unwrap();
        api.router.clone().oneshot(request).await.unwrap()
    };
    let mut unread = Vec::new();
    for _ in 0..60 {
        unread.push(ask().await);
    }
    let refused = unread.iter().filter(|answer| answer.status() == 503);
    // 33 of a million bytes, with their frames, fit into 32 MiB.
    assert_eq!(refused.count(), 60 - 33);
    api.get(&project.caller, "/v1/events").await.expect(200);
    drop(unread);
    assert_eq!(ask().await.status(), 200);
}
