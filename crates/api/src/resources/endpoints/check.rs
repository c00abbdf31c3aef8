//! May an endpoint have this URL? Asked while somebody types it.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{body::JsonBody, rights::Writer},
    http::{rejection::Handled, reply},
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(check_endpoint))
}

/// A URL to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UrlToCheck {
    /// The URL.
    url: String,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
struct UrlCheck {
    /// Whether an endpoint may have it.
    ok: bool,
    /// The URL as it would be stored; null if it is refused.
    #[schema(required)]
    url: Option<String>,
    /// Why it is refused.
    errors: Vec<UrlFinding>,
    /// Warnings, such as a host name that does not resolve right now.
    warnings: Vec<UrlFinding>,
}

/// Something about the URL.
#[derive(Debug, Serialize, ToSchema)]
struct UrlFinding {
    /// JSON pointer (RFC 6901) of the value: `/url`.
    pointer: &'static str,
    /// What was found.
    detail: String,
}

/// Check a URL
///
/// The same check as when an endpoint is created or changed. Nothing is stored or sent.
#[utoipa::path(
    post, path = "/check", tag = "endpoints", request_body = UrlToCheck,
    responses((status = 200, description = "What was found", body = UrlCheck))
)]
async fn check_endpoint(State(server): State<Shared>, _: Writer, body: JsonBody) -> Handled {
    let wanted: UrlToCheck = body.parse()?;
    let finding = |detail: String| UrlFinding {
        pointer: "/url",
        detail,
    };
    let typed = wanted.url.trim_matches(' ');
    let check = match server.state.guard.inspect(typed).await {
        Ok(inspected) => UrlCheck {
            ok: true,
            url: Some(typed.to_owned()),
            errors: Vec::new(),
            warnings: inspected.unresolved.into_iter().map(finding).collect(),
        },
        Err(error) => UrlCheck {
            ok: false,
            url: None,
            errors: vec![finding(error.to_string())],
            warnings: Vec::new(),
        },
    };
    Ok(reply::ok(&check))
}
