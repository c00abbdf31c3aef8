//! Versions of endpoints' code: put in, found, cleared away.

use std::sync::Arc;

use nuncio_domain::{Endpoint, Timestamp};

use super::codec::blob;
use crate::{
    fail::Fail,
    sql::{OptionalExtension, Sql, params},
};

/// Versions of one endpoint that are kept: whoever changes code more often within a history sees the bodies of its oldest
/// attempts no more, and nobody fills the disk with code.
const OF_ONE_ENDPOINT_MAX: i64 = 100;

const INSERT: &str = "INSERT INTO transforms (project, endpoint, code, created_at) VALUES (?1, ?2, ?3, ?4) RETURNING version";
const NEWEST: &str = "DELETE FROM transforms WHERE endpoint = ?1 AND version <= \
    (SELECT version FROM transforms WHERE endpoint = ?1 ORDER BY version DESC LIMIT 1 OFFSET ?2)";

/// Numbers the code of an endpoint that is about to be written: anew where it is another than before.
pub(crate) fn number(
    conn: Sql<'_>,
    project: i64,
    before: Option<&Endpoint>,
    endpoint: &mut Endpoint,
    now: Timestamp,
) -> Result<(), Fail> {
    let id = blob(endpoint.id.bits());
    let Some(transform) = &mut endpoint.transform else {
        return Ok(());
    };
    let old = before.and_then(|before| before.transform.as_ref());
    if let Some(old) = old.filter(|old| old.code == transform.code) {
        transform.version = old.version;
        return Ok(());
    }
    transform.version = conn
        .prepare_cached(INSERT)?
        .query_row(params![project, id, transform.code, now.ms()], |row| {
            row.get(0)
        })?;
    conn.prepare_cached(NEWEST)?
        .execute(params![id, OF_ONE_ENDPOINT_MAX])?;
    Ok(())
}

/// The code of a version.
pub(crate) fn code(conn: Sql<'_>, project: i64, version: i64) -> Result<Option<Arc<str>>, Fail> {
    let code = conn
        .prepare_cached("SELECT code FROM transforms WHERE version = ?1 AND project = ?2")?
        .query_row(params![version, project], |row| row.get::<String>(0))
        .optional()?;
    Ok(code.map(Arc::from))
}

const PRUNE: &str = "DELETE FROM transforms WHERE version IN (SELECT t.version FROM transforms t \
    LEFT JOIN endpoints e ON e.id = t.endpoint AND e.doc IS NOT NULL \
    WHERE e.id IS NULL AND t.created_at < ?1 LIMIT ?2)";

/// Deletes code of endpoints that are gone and whose attempts are; says how much.
pub(crate) fn prune(conn: Sql<'_>, before: Timestamp, limit: i64) -> Result<usize, Fail> {
    Ok(conn
        .prepare_cached(PRUNE)?
        .execute(params![before.ms(), limit])?)
}
