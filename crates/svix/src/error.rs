//! Errors in the shapes that client libraries expect: `{"code", "detail"}`, and for 422 a list of places.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use nuncio_api::SurfaceRefusal;
use nuncio_store::{StoreError, StoredAnswer};
use serde::Serialize;

/// How a handler ends.
pub(crate) type Handled = Result<Response, SvixError>;

/// A value that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refused {
    loc: Vec<String>,
    msg: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Why a request is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SvixError {
    /// A code and a sentence.
    Plain {
        status: StatusCode,
        code: &'static str,
        detail: String,
    },
    /// Values that were refused: 422.
    Invalid(Vec<Refused>),
    /// It was done before; this is what was kept of the answer.
    Repeated(StoredAnswer),
}

/// A rule that a value breaks.
pub(crate) const RULE: &str = "value_error";
/// A body that is not of the right shape.
pub(crate) const SHAPE: &str = "value_error.jsondecode";

impl SvixError {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Plain {
            status,
            code,
            detail: detail.into(),
        }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "generic_error", detail)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Entity not found")
    }

    pub(crate) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", detail)
    }

    pub(crate) fn unauthorized(detail: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "authentication_failed", detail)
    }

    pub(crate) fn forbidden() -> Self {
        let detail = "Insufficient access for the given operation.";
        Self::new(StatusCode::FORBIDDEN, "insufficient access", detail)
    }

    pub(crate) fn internal() -> Self {
        let detail = "Internal error: the server's log has the details";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", detail)
    }

    /// A value in the body that breaks a rule; `at` is its place, parts between dots.
    pub(crate) fn invalid(at: &str, msg: impl Into<String>) -> Self {
        Self::invalid_in("body", at, msg, RULE)
    }

    /// A value that was refused, in the body or the query.
    pub(crate) fn invalid_in(
        place: &str,
        at: &str,
        msg: impl Into<String>,
        kind: &'static str,
    ) -> Self {
        let parts = at.split('.').filter(|part| !part.is_empty());
        let loc = std::iter::once(place).chain(parts).map(str::to_owned);
        Self::Invalid(vec![Refused {
            loc: loc.collect(),
            msg: msg.into(),
            kind,
        }])
    }

    /// What a status code says by itself.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status.as_u16() {
            401 => ("authentication_failed", "Invalid token"),
            404 => ("not_found", "Entity not found"),
            405 => ("method_not_allowed", "The method is not allowed here"),
            408 => ("request_timeout", "The request arrived too slowly"),
            413 => ("payload_too_large", "The request body is too large"),
            503 => ("unavailable", "The server is overloaded: try again"),
            501 => ("not_implemented", "This is not implemented"),
            500.. => return Self::internal(),
            _ => ("generic_error", "The request was refused"),
        };
        Self::new(status, code, detail)
    }

    pub(crate) fn into_response(self) -> Response {
        match self {
            Self::Plain {
                status,
                code,
                detail,
            } => json(status, &serde_json::json!({"code": code, "detail": detail})),
            Self::Invalid(refused) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                json(status, &serde_json::json!({"detail": refused}))
            }
            Self::Repeated(answer) => {
                let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
                body(status, answer.body)
            }
        }
    }
}

impl From<StoreError> for SvixError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::not_found(),
            StoreError::Repeated(answer) => Self::Repeated(answer),
            StoreError::KeyReused => {
                Self::conflict("the idempotency key was used for another request")
            }
            StoreError::Conflict(detail) => Self::conflict(detail),
            StoreError::LimitReached(detail) => {
                Self::new(StatusCode::BAD_REQUEST, "limit_reached", detail)
            }
            StoreError::Fenced | StoreError::Unavailable(_) => {
                Self::of_status(StatusCode::SERVICE_UNAVAILABLE)
            }
        }
    }
}

impl From<SurfaceRefusal> for SvixError {
    fn from(refusal: SurfaceRefusal) -> Self {
        match refusal.status {
            422 => Self::invalid("", refusal.detail),
            status => {
                // Whoever sheds load says 503: client libraries try again after that alone.
                let status = if status == 429 { 503 } else { status };
                let status = StatusCode::from_u16(status);
                Self::of_status(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            }
        }
    }
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => body(status, bytes),
        Err(error) => {
            tracing::error!(%error, "an answer can't be written");
            SvixError::internal().into_response()
        }
    }
}

/// An answer of JSON text.
pub(crate) fn body(status: StatusCode, bytes: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], bytes).into_response()
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
