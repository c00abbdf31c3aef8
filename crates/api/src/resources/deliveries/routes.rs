//! Deliveries: found, shown with every attempt, retried, cancelled.

use axum::{extract::State, http::StatusCode};
use nuncio_domain::{
    Channel, DeliveryId, EndpointId, EventTypeName, JobKind, Selection, TenantId, Timestamp,
};
use nuncio_store::{DeliveryRow, Reach};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::{Nothing, OptionalBody},
        idempotency::Idempotency,
        rights::{Reader, Writer},
    },
    http::{
        paging::{Cursor, Limit, list, page},
        path::Id,
        query::Query,
        rejection::Handled,
        reply::{self, List},
    },
    resources::{
        deliveries::{
            bulk::{Bulk, StartedOrCounted, start_or_count},
            status::Status,
            view::{DeliveryView, DetailView, Waits},
        },
        shared::schedule::{Schedule, again},
    },
    state::{Server, Shared},
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_deliveries))
        .routes(routes!(get_delivery))
        .routes(routes!(retry_delivery))
        .routes(routes!(cancel_delivery))
        .routes(routes!(retry_deliveries))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeliveriesQuery {
    /// Only in this state: `pending`, `succeeded`, `dead` or `cancelled`.
    #[param(value_type = Option<Status>)]
    status: Option<Status>,
    /// Only to this endpoint.
    #[param(value_type = Option<String>)]
    endpoint: Option<EndpointId>,
    /// Only of this tenant.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Only for events of this type.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// Only for events on this channel.
    #[param(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Only for events accepted at or after this time.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only for events accepted before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Only where the last response had this status code.
    status_code: Option<u16>,
    /// Only where the last attempt failed with this error, such as `timeout`, `dns` or `status`.
    error: Option<String>,
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<DeliveryId>>,
}

/// List deliveries
#[utoipa::path(
    get, path = "/v1/deliveries", tag = "deliveries", params(DeliveriesQuery),
    responses((status = 200, description = "Deliveries, newest event first", body = List<DeliveryView>))
)]
async fn list_deliveries(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<DeliveriesQuery>,
) -> Handled {
    show_list(&server, &caller.reach, query, true).await
}

/// The deliveries that a query is for, with tests that failed among the dead ones or without.
pub(crate) async fn show_list(
    server: &Server,
    reach: &Reach,
    query: DeliveriesQuery,
    with_failed_tests: bool,
) -> Handled {
    let selection = Selection {
        deliveries: None,
        status: query.status.map(|status| status.as_str().to_owned()),
        endpoint: query.endpoint,
        tenant: query.tenant,
        event_type: query.event_type,
        channel: query.channel,
        since: query.since,
        until: query.until,
        status_code: query.status_code,
        error: query.error,
        with_failed_tests,
    };
    let part = page(query.limit, query.cursor);
    let slice = server.store().deliveries(reach, selection, part).await?;
    let views = Waits::new(server, reach).views(&slice.items).await?;
    Ok(reply::ok(&list(views, slice.next, slice.prev)))
}

impl DeliveriesQuery {
    /// The same, for dead ones alone.
    pub(crate) fn dead(mut self) -> Self {
        self.status = Some(Status::Dead);
        self
    }

    /// The state that was asked for.
    pub(crate) const fn status(&self) -> Option<Status> {
        self.status
    }
}

/// Get a delivery
///
/// With every attempt: what was sent, what came back, how long it took.
#[utoipa::path(
    get, path = "/v1/deliveries/{id}", tag = "deliveries",
    params(("id" = String, Path, description = "The delivery's id")),
    responses((status = 200, description = "The delivery", body = DetailView))
)]
async fn get_delivery(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<DeliveryId>,
) -> Handled {
    let detail = server.store().delivery(&caller.reach, id).await?;
    let waiting = Waits::new(&server, &caller.reach).of(&detail.row).await?;
    Ok(reply::ok(
        &DetailView::new(&server, &caller.reach, detail, waiting).await?,
    ))
}

/// A retry.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Retry {
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    schedule: Option<Schedule>,
}

/// Retry a delivery
///
/// If it is pending: one extra attempt now, and its schedule stays as it is. Otherwise: a fresh schedule, or exactly one
/// attempt with `schedule: "once"`. A test is never retried (409).
#[utoipa::path(
    post, path = "/v1/deliveries/{id}/retry", tag = "deliveries",
    params(("id" = String, Path, description = "The delivery's id")), request_body = Option<Retry>,
    responses((status = 202, description = "The delivery as it is now", body = DeliveryView))
)]
async fn retry_delivery(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<DeliveryId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let store = server.store();
    let current = store.delivery(&caller.reach, id).await?.row;
    let wanted: Retry = body.parse()?;
    // Whatever state it is in now, it will be pending, and may have to wait.
    let waiting = Waits::new(&server, &caller.reach)
        .of_pending(&current)
        .await?;
    let answer = move |row: &DeliveryRow| {
        reply::answer(StatusCode::ACCEPTED, &DeliveryView::new(row, waiting))
    };
    let once = idempotency.once(|| body.fingerprint(), move |row| Some(answer(row)));
    let row = caller
        .store(&server)
        .retry(
            &caller.reach,
            id,
            again(wanted.schedule),
            server.steady_now(),
            once,
        )
        .await?;
    Ok(reply::of(answer(&row)))
}

/// Cancel a delivery
///
/// No further attempt starts. A delivery that is already finished cannot be cancelled.
#[utoipa::path(
    post, path = "/v1/deliveries/{id}/cancel", tag = "deliveries",
    params(("id" = String, Path, description = "The delivery's id")),
    responses((status = 200, description = "The delivery as it is now", body = DeliveryView))
)]
async fn cancel_delivery(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<DeliveryId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    body.parse::<Nothing>()?;
    let answer = |row: &DeliveryRow| reply::answer(StatusCode::OK, &DeliveryView::new(row, None));
    let once = idempotency.once(|| body.fingerprint(), move |row| Some(answer(row)));
    let store = caller.store(&server);
    let row = store.cancel(&caller.reach, id, server.now(), once).await?;
    Ok(reply::of(answer(&row)))
}

/// Retry many deliveries
///
/// Runs for all deliveries that match the filter, in the background.
#[utoipa::path(
    post, path = "/v1/deliveries/retry", tag = "deliveries", operation_id = "retry_many_deliveries",
    request_body = Option<Bulk>,
    responses(
        (status = 202, description = "The job that does it", body = StartedOrCounted),
        (status = 200, description = "With `dry_run`: how many deliveries it would affect", body = StartedOrCounted),
    )
)]
async fn retry_deliveries(
    State(server): State<Shared>,
    caller: Writer,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let bulk: Bulk = body.parse()?;
    let dry_run = bulk.dry_run;
    let kind = JobKind::Retry(bulk.retry(&server, &caller).await?);
    start_or_count(&server, &caller, (kind, dry_run), idempotency, &body).await
}
