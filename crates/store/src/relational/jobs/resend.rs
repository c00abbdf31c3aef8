//! New deliveries of old events, as jobs make them: one event at a time, however many of them.

use nuncio_domain::{DeliveryId, EndpointId, EventId, Progress, SendAgain, Timestamp};

use crate::{
    EndpointKey, EventKey,
    codec::{states::PENDING, targets::pack_replayed},
    fail::Fail,
    relational::{
        rows::{
            codec::blob,
            delivery::{self, NewDelivery},
        },
        write::Write,
    },
    sql::{Sql, params},
};

/// Events that one piece looks at: some milliseconds of the writer's time.
pub(super) const LOOKED_AT_MAX: usize = 1_000;
/// Events that counting looks at: a second or so. Of more, the total grows as the job goes on.
pub(super) const COUNTED_MAX: usize = 250_000;

/// An event that is to get deliveries.
pub(super) struct Resent {
    pub(super) event: EventKey,
    pub(super) id: EventId,
    /// To which endpoints, each with the new delivery's generation.
    pub(super) to: Vec<(EndpointKey, EndpointId, u32)>,
    /// The deliveries that it has got later already.
    pub(super) replayed: Vec<(EndpointKey, u32)>,
}

/// Whether a delivery is under way.
pub(super) fn is_pending(conn: Sql<'_>, project: i64, id: DeliveryId) -> Result<bool, Fail> {
    let mut find = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM deliveries WHERE project = ?1 AND id = ?2 AND state = ?3)",
    )?;
    let found = find.query_row(params![project, blob(id.bits()), PENDING], |row| row.get(0))?;
    Ok(found)
}

/// Gives an event its deliveries, due now.
pub(super) fn deliver(
    write: &mut Write<'_>,
    project: i64,
    resent: Resent,
    again: SendAgain,
    now: Timestamp,
) -> Result<(), Fail> {
    let mut replayed = resent.replayed;
    for (endpoint, id, generation) in resent.to {
        let new = NewDelivery {
            id: DeliveryId::derive(resent.id, id, generation),
            event: resent.event,
            endpoint,
            project,
            generation,
            created_at: now,
            place: None,
        };
        // The first time that it goes there is what should have been, not a replay.
        let trigger = match generation {
            0 => again.late(),
            _ => again.replay(),
        };
        delivery::insert_pending(write.conn, &new, &Progress::new(now, trigger))?;
        replayed.push((endpoint, generation));
        write.effects.due.push((endpoint, now));
    }
    write
        .conn
        .prepare_cached("UPDATE events SET replayed = ?2 WHERE seq = ?1")?
        .execute(params![resent.event.0, pack_replayed(&replayed)])?;
    Ok(())
}
