//! An event as its publisher gives it: checked, and made ready for the store. The hottest path of the API: one parse,
//! no copy of `data` but the one that is kept.

use nuncio_dialect::{DataError, Dialect, check_canonical};
use nuncio_domain::{Channel, EventTypeName, Extras, OrderingKey, SourceId, TenantId, Timestamp};
use nuncio_store::{NewEvent, Refused};
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::{
    access::named::tenant_named,
    http::rejection::failed_look_up,
    http::{
        body::parse,
        problem::{Kind, Problem},
    },
    resources::{
        events::extras::{EventHeaders, Given},
        policy::in_force::InForce,
    },
    state::{Server, schemas::Allowance},
};

/// The most that an event's data may hold.
const DATA_BYTES_MAX: usize = 1024 * 1024;
/// An event to publish.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewEvent)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publication<'a> {
    /// The tenant whose endpoints receive it, by its id or uid; created if it does not exist yet.
    #[schema(value_type = String)]
    pub(crate) tenant: TenantId,
    /// Its type, such as `order.paid`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub(crate) event_type: EventTypeName,
    /// The payload: any JSON value, at most 1 MiB. It is sent exactly as written here.
    #[serde(borrow)]
    #[schema(value_type = Value)]
    pub(crate) data: &'a RawValue,
    /// The publisher's own id, unique in the tenant: publishing the same id again is a repeat, not a second event.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) id: Option<SourceId>,
    /// When it happened, if not now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) occurred_at: Option<Timestamp>,
    /// Not delivered before this time.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) deliver_at: Option<Timestamp>,
    /// Events of the tenant with the same key are delivered in the order they were accepted: at each endpoint, the
    /// first attempt of an event starts once the one before it has succeeded, is dead or cancelled. Events with other
    /// keys, or none, don't wait. 1 to 128 printable ASCII characters without spaces.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128)]
    pub(crate) ordering_key: Option<OrderingKey>,
    /// The version of its type's schema that `data` is checked against; the newest unless given.
    #[serde(default)]
    #[schema(minimum = 1)]
    pub(crate) schema_version: Option<u32>,
    /// The channels it goes out on, at most 10: it reaches endpoints without channels and those with at least one of
    /// these. Without channels it only reaches endpoints without channels.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    pub(crate) channels: Option<Vec<Channel>>,
    /// Custom metadata, at most 8 KiB: kept and shown with the event, not sent. Its tenant can read it.
    #[serde(default)]
    pub(crate) metadata: Option<Map<String, Value>>,
    /// Headers to send with each attempt: at most 16, 2 KiB in all, none that HTTP, the sender or the dialect owns and
    /// none that holds credentials. An endpoint's custom header with the same name wins.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) headers: Option<EventHeaders>,
    /// How long the event is kept, 1 to 3650 days from when it was accepted or was to be delivered, instead of as long as
    /// the project keeps events. Its dead letters are not kept any longer.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3_650)]
    pub(crate) retention_days: Option<u32>,
}

/// Data up to this is checked in one go: well below a millisecond.
const BYTES_AT_ONCE_MAX: usize = 64 * 1024;

/// An event on its way to the store, and what its answer needs.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) tenant: TenantId,
    pub(crate) event_type: EventTypeName,
    pub(crate) source_id: Option<SourceId>,
    /// The number that an ECMAScript-canonical body would alter.
    pub(crate) lossy: Option<DataError>,
}

impl Prepared {
    /// Why the store has refused it.
    pub(crate) fn refused(&self, refused: Refused) -> Problem {
        match (refused, &self.lossy) {
            (Refused::SourceIdReused, _) => {
                let id = self.source_id.as_ref().map_or("", SourceId::as_str);
                let detail = format!(
                    "another event of tenant `{}` already has the id `{id}`",
                    self.tenant
                );
                Problem::new(Kind::Conflict, "").with("/id", detail)
            }
            (Refused::NumbersUnchecked, Some(lossy)) => in_data(lossy),
            (Refused::NumbersUnchecked, None) => Problem::new(
                Kind::Internal,
                "the numbers were checked, and the store says otherwise",
            ),
        }
    }
}

/// Checks an event and makes it ready for the store.
pub(crate) async fn prepare(
    server: &Server,
    in_force: &InForce,
    mut publication: Publication<'_>,
    allowance: &mut Allowance,
) -> Result<(NewEvent, Prepared), Problem> {
    check_id(publication.id.as_ref())?;
    if publication.id.is_some() {
        // By either of its names the tenant has the same events. Without an id, the store alone has to know it.
        let project = in_force.project.id;
        publication.tenant = tenant_named(server, project, publication.tenant).await?;
    }
    let extras = publication.given().check(&in_force.dialect.dialect)?;
    let data = publication.data.get();
    // Whether a matched endpoint's dialect minds lossy numbers is for the store to find out, in the same step that
    // routes.
    let_others_in(data).await;
    let lossy = check_data(&in_force.dialect.dialect, data)?;
    let_others_in(data).await;
    let named = (&publication.event_type, publication.schema_version);
    let schema_version = check_type(server, in_force, named, data, allowance).await?;
    let now = server.now();
    let event = NewEvent {
        id: server.event_id(now),
        project: in_force.project.id,
        tenant: publication.tenant.clone(),
        event_type: publication.event_type.clone(),
        fingerprint: publication.fingerprint(extras.as_deref()),
        source_id: publication.id.clone(),
        occurred_at: publication.occurred_at,
        created_at: now,
        deliver_at: publication.deliver_at,
        ordering_key: publication.ordering_key.clone(),
        schema_version,
        due: server.steady(publication.deliver_at.unwrap_or(now), now),
        data: data.into(),
        canonical_safe: lossy.is_none(),
        extras,
    };
    let prepared = Prepared {
        tenant: publication.tenant,
        event_type: publication.event_type,
        source_id: publication.id,
        lossy,
    };
    Ok((event, prepared))
}

/// Between the steps of large data, each of which takes a millisecond or two, others have their turn on the thread.
async fn let_others_in(data: &str) {
    if data.len() > BYTES_AT_ONCE_MAX {
        tokio::task::yield_now().await;
    }
}

/// The same from an item of a batch.
pub(crate) async fn prepare_text(
    server: &Server,
    in_force: &InForce,
    text: &RawValue,
    allowance: &mut Allowance,
) -> Result<(NewEvent, Prepared), Problem> {
    prepare(server, in_force, parse(text.get().as_bytes())?, allowance).await
}

impl Publication<'_> {
    /// What was given besides the data.
    fn given(&mut self) -> Given {
        Given {
            channels: self.channels.take(),
            metadata: self.metadata.take(),
            headers: self.headers.take(),
            retention_days: self.retention_days.take(),
        }
    }

    /// SHA-256 of all that the publisher said, to tell a repetition from another event with the same id. Without an id
    /// nothing is compared.
    fn fingerprint(&self, extras: Option<&Extras>) -> [u8; 32] {
        if self.id.is_none() {
            return [0; 32];
        }
        let time = |at: Option<Timestamp>| at.map_or(i64::MIN, Timestamp::ms).to_be_bytes();
        let mut hash = Sha256::new();
        // Neither a tenant's id nor a type can hold the zero byte between them.
        hash.update(self.tenant.as_str());
        hash.update([0]);
        hash.update(self.event_type.as_str());
        hash.update([0]);
        hash.update(time(self.occurred_at));
        hash.update(time(self.deliver_at));
        // Data is JSON text, which holds no zero byte: an event without a key has the fingerprint that it always had.
        if let Some(key) = &self.ordering_key {
            hash.update([0]);
            hash.update(key.as_str());
            hash.update([0]);
        }
        if let Some(version) = self.schema_version {
            hash.update([0, 0]);
            hash.update(version.to_be_bytes());
        }
        // An event without extras has the fingerprint that it always had, too.
        if let Some(extras) = extras {
            let text = serde_json::to_vec(extras).unwrap_or_default();
            hash.update([1]);
            hash.update(text);
            hash.update([0]);
        }
        hash.update(self.data.get());
        hash.finalize().into()
    }
}

/// Refuses ids of the publisher's that can't stand in webhooks.
pub(crate) fn check_id(id: Option<&SourceId>) -> Result<(), Problem> {
    match id.filter(|id| !id.is_sendable()) {
        None => Ok(()),
        Some(id) => {
            let rule = SourceId::SENDABLE;
            let shown: String = id.as_str().chars().take(280).collect();
            Err(Problem::invalid(
                "/id",
                format!("`{shown}` is not a valid event id: {rule}"),
            ))
        }
    }
}

fn check_size(data: &str) -> Result<(), Problem> {
    match data.len() <= DATA_BYTES_MAX {
        true => Ok(()),
        false => Err(Problem::new(Kind::TooLarge, "").with(
            "/data",
            format!(
                "{} bytes: at most 1 MiB ({DATA_BYTES_MAX} bytes) are allowed",
                data.len()
            ),
        )),
    }
}

/// Checks the type against the catalog, and the data against a version of the type's schema: returns which.
pub(crate) async fn check_type(
    server: &Server,
    in_force: &InForce,
    (name, wanted_version): (&EventTypeName, Option<u32>),
    data: &str,
    allowance: &mut Allowance,
) -> Result<Option<u32>, Problem> {
    let project = in_force.project.id;
    let found = server
        .store()
        .event_type(project, name)
        .await
        .map_err(failed_look_up)?;
    let Some(event_type) = found else {
        return match (in_force.project.policy.strict_types, wanted_version) {
            (Some(true), _) => Err(Problem::invalid(
                "/type",
                format!(
                    "`{name}` is not in the project's catalog, and the project's policy requires `strict_types`"
                ),
            )),
            (_, Some(version)) => Err(Problem::invalid(
                "/schema_version",
                format!("`{name}` is not in the project's catalog: it has no version {version}"),
            )),
            (_, None) => Ok(None),
        };
    };
    if let Some(since) = event_type.archived_at {
        let detail = format!("`{name}` is archived since {since}: no events are accepted under it");
        return Err(Problem::invalid("/type", detail));
    }
    let version = wanted_version.unwrap_or(event_type.schema_version);
    if event_type.schema_of(version).is_none() {
        let (oldest, newest) = (event_type.oldest_version(), event_type.schema_version);
        let detail = format!(
            "the schema of `{name}` has no version {version}: there are {oldest} to {newest}"
        );
        return Err(Problem::invalid("/schema_version", detail));
    }
    let (clock, counters) = (&server.state.clock, &server.counters);
    let schema = (&event_type, version);
    let checked = server
        .schemas
        .check(clock, counters, project, schema, data, allowance);
    checked.await?;
    Ok(Some(version))
}

/// Checks data that is to be sent in a dialect. Returns the number that an ECMAScript-canonical body would alter, if
/// there is one and the dialect does not mind.
pub(crate) fn check_data(dialect: &Dialect, data: &str) -> Result<Option<DataError>, Problem> {
    check_size(data)?;
    let lossy = check_canonical(data).err();
    // One look is enough in the usual case: what is fit for a canonical body is fit for every other but a form.
    if lossy.is_some() || dialect.is_form() {
        dialect.check_data(data).map_err(|error| in_data(&error))?;
    }
    Ok(lossy)
}

fn in_data(error: &DataError) -> Problem {
    Problem::invalid(format!("/data{}", error.pointer), &error.detail)
}
