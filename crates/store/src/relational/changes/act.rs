//! What people do to single deliveries and events: retry, cancel, replay, erase.

use std::sync::Arc;

use nuncio_domain::{
    AttemptId, CancelReason, DeliveryId, EndpointId, EventId, Progress, SendAgain, State, Timestamp,
};

use super::{ended::count_end, once, order};
use crate::{
    DeliveryRow, EndpointKey, EventKey, Once, Reach, StoreError, audit_entry,
    codec::{
        extras::StoredExtras,
        targets::{pack_replayed, unpack_replayed, unpack_targets},
    },
    fail::Fail,
    relational::{
        reads::reach::{attempt_in_reach, delivery_in_reach, event_in_reach},
        rows::{
            attempt,
            delivery::{self, NewDelivery, Stored},
            shown::{self, StoredEvent},
        },
        shared::Shared,
        write::Write,
    },
    sql::{Sql, params},
    tally::End,
};

fn gone(seq: i64) -> Fail {
    Fail::Broken(format!("the delivery with the number {seq} is gone"))
}

const TEST_IS_SENT_ONCE: &str = "a test is sent only once: send another test instead";

/// Whether a delivery can be sent again; the sentence says why not.
pub(crate) fn refuse_retry(
    shared: &Shared,
    endpoint: EndpointKey,
    event: &StoredEvent,
) -> Option<&'static str> {
    if event.event.test {
        Some(TEST_IS_SENT_ONCE)
    } else if event.event.data.is_none() {
        Some("the payload of its event was erased")
    } else if shared.mirror().sending(endpoint).is_none() {
        Some("its endpoint was deleted")
    } else {
        None
    }
}

/// Carries out [`Log::retry`](crate::Log::retry).
pub(crate) fn retry(
    write: &mut Write<'_>,
    reach: &Reach,
    id: DeliveryId,
    again: SendAgain,
    now: Timestamp,
    once: Option<Once<DeliveryRow>>,
) -> Result<DeliveryRow, Fail> {
    once::check(write, once.as_ref())?;
    let (stored, event) = delivery_in_reach(write.conn, write.shared, reach, id)?;
    if let Some(why) = refuse_retry(write.shared, stored.endpoint, &event) {
        return Err(StoreError::Conflict(why.to_owned()).into());
    }
    if let Some(why) = waits_for_another(write.conn, &stored)? {
        return Err(StoreError::Conflict(why).into());
    }
    retry_stored(write, &stored, again, now)?;
    let row = shown::delivery(write.conn, stored.seq)?.ok_or_else(|| gone(stored.seq))?;
    write.audit(audit_entry::retry(reach.project, &row, again));
    once::keep(write, once, &row, now)?;
    Ok(row)
}

/// Why a delivery can't be attempted yet: another has to become final before it. The sentence names that one.
fn waits_for_another(conn: Sql<'_>, stored: &Stored) -> Result<Option<String>, Fail> {
    let Some(place) = stored.place.filter(|place| place.blocked) else {
        return Ok(None);
    };
    let first = order::first(conn, stored.endpoint, place.queue)?;
    Ok(first.map(|first| {
        format!(
            "it waits for the delivery {first}, which comes before it with the same ordering key: retry or cancel that one"
        )
    }))
}

/// Makes a delivery due now, outside its schedule or with a fresh one.
pub(crate) fn retry_stored(
    write: &mut Write<'_>,
    stored: &Stored,
    again: SendAgain,
    now: Timestamp,
) -> Result<(), Fail> {
    let progress = stored.progress.retried(now, again);
    order::change(write, stored, &progress, None)?;
    write.effects.due.push((stored.endpoint, now));
    Ok(())
}

/// Carries out [`Log::cancel`](crate::Log::cancel).
pub(crate) fn cancel(
    write: &mut Write<'_>,
    reach: &Reach,
    id: DeliveryId,
    now: Timestamp,
    once: Option<Once<DeliveryRow>>,
) -> Result<DeliveryRow, Fail> {
    once::check(write, once.as_ref())?;
    let (stored, _) = delivery_in_reach(write.conn, write.shared, reach, id)?;
    if !matches!(stored.progress.state, State::Pending { .. }) {
        let sentence = format!("the delivery is {} already", stored.progress.state.as_str());
        return Err(StoreError::Conflict(sentence).into());
    }
    let progress = stored.progress.cancelled(CancelReason::Requested);
    order::change(write, &stored, &progress, Some(now))?;
    count_end(write, &stored, now, End::Cancelled)?;
    // The engine may have it in its queue.
    write.effects.mirror(move |_| vec![stored.endpoint]);
    let row = shown::delivery(write.conn, stored.seq)?.ok_or_else(|| gone(stored.seq))?;
    write.audit(audit_entry::delivery(
        "delivery.cancel",
        reach.project,
        &row,
    ));
    once::keep(write, once, &row, now)?;
    Ok(row)
}

/// Carries out [`Log::replay`](crate::Log::replay).
pub(crate) fn replay(
    write: &mut Write<'_>,
    reach: &Reach,
    id: EventId,
    endpoint: Option<EndpointId>,
    again: SendAgain,
    now: Timestamp,
    once: Option<Once<Vec<DeliveryRow>>>,
) -> Result<Vec<DeliveryRow>, Fail> {
    once::check(write, once.as_ref())?;
    let (project, stored) = event_in_reach(write.conn, write.shared, reach, id)?;
    if stored.event.data.is_none() {
        return Err(StoreError::Conflict("the payload was erased".to_owned()).into());
    }
    if stored.event.test {
        return Err(StoreError::Conflict(TEST_IS_SENT_ONCE.to_owned()).into());
    }
    let mut sent = unpack_targets(&stored.targets)
        .map(|key| (key, 0))
        .collect::<Vec<_>>();
    let mut replayed = unpack_replayed(&stored.replayed);
    sent.extend(&replayed);
    let mut seqs = Vec::new();
    for (key, endpoint) in replay_to(write.shared, reach, &stored, endpoint, &sent)? {
        let before = sent.iter().filter(|(to, _)| *to == key).map(|(_, n)| *n);
        let generation = before.max().map_or(0, |last| last + 1);
        let new = NewDelivery {
            id: DeliveryId::derive(id, endpoint, generation),
            event: EventKey(stored.seq),
            endpoint: key,
            project,
            generation,
            created_at: now,
            place: None,
        };
        let progress = Progress::new(now, again.replay());
        seqs.push(delivery::insert_pending(write.conn, &new, &progress)?);
        replayed.push((key, generation));
        write.effects.due.push((key, now));
    }
    write
        .conn
        .prepare_cached("UPDATE events SET replayed = ?2 WHERE seq = ?1")?
        .execute(params![stored.seq, pack_replayed(&replayed)])?;
    let rows = shown::deliveries(write.conn, seqs)?;
    write.audit(audit_entry::replay(
        reach.project,
        &stored.event,
        &rows,
        again,
    ));
    once::keep(write, once, &rows, now)?;
    Ok(rows)
}

/// The endpoints that a replay goes to: the one that was named, or those of before that are still there.
fn replay_to(
    shared: &Shared,
    reach: &Reach,
    stored: &StoredEvent,
    endpoint: Option<EndpointId>,
    sent: &[(EndpointKey, u32)],
) -> Result<Vec<(EndpointKey, EndpointId)>, Fail> {
    let mirror = shared.mirror();
    if let Some(id) = endpoint {
        let own = Reach {
            project: reach.project,
            tenant: Some(stored.event.tenant.clone()),
        };
        let (key, _) = mirror.endpoint(&own, id).ok_or(StoreError::NotFound)?;
        return Ok(vec![(key, id)]);
    }
    let mut keys: Vec<_> = sent.iter().map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(keys
        .into_iter()
        .filter_map(|key| Some((key, Arc::clone(mirror.sending(key)?).endpoint.id)))
        .collect())
}

/// What stays of an event's extras once its payload is erased.
fn extras_erased(conn: Sql<'_>, event: i64) -> Result<Option<String>, Fail> {
    let mut find = conn.prepare_cached("SELECT extras FROM events WHERE seq = ?1")?;
    let text: Option<String> = find.query_row([event], |row| row.get(0))?;
    StoredExtras::read(text.as_deref())?.erased().text()
}

/// Carries out [`Log::erase_payload`](crate::Log::erase_payload).
pub(crate) fn erase_payload(
    write: &mut Write<'_>,
    reach: &Reach,
    id: EventId,
    now: Timestamp,
) -> Result<(), Fail> {
    let (project, stored) = event_in_reach(write.conn, write.shared, reach, id)?;
    write
        .conn
        .prepare_cached("UPDATE events SET payload = NULL, extras = ?2 WHERE seq = ?1")?
        .execute(params![stored.seq, extras_erased(write.conn, stored.seq)?])?;
    for id in delivery::ids_of(write.conn, id, &stored.targets, &stored.replayed)? {
        let Some(delivery) = delivery::find(write.conn, project, id)? else {
            continue;
        };
        attempt::erase_answers(write.conn, delivery.seq)?;
        let progress = delivery.progress.cancelled(CancelReason::PayloadErased);
        if progress != delivery.progress {
            order::change(write, &delivery, &progress, Some(now))?;
            count_end(write, &delivery, now, End::Cancelled)?;
            write.effects.mirror(move |_| vec![delivery.endpoint]);
        }
    }
    write.audit(audit_entry::erasure(reach.project, &stored.event));
    write.note_erasure(now)?;
    Ok(())
}

/// Carries out [`Log::erase_answer`](crate::Log::erase_answer).
pub(crate) fn erase_answer(
    write: &mut Write<'_>,
    reach: &Reach,
    id: AttemptId,
    now: Timestamp,
) -> Result<(), Fail> {
    let found = attempt_in_reach(write.conn, write.shared, reach, id)?;
    attempt::erase_answer(write.conn, found.seq)?;
    write.audit(audit_entry::erased_answer(
        reach.project,
        id,
        &found.delivery,
    ));
    write.note_erasure(now)?;
    Ok(())
}
