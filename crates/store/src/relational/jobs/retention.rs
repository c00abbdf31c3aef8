//! Deleting events that are kept for a time of their own, once that is over, and any event of which nothing is left.
//!
//! The events whose time is over are found by its end, so that a round looks at none whose time goes on.

use nuncio_domain::{DeliveryId, EventId, State, Timestamp};

use super::prune::{Care, PIECE, delete_delivery, expire};
use crate::{
    fail::Fail,
    relational::{
        rows::{
            codec::{blob, event_id},
            delivery, shown,
        },
        write::Write,
    },
    sql::{self, Row, Sql, params},
};

const ENDED: &str = "SELECT e.id, e.seq, e.targets, e.replayed, e.tenant, r.ends_at FROM retentions r \
    INDEXED BY retentions_by_end CROSS JOIN events e ON e.seq = r.event \
    WHERE r.project = ?1 AND (r.ends_at, r.event) > (?2, ?3) AND r.ends_at <= ?4 \
    ORDER BY r.ends_at, r.event LIMIT ?5";

/// Deletes the events of a project whose own time is over, with all deliveries that are final, dead letters too: whoever
/// names a time means the payload. A delivery that is pending goes on, unless its endpoint is disabled or unverified, and
/// keeps its event until it is final. Returns the last one looked at, or `None` if there is no more.
pub(super) fn prune(
    write: &mut Write<'_>,
    project: i64,
    after: u128,
    now: Timestamp,
    care: Care,
) -> Result<Option<u128>, Fail> {
    let (ends_at, event) = ((after >> 64) as i64, after as u64 as i64);
    let ended = {
        let mut list = write.conn.prepare_cached(ENDED)?;
        let now = now.ms();
        let values = params![project, ends_at, event, now, PIECE];
        let ended = list.query_map(values, |row| Ok((OldEvent::read(row)?, row.get::<i64>(5)?)))?;
        ended.collect::<Result<Vec<_>, _>>()?
    };
    for (event, _) in &ended {
        care.with(write, |write| {
            delete_deliveries(write, project, event, now)?;
            event.delete_if_spent(write.conn, project)
        })?;
    }
    let last = ended.last();
    Ok(last.map(|(event, ends_at)| (*ends_at as u64 as u128) << 64 | event.seq as u64 as u128))
}

/// Deletes what is final of an event's deliveries, and gives up those that wait for an endpoint.
fn delete_deliveries(
    write: &mut Write<'_>,
    project: i64,
    event: &OldEvent,
    now: Timestamp,
) -> Result<(), Fail> {
    for id in event.delivery_ids(write.conn)? {
        let Some(found) = delivery::find(write.conn, project, id)? else {
            continue;
        };
        let goes_on = match found.progress.state {
            State::Pending { .. } => !expire(write, id, found.seq, found.endpoint, now)?,
            State::Succeeded | State::Dead(_) | State::Cancelled(_) => false,
        };
        if !goes_on {
            delete_delivery(write.conn, found.seq)?;
        }
    }
    Ok(())
}

/// An event that may be deleted.
pub(super) struct OldEvent {
    pub(super) id: EventId,
    seq: i64,
    targets: Vec<u8>,
    replayed: Vec<u8>,
    tenant: i64,
}

impl OldEvent {
    /// Reads the columns `id, seq, targets, replayed, tenant`.
    pub(super) fn read(row: &Row<'_>) -> sql::Result<Self> {
        Ok(Self {
            id: event_id(row, 0)?,
            seq: row.get(1)?,
            targets: row.get(2)?,
            replayed: row.get::<Option<_>>(3)?.unwrap_or_default(),
            tenant: row.get(4)?,
        })
    }

    fn delivery_ids(&self, conn: Sql<'_>) -> Result<Vec<DeliveryId>, Fail> {
        delivery::ids_of(conn, self.id, &self.targets, &self.replayed)
    }

    /// Deletes it if no delivery of it is left.
    pub(super) fn delete_if_spent(&self, conn: Sql<'_>, project: i64) -> Result<(), Fail> {
        for id in self.delivery_ids(conn)? {
            if shown::delivery_seq(conn, project, id)?.is_some() {
                return Ok(());
            }
        }
        conn.prepare_cached("DELETE FROM tenant_events WHERE tenant = ?1 AND id = ?2")?
            .execute(params![self.tenant, blob(self.id.bits())])?;
        conn.prepare_cached("DELETE FROM retentions WHERE event = ?1")?
            .execute([self.seq])?;
        conn.prepare_cached("DELETE FROM events WHERE seq = ?1")?
            .execute([self.seq])?;
        Ok(())
    }
}
