//! Errors as callers see them: problem documents (RFC 9457).
//!
//! A handler returns a [`Problem`]; the outermost layer ([`apply`](crate::http::middleware::apply)) writes it out, since
//! only it knows the request's id.

use std::{borrow::Cow, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What kind of problem it is. The kind fixes type, title and status code; callers can rely on all three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Malformed,
    ProjectMissing,
    Unauthorized,
    Forbidden,
    PlanRequired,
    NotFound,
    MethodNotAllowed,
    Timeout,
    Conflict,
    BreakingChange,
    KeyReused,
    LimitReached,
    TooLarge,
    MediaType,
    Invalid,
    SchemaBudget,
    TooMany,
    Internal,
    Unavailable,
}

impl Kind {
    /// Status code, last part of the type URI, title.
    const fn facts(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::Malformed => (S::BAD_REQUEST, "malformed-json", "Malformed JSON"),
            Self::ProjectMissing => (S::BAD_REQUEST, "project-missing", "Project not named"),
            Self::Unauthorized => (S::UNAUTHORIZED, "unauthorized", "No valid key"),
            Self::Forbidden => (S::FORBIDDEN, "forbidden", "Not allowed with this key"),
            Self::PlanRequired => (S::FORBIDDEN, "plan-required", "Not in the tenant's plan"),
            Self::NotFound => (S::NOT_FOUND, "not-found", "Not found"),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Method not allowed",
            ),
            Self::Timeout => (S::REQUEST_TIMEOUT, "timeout", "Request too slow"),
            Self::Conflict => (S::CONFLICT, "conflict", "Conflict"),
            Self::BreakingChange => (S::CONFLICT, "breaking-change", "Breaking change"),
            Self::KeyReused => (
                S::CONFLICT,
                "idempotency-key-reused",
                "Idempotency key reused",
            ),
            Self::LimitReached => (S::CONFLICT, "limit-reached", "Limit reached"),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "too-large", "Too large"),
            Self::MediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "Unsupported media type",
            ),
            Self::Invalid => (S::UNPROCESSABLE_ENTITY, "invalid", "Invalid value"),
            Self::SchemaBudget => (
                S::UNPROCESSABLE_ENTITY,
                "schema-budget",
                "Too costly to check",
            ),
            Self::TooMany => (
                S::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many requests",
            ),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
            Self::Unavailable => (S::SERVICE_UNAVAILABLE, "unavailable", "Unavailable"),
        }
    }
}

/// Where an invalid value was, if not in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// The query string.
    Query,
    /// A header.
    Header,
    /// The path.
    Path,
}

/// An invalid value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Fault {
    /// JSON pointer (RFC 6901) of the value in the body; for a parameter or header, `/` and its name.
    pub(crate) pointer: String,
    /// What is wrong with it.
    pub(crate) detail: String,
    /// Where it was; in the body if this is missing.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Place>,
    /// For a text: the line of the value, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<usize>,
    /// The column in that line, in characters counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<usize>,
}

/// An error on its way to the caller.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    kind: Kind,
    detail: Cow<'static, str>,
    errors: Vec<Fault>,
    /// What `Retry-After` says.
    wait_s: Option<u64>,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// A stable URI that names the kind of problem, such as `urn:nuncio:problem:not-found`.
    #[serde(rename = "type")]
    kind: String,
    /// A short title for the kind of problem.
    title: &'static str,
    /// The HTTP status code.
    status: u16,
    /// What is wrong, with the value and the field.
    detail: &'a str,
    /// Every invalid value.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    #[schema(value_type = Vec<Fault>)]
    errors: &'a [Fault],
    /// The request's id, as in the header `Nuncio-Request-Id`. Missing in the items of a batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl Problem {
    /// A problem of that kind.
    pub(crate) fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            // The store clears its queue in well under a second; a full disk takes a person.
            wait_s: (kind == Kind::Unavailable).then_some(1),
        }
    }

    /// Something was tried too often; it may be tried again after that.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let wait_s = wait.as_secs().max(1);
        let detail = format!("too many failed attempts from this address: try again in {wait_s} s");
        Self {
            wait_s: Some(wait_s),
            ..Self::new(Kind::TooMany, detail)
        }
    }

    /// The same; it may be tried again after that.
    pub(crate) fn after(self, wait: Duration) -> Self {
        // Rounded up: who comes at that second is let in.
        let wait_s = wait.as_millis().div_ceil(1_000).max(1);
        Self {
            wait_s: u64::try_from(wait_s).ok(),
            ..self
        }
    }

    /// The one answer for whatever is not there, or not for this caller: both must look the same.
    pub(crate) fn not_found() -> Self {
        Self::new(
            Kind::NotFound,
            "nothing with this id is visible to this key",
        )
    }

    /// A value in the body that was refused.
    pub(crate) fn invalid(pointer: impl Into<String>, detail: impl ToString) -> Self {
        Self::new(Kind::Invalid, "").with(pointer, detail)
    }

    /// A query parameter, header or path part that was refused.
    pub(crate) fn invalid_in(place: Place, name: &str, detail: impl ToString) -> Self {
        Self::new(Kind::Invalid, "").with_in(place, name, detail)
    }

    /// The same with a refused parameter, header or path part.
    pub(crate) fn with_in(self, place: Place, name: &str, detail: impl ToString) -> Self {
        let mut problem = self.with(format!("/{name}"), detail);
        if let Some(fault) = problem.errors.last_mut() {
            fault.place = Some(place);
        }
        problem
    }

    /// The same with one more refused value. The first one becomes the detail, if there is none.
    pub(crate) fn with(mut self, pointer: impl Into<String>, detail: impl ToString) -> Self {
        let fault = Fault {
            pointer: pointer.into(),
            detail: detail.to_string(),
            place: None,
            line: None,
            column: None,
        };
        if self.detail.is_empty() {
            self.detail = match fault.pointer.trim_start_matches('/') {
                "" => fault.detail.clone(),
                field => format!("{field}: {}", fault.detail),
            }
            .into();
        }
        self.errors.push(fault);
        self
    }

    /// Whether the first refused value is there, or below it.
    pub(crate) fn is_about(&self, pointer: &str) -> bool {
        let first = self.errors.first();
        first.is_some_and(|fault| fault.pointer.starts_with(pointer))
    }

    /// The same with what another one refused.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.errors.extend(other.errors);
        self
    }

    /// The same; the last refused value is a text, and what is wrong is in that line and column.
    pub(crate) fn at(mut self, line: usize, column: usize) -> Self {
        if let Some(fault) = self.errors.last_mut() {
            fault.line = Some(line);
            fault.column = Some(column);
        }
        self
    }

    /// The same with every pointer moved below `prefix`: for the items of a batch.
    pub(crate) fn below(mut self, prefix: &str) -> Self {
        for fault in &mut self.errors {
            fault.pointer.insert_str(0, prefix);
        }
        self
    }

    /// The status code.
    pub(crate) fn status(&self) -> StatusCode {
        self.kind.facts().0
    }

    /// The document, for the request of that id.
    pub(crate) fn document<'a>(&'a self, request_id: Option<&'a str>) -> ProblemBody<'a> {
        let (status, name, title) = self.kind.facts();
        ProblemBody {
            kind: format!("urn:nuncio:problem:{name}"),
            title,
            status: status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
            request_id,
        }
    }

    /// The answer with the document written out.
    pub(crate) fn write(&self, request_id: &str) -> Response {
        let body = serde_json::to_vec(&self.document(Some(request_id))).unwrap_or_default();
        let json = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status(), [(header::CONTENT_TYPE, json)], body).into_response();
        let headers = response.headers_mut();
        if self.kind == Kind::Unauthorized {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(seconds) = self.wait_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl IntoResponse for Problem {
    /// An empty answer that carries the problem to the outermost layer.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one after it; a new kind does not compile until it is here.
    fn next(kind: Kind) -> Option<Kind> {
        match kind {
            Kind::Malformed => Some(Kind::ProjectMissing),
            Kind::ProjectMissing => Some(Kind::Unauthorized),
            Kind::Unauthorized => Some(Kind::Forbidden),
            Kind::Forbidden => Some(Kind::PlanRequired),
            Kind::PlanRequired => Some(Kind::NotFound),
            Kind::NotFound => Some(Kind::MethodNotAllowed),
            Kind::MethodNotAllowed => Some(Kind::Timeout),
            Kind::Timeout => Some(Kind::Conflict),
            Kind::Conflict => Some(Kind::BreakingChange),
            Kind::BreakingChange => Some(Kind::KeyReused),
            Kind::KeyReused => Some(Kind::LimitReached),
            Kind::LimitReached => Some(Kind::TooLarge),
            Kind::TooLarge => Some(Kind::MediaType),
            Kind::MediaType => Some(Kind::Invalid),
            Kind::Invalid => Some(Kind::SchemaBudget),
            Kind::SchemaBudget => Some(Kind::TooMany),
            Kind::TooMany => Some(Kind::Internal),
            Kind::Internal => Some(Kind::Unavailable),
            Kind::Unavailable => None,
        }
    }

    #[test]
    fn the_error_reference_has_every_type_once_and_no_other() {
        const REFERENCE: &str = include_str!("../../../../docs/errors.md");
        let kinds = std::iter::successors(Some(Kind::Malformed), |kind| next(*kind));
        let expected: Vec<_> = kinds
            .map(|kind| {
                let (status, name, title) = kind.facts();
                format!("| `{name}` | {} | {title} |", status.as_u16())
            })
            .collect();
        let rows = REFERENCE.lines().filter(|line| line.starts_with("| `"));
        let rows: Vec<_> = rows
            .map(|row| {
                let cells: Vec<_> = row.splitn(5, '|').take(4).collect();
                format!("{}|", cells.join("|"))
            })
            .collect();
        assert_eq!(rows, expected);
    }

    #[test]
    fn the_first_fault_is_the_detail() {
        let problem = Problem::invalid("/retry/base_s", "0 is out of range").with("/url", "no");
        let document = serde_json::to_value(problem.document(Some("req_1"))).unwrap();
        assert_eq!(document["detail"], "retry/base_s: 0 is out of range");
        assert_eq!(document["status"], 422);
        assert_eq!(document["type"], "urn:nuncio:problem:invalid");
        assert_eq!(document["errors"][1]["pointer"], "/url");
        assert_eq!(document["request_id"], "req_1");
    }

    #[test]
    fn a_batch_item_points_into_the_batch() {
        let problem = Problem::invalid("/data/a", "no").below("/events/3");
        assert_eq!(problem.errors[0].pointer, "/events/3/data/a");
    }
}
