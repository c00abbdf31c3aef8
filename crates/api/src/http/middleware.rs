//! The outermost part: gives each request an id, writes problems out, turns panics into problems, logs and counts.
//! Logs hold method, path, status and id: never headers or bodies.

use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http_body::{Frame, SizeHint};

use crate::http::{
    body_budget::{Bodies, Room},
    body_turns::BodyTurns,
    drain,
    metrics::Counters,
    problem::{Kind, Problem},
    request_id::{RequestId, RequestIds},
};

/// The route that reads a body before anybody is known.
const SIGN_IN_PATH: &str = "/v1/session";

const REQUEST_ID: HeaderName = HeaderName::from_static("nuncio-request-id");

/// Handles a request from its first to its last.
pub(crate) async fn apply<F: Future<Output = Response>>(
    request_ids: &RequestIds,
    counters: &Counters,
    bodies: &Arc<Bodies>,
    turns: &BodyTurns,
    request: Request,
    handle: impl FnOnce(Request) -> F,
) -> Response {
    let id = request_ids.next();
    let method = request.method().clone();
    let uri = request.uri().clone();
    let (mut request, rest) = drain::watch(request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let handled = AssertUnwindSafe(handle(request)).catch_unwind().await;
    let mut response = handled.unwrap_or_else(|_| panicked());
    let of_stranger = is_of_stranger(&response, &uri);
    let all_read = rest.read(of_stranger, turns).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.write(&id);
    }
    if is_made_here(uri.path()) {
        response = held(bodies, response).unwrap_or_else(|full| full.write(&id));
    }
    let status = response.status().as_u16();
    counters.answered(status);
    let path = uri.path();
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
    if !all_read {
        // A client that is not told would send its next request into a connection that is gone.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Whether an answer is made for its request, other than a page's files, which are in memory anyway.
fn is_made_here(path: &str) -> bool {
    ["/v1/", "/webhook/", "/api/v1/"]
        .iter()
        .any(|start| path.starts_with(start))
}

/// The answer with room for its body until its client has read it.
fn held(bodies: &Arc<Bodies>, response: Response) -> Result<Response, Problem> {
    let bytes = http_body::Body::size_hint(response.body()).lower();
    Ok(match Room::for_answer(bodies, bytes)? {
        None => response,
        Some(room) => response.map(|body| Body::new(Held { body, _room: room })),
    })
}

/// A body with its room.
struct Held {
    body: Body,
    _room: Room,
}

impl http_body::Body for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Whether nobody knows who made the request: there was no key, or none was asked for.
fn is_of_stranger(response: &Response, uri: &Uri) -> bool {
    let asks_no_key = matches!(
        response.status(),
        StatusCode::UNAUTHORIZED
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
    );
    asks_no_key || uri.path() == SIGN_IN_PATH
}

/// What a handler that panicked answers. Its message went to the log by the panic hook.
fn panicked() -> Response {
    Problem::new(
        Kind::Internal,
        "internal error: the server's log has the details of this request",
    )
    .into_response()
}

/// The answer on a path that is no route.
pub(crate) async fn no_route() -> Problem {
    Problem::new(
        Kind::NotFound,
        "there is no such route: /docs lists all routes",
    )
}

/// The answer on a route that lacks the method.
pub(crate) async fn no_method() -> Problem {
    Problem::new(
        Kind::MethodNotAllowed,
        "this route does not support this method: /docs lists those it does",
    )
}
