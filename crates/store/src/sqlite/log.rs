//! The record: reading it, and what people do to single deliveries and events.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_domain::{
    CancelReason, DeliveryId, EndpointId, Event, EventId, Job, JobId, Progress, Selection, State,
    Timestamp, Trigger,
};
use rusqlite::{Connection, params};

use super::{
    SqliteStore, attempt,
    codec::{blob, pack_replayed, unpack_replayed, unpack_targets},
    delivery::{self, NewDelivery, Stored},
    events::{self, Whose},
    fail::Fail,
    jobs, once,
    rows::{self, StoredEvent},
    scan::{self, Within},
    write::{Shared, Write},
};
use crate::{
    DeliveryDetail, DeliveryRow, EndpointKey, EventKey, EventQuery, Log, Once, Page, Reach, Slice,
    StoreError,
};

/// The numbers of a reach: the project's, and the tenant's if it names one.
struct ReachKeys {
    project: i64,
    tenant: Option<i64>,
}

fn keys(shared: &Shared, reach: &Reach) -> Result<ReachKeys, Fail> {
    let mirror = shared.mirror();
    let part = mirror.project(reach.project).ok_or(StoreError::NotFound)?;
    // A tenant that nobody has heard of has nothing.
    let number = |id| part.tenants.get(id).map_or(-1, |tenant| tenant.key);
    let tenant = reach.tenant.as_ref().map(number);
    Ok(ReachKeys {
        project: part.key,
        tenant,
    })
}

fn event_in_reach(
    conn: &Connection,
    shared: &Shared,
    reach: &Reach,
    id: EventId,
) -> Result<(i64, StoredEvent), Fail> {
    let keys = keys(shared, reach)?;
    let stored = rows::event(conn, keys.project, id)?.ok_or(StoreError::NotFound)?;
    if keys
        .tenant
        .is_some_and(|tenant| tenant != stored.tenant_key)
    {
        return Err(StoreError::NotFound.into());
    }
    Ok((keys.project, stored))
}

fn delivery_in_reach(
    conn: &Connection,
    shared: &Shared,
    reach: &Reach,
    id: DeliveryId,
) -> Result<(Stored, StoredEvent), Fail> {
    let keys = keys(shared, reach)?;
    let stored = delivery::find(conn, keys.project, id)?.ok_or(StoreError::NotFound)?;
    let event = rows::event_of(conn, stored.event.0)?.ok_or(StoreError::NotFound)?;
    if keys.tenant.is_some_and(|tenant| tenant != event.tenant_key) {
        return Err(StoreError::NotFound.into());
    }
    Ok((stored, event))
}

/// Where a selection's deliveries are to be found, for a reach; `None` if nowhere.
pub(super) fn within(
    conn: &Connection,
    shared: &Shared,
    reach: &Reach,
    selection: &Selection,
) -> Result<Option<Within>, Fail> {
    let tenants = [&reach.tenant, &selection.tenant];
    let project = {
        let mirror = shared.mirror();
        mirror
            .project(reach.project)
            .ok_or(StoreError::NotFound)?
            .key
    };
    let mut tenant_key = None;
    for id in tenants.into_iter().flatten() {
        let mirror = shared.mirror();
        let Some(part) = mirror.tenant(reach.project, id) else {
            return Ok(None);
        };
        if tenant_key.is_some_and(|other| other != part.key) {
            return Ok(None);
        }
        tenant_key = Some(part.key);
    }
    if let Some(id) = selection.endpoint {
        let found = endpoint_key(conn, project, id)?;
        let its = found.filter(|(_, tenant)| tenant_key.is_none_or(|key| key == *tenant));
        return Ok(its.map(|(key, _)| Within::Endpoints(vec![key])));
    }
    let Some(tenant) = tenant_key else {
        return Ok(Some(Within::Project(project)));
    };
    let mut list = conn.prepare_cached("SELECT seq FROM endpoints WHERE tenant = ?1")?;
    let keys = list.query_map([tenant], |row| Ok(EndpointKey(row.get(0)?)))?;
    Ok(Some(Within::Endpoints(keys.collect::<Result<_, _>>()?)))
}

/// The number of an endpoint, a deleted one too, with its tenant's.
pub(super) fn endpoint_key(
    conn: &Connection,
    project: i64,
    id: EndpointId,
) -> Result<Option<(EndpointKey, i64)>, Fail> {
    let mut find =
        conn.prepare_cached("SELECT seq, tenant FROM endpoints WHERE id = ?1 AND project = ?2")?;
    let mut rows = find.query(params![blob(id.bits()), project])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some((EndpointKey(row.get(0)?), row.get(1)?)))
}

fn gone(seq: i64) -> Fail {
    Fail::Storage(format!("the delivery with the number {seq} is gone"))
}

#[async_trait]
impl Log for SqliteStore {
    async fn events(
        &self,
        reach: &Reach,
        query: EventQuery,
        page: Page<EventId>,
    ) -> Result<Slice<Event, EventId>, StoreError> {
        let reach = reach.clone();
        self.read(move |conn, shared| list_events(conn, shared, &reach, &query, &page))
            .await
    }

    async fn event(&self, reach: &Reach, id: EventId) -> Result<Event, StoreError> {
        let reach = reach.clone();
        self.read(move |conn, shared| Ok(event_in_reach(conn, shared, &reach, id)?.1.event))
            .await
    }

    async fn deliveries(
        &self,
        reach: &Reach,
        selection: Selection,
        page: Page<DeliveryId>,
    ) -> Result<Slice<DeliveryRow, DeliveryId>, StoreError> {
        let reach = reach.clone();
        self.read(move |conn, shared| {
            let Some(within) = within(conn, shared, &reach, &selection)? else {
                return Ok(Slice::empty());
            };
            let walk = scan::walk(conn, &within, &selection, page.after, page.limit)?;
            Ok(Slice {
                items: rows::deliveries(conn, walk.found.iter().map(|found| found.seq))?,
                next: walk.next,
            })
        })
        .await
    }

    async fn event_deliveries(
        &self,
        reach: &Reach,
        id: EventId,
        page: Page<DeliveryId>,
    ) -> Result<Slice<DeliveryRow, DeliveryId>, StoreError> {
        let reach = reach.clone();
        self.read(move |conn, shared| {
            let (project, stored) = event_in_reach(conn, shared, &reach, id)?;
            event_deliveries(conn, project, &stored, &page)
        })
        .await
    }

    async fn delivery(&self, reach: &Reach, id: DeliveryId) -> Result<DeliveryDetail, StoreError> {
        let reach = reach.clone();
        self.read(move |conn, shared| {
            let (stored, event) = delivery_in_reach(conn, shared, &reach, id)?;
            Ok(DeliveryDetail {
                row: rows::delivery(conn, stored.seq)?.ok_or(StoreError::NotFound)?,
                event: event.event,
                attempts: attempt::list(conn, stored.seq)?,
            })
        })
        .await
    }

    async fn retry(
        &self,
        reach: &Reach,
        id: DeliveryId,
        now: Timestamp,
        once: Option<Once<DeliveryRow>>,
    ) -> Result<DeliveryRow, StoreError> {
        let reach = reach.clone();
        self.change(move |write| retry(write, &reach, id, now, once))
            .await
    }

    async fn cancel(
        &self,
        reach: &Reach,
        id: DeliveryId,
        now: Timestamp,
        once: Option<Once<DeliveryRow>>,
    ) -> Result<DeliveryRow, StoreError> {
        let reach = reach.clone();
        self.change(move |write| cancel(write, &reach, id, now, once))
            .await
    }

    async fn replay(
        &self,
        reach: &Reach,
        id: EventId,
        endpoint: Option<EndpointId>,
        now: Timestamp,
        once: Option<Once<Vec<DeliveryRow>>>,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let reach = reach.clone();
        self.change(move |write| replay(write, &reach, id, endpoint, now, once))
            .await
    }

    async fn erase_payload(
        &self,
        reach: &Reach,
        id: EventId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let reach = reach.clone();
        self.change(move |write| erase_payload(write, &reach, id, now))
            .await
    }

    async fn start_job(
        &self,
        reach: &Reach,
        job: Job,
        once: Option<Once<Job>>,
    ) -> Result<Job, StoreError> {
        // Counting may take long, so it does not happen on the writer.
        let (counted_for, kind) = (reach.clone(), job.kind.clone());
        let total = self
            .read(move |conn, shared| jobs::count(conn, shared, &counted_for, &kind))
            .await?;
        let reach = reach.clone();
        self.change(move |write| jobs::start(write, &reach, Job { total, ..job }, once))
            .await
    }

    async fn job(&self, reach: &Reach, id: JobId) -> Result<Job, StoreError> {
        let reach = reach.clone();
        self.read(move |conn, shared| {
            let project = keys(shared, &reach)?.project;
            jobs::find(conn, project, reach.tenant.as_ref(), id)
        })
        .await
    }
}

fn list_events(
    conn: &Connection,
    shared: &Shared,
    reach: &Reach,
    query: &EventQuery,
    page: &Page<EventId>,
) -> Result<Slice<Event, EventId>, Fail> {
    let ReachKeys { project, tenant } = keys(shared, reach)?;
    let named = match &query.tenant {
        Some(id) => match shared.mirror().tenant(reach.project, id) {
            Some(part) => Some(part.key),
            None => return Ok(Slice::empty()),
        },
        None => None,
    };
    if let (Some(reached), Some(named)) = (tenant, named)
        && reached != named
    {
        return Ok(Slice::empty());
    }
    let endpoint = match query.endpoint {
        Some(id) => match endpoint_key(conn, project, id)? {
            Some((key, _)) => Some(key),
            None => return Ok(Slice::empty()),
        },
        None => None,
    };
    let whose = Whose {
        project,
        tenant: tenant.or(named),
        endpoint,
    };
    events::list(conn, whose, query, page)
}

fn event_deliveries(
    conn: &Connection,
    project: i64,
    stored: &StoredEvent,
    page: &Page<DeliveryId>,
) -> Result<Slice<DeliveryRow, DeliveryId>, Fail> {
    let mut ids = delivery::ids_of(conn, stored.event.id, &stored.targets, &stored.replayed)?;
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.retain(|id| page.after.is_none_or(|after| *id < after));
    let mut items = Vec::new();
    for id in ids {
        let Some(seq) = rows::delivery_seq(conn, project, id)? else {
            continue;
        };
        if items.len() == page.limit {
            let next = items.last().map(|row: &DeliveryRow| row.id);
            return Ok(Slice { items, next });
        }
        items.extend(rows::delivery(conn, seq)?);
    }
    Ok(Slice { items, next: None })
}

/// Whether a delivery can be sent again; the sentence says why not.
pub(super) fn refuse_retry(
    shared: &Shared,
    endpoint: EndpointKey,
    event: &StoredEvent,
) -> Option<&'static str> {
    if event.event.data.is_none() {
        Some("the payload of its event was erased")
    } else if shared.mirror().sending(endpoint).is_none() {
        Some("its endpoint was deleted")
    } else {
        None
    }
}

fn retry(
    write: &mut Write<'_>,
    reach: &Reach,
    id: DeliveryId,
    now: Timestamp,
    once: Option<Once<DeliveryRow>>,
) -> Result<DeliveryRow, Fail> {
    once::check(write, once.as_ref())?;
    let (stored, event) = delivery_in_reach(write.conn, write.shared, reach, id)?;
    if let Some(why) = refuse_retry(write.shared, stored.endpoint, &event) {
        return Err(StoreError::Conflict(why.to_owned()).into());
    }
    retry_stored(write, &stored, now)?;
    let row = rows::delivery(write.conn, stored.seq)?.ok_or_else(|| gone(stored.seq))?;
    once::keep(write, once, &row, now)?;
    Ok(row)
}

/// Makes a delivery due now, outside its schedule or with a fresh one.
pub(super) fn retry_stored(
    write: &mut Write<'_>,
    stored: &Stored,
    now: Timestamp,
) -> Result<(), Fail> {
    let progress = stored.progress.retried(now);
    delivery::update(write.conn, stored.seq, &progress, None)?;
    write.effects.due.push((stored.endpoint, now));
    Ok(())
}

fn cancel(
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
    delivery::update(write.conn, stored.seq, &progress, Some(now))?;
    let row = rows::delivery(write.conn, stored.seq)?.ok_or_else(|| gone(stored.seq))?;
    once::keep(write, once, &row, now)?;
    Ok(row)
}

fn replay(
    write: &mut Write<'_>,
    reach: &Reach,
    id: EventId,
    endpoint: Option<EndpointId>,
    now: Timestamp,
    once: Option<Once<Vec<DeliveryRow>>>,
) -> Result<Vec<DeliveryRow>, Fail> {
    once::check(write, once.as_ref())?;
    let (project, stored) = event_in_reach(write.conn, write.shared, reach, id)?;
    if stored.event.data.is_none() {
        return Err(StoreError::Conflict("the payload was erased".to_owned()).into());
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
        };
        let progress = Progress::new(now, Trigger::Replay);
        seqs.push(delivery::insert_pending(write.conn, &new, &progress)?);
        replayed.push((key, generation));
        write.effects.due.push((key, now));
    }
    write
        .conn
        .prepare_cached("UPDATE events SET replayed = ?2 WHERE seq = ?1")?
        .execute(params![stored.seq, pack_replayed(&replayed)])?;
    let rows = rows::deliveries(write.conn, seqs)?;
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

fn erase_payload(
    write: &mut Write<'_>,
    reach: &Reach,
    id: EventId,
    now: Timestamp,
) -> Result<(), Fail> {
    let (project, stored) = event_in_reach(write.conn, write.shared, reach, id)?;
    write
        .conn
        .prepare_cached("UPDATE events SET payload = NULL WHERE seq = ?1")?
        .execute([stored.seq])?;
    for id in delivery::ids_of(write.conn, id, &stored.targets, &stored.replayed)? {
        let Some(delivery) = delivery::find(write.conn, project, id)? else {
            continue;
        };
        attempt::erase_bodies(write.conn, delivery.seq)?;
        let progress = delivery.progress.cancelled(CancelReason::PayloadErased);
        if progress != delivery.progress {
            delivery::update(write.conn, delivery.seq, &progress, Some(now))?;
        }
    }
    write.effects.truncate_log = true;
    Ok(())
}
