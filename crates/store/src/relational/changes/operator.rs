//! The server's own events: what a project's operator is told, as ordinary events of the tenant that the policy names.
//!
//! Each is written in the commit of what it tells. None is about the operator's own endpoints and deliveries: an endpoint
//! that fails would otherwise be sent word of its failures for ever. None tells a secret, nor a URL, which may hold one.

use std::sync::Arc;

use nuncio_domain::{
    BulkRetry, DeliveryId, Endpoint, ErrorClass, EventId, Job, JobKind, Progress, ProjectId, State,
    Streak, TenantId, Timestamp,
};
use serde_json::{Map, Value, json};

use super::{append, audit, prepared::Hashed};
use crate::{
    EndpointKey, EventKey, NewEvent, Quota, Record, Sending,
    fail::Fail,
    operator::{
        DELIVERY_DEAD, DELIVERY_RECOVERED, ENDPOINT_CREATED, ENDPOINT_DELETED, ENDPOINT_DISABLED,
        ENDPOINT_ENABLED, ENDPOINT_FAILING, ENDPOINT_RECOVERED, ENDPOINT_UPDATED,
        ENDPOINT_VERIFIED, JOB_FINISHED, QUOTA_REACHED, SECRET_ROTATED, name, reason,
    },
    relational::{
        rows::codec::{blob, event_id},
        write::Write,
    },
    sql::OptionalExtension,
};

/// Changes of an endpoint that have events of their own, or follow from what has.
const TOLD_APART: [&str; 3] = ["disabled", "signing_secret", "verification"];

/// What an event is about.
#[derive(Clone, Copy)]
struct About<'a> {
    project: ProjectId,
    /// Whose it is; none for what is the project's.
    tenant: Option<&'a TenantId>,
    /// Tells it from others of the same moment.
    seed: u128,
}

impl<'a> About<'a> {
    const fn endpoint(project: ProjectId, endpoint: &'a Endpoint) -> Self {
        Self {
            project,
            tenant: Some(&endpoint.tenant),
            seed: endpoint.id.bits(),
        }
    }
}

fn data_of(endpoint: &Endpoint) -> Value {
    json!({ "endpoint": endpoint.id, "tenant": endpoint.tenant })
}

/// The same with more.
fn with(mut data: Value, more: Value) -> Value {
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    data
}

/// Tells that an endpoint was created.
pub(crate) fn endpoint_created(
    write: &mut Write<'_>,
    project: ProjectId,
    endpoint: &Endpoint,
    now: Timestamp,
) -> Result<(), Fail> {
    let more = json!({ "disabled": endpoint.disabled.is_some() });
    let data = with(data_of(endpoint), more);
    let about = About::endpoint(project, endpoint);
    tell(write, about, ENDPOINT_CREATED, &data, now)
}

/// Tells that an endpoint was deleted.
pub(crate) fn endpoint_deleted(
    write: &mut Write<'_>,
    project: ProjectId,
    endpoint: &Endpoint,
    now: Timestamp,
) -> Result<(), Fail> {
    let about = About::endpoint(project, endpoint);
    tell(write, about, ENDPOINT_DELETED, &data_of(endpoint), now)
}

/// Tells that an endpoint has shown that it wants deliveries.
pub(crate) fn endpoint_verified(
    write: &mut Write<'_>,
    project: ProjectId,
    endpoint: &Endpoint,
    now: Timestamp,
) -> Result<(), Fail> {
    let about = About::endpoint(project, endpoint);
    tell(write, about, ENDPOINT_VERIFIED, &data_of(endpoint), now)
}

/// Tells what was changed of an endpoint: `changes` are the names of its fields.
pub(crate) fn endpoint_changed(
    write: &mut Write<'_>,
    project: ProjectId,
    (before, after): (&Endpoint, &Endpoint),
    changes: &[String],
    now: Timestamp,
) -> Result<(), Fail> {
    let about = About::endpoint(project, after);
    let others = changes.iter().map(String::as_str);
    let others: Vec<_> = others.filter(|name| !TOLD_APART.contains(name)).collect();
    if !others.is_empty() {
        let data = with(data_of(after), json!({ "changed": others.join(",") }));
        tell(write, about, ENDPOINT_UPDATED, &data, now)?;
    }
    if before.secrets != after.secrets {
        let until = after.secrets.previous_expires_at(now);
        let data = with(data_of(after), json!({ "previous_expires_at": until }));
        tell(write, about, SECRET_ROTATED, &data, now)?;
    }
    match (before.disabled, after.disabled) {
        (None, Some(because)) => {
            let more = json!({ "reason": reason(because), "failing_since": after.failing_since });
            let data = with(data_of(after), more);
            tell(write, about, ENDPOINT_DISABLED, &data, now)
        }
        (Some(_), None) => tell(write, about, ENDPOINT_ENABLED, &data_of(after), now),
        (None, None) | (Some(_), Some(_)) => Ok(()),
    }
}

/// Tells that an endpoint fails, or works again, if that is news; `record` is the outcome that has shown it.
pub(crate) fn health_changed(
    write: &mut Write<'_>,
    key: EndpointKey,
    (before, after): (&Streak, &Streak),
    record: &Record,
) -> Result<(), Fail> {
    if before.told == after.told {
        return Ok(());
    }
    let Some(sending) = sending(write, key) else {
        return Ok(());
    };
    let endpoint = &*sending.endpoint;
    let about = About::endpoint(sending.project, endpoint);
    let data = data_of(endpoint);
    if before.told {
        let data = with(data, json!({ "failing_since": before.since }));
        return tell(write, about, ENDPOINT_RECOVERED, &data, record.ended);
    }
    let more = json!({
        "failing_since": after.since,
        "failures": after.failures,
        "last_status_code": record.attempt.status_code,
        "last_error": record.attempt.error.as_ref().map(ErrorClass::as_str),
    });
    tell(
        write,
        about,
        ENDPOINT_FAILING,
        &with(data, more),
        record.ended,
    )
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

const NOTE_DEAD: &str = "INSERT OR IGNORE INTO told_dead (delivery) VALUES (?1)";

/// Tells that a delivery is dead, if it has become so just now.
pub(crate) fn delivery_ended(
    write: &mut Write<'_>,
    ended: &Ended<'_>,
    now: Timestamp,
) -> Result<(), Fail> {
    let State::Dead(because) = ended.after.state else {
        return Ok(());
    };
    if matches!(ended.before, State::Dead(_)) {
        return Ok(());
    }
    let Some((sending, data)) = delivery(write, (ended.delivery, ended.event), ended.endpoint)?
    else {
        return Ok(());
    };
    let more = json!({
        "reason": because.as_str(),
        "attempts": ended.after.attempts,
        "last_status_code": ended.status_code,
        "last_error": ended.error,
    });
    write
        .conn
        .prepare_cached(NOTE_DEAD)?
        .execute([blob(ended.delivery.bits())])?;
    let about = About {
        seed: ended.delivery.bits() ^ u128::from(ended.after.attempts),
        ..About::endpoint(sending.project, &sending.endpoint)
    };
    tell(write, about, DELIVERY_DEAD, &with(data, more), now)
}

const FORGET_DEAD: &str = "DELETE FROM told_dead WHERE delivery = ?1";

/// Tells that a delivery has succeeded, if it was told that it is dead.
pub(crate) fn delivery_recovered(
    write: &mut Write<'_>,
    record: &Record,
    progress: &Progress,
) -> Result<(), Fail> {
    let id = record.delivery;
    let was_told = write
        .conn
        .prepare_cached(FORGET_DEAD)?
        .execute([blob(id.bits())])?;
    if was_told == 0 {
        return Ok(());
    }
    let Some((sending, data)) = delivery(write, (id, record.event_key), record.endpoint_key)?
    else {
        return Ok(());
    };
    let data = with(data, json!({ "attempts": progress.attempts }));
    let about = About {
        seed: id.bits(),
        ..About::endpoint(sending.project, &sending.endpoint)
    };
    tell(write, about, DELIVERY_RECOVERED, &data, record.ended)
}

const EVENT: &str = "SELECT id, type, test FROM events WHERE seq = ?1";

/// A delivery's endpoint, and what is said of the delivery; `None` if nobody is told of it.
fn delivery(
    write: &Write<'_>,
    (id, event): (DeliveryId, EventKey),
    endpoint: EndpointKey,
) -> Result<Option<(Arc<Sending>, Value)>, Fail> {
    let sending = sending(write, endpoint).filter(|sending| {
        operator(write, sending.project).is_some_and(|operator| operator != sending.endpoint.tenant)
    });
    let Some(sending) = sending else {
        return Ok(None);
    };
    let event = write
        .conn
        .prepare_cached(EVENT)?
        .query_row([event.0], |row| {
            Ok((
                event_id(row, 0)?,
                row.get::<String>(1)?,
                row.get::<bool>(2)?,
            ))
        })
        .optional()?;
    let Some((event, kind, false)) = event else {
        return Ok(None);
    };
    let data = json!({ "delivery": id, "event": event, "event_type": kind });
    let data = with(data, data_of(&sending.endpoint));
    Ok(Some((sending, data)))
}

/// Tells that a job that somebody asked for has come to its end.
pub(crate) fn job_finished(
    write: &mut Write<'_>,
    project: i64,
    tenant: Option<&TenantId>,
    job: &Job,
    now: Timestamp,
) -> Result<(), Fail> {
    let (endpoint, named) = match &job.kind {
        JobKind::Retry(BulkRetry { selection, .. }) | JobKind::Purge(selection) => {
            (selection.endpoint, selection.tenant.clone())
        }
        JobKind::Replay(replay) => (None, replay.tenant.clone()),
        JobKind::Recover(recovery) => (Some(recovery.endpoint), None),
        JobKind::Broadcast(_) => (None, None),
        // What follows from something that was told.
        JobKind::CancelEndpoint { .. } | JobKind::CancelTenant { .. } | JobKind::DeleteProject => {
            return Ok(());
        }
    };
    let found = {
        let mirror = write.shared.mirror();
        let part = mirror.projects().find(|part| part.key == project);
        part.map(|part| {
            let project = part.project.id;
            let reach = crate::Reach {
                project,
                tenant: None,
            };
            let endpoint = endpoint.and_then(|id| mirror.endpoint(&reach, id));
            (
                project,
                endpoint.map(|(_, sending)| sending.endpoint.tenant.clone()),
            )
        })
    };
    let Some((project, of_endpoint)) = found else {
        return Ok(());
    };
    let tenant = tenant.cloned().or(named).or(of_endpoint);
    let data = json!({
        "job": job.id, "kind": job.kind.as_str(), "state": job.state,
        "done": job.done, "total": job.total,
        "tenant": tenant, "endpoint": endpoint, "error": job.error,
    });
    let about = About {
        project,
        tenant: tenant.as_ref(),
        seed: job.id.bits(),
    };
    tell(write, about, JOB_FINISHED, &data, now)
}

/// Tells that a tenant has used up what it may.
pub(crate) fn quota_reached(
    write: &mut Write<'_>,
    project: ProjectId,
    tenant: &TenantId,
    (quota, limit): (Quota, u32),
    now: Timestamp,
) -> Result<(), Fail> {
    let data = json!({ "tenant": tenant, "quota": quota.as_str(), "limit": limit });
    let about = About {
        project,
        tenant: Some(tenant),
        seed: quota as u128,
    };
    tell(write, about, QUOTA_REACHED, &data, now)
}

fn sending(write: &Write<'_>, key: EndpointKey) -> Option<Arc<Sending>> {
    write.shared.mirror().sending(key).map(Arc::clone)
}

/// The tenant that is told of a project's endpoints and deliveries.
fn operator(write: &Write<'_>, project: ProjectId) -> Option<TenantId> {
    let mirror = write.shared.mirror();
    let part = mirror.project(project)?;
    part.project.policy.operator_tenant.clone()
}

fn tell(
    write: &mut Write<'_>,
    about: About<'_>,
    what: &'static str,
    data: &Value,
    now: Timestamp,
) -> Result<(), Fail> {
    let operator = operator(write, about.project);
    let Some(tenant) = operator.filter(|operator| about.tenant != Some(operator)) else {
        return Ok(());
    };
    // A dialect may send data as a form, which has no null.
    let members = data.as_object().into_iter().flatten();
    let known = members.filter(|(_, value)| !value.is_null());
    let data: Map<String, Value> = known
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let event = NewEvent {
        id: EventId::new(now.ms(), audit::ten(write, what, about.seed)),
        project: about.project,
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
