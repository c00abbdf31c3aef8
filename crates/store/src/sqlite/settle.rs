//! What appending leaves for later, so that it can be done for many events in one go: rows for targets that have
//! no outcome yet, and the lists of tenants' events. Two marks in `meta` say how far each has come.

use nuncio_domain::{DeliveryId, EndpointId};
use rusqlite::{Connection, OptionalExtension};

use super::{
    codec::{event_id, time, unpack_targets},
    delivery::{self, NewDelivery},
    fail::Fail,
    rollup,
    tally::Tally,
    write::Write,
};
use crate::{EndpointKey, EventKey, tail::TailRow};

/// Catches up: rows for the targets that have waited long enough (for all of them if `everything`), all events in
/// their tenants' lists, and the marks.
pub(super) fn settle(write: &mut Write<'_>, everything: bool) -> Result<(), Fail> {
    for row in write.tail.take_old(everything) {
        delivery::insert_pending(write.conn, &NewDelivery::from(&row), &row.progress())?;
    }
    let newest = *write.last_event;
    let watermark = write.tail.watermark(newest);
    move_mark(write.conn, "watermark", watermark)?;
    list(write.conn, write.tally)?;
    move_mark(write.conn, "listed", newest)
}

const LIST: &str = "INSERT OR IGNORE INTO tenant_events (tenant, id, event) \
    SELECT tenant, id, seq FROM events WHERE seq > (SELECT value FROM meta WHERE name = 'listed')";

const UNCOUNTED: &str = "SELECT project, tenant, created_at FROM events \
    WHERE seq > (SELECT value FROM meta WHERE name = 'listed') AND NOT test";

/// Puts the events that are in no list into their tenants', and counts them.
fn list(conn: &Connection, tally: &mut Tally) -> Result<(), Fail> {
    conn.prepare_cached(LIST)?.execute([])?;
    let mut uncounted = conn.prepare_cached(UNCOUNTED)?;
    let mut rows = uncounted.query([])?;
    while let Some(row) = rows.next()? {
        tally.event(row.get(0)?, row.get(1)?, time(row, 2)?);
    }
    Ok(())
}

fn move_mark(conn: &Connection, name: &str, to: EventKey) -> Result<(), Fail> {
    conn.prepare_cached("UPDATE meta SET value = ?2 WHERE name = ?1 AND value < ?2")?
        .execute((name, to.0))?;
    Ok(())
}

const WATERMARK: &str = "SELECT value FROM meta WHERE name = 'watermark'";
const NEWEST: &str = "SELECT coalesce(max(seq), 0) FROM events";
const AFTER: &str =
    "SELECT seq, id, project, created_at, targets FROM events WHERE seq > ?1 ORDER BY seq";

/// Catches up after a crash, and returns the newest event's number. Afterwards there is no tail, and nothing that
/// was accepted is without a row.
pub(super) fn recover(conn: &mut Connection) -> Result<EventKey, Fail> {
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let watermark: i64 = transaction.query_row(WATERMARK, [], |row| row.get(0))?;
    let newest: i64 = transaction.query_row(NEWEST, [], |row| row.get(0))?;
    let newest = EventKey(newest.max(watermark));
    write_missing(&transaction, EventKey(watermark))?;
    move_mark(&transaction, "watermark", newest)?;
    let mut tally = Tally::default();
    list(&transaction, &mut tally)?;
    rollup::store(&transaction, tally)?;
    move_mark(&transaction, "listed", newest)?;
    transaction.commit()?;
    Ok(newest)
}

/// Writes pending rows for all targets without one, of the events after the watermark.
fn write_missing(conn: &Connection, watermark: EventKey) -> Result<(), Fail> {
    let mut after = conn.prepare(AFTER)?;
    let mut rows = after.query([watermark.0])?;
    while let Some(row) = rows.next()? {
        let event_id = event_id(row, 1)?;
        for key in unpack_targets(&row.get::<_, Vec<u8>>(4)?) {
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

fn endpoint_id(conn: &Connection, key: EndpointKey) -> Result<Option<EndpointId>, Fail> {
    Ok(conn
        .prepare_cached("SELECT id FROM endpoints WHERE seq = ?1")?
        .query_row([key.0], |row| row.get::<_, [u8; 16]>(0))
        .optional()?
        .map(|bits| EndpointId::from_bits(u128::from_be_bytes(bits))))
}
