//! Answers that are no problem.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use nuncio_store::{Shows, StoredAnswer};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The items.
    pub(crate) data: Vec<T>,
    /// The `cursor` for the next page; null at the end.
    #[schema(required)]
    pub(crate) next_cursor: Option<String>,
    /// The `cursor` for the page before; null at the beginning.
    #[schema(required)]
    pub(crate) prev_cursor: Option<String>,
}

/// An answer as it can be kept for a repetition: status code and JSON body.
pub(crate) fn answer(status: StatusCode, body: &impl Serialize) -> StoredAnswer {
    StoredAnswer {
        status: status.as_u16(),
        // Views hold nothing that JSON could not: names, numbers, lists and maps with text as keys.
        body: serde_json::to_vec(body).unwrap_or_default(),
        shows: Shows::NoSecret,
    }
}

/// An answer that shows a secret, with what is left of it once that is not repeated any more.
pub(crate) fn with_secret(
    status: StatusCode,
    body: &impl Serialize,
    rest: Option<&impl Serialize>,
) -> StoredAnswer {
    let rest = rest.map(|rest| serde_json::to_vec(rest).unwrap_or_default());
    StoredAnswer {
        shows: Shows::Secret(rest),
        ..answer(status, body)
    }
}

/// An answer as a response.
pub(crate) fn of(answer: StoredAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let json = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, json)], answer.body).into_response()
}

/// 200 with a body.
pub(crate) fn ok(body: &impl Serialize) -> Response {
    of(answer(StatusCode::OK, body))
}

/// 204.
pub(crate) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}
