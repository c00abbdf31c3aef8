//! After a crash: rows for the targets that were in the tail.

use nuncio_domain::{DeliveryId, EndpointId};
use rusqlite::{Connection, OptionalExtension};

use super::{
    codec::{event_id, time, unpack_targets},
    delivery,
    fail::Fail,
};
use crate::{EndpointKey, EventKey, tail::TailRow};

const WATERMARK: &str = "SELECT value FROM meta WHERE name = 'watermark'";
const NEWEST: &str = "SELECT coalesce(max(seq), 0) FROM events";
const AFTER: &str =
    "SELECT seq, id, project, created_at, targets FROM events WHERE seq > ?1 ORDER BY seq";

/// Writes pending rows for all targets without one, and returns the newest event's number. Afterwards there is no
/// tail, and nothing that was accepted is without a row.
pub(super) fn recover(conn: &mut Connection) -> Result<EventKey, Fail> {
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let watermark: i64 = transaction.query_row(WATERMARK, [], |row| row.get(0))?;
    let newest: i64 = transaction.query_row(NEWEST, [], |row| row.get(0))?;
    let newest = newest.max(watermark);
    let mut after = transaction.prepare(AFTER)?;
    let mut rows = after.query([watermark])?;
    while let Some(row) = rows.next()? {
        for key in unpack_targets(&row.get::<_, Vec<u8>>(4)?) {
            let event_id = event_id(row, 1)?;
            let Some(endpoint) = endpoint_id(&transaction, key)? else {
                continue;
            };
            let target = TailRow {
                event: EventKey(row.get(0)?),
                event_id,
                project: row.get(2)?,
                endpoint: key,
                delivery: DeliveryId::derive(event_id, endpoint, 0),
                created_at: time(row, 3)?,
            };
            delivery::insert_missing(&transaction, &target)?;
        }
    }
    drop(rows);
    drop(after);
    transaction.execute(
        "UPDATE meta SET value = ?1 WHERE name = 'watermark'",
        [newest],
    )?;
    transaction.commit()?;
    Ok(EventKey(newest))
}

fn endpoint_id(conn: &Connection, key: EndpointKey) -> Result<Option<EndpointId>, Fail> {
    Ok(conn
        .prepare_cached("SELECT id FROM endpoints WHERE seq = ?1")?
        .query_row([key.0], |row| row.get::<_, [u8; 16]>(0))
        .optional()?
        .map(|bits| EndpointId::from_bits(u128::from_be_bytes(bits))))
}
