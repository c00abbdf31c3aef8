//! Sending an endpoint again what it got, or should have got, in a span of time.
//!
//! The walk goes down by the event's id within the tenant's events: the key that it pages by is the one that it sorts
//! by, so that none is met twice and none is passed over, whatever comes in meanwhile.

use std::sync::Arc;

use nuncio_domain::{DeliveryId, EventId, EventStanding, Progress, Recovery, Timestamp, Trigger};
use rusqlite::{Connection, Row, params};

use crate::{
    EndpointKey, EventKey, Reach, Sending,
    codec::{
        extras::StoredExtras,
        states::PENDING,
        targets::{newest_generation, pack_replayed, unpack_replayed},
    },
    fail::Fail,
    jobs::PIECE,
    sqlite::{
        rows::{
            codec::{blob, event_id, event_type},
            delivery::{self, NewDelivery},
        },
        shared::Shared,
        transaction::write::Write,
    },
};

/// Events that one piece looks at: some milliseconds of the writer's time.
const LOOKED_AT_MAX: usize = 1_000;
/// Events that counting looks at: a second or so. Of more, the total grows as the job goes on.
const COUNTED_MAX: usize = 250_000;

const EVENTS: &str = "SELECT e.seq, e.id, e.type, e.targets, e.replayed, e.test OR e.payload IS NULL, e.extras \
    FROM tenant_events x CROSS JOIN events e ON e.seq = x.event \
    WHERE x.tenant = ?1 AND x.id >= ?2 AND x.id < ?3 ORDER BY x.id DESC LIMIT ?4";

/// An endpoint that recovers.
struct Endpoint {
    key: EndpointKey,
    tenant: i64,
    project: i64,
    sending: Arc<Sending>,
}

/// An event that is to get a delivery.
struct Chosen {
    event: EventKey,
    id: EventId,
    generation: u32,
    replayed: Vec<(EndpointKey, u32)>,
}

/// How many events get a delivery, as far as is counted.
pub(crate) fn count(
    conn: &Connection,
    shared: &Shared,
    reach: &Reach,
    recovery: &Recovery,
) -> Result<u64, Fail> {
    let Some(endpoint) = find(shared, reach, recovery) else {
        return Ok(0);
    };
    let mut chosen = 0;
    walk(conn, &endpoint, recovery, None, COUNTED_MAX, |_| {
        chosen += 1;
        true
    })?;
    Ok(chosen)
}

/// Gives the next events their deliveries; returns how many it were, and after which event to go on.
pub(crate) fn piece(
    write: &mut Write<'_>,
    project: i64,
    recovery: &Recovery,
    after: Option<u128>,
    now: Timestamp,
) -> Result<(usize, Option<u128>), Fail> {
    let reach = {
        let mirror = write.shared.mirror();
        let part = mirror.projects().find(|part| part.key == project);
        part.map(|part| Reach {
            project: part.project.id,
            tenant: None,
        })
    };
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
        deliver(write, &endpoint, event, now)?;
    }
    if done > 0 {
        write.effects.due.push((endpoint.key, now));
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
    conn: &Connection,
    endpoint: &Endpoint,
    recovery: &Recovery,
    after: Option<u128>,
    looked_at_max: usize,
    mut each: impl FnMut(Chosen) -> bool,
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
    while let Some(row) = rows.next()? {
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
    conn: &Connection,
    row: &Row<'_>,
    id: EventId,
    endpoint: &Endpoint,
    recovery: &Recovery,
) -> Result<Option<Chosen>, Fail> {
    // A test, or one whose payload was erased.
    if row.get(5)? {
        return Ok(None);
    }
    let targets: Vec<u8> = row.get(3)?;
    let replayed = row.get::<_, Option<Vec<u8>>>(4)?.unwrap_or_default();
    let replayed = unpack_replayed(&replayed);
    let sent = newest_generation(&targets, &replayed, endpoint.key);
    let pending = match sent {
        Some(generation) => is_pending(conn, endpoint, id, generation)?,
        None => false,
    };
    let extras = StoredExtras::read(row.get_ref(6)?.as_str_or_null().unwrap_or_default())?;
    let wanting = &endpoint.sending.endpoint;
    let name = event_type(row.get_ref(2)?.as_str().unwrap_or_default())?;
    let generation = recovery.gives(EventStanding {
        wanted: wanting.wants(&name) && wanting.is_on(&extras.extras.channels),
        sent,
        pending,
    });
    let event = EventKey(row.get(0)?);
    Ok(generation.map(|generation| Chosen {
        event,
        id,
        generation,
        replayed,
    }))
}

fn is_pending(
    conn: &Connection,
    endpoint: &Endpoint,
    event: EventId,
    generation: u32,
) -> Result<bool, Fail> {
    let id = DeliveryId::derive(event, endpoint.sending.endpoint.id, generation);
    let mut find = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM deliveries WHERE project = ?1 AND id = ?2 AND state = ?3)",
    )?;
    let found = find.query_row(params![endpoint.project, blob(id.bits()), PENDING], |row| {
        row.get(0)
    })?;
    Ok(found)
}

fn deliver(
    write: &Write<'_>,
    endpoint: &Endpoint,
    chosen: Chosen,
    now: Timestamp,
) -> Result<(), Fail> {
    let Chosen {
        event,
        id,
        generation,
        mut replayed,
    } = chosen;
    let new = NewDelivery {
        id: DeliveryId::derive(id, endpoint.sending.endpoint.id, generation),
        event,
        endpoint: endpoint.key,
        project: endpoint.project,
        generation,
        created_at: now,
        place: None,
    };
    // The first time that it goes there is what should have been, not a replay.
    let trigger = match generation {
        0 => Trigger::Schedule,
        _ => Trigger::Replay,
    };
    delivery::insert_pending(write.conn, &new, &Progress::new(now, trigger))?;
    replayed.push((endpoint.key, generation));
    write
        .conn
        .prepare_cached("UPDATE events SET replayed = ?2 WHERE seq = ?1")?
        .execute(params![event.0, pack_replayed(&replayed)])?;
    Ok(())
}
