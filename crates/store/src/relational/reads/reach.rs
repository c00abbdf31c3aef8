//! From what a caller may see to numbers and rows. What is out of reach is not found.

use nuncio_domain::{AttemptId, DeliveryId, EndpointId, EventId, Selection};

use super::{scan::Within, tenants};
use crate::{
    DeliveryRow, EndpointKey, Reach, StoreError,
    fail::Fail,
    relational::{
        rows::{
            attempt,
            codec::blob,
            delivery::{self, Stored},
            shown::{self, StoredEvent},
        },
        shared::Shared,
    },
    sql::{Sql, params},
};

/// The numbers of a reach: the project's, and the tenant's if it names one.
pub(crate) struct ReachKeys {
    pub(crate) project: i64,
    pub(crate) tenant: Option<i64>,
}

/// Looks the numbers up.
pub(crate) fn keys(conn: Sql<'_>, shared: &Shared, reach: &Reach) -> Result<ReachKeys, Fail> {
    let project = project_key(shared, reach)?;
    let tenant = match &reach.tenant {
        // A tenant that nobody has heard of has nothing.
        Some(id) => Some(tenants::key(conn, shared, reach.project, id)?.unwrap_or(-1)),
        None => None,
    };
    Ok(ReachKeys { project, tenant })
}

/// The number of the project.
pub(crate) fn project_key(shared: &Shared, reach: &Reach) -> Result<i64, Fail> {
    let mirror = shared.mirror();
    let part = mirror.project(reach.project).ok_or(StoreError::NotFound)?;
    Ok(part.key)
}

/// An event within reach, and its project's number.
pub(crate) fn event_in_reach(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    id: EventId,
) -> Result<(i64, StoredEvent), Fail> {
    let keys = keys(conn, shared, reach)?;
    let stored = shown::event(conn, keys.project, id)?.ok_or(StoreError::NotFound)?;
    if keys
        .tenant
        .is_some_and(|tenant| tenant != stored.tenant_key)
    {
        return Err(StoreError::NotFound.into());
    }
    Ok((keys.project, stored))
}

/// A delivery within reach, and its event.
pub(crate) fn delivery_in_reach(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    id: DeliveryId,
) -> Result<(Stored, StoredEvent), Fail> {
    let keys = keys(conn, shared, reach)?;
    let stored = delivery::find(conn, keys.project, id)?.ok_or(StoreError::NotFound)?;
    let event = shown::event_of(conn, stored.event.0)?.ok_or(StoreError::NotFound)?;
    if keys.tenant.is_some_and(|tenant| tenant != event.tenant_key) {
        return Err(StoreError::NotFound.into());
    }
    Ok((stored, event))
}

/// An attempt that was found, with what it is of.
pub(crate) struct FoundAttempt {
    pub(crate) seq: i64,
    pub(crate) delivery: DeliveryRow,
    pub(crate) event: StoredEvent,
}

/// An attempt within reach.
pub(crate) fn attempt_in_reach(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    id: AttemptId,
) -> Result<FoundAttempt, Fail> {
    let project = project_key(shared, reach)?;
    let seq = attempt::find(conn, project, id)?.ok_or(StoreError::NotFound)?;
    let delivery = shown::delivery(conn, attempt::delivery_of(seq))?.ok_or(StoreError::NotFound)?;
    let (_, event) = delivery_in_reach(conn, shared, reach, delivery.id)?;
    Ok(FoundAttempt {
        seq,
        delivery,
        event,
    })
}

/// Where a selection's deliveries are to be found, for a reach; `None` if nowhere.
pub(crate) fn within(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    selection: &Selection,
) -> Result<Option<Within>, Fail> {
    let named = [&reach.tenant, &selection.tenant];
    let project = project_key(shared, reach)?;
    let mut tenant_key = None;
    for id in named.into_iter().flatten() {
        let Some(key) = tenants::key(conn, shared, reach.project, id)? else {
            return Ok(None);
        };
        if tenant_key.is_some_and(|other| other != key) {
            return Ok(None);
        }
        tenant_key = Some(key);
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
pub(crate) fn endpoint_key(
    conn: Sql<'_>,
    project: i64,
    id: EndpointId,
) -> Result<Option<(EndpointKey, i64)>, Fail> {
    let mut find =
        conn.prepare_cached("SELECT seq, tenant FROM endpoints WHERE id = ?1 AND project = ?2")?;
    let mut rows = find.query(params![blob(id.bits()), project])?;
    let Some(row) = &rows.next()? else {
        return Ok(None);
    };
    Ok(Some((EndpointKey(row.get(0)?), row.get(1)?)))
}
