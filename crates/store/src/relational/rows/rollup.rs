//! Rollups as rows: read, merged with what was counted, deleted.

use nuncio_domain::Timestamp;

use super::codec::optional_time;
use crate::{
    EndpointKey, Histogram, Rollup, RollupUnit,
    fail::Fail,
    sql::{self, OptionalExtension, Row, Sql, Value, params},
    tally::{Owner, RollupKey, Tally},
};

/// The columns that say whose numbers they are.
const fn columns(owner: Owner, project: i64) -> (i64, i64) {
    match owner {
        Owner::Project => (0, project),
        Owner::Tenant(key) => (1, key),
        Owner::Endpoint(key) => (2, key.0),
    }
}

/// The number for a unit.
pub(crate) const fn unit_code(unit: RollupUnit) -> i64 {
    match unit {
        RollupUnit::Minute => 0,
        RollupUnit::Hour => 1,
    }
}

const FIND: &str = "SELECT events, attempts, attempts_failed, succeeded, dead, cancelled, last_success, last_failure, \
    attempt_times, delivery_times FROM rollups \
    WHERE unit = ?1 AND at = ?2 AND project = ?3 AND scope = ?4 AND owner = ?5";
const PUT: &str = "INSERT INTO rollups (unit, at, project, scope, owner, events, attempts, attempts_failed, succeeded, dead, \
    cancelled, last_success, last_failure, attempt_times, delivery_times) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, \
    ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT (unit, at, project, scope, owner) DO UPDATE SET events = \
    excluded.events, attempts = excluded.attempts, attempts_failed = excluded.attempts_failed, succeeded = \
    excluded.succeeded, dead = excluded.dead, cancelled = excluded.cancelled, last_success = \
    excluded.last_success, last_failure = excluded.last_failure, attempt_times = excluded.attempt_times, \
    delivery_times = excluded.delivery_times";
/// Writes down what was counted, where one connection alone counts.
pub(crate) fn store(conn: Sql<'_>, tally: Tally) -> Result<(), Fail> {
    store_since(conn, tally, Timestamp::from_ms(i64::MIN))
}

/// Writes down what was counted, minutes only from that time on.
pub(crate) fn store_since(
    conn: Sql<'_>,
    tally: Tally,
    minutes_from: Timestamp,
) -> Result<(), Fail> {
    for (key, mut rollup) in tally.rollups() {
        if key.unit == RollupUnit::Minute && key.at < minutes_from {
            continue;
        }
        if let Some(before) = find(conn, key)? {
            rollup.merge(&before);
        }
        put(conn, key, &rollup)?;
    }
    Ok(())
}

/// The rollup of that key; `None` if nothing happened.
pub(crate) fn find(conn: Sql<'_>, key: RollupKey) -> Result<Option<Rollup>, Fail> {
    let (scope, owner) = columns(key.owner, key.project);
    let unit = unit_code(key.unit);
    let mut find = conn.prepare_cached(FIND)?;
    let mut rows = find.query(params![unit, key.at.ms(), key.project, scope, owner])?;
    let mut found: Option<Rollup> = None;
    // PostgreSQL has one of each connection that counts.
    while let Some(row) = &rows.next()? {
        let part = decode(row)?;
        match &mut found {
            Some(found) => found.merge(&part),
            None => found = Some(part),
        }
    }
    Ok(found)
}

/// How often an endpoint failed in an hour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failures {
    pub(crate) endpoint: EndpointKey,
    pub(crate) attempts_failed: u64,
}

const MOST_FAILED: &str = "SELECT owner, CAST(sum(attempts_failed) AS BIGINT) AS failed FROM rollups \
    WHERE unit = 1 AND at = ?1 AND project = ?2 AND scope = 2 AND attempts_failed > 0 \
    GROUP BY owner ORDER BY failed DESC LIMIT ?3";

/// The endpoints of a project that failed most in the hour that begins at `at`.
pub(crate) fn most_failed(
    conn: Sql<'_>,
    project: i64,
    at: Timestamp,
    limit: usize,
) -> Result<Vec<Failures>, Fail> {
    let mut find = conn.prepare_cached(MOST_FAILED)?;
    let found = find.query_map(params![at.ms(), project, limit as i64], |row| {
        Ok(Failures {
            endpoint: EndpointKey(row.get(0)?),
            attempts_failed: count(row, 1)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// A rollup, from the columns that [`find`] reads.
pub(crate) fn decode(row: &Row<'_>) -> sql::Result<Rollup> {
    // What is damaged counts as nothing: a chart must not keep outcomes from being stored.
    let histogram = |column| -> sql::Result<Histogram> {
        let bytes = row.get_ref(column)?.as_blob().unwrap_or_default();
        Ok(Histogram::decode(bytes).unwrap_or_default())
    };
    Ok(Rollup {
        events: count(row, 0)?,
        attempts: count(row, 1)?,
        attempts_failed: count(row, 2)?,
        succeeded: count(row, 3)?,
        dead: count(row, 4)?,
        cancelled: count(row, 5)?,
        last_success: optional_time(row, 6)?,
        last_failure: optional_time(row, 7)?,
        attempt_times: histogram(8)?,
        delivery_times: histogram(9)?,
    })
}

fn count(row: &Row<'_>, column: usize) -> sql::Result<u64> {
    Ok(row.get::<i64>(column)? as u64)
}

fn put(conn: Sql<'_>, key: RollupKey, rollup: &Rollup) -> Result<(), Fail> {
    with_values(key, None, rollup, |values| {
        conn.prepare_cached(PUT)?.execute(values)
    })?;
    Ok(())
}

/// The columns that a rollup is found by.
pub(crate) const fn place(key: RollupKey) -> [i64; 5] {
    let (scope, owner) = columns(key.owner, key.project);
    [unit_code(key.unit), key.at.ms(), key.project, scope, owner]
}

/// The values of its row, with whose it is where several count.
pub(crate) fn with_values<R>(
    key: RollupKey,
    writer: Option<i64>,
    rollup: &Rollup,
    put: impl FnOnce(&[Value<'_>]) -> R,
) -> R {
    let place = place(key).into_iter().chain(writer);
    let mut values: Vec<_> = place.map(Value::Integer).collect();
    let (attempt_times, delivery_times) = (
        rollup.attempt_times.encode(),
        rollup.delivery_times.encode(),
    );
    let counts = [
        rollup.events,
        rollup.attempts,
        rollup.attempts_failed,
        rollup.succeeded,
        rollup.dead,
        rollup.cancelled,
    ];
    values.extend(counts.map(|count| Value::Integer(count as i64)));
    let times = [rollup.last_success, rollup.last_failure];
    values.extend(times.map(|at| at.map_or(Value::Null, |at| Value::Integer(at.ms()))));
    values.extend([Value::Blob(&attempt_times), Value::Blob(&delivery_times)]);
    put(&values)
}

const DELETE_MINUTES: &str = "DELETE FROM rollups WHERE (unit, at, project, scope, owner) IN \
    (SELECT unit, at, project, scope, owner FROM rollups WHERE unit = 0 AND at < ?1 LIMIT ?2)";

/// Deletes up to `limit` minutes that began before that time, and says how many.
pub(crate) fn delete_minutes(
    conn: Sql<'_>,
    before: Timestamp,
    limit: usize,
) -> Result<usize, Fail> {
    Ok(conn
        .prepare_cached(DELETE_MINUTES)?
        .execute(params![before.ms(), limit as i64])?)
}

const NEXT_TIME: &str =
    "SELECT at FROM rollups WHERE unit = ?1 AND at > ?2 AND at < ?3 ORDER BY at LIMIT 1";
const DELETE_AT: &str = "DELETE FROM rollups WHERE (unit, at, project, scope, owner) IN \
    (SELECT unit, at, project, scope, owner FROM rollups WHERE unit = ?1 AND at = ?2 AND project = ?3 LIMIT ?4)";

/// Deletes up to `limit` rollups of a project that began before that time, and says how many. It looks at each time
/// of which there are rollups: some thousands.
pub(crate) fn delete_of_project(
    conn: Sql<'_>,
    project: i64,
    unit: RollupUnit,
    before: Timestamp,
    limit: usize,
) -> Result<usize, Fail> {
    let unit = unit_code(unit);
    let mut next = conn.prepare_cached(NEXT_TIME)?;
    let mut delete = conn.prepare_cached(DELETE_AT)?;
    let (mut deleted, mut at) = (0, i64::MIN);
    while deleted < limit
        && let Some(time) = next
            .query_row(params![unit, at, before.ms()], |row| row.get::<i64>(0))
            .optional()?
    {
        at = time;
        deleted += delete.execute(params![unit, at, project, (limit - deleted) as i64])?;
    }
    Ok(deleted)
}
