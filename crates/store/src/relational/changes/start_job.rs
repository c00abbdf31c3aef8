//! Jobs, as they are started: stored, and told to the engine after the commit.

use nuncio_domain::{Job, JobId, JobKind, JobState, TenantId, Timestamp};

use crate::{
    fail::Fail,
    relational::{rows::codec::blob, write::Write},
    sql::params,
};

const INSERT: &str = "INSERT INTO jobs (id, project, tenant, kind, state, done, total, created_at) \
    VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?6)";

/// Stores a job, and tells the feed after the commit.
pub(crate) fn insert(
    write: &mut Write<'_>,
    project: i64,
    tenant: Option<&TenantId>,
    job: &Job,
) -> Result<(), Fail> {
    write.conn.prepare_cached(INSERT)?.execute(params![
        blob(job.id.bits()),
        project,
        tenant.map(TenantId::as_str),
        serde_json::to_string(&job.kind)?,
        job.total as i64,
        job.created_at.ms(),
    ])?;
    write.effects.job = true;
    Ok(())
}

/// Starts the job that deletes or cancels what is left, in pieces.
pub(crate) fn start_clean_up(
    write: &mut Write<'_>,
    project: i64,
    tenant: Option<&TenantId>,
    id: JobId,
    kind: JobKind,
    now: Timestamp,
) -> Result<(), Fail> {
    let job = Job {
        id,
        kind,
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: now,
        finished_at: None,
        error: None,
    };
    insert(write, project, tenant, &job)
}
