//! Sending an endpoint again what it got, or should have got, in a span of time.
//!
//! The walk goes down by the event's id within the tenant's events: the key that it pages by is the one that it sorts
//! by, so that none is met twice and none is passed over, whatever comes in meanwhile.

use std::sync::Arc;

use nuncio_domain::{DeliveryId, EventId, EventStanding, EventSubject, Recovery, Timestamp};

use super::{
    job,
    resend::{self, COUNTED_MAX, LOOKED_AT_MAX, Resent},
};
use crate::{
    Count, EndpointKey, EventKey, Reach, Sending,
    codec::{
        extras::StoredExtras,
        targets::{newest_generation, unpack_replayed},
    },
    fail::Fail,
    jobs::PIECE,
    relational::{
        rows::codec::{blob, event_id, event_type},
        shared::Shared,
        write::Write,
    },
    sql::{Row, Sql, params},
};

const EVENTS: &str = "SELECT e.seq, e.id, e.type, e.targets, e.replayed, e.test <> 0 OR e.payload IS NULL, e.extras, e.payload \
    FROM tenant_events x CROSS JOIN events e ON e.seq = x.event \
    WHERE x.tenant = ?1 AND x.id >= ?2 AND x.id < ?3 ORDER BY x.id DESC LIMIT ?4";

/// An endpoint that recovers.
struct Endpoint {
    key: EndpointKey,
    tenant: i64,
    project: i64,
    sending: Arc<Sending>,
}

/// How many events get a delivery, as far as is counted.
pub(crate) fn count(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    recovery: &Recovery,
) -> Result<Count, Fail> {
    let Some(endpoint) = find(shared, reach, recovery) else {
        return Ok(Count::default());
    };
    let mut count = 0;
    let next = walk(conn, &endpoint, recovery, None, COUNTED_MAX, |_| {
        count += 1;
        true
    })?;
    Ok(Count {
        count,
        more: next.is_some(),
    })
}

/// Gives the next events their deliveries; returns how many it were, and after which event to go on.
pub(crate) fn piece(
    write: &mut Write<'_>,
    project: i64,
    recovery: &Recovery,
    after: Option<u128>,
    now: Timestamp,
) -> Result<(usize, Option<u128>), Fail> {
    let reach = job::project_id(write.shared, project).map(|project| Reach {
        project,
        tenant: None,
    });
    let endpoint = reach.and_then(|reach| find(write.shared, &reach, recovery));
    // Project or endpoint were deleted meanwhile.
    let Some(endpoint) = endpoint else {
        return Ok((0, None));
    };
    let mut chosen = Vec::new();
    let next = walk(
        write.conn,
        &endpoint,
        recovery,
        after,
        LOOKED_AT_MAX,
        |event| {
            chosen.push(event);
            chosen.len() < PIECE
        },
    )?;
    let done = chosen.len();
    for event in chosen {
        resend::deliver(write, endpoint.project, event, recovery.again, now)?;
    }
    Ok((done, next))
}

fn find(shared: &Shared, reach: &Reach, recovery: &Recovery) -> Option<Endpoint> {
    let mirror = shared.mirror();
    let (key, sending) = mirror.endpoint(reach, recovery.endpoint)?;
    let tenant = mirror.tenant(reach.project, &sending.endpoint.tenant)?;
    Some(Endpoint {
        key,
        tenant: tenant.key,
        project: mirror.project(reach.project)?.key,
        sending: Arc::clone(sending),
    })
}

/// Shows `each` event that gets a delivery, until it has enough or so many were looked at; returns where to go on.
fn walk(
    conn: Sql<'_>,
    endpoint: &Endpoint,
    recovery: &Recovery,
    after: Option<u128>,
    looked_at_max: usize,
    mut each: impl FnMut(Resent) -> bool,
) -> Result<Option<u128>, Fail> {
    let floor = |at: Timestamp| EventId::floor(at.ms().max(0)).bits();
    let below = after.unwrap_or(u128::MAX).min(floor(recovery.until));
    let mut find = conn.prepare_cached(EVENTS)?;
    let mut rows = find.query(params![
        endpoint.tenant,
        blob(floor(recovery.since)),
        blob(below),
        looked_at_max as i64,
    ])?;
    let mut last = None;
    let mut looked_at = 0;
    while let Some(row) = &rows.next()? {
        let id = event_id(row, 1)?;
        looked_at += 1;
        last = Some(id.bits());
        if let Some(chosen) = choose(conn, row, id, endpoint, recovery)?
            && !each(chosen)
        {
            return Ok(last);
        }
    }
    Ok(last.filter(|_| looked_at == looked_at_max))
}

fn choose(
    conn: Sql<'_>,
    row: &Row<'_>,
    id: EventId,
    endpoint: &Endpoint,
    recovery: &Recovery,
) -> Result<Option<Resent>, Fail> {
    // A test, or one whose payload was erased.
    if row.get(5)? {
        return Ok(None);
    }
    let targets: Vec<u8> = row.get(3)?;
    let replayed = row.get::<Option<Vec<u8>>>(4)?.unwrap_or_default();
    let replayed = unpack_replayed(&replayed);
    let sent = newest_generation(&targets, &replayed, endpoint.key);
    let pending = match sent {
        Some(generation) => {
            let id = DeliveryId::derive(id, endpoint.sending.endpoint.id, generation);
            resend::is_pending(conn, endpoint.project, id)?
        }
        None => false,
    };
    let generation = recovery.gives(EventStanding {
        wanted: wants(&endpoint.sending.endpoint, row)?,
        sent,
        pending,
    });
    let event = EventKey(row.get(0)?);
    Ok(generation.map(|generation| Resent {
        event,
        id,
        to: vec![(endpoint.key, endpoint.sending.endpoint.id, generation)],
        replayed,
    }))
}

/// Whether the endpoint wants the event of the row. The payload is read only for one with a payload filter, and only
/// if its type and channels fit.
fn wants(endpoint: &nuncio_domain::Endpoint, row: &Row<'_>) -> Result<bool, Fail> {
    let name = event_type(row.get_ref(2)?.as_str().unwrap_or_default())?;
    let extras = StoredExtras::read(row.get_ref(6)?.as_str_or_null().unwrap_or_default())?;
    let extras = &extras.extras;
    let may_want = endpoint.wants_type(&name) && endpoint.is_on(&extras.channels);
    let Some(filter) = endpoint.filter.as_ref().filter(|_| may_want) else {
        return Ok(may_want);
    };
    Ok(filter.matches(&EventSubject {
        event_type: &name,
        data: row.get_ref(7)?.as_str().unwrap_or_default(),
        extras: Some(extras),
    }))
}
