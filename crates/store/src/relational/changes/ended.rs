//! Deliveries that end without an attempt, as they are counted.

use nuncio_domain::Timestamp;

use crate::{
    EventKey,
    fail::Fail,
    relational::{
        rows::{codec::optional_time, delivery::Stored},
        write::Write,
    },
    sql::OptionalExtension,
    tally::{End, Whose},
};

/// What counting asks of an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventPart {
    pub(crate) project: i64,
    pub(crate) test: bool,
    pub(crate) deliver_at: Option<Timestamp>,
    /// Whether its payload is gone.
    pub(crate) erased: bool,
}

/// Looks it up; `None` if the event is gone.
pub(crate) fn event_part(write: &Write<'_>, key: EventKey) -> Result<Option<EventPart>, Fail> {
    // `typeof` reads nothing of a long payload.
    const FIND: &str =
        "SELECT project, test, deliver_at, typeof(payload) = 'null' FROM events WHERE seq = ?1";
    Ok(write
        .conn
        .prepare_cached(FIND)?
        .query_row([key.0], |row| {
            Ok(EventPart {
                project: row.get(0)?,
                test: row.get(1)?,
                deliver_at: optional_time(row, 2)?,
                erased: row.get(3)?,
            })
        })
        .optional()?)
}

/// Counts a delivery that ended without an attempt, unless it is a test's.
pub(crate) fn count_end(
    write: &mut Write<'_>,
    delivery: &Stored,
    at: Timestamp,
    end: End,
) -> Result<(), Fail> {
    if let Some(event) = event_part(write, delivery.event)?
        && !event.test
    {
        let whose = Whose {
            project: event.project,
            endpoint: delivery.endpoint,
        };
        write.tally.end(whose, at, end);
    }
    Ok(())
}
