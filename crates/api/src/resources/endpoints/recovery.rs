//! Recovery: an endpoint that was down, or came late, gets what it missed.

use axum::extract::State;
use nuncio_domain::{EndpointId, JobKind, Recovery, Timestamp, Which};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{body::OptionalBody, idempotency::Idempotency, rights::Writer},
    http::{
        path::Id,
        problem::Problem,
        rejection::{Handled, OrNotFound},
    },
    resources::deliveries::routes::{Started, start},
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(recover_endpoint))
}

/// Which events.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Recovered {
    /// Those whose delivery is dead: it is retried with a fresh schedule.
    Dead,
    /// Those that match the endpoint's filter and never went to it: they are delivered for the first time.
    Missing,
    /// Those that went to it or match its filter: each is sent again as a new delivery, unless one is pending.
    All,
}

/// A recovery.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRecovery {
    /// Only events accepted at or after this time.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Only events accepted before this time; now by default.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// `dead`, `missing` or `all`.
    #[schema(value_type = String)]
    which: Recovered,
}

/// Recover an endpoint
///
/// Sends the endpoint what it missed in a period, in the background: retries its dead deliveries, delivers events that
/// match its filter and were never sent to it (published before it was created, or while its filter was different), or
/// sends everything again. Tests and erased payloads are left out.
#[utoipa::path(
    post, path = "/{id}/recover", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id")), request_body = NewRecovery,
    responses((status = 202, description = "The job that does it", body = Started))
)]
async fn recover_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let store = server.store();
    store.endpoint(&caller.reach, id).await?.or_not_found()?;
    let wanted: NewRecovery = body.parse()?;
    let until = wanted.until.unwrap_or_else(|| server.now());
    if wanted.since >= until {
        let detail = format!("{} is not before the end, {until}", wanted.since);
        return Err(Problem::invalid("/since", detail).into());
    }
    let recovery = Recovery {
        endpoint: id,
        which: match wanted.which {
            Recovered::Dead => Which::Dead,
            Recovered::Missing => Which::Missing,
            Recovered::All => Which::All,
        },
        since: wanted.since,
        until,
    };
    start(
        &server,
        &caller,
        JobKind::Recover(recovery),
        idempotency,
        &body,
    )
    .await
}
