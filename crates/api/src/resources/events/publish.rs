//! Publishing: one event or a batch. 202 is answered after the commit that holds the events and whom they go to.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode},
};
use nuncio_domain::{EventId, EventTypeName, TenantId, Timestamp};
use nuncio_store::{Accepted, Refused};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::{BatchBody, JsonBody},
        idempotency::Idempotency,
        rights::Publisher,
    },
    http::{
        problem::{Kind, Problem, ProblemBody},
        rejection::Handled,
        reply,
    },
    resources::{
        events::publication::{Prepared, Publication, prepare, prepare_text},
        policy::in_force::InForce,
    },
    state::{Server, Shared, schemas::Allowance},
};

/// Events of one batch: one commit of a bounded size.
const BATCH_EVENTS_MAX: usize = 1_000;
/// Events of so many bytes are read in a row; then others have their turn on the thread. A millisecond at most.
const BYTES_IN_A_ROW_MAX: usize = 256 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(publish_event))
        .routes(routes!(publish_batch))
}

/// Events to publish, each accepted or refused on its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch<'a> {
    /// At most 1000.
    #[serde(borrow)]
    #[schema(value_type = Vec<Publication<'static>>)]
    events: Vec<&'a RawValue>,
}

/// An accepted event: stored on disk, with the endpoints it goes to.
#[derive(Debug, Serialize, ToSchema)]
struct Published<'a> {
    /// The event's id, `evt_…`.
    #[schema(value_type = String)]
    id: EventId,
    /// The tenant that it belongs to.
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

/// The result of each event of a batch, in order.
#[derive(Debug, Serialize, ToSchema)]
struct BatchPublished<'a> {
    results: Vec<BatchResult<'a>>,
}

/// The result of one event of a batch: the event, or a problem.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum BatchResult<'a> {
    /// It was accepted.
    Accepted {
        /// The status code it would have had as a single request: 202.
        status: u16,
        /// The event.
        #[serde(flatten)]
        published: Published<'a>,
    },
    /// It was refused.
    Refused {
        /// The status code it would have had as a single request.
        status: u16,
        /// The reason.
        problem: ProblemBody<'a>,
    },
}

/// Whether a request is for [`publish_event`].
pub(crate) fn is_event(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path() == "/v1/events"
}

/// Publish an event
///
/// The response comes once the event is on disk, with the endpoints it goes to.
#[utoipa::path(
    post, path = "/v1/events", tag = "events", request_body = Publication<'static>,
    responses((status = 202, description = "The event is on disk", body = Published<'static>))
)]
pub(crate) async fn publish_event(
    State(server): State<Shared>,
    caller: Publisher,
    idempotency: Idempotency,
    body: JsonBody,
) -> Handled {
    let publication: Publication<'_> = body.parse()?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let prepared = prepare(&server, &in_force, publication, &mut Allowance::default()).await;
    let (event, prepared) = match prepared {
        Ok(prepared) => prepared,
        Err(problem) => {
            // What is refused by now may have been accepted when the request was made first.
            let repeated = idempotency.unless_repeated(&server, || body.fingerprint());
            repeated.await?;
            count_refused(&server);
            return Err(problem.into());
        }
    };
    let prepared = Arc::new(prepared);
    let keep = Arc::clone(&prepared);
    let once = idempotency.once(
        || body.fingerprint(),
        move |results: &Vec<Result<Accepted, Refused>>| {
            let accepted = results.first()?.as_ref().ok()?;
            Some(reply::answer(
                StatusCode::ACCEPTED,
                &keep.published(accepted),
            ))
        },
    );
    // As the caller's: the tenant that it makes is entered in the audit log.
    let store = caller.store(&server);
    let results = store.append(vec![event], once).await?;
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
/// Each event is accepted or refused on its own; the response comes once all accepted events are on disk.
#[utoipa::path(
    post, path = "/v1/events/batch", tag = "events", request_body = Batch<'static>,
    responses((status = 202, description = "A result for each event, in order", body = BatchPublished<'static>))
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
    let mut allowance = Allowance::default();
    let mut bytes_in_a_row = 0;
    for (n, text) in batch.events.iter().enumerate() {
        bytes_in_a_row += text.get().len();
        if bytes_in_a_row > BYTES_IN_A_ROW_MAX {
            bytes_in_a_row = 0;
            tokio::task::yield_now().await;
        }
        let item = prepare_text(&server, &in_force, text, &mut allowance).await;
        items.push(item.map_or_else(
            |problem| Err(problem.below(&format!("/events/{n}"))),
            |(event, prepared)| {
                events.push(event);
                Ok(prepared)
            },
        ));
    }
    let refused = items.iter().filter(|item| item.is_err()).count();
    if refused > 0 {
        let repeated = idempotency.unless_repeated(&server, || body.fingerprint());
        repeated.await?;
    }
    for _ in 0..refused {
        count_refused(&server);
    }
    let items = Arc::new(items);
    let keep = Arc::clone(&items);
    let once = idempotency.once(
        || body.fingerprint(),
        move |results: &Vec<_>| Some(batch_answer(&keep, results)),
    );
    let results = match events.is_empty() {
        true => Vec::new(),
        // As the caller's: the tenants that it makes are entered in the audit log.
        false => caller.store(&server).append(events, once).await?,
    };
    count(&server, &results);
    Ok(reply::of(batch_answer(&items, &results)))
}

fn batch_answer(
    items: &[Result<Prepared, Problem>],
    results: &[Result<Accepted, Refused>],
) -> nuncio_store::StoredAnswer {
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
    fn published<'a>(&'a self, accepted: &'a Accepted) -> Published<'a> {
        Published {
            id: accepted.id,
            tenant: &accepted.tenant,
            event_type: &self.event_type,
            created_at: accepted.created_at,
            deliveries: accepted.deliveries,
        }
    }
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
