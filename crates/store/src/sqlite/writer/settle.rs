//! What appending leaves for later, so that it can be done for many events in one go: rows for targets that have
//! no outcome yet, and the lists of tenants' events. Two marks in `meta` say how far each has come.

use nuncio_domain::{DeliveryId, EndpointId};

use crate::{
    EndpointKey, EventKey,
    codec::targets::unpack_targets,
    fail::Fail,
    needs::RowsNow,
    relational::{
        rows::{
            codec::{event_id, time},
            delivery::{self, NewDelivery},
            rollup,
        },
        write::Write,
    },
    sql::{OptionalExtension, Sql, params},
    tail::TailRow,
    tally::Tally,
};

/// Events that are listed in one commit: some milliseconds. Fewer would write the same pages again and again.
const LISTED_MAX: i64 = 2_000;
/// The same while others wait to be taken in: a millisecond or so.
const LISTED_LEAST: i64 = 512;

/// Catches up by a piece: rows for the targets that have waited long enough and for those that are wanted
/// `now`, `limit` at most; events up to `goal` in their tenants' lists, a few only if `limited`; and the marks.
/// Says whether there is more.
pub(crate) fn settle(
    write: &mut Write<'_>,
    goal: EventKey,
    now: Option<RowsNow>,
    limit: usize,
    limited: bool,
) -> Result<bool, Fail> {
    let rows = write.tail.take_old(now, limit);
    for row in &rows {
        delivery::insert_pending(write.conn, &NewDelivery::from(row), &row.progress())?;
    }
    let watermark = write.tail.watermark(*write.last_event);
    move_mark(write.conn, "watermark", watermark)?;
    let listed = mark(write.conn, "listed")?;
    let most = if limited { LISTED_LEAST } else { LISTED_MAX };
    let to = goal.min(EventKey(listed.0 + most));
    list(write.conn, write.tally, listed, to)?;
    Ok(rows.len() == limit || to < goal)
}

const LIST: &str = "INSERT OR IGNORE INTO tenant_events (tenant, id, event) \
    SELECT tenant, id, seq FROM events WHERE seq > ?1 AND seq <= ?2";
const COUNT: &str =
    "SELECT project, tenant, created_at FROM events WHERE seq > ?1 AND seq <= ?2 AND NOT test";

/// Puts events into their tenants' lists, counts them, and moves the mark.
fn list(conn: Sql<'_>, tally: &mut Tally, after: EventKey, to: EventKey) -> Result<(), Fail> {
    conn.prepare_cached(LIST)?.execute([after.0, to.0])?;
    let mut uncounted = conn.prepare_cached(COUNT)?;
    let mut rows = uncounted.query([after.0, to.0])?;
    while let Some(row) = &rows.next()? {
        tally.event(row.get(0)?, row.get(1)?, time(row, 2)?);
    }
    move_mark(conn, "listed", to)
}

fn mark(conn: Sql<'_>, name: &str) -> Result<EventKey, Fail> {
    let mut find = conn.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(EventKey(find.query_row([name], |row| row.get(0))?))
}

fn move_mark(conn: Sql<'_>, name: &str, to: EventKey) -> Result<(), Fail> {
    conn.prepare_cached("UPDATE meta SET value = ?2 WHERE name = ?1 AND value < ?2")?
        .execute(params![name, to.0])?;
    Ok(())
}

const NEWEST: &str = "SELECT coalesce(max(seq), 0) FROM events";
const AFTER: &str =
    "SELECT seq, id, project, created_at, targets FROM events WHERE seq > ?1 ORDER BY seq";

/// Catches up after a crash, and returns the newest event's number. Afterwards there is no tail, and nothing that
/// was accepted is without a row.
pub(crate) fn recover(conn: &mut rusqlite::Connection) -> Result<EventKey, Fail> {
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let sql = Sql::from(&*transaction);
    let watermark = mark(sql, "watermark")?;
    let newest = EventKey(sql.query_row(NEWEST, [], |row| row.get(0))?).max(watermark);
    write_missing(sql, watermark)?;
    move_mark(sql, "watermark", newest)?;
    let mut tally = Tally::default();
    let listed = mark(sql, "listed")?;
    list(sql, &mut tally, listed, newest)?;
    rollup::store(sql, tally)?;
    transaction.commit()?;
    Ok(newest)
}

/// Writes pending rows for all targets without one, of the events after the watermark.
fn write_missing(conn: Sql<'_>, watermark: EventKey) -> Result<(), Fail> {
    let mut after = conn.prepare_cached(AFTER)?;
    let mut rows = after.query([watermark.0])?;
    while let Some(row) = &rows.next()? {
        let event_id = event_id(row, 1)?;
        for key in unpack_targets(&row.get::<Vec<u8>>(4)?) {
            let Some(endpoint) = endpoint_id(conn, key)? else {
                continue;
            };
            let created_at = time(row, 3)?;
            let target = TailRow {
                event: EventKey(row.get(0)?),
                event_id,
                project: row.get(2)?,
                endpoint: key,
                delivery: DeliveryId::derive(event_id, endpoint, 0),
                created_at,
                // A steady clock that starts now begins at the wall clock.
                due: created_at,
            };
            delivery::insert_missing(conn, &target)?;
        }
    }
    Ok(())
}

fn endpoint_id(conn: Sql<'_>, key: EndpointKey) -> Result<Option<EndpointId>, Fail> {
    Ok(conn
        .prepare_cached("SELECT id FROM endpoints WHERE seq = ?1")?
        .query_row([key.0], |row| row.get::<[u8; 16]>(0))
        .optional()?
        .map(|bits| EndpointId::from_bits(u128::from_be_bytes(bits))))
}
