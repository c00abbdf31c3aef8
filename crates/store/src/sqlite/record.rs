//! Writing outcomes down: many in one commit, each merged with its delivery as it stands by then.

use std::{collections::HashMap, sync::Arc};

use nuncio_domain::{Endpoint, KeyId, Next, Progress, State, Timestamp};
use rusqlite::params;

use super::{
    attempt,
    codec::blob,
    delivery::{self, Last, NewDelivery},
    endpoint,
    fail::Fail,
    order,
    tally::{self, Counted, End, Whose},
    write::Write,
    writer::Held,
};
use crate::{EndpointKey, Record};

/// How often it is asked whether there are enough.
const ROWS_BETWEEN_LOOKS: usize = 32;

/// Writes outcomes down until so many are `enough`, and returns how many. A delivery that is gone by now needs none.
pub(super) fn outcomes(
    write: &mut Write<'_>,
    piece: &[Held],
    enough: impl Fn(usize) -> bool,
) -> Result<usize, Fail> {
    let mut health = Health::default();
    let mut written = 0_usize;
    for held in piece {
        if let Some(test) = merge(write, held)? {
            health.note(write, &held.record, test);
        }
        written += 1;
        if written.is_multiple_of(ROWS_BETWEEN_LOOKS) && enough(written) {
            break;
        }
    }
    health.store(write)?;
    Ok(written)
}

/// Writes one outcome down and says whether it is a test's; `None` if its delivery is gone.
fn merge(write: &mut Write<'_>, held: &Held) -> Result<Option<bool>, Fail> {
    let Held { record, headers } = held;
    if let Some(row) = write.tail.take(record.event_key, record.delivery) {
        let progress = row.progress().after(record.done);
        let new = NewDelivery::from(&row);
        let seq = delivery::insert(write.conn, &new, &progress, last(record, &progress, None))?;
        attempt::insert(write.conn, seq, progress.attempts, &record.attempt, headers)?;
        announce(write, record, &progress);
        let before = row.progress().state;
        count(
            write,
            record,
            row.project,
            row.created_at,
            (before, progress.state),
        );
        return Ok(Some(false));
    }
    let Some(event) = tally::event_part(write, record.event_key)? else {
        return Ok(None);
    };
    let Some(stored) = delivery::find(write.conn, event.project, record.delivery)? else {
        return Ok(None);
    };
    let progress = stored.progress.after(record.done);
    let last = last(record, &progress, stored.finished_at);
    order::change_attempted(write, &stored, &progress, last)?;
    attempt::insert(
        write.conn,
        stored.seq,
        progress.attempts,
        &record.attempt,
        headers,
    )?;
    announce(write, record, &progress);
    if !event.test {
        let from = event
            .deliver_at
            .map_or(stored.created_at, |at| at.max(stored.created_at));
        let states = (stored.progress.state, progress.state);
        count(write, record, event.project, from, states);
    }
    Ok(Some(event.test))
}

/// Counts an attempt whose delivery could be made from `from` on, and went from one state to the other.
fn count(
    write: &mut Write<'_>,
    record: &Record,
    project: i64,
    from: Timestamp,
    (before, after): (State, State),
) {
    let began = record.attempt.started_at;
    let took_us = u64::from(record.attempt.timings.total_us);
    let waited_us = u64::try_from(began.since(from).as_micros()).unwrap_or(u64::MAX);
    let whose = Whose {
        project,
        endpoint: record.endpoint_key,
    };
    let attempt = Counted {
        failed: !matches!(record.done.next, Next::Succeed),
        took_us,
        end: End::between(before, after, waited_us.saturating_add(took_us)),
    };
    write.tally.attempt(whose, began, attempt);
}

fn last<'a>(record: &'a Record, progress: &Progress, finished: Option<Timestamp>) -> Last<'a> {
    let finished_at = match progress.state {
        State::Pending { .. } => None,
        State::Succeeded | State::Dead(_) | State::Cancelled(_) => {
            Some(finished.unwrap_or(record.ended))
        }
    };
    Last {
        status: record.attempt.status_code,
        error: record.attempt.error.as_ref(),
        finished_at,
    }
}

fn announce(write: &mut Write<'_>, record: &Record, progress: &Progress) {
    if let Some(due) = progress.due() {
        write.effects.due.push((record.endpoint_key, due));
    }
}

/// Endpoints whose health these outcomes change.
#[derive(Default)]
struct Health {
    changed: HashMap<EndpointKey, Endpoint>,
}

impl Health {
    fn note(&mut self, write: &Write<'_>, record: &Record, test: bool) {
        if test {
            return;
        }
        let mirror = write.shared.mirror();
        let Some(sending) = mirror.sending(record.endpoint_key) else {
            return;
        };
        let before = self
            .changed
            .get(&record.endpoint_key)
            .unwrap_or(&sending.endpoint);
        let delivered = matches!(record.done.next, Next::Succeed);
        let days = sending.policy.auto_disable_days;
        let began = record.attempt.started_at;
        let mut health = before.health().after(delivered, began, days);
        if let Some(because) = record.disable {
            health.disabled.get_or_insert(because);
        }
        if health != before.health() {
            let mut after = before.clone();
            after.set_health(health);
            self.changed.insert(record.endpoint_key, after);
        }
    }

    fn store(self, write: &mut Write<'_>) -> Result<(), Fail> {
        for (key, changed) in self.changed {
            endpoint::update_row(write, key, Arc::new(changed))?;
        }
        Ok(())
    }
}

/// Writes down when keys were last used.
pub(super) fn touch_keys(
    write: &mut Write<'_>,
    used: &HashMap<KeyId, Timestamp>,
) -> Result<(), Fail> {
    for (key, at) in used {
        write
            .conn
            .prepare_cached("UPDATE keys SET last_used_at = ?2 WHERE id = ?1")?
            .execute(params![blob(key.bits()), at.ms()])?;
    }
    let used = used.clone();
    write.effects.mirror(move |mirror| {
        mirror.touch_keys(&used);
        Vec::new()
    });
    Ok(())
}
