//! Delivery rows: put in, found, changed.

use nuncio_domain::{DeliveryId, ErrorClass, EventId, Progress, Timestamp};

use super::codec::{self, blob};
use crate::{
    EndpointKey, EventKey, OrderingHash,
    codec::{
        states::{scheduled_due, state_code},
        targets::{unpack_replayed, unpack_targets},
    },
    fail::Fail,
    sql::{self, OptionalExtension, Row, Sql, Value, params},
    tail::TailRow,
};

/// Where a delivery is in its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The queue, among those of its endpoint.
    pub(crate) queue: OrderingHash,
    /// Whether another is before it.
    pub(crate) blocked: bool,
}

/// A delivery that is not in the database yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewDelivery {
    pub(crate) id: DeliveryId,
    pub(crate) event: EventKey,
    pub(crate) endpoint: EndpointKey,
    pub(crate) project: i64,
    pub(crate) generation: u32,
    pub(crate) created_at: Timestamp,
    /// Where it is in the queue of its ordering key.
    pub(crate) place: Option<Place>,
}

impl From<&TailRow> for NewDelivery {
    fn from(row: &TailRow) -> Self {
        Self {
            id: row.delivery,
            event: row.event,
            endpoint: row.endpoint,
            project: row.project,
            generation: 0,
            created_at: row.created_at,
            place: None,
        }
    }
}

/// How the last attempt ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Last<'a> {
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<&'a ErrorClass>,
    pub(crate) finished_at: Option<Timestamp>,
}

const INSERT: &str = "INSERT INTO deliveries (id, event, endpoint, project, generation, state, reason, due, \
    scheduled_due, extra, attempts, scheduled, first_began, trigger, last_status, last_error, created_at, finished_at, \
    ordering) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)";

/// Puts a delivery in and returns its number.
pub(crate) fn insert(
    conn: Sql<'_>,
    new: &NewDelivery,
    progress: &Progress,
    last: Last<'_>,
) -> Result<i64, Fail> {
    with_values(new, progress, last, |values| {
        Ok(conn.prepare_cached(INSERT)?.insert(values)?)
    })
}

/// The values of its row.
pub(crate) fn with_values<R>(
    new: &NewDelivery,
    progress: &Progress,
    last: Last<'_>,
    put: impl FnOnce(&[Value<'_>]) -> R,
) -> R {
    put(params![
        blob(new.id.bits()),
        new.event.0,
        new.endpoint.0,
        new.project,
        new.generation,
        state_code(progress.state),
        progress.state.reason().map(|reason| reason.as_str()),
        due(progress, new.place),
        scheduled_due(progress),
        progress.extra.map(Timestamp::ms),
        progress.attempts,
        progress.scheduled,
        progress.first_began.map(Timestamp::ms),
        progress.trigger.as_str(),
        last.status,
        last.error.map(ErrorClass::as_str),
        new.created_at.ms(),
        last.finished_at.map(Timestamp::ms),
        new.place.map(|place| place.queue.0),
    ])
}

/// When it may be attempted: not by itself while another is before it.
fn due(progress: &Progress, place: Option<Place>) -> Option<i64> {
    match place {
        Some(Place { blocked: true, .. }) => None,
        Some(Place { blocked: false, .. }) | None => progress.due().map(Timestamp::ms),
    }
}

/// Puts a pending delivery in.
pub(crate) fn insert_pending(
    conn: Sql<'_>,
    new: &NewDelivery,
    progress: &Progress,
) -> Result<i64, Fail> {
    insert(conn, new, progress, Last::default())
}

const INSERT_MISSING: &str = "INSERT OR IGNORE INTO deliveries (id, event, endpoint, project, generation, state, due, \
    scheduled_due, attempts, scheduled, trigger, created_at) VALUES (?1, ?2, ?3, ?4, 0, 0, ?5, ?5, 0, 0, 'schedule', ?5)";

/// Puts a pending delivery in unless it is there.
pub(crate) fn insert_missing(conn: Sql<'_>, row: &TailRow) -> Result<(), Fail> {
    conn.prepare_cached(INSERT_MISSING)?.execute(params![
        blob(row.delivery.bits()),
        row.event.0,
        row.endpoint.0,
        row.project,
        row.created_at.ms(),
    ])?;
    Ok(())
}

/// A delivery as changes need it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    pub(crate) seq: i64,
    pub(crate) event: EventKey,
    pub(crate) endpoint: EndpointKey,
    pub(crate) progress: Progress,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    /// Where it is in the queue of its ordering key, until it is final.
    pub(crate) place: Option<Place>,
}

const FIND: &str = "SELECT seq, event, endpoint, finished_at, state, reason, scheduled_due, extra, attempts, scheduled, \
    first_began, trigger, created_at, ordering, due IS NULL FROM deliveries WHERE project = ?1 AND id = ?2";
const LOAD: &str = "SELECT seq, event, endpoint, finished_at, state, reason, scheduled_due, extra, attempts, scheduled, \
    first_began, trigger, created_at, ordering, due IS NULL FROM deliveries WHERE seq = ?1";

/// A delivery, from the columns that [`find`] reads.
pub(crate) fn stored(row: &Row<'_>) -> sql::Result<Result<Stored, Fail>> {
    let (seq, event, endpoint) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let finished_at = codec::optional_time(row, 3)?;
    let created_at = codec::time(row, 12)?;
    let (queue, blocked) = (row.get::<Option<i64>>(13)?, row.get(14)?);
    Ok(codec::progress(row, 4).map(|progress| Stored {
        seq,
        event: EventKey(event),
        endpoint: EndpointKey(endpoint),
        progress,
        finished_at,
        created_at,
        place: queue.map(|queue| Place {
            queue: OrderingHash(queue),
            blocked,
        }),
    }))
}

/// The delivery of a project with that id.
pub(crate) fn find(conn: Sql<'_>, project: i64, id: DeliveryId) -> Result<Option<Stored>, Fail> {
    conn.prepare_cached(FIND)?
        .query_row(params![project, blob(id.bits())], stored)
        .optional()?
        .transpose()
}

/// The delivery with that number.
pub(crate) fn load(conn: Sql<'_>, seq: i64) -> Result<Option<Stored>, Fail> {
    conn.prepare_cached(LOAD)?
        .query_row([seq], stored)
        .optional()?
        .transpose()
}

const UPDATE: &str = "UPDATE deliveries SET state = ?2, reason = ?3, due = ?4, scheduled_due = ?5, extra = ?6, \
    attempts = ?7, scheduled = ?8, first_began = ?9, trigger = ?10, finished_at = ?11, \
    ordering = CASE WHEN ?2 = 0 THEN ordering END WHERE seq = ?1";

/// Writes down where a delivery stands now. For `order::change` alone, which sees to those that
/// wait for it.
pub(crate) fn update(
    conn: Sql<'_>,
    stored: &Stored,
    progress: &Progress,
    finished_at: Option<Timestamp>,
) -> Result<(), Fail> {
    conn.prepare_cached(UPDATE)?.execute(params![
        stored.seq,
        state_code(progress.state),
        progress.state.reason().map(|reason| reason.as_str()),
        due(progress, stored.place),
        scheduled_due(progress),
        progress.extra.map(Timestamp::ms),
        progress.attempts,
        progress.scheduled,
        progress.first_began.map(Timestamp::ms),
        progress.trigger.as_str(),
        finished_at.map(Timestamp::ms),
    ])?;
    Ok(())
}

const UPDATE_ATTEMPTED: &str = "UPDATE deliveries SET state = ?2, reason = ?3, due = ?4, scheduled_due = ?5, \
    extra = ?6, attempts = ?7, scheduled = ?8, first_began = ?9, trigger = ?10, finished_at = ?11, \
    ordering = CASE WHEN ?2 = 0 THEN ordering END, last_status = ?12, last_error = ?13 WHERE seq = ?1";

/// The same after an attempt, with how that ended.
pub(crate) fn update_attempted(
    conn: Sql<'_>,
    stored: &Stored,
    progress: &Progress,
    last: Last<'_>,
) -> Result<(), Fail> {
    with_attempted(stored, progress, last, |values| {
        conn.prepare_cached(UPDATE_ATTEMPTED)?.execute(values)
    })?;
    Ok(())
}

/// The values of that: `seq`, and the columns in the statement's order.
pub(crate) fn with_attempted<R>(
    stored: &Stored,
    progress: &Progress,
    last: Last<'_>,
    put: impl FnOnce(&[Value<'_>]) -> R,
) -> R {
    put(params![
        stored.seq,
        state_code(progress.state),
        progress.state.reason().map(|reason| reason.as_str()),
        due(progress, stored.place),
        scheduled_due(progress),
        progress.extra.map(Timestamp::ms),
        progress.attempts,
        progress.scheduled,
        progress.first_began.map(Timestamp::ms),
        progress.trigger.as_str(),
        last.finished_at.map(Timestamp::ms),
        last.status,
        last.error.map(ErrorClass::as_str),
    ])
}

const EARLIEST: &str = "SELECT due FROM deliveries INDEXED BY deliveries_due WHERE endpoint = ?1 AND state = 0 \
    AND due IS NOT NULL ORDER BY due LIMIT 1";

/// When the first pending delivery of an endpoint is due.
pub(crate) fn earliest_due(
    conn: Sql<'_>,
    endpoint: EndpointKey,
) -> Result<Option<Timestamp>, Fail> {
    Ok(conn
        .prepare_cached(EARLIEST)?
        .query_row([endpoint.0], |row| codec::time(row, 0))
        .optional()?)
}

/// The ids of all deliveries that an event has or had.
pub(crate) fn ids_of(
    conn: Sql<'_>,
    event: EventId,
    targets: &[u8],
    replayed: &[u8],
) -> Result<Vec<DeliveryId>, Fail> {
    let mut find = conn.prepare_cached("SELECT id FROM endpoints WHERE seq = ?1")?;
    let mut ids = Vec::new();
    let first = unpack_targets(targets).map(|key| (key, 0));
    for (key, generation) in first.chain(unpack_replayed(replayed)) {
        let bits = find
            .query_row([key.0], |row| row.get::<[u8; 16]>(0))
            .optional()?;
        if let Some(bits) = bits {
            let endpoint = nuncio_domain::EndpointId::from_bits(u128::from_be_bytes(bits));
            ids.push(DeliveryId::derive(event, endpoint, generation));
        }
    }
    Ok(ids)
}
