//! Writing outcomes down, many at once.
//!
//! What is known of their deliveries is read in one go, merged here, and left to be written with the commit. A delivery
//! goes the way of single rows if another waits for its end, if it is a test, if the operator may have to be told of it,
//! or if its payload was erased.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use nuncio_domain::{DeliveryId, Progress, State, Timestamp};

use super::Deferred;
use crate::{
    Record,
    fail::Fail,
    relational::{
        changes::record::{self, HealthChanges, Held},
        rows::{
            attempt,
            codec::{blob, delivery_id, optional_time},
            delivery::{self, Stored},
            pause,
        },
        write::Write,
    },
    sql::{ArrayRows, Row, Session, params},
};

// Each is looked up by itself, however small the tables are when this is planned: a part with `OFFSET 0` or `FOR UPDATE`
// is not turned around.
pub(super) const FIND: &str = "SELECT d.seq, d.event, d.endpoint, d.finished_at, d.state, d.reason, d.scheduled_due, d.extra, \
    d.attempts, d.scheduled, d.first_began, d.trigger, d.created_at, d.ordering, d.due IS NULL, d.id, e.project, e.test, \
    e.deliver_at, e.erased FROM UNNEST($1::bigint[], $2::bytea[]) AS w (event, id), \
    LATERAL (SELECT project, test, deliver_at, payload IS NULL AS erased FROM events WHERE seq = w.event OFFSET 0) e, \
    LATERAL (SELECT * FROM deliveries WHERE project = e.project AND id = w.id FOR UPDATE) d";

pub(super) const UPDATE: &str = "UPDATE deliveries d SET state = w.state, reason = w.reason, due = w.due, \
    scheduled_due = w.scheduled_due, extra = w.extra, attempts = w.attempts, scheduled = w.scheduled, \
    first_began = w.first_began, trigger = w.trigger, finished_at = w.finished_at, last_status = w.last_status, \
    last_error = w.last_error FROM UNNEST($1::bigint[], $2::smallint[], $3::text[], $4::bigint[], $5::bigint[], \
    $6::bigint[], $7::integer[], $8::integer[], $9::bigint[], $10::text[], $11::bigint[], $12::integer[], $13::text[]) \
    AS w (seq, state, reason, due, scheduled_due, extra, attempts, scheduled, first_began, trigger, finished_at, \
    last_status, last_error) WHERE d.seq = w.seq";

pub(super) const ATTEMPTS: &str = "INSERT INTO attempts (seq, id, trigger, started_at, url, dialect, request_headers, status, \
    response_headers, truncated, error, error_detail, dns_us, connect_us, tls_us, first_byte_us, total_us, \
    response_body, metadata, project, endpoint, transform) SELECT * FROM UNNEST($1::bigint[], $2::bytea[], $3::text[], \
    $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::integer[], $9::text[], $10::smallint[], $11::text[], \
    $12::text[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bytea[], $19::text[], \
    $20::bigint[], $21::bigint[], $22::bigint[])";

/// Writes outcomes down. A delivery that is gone by now needs none.
pub(in crate::postgres) fn outcomes(
    write: &mut Write<'_>,
    deferred: &mut Deferred<'_>,
    piece: &[Held],
) -> Result<(), Fail> {
    if piece.is_empty() {
        return Ok(());
    }
    let session = deferred.session();
    let before = find(session, piece)?;
    let mut after = before.clone();
    for held in piece {
        if let Some(found) = after.get_mut(&held.record.delivery) {
            *found = found.after(held);
        }
    }
    let mut batch = Batch {
        now: before,
        updated: HashMap::new(),
        attempts: ArrayRows::new(session, ATTEMPTS)?,
    };
    let mut health = HealthChanges::default();
    for held in piece {
        let is_test = match after.get(&held.record.delivery) {
            None => None,
            Some(found) if found.is_seldom => record::merge(write, held)?,
            Some(_) => {
                batch.merge(write, held)?;
                Some(false)
            }
        };
        if let Some(is_test) = is_test {
            health.note(write, &held.record, is_test);
        }
        if let Some(until) = held.record.pause_until {
            pause::note(write.conn, held.record.endpoint_key, until)?;
        }
    }
    batch.defer(piece, deferred)?;
    health.store(write)
}

/// A delivery as it is known, with what counting asks of its event.
#[derive(Clone, Copy)]
struct Found {
    stored: Stored,
    project: i64,
    deliver_at: Option<Timestamp>,
    /// Whether it goes the way of single rows.
    is_seldom: bool,
}

impl Found {
    fn read(row: &Row<'_>) -> Result<Self, Fail> {
        let stored = delivery::stored(row)??;
        let (is_test, is_erased): (bool, bool) = (row.get(17)?, row.get(19)?);
        Ok(Self {
            stored,
            project: row.get(16)?,
            deliver_at: optional_time(row, 18)?,
            is_seldom: is_test || is_erased || stored.place.is_some(),
        })
    }

    /// The same after an outcome.
    fn after(self, held: &Held) -> Self {
        let record = &*held.record;
        let before = self.stored.progress;
        let progress = before.after(record.done);
        let told_of = match progress.state {
            State::Dead(_) => true,
            State::Succeeded => before.may_have_been_dead(),
            State::Pending { .. } | State::Cancelled(_) => false,
        };
        let finished_at = record::last(record, &progress, self.stored.finished_at).finished_at;
        Self {
            is_seldom: self.is_seldom || told_of || progress.attempts >= attempt::NUMBER_MAX,
            stored: Stored {
                progress,
                finished_at,
                ..self.stored
            },
            ..self
        }
    }
}

/// The deliveries of outcomes, locked.
fn find(session: &Session, piece: &[Held]) -> Result<HashMap<DeliveryId, Found>, Fail> {
    let mut find = ArrayRows::new(session, FIND)?;
    let mut known = HashSet::with_capacity(piece.len());
    for Held { record, .. } in piece {
        if known.insert(record.delivery) {
            find.push(params![record.event_key.0, blob(record.delivery.bits())])?;
        }
    }
    let rows = session.wait(find.query(session))?;
    let found = rows.iter().map(|row| {
        let row = Row::Postgres(row);
        let id = delivery_id(&row, 15)?;
        Ok((id, Found::read(&row)?))
    });
    found.collect()
}

/// Rows to be written.
struct Batch {
    /// The deliveries as they stand so far.
    now: HashMap<DeliveryId, Found>,
    /// The last outcome of each that has had one.
    updated: HashMap<DeliveryId, Arc<Record>>,
    attempts: ArrayRows,
}

impl Batch {
    /// Merges an outcome with its delivery, which is no test's.
    fn merge(&mut self, write: &mut Write<'_>, held: &Held) -> Result<(), Fail> {
        let Held { record, headers } = held;
        let Some(found) = self.now.get_mut(&record.delivery) else {
            return Ok(());
        };
        let before = found.stored;
        *found = found.after(held);
        let progress: Progress = found.stored.progress;
        let of = attempt::Of {
            delivery: before.seq,
            project: found.project,
            endpoint: record.endpoint_key,
        };
        attempt::with_values(of, progress.attempts, &record.attempt, headers, |values| {
            self.attempts.push(values)
        })??;
        self.updated.insert(record.delivery, Arc::clone(record));
        record::announce(write, record, &progress);
        let from = found
            .deliver_at
            .map_or(before.created_at, |at| at.max(before.created_at));
        let states = (before.progress.state, progress.state);
        record::count(write, record, found.project, from, states);
        Ok(())
    }

    fn defer(self, piece: &[Held], deferred: &mut Deferred<'_>) -> Result<(), Fail> {
        let mut updates = ArrayRows::new(deferred.session(), UPDATE)?;
        for held in piece {
            let record = &held.record;
            // The last one says how the last attempt ended.
            let is_last = self
                .updated
                .get(&record.delivery)
                .is_some_and(|last| Arc::ptr_eq(last, record));
            let Some(Found { stored, .. }) = self.now.get(&record.delivery).filter(|_| is_last)
            else {
                continue;
            };
            let last = record::last(record, &stored.progress, stored.finished_at);
            delivery::with_attempted(stored, &stored.progress, last, |values| {
                updates.push(values)
            })?;
        }
        deferred.add(updates);
        deferred.add(self.attempts);
        Ok(())
    }
}
