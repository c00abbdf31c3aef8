//! The dead-letter queue: deliveries whose state is dead, under a name of their own.

use axum::extract::State;
use nuncio_domain::JobKind;
use serde::Deserialize;
use utoipa::ToSchema;
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
        bulk::{Bulk, Filter, Started, StartedOrCounted, start, start_or_count},
        routes::{DeliveriesQuery, show_list},
        status::Status,
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

const ALL_OF_THEM: &str =
    "the filter is empty: narrow it, or delete all dead letters of the project with `true`";

/// List dead letters
///
/// Tests that failed are not among them.
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
    show_list(&server, &caller.reach, query.dead(), false).await
}

/// Retry dead letters
///
/// Retries all deliveries that match the filter, in the background, each with a fresh schedule, or exactly once.
#[utoipa::path(
    post, path = "/v1/dead-letters/retry", tag = "dead letters", request_body = Option<Bulk>,
    responses(
        (status = 202, description = "The job that does it", body = StartedOrCounted),
        (status = 200, description = "With `dry_run`: how many deliveries it would affect", body = StartedOrCounted),
    )
)]
async fn retry_dead_letters(
    State(server): State<Shared>,
    caller: Writer,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let bulk: Bulk = body.parse()?;
    check_dead(&bulk.filter)?;
    let dry_run = bulk.dry_run;
    let kind = JobKind::Retry(bulk.retry(&server, &caller).await?);
    start_or_count(&server, &caller, (kind, dry_run), idempotency, &body).await
}

/// A purge.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Purge {
    /// Which dead letters.
    #[serde(default)]
    filter: Filter,
    /// Deletes all dead letters of the project. Needed if the filter is empty.
    #[serde(default)]
    confirm: bool,
}

/// Purge dead letters
///
/// Permanently deletes all that match the filter, in the background. To delete all dead letters of the project, `confirm`.
#[utoipa::path(
    post, path = "/v1/dead-letters/purge", tag = "dead letters", request_body = Purge,
    responses((status = 202, description = "The job that does it", body = Started))
)]
async fn purge_dead_letters(
    State(server): State<Shared>,
    caller: ProjectWriter,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let purge: Purge = body.parse()?;
    check_dead(&purge.filter)?;
    if purge.filter.is_empty() && !purge.confirm {
        return Err(Problem::invalid("/confirm", ALL_OF_THEM).into());
    }
    let kind = JobKind::Purge(purge.filter.selection(&server, &caller).await?);
    start(&server, &caller, kind, idempotency, &body).await
}

fn check_dead(filter: &Filter) -> Result<(), Problem> {
    match filter.status {
        None | Some(Status::Dead) => Ok(()),
        Some(_) => Err(Problem::invalid("/filter/status", ONLY_DEAD)),
    }
}
