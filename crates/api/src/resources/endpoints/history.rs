//! What an endpoint has been sent: its event log, as vendors document it to their customers, and its deliveries.

use axum::extract::State;
use nuncio_domain::{
    Channel, DeliveryId, EndpointId, ErrorClass, EventId, EventTypeName, Selection, SourceId,
    Timestamp,
};
use nuncio_store::DeliveryRow;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::Reader,
    http::{
        paging::{Cursor, Limit, list, page},
        path::Id,
        query::Query,
        rejection::{Handled, OrNotFound},
        reply::{self, List},
    },
    resources::deliveries::view::{DeliveryView, Waits, next_attempt_at, retry_count},
    state::Shared,
};

/// All of an endpoint's history.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    event_routes().routes(routes!(list_endpoint_deliveries))
}

/// The event log alone: what vendors publish under names of their own.
pub(crate) fn event_routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_endpoint_events))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Only in this state: `pending`, `succeeded`, `dead` or `cancelled`.
    #[param(value_type = Option<String>)]
    status: Option<crate::resources::deliveries::status::Status>,
    /// Only events of this type.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// Only events on this channel.
    #[param(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Only events accepted at or after this time.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only events accepted before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<DeliveryId>>,
}

impl HistoryQuery {
    fn selection(&self, endpoint: EndpointId) -> Selection {
        Selection {
            status: self.status.map(|status| status.as_str().to_owned()),
            endpoint: Some(endpoint),
            event_type: self.event_type.clone(),
            channel: self.channel.clone(),
            since: self.since,
            until: self.until,
            with_failed_tests: true,
            ..Selection::default()
        }
    }
}

/// An event as sent to the endpoint.
#[derive(Debug, Serialize, ToSchema)]
struct EndpointEvent {
    /// The event's id.
    #[schema(value_type = String)]
    id: EventId,
    /// The publisher's own id, which the delivery used instead of the event's id.
    #[schema(value_type = Option<String>, required)]
    source_id: Option<SourceId>,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    event_type: EventTypeName,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The state of its delivery to the endpoint.
    delivery: EndpointDelivery,
}

/// A short form of a delivery.
#[derive(Debug, Serialize, ToSchema)]
struct EndpointDelivery {
    /// The delivery's id.
    #[schema(value_type = String)]
    id: DeliveryId,
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    status: &'static str,
    /// Attempts that ended.
    attempts: u32,
    /// Attempts after the first.
    retry_count: u32,
    /// The last response's status code; null if there was no response.
    #[schema(required)]
    last_status_code: Option<u16>,
    /// The last attempt's error, such as `timeout`, `dns` or `status`: why there was no response, or that the response
    /// was not a success.
    #[schema(value_type = Option<String>, required)]
    last_error: Option<ErrorClass>,
    /// When the next attempt is due, if there is one.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    next_attempt_at: Option<Timestamp>,
}

/// List an endpoint's events
///
/// Newest first, each with the state of its delivery.
#[utoipa::path(
    get, path = "/{id}/events", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid"), HistoryQuery),
    responses((status = 200, description = "The endpoint's events", body = List<EndpointEvent>))
)]
async fn list_endpoint_events(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<EndpointId>,
    Query(query): Query<HistoryQuery>,
) -> Handled {
    let store = server.store();
    store.endpoint(&caller.reach, id).await?.or_not_found()?;
    let selection = query.selection(id);
    let slice = store
        .deliveries(&caller.reach, selection, page(query.limit, query.cursor))
        .await?;
    let mut waits = Waits::new(&server, &caller.reach);
    let mut data = Vec::with_capacity(slice.items.len());
    for row in &slice.items {
        let waiting = waits.of(row).await?;
        data.push(event_of(row, next_attempt_at(row, waiting)));
    }
    Ok(reply::ok(&list(data, slice.next, slice.prev)))
}

fn event_of(row: &DeliveryRow, next_attempt_at: Option<Timestamp>) -> EndpointEvent {
    EndpointEvent {
        id: row.event,
        source_id: row.source_id.clone(),
        event_type: row.event_type.clone(),
        // An event's id is made at its acceptance, of the same millisecond.
        created_at: Timestamp::from_ms(row.event.unix_ms()),
        delivery: EndpointDelivery {
            id: row.id,
            status: row.progress.state.as_str(),
            attempts: row.progress.attempts,
            retry_count: retry_count(row),
            last_status_code: row.last_status_code,
            last_error: row.last_error.clone(),
            next_attempt_at,
        },
    }
}

/// List an endpoint's deliveries
#[utoipa::path(
    get, path = "/{id}/deliveries", tag = "endpoints",
    params(("id" = String, Path, description = "The endpoint's id or uid"), HistoryQuery),
    responses((status = 200, description = "The endpoint's deliveries, the newest event first", body = List<DeliveryView>))
)]
async fn list_endpoint_deliveries(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<EndpointId>,
    Query(query): Query<HistoryQuery>,
) -> Handled {
    let store = server.store();
    store.endpoint(&caller.reach, id).await?.or_not_found()?;
    let selection = query.selection(id);
    let slice = store
        .deliveries(&caller.reach, selection, page(query.limit, query.cursor))
        .await?;
    let views = Waits::new(&server, &caller.reach)
        .views(&slice.items)
        .await?;
    Ok(reply::ok(&list(views, slice.next, slice.prev)))
}
