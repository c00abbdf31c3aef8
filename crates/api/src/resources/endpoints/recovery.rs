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
    resources::{
        deliveries::bulk::{StartedOrCounted, check_before, start_or_count},
        shared::schedule::{Schedule, again},
    },
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
    /// Those whose delivery waits for a later attempt: it gets one more now, and its schedule stays as it is.
    Pending,
}

/// A recovery.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRecovery {
    /// Only events accepted at or after this time. Required, except for `pending`.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only events accepted before this time; now by default.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// `dead`, `missing`, `all` or `pending`.
    #[schema(value_type = String)]
    which: Recovered,
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    schedule: Option<Schedule>,
    /// Only returns how many deliveries there would be (200), and starts nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Recover an endpoint
///
/// Sends the endpoint what it missed in a period, in the background: retries its dead deliveries, delivers events that
/// match its filter and were never sent to it (published before it was created, or while its filter was different), or
/// sends everything again; or attempts all waiting deliveries now, in addition to their schedules. Tests and erased
/// payloads are left out. A paused or disabled endpoint, its rate limit and its tenant's plan are respected.
#[utoipa::path(
    post, path = "/{id}/recover", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid")), request_body = NewRecovery,
    responses(
        (status = 202, description = "The job that does it", body = StartedOrCounted),
        (status = 200, description = "With `dry_run`: how many deliveries it would affect", body = StartedOrCounted),
    )
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
    let since = since(&wanted, until)?;
    let recovery = Recovery {
        endpoint: id,
        which: match wanted.which {
            Recovered::Dead => Which::Dead,
            Recovered::Missing => Which::Missing,
            Recovered::All => Which::All,
            Recovered::Pending => Which::Pending,
        },
        since,
        until,
        again: again(wanted.schedule),
    };
    let kind = JobKind::Recover(recovery);
    let asked = (kind, wanted.dry_run);
    start_or_count(&server, &caller, asked, idempotency, &body).await
}

/// From when on events are recovered. What waits is not many years old, so that needs no time.
fn since(wanted: &NewRecovery, until: Timestamp) -> Result<Timestamp, Problem> {
    let since = match (wanted.since, wanted.which) {
        (Some(since), _) => since,
        (None, Recovered::Pending) => return Ok(Timestamp::from_ms(0)),
        (None, Recovered::Dead | Recovered::Missing | Recovered::All) => {
            return Err(Problem::invalid("/since", "missing field `since`"));
        }
    };
    check_before(since, until)?;
    Ok(since)
}
