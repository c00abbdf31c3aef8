//! Bulk operations: stored, counted, and carried on by one bounded piece at a time.

use std::sync::Arc;

use nuncio_domain::{
    CancelReason, DeliveryId, Endpoint, EndpointId, Job, JobId, JobKind, JobState, Recovery,
    SendAgain, TenantId, Timestamp, Which,
};

use super::{broadcast, delete_project, prune, recover, replay};
use crate::{
    Count, EndpointKey, Once, Page, Reach, StoreError, audit_entry,
    fail::Fail,
    jobs::{PIECE, Piece, TRIES_MAX, is_retry, selection},
    relational::{
        changes::{act, ended::count_end, once, operator, order, start_job},
        reads::{reach, scan},
        rows::{
            codec::{blob, optional_time, tenant_id, time},
            delivery, shown,
        },
        shared::Shared,
        write::Write,
    },
    sql::{OptionalExtension, Sql, params},
    tally::End,
};

/// Stores a job that somebody asked for. What they may not see is not touched either.
pub(crate) fn start(
    write: &mut Write<'_>,
    reach: &Reach,
    mut job: Job,
    once: Option<Once<Job>>,
) -> Result<Job, Fail> {
    once::check(write, once.as_ref())?;
    let project = write.project(reach.project)?;
    if let JobKind::Broadcast(broadcast) = &mut job.kind {
        let data = broadcast.data.take();
        broadcast.up_to = broadcast::begin(write.conn, project, job.id, data.as_deref())?;
    }
    let endpoint = match &job.kind {
        JobKind::Recover(recovery) => Some(kept_endpoint(write, reach, recovery.endpoint)?),
        _ => None,
    };
    start_job::insert(write, project, reach.tenant.as_ref(), &job)?;
    write.effects.audit_entry = audit_entry::job(reach.project, &job, endpoint.as_deref());
    once::keep(write, once, &job, job.created_at)?;
    Ok(job)
}

fn kept_endpoint(write: &Write<'_>, reach: &Reach, id: EndpointId) -> Result<Arc<Endpoint>, Fail> {
    let mirror = write.shared.mirror();
    let (_, sending) = mirror.endpoint(reach, id).ok_or(StoreError::NotFound)?;
    Ok(Arc::clone(&sending.endpoint))
}

/// How many deliveries a job is about.
pub(crate) fn count(
    conn: Sql<'_>,
    shared: &Shared,
    whose: &Reach,
    kind: &JobKind,
) -> Result<Count, Fail> {
    let Some(selection) = selection(kind) else {
        return match kind {
            JobKind::Recover(recovery) => recover::count(conn, shared, whose, recovery),
            JobKind::Replay(replay) => replay::count(conn, shared, whose, replay),
            JobKind::Broadcast(broadcast) => {
                let project = reach::project_key(shared, whose)?;
                broadcast::count(conn, project, broadcast)
            }
            _ => Ok(Count::default()),
        };
    };
    let Some(within) = reach::within(conn, shared, whose, &selection)? else {
        return Ok(Count::default());
    };
    let (mut total, mut after) = (0, None);
    loop {
        let page = Page::after(after, usize::MAX);
        let slice = scan::walk(conn, &within, &selection, &page)?;
        total += slice.items.len() as u64;
        after = slice.next;
        if after.is_none() {
            return Ok(Count {
                count: total,
                more: false,
            });
        }
    }
}

const FIND: &str = "SELECT kind, state, done, total, created_at, finished_at, project, tenant, cursor, error FROM jobs \
    WHERE id = ?1";

struct Stored {
    job: Job,
    project: i64,
    tenant: Option<TenantId>,
    /// The last delivery, or event, that was dealt with.
    cursor: Option<u128>,
}

fn load(conn: Sql<'_>, id: JobId) -> Result<Stored, Fail> {
    let mut find = conn.prepare_cached(FIND)?;
    let mut rows = find.query([blob(id.bits())])?;
    let row = &rows.next()?.ok_or(StoreError::NotFound)?;
    let tenant: Option<String> = row.get(7)?;
    let job = Job {
        id,
        kind: serde_json::from_str(&row.get::<String>(0)?)?,
        state: match row.get(1)? {
            0 => JobState::Running,
            1 => JobState::Finished,
            _ => JobState::Failed,
        },
        done: row.get::<i64>(2)? as u64,
        total: row.get::<i64>(3)? as u64,
        created_at: time(row, 4)?,
        finished_at: optional_time(row, 5)?,
        error: row.get(9)?,
    };
    Ok(Stored {
        job,
        project: row.get(6)?,
        tenant: tenant.as_deref().map(tenant_id).transpose()?,
        cursor: row.get::<Option<[u8; 16]>>(8)?.map(u128::from_be_bytes),
    })
}

/// A job of a project, and of one tenant if that is all that the caller may see.
pub(crate) fn find(
    conn: Sql<'_>,
    project: i64,
    tenant: Option<&TenantId>,
    id: JobId,
) -> Result<Job, Fail> {
    let stored = load(conn, id)?;
    let visible = stored.project == project
        && tenant.is_none_or(|tenant| stored.tenant.as_ref() == Some(tenant));
    if visible {
        Ok(stored.job)
    } else {
        Err(StoreError::NotFound.into())
    }
}

/// The jobs that are not through.
pub(crate) fn running(conn: Sql<'_>) -> Result<Vec<JobId>, Fail> {
    let mut list = conn.prepare_cached("SELECT id FROM jobs WHERE state = 0 ORDER BY id")?;
    let ids = list.query_map([], |row| {
        Ok(JobId::from_bits(u128::from_be_bytes(row.get(0)?)))
    })?;
    Ok(ids.collect::<Result<_, _>>()?)
}

const UPDATE: &str = "UPDATE jobs SET state = ?2, cursor = ?3, done = done + ?4, total = CASE WHEN total > done + ?4 THEN total ELSE done + ?4 END, \
    finished_at = ?5, tries = 0, error = NULL WHERE id = ?1";
const NOTE_FAILURE: &str = "UPDATE jobs SET tries = tries + 1, error = ?2, \
    state = CASE WHEN tries + 1 < ?3 THEN state ELSE 2 END, \
    finished_at = CASE WHEN tries + 1 < ?3 THEN NULL ELSE ?4 END WHERE id = ?1 AND state = 0";

/// Carries a job on by one piece. A piece that fails by itself is undone, and its reason noted with the job, which is given
/// up after [`TRIES_MAX`] of them; the reason comes back as the inner error.
pub(crate) fn step(
    write: &mut Write<'_>,
    id: JobId,
    now: Timestamp,
) -> Result<Result<JobState, String>, Fail> {
    let why = match write.part(|write| piece(write, id, now))? {
        Ok(state) => return Ok(Ok(state)),
        Err(why) => why,
    };
    write.conn.prepare_cached(NOTE_FAILURE)?.execute(params![
        blob(id.bits()),
        why,
        TRIES_MAX,
        now.ms()
    ])?;
    let mut state = write
        .conn
        .prepare_cached("SELECT state FROM jobs WHERE id = ?1")?;
    let found: Option<i64> = state
        .query_row([blob(id.bits())], |row| row.get(0))
        .optional()?;
    drop(state);
    match found {
        Some(0) => Ok(Err(why)),
        Some(_) => {
            tracing::error!(job = %id, why, "a job failed and is given up");
            ended(write, id, now)?;
            Ok(Ok(JobState::Failed))
        }
        None => Err(StoreError::NotFound.into()),
    }
}

fn piece(write: &mut Write<'_>, id: JobId, now: Timestamp) -> Result<JobState, Fail> {
    let stored = load(write.conn, id)?;
    if stored.job.state.is_over() {
        return Ok(stored.job.state);
    }
    let piece = match &stored.job.kind {
        JobKind::Recover(recovery) if !is_retry(recovery.which) => {
            let (done, cursor) =
                recover::piece(write, stored.project, recovery, stored.cursor, now)?;
            Piece {
                done,
                cursor,
                finished: cursor.is_none(),
            }
        }
        JobKind::Replay(replay) => {
            let whose = (stored.project, stored.tenant.as_ref());
            let (done, cursor) = replay::piece(write, whose, replay, stored.cursor, now)?;
            Piece {
                done,
                cursor,
                finished: cursor.is_none(),
            }
        }
        JobKind::Retry(_) | JobKind::Purge(_) | JobKind::Recover(_) => {
            walk_on(write, &stored, now)?
        }
        JobKind::Broadcast(wanted) => match project_id(write.shared, stored.project) {
            Some(project) => {
                let project = (stored.project, project);
                broadcast::piece(write, project, id, wanted, stored.cursor, now)?
            }
            // It was deleted meanwhile.
            None => Piece {
                done: 0,
                cursor: None,
                finished: true,
            },
        },
        JobKind::CancelEndpoint { endpoint } => {
            cancel_endpoint(write, stored.project, *endpoint, now)?
        }
        JobKind::CancelTenant { tenant } => cancel_tenant(write, stored.project, tenant, now)?,
        JobKind::DeleteProject => {
            let done = delete_project::piece(write.conn, stored.project, PIECE)?;
            Piece {
                done,
                cursor: None,
                finished: done == 0,
            }
        }
    };
    let state = if piece.finished {
        JobState::Finished
    } else {
        JobState::Running
    };
    write.conn.prepare_cached(UPDATE)?.execute(params![
        blob(id.bits()),
        i64::from(piece.finished),
        piece.cursor.map(blob),
        piece.done as i64,
        piece.finished.then_some(now.ms()),
    ])?;
    if piece.finished {
        ended(write, id, now)?;
    }
    Ok(state)
}

/// Tells whoever is to know that a job has come to its end, and forgets what it no longer needs.
fn ended(write: &mut Write<'_>, id: JobId, now: Timestamp) -> Result<(), Fail> {
    let stored = load(write.conn, id)?;
    if let JobKind::Broadcast(_) = &stored.job.kind {
        broadcast::end(write.conn, id)?;
    }
    operator::job_finished(
        write,
        stored.project,
        stored.tenant.as_ref(),
        &stored.job,
        now,
    )
}

/// Retries or purges the next deliveries of a selection. The walk goes down by id, so that no delivery is met
/// twice, however soon it is dead again.
fn walk_on(write: &mut Write<'_>, stored: &Stored, now: Timestamp) -> Result<Piece, Fail> {
    let nothing = Piece {
        done: 0,
        cursor: None,
        finished: true,
    };
    let Some(selection) = selection(&stored.job.kind) else {
        return Ok(nothing);
    };
    let Some(project) = project_id(write.shared, stored.project) else {
        return Ok(nothing);
    };
    let whose = Reach {
        project,
        tenant: stored.tenant.clone(),
    };
    let Some(within) = reach::within(write.conn, write.shared, &whose, &selection)? else {
        return Ok(nothing);
    };
    let page = Page::after(stored.cursor.map(DeliveryId::from_bits), PIECE);
    let slice = scan::walk(write.conn, &within, &selection, &page)?;
    for delivery in &slice.items {
        match &stored.job.kind {
            JobKind::Purge(_) => prune::delete_delivery(write.conn, delivery.seq)?,
            JobKind::Retry(bulk) => retry(write, delivery.seq, bulk.again, now)?,
            JobKind::Recover(recovery) => recover_one(write, delivery.seq, recovery, now)?,
            JobKind::Replay(_)
            | JobKind::Broadcast(_)
            | JobKind::CancelEndpoint { .. }
            | JobKind::CancelTenant { .. }
            | JobKind::DeleteProject => {}
        }
    }
    Ok(Piece {
        done: slice.items.len(),
        cursor: slice.next.map(DeliveryId::bits),
        finished: slice.next.is_none(),
    })
}

/// The project with that number, unless it was deleted meanwhile.
pub(super) fn project_id(shared: &Shared, key: i64) -> Option<nuncio_domain::ProjectId> {
    let mirror = shared.mirror();
    mirror
        .projects()
        .find(|part| part.key == key)
        .map(|part| part.project.id)
}

/// Retries a delivery of a recovery. One that is due is attempted as soon as it may be: it needs no attempt besides.
fn recover_one(
    write: &mut Write<'_>,
    seq: i64,
    recovery: &Recovery,
    now: Timestamp,
) -> Result<(), Fail> {
    if recovery.which == Which::Pending {
        let stored = delivery::load(write.conn, seq)?;
        let due = stored.and_then(|stored| stored.progress.due());
        if due.is_some_and(|due| due <= now) {
            return Ok(());
        }
    }
    retry(write, seq, recovery.again, now)
}

fn retry(write: &mut Write<'_>, seq: i64, again: SendAgain, now: Timestamp) -> Result<(), Fail> {
    let Some(delivery) = delivery::load(write.conn, seq)? else {
        return Ok(());
    };
    let Some(event) = shown::event_of(write.conn, delivery.event.0)? else {
        return Ok(());
    };
    // One that waits for another is attempted in its turn.
    let blocked = delivery.place.is_some_and(|place| place.blocked);
    if blocked || act::refuse_retry(write.shared, delivery.endpoint, &event).is_some() {
        return Ok(());
    }
    act::retry_stored(write, &delivery, again, now)
}

fn cancel_endpoint(
    write: &mut Write<'_>,
    project: i64,
    endpoint: EndpointId,
    now: Timestamp,
) -> Result<Piece, Fail> {
    let done = match reach::endpoint_key(write.conn, project, endpoint)? {
        Some((key, _)) => cancel_pending(write, key, CancelReason::EndpointDeleted, now, PIECE)?,
        None => 0,
    };
    Ok(Piece {
        done,
        cursor: None,
        finished: done < PIECE,
    })
}

const ENDPOINTS_OF_DELETED: &str = "SELECT seq FROM endpoints WHERE tenant IN \
    (SELECT seq FROM tenants WHERE project = ?1 AND id = ?2 AND doc IS NULL)";

fn cancel_tenant(
    write: &mut Write<'_>,
    project: i64,
    tenant: &TenantId,
    now: Timestamp,
) -> Result<Piece, Fail> {
    let keys = {
        let mut list = write.conn.prepare_cached(ENDPOINTS_OF_DELETED)?;
        let keys = list.query_map(params![project, tenant.as_str()], |row| {
            Ok(EndpointKey(row.get(0)?))
        })?;
        keys.collect::<Result<Vec<_>, _>>()?
    };
    let mut done = 0;
    for key in keys {
        let left = PIECE - done;
        done += cancel_pending(write, key, CancelReason::TenantDeleted, now, left)?;
        if done == PIECE {
            break;
        }
    }
    Ok(Piece {
        done,
        cursor: None,
        finished: done < PIECE,
    })
}

const PENDING: &str = "SELECT seq FROM deliveries INDEXED BY deliveries_due WHERE endpoint = ?1 AND state = 0 LIMIT ?2";

fn cancel_pending(
    write: &mut Write<'_>,
    endpoint: EndpointKey,
    reason: CancelReason,
    now: Timestamp,
    limit: usize,
) -> Result<usize, Fail> {
    let seqs = {
        let mut list = write.conn.prepare_cached(PENDING)?;
        let seqs = list.query_map(params![endpoint.0, limit as i64], |row| row.get(0))?;
        seqs.collect::<Result<Vec<i64>, _>>()?
    };
    for seq in &seqs {
        if let Some(stored) = delivery::load(write.conn, *seq)? {
            let progress = stored.progress.cancelled(reason);
            order::change(write, &stored, &progress, Some(now))?;
            count_end(write, &stored, now, End::Cancelled)?;
        }
    }
    Ok(seqs.len())
}
