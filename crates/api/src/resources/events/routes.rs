//! Events that were published: found, shown, replayed, their payload erased.

use axum::extract::State;
use nuncio_domain::{
    Channel, DeliveryId, Event, EventId, EventTypeName, OrderingKey, SourceId, TenantId, Timestamp,
};
use nuncio_store::EventQuery;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::{ProjectWriter, Reader},
    http::{
        paging::{Cursor, Limit, list, page},
        path::Id,
        problem::{Kind, Problem},
        query::Query,
        rejection::Handled,
        reply::{self, List},
    },
    resources::{
        deliveries::view::{DeliveryView, Waits},
        events::{
            explanation,
            outcomes::{self, Outcomes},
            replay,
        },
    },
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_events))
        .routes(routes!(get_event))
        .routes(routes!(list_event_deliveries))
        .merge(explanation::routes())
        .merge(replay::routes())
        .routes(routes!(erase_payload))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Only of this tenant.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Only of this type.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// Only on this channel.
    #[param(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Only with this publisher's id.
    #[param(value_type = Option<String>)]
    source_id: Option<SourceId>,
    /// Only events accepted at or after this time.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only events accepted before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Only events without a successful delivery.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    undelivered: bool,
    /// Whether to include each event's outcomes.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    outcomes: bool,
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<EventId>>,
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
struct EventView {
    /// Its id, `evt_…`.
    #[schema(value_type = String)]
    id: EventId,
    /// The publisher's own id, which receivers see instead of the event's id.
    #[schema(value_type = Option<String>, required)]
    source_id: Option<SourceId>,
    /// The tenant that it belongs to.
    #[schema(value_type = String)]
    tenant: TenantId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    event_type: EventTypeName,
    /// When it happened, if the publisher said so.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    occurred_at: Option<Timestamp>,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// The time before which it is not delivered.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    deliver_at: Option<Timestamp>,
    /// Its ordering key.
    #[schema(value_type = Option<String>, required)]
    ordering_key: Option<OrderingKey>,
    /// The version of its type's schema that it was checked against; null if the catalog had no such type.
    #[schema(required)]
    schema_version: Option<u32>,
    /// Whether it was sent as a test.
    test: bool,
    /// How many endpoints it matched.
    deliveries: u32,
    /// SHA-256 of the payload, hexadecimal; stays when the payload is erased.
    payload_sha256: String,
    /// The channels it went out on.
    #[schema(value_type = Vec<String>)]
    channels: Vec<Channel>,
    /// Custom metadata; empty once the payload is erased.
    metadata: Map<String, Value>,
    /// The headers that each attempt is sent with; empty once the payload is erased.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    headers: Map<String, Value>,
    /// How long it is kept, in days; null for as long as the project keeps events.
    #[schema(required)]
    retention_days: Option<u32>,
    /// Its deliveries by their state, only in lists requested with `outcomes=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcomes: Option<Outcomes>,
}

/// An event with its payload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventDetail)]
struct EventDetailView {
    #[serde(flatten)]
    event: EventView,
    /// The payload as it was published; null once erased.
    #[schema(value_type = Value, required)]
    data: Option<Box<RawValue>>,
    /// Whether the payload was erased.
    payload_erased: bool,
}

impl EventView {
    fn new(event: &Event) -> Self {
        let extras = event.extras.as_deref().cloned().unwrap_or_default();
        let headers = extras.headers.into_iter();
        Self {
            id: event.id,
            source_id: event.source_id.clone(),
            tenant: event.tenant.clone(),
            event_type: event.event_type.clone(),
            occurred_at: event.occurred_at,
            created_at: event.created_at,
            deliver_at: event.deliver_at,
            ordering_key: event.ordering_key.clone(),
            schema_version: event.schema_version,
            test: event.test,
            deliveries: event.deliveries,
            payload_sha256: hex(&event.payload_sha256),
            channels: extras.channels,
            metadata: extras.metadata,
            headers: headers.map(|(name, value)| (name, value.into())).collect(),
            retention_days: extras.retention_days,
            outcomes: None,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// List events
///
/// Newest first, without payloads.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", params(EventsQuery),
    responses((status = 200, description = "Events, newest first", body = List<EventView>))
)]
async fn list_events(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<EventsQuery>,
) -> Handled {
    let wanted = EventQuery {
        tenant: query.tenant,
        event_type: query.event_type,
        channel: query.channel,
        source_id: query.source_id,
        endpoint: None,
        since: query.since,
        until: query.until,
        undelivered: query.undelivered,
    };
    let slice = server
        .store()
        .events(&caller.reach, wanted, page(query.limit, query.cursor))
        .await?;
    let mut views = Vec::with_capacity(slice.items.len());
    for event in &slice.items {
        let outcomes = match query.outcomes {
            true => Some(outcomes::of(&server, &caller.reach, event).await?),
            false => None,
        };
        views.push(EventView {
            outcomes,
            ..EventView::new(event)
        });
    }
    Ok(reply::ok(&list(views, slice.next, slice.prev)))
}

/// Get an event
///
/// Includes its payload, unless it was erased.
#[utoipa::path(
    get, path = "/v1/events/{id}", tag = "events", params(("id" = String, Path, description = "The event's id")),
    responses((status = 200, description = "The event", body = EventDetailView))
)]
async fn get_event(State(server): State<Shared>, caller: Reader, Id(id): Id<EventId>) -> Handled {
    let event = server.store().event(&caller.reach, id).await?;
    let data = match &event.data {
        None => None,
        Some(data) => Some(RawValue::from_string(data.to_string()).map_err(|error| {
            tracing::error!(event = %id, %error, "a stored payload is not valid JSON");
            Problem::new(Kind::Internal, "the stored payload is not valid JSON")
        })?),
    };
    Ok(reply::ok(&EventDetailView {
        payload_erased: data.is_none(),
        event: EventView::new(&event),
        data,
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventDeliveriesQuery {
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<DeliveryId>>,
}

/// List an event's deliveries
#[utoipa::path(
    get, path = "/v1/events/{id}/deliveries", tag = "events",
    params(("id" = String, Path, description = "The event's id"), EventDeliveriesQuery),
    responses((status = 200, description = "The event's deliveries", body = List<DeliveryView>))
)]
async fn list_event_deliveries(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<EventId>,
    Query(query): Query<EventDeliveriesQuery>,
) -> Handled {
    let slice = server
        .store()
        .event_deliveries(&caller.reach, id, page(query.limit, query.cursor))
        .await?;
    let views = Waits::new(&server, &caller.reach)
        .views(&slice.items)
        .await?;
    Ok(reply::ok(&list(views, slice.next, slice.prev)))
}

/// Erase an event's payload
///
/// Permanently erases the payload, metadata and headers, and every stored body of its attempts. Pending deliveries are cancelled; the event
/// and the payload's hash stay.
#[utoipa::path(
    delete, path = "/v1/events/{id}/payload", tag = "events",
    params(("id" = String, Path, description = "The event's id")),
    responses((status = 204, description = "The payload is erased"))
)]
async fn erase_payload(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(id): Id<EventId>,
) -> Handled {
    let store = caller.store(&server);
    store.erase_payload(&caller.reach, id, server.now()).await?;
    Ok(reply::no_content())
}
