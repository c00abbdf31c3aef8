//! Deliveries that come one after the other: the queues of ordering keys.
//!
//! A delivery is in its queue from its row's first moment until it is final, and leaves it for good. Only the first of
//! a queue has a due time, so nothing that looks for due deliveries can find another. Whoever makes a delivery final
//! goes through [`change`], which gives the next one its due time back in the same transaction: a crash finds either
//! both or neither.

use nuncio_domain::{DeliveryId, Next, Progress, State, Timestamp};

use crate::{
    EndpointKey, OrderingHash, Record,
    fail::Fail,
    relational::{
        rows::{
            codec::{self, delivery_id},
            delivery::{self, Last, Place, Stored},
        },
        write::Write,
    },
    sql::{OptionalExtension, Sql, params},
};

const FIRST: &str = "SELECT id FROM deliveries INDEXED BY deliveries_ordering \
    WHERE endpoint = ?1 AND ordering = ?2 AND state = 0 ORDER BY event LIMIT 1";

/// The first delivery of a queue.
pub(crate) fn first(
    conn: Sql<'_>,
    endpoint: EndpointKey,
    queue: OrderingHash,
) -> Result<Option<DeliveryId>, Fail> {
    Ok(conn
        .prepare_cached(FIRST)?
        .query_row([endpoint.0, queue.0], |row| delivery_id(row, 0))
        .optional()?)
}

/// The place that a new event's delivery gets: the last.
pub(crate) fn last_place(
    conn: Sql<'_>,
    endpoint: EndpointKey,
    queue: OrderingHash,
) -> Result<Place, Fail> {
    Ok(Place {
        queue,
        blocked: first(conn, endpoint, queue)?.is_some(),
    })
}

/// Writes down where a delivery stands now. If it has become final, the next of its queue may start.
pub(crate) fn change(
    write: &mut Write<'_>,
    stored: &Stored,
    progress: &Progress,
    finished_at: Option<Timestamp>,
) -> Result<(), Fail> {
    delivery::update(write.conn, stored, progress, finished_at)?;
    free_next(write, stored, progress)
}

/// The same after an attempt that ended so.
pub(crate) fn change_attempted(
    write: &mut Write<'_>,
    stored: &Stored,
    progress: &Progress,
    last: Last<'_>,
) -> Result<(), Fail> {
    delivery::update_attempted(write.conn, stored, progress, last)?;
    free_next(write, stored, progress)
}

fn free_next(write: &mut Write<'_>, stored: &Stored, progress: &Progress) -> Result<(), Fail> {
    match (stored.place, progress.state) {
        (None, _) | (Some(_), State::Pending { .. }) => Ok(()),
        (Some(place), State::Succeeded | State::Dead(_) | State::Cancelled(_)) => {
            free_first(write, stored.endpoint, place.queue)
        }
    }
}

const FREE: &str = "UPDATE deliveries SET due = scheduled_due WHERE due IS NULL AND seq = \
    (SELECT seq FROM deliveries INDEXED BY deliveries_ordering \
    WHERE endpoint = ?1 AND ordering = ?2 AND state = 0 ORDER BY event LIMIT 1) RETURNING due";

/// Lets the first of a queue start, if it was not the first before.
fn free_first(
    write: &mut Write<'_>,
    endpoint: EndpointKey,
    queue: OrderingHash,
) -> Result<(), Fail> {
    let due = write
        .conn
        .prepare_cached(FREE)?
        .query_row([endpoint.0, queue.0], |row| codec::time(row, 0))
        .optional()?;
    // An endpoint that waits is looked at again when it is changed.
    if let Some(due) = due
        && !write.waits(endpoint)
    {
        write.effects.due.push((endpoint, due));
    }
    Ok(())
}

const AWAITED: &str = "SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_ordering \
    WHERE endpoint = ?1 AND ordering = ?2 AND state = 0 AND event > ?3)";

/// Whether an outcome lets another delivery start.
pub(crate) fn is_awaited(conn: Sql<'_>, record: &Record) -> Result<bool, Fail> {
    let ends = match record.done.next {
        Next::Succeed | Next::Die(_) | Next::Cancel(_) => true,
        Next::RetryAt(_) | Next::WaitUntil(_) => false,
    };
    match record.ordering.filter(|_| ends) {
        None => Ok(false),
        Some(queue) => Ok(conn.prepare_cached(AWAITED)?.query_row(
            params![record.endpoint_key.0, queue.0, record.event_key.0],
            |row| row.get(0),
        )?),
    }
}
