//! Deleting what a deleted project has left, in bounded pieces.

use nuncio_domain::Timestamp;

use super::prune::delete_delivery;
use crate::{
    RollupUnit,
    fail::Fail,
    relational::rows::rollup,
    sql::{Sql, params},
};

/// Deletes up to `limit` rows of a deleted project, deliveries first, itself last; 0 once nothing is left.
pub(super) fn piece(conn: Sql<'_>, project: i64, limit: usize) -> Result<usize, Fail> {
    let deliveries = {
        let mut list =
            conn.prepare_cached("SELECT seq FROM deliveries WHERE project = ?1 LIMIT ?2")?;
        let seqs = list.query_map(params![project, limit as i64], |row| row.get(0))?;
        seqs.collect::<Result<Vec<i64>, _>>()?
    };
    for seq in &deliveries {
        delete_delivery(conn, *seq)?;
    }
    if !deliveries.is_empty() {
        return Ok(deliveries.len());
    }
    for unit in [RollupUnit::Minute, RollupUnit::Hour] {
        let end = Timestamp::from_ms(i64::MAX);
        let deleted = rollup::delete_of_project(conn, project, unit, end, limit)?;
        if deleted > 0 {
            return Ok(deleted);
        }
    }
    for sql in [
        "DELETE FROM retentions WHERE event IN (SELECT event FROM retentions WHERE project = ?1 LIMIT ?2)",
        "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE project = ?1 LIMIT ?2)",
        "DELETE FROM tenant_events WHERE (tenant, id) IN (SELECT x.tenant, x.id FROM tenants t \
         JOIN tenant_events x ON x.tenant = t.seq WHERE t.project = ?1 LIMIT ?2)",
        "DELETE FROM failing WHERE endpoint IN (SELECT f.endpoint FROM endpoints e \
         JOIN failing f ON f.endpoint = e.seq WHERE e.project = ?1 LIMIT ?2)",
        "DELETE FROM endpoints WHERE seq IN (SELECT seq FROM endpoints WHERE project = ?1 LIMIT ?2)",
        "DELETE FROM tenants WHERE seq IN (SELECT seq FROM tenants WHERE project = ?1 LIMIT ?2)",
        "DELETE FROM event_types WHERE (project, name) IN \
         (SELECT project, name FROM event_types WHERE project = ?1 LIMIT ?2)",
        "DELETE FROM dialects WHERE version IN (SELECT version FROM dialects WHERE project = ?1 LIMIT ?2)",
        "DELETE FROM transforms WHERE version IN (SELECT version FROM transforms WHERE project = ?1 LIMIT ?2)",
        "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE project = ?1 AND state <> 0 LIMIT ?2)",
        "DELETE FROM projects WHERE seq IN (SELECT seq FROM projects WHERE seq = ?1 LIMIT ?2)",
    ] {
        let deleted = conn
            .prepare_cached(sql)?
            .execute(params![project, limit as i64])?;
        if deleted > 0 {
            return Ok(deleted);
        }
    }
    Ok(0)
}
