//! Publishing: from the request's bytes to events that the store can take. The hottest path of the API: one parse,
//! no copy of `data` but the one that is kept.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use axum::{extract::State, http::StatusCode};
use nuncio_dialect::{DataError, Dialect, check_canonical};
use nuncio_domain::{EventId, EventTypeName, SourceId, TenantId, Timestamp};
use nuncio_store::{Accepted, NewEvent, Refused};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::Publisher,
    body::{BatchBody, JsonBody, parse},
    halt::Handled,
    once::Idempotency,
    policy::InForce,
    problem::{Kind, Problem, ProblemBody},
    reply,
    state::{Server, Shared},
};

/// The most that an event's data may hold.
const DATA_BYTES_MAX: usize = 1024 * 1024;
/// Events of one batch: one commit of a bounded size.
const BATCH_EVENTS_MAX: usize = 1_000;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(publish_event))
        .routes(routes!(publish_batch))
}

/// An event to publish.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewEvent)]
#[serde(deny_unknown_fields)]
struct Publication<'a> {
    /// The tenant whose endpoints are to get it; made if it is not known yet.
    #[schema(value_type = String)]
    tenant: TenantId,
    /// Its type, such as `order.paid`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    event_type: EventTypeName,
    /// What it tells: any JSON value, at most 1 MiB. It goes out as it is written here.
    #[serde(borrow)]
    #[schema(value_type = Value)]
    data: &'a RawValue,
    /// The publisher's own id, unique in the tenant: a second event with it is the same one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<SourceId>,
    /// When it happened, if not now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    occurred_at: Option<Timestamp>,
    /// Not to be delivered before.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    deliver_at: Option<Timestamp>,
}

/// Events to publish, each by itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Batch<'a> {
    /// At most 1000.
    #[serde(borrow)]
    #[schema(value_type = Vec<Publication<'static>>)]
    events: Vec<&'a RawValue>,
}

/// An event that was accepted: it is on disk, with whom it goes to.
#[derive(Debug, Serialize, ToSchema)]
struct Published<'a> {
    /// The event's id, `evt_…`.
    #[schema(value_type = String)]
    id: EventId,
    /// Whose it is.
    #[schema(value_type = String)]
    tenant: &'a TenantId,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    event_type: &'a EventTypeName,
    /// When it was accepted.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// How many endpoints it matched.
    deliveries: u32,
}

/// What came of each event of a batch, in their order.
#[derive(Debug, Serialize, ToSchema)]
struct BatchPublished<'a> {
    results: Vec<BatchResult<'a>>,
}

/// What came of one event of a batch: the event, or a problem.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum BatchResult<'a> {
    /// It was accepted.
    Accepted {
        /// The status code that it would have had by itself: 202.
        status: u16,
        /// The event.
        #[serde(flatten)]
        published: Published<'a>,
    },
    /// It was refused.
    Refused {
        /// The status code that it would have had by itself.
        status: u16,
        /// Why.
        problem: ProblemBody<'a>,
    },
}

/// An event on its way to the store, and what its answer needs.
#[derive(Debug)]
struct Prepared {
    tenant: TenantId,
    event_type: EventTypeName,
    source_id: Option<SourceId>,
    /// The number that an ECMAScript-canonical body would alter.
    lossy: Option<DataError>,
}

/// Publish an event
///
/// 202 comes when the event is on disk, with whom it goes to.
#[utoipa::path(
    post, path = "/v1/events", tag = "events", request_body = Publication<'static>,
    responses((status = 202, description = "The event is on disk", body = Published<'static>))
)]
async fn publish_event(
    State(server): State<Shared>,
    caller: Publisher,
    idempotency: Idempotency,
    body: JsonBody,
) -> Handled {
    let publication: Publication<'_> = body.parse()?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let prepared = prepare(&server, &in_force, publication).await;
    let (event, prepared) = prepared.inspect_err(|_| count_refused(&server))?;
    let prepared = Arc::new(prepared);
    let keep = Arc::clone(&prepared);
    let once = idempotency.once(
        Some(&caller.reach),
        || body.fingerprint(),
        move |results: &Vec<Result<Accepted, Refused>>| {
            let accepted = results.first()?.as_ref().ok()?;
            Some(reply::answer(
                StatusCode::ACCEPTED,
                &keep.published(accepted),
            ))
        },
    );
    let results = server.store().append(vec![event], once).await?;
    count(&server, &results);
    match results.into_iter().next() {
        Some(Ok(accepted)) => {
            let answer = reply::answer(StatusCode::ACCEPTED, &prepared.published(&accepted));
            Ok(reply::of(answer))
        }
        Some(Err(refused)) => Err(prepared.refused(refused).into()),
        None => Err(Problem::new(Kind::Internal, "the store gave no result").into()),
    }
}

/// Publish a batch of events
///
/// Each event is accepted or refused by itself; 202 comes when all that were accepted are on disk.
#[utoipa::path(
    post, path = "/v1/events/batch", tag = "events", request_body = Batch<'static>,
    responses((status = 202, description = "A result for each event, in their order", body = BatchPublished<'static>))
)]
async fn publish_batch(
    State(server): State<Shared>,
    caller: Publisher,
    idempotency: Idempotency,
    body: BatchBody,
) -> Handled {
    let batch: Batch<'_> = body.parse()?;
    let count_given = batch.events.len();
    if count_given > BATCH_EVENTS_MAX {
        let detail = format!("{count_given} events: at most {BATCH_EVENTS_MAX} are allowed");
        return Err(Problem::invalid("/events", detail).into());
    }
    let in_force = InForce::of(&server, caller.project()).await?;
    let mut events = Vec::with_capacity(count_given);
    let mut items = Vec::with_capacity(count_given);
    for (n, text) in batch.events.iter().enumerate() {
        let item = prepare_text(&server, &in_force, text).await;
        items.push(item.map_or_else(
            |problem| {
                count_refused(&server);
                Err(problem.below(&format!("/events/{n}")))
            },
            |(event, prepared)| {
                events.push(event);
                Ok(prepared)
            },
        ));
    }
    let items = Arc::new(items);
    let keep = Arc::clone(&items);
    let once = idempotency.once(
        Some(&caller.reach),
        || body.fingerprint(),
        move |results: &Vec<_>| Some(batch_answer(&keep, results)),
    );
    let results = match events.is_empty() {
        true => Vec::new(),
        false => server.store().append(events, once).await?,
    };
    count(&server, &results);
    Ok(reply::of(batch_answer(&items, &results)))
}

fn batch_answer(
    items: &[Result<Prepared, Problem>],
    results: &[Result<Accepted, Refused>],
) -> nuncio_store::Answer {
    let mut results = results.iter();
    let outcomes: Vec<Result<Published<'_>, Problem>> = items
        .iter()
        .enumerate()
        .map(|(n, item)| match item {
            Err(problem) => Err(problem.clone()),
            Ok(prepared) => match results.next() {
                Some(Ok(accepted)) => Ok(prepared.published(accepted)),
                Some(Err(refused)) => {
                    Err(prepared.refused(*refused).below(&format!("/events/{n}")))
                }
                None => Err(Problem::new(Kind::Internal, "the store gave no result")),
            },
        })
        .collect();
    let results = outcomes.iter().map(BatchResult::of).collect();
    reply::answer(StatusCode::ACCEPTED, &BatchPublished { results })
}

impl<'a> BatchResult<'a> {
    fn of(outcome: &'a Result<Published<'a>, Problem>) -> Self {
        match outcome {
            Ok(published) => Self::Accepted {
                status: StatusCode::ACCEPTED.as_u16(),
                published: Published { ..*published },
            },
            Err(problem) => Self::Refused {
                status: problem.status().as_u16(),
                problem: problem.document(None),
            },
        }
    }
}

impl Prepared {
    fn published(&self, accepted: &Accepted) -> Published<'_> {
        Published {
            id: accepted.id,
            tenant: &self.tenant,
            event_type: &self.event_type,
            created_at: accepted.created_at,
            deliveries: accepted.deliveries,
        }
    }

    fn refused(&self, refused: Refused) -> Problem {
        match (refused, &self.lossy) {
            (Refused::SourceIdReused, _) => {
                let id = self.source_id.as_ref().map_or("", SourceId::as_str);
                let detail = format!(
                    "another event of tenant `{}` has the id `{id}`",
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

async fn prepare_text(
    server: &Server,
    in_force: &InForce,
    text: &RawValue,
) -> Result<(NewEvent, Prepared), Problem> {
    prepare(server, in_force, parse(text.get().as_bytes())?).await
}

/// Checks an event and makes it ready for the store.
async fn prepare(
    server: &Server,
    in_force: &InForce,
    publication: Publication<'_>,
) -> Result<(NewEvent, Prepared), Problem> {
    let data = publication.data.get();
    let dialect = &in_force.dialect.dialect;
    check_size(data)?;
    dialect.check_data(data).map_err(|error| in_data(&error))?;
    // Whether a matched endpoint's dialect minds is for the store to find out, in the same step that routes.
    let lossy = match dialect.is_canonical() {
        true => None,
        false => check_canonical(data).err(),
    };
    check_type(server, in_force, &publication.event_type, data).await?;
    let now = server.now();
    let event = NewEvent {
        id: EventId::new(now.ms(), server.random()),
        project: in_force.project.id,
        tenant: publication.tenant.clone(),
        event_type: publication.event_type.clone(),
        fingerprint: publication.fingerprint(),
        source_id: publication.id.clone(),
        occurred_at: publication.occurred_at,
        created_at: now,
        deliver_at: publication.deliver_at,
        data: data.into(),
        canonical_safe: lossy.is_none(),
    };
    let prepared = Prepared {
        tenant: publication.tenant,
        event_type: publication.event_type,
        source_id: publication.id,
        lossy,
    };
    Ok((event, prepared))
}

impl Publication<'_> {
    /// SHA-256 of all that the publisher said, to tell a repetition from another event with the same id. Without an id
    /// nothing is compared.
    fn fingerprint(&self) -> [u8; 32] {
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
        hash.update(self.data.get());
        hash.finalize().into()
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

/// Checks the type against the catalog, and the data against the type's schema.
async fn check_type(
    server: &Server,
    in_force: &InForce,
    name: &EventTypeName,
    data: &str,
) -> Result<(), Problem> {
    let project = in_force.project.id;
    match server.store().event_type(project, name).await {
        Some(event_type) => server.schemas.check(project, &event_type, data),
        None if in_force.project.policy.strict_types == Some(true) => Err(Problem::invalid(
            "/type",
            format!("`{name}` is not in the project's catalog, and its policy says strict_types"),
        )),
        None => Ok(()),
    }
}

/// Checks data that is to be sent in a dialect; returns whether its numbers also survive an ECMAScript-canonical body.
pub(crate) fn check_data(dialect: &Dialect, data: &str) -> Result<bool, Problem> {
    check_size(data)?;
    dialect.check_data(data).map_err(|error| in_data(&error))?;
    Ok(dialect.is_canonical() || check_canonical(data).is_ok())
}

fn in_data(error: &DataError) -> Problem {
    Problem::invalid(format!("/data{}", error.pointer), &error.detail)
}

fn count_refused(server: &Server) {
    server.counters.events_refused.fetch_add(1, Relaxed);
}

fn count(server: &Server, results: &[Result<Accepted, Refused>]) {
    let counters = &server.counters;
    for result in results {
        match result {
            Ok(accepted) if accepted.repeated => counters.events_repeated.fetch_add(1, Relaxed),
            Ok(accepted) => {
                let deliveries = u64::from(accepted.deliveries);
                counters.deliveries_created.fetch_add(deliveries, Relaxed);
                let unmatched = u64::from(deliveries == 0);
                counters.events_unmatched.fetch_add(unmatched, Relaxed);
                counters.events_accepted.fetch_add(1, Relaxed)
            }
            Err(_) => counters.events_refused.fetch_add(1, Relaxed),
        };
    }
}
