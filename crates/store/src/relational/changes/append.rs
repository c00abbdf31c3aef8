//! Taking events in: one row an event, holding the endpoints that it goes to.

use std::sync::Arc;

use nuncio_domain::{
    DeliveryId, EndpointId, EventContent, PayloadFilter, Progress, ProjectId, Tenant, TenantId,
    Timestamp, Trigger, Uid, WhileDisabled, first_delay, route,
};

use super::{
    audit::{self, Authorship},
    once, order,
    prepared::Hashed,
};
use crate::{
    Accepted, EndpointKey, EventKey, Fresh, FreshTarget, NewEvent, Once, OrderingHash, Reach,
    Refused, Sending, StoreError, audit_entry,
    codec::{
        extras::extras_text,
        targets::{pack_targets, unpack_targets},
    },
    fail::Fail,
    mirror::Routed,
    relational::{
        reads::tenants::{self, Numbered},
        rows::{
            codec::{event_id, time},
            delivery::{NewDelivery, Place, insert_pending},
            event::{self, EventRow},
        },
        write::Write,
    },
    sql::{OptionalExtension, params},
};

pub(crate) type Results = Vec<Result<Accepted, Refused>>;

/// Carries out [`Ingest::append`](crate::Ingest::append). An [`Fail::Answer`] has changed nothing.
pub(crate) fn append(
    write: &mut Write<'_>,
    events: Vec<Hashed>,
    once: Option<&Once<Results>>,
    authorship: Option<&Authorship>,
) -> Result<Results, Fail> {
    once::check(write, once)?;
    for hashed in &events {
        write.project(hashed.event.project)?;
    }
    let now = events.first().map(|hashed| hashed.event.created_at);
    let results = events
        .into_iter()
        .enumerate()
        .map(|(n, hashed)| match authorship {
            None => append_one(write, hashed),
            Some(authorship) => append_by(write, hashed, authorship, n),
        })
        .collect::<Result<Results, Fail>>()?;
    once::keep_for(write, once, &results, now.unwrap_or_default())?;
    Ok(results)
}

/// Whom an event goes to.
#[derive(Default)]
pub(crate) struct Targets {
    pub(crate) chosen: Vec<Target>,
    /// Those that want it, and are passed over since they are disabled.
    pub(crate) skipped: Vec<EndpointKey>,
}

/// What has become of a target.
pub(crate) struct Target {
    pub(crate) key: EndpointKey,
    pub(crate) delivery: DeliveryId,
    pub(crate) sending: Arc<Sending>,
}

impl Target {
    /// The row of its delivery.
    pub(crate) const fn row(
        &self,
        event_key: EventKey,
        project: i64,
        event: &NewEvent,
        place: Option<Place>,
    ) -> NewDelivery {
        NewDelivery {
            id: self.delivery,
            event: event_key,
            endpoint: self.key,
            project,
            generation: 0,
            created_at: event.created_at,
            place,
        }
    }
}

/// Appends an event as somebody's: if that makes its tenant, it is entered in the audit log.
fn append_by(
    write: &mut Write<'_>,
    hashed: Hashed,
    authorship: &Authorship,
    n: usize,
) -> Result<Result<Accepted, Refused>, Fail> {
    let place = (hashed.event.project, hashed.event.tenant.clone());
    let known = write.effects.new_tenants.contains_key(&place);
    let accepted = append_one(write, hashed)?;
    match write.effects.new_tenants.get(&place) {
        Some((_, tenant)) if !known => {
            let entry = audit::tenant_made(place.0, tenant);
            audit::enter(write.conn, authorship, n, entry)?;
        }
        Some(_) | None => {}
    }
    Ok(accepted)
}

pub(crate) fn append_one(
    write: &mut Write<'_>,
    mut hashed: Hashed,
) -> Result<Result<Accepted, Refused>, Fail> {
    let event = &mut hashed.event;
    let project = write.project(event.project)?;
    let (named, now) = (&event.tenant, event.created_at);
    let Numbered {
        key: tenant,
        tenant: owner,
    } = tenant(write, event.project, project, named, now)?;
    if event.tenant != owner.id {
        // It was named by its uid: what is kept and sent holds the id.
        event.tenant = owner.id.clone();
    }
    let event = &hashed.event;
    let Targets { chosen, skipped } = match targets(write, &hashed) {
        Ok(targets) => targets,
        Err(refused) => return Ok(Err(refused)),
    };
    let key = write.next_event()?;
    let extras = extras_text(event.extras.as_deref(), &skipped)?;
    let row = EventRow {
        key,
        project,
        tenant,
        event,
        payload_sha256: hashed.payload_sha256,
        targets: pack_targets(chosen.iter().map(|target| target.key)),
        extras,
        test: false,
    };
    if !event::insert(write.conn, &row)? {
        return repeated(write, tenant, event);
    }
    *write.last_event = key;
    if write.tail.is_closed() {
        // Else it is counted when it is put into its tenant's list.
        write.tally.event(project, tenant, event.created_at);
    }
    let accepted = Accepted {
        id: event.id,
        tenant: event.tenant.clone(),
        created_at: event.created_at,
        deliveries: u32::try_from(chosen.len()).unwrap_or(u32::MAX),
        repeated: false,
    };
    let (mut startable, waiting) = startable(write, event, chosen);
    for target in waiting {
        put_off(write, key, project, &hashed, &target)?;
    }
    match hashed.ordering {
        None if write.tail.is_closed() => write_rows(write, key, project, event, &startable)?,
        None => leave_to_tail(write, key, (project, tenant), event, &startable),
        Some(queue) => line_up(write, key, project, event, queue, &mut startable)?,
    }
    start(write, key, hashed, &startable);
    Ok(Ok(accepted))
}

/// Whom an event goes to by the catalog in memory.
pub(crate) fn targets(write: &Write<'_>, hashed: &Hashed) -> Result<Targets, Refused> {
    let event = &hashed.event;
    let mirror = write.shared.mirror();
    let mut targets = Targets::default();
    let Some(tenant) = mirror.tenant(event.project, &event.tenant) else {
        return Ok(targets);
    };
    let passes = |routed: &Routed, filter: &PayloadFilter| {
        hashed
            .judged
            .passes(&routed.sending.endpoint, filter, event)
    };
    let skips = || {
        let part = mirror.project(event.project);
        part.is_some_and(|part| part.project.policy.while_disabled == Some(WhileDisabled::Skip))
    };
    let channels = event.subject().channels();
    let wanting = route(&tenant.endpoints, &event.event_type, channels, passes);
    for Routed { key, sending } in wanting {
        if sending.endpoint.disabled.is_some() && skips() {
            targets.skipped.push(*key);
            continue;
        }
        if sending.dialect.dialect.is_canonical() && !event.canonical_safe {
            return Err(Refused::NumbersUnchecked);
        }
        targets.chosen.push(Target {
            key: *key,
            delivery: DeliveryId::derive(event.id, sending.endpoint.id, 0),
            sending: Arc::clone(sending),
        });
    }
    Ok(targets)
}

/// Parts those that may start at once from those whose rows are written now.
pub(crate) fn startable(
    write: &Write<'_>,
    event: &NewEvent,
    targets: Vec<Target>,
) -> (Vec<Target>, Vec<Target>) {
    let room = event.deliver_at.is_none_or(|at| at <= event.created_at)
        && (write.tail.is_closed() || write.tail.has_room(targets.len()))
        && write.shared.feed.has_room();
    targets.into_iter().partition(|target| {
        room && target.sending.waiting.is_none()
            && first_delay(target.sending.retry_of(&event.event_type)).is_zero()
    })
}

fn put_off(
    write: &mut Write<'_>,
    key: EventKey,
    project: i64,
    hashed: &Hashed,
    target: &Target,
) -> Result<(), Fail> {
    let event = &hashed.event;
    let due = event.due + first_delay(target.sending.retry_of(&event.event_type));
    let place = hashed
        .ordering
        .map(|queue| order::last_place(write.conn, target.key, queue))
        .transpose()?;
    let new = target.row(key, project, event, place);
    insert_pending(write.conn, &new, &Progress::new(due, Trigger::Schedule))?;
    let blocked = place.is_some_and(|place| place.blocked);
    // An endpoint that waits is looked at again when it is changed, and one that is blocked when it is the first.
    if target.sending.waiting.is_none() && !blocked {
        write.effects.due.push((target.key, due));
    }
    Ok(())
}

/// Leaves the rows to the commit of their outcomes.
fn leave_to_tail(
    write: &mut Write<'_>,
    key: EventKey,
    owner: (i64, i64),
    event: &NewEvent,
    startable: &[Target],
) {
    let targets = startable.iter().map(|target| (target.key, target.delivery));
    write
        .tail
        .add(key, event.id, owner, (event.created_at, event.due), targets);
}

/// Writes the rows with their event, where nothing is left for later.
fn write_rows(
    write: &Write<'_>,
    key: EventKey,
    project: i64,
    event: &NewEvent,
    startable: &[Target],
) -> Result<(), Fail> {
    let progress = Progress::new(event.due, Trigger::Schedule);
    startable.iter().try_for_each(|target| {
        let new = target.row(key, project, event, None);
        insert_pending(write.conn, &new, &progress).map(drop)
    })
}

/// Writes the rows of an event with an ordering key: those after it have to see it. Only those targets stay startable
/// that are the first of their queue.
fn line_up(
    write: &Write<'_>,
    key: EventKey,
    project: i64,
    event: &NewEvent,
    queue: OrderingHash,
    startable: &mut Vec<Target>,
) -> Result<(), Fail> {
    let progress = Progress::new(event.due, Trigger::Schedule);
    let mut first = Vec::with_capacity(startable.len());
    for target in startable.drain(..) {
        let place = order::last_place(write.conn, target.key, queue)?;
        let new = target.row(key, project, event, Some(place));
        insert_pending(write.conn, &new, &progress)?;
        if !place.blocked {
            first.push(target);
        }
    }
    *startable = first;
    Ok(())
}

/// Leaves an event's first attempts to the engine, once this is committed.
pub(crate) fn start(write: &mut Write<'_>, key: EventKey, hashed: Hashed, startable: &[Target]) {
    if startable.is_empty() {
        return;
    }
    let Hashed {
        event, ordering, ..
    } = hashed;
    write.effects.fresh.push(Fresh {
        event_key: key,
        ordering,
        due: event.due,
        targets: startable
            .iter()
            .map(|target| FreshTarget {
                endpoint: target.key,
                delivery: target.delivery,
            })
            .collect(),
        event: Arc::new(EventContent {
            id: event.id,
            source_id: event.source_id,
            tenant: event.tenant,
            event_type: event.event_type,
            time: event.occurred_at.unwrap_or(event.created_at),
            data: event.data,
            extras: event.extras,
        }),
    });
}

const FIRST: &str =
    "SELECT id, fingerprint, created_at, targets FROM events WHERE source_id = ?1 AND tenant = ?2";

fn repeated(
    write: &Write<'_>,
    tenant: i64,
    event: &NewEvent,
) -> Result<Result<Accepted, Refused>, Fail> {
    let source_id = event.source_id.as_ref().map(|id| id.as_str());
    let first = write
        .conn
        .prepare_cached(FIRST)?
        .query_row(params![source_id, tenant], |row| {
            let targets: Vec<u8> = row.get(3)?;
            let first = Accepted {
                id: event_id(row, 0)?,
                tenant: event.tenant.clone(),
                created_at: time(row, 2)?,
                deliveries: unpack_targets(&targets).count() as u32,
                repeated: true,
            };
            Ok((row.get::<[u8; 32]>(1)?, first))
        })
        .optional()?;
    match first {
        Some((fingerprint, first)) if fingerprint == event.fingerprint => Ok(Ok(first)),
        Some(_) => Ok(Err(Refused::SourceIdReused)),
        None => Err(Fail::Broken(format!("the event id {} is taken", event.id))),
    }
}

const INSERT_TENANT: &str = "INSERT INTO tenants (project, id, doc) VALUES (?1, ?2, ?3)";

/// A tenant by its id, or by its uid: no tenant is made whose id is another's uid.
fn known_tenant(
    write: &Write<'_>,
    project: ProjectId,
    name: &TenantId,
) -> Result<Option<Numbered>, Fail> {
    if let Some(known) = tenants::find(write.conn, write.shared, project, name)? {
        return Ok(Some(known));
    }
    let Ok(uid) = Uid::parse(name.as_str()) else {
        return Ok(None);
    };
    let named = write.shared.mirror().tenant_named(project, &uid).cloned();
    match named {
        Some(id) => tenants::find(write.conn, write.shared, project, &id),
        None => Ok(None),
    }
}

/// A tenant, which is made if it is not there.
pub(crate) fn tenant(
    write: &mut Write<'_>,
    project: ProjectId,
    project_key: i64,
    id: &TenantId,
    now: Timestamp,
) -> Result<Numbered, Fail> {
    if let Some(known) = known_tenant(write, project, id)? {
        return Ok(known);
    }
    let tenant = Tenant {
        id: id.clone(),
        uid: None,
        name: None,
        plan: None,
        metadata: serde_json::Map::new(),
        throttle_rate: None,
        created_at: now,
        updated_at: now,
    };
    let doc = serde_json::to_string(&tenant)?;
    let key =
        write
            .conn
            .prepare_cached(INSERT_TENANT)?
            .insert(params![project_key, id.as_str(), doc])?;
    let tenant = Arc::new(tenant);
    let made = (key, Arc::clone(&tenant));
    write
        .effects
        .new_tenants
        .insert((project, id.clone()), made);
    Ok(Numbered { key, tenant })
}

/// Carries out [`Ingest::append_test`](crate::Ingest::append_test). A test has its row from the start: its
/// progress says that it is one.
pub(crate) fn append_test(
    write: &mut Write<'_>,
    reach: &Reach,
    hashed: &Hashed,
    endpoint: EndpointId,
    once: Option<Once<DeliveryId>>,
) -> Result<DeliveryId, Fail> {
    once::check(write, once.as_ref())?;
    let event = &hashed.event;
    let (target, tenant) = {
        let mirror = write.shared.mirror();
        let (key, sending) = mirror
            .endpoint(reach, endpoint)
            .ok_or(StoreError::NotFound)?;
        let tenant = mirror
            .tenant(reach.project, &sending.endpoint.tenant)
            .ok_or(StoreError::NotFound)?;
        let target = Target {
            key,
            delivery: DeliveryId::derive(event.id, endpoint, 0),
            sending: Arc::clone(sending),
        };
        (target, tenant.key)
    };
    let project = write.project(reach.project)?;
    let key = write.next_event()?;
    let new = target.row(key, project, event, None);
    let (endpoint, delivery) = (target.key, target.delivery);
    let tested = &target.sending.endpoint;
    write.audit(audit_entry::test(reach.project, tested, delivery));
    let row = EventRow {
        key,
        project,
        tenant,
        event,
        payload_sha256: hashed.payload_sha256,
        targets: pack_targets(std::iter::once(target.key)),
        extras: None,
        test: true,
    };
    if !event::insert(write.conn, &row)? {
        return Err(StoreError::Conflict("another event has this id".to_owned()).into());
    }
    *write.last_event = key;
    insert_pending(write.conn, &new, &Progress::new(event.due, Trigger::Test))?;
    write.effects.due.push((endpoint, event.due));
    once::keep(write, once, &delivery, event.created_at)?;
    Ok(delivery)
}
