//! What is stored and waits, of all projects together.

use nuncio_domain::Timestamp;

use crate::{
    Count, EndpointKey, StoredTotals,
    fail::Fail,
    relational::shared::Shared,
    sql::{Sql, params},
};

// The bound is inside, so that reading ends there. It is answered from the index alone.
const PENDING: &str = "SELECT endpoint, count(*), min(due) FROM (SELECT endpoint, due FROM deliveries \
    INDEXED BY deliveries_due WHERE state = 0 LIMIT ?1) AS found GROUP BY endpoint";
const JOBS: &str = "SELECT count(*) FROM jobs WHERE state = 0";
const BYTES_SQLITE: &str =
    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
const BYTES_POSTGRES: &str = "SELECT pg_database_size(current_database())";

pub(crate) fn totals(conn: Sql<'_>, shared: &Shared) -> Result<StoredTotals, Fail> {
    let mut totals = StoredTotals::default();
    let mirror = shared.mirror();
    let mut list = conn.prepare_cached(PENDING)?;
    let backlogs = list.query_map(params![Count::MAX as i64], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    for backlog in backlogs {
        let (endpoint, count, due): (i64, i64, Option<i64>) = backlog?;
        let sending = mirror.sending(EndpointKey(endpoint));
        if sending.is_none_or(|sending| sending.waiting.is_some()) {
            totals.held += count as u64;
            continue;
        }
        totals.pending += count as u64;
        let due = due.map(Timestamp::from_ms);
        totals.oldest_due = totals.oldest_due.into_iter().chain(due).min();
    }
    let bytes = match conn {
        Sql::Sqlite(_) => BYTES_SQLITE,
        Sql::Postgres(_) => BYTES_POSTGRES,
    };
    let one = |sql: &str| -> Result<u64, Fail> {
        let number: i64 = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(number as u64)
    };
    totals.jobs_running = one(JOBS)?;
    totals.database_bytes = one(bytes)?;
    Ok(totals)
}
