//! Bulk operations: how far they are, and how they are ended early.

use axum::{extract::State, http::StatusCode};
use nuncio_domain::{Job, JobId, JobState, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::{Nothing, OptionalBody},
        idempotency::Idempotency,
        rights::{Reader, Writer},
    },
    http::{path::Id, rejection::Handled, reply},
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(get_job))
        .routes(routes!(cancel_job))
}

/// A bulk operation. It runs in the background and continues after a restart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
struct JobView {
    /// Its id, `job_…`.
    #[schema(value_type = String)]
    id: JobId,
    /// What it does, such as `retry`, `replay`, `purge` or `broadcast`.
    kind: &'static str,
    /// `running`, `finished`, `failed` (`error` says why) or `cancelled`.
    #[schema(value_type = String)]
    state: JobState,
    /// Deliveries processed; of a broadcast, tenants.
    done: u64,
    /// How many there are to process, counted when the job began.
    total: u64,
    /// When it was requested.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it finished, failed or was cancelled.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    finished_at: Option<Timestamp>,
    /// The last error; null if there was none. While the job is `running`, it retries.
    #[schema(required)]
    error: Option<String>,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            kind: job.kind.as_str(),
            state: job.state,
            done: job.done,
            total: job.total,
            created_at: job.created_at,
            finished_at: job.finished_at,
            error: job.error,
        }
    }
}

/// Get a job
#[utoipa::path(
    get, path = "/v1/jobs/{id}", tag = "jobs", params(("id" = String, Path, description = "The job's id")),
    responses((status = 200, description = "The job", body = JobView))
)]
async fn get_job(State(server): State<Shared>, caller: Reader, Id(id): Id<JobId>) -> Handled {
    let job = server.store().job(&caller.reach, id).await?;
    Ok(reply::ok(&JobView::from(job)))
}

/// Cancel a job
///
/// Ends it early: nothing more is done, and what it has done stays. Events of a broadcast that were published are
/// delivered, retried deliveries stay retried, purged ones stay deleted. A job that is over cannot be cancelled.
#[utoipa::path(
    post, path = "/v1/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path, description = "The job's id")),
    responses((status = 200, description = "The job as it is now", body = JobView))
)]
async fn cancel_job(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<JobId>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    body.parse::<Nothing>()?;
    let answer = |job: &Job| reply::answer(StatusCode::OK, &JobView::from(job.clone()));
    let once = idempotency.once(|| body.fingerprint(), move |job| Some(answer(job)));
    let store = caller.store(&server);
    let job = store
        .cancel_job(&caller.reach, id, server.now(), once)
        .await?;
    Ok(reply::of(answer(&job)))
}
