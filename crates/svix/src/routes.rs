//! Which operation is it? Paths are trimmed of slashes at their end; ids in them are not checked.

use axum::{
    extract::Request as HttpRequest,
    http::{Method, StatusCode, request::Parts},
    response::Response,
};
use http_body_util::BodyExt;
use percent_encoding::percent_decode_str;

use crate::{
    Server, access,
    answers::{Answer, Known},
    error::{self, Handled, SvixError},
    openapi,
    query::Query,
    request::{self, Request},
    resources::{application, attempt, endpoint, event_type, health, message, portal, task},
};

/// The most that a request may hold.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most that an answer may hold to be kept for repetitions in memory.
const KEPT_BYTES_MAX: usize = 64 * 1024;

/// Answers a request below `/api/v1`.
pub(crate) async fn answer(server: &Server, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    match handle(server, &parts, body).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn handle(server: &Server, parts: &Parts, body: axum::body::Body) -> Handled {
    let path = parts.uri.path().strip_prefix("/api/v1").unwrap_or_default();
    let path = path.trim_matches('/');
    let segments: Vec<String> = path
        .split('/')
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let is_look = matches!(parts.method, Method::GET | Method::HEAD);
    match (is_look, segments.as_slice()) {
        (true, ["health"]) => return health::health(server).await,
        (true, ["health", "ping"]) => return Ok(error::empty(StatusCode::NO_CONTENT)),
        (true, ["openapi.json"]) => {
            return Ok(error::body(
                StatusCode::OK,
                openapi::openapi_json().into_bytes(),
            ));
        }
        _ => {}
    }
    let caller = access::authenticate(server, parts).await?;
    let is_publish =
        matches!(segments.as_slice(), ["app", _, "msg"]) && parts.method == Method::POST;
    caller.check_scope(is_look, is_publish)?;
    let read = server
        .surface
        .read_body(parts, body, BODY_BYTES_MAX)
        .await?;
    let request = Request {
        server,
        parts,
        caller,
        query: Query::parse(parts.uri.query()),
        body: read.bytes.clone(),
    };
    // The store keeps what a message was answered, in the commit that holds it.
    match request::scope(parts) {
        Some(scope) if parts.method == Method::POST && !is_publish => {
            once(server, scope, dispatch(&request, &segments)).await
        }
        Some(_) | None => dispatch(&request, &segments).await,
    }
}

/// Carries a request out, unless it was made before: then its answer is given again.
async fn once(server: &Server, scope: [u8; 32], work: impl Future<Output = Handled>) -> Handled {
    let first = match server.answers.begin(scope).await {
        Known::First(first) => first,
        Known::Answered(answer) => {
            let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
            return Ok(match answer.body.is_empty() {
                true => error::empty(status),
                false => error::body(status, answer.body.clone()),
            });
        }
        Known::Busy => {
            return Err(SvixError::conflict(
                "a request with this idempotency key is under way",
            ));
        }
    };
    let response = work.await?;
    if !response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = body
        .collect()
        .await
        .map_err(|_| SvixError::internal())?
        .to_bytes();
    if bytes.len() <= KEPT_BYTES_MAX {
        let answer = Answer {
            status: parts.status.as_u16(),
            body: bytes.to_vec(),
        };
        first.keep(answer, server.surface.now());
    }
    Ok(Response::from_parts(parts, bytes.into()))
}

async fn dispatch(request: &Request<'_>, segments: &[&str]) -> Handled {
    // What has no HEAD of its own is looked at by GET; the listener leaves the body out.
    let method = match request.parts.method {
        Method::HEAD => "GET",
        ref other => other.as_str(),
    };
    match segments {
        ["app", rest @ ..] => of_application(request, method, rest).await,
        ["event-type", rest @ ..] => event_type::route(request, method, rest).await,
        ["auth", rest @ ..] => portal::route(request, method, rest).await,
        ["background-task", rest @ ..] => task::route(request, method, rest).await,
        ["admin", "redrive-dlq"] => match method {
            // Dead deliveries stay where they are: nothing has to be put back into a queue.
            "POST" => {
                request.caller.check_organization()?;
                Ok(error::empty(StatusCode::NO_CONTENT))
            }
            _ => Err(no_method()),
        },
        _ => Err(no_route()),
    }
}

async fn of_application(request: &Request<'_>, method: &str, segments: &[&str]) -> Handled {
    match segments {
        [] | [_] => application::route(request, method, segments).await,
        [app, "endpoint", rest @ ..] => match rest {
            [ep, "msg"] => {
                only(
                    method,
                    "GET",
                    attempt::messages_of_endpoint(request, app, ep),
                )
                .await
            }
            _ => endpoint::route(request, method, app, rest).await,
        },
        [app, "attempt", rest @ ..] => match rest {
            ["endpoint", ep] => only(method, "GET", attempt::of_endpoint(request, app, ep)).await,
            ["msg", msg] => only(method, "GET", attempt::of_message(request, app, msg, None)).await,
            _ => Err(no_route()),
        },
        [app, "msg", rest @ ..] => of_message(request, method, app, rest).await,
        _ => Err(no_route()),
    }
}

async fn of_message(request: &Request<'_>, method: &str, app: &str, segments: &[&str]) -> Handled {
    match segments {
        [msg, "attempt"] => only(method, "GET", attempt::of_message(request, app, msg, None)).await,
        [msg, "attempt", one] => only(method, "GET", attempt::get(request, app, msg, one)).await,
        [msg, "attempt", one, "content"] => {
            only(method, "DELETE", attempt::expunge(request, app, msg, one)).await
        }
        [msg, "endpoint"] => only(method, "GET", attempt::destinations(request, app, msg)).await,
        [msg, "endpoint", ep, "attempt"] => {
            only(
                method,
                "GET",
                attempt::of_message(request, app, msg, Some(*ep)),
            )
            .await
        }
        [msg, "endpoint", ep, "resend"] => {
            only(method, "POST", attempt::resend(request, app, msg, ep)).await
        }
        _ => message::route(request, method, app, segments).await,
    }
}

/// A route with one method.
pub(crate) async fn only(method: &str, has: &str, work: impl Future<Output = Handled>) -> Handled {
    match method == has {
        true => work.await,
        false => Err(no_method()),
    }
}

/// The answer on a path that is no route.
pub(crate) fn no_route() -> SvixError {
    SvixError::of_status(StatusCode::NOT_FOUND)
}

/// The answer on a route that lacks the method.
pub(crate) fn no_method() -> SvixError {
    SvixError::of_status(StatusCode::METHOD_NOT_ALLOWED)
}
