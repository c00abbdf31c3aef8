//! Writing outcomes down: many in one commit, each merged with its delivery as it stands by then.

use std::{collections::HashMap, sync::Arc};

use nuncio_domain::{
    DisabledBecause, ErrorClass, FailureRules, Health, KeyId, Next, Progress, State, Timestamp,
};

use super::{ended, endpoint, operator, order};
use crate::{
    EndpointKey, Record,
    codec::headers::HeaderTexts,
    fail::Fail,
    relational::{
        rows::{
            attempt,
            codec::blob,
            delivery::{self, Last, NewDelivery},
            failing, pause,
        },
        write::Write,
    },
    sql::params,
    streaks::Row,
    tally::{Counted, End, Whose},
};

/// How often it is asked whether there are enough.
const ROWS_BETWEEN_LOOKS: usize = 32;

/// An outcome that is not committed yet.
pub(crate) struct Held {
    pub(crate) record: Arc<Record>,
    /// Made by the caller: the writer is the one thread that there is only one of.
    pub(crate) headers: HeaderTexts,
}

/// Writes outcomes down until so many are `enough`, and returns how many. A delivery that is gone by now needs none.
pub(crate) fn outcomes(
    write: &mut Write<'_>,
    piece: &[Held],
    enough: impl Fn(usize) -> bool,
) -> Result<usize, Fail> {
    let mut health = HealthChanges::default();
    let mut written = 0_usize;
    for held in piece {
        if let Some(test) = merge(write, held)? {
            health.note(write, &held.record, test);
        }
        if let Some(until) = held.record.pause_until {
            pause::note(write.conn, held.record.endpoint_key, until)?;
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
pub(crate) fn merge(write: &mut Write<'_>, held: &Held) -> Result<Option<bool>, Fail> {
    let Held { record, headers } = held;
    if let Some(row) = write.tail.take(record.event_key, record.delivery) {
        let progress = row.progress().after(record.done);
        let new = NewDelivery::from(&row);
        let seq = delivery::insert(write.conn, &new, &progress, last(record, &progress, None))?;
        let of = attempt::Of {
            delivery: seq,
            project: row.project,
            endpoint: record.endpoint_key,
        };
        attempt::insert(write.conn, of, progress.attempts, &record.attempt, headers)?;
        announce(write, record, &progress);
        let before = row.progress().state;
        tell_the_operator(write, record, before, &progress)?;
        count(
            write,
            record,
            row.project,
            row.created_at,
            (before, progress.state),
        );
        return Ok(Some(false));
    }
    let Some(event) = ended::event_part(write, record.event_key)? else {
        return Ok(None);
    };
    let Some(stored) = delivery::find(write.conn, event.project, record.delivery)? else {
        return Ok(None);
    };
    let progress = stored.progress.after(record.done);
    let last = last(record, &progress, stored.finished_at);
    order::change_attempted(write, &stored, &progress, last)?;
    let number = progress.attempts;
    let of = attempt::Of {
        delivery: stored.seq,
        project: event.project,
        endpoint: record.endpoint_key,
    };
    if event.erased {
        // It was under way while the payload was erased, and the receiver may have repeated it.
        let silent = attempt::without_answer(&record.attempt);
        let headers = HeaderTexts::of(&silent);
        attempt::insert(write.conn, of, number, &silent, &headers)?;
    } else {
        attempt::insert(write.conn, of, number, &record.attempt, headers)?;
    }
    announce(write, record, &progress);
    tell_the_operator(write, record, stored.progress.state, &progress)?;
    if progress.state == State::Succeeded && stored.progress.may_have_been_dead() {
        operator::delivery_recovered(write, record, &progress)?;
    }
    if !event.test {
        let from = event
            .deliver_at
            .map_or(stored.created_at, |at| at.max(stored.created_at));
        let states = (stored.progress.state, progress.state);
        count(write, record, event.project, from, states);
    }
    Ok(Some(event.test))
}

fn tell_the_operator(
    write: &mut Write<'_>,
    record: &Record,
    before: State,
    after: &Progress,
) -> Result<(), Fail> {
    let ended = operator::Ended {
        delivery: record.delivery,
        event: record.event_key,
        endpoint: record.endpoint_key,
        before,
        after,
        status_code: record.attempt.status_code,
        error: record.attempt.error.as_ref().map(ErrorClass::as_str),
    };
    operator::delivery_ended(write, &ended, record.ended)
}

/// Counts an attempt whose delivery could be made from `from` on, and went from one state to the other.
pub(crate) fn count(
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
        failed: !matches!(record.done.next, Next::Succeed | Next::Cancel(_)),
        took_us,
        end: End::between(before, after, waited_us.saturating_add(took_us)),
    };
    write.tally.attempt(whose, began, attempt);
}

/// How a delivery's last attempt ended.
pub(crate) fn last<'a>(
    record: &'a Record,
    progress: &Progress,
    finished: Option<Timestamp>,
) -> Last<'a> {
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

/// Tells when the delivery is due again.
pub(crate) fn announce(write: &mut Write<'_>, record: &Record, progress: &Progress) {
    if let Some(due) = progress.due() {
        write.effects.due.push((record.endpoint_key, due));
    }
}

/// Endpoints whose health these outcomes change.
#[derive(Default)]
pub(crate) struct HealthChanges {
    changed: HashMap<EndpointKey, Changed>,
}

/// An endpoint's health now, and the outcome that has made it so.
struct Changed {
    health: Health,
    record: Arc<Record>,
}

impl HealthChanges {
    pub(crate) fn note(&mut self, write: &Write<'_>, record: &Arc<Record>, test: bool) {
        let our_own = |error: &ErrorClass| error.is_our_own();
        // What failed on our side says nothing of the receiver: it must not disable its endpoint.
        if test || record.attempt.error.as_ref().is_some_and(our_own) {
            return;
        }
        let key = record.endpoint_key;
        let delivered = matches!(record.done.next, Next::Succeed);
        let Some((disabled, rules)) = rules(write, key, delivered) else {
            return;
        };
        let before = match self.changed.get(&key) {
            Some(changed) => changed.health,
            None => Health {
                streak: write.shared.streaks.of(key),
                disabled,
            },
        };
        let mut health = before.after(delivered, record.attempt.started_at, &rules);
        if let Some(because) = record.disable {
            health.disabled.get_or_insert(because);
        }
        if health != before {
            let record = Arc::clone(record);
            self.changed.insert(key, Changed { health, record });
        }
    }

    /// Writes it down. That an endpoint fails, or no longer does, changes nothing in the catalog; that it is disabled does.
    pub(crate) fn store(self, write: &mut Write<'_>) -> Result<(), Fail> {
        for (key, Changed { health, record }) in self.changed {
            let (streak, streaks) = (health.streak, &write.shared.streaks);
            let before = streaks.of(key);
            if streak != before {
                let change = streaks.change(key, streak, record.ended);
                if change.row == Row::Now {
                    failing::write(write.conn, key, &streak)?;
                }
                write.effects.streaks.push(change);
                operator::health_changed(write, key, (&before, &streak), &record)?;
            }
            if let Some(because) = health.disabled {
                endpoint::disable(write, key, because, streak.since, record.ended)?;
            }
        }
        Ok(())
    }
}

/// Why an endpoint is disabled, and what follows from its failures; `None` if it is gone. A success asks for no rules.
fn rules(
    write: &Write<'_>,
    key: EndpointKey,
    delivered: bool,
) -> Option<(Option<DisabledBecause>, FailureRules)> {
    let mirror = write.shared.mirror();
    let sending = mirror.sending(key)?;
    let disabled = sending.endpoint.disabled;
    if delivered {
        return Some((disabled, FailureRules::default()));
    }
    let part = mirror.project(sending.project)?;
    let told = part
        .project
        .policy
        .operator_tenant
        .as_ref()
        .is_some_and(|operator| *operator != sending.endpoint.tenant);
    let rules = FailureRules {
        auto_disable: sending.policy.auto_disable(),
        tell: part.project.policy.failing_after().filter(|_| told),
    };
    Some((disabled, rules))
}

/// Writes down when keys were last used.
pub(crate) fn touch_keys(
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
