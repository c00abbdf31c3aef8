//! The outermost layer: gives each request an id, writes problems out, turns panics into problems, logs and counts.
//! Logs hold method, path, status and id: never headers or bodies.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    linger,
    problem::{Kind, Problem},
    state::Shared,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("nuncio-request-id");

/// Names requests: a random part of the process's own, then a number. Unique, and cheap to make.
pub(crate) struct RequestIds {
    process: u64,
    count: AtomicU64,
}

impl RequestIds {
    /// Ids that begin with the given random bytes.
    pub(crate) fn new(process: [u8; 8]) -> Self {
        Self {
            process: u64::from_be_bytes(process),
            count: AtomicU64::new(0),
        }
    }

    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Relaxed);
        format!("req_{:016x}{count:08x}", self.process)
    }
}

/// The id of a request, for handlers.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Handles a request from its first to its last.
pub(crate) async fn edge(State(server): State<Shared>, request: Request, next: Next) -> Response {
    let id = server.request_ids.next();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let (mut request, rest) = linger::watch(request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    rest.read().await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.write(&id);
    }
    let status = response.status().as_u16();
    server.counters.answered(status);
    match status {
        500.. => tracing::warn!(%method, path, status, request_id = id, "request failed"),
        _ => tracing::debug!(%method, path, status, request_id = id, "request answered"),
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What a handler that panicked answers. Its message went to the log by the panic hook.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    Problem::new(
        Kind::Internal,
        "something broke inside the server: its log tells more about this request",
    )
    .into_response()
}

/// The answer on a path that is no route.
pub(crate) async fn no_route() -> Problem {
    Problem::new(Kind::NotFound, "there is no such route: /docs lists them")
}

/// The answer on a route that lacks the method.
pub(crate) async fn no_method() -> Problem {
    Problem::new(
        Kind::MethodNotAllowed,
        "this route does not have this method: /docs lists those that it has",
    )
}
