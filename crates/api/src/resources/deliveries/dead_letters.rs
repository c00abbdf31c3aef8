//! The dead-letter queue: deliveries whose state is dead, under a name of their own.

use axum::extract::State;
use nuncio_domain::JobKind;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::OptionalBody,
        idempotency::Idempotency,
        rights::{ProjectWriter, Reader, Writer},
    },
    http::{
        problem::{Place, Problem},
        query::Query,
        rejection::Handled,
        reply::List,
    },
    resources::deliveries::{
        routes::{Bulk, DeliveriesQuery, Filter, Started, Status, show_list, start},
        view::DeliveryView,
    },
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_dead_letters))
        .routes(routes!(retry_dead_letters))
        .routes(routes!(purge_dead_letters))
}

const ONLY_DEAD: &str = "a dead letter's status is `dead`: /v1/deliveries has the others";

/// List dead letters
#[utoipa::path(
    get, path = "/v1/dead-letters", tag = "dead letters", params(DeliveriesQuery),
    responses((status = 200, description = "Dead deliveries, newest event first", body = List<DeliveryView>))
)]
async fn list_dead_letters(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<DeliveriesQuery>,
) -> Handled {
    if query.status().is_some_and(|status| status != Status::Dead) {
        return Err(Problem::invalid_in(Place::Query, "status", ONLY_DEAD).into());
    }
    show_list(&server, &caller.reach, query.dead()).await
}

/// Retry dead letters
///
/// Retries all deliveries that match the filter, in the background, each with a fresh schedule.
#[utoipa::path(
    post, path = "/v1/dead-letters/retry", tag = "dead letters", request_body = Option<Bulk>,
    responses((status = 202, description = "The job that does it", body = Started))
)]
async fn retry_dead_letters(
    State(server): State<Shared>,
    caller: Writer,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let selection = filter(&body)?.selection(&server, &caller).await?;
    let kind = JobKind::Retry(selection);
    start(&server, &caller, kind, idempotency, &body).await
}

/// Purge dead letters
///
/// Permanently deletes all that match the filter, in the background.
#[utoipa::path(
    post, path = "/v1/dead-letters/purge", tag = "dead letters", request_body = Option<Bulk>,
    responses((status = 202, description = "The job that does it", body = Started))
)]
async fn purge_dead_letters(
    State(server): State<Shared>,
    caller: ProjectWriter,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let selection = filter(&body)?.selection(&server, &caller).await?;
    let kind = JobKind::Purge(selection);
    start(&server, &caller, kind, idempotency, &body).await
}

fn filter(body: &OptionalBody) -> Result<Filter, Problem> {
    let bulk: Bulk = body.parse()?;
    match bulk.filter.status {
        None | Some(Status::Dead) => Ok(bulk.filter),
        Some(_) => Err(Problem::invalid("/filter/status", ONLY_DEAD)),
    }
}
