//! Status codes and problem documents, for all routes alike.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::common::{Api, Caller, Reply};

fn bare(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder().method(method).uri(path)
}

#[tokio::test]
async fn without_a_good_key_nothing_is_told() {
    let api = Api::new();
    for authorization in [
        None,
        Some("Bearer nope"),
        Some("Basic dTpw"),
        Some("Bearer"),
        Some(""),
    ] {
        let request = match authorization {
            None => bare("GET", "/v1/events"),
            Some(value) => bare("GET", "/v1/events").header("authorization", value),
        };
        let reply = api.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, 401, "{authorization:?}");
        assert_eq!(reply.headers["www-authenticate"], "Bearer");
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    }
}

#[tokio::test]
async fn a_problem_has_type_title_status_detail_and_the_requests_id() {
    let api = Api::new();
    let project = api.project("standard").await;
    let reply = api.get(&project.caller, "/v1/events/evt_nonsense").await;
    assert_eq!(reply.status, 404);
    assert_eq!(reply.json["type"], "urn:nuncio:problem:not-found");
    assert_eq!(reply.json["status"], 404);
    assert!(reply.json["title"].is_string() && reply.json["detail"].is_string());
    let id = reply.headers["nuncio-request-id"].to_str().unwrap();
    assert_eq!(reply.json["request_id"], id);
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    let other = api.get(&project.caller, "/v1/events/evt_nonsense").await;
    assert_ne!(other.json["request_id"], reply.json["request_id"]);
}

#[tokio::test]
async fn an_admin_names_its_project() {
    let api = Api::new();
    let project = api.project("standard").await;
    let check = async |caller: Caller, status: u16| {
        let reply = api.get(&caller, "/v1/events").await;
        assert_eq!(
            reply.status.as_u16(),
            status,
            "{caller:?}: {}",
            reply.text()
        );
    };
    check(Caller::admin(), 400).await;
    check(Caller::admin_of(&project.id), 200).await;
    check(Caller::admin_of("proj_00000000000000000000000000"), 404).await;
    check(Caller::admin_of("nonsense"), 404).await;
    let other = api.project("standard").await;
    let named = |project: &str| Caller {
        project: Some(project.to_owned()),
        ..other.caller.clone()
    };
    check(named(&other.id), 200).await;
    check(named(&project.id), 404).await;
}

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be() {
    let api = Api::new();
    let project = api.project("standard").await;
    let check = async |body: &str, status: u16, pointer: &str| {
        let reply = api
            .raw(&project.caller, "POST", "/v1/endpoints", body)
            .await;
        assert_eq!(reply.status.as_u16(), status, "{body}: {}", reply.text());
        assert_eq!(reply.pointer(), pointer, "{body}: {}", reply.text());
    };
    check("", 400, "none").await;
    check("{\"tenant\":", 400, "none").await;
    check("[]", 422, "").await;
    check("{}", 422, "/url").await;
    let endpoint = |rest: &str| {
        format!(r#"{{"tenant":"a","url":"https://example.com","events":["*"]{rest}}}"#)
    };
    check(&endpoint(r#","colour":1"#), 422, "/colour").await;
    check(&endpoint(r#","tenant":"b""#), 422, "/tenant").await;
    check(&endpoint(r#","rate_limit":0"#), 422, "/rate_limit").await;
    check(&endpoint(r#","rate_limit":100001"#), 422, "/rate_limit").await;
    check(&endpoint(r#","timeout_ms":-1"#), 422, "/timeout_ms").await;
    check(&endpoint(r#","timeout_ms":99"#), 422, "/timeout_ms").await;
    check(
        &endpoint(r#","retry":{"delays_s":[0,9999999]}"#),
        422,
        "/retry/delays_s/1",
    )
    .await;
    check(&endpoint(r#","retry":{}"#), 422, "/retry").await;
    check(&endpoint(r#","dialect":"klingon""#), 422, "/dialect").await;
    check(&endpoint(r#","secret":"short""#), 422, "/secret").await;
    check(
        &endpoint(r#","headers":{"Host":"x"}"#),
        422,
        "/headers/Host",
    )
    .await;
    check(
        &endpoint(r#","headers":{"X-A":"a\r\nB: c"}"#),
        422,
        "/headers/X-A",
    )
    .await;
    check(&endpoint(r#","metadata":[]"#), 422, "/metadata").await;
    check(
        r#"{"tenant":"_","url":"https://example.com","events":["*"]}"#,
        422,
        "/tenant",
    )
    .await;
    check(
        r#"{"tenant":"a","url":"https://example.com","events":[]}"#,
        422,
        "/events",
    )
    .await;
    check(
        r#"{"tenant":"a","url":"https://example.com","events":["a*"]}"#,
        422,
        "/events/0",
    )
    .await;
    check(
        r#"{"url":"https://example.com","events":["*"]}"#,
        422,
        "/tenant",
    )
    .await;
}

#[tokio::test]
async fn json_must_be_called_json() {
    let api = Api::new();
    let project = api.project("standard").await;
    let post = async |content_type: Option<&str>| -> Reply {
        let mut request = bare("POST", "/v1/events")
            .header("authorization", format!("Bearer {}", project.caller.key));
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let body = json!({"tenant": "a", "type": "b", "data": 1}).to_string();
        api.send(request.body(Body::from(body)).unwrap()).await
    };
    assert_eq!(post(None).await.status, 415);
    assert_eq!(post(Some("text/plain")).await.status, 415);
    assert_eq!(post(Some("application/json")).await.status, 202);
    assert_eq!(
        post(Some("Application/JSON; charset=utf-8")).await.status,
        202
    );
}

#[tokio::test]
async fn unknown_parameters_are_refused_on_every_route() {
    let api = Api::new();
    let project = api.project("standard").await;
    for path in [
        "/v1/events?limt=3",
        "/v1/events/evt_x?a=b",
        "/v1/dialects?limit=3",
        "/v1/tenants/a?x",
    ] {
        let reply = api.get(&project.caller, path).await;
        assert_eq!(reply.status, 422, "{path}: {}", reply.text());
        assert_eq!(reply.json["errors"][0]["in"], "query", "{path}");
    }
    for path in [
        "/v1/events?limit=0",
        "/v1/events?limit=251",
        "/v1/events?cursor=x",
        "/v1/events?since=now",
    ] {
        assert_eq!(api.get(&project.caller, path).await.status, 422, "{path}");
    }
}

#[tokio::test]
async fn routes_and_methods_that_are_not() {
    let api = Api::new();
    assert_eq!(
        api.get(&Caller::admin(), "/v1/nothing").await.expect(404)["status"],
        404
    );
    assert_eq!(
        api.delete(&Caller::admin(), "/v1/events").await.expect(405)["status"],
        405
    );
}

#[tokio::test]
async fn scopes_are_kept() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    let key = async |body| api.new_key(&project.id, body).await;
    let read = key(json!({"name": "r", "kind": "project", "scope": "read"})).await;
    let publish = key(json!({"name": "p", "kind": "project", "scope": "publish"})).await;
    let tenant = key(json!({"name": "t", "kind": "tenant", "scope": "full", "tenant": "a"})).await;
    let tenant_read =
        key(json!({"name": "t", "kind": "tenant", "scope": "read", "tenant": "a"})).await;
    let event = json!({"tenant": "a", "type": "b", "data": 1});
    let check = async |path: &str, body: &serde_json::Value, allowed: [bool; 4]| {
        for (caller, allowed) in [&read, &publish, &tenant, &tenant_read].iter().zip(allowed) {
            let reply = match body.is_null() {
                true => api.get(caller, path).await,
                false => api.post(caller, path, body.clone()).await,
            };
            assert_eq!(reply.status != 403, allowed, "{path}: {}", reply.text());
        }
    };
    let (yes, no) = (true, false);
    let none = json!(null);
    check("/v1/events", &event, [no, yes, no, no]).await;
    check(
        "/v1/events/batch",
        &json!({"events": [event]}),
        [no, yes, no, no],
    )
    .await;
    check("/v1/events", &none, [yes, no, yes, yes]).await;
    check("/v1/keys", &none, [yes, no, no, no]).await;
    check("/v1/dialects", &none, [yes, no, no, no]).await;
    check("/v1/projects", &none, [no, no, no, no]).await;
    check(
        &format!("/v1/endpoints/{endpoint}/disable"),
        &json!({}),
        [no, no, yes, no],
    )
    .await;
    check("/v1/dead-letters/retry", &json!({}), [no, no, yes, no]).await;
    check("/v1/dead-letters/purge", &json!({}), [no, no, no, no]).await;
}

#[tokio::test]
async fn operation_routes_need_no_key() {
    let api = Api::new();
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"] {
        let reply = api
            .send(bare("GET", path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(reply.status, 200, "{path}");
    }
    let docs = api
        .send(bare("GET", "/docs").body(Body::empty()).unwrap())
        .await;
    let policy = docs.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
}

#[tokio::test]
async fn an_expired_key_and_a_revoked_one_do_not_work() {
    let api = Api::new();
    let project = api.project("standard").await;
    let body = json!({"name": "k", "kind": "project", "scope": "full", "expires_at": "2026-04-26T12:35:00.000Z"});
    let brief = api.new_key(&project.id, body).await;
    assert_eq!(api.get(&brief, "/v1/events").await.status, 200);
    api.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(api.get(&brief, "/v1/events").await.status, 401);

    let keys = api.get(&project.caller, "/v1/keys").await.expect(200);
    let id = keys["data"][0]["id"].as_str().unwrap();
    let admin = Caller::admin_of(&project.id);
    api.delete(&admin, &format!("/v1/keys/{id}"))
        .await
        .expect(204);
    assert_eq!(api.get(&project.caller, "/v1/events").await.status, 401);
}

/// A clock that is broken.
struct BrokenClock;

impl nuncio_domain::Clock for BrokenClock {
    fn now(&self) -> nuncio_domain::Timestamp {
        panic!("the clock is broken, as this test wants it")
    }
    fn steady(&self) -> nuncio_domain::Timestamp {
        self.now()
    }
    fn sleep_until(
        &self,
        _: nuncio_domain::Timestamp,
    ) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_panic_is_a_problem_of_that_request_alone() {
    let mut api = Api::new();
    let project = api.project("standard").await;
    let whole = api.router.clone();
    api.router = nuncio_api::router(nuncio_api::ApiState {
        clock: std::sync::Arc::new(BrokenClock),
        ..api.state.clone()
    });
    let reply = api.get(&project.caller, "/v1/events").await;
    assert_eq!(reply.status, 500);
    assert_eq!(reply.json["type"], "urn:nuncio:problem:internal");
    assert!(reply.headers.contains_key("nuncio-request-id"));
    assert!(!reply.text().contains("broken, as this test"));
    api.router = whole;
    assert_eq!(api.get(&project.caller, "/v1/events").await.status, 200);
}
