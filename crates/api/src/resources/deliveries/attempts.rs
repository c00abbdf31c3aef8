//! Attempts by themselves: listed over deliveries, shown, their answer erased.

use std::collections::{HashMap, hash_map::Entry};

use axum::extract::State;
use nuncio_domain::{
    Attempt, AttemptId, Channel, DeliveryId, EndpointId, ErrorClass, EventId, EventTypeName, Mask,
    TenantId, Timestamp,
};
use nuncio_store::{AttemptQuery, AttemptRow, DeliveryDetail, Reach};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::{ProjectWriter, Reader},
    http::{
        paging::{Cursor, Limit, list, page},
        path::Id,
        problem::Problem,
        query::Query,
        rejection::{Handled, OrNotFound},
        reply::{self, List},
    },
    resources::deliveries::{
        attempt_view::AttemptView,
        view::{attempt_views, mask_of},
    },
    state::{Server, Shared},
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_attempts))
        .routes(routes!(get_attempt))
        .routes(routes!(erase_attempt_response))
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    /// The receiver took it.
    Succeeded,
    /// It did not, or there was no answer.
    Failed,
}

/// The hundreds of a status code, as they are asked for: `4xx`, or `400`.
#[derive(Clone, Copy, Debug)]
struct StatusClass(u16);

impl<'de> Deserialize<'de> for StatusClass {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let digit = text.strip_suffix("xx").or_else(|| text.strip_suffix("00"));
        digit
            .and_then(|digit| digit.parse().ok())
            .filter(|class| (1..=5).contains(class) && text.len() == 3)
            .map(Self)
            .ok_or_else(|| {
                de::Error::custom(format!(
                    "`{text}` is not a class of status codes: use `1xx`, `2xx`, `3xx`, `4xx` or `5xx`"
                ))
            })
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AttemptsQuery {
    /// Only to this endpoint.
    #[param(value_type = Option<String>)]
    endpoint: Option<EndpointId>,
    /// Only of this event.
    #[param(value_type = Option<String>)]
    event: Option<EventId>,
    /// Only of this delivery.
    #[param(value_type = Option<String>)]
    delivery: Option<DeliveryId>,
    /// Only of this tenant.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Only attempts with this result: `succeeded` or `failed`.
    #[param(value_type = Option<String>)]
    status: Option<Outcome>,
    /// Only attempts whose response had a status code of this class: `1xx`, `2xx`, `3xx`, `4xx` or `5xx`.
    #[param(value_type = Option<String>)]
    status_code_class: Option<StatusClass>,
    /// Only attempts that failed with this error, such as `timeout`, `dns` or `status`.
    error: Option<String>,
    /// Only for events of this type.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>)]
    event_type: Option<EventTypeName>,
    /// Only attempts of events on this channel.
    #[param(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Only attempts that started at or after this time.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only attempts that started before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<AttemptId>>,
}

/// An attempt in a list: without headers and bodies.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttemptItem)]
struct ItemView {
    /// Its id, `att_…`.
    #[schema(value_type = String)]
    id: AttemptId,
    #[serde(flatten)]
    of: OfView,
    /// 1 for the delivery's first attempt.
    number: u32,
    /// What triggered it: `schedule`, `manual`, `test` or `replay`.
    trigger: &'static str,
    /// `succeeded` or `failed`.
    status: &'static str,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// How long it took, in milliseconds.
    duration_ms: u32,
    /// Where it went.
    url: String,
    /// The version of the endpoint's transformation that made the body; null if none ran.
    #[schema(required)]
    transform_version: Option<i64>,
    /// The response's status code.
    #[schema(required)]
    status_code: Option<u16>,
    /// The kind of failure, such as `timeout`, `dns` or `status`.
    #[schema(value_type = Option<String>, required)]
    error: Option<ErrorClass>,
    /// The failure in a sentence.
    #[schema(required)]
    error_detail: Option<String>,
}

/// What the attempt was for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttemptOf)]
struct OfView {
    /// The delivery's id.
    #[schema(value_type = String)]
    delivery: DeliveryId,
    /// The event's id.
    #[schema(value_type = String)]
    event: EventId,
    /// The event's type.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    event_type: EventTypeName,
    /// The tenant that it belongs to.
    #[schema(value_type = String)]
    tenant: TenantId,
    /// The endpoint's id.
    #[schema(value_type = String)]
    endpoint: EndpointId,
    /// Whether its event is a test.
    test: bool,
}

/// An attempt: what was sent, what came back, how long it took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttemptDetail)]
struct AttemptDetailView {
    #[serde(flatten)]
    attempt: AttemptView,
    #[serde(flatten)]
    of: OfView,
    /// `succeeded` or `failed`.
    status: &'static str,
}

const fn status(attempt: &Attempt) -> &'static str {
    match attempt.error {
        None => "succeeded",
        Some(_) => "failed",
    }
}

impl ItemView {
    fn new(row: AttemptRow) -> Self {
        let attempt = row.attempt;
        Self {
            id: attempt.id,
            of: OfView {
                delivery: row.delivery,
                event: row.event,
                event_type: row.event_type,
                tenant: row.tenant,
                endpoint: row.endpoint,
                test: row.test,
            },
            number: attempt.number,
            trigger: attempt.trigger.as_str(),
            status: status(&attempt),
            started_at: attempt.started_at,
            duration_ms: attempt.timings.total_us.div_ceil(1_000),
            url: attempt.url,
            transform_version: attempt.transform_version,
            status_code: attempt.status_code,
            error: attempt.error,
            error_detail: attempt.error_detail,
        }
    }
}

/// List attempts
///
/// Newest first, over all deliveries. If a filter matches little, a page can be empty and still have a `next_cursor`.
#[utoipa::path(
    get, path = "/v1/attempts", tag = "attempts", params(AttemptsQuery),
    responses((status = 200, description = "Attempts, newest first", body = List<ItemView>))
)]
async fn list_attempts(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<AttemptsQuery>,
) -> Handled {
    let wanted = AttemptQuery {
        endpoint: query.endpoint,
        event: query.event,
        delivery: query.delivery,
        tenant: query.tenant,
        failed: query.status.map(|status| status == Outcome::Failed),
        status_class: query.status_code_class.map(|class| class.0),
        error: query.error,
        event_type: query.event_type,
        channel: query.channel,
        since: query.since,
        until: query.until,
    };
    let part = page(query.limit, query.cursor);
    let slice = server.store().attempts(&caller.reach, wanted, part).await?;
    let views = items(&server, &caller.reach, slice.items).await?;
    Ok(reply::ok(&list(views, slice.next, slice.prev)))
}

/// Every attempt of a list, shown; what is secret of an endpoint is found out once.
async fn items(
    server: &Server,
    reach: &Reach,
    rows: Vec<AttemptRow>,
) -> Result<Vec<ItemView>, Problem> {
    let mut masks: HashMap<EndpointId, Mask> = HashMap::new();
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        let mask = match masks.entry(row.endpoint) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(mask_of(server, reach, row.endpoint).await?),
        };
        mask.apply(&mut row.attempt);
        views.push(ItemView::new(row));
    }
    Ok(views)
}

/// Get an attempt
///
/// What was sent, what came back, how long it took.
#[utoipa::path(
    get, path = "/v1/attempts/{id}", tag = "attempts",
    params(("id" = String, Path, description = "The attempt's id")),
    responses((status = 200, description = "The attempt", body = AttemptDetailView))
)]
async fn get_attempt(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<AttemptId>,
) -> Handled {
    let DeliveryDetail {
        row,
        event,
        attempts,
    } = server.store().attempt(&caller.reach, id).await?;
    let status = attempts.first().map(status);
    let views = attempt_views(&server, &caller.reach, row.endpoint, &event, attempts).await?;
    // It may have been deleted between the look-ups.
    let attempt = views.into_iter().next().or_not_found()?;
    Ok(reply::ok(&AttemptDetailView {
        attempt,
        of: OfView {
            delivery: row.id,
            event: row.event,
            event_type: row.event_type,
            tenant: row.tenant,
            endpoint: row.endpoint,
            test: row.test,
        },
        status: status.or_not_found()?,
    }))
}

/// Erase a response
///
/// Permanently erases the receiver's response to the attempt: headers, body and error detail. Its status code and times
/// stay.
#[utoipa::path(
    delete, path = "/v1/attempts/{id}/response", tag = "attempts",
    params(("id" = String, Path, description = "The attempt's id")),
    responses((status = 204, description = "The response is erased"))
)]
async fn erase_attempt_response(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(id): Id<AttemptId>,
) -> Handled {
    let store = caller.store(&server);
    store.erase_answer(&caller.reach, id, server.now()).await?;
    Ok(reply::no_content())
}
