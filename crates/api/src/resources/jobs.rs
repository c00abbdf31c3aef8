//! Bulk operations: how far they are.

use axum::extract::State;
use nuncio_domain::{Job, JobId, JobState, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::rights::Reader,
    http::{path::Id, rejection::Handled, reply},
    state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_job))
}

/// A bulk operation. It runs in the background and continues after a restart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
struct JobView {
    /// Its id, `job_…`.
    #[schema(value_type = String)]
    id: JobId,
    /// What it does, such as `retry`, `replay` or `purge`.
    kind: &'static str,
    /// `running`, `finished` or `failed`; `error` says why it failed.
    #[schema(value_type = String)]
    state: JobState,
    /// Deliveries processed.
    done: u64,
    /// Deliveries to process, counted when the job began.
    total: u64,
    /// When it was requested.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it finished or failed.
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
