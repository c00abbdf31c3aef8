//! What orchestrators and monitors ask.

use axum::extract::FromRequestParts;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{caller, rights::Admin},
    http::{rejection::Handled, reply},
    resources::health::store_metrics,
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(metrics))
}

/// The server's status.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
}

/// Liveness
#[utoipa::path(
    get, path = "/healthz", tag = "operation", security(()),
    responses((status = 200, description = "It is", body = Health))
)]
async fn healthz(State(server): State<Shared>) -> Response {
    reply::ok(&Health {
        status: "ok",
        version: server.state.settings.version,
    })
}

/// Readiness
///
/// Reads from the store's disk; 503 while that fails, or while nothing can be stored. Does not wait for writes.
#[utoipa::path(
    get, path = "/readyz", tag = "operation", security(()),
    responses(
        (status = 200, description = "Ready", body = Health),
        (status = 503, description = "The store can't be read or written", body = crate::http::problem::ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn readyz(State(server): State<Shared>) -> Handled {
    server.store().ready().await?;
    Ok(healthz(State(server)).await)
}

/// Counters
///
/// Metrics of publishing, attempts and deliveries, in Prometheus' text format. If the operator has set `metrics_key`,
/// that key or the admin key is required.
#[utoipa::path(
    get, path = "/metrics", tag = "operation", security((), ("key" = [])),
    responses((status = 200, description = "The counters", body = String, content_type = "text/plain"))
)]
async fn metrics(State(server): State<Shared>, request: Request) -> Handled {
    let settings = &server.state.settings;
    if let Some(sha256) = &settings.metrics_key_sha256 {
        let mut parts = request.into_parts().0;
        if !caller::shows(&parts.headers, sha256) {
            Admin::from_request_parts(&mut parts, &server).await?;
        }
    }
    let lanes = server.state.lanes.totals().await;
    let mut text = server.metrics(lanes.as_ref());
    let now = server.state.clock.now();
    store_metrics::write(&mut text, &server.store().condition(), now);
    // While the store can't be read, the gauge above says so, and these are left out.
    match server.store().totals().await {
        Ok(totals) => store_metrics::write_totals(&mut text, &totals, server.steady_now()),
        Err(error) => tracing::debug!(%error, "can't count what is stored"),
    }
    let format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, format)], text).into_response())
}
