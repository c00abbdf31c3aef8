//! Events that are sent again: one, or all of a span of time.

use axum::{extract::State, http::StatusCode};
use nuncio_domain::{
    BulkReplay, DeliveryId, EndpointId, EventFilter, EventId, JobKind, TenantId, Timestamp,
};
use nuncio_store::{DeliveryRow, Reach};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::OptionalBody,
        idempotency::Idempotency,
        named::{EndpointName, tenant_named},
        rights::Writer,
    },
    http::{
        path::Id,
        problem::Problem,
        rejection::{Handled, OrNotFound},
        reply,
    },
    resources::{
        deliveries::bulk::{StartedOrCounted, check_before, start_or_count},
        shared::schedule::{Schedule, again},
    },
    state::Shared,
};

/// As many as an endpoint can have.
const TYPES_MAX: usize = 100;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(replay_event))
        .routes(routes!(replay_events))
}

/// A replay.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// Only to this endpoint of its tenant, by its id or uid, whether or not it ever went there; otherwise to every
    /// endpoint that received it and still exists.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    endpoint: Option<EndpointName>,
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    schedule: Option<Schedule>,
}

/// The deliveries created by a replay.
#[derive(Debug, Serialize, ToSchema)]
struct Replayed {
    deliveries: Vec<ReplayedDelivery>,
}

/// A delivery created by a replay.
#[derive(Debug, Serialize, ToSchema)]
struct ReplayedDelivery {
    /// Its own id.
    #[schema(value_type = String)]
    id: DeliveryId,
    /// The endpoint's id.
    #[schema(value_type = String)]
    endpoint: EndpointId,
    /// The delivery that it replays.
    #[schema(value_type = Option<String>, required)]
    replay_of: Option<DeliveryId>,
    /// `pending`.
    status: &'static str,
}

impl Replayed {
    fn of(rows: &[DeliveryRow]) -> Self {
        let deliveries = rows.iter().map(|row| ReplayedDelivery {
            id: row.id,
            endpoint: row.endpoint,
            replay_of: row.replay_of,
            status: row.progress.state.as_str(),
        });
        Self {
            deliveries: deliveries.collect(),
        }
    }
}

/// Replay an event
///
/// Creates new deliveries with their own ids. A test is never replayed (409).
#[utoipa::path(
    post, path = "/v1/events/{id}/replay", tag = "events",
    params(("id" = String, Path, description = "The event's id")), request_body = Option<Replay>,
    responses((status = 202, description = "The new deliveries", body = Replayed))
)]
async fn replay_event(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EventId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let store = server.store();
    // Nothing about the body is worth saying of an event that is not there.
    let event = store.event(&caller.reach, id).await?;
    let wanted: Replay = body.parse()?;
    let within = Reach {
        project: caller.project(),
        tenant: Some(event.tenant.clone()),
    };
    let endpoint = match wanted.endpoint {
        Some(name) => Some(name.id(&server, &within, "/endpoint").await?),
        None => None,
    };
    if let Some(endpoint) = endpoint {
        let found = store.endpoint(&caller.reach, endpoint).await?;
        found
            .filter(|endpoint| endpoint.tenant == event.tenant)
            .or_not_found()?;
    }
    let answer = |rows: &Vec<DeliveryRow>| reply::answer(StatusCode::ACCEPTED, &Replayed::of(rows));
    let once = idempotency.once(|| body.fingerprint(), move |rows| Some(answer(rows)));
    let rows = caller
        .store(&server)
        .replay(
            &caller.reach,
            id,
            endpoint,
            again(wanted.schedule),
            server.steady_now(),
            once,
        )
        .await?;
    Ok(reply::of(answer(&rows)))
}

/// A replay of many events.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplayMany)]
struct ReplayMany {
    /// Only events accepted at or after this time.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// Only events accepted before this time; now by default.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Only events of this tenant, by its id or uid.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Only events of these types, such as `order.paid` or `order.*`; all types by default.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 100)]
    types: Vec<EventFilter>,
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    schedule: Option<Schedule>,
    /// Only returns how many deliveries there would be (200), and starts nothing.
    #[serde(default)]
    dry_run: bool,
}

/// Replay events of a period
///
/// Sends every event of the period again, in the background, to every endpoint that received it and still exists. Each
/// gets a new delivery, unless one is pending. Tests and erased payloads are left out.
#[utoipa::path(
    post, path = "/v1/events/replay", tag = "events", operation_id = "replay_many_events", request_body = ReplayMany,
    responses(
        (status = 202, description = "The job that does it", body = StartedOrCounted),
        (status = 200, description = "With `dry_run`: how many deliveries there would be", body = StartedOrCounted),
    )
)]
async fn replay_events(
    State(server): State<Shared>,
    caller: Writer,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let wanted: ReplayMany = body.parse()?;
    let tenant = match wanted.tenant {
        Some(name) => Some(tenant_named(&server, caller.project(), name).await?),
        None => None,
    };
    caller.narrowed(tenant.clone())?;
    let until = wanted.until.unwrap_or_else(|| server.now());
    check_before(wanted.since, until)?;
    if wanted.types.len() > TYPES_MAX {
        let detail = format!("{} types: at most {TYPES_MAX}", wanted.types.len());
        return Err(Problem::invalid("/types", detail).into());
    }
    let kind = JobKind::Replay(BulkReplay {
        tenant,
        types: wanted.types,
        since: wanted.since,
        until,
        again: again(wanted.schedule),
    });
    let asked = (kind, wanted.dry_run);
    start_or_count(&server, &caller, asked, idempotency, &body).await
}
