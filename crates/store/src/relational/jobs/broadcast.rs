//! Publishing one event to many tenants.
//!
//! The walk goes up by the tenants' numbers, as far as the newest that was there when it began, and notes where it
//! stands in the commit of the events: none is passed over and none gets it twice, whatever happens in between.

use nuncio_domain::{Broadcast, EventId, JobId, ProjectId, Tenant, TenantId, Timestamp};
use sha2::{Digest, Sha256};

use crate::{
    Count, NewEvent,
    fail::Fail,
    jobs::{PIECE, Piece},
    relational::{
        changes::{append, prepared::Hashed},
        rows::codec::blob,
        write::Write,
    },
    sql::{OptionalExtension, Row, Sql, params},
};

/// Tenants that one piece looks at: some milliseconds of the writer's time.
const LOOKED_AT_MAX: i64 = 1_000;
/// Bytes of data that one piece writes, unless a single event has more: a batch of a publisher may have as many.
const PIECE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Tenants that counting looks at: a second or so. Of more, the total grows as the job goes on.
const COUNTED_MAX: i64 = 250_000;

const TENANTS: &str = "SELECT seq, doc FROM tenants INDEXED BY tenants_by_project \
    WHERE project = ?1 AND doc IS NOT NULL AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4";

/// How many tenants it is for, as far as is counted.
pub(crate) fn count(conn: Sql<'_>, project: i64, broadcast: &Broadcast) -> Result<Count, Fail> {
    let mut list = conn.prepare_cached(TENANTS)?;
    let mut rows = list.query(params![project, 0, i64::MAX, COUNTED_MAX])?;
    let mut count = 0;
    while let Some(row) = &rows.next()? {
        count += u64::from(is_for(broadcast, row)?.is_some());
    }
    Ok(Count { count, more: false })
}

/// Keeps what is to be published, and returns the newest tenant that it is for.
pub(crate) fn begin(
    conn: Sql<'_>,
    project: i64,
    job: JobId,
    data: Option<&str>,
) -> Result<u64, Fail> {
    conn.prepare_cached("INSERT INTO broadcasts (job, data) VALUES (?1, ?2)")?
        .execute(params![blob(job.bits()), data.unwrap_or("null")])?;
    let newest = conn
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM tenants WHERE project = ?1")?
        .query_row([project], |row| row.get::<i64>(0))?;
    Ok(newest.unsigned_abs())
}

/// Forgets what was to be published: the events have it.
pub(crate) fn end(conn: Sql<'_>, job: JobId) -> Result<(), Fail> {
    conn.prepare_cached("DELETE FROM broadcasts WHERE job = ?1")?
        .execute([blob(job.bits())])?;
    Ok(())
}

/// Publishes to the next tenants after the one with the number `after`.
pub(crate) fn piece(
    write: &mut Write<'_>,
    (project, id): (i64, ProjectId),
    job: JobId,
    broadcast: &Broadcast,
    after: Option<u128>,
    now: Timestamp,
) -> Result<Piece, Fail> {
    let data: Option<String> = write
        .conn
        .prepare_cached("SELECT data FROM broadcasts WHERE job = ?1")?
        .query_row([blob(job.bits())], |row| row.get(0))
        .optional()?;
    let data = data.ok_or_else(|| Fail::Broken("a broadcast has lost its data".to_owned()))?;
    let most = (PIECE_BYTES_MAX / data.len().max(1)).clamp(1, PIECE);
    let (chosen, cursor) = choose(write.conn, project, broadcast, after, most)?;
    let done = chosen.len();
    for (number, tenant) in chosen {
        let event = event_for(id, job, broadcast, (number, tenant.clone()), &data, now);
        if let Err(refused) = append::append_one(write, Hashed::from(event))? {
            tracing::warn!(%job, %tenant, %refused, "a tenant did not get a broadcast");
        }
    }
    Ok(Piece {
        done,
        cursor,
        finished: cursor.is_none(),
    })
}

type Chosen = Vec<(i64, TenantId)>;

/// The next tenants that it is for, `most` of them; and where to go on.
fn choose(
    conn: Sql<'_>,
    project: i64,
    broadcast: &Broadcast,
    after: Option<u128>,
    most: usize,
) -> Result<(Chosen, Option<u128>), Fail> {
    let number = |number: u128| i64::try_from(number).unwrap_or(i64::MAX);
    let after = number(after.unwrap_or(0));
    let up_to = number(broadcast.up_to.into());
    let mut list = conn.prepare_cached(TENANTS)?;
    let mut rows = list.query(params![project, after, up_to, LOOKED_AT_MAX])?;
    let mut chosen = Vec::new();
    let (mut looked_at, mut last) = (0, after);
    while let Some(row) = &rows.next()? {
        looked_at += 1;
        last = row.get(0)?;
        if let Some(tenant) = is_for(broadcast, row)? {
            chosen.push((last, tenant));
        }
        if chosen.len() == most {
            break;
        }
    }
    let more = chosen.len() == most || looked_at == LOOKED_AT_MAX;
    Ok((chosen, more.then_some(u128::from(last.unsigned_abs()))))
}

/// The tenant of a row, if the broadcast is for it.
fn is_for(broadcast: &Broadcast, row: &Row<'_>) -> Result<Option<TenantId>, Fail> {
    let tenant: Tenant = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())?;
    let wanted = broadcast.is_for(&tenant.metadata);
    Ok(wanted.then_some(tenant.id))
}

fn event_for(
    project: ProjectId,
    job: JobId,
    broadcast: &Broadcast,
    (number, tenant): (i64, TenantId),
    data: &str,
    now: Timestamp,
) -> NewEvent {
    let mut hash = Sha256::new();
    hash.update(job.bits().to_be_bytes());
    hash.update(number.to_be_bytes());
    let mut ten = [0; 10];
    ten.copy_from_slice(&hash.finalize()[..10]);
    NewEvent {
        id: EventId::new(now.ms(), ten),
        project,
        fingerprint: fingerprint(broadcast, &tenant, data),
        tenant,
        event_type: broadcast.event_type.clone(),
        source_id: broadcast.source_id.clone(),
        occurred_at: broadcast.occurred_at,
        created_at: now,
        deliver_at: broadcast.deliver_at,
        ordering_key: broadcast.ordering_key.clone(),
        extras: None,
        schema_version: broadcast.schema_version,
        due: broadcast.deliver_at.map_or(now, |at| at.max(now)),
        data: data.into(),
        // Checked before it was taken in: it goes to endpoints of every dialect.
        canonical_safe: true,
    }
}

/// Tells a repetition from another event with the publisher's same id; without one nothing is compared.
fn fingerprint(broadcast: &Broadcast, tenant: &TenantId, data: &str) -> [u8; 32] {
    let Some(id) = &broadcast.source_id else {
        return [0; 32];
    };
    let time = |at: Option<Timestamp>| at.map_or(i64::MIN, Timestamp::ms).to_be_bytes();
    let ordering = broadcast
        .ordering_key
        .as_ref()
        .map_or("", |key| key.as_str());
    let mut hash = Sha256::new();
    // None of these texts can hold the zero byte between them.
    for text in [
        "broadcast",
        id.as_str(),
        tenant.as_str(),
        broadcast.event_type.as_str(),
        ordering,
    ] {
        hash.update(text);
        hash.update([0]);
    }
    hash.update(time(broadcast.occurred_at));
    hash.update(time(broadcast.deliver_at));
    hash.update(data);
    hash.finalize().into()
}
