//! Ending a job early.

use nuncio_domain::{Job, JobId, JobState, Timestamp};

use super::job::{Stored, ended, load_visible};
use crate::{
    Once, Reach, StoreError, audit_entry,
    fail::Fail,
    relational::{changes::once, rows::codec::blob, write::Write},
    sql::params,
};

const CANCEL: &str = "UPDATE jobs SET state = 3, finished_at = ?2 WHERE id = ?1";

/// Ends a job early. Its next piece finds that it is over.
pub(crate) fn cancel(
    write: &mut Write<'_>,
    reach: &Reach,
    id: JobId,
    now: Timestamp,
    once: Option<Once<Job>>,
) -> Result<Job, Fail> {
    once::check(write, once.as_ref())?;
    let project = write.project(reach.project)?;
    let Stored { mut job, .. } = load_visible(write.conn, project, reach.tenant.as_ref(), id)?;
    if job.state.is_over() {
        let sentence = format!("the job is {} already", job.state.as_str());
        return Err(StoreError::Conflict(sentence).into());
    }
    if !job.kind.can_be_cancelled() {
        let sentence = "the job deletes what a deletion has left, which can't be stopped";
        return Err(StoreError::Conflict(sentence.to_owned()).into());
    }
    write
        .conn
        .prepare_cached(CANCEL)?
        .execute(params![blob(id.bits()), now.ms()])?;
    ended(write, id, now)?;
    job.state = JobState::Cancelled;
    job.finished_at = Some(now);
    write.audit(audit_entry::cancelled_job(
        reach.project,
        reach.tenant.as_ref(),
        &job,
    ));
    once::keep(write, once, &job, now)?;
    Ok(job)
}
