//! What was counted, written in one statement.
//!
//! A connection's rollups are its own, so it knows them: what it wrote last is kept in memory, for the running minute and
//! hour, and read only where it is not there.

use std::collections::HashMap;

use nuncio_domain::Timestamp;

use super::Deferred;
use crate::{
    Rollup,
    fail::Fail,
    relational::rows::rollup,
    sql::{ArrayRows, Row, Session, Value, params},
    tally::{RollupKey, Tally},
};

/// Rollups that are kept in memory: some ten megabytes.
const KEPT_MAX: usize = 20_000;

pub(super) const FIND: &str = "SELECT r.events, r.attempts, r.attempts_failed, r.succeeded, r.dead, r.cancelled, r.last_success, \
    r.last_failure, r.attempt_times, r.delivery_times, w.n \
    FROM UNNEST($1::smallint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::integer[]) \
    WITH ORDINALITY AS w (unit, at, project, scope, owner, writer, n), LATERAL (SELECT * FROM rollups r \
    WHERE r.unit = w.unit AND r.at = w.at AND r.project = w.project AND r.scope = w.scope AND r.owner = w.owner \
    AND r.writer = w.writer OFFSET 0) r";

pub(super) const PUT: &str = "INSERT INTO rollups (unit, at, project, scope, owner, writer, events, attempts, attempts_failed, \
    succeeded, dead, cancelled, last_success, last_failure, attempt_times, delivery_times) SELECT * FROM \
    UNNEST($1::smallint[], $2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::integer[], $7::bigint[], \
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], \
    $15::bytea[], $16::bytea[]) ON CONFLICT (unit, at, project, scope, owner, writer) DO UPDATE SET events = \
    excluded.events, attempts = excluded.attempts, attempts_failed = excluded.attempts_failed, succeeded = \
    excluded.succeeded, dead = excluded.dead, cancelled = excluded.cancelled, last_success = \
    excluded.last_success, last_failure = excluded.last_failure, attempt_times = excluded.attempt_times, \
    delivery_times = excluded.delivery_times";

/// Rollups as they are once a transaction is committed.
pub(in crate::postgres) type Changed = Vec<(RollupKey, Rollup)>;

/// The rollups that a connection has written.
#[derive(Default)]
pub(in crate::postgres) struct Rollups {
    known: HashMap<RollupKey, Rollup>,
    newest: Timestamp,
}

impl Rollups {
    /// Adds what was counted, to be written with the commit.
    pub(in crate::postgres) fn add(
        &self,
        tally: Tally,
        deferred: &mut Deferred<'_>,
    ) -> Result<Changed, Fail> {
        let session = deferred.session();
        let mut changed: Changed = tally.rollups().into_iter().collect();
        if changed.is_empty() {
            return Ok(changed);
        }
        let mut unknown = Vec::new();
        for (place, (key, rollup)) in changed.iter_mut().enumerate() {
            match self.known.get(key) {
                Some(before) => rollup.merge(before),
                None => unknown.push(place),
            }
        }
        find(session, &unknown, &mut changed)?;
        let mut put = ArrayRows::new(session, PUT)?;
        for (key, rollup) in &changed {
            rollup::with_values(*key, Some(session.writer()), rollup, |values| {
                put.push(values)
            })?;
        }
        deferred.add(put);
        Ok(changed)
    }

    /// They are committed.
    pub(in crate::postgres) fn keep(&mut self, changed: Changed) {
        let newest = changed.iter().map(|(key, _)| key.at).max();
        if newest.is_some_and(|newest| newest > self.newest) {
            self.newest = newest.unwrap_or_default();
            let newest = self.newest;
            self.known.retain(|key, _| key.at == key.unit.begin(newest));
        }
        if self.known.len() + changed.len() > KEPT_MAX {
            self.forget();
        }
        self.known.extend(changed);
    }

    /// Nobody knows what is in the database, after a commit without an answer.
    pub(in crate::postgres) fn forget(&mut self) {
        self.known.clear();
    }
}

/// Adds what is in the database to those that are not known.
fn find(session: &Session, unknown: &[usize], changed: &mut Changed) -> Result<(), Fail> {
    if unknown.is_empty() {
        return Ok(());
    }
    let mut find = ArrayRows::new(session, FIND)?;
    for place in unknown {
        let (key, _) = &changed[*place];
        let values = rollup::place(*key).map(Value::Integer);
        find.push(&[&values[..], params![session.writer()]].concat())?;
    }
    for row in session.wait(find.query(session))? {
        let row = Row::Postgres(&row);
        let n: i64 = row.get(10)?;
        let place = usize::try_from(n - 1).ok().and_then(|n| unknown.get(n));
        if let Some((_, rollup)) = place.and_then(|place| changed.get_mut(*place)) {
            rollup.merge(&rollup::decode(&row)?);
        }
    }
    Ok(())
}
