//! A whole API over a real SQLite store in a folder of its own; time and chance are the test's.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use nuncio_api::{ApiSettings, ApiState};
use nuncio_domain::{
    Attempt, AttemptId, DeadReason, DeliveryId, Done, ErrorClass, Headers, ManualClock, Next,
    NoLanes, SeededEntropy, Timestamp, Timings, Trigger,
};
use nuncio_egress::{DnsError, EgressRules, Guard, Resolve};
use nuncio_store::{
    Epoch, Fresh, FreshTarget, Record, Sealer, Work,
    sqlite::{SqliteOptions, SqliteStore},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

pub(crate) const ADMIN_KEY: &str = "nk_admin_0123456789abcdef0123456789abcdef";
/// Where browsers reach it.
pub(crate) const HOST: &str = "127.0.0.1:8484";
/// 2026-04-26T12:34:56.123Z.
pub(crate) const START_MS: i64 = 1_777_206_896_123;

/// Resolves every name to a public address, those that begin with `private.` to a private one.
struct Names;

#[async_trait::async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        match host {
            _ if host.starts_with("private.") => Ok(vec![[10, 0, 0, 1].into()]),
            _ if host.starts_with("unknown.") => Err(DnsError::NotFound(host.to_owned())),
            _ => Ok(vec![[1, 1, 1, 1].into()]),
        }
    }
}

/// The API under test.
pub(crate) struct Api {
    pub(crate) state: ApiState,
    pub(crate) router: nuncio_api::Api,
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) clock: Arc<ManualClock>,
    /// The store's folder.
    pub(crate) dir: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    /// Null if the body is no JSON.
    pub(crate) json: Value,
}

impl Reply {
    /// The status code and the problem or body, to be compared with another's: without the request's id.
    pub(crate) fn anonymous(&self) -> (u16, Value) {
        let mut json = self.json.clone();
        if let Some(body) = json.as_object_mut() {
            body.remove("request_id");
        }
        (self.status.as_u16(), json)
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self.json
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The pointer of the first refused value.
    pub(crate) fn pointer(&self) -> &str {
        self.json["errors"][0]["pointer"].as_str().unwrap_or("none")
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) key: String,
    pub(crate) project: Option<String>,
    /// Shown in place of the key, as a browser does.
    pub(crate) cookie: Option<String>,
    /// The project whose portal's page asks.
    pub(crate) portal: Option<String>,
}

impl Caller {
    pub(crate) fn admin() -> Self {
        Self {
            key: ADMIN_KEY.to_owned(),
            project: None,
            cookie: None,
            portal: None,
        }
    }
    pub(crate) fn admin_of(project: &str) -> Self {
        Self {
            project: Some(project.to_owned()),
            ..Self::admin()
        }
    }
    pub(crate) fn key(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            project: None,
            cookie: None,
            portal: None,
        }
    }
}

/// A project with a full key.
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) caller: Caller,
}

impl Api {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let entropy = Arc::new(SeededEntropy::new(7));
        let store = SqliteStore::open(SqliteOptions {
            dir: dir.path().to_owned(),
            sealer: Sealer::new([3; 32], entropy.clone()),
        })
        .unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp::from_ms(START_MS)));
        let state = ApiState {
            store: store.clone(),
            guard: Arc::new(Guard::new(EgressRules::default(), Arc::new(Names))),
            clock: clock.clone(),
            entropy,
            lanes: Arc::new(NoLanes),
            transformer: transformer(),
            settings: ApiSettings {
                admin_key_sha256: Sha256::digest(ADMIN_KEY).into(),
                version: "0.0.0-test",
                metrics_key_sha256: None,
                listener: Arc::default(),
                public_url: None,
                listen: vec![([127, 0, 0, 1], 8484).into()],
                tls: false,
                trusted_proxies: Vec::new(),
            },
        };
        Self {
            router: nuncio_api::router(state.clone()),
            state,
            store,
            clock,
            dir,
        }
    }

    /// Sends any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
            bytes: bytes.to_vec(),
        }
    }

    /// Sends a request with a body that is text as it is.
    pub(crate) async fn raw(&self, caller: &Caller, method: &str, path: &str, body: &str) -> Reply {
        let request = request(caller, method, path)
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()))
            .unwrap();
        self.send(request).await
    }

    pub(crate) async fn get(&self, caller: &Caller, path: &str) -> Reply {
        let request = request(caller, "GET", path).body(Body::empty()).unwrap();
        self.send(request).await
    }
    pub(crate) async fn delete(&self, caller: &Caller, path: &str) -> Reply {
        let request = request(caller, "DELETE", path).body(Body::empty()).unwrap();
        self.send(request).await
    }
    pub(crate) async fn post(&self, caller: &Caller, path: &str, body: Value) -> Reply {
        self.raw(caller, "POST", path, &body.to_string()).await
    }
    pub(crate) async fn put(&self, caller: &Caller, path: &str, body: Value) -> Reply {
        self.raw(caller, "PUT", path, &body.to_string()).await
    }
    pub(crate) async fn patch(&self, caller: &Caller, path: &str, body: Value) -> Reply {
        self.raw(caller, "PATCH", path, &body.to_string()).await
    }
    /// A POST with an idempotency key.
    pub(crate) async fn once(&self, caller: &Caller, path: &str, key: &str, body: Value) -> Reply {
        let request = request(caller, "POST", path)
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// A new project of a dialect, with a full key.
    pub(crate) async fn project(&self, dialect: &str) -> Project {
        let body = json!({"name": dialect, "dialect": dialect});
        let project = self
            .post(&Caller::admin(), "/v1/projects", body)
            .await
            .expect(201);
        let id = project["id"].as_str().unwrap().to_owned();
        let body = json!({"name": "app", "kind": "project", "scope": "full"});
        let caller = self.new_key(&id, body).await;
        Project { id, caller }
    }

    /// A new key of a project.
    pub(crate) async fn new_key(&self, project: &str, body: Value) -> Caller {
        let key = self
            .post(&Caller::admin_of(project), "/v1/keys", body)
            .await
            .expect(201);
        Caller::key(key["key"].as_str().unwrap())
    }

    /// The same caller in a browser: signed in, with a cookie in place of the key.
    pub(crate) async fn signed_in(&self, caller: &Caller) -> Caller {
        let reply = self
            .post(caller, "/v1/session", json!({"key": caller.key}))
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let cookie = reply.headers["set-cookie"].to_str().unwrap();
        let (pair, _) = cookie.split_once(';').unwrap();
        Caller {
            cookie: Some(pair.to_owned()),
            ..caller.clone()
        }
    }

    /// Lets a project's tenants ask for as much as a test does.
    pub(crate) async fn lift_tenant_limits(&self, project: &str) {
        let policy = json!({"policy": {"tenant_requests_per_minute": 1_000_000,
            "tenant_changes_per_minute": 1_000_000, "tenant_jobs_per_hour": 1_000_000}});
        let path = format!("/v1/projects/{project}");
        self.patch(&Caller::admin(), &path, policy)
            .await
            .expect(200);
    }

    /// A new portal session of a tenant.
    pub(crate) async fn portal(&self, caller: &Caller, tenant: &str, scope: &str) -> Caller {
        let path = format!("/v1/tenants/{tenant}/portal-sessions");
        let made = self.post(caller, &path, json!({"scope": scope})).await;
        Caller::key(made.expect(201)["token"].as_str().unwrap())
    }

    /// A full key of a tenant.
    pub(crate) async fn tenant_key(&self, project: &str, tenant: &str) -> Caller {
        let body = json!({"name": "t", "kind": "tenant", "scope": "full", "tenant": tenant});
        self.new_key(project, body).await
    }

    /// A new endpoint for all events; returns its id.
    pub(crate) async fn endpoint(&self, caller: &Caller, tenant: &str) -> String {
        let body = json!({"tenant": tenant, "url": "https://example.com/hook", "events": ["*"]});
        let endpoint = self.post(caller, "/v1/endpoints", body).await.expect(201);
        endpoint["id"].as_str().unwrap().to_owned()
    }

    /// Publishes an event; returns its id.
    pub(crate) async fn publish(&self, caller: &Caller, tenant: &str) -> String {
        let body = json!({"tenant": tenant, "type": "order.paid", "data": {"total": "10.50"}});
        let event = self.post(caller, "/v1/events", body).await.expect(202);
        event["id"].as_str().unwrap().to_owned()
    }

    /// The one delivery of an event.
    pub(crate) async fn delivery_of(&self, caller: &Caller, event: &str) -> String {
        let path = format!("/v1/events/{event}/deliveries");
        let list = self.get(caller, &path).await.expect(200);
        list["data"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The newest attempt of a delivery.
    pub(crate) async fn attempt_of(&self, caller: &Caller, delivery: &str) -> String {
        let path = format!("/v1/attempts?delivery={delivery}");
        let list = self.get(caller, &path).await.expect(200);
        list["data"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The next fresh event, as the engine gets it.
    pub(crate) async fn fresh(&self) -> Fresh {
        let feed = self.store.feed();
        loop {
            if let Some(fresh) = feed.next(1).await.fresh.pop() {
                return fresh;
            }
        }
    }

    /// Records an attempt at the first delivery of a fresh event, as the engine does.
    pub(crate) async fn attempt(
        &self,
        fresh: &Fresh,
        number: u32,
        status_code: Option<u16>,
        next: Next,
    ) {
        let target = fresh.targets[0];
        let sending = self.store.sending(target.endpoint).await.unwrap();
        let began = nuncio_domain::Clock::now(&*self.clock);
        self.store
            .record(
                Arc::new(Record {
                    event_key: fresh.event_key,
                    endpoint_key: target.endpoint,
                    delivery: target.delivery,
                    generation: 0,
                    ordering: fresh.ordering,
                    attempt: Attempt {
                        id: AttemptId::new(began.ms(), attempt_ten(target.delivery, number)),
                        number,
                        trigger: Trigger::Schedule,
                        started_at: began,
                        url: sending.endpoint.url.clone(),
                        dialect_version: sending.dialect.version,
                        transform_version: sending
                            .endpoint
                            .transform
                            .as_ref()
                            .map(|transform| transform.version),
                        body_metadata: serde_json::Map::new(),
                        request_headers: Headers::from_iter([("Content-Type", "application/json")]),
                        status_code,
                        response_headers: Headers::from_iter([("Server", "test")]),
                        response_body: b"no \xff\0".to_vec(),
                        response_body_truncated: false,
                        error: (next != Next::Succeed).then_some(ErrorClass::STATUS),
                        error_detail: None,
                        timings: Timings {
                            total_us: 12_300,
                            ..Timings::default()
                        },
                    },
                    done: Done {
                        extra: false,
                        began,
                        next,
                    },
                    ended: began,
                    disable: None,
                    pause_until: None,
                }),
                Epoch(0),
            )
            .await
            .unwrap();
    }

    /// The one delivery that is due is a test, and its attempt fails.
    pub(crate) async fn fail_test(&self) {
        let now = nuncio_domain::Clock::now(&*self.clock);
        let (endpoint, _) = self.store.due_endpoints().await.unwrap().remove(0);
        let due = self.store.due(endpoint, Epoch(0), now, 1).await.unwrap();
        let test = &due.due[0];
        let fresh = Fresh {
            event_key: test.event_key,
            event: test.event.clone(),
            due: now,
            targets: vec![FreshTarget {
                endpoint,
                delivery: test.delivery,
            }],
            ordering: None,
        };
        let die = Next::Die(DeadReason::TestFailed);
        self.attempt(&fresh, 1, Some(500), die).await;
    }

    /// An event whose only delivery is dead; returns the delivery's id.
    pub(crate) async fn dead_letter(&self, caller: &Caller, tenant: &str) -> String {
        let event = self.publish(caller, tenant).await;
        let fresh = self.fresh().await;
        let die = Next::Die(DeadReason::Exhausted);
        self.attempt(&fresh, 1, Some(500), die).await;
        self.delivery_of(caller, &event).await
    }
}

/// The chance in an attempt's id: another for each attempt.
fn attempt_ten(delivery: DeliveryId, number: u32) -> [u8; 10] {
    let mut ten = [u8::try_from(number).unwrap(); 10];
    ten[..8].copy_from_slice(&delivery.bits().to_be_bytes()[8..]);
    ten
}

fn request(caller: &Caller, method: &str, path: &str) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path)
        .header("host", HOST);
    let request = match &caller.cookie {
        None => request.header("authorization", format!("Bearer {}", caller.key)),
        Some(cookie) => request
            .header("cookie", cookie)
            .header("origin", format!("http://{HOST}"))
            .header("sec-fetch-site", "same-origin"),
    };
    let request = match &caller.portal {
        Some(project) => request.header("nuncio-portal", project),
        None => request,
    };
    match &caller.project {
        Some(project) => request.header("nuncio-project", project),
        None => request,
    }
}

/// Runs transformations, whatever clock a test has: code has had its time after a hundred looks at it.
fn transformer() -> nuncio_transform::Transformer {
    let looks = AtomicU64::new(0);
    let thread = move || Duration::from_millis(looks.fetch_add(1, Ordering::Relaxed));
    let clocks = nuncio_transform::TransformClocks::new(|| Duration::ZERO, thread);
    nuncio_transform::Transformer::new(Default::default(), clocks)
}
