//! The server's own events: what a project's operator is told, as ordinary events of the tenant that the policy names.
//!
//! Each is written in the commit of what it tells. None is about the operator's own endpoints and deliveries: an endpoint
//! that fails would otherwise be sent word of its failures for ever.

use std::sync::Arc;

use nuncio_domain::{
    DeliveryId, Endpoint, EventId, Progress, ProjectId, State, TenantId, Timestamp,
};
use rusqlite::OptionalExtension;
use serde_json::{Map, Value, json};

use super::{append, audit, prepared::Hashed};
use crate::{
    EndpointKey, EventKey, NewEvent,
    fail::Fail,
    operator::{DELIVERY_DEAD, ENDPOINT_DISABLED, ENDPOINT_ENABLED, name, reason},
    sqlite::{rows::codec::event_id, transaction::write::Write},
};

/// Tells that an endpoint was switched off or on, if that is what happened.
pub(crate) fn endpoint_changed(
    write: &mut Write<'_>,
    project: ProjectId,
    before: &Endpoint,
    after: &Endpoint,
    now: Timestamp,
) -> Result<(), Fail> {
    let (what, reason) = match (before.disabled, after.disabled) {
        (None, Some(because)) => (ENDPOINT_DISABLED, Some(reason(because))),
        (Some(_), None) => (ENDPOINT_ENABLED, None),
        (None, None) | (Some(_), Some(_)) => return Ok(()),
    };
    let mut data = json!({ "endpoint": after.id, "tenant": after.tenant });
    if let (Some(reason), Some(data)) = (reason, data.as_object_mut()) {
        data.insert("reason".to_owned(), reason.into());
        let since = after.failing_since.map(|since| since.to_string());
        data.insert("failing_since".to_owned(), since.into());
    }
    let seed = after.id.bits();
    tell(write, project, &after.tenant, what, seed, &data, now)
}

/// A delivery whose end may have to be told.
pub(crate) struct Ended<'a> {
    pub(crate) delivery: DeliveryId,
    pub(crate) event: EventKey,
    pub(crate) endpoint: EndpointKey,
    pub(crate) before: State,
    pub(crate) after: &'a Progress,
    pub(crate) status_code: Option<u16>,
    pub(crate) error: Option<&'a str>,
}

const EVENT: &str = "SELECT id, type, test FROM events WHERE seq = ?1";

/// Tells that a delivery is dead, if it has become so just now.
pub(crate) fn delivery_ended(
    write: &mut Write<'_>,
    ended: &Ended<'_>,
    now: Timestamp,
) -> Result<(), Fail> {
    let State::Dead(because) = ended.after.state else {
        return Ok(());
    };
    let sending = write
        .shared
        .mirror()
        .sending(ended.endpoint)
        .map(Arc::clone);
    let Some(sending) = sending.filter(|_| !matches!(ended.before, State::Dead(_))) else {
        return Ok(());
    };
    let tenant = &sending.endpoint.tenant;
    if !is_told(write, sending.project, tenant) {
        return Ok(());
    }
    let event = write
        .conn
        .prepare_cached(EVENT)?
        .query_row([ended.event.0], |row| {
            Ok((
                event_id(row, 0)?,
                row.get::<_, String>(1)?,
                row.get::<_, bool>(2)?,
            ))
        })
        .optional()?;
    let Some((event, kind, false)) = event else {
        return Ok(());
    };
    let data = json!({
        "delivery": ended.delivery,
        "event": event,
        "event_type": kind,
        "endpoint": sending.endpoint.id,
        "tenant": tenant,
        "reason": because.as_str(),
        "attempts": ended.after.attempts,
        "last_status_code": ended.status_code,
        "last_error": ended.error,
    });
    let seed = ended.delivery.bits() ^ u128::from(ended.after.attempts);
    tell(
        write,
        sending.project,
        tenant,
        DELIVERY_DEAD,
        seed,
        &data,
        now,
    )
}

/// The tenant that is told of a project's endpoints and deliveries.
fn operator(write: &Write<'_>, project: ProjectId) -> Option<TenantId> {
    let mirror = write.shared.mirror();
    let part = mirror.project(project)?;
    part.project.policy.operator_tenant.clone()
}

fn is_told(write: &Write<'_>, project: ProjectId, about: &TenantId) -> bool {
    operator(write, project).is_some_and(|operator| operator != *about)
}

fn tell(
    write: &mut Write<'_>,
    project: ProjectId,
    about: &TenantId,
    what: &'static str,
    seed: u128,
    data: &Value,
    now: Timestamp,
) -> Result<(), Fail> {
    let Some(tenant) = operator(write, project).filter(|operator| operator != about) else {
        return Ok(());
    };
    // A dialect may send data as a form, which has no null.
    let members = data.as_object().into_iter().flatten();
    let known = members.filter(|(_, value)| !value.is_null());
    let data: Map<String, Value> = known
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let event = NewEvent {
        id: EventId::new(now.ms(), audit::ten(write, what, seed)),
        project,
        tenant,
        event_type: name(what)?,
        source_id: None,
        fingerprint: [0; 32],
        occurred_at: None,
        created_at: now,
        deliver_at: None,
        ordering_key: None,
        schema_version: None,
        due: now,
        data: Value::Object(data).to_string().into(),
        // Texts and small whole numbers.
        canonical_safe: true,
        extras: None,
    };
    if let Err(refused) = append::append_one(write, Hashed::from(event))? {
        tracing::error!(%refused, what, "an event for the operator was refused");
    }
    Ok(())
}
