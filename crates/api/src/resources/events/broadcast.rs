//! Broadcasts: one event to all tenants of a project, or to those with some metadata, as a job.

use axum::extract::State;
use nuncio_dialect::check_canonical;
use nuncio_domain::{Broadcast, Channel, EventTypeName, JobKind, OrderingKey, SourceId, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{body::JsonBody, idempotency::Idempotency, rights::Publisher},
    http::{problem::Problem, rejection::Handled},
    resources::{
        deliveries::bulk::{Started, start_once},
        events::{
            extras::{EventHeaders, Given},
            publication::{check_data, check_id, check_type},
        },
        policy::in_force::InForce,
        shared::metadata::check_metadata,
    },
    state::{Shared, schemas::Allowance},
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(broadcast_event))
}

/// An event for many tenants.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBroadcast<'a> {
    /// Its type, such as `news.posted`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    event_type: EventTypeName,
    /// The payload: any JSON value, at most 1 MiB, whose numbers every dialect can send exactly.
    #[serde(borrow)]
    #[schema(value_type = Value)]
    data: &'a RawValue,
    /// Only to some tenants; all of them by default.
    #[serde(default, rename = "where")]
    tenants: Option<TenantSelection>,
    /// The publisher's own id: each tenant's event has it. A tenant that already has an event with this id does not get
    /// another.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<SourceId>,
    /// When it happened, if not now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
    /// Not delivered before this time.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    deliver_at: Option<Timestamp>,
    /// The ordering key of each tenant's event.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    ordering_key: Option<OrderingKey>,
    /// The version of the type's schema that the data follows; the newest by default.
    #[serde(default)]
    #[schema(minimum = 1)]
    schema_version: Option<u32>,
    /// The channels that each tenant's event goes out on, at most 10: it reaches endpoints without channels and those
    /// with at least one of these. Without channels it only reaches endpoints without channels.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    channels: Option<Vec<Channel>>,
    /// Custom metadata of each tenant's event, at most 8 KiB: kept and shown with it, not sent. The tenant can read it.
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
    /// Headers to send with each attempt: at most 16, 2 KiB in all, none that HTTP, the sender or the dialect owns and
    /// none that holds credentials. An endpoint's custom header with the same name wins.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    headers: Option<EventHeaders>,
    /// How long each tenant's event is kept, 1 to 3650 days from when it was published or was to be delivered, instead of
    /// as long as the project keeps events. Its dead letters are not kept any longer.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3_650)]
    retention_days: Option<u32>,
}

impl NewBroadcast<'_> {
    /// What was given besides the data.
    fn given(&mut self) -> Given {
        Given {
            channels: self.channels.take(),
            metadata: self.metadata.take(),
            headers: self.headers.take(),
            retention_days: self.retention_days.take(),
        }
    }
}

/// The tenants that receive a broadcast.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TenantSelection {
    /// Tenants whose metadata has all of these members, with the same values.
    #[schema(value_type = Object)]
    metadata: Map<String, Value>,
}

/// Broadcast an event
///
/// Publishes an event to all tenants that exist now, or to those whose metadata matches `where`, in the background:
/// each tenant gets its own event exactly once, even if the server restarts in between. The job counts tenants.
#[utoipa::path(
    post, path = "/v1/events/broadcast", tag = "events", request_body = NewBroadcast<'static>,
    responses((status = 202, description = "The job that does it", body = Started))
)]
async fn broadcast_event(
    State(server): State<Shared>,
    caller: Publisher,
    idempotency: Idempotency,
    body: JsonBody,
) -> Handled {
    let mut wanted: NewBroadcast<'_> = body.parse()?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let data = wanted.data.get();
    let given = wanted.given();
    let checked = check_id(wanted.id.as_ref())
        .and_then(|()| check(&wanted, &in_force, data))
        .and_then(|()| given.check(&in_force.dialect.dialect));
    let checked = match checked {
        Ok(extras) => {
            let named = (&wanted.event_type, wanted.schema_version);
            let allowance = &mut Allowance::default();
            let version = check_type(&server, &in_force, named, data, allowance).await;
            version.map(|version| (version, extras))
        }
        Err(refused) => Err(refused),
    };
    let (schema_version, extras) = match checked {
        Ok(checked) => checked,
        Err(problem) => {
            // What is refused by now may have been accepted when the request was made first.
            let repeated = idempotency.unless_repeated(&server, || body.fingerprint());
            repeated.await?;
            return Err(problem.into());
        }
    };
    let broadcast = Broadcast {
        data: Some(data.to_owned()),
        extras,
        event_type: wanted.event_type,
        source_id: wanted.id,
        occurred_at: wanted.occurred_at,
        deliver_at: wanted.deliver_at,
        ordering_key: wanted.ordering_key,
        schema_version,
        metadata: wanted.tenants.map(|tenants| tenants.metadata),
        up_to: 0,
    };
    let kind = JobKind::Broadcast(broadcast);
    start_once(&server, &caller, kind, idempotency, || body.fingerprint()).await
}

fn check(wanted: &NewBroadcast<'_>, in_force: &InForce, data: &str) -> Result<(), Problem> {
    check_data(&in_force.dialect.dialect, data)?;
    // Nobody knows yet which dialects its endpoints have.
    check_canonical(data)
        .map_err(|error| Problem::invalid(format!("/data{}", error.pointer), &error.detail))?;
    let Some(tenants) = &wanted.tenants else {
        return Ok(());
    };
    let at = "/where/metadata";
    if tenants.metadata.is_empty() {
        let detail = "is empty: leave `where` out for all tenants";
        return Err(Problem::invalid(at, detail));
    }
    if let Some((name, _)) = tenants.metadata.iter().find(|(_, value)| value.is_null()) {
        let detail = format!("`{name}` is null, which no tenant's metadata holds");
        return Err(Problem::invalid(at, detail));
    }
    check_metadata(Some(&tenants.metadata)).map_err(|problem| problem.below("/where"))
}
