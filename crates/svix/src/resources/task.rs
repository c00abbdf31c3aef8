//! Background tasks: jobs.

use axum::http::StatusCode;
use nuncio_domain::{Job, JobKind, JobState, Timestamp, Which};
use nuncio_store::Reach;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    error::{self, Handled, SvixError},
    ids,
    request::Request,
    routes::{no_method, no_route},
};

pub(crate) async fn route(request: &Request<'_>, method: &str, segments: &[&str]) -> Handled {
    match (segments, method) {
        ([id], "GET") => get(request, id).await,
        ([_], _) => Err(no_method()),
        _ => Err(no_route()),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskOut {
    id: String,
    status: &'static str,
    task: &'static str,
    updated_at: Timestamp,
    data: Map<String, Value>,
}

impl TaskOut {
    pub(crate) fn new(job: &Job) -> Self {
        Self {
            id: ids::task(job.id),
            status: match job.state {
                JobState::Running => "running",
                JobState::Finished => "finished",
                JobState::Failed | JobState::Cancelled => "failed",
            },
            task: task(&job.kind),
            updated_at: job.finished_at.unwrap_or(job.created_at),
            data: Map::new(),
        }
    }
}

fn task(kind: &JobKind) -> &'static str {
    match kind {
        JobKind::Recover(recovery) => match recovery.which {
            Which::Dead | Which::Pending => "endpoint.recover",
            Which::Missing => "endpoint.replay",
            Which::All => "endpoint.bulk-replay",
        },
        JobKind::Broadcast(_) => "message.broadcast",
        other => other.as_str(),
    }
}

async fn get(request: &Request<'_>, id: &str) -> Handled {
    request.caller.check_organization()?;
    let id = ids::parse_task(id).ok_or_else(SvixError::not_found)?;
    let reach = Reach {
        project: request.caller.project_id(),
        tenant: None,
    };
    let job = request.reader().job(&reach, id).await?;
    Ok(error::json(StatusCode::OK, &TaskOut::new(&job)))
}
