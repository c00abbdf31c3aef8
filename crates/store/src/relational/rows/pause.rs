//! Pauses that receivers have asked for: written as they are heard, read when the engine starts.

use std::time::Duration;

use nuncio_domain::Timestamp;

use super::codec::time;
use crate::{EndpointKey, fail::Fail, sql::Sql};

/// How long after its end a pause is worth knowing of: so long the engine keeps to a pace.
const KEPT: Duration = Duration::from_secs(10 * 60);

const NOTE: &str = "INSERT INTO pauses (endpoint, until) VALUES (?1, ?2) \
    ON CONFLICT (endpoint) DO UPDATE SET until = excluded.until WHERE excluded.until > pauses.until";

/// Notes that a receiver wants nothing until then; the longest of its pauses counts.
pub(crate) fn note(conn: Sql<'_>, endpoint: EndpointKey, until: Timestamp) -> Result<(), Fail> {
    conn.prepare_cached(NOTE)?
        .execute([endpoint.0, until.ms()])?;
    Ok(())
}

/// Forgets a pause: the endpoint is deleted, or another receiver may stand behind it now.
pub(crate) fn forget(conn: Sql<'_>, endpoint: EndpointKey) -> Result<(), Fail> {
    conn.prepare_cached("DELETE FROM pauses WHERE endpoint = ?1")?
        .execute([endpoint.0])?;
    Ok(())
}

/// Forgets what is over for long.
pub(crate) fn forget_old(conn: Sql<'_>, now: Timestamp) -> Result<(), Fail> {
    conn.prepare_cached("DELETE FROM pauses WHERE until < ?1")?
        .execute([(now - KEPT).ms()])?;
    Ok(())
}

/// The pauses that go on at `now`, or have ended not long ago.
pub(crate) fn list(conn: Sql<'_>, now: Timestamp) -> Result<Vec<(EndpointKey, Timestamp)>, Fail> {
    let mut list = conn.prepare_cached("SELECT endpoint, until FROM pauses WHERE until >= ?1")?;
    let mut rows = list.query([(now - KEPT).ms()])?;
    let mut pauses = Vec::new();
    while let Some(row) = &rows.next()? {
        pauses.push((EndpointKey(row.get(0)?), time(row, 1)?));
    }
    Ok(pauses)
}
