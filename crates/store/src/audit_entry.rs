//! What a change comes to, as the audit log tells it: from the thing before and after, the same for every engine.

use std::sync::Arc;

use nuncio_domain::{
    ApiKey, AttemptId, DeliveryId, DialectVersion, Endpoint, Event, EventType, Job, JobKind,
    KeyKind, NewAuditEntry, Project, ProjectId, SendAgain, Tenant, TenantId, difference,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{DeliveryRow, audit_credentials};

/// A thing before a change and after it; one of them at least is there.
#[derive(Debug)]
pub(crate) struct BeforeAfter<'a, T> {
    before: Option<&'a T>,
    after: Option<&'a T>,
}

impl<'a, T: Serialize> BeforeAfter<'a, T> {
    pub(crate) const fn created(after: &'a T) -> Self {
        Self {
            before: None,
            after: Some(after),
        }
    }

    pub(crate) const fn put(before: Option<&'a T>, after: &'a T) -> Self {
        Self {
            before,
            after: Some(after),
        }
    }

    pub(crate) const fn deleted(before: &'a T) -> Self {
        Self {
            before: Some(before),
            after: None,
        }
    }

    /// One of three actions: it is made, changed or deleted.
    const fn one_of(&self, actions: [&'static str; 3]) -> &'static str {
        match (self.before, self.after) {
            (None, _) => actions[0],
            (Some(_), Some(_)) => actions[1],
            (Some(_), None) => actions[2],
        }
    }

    fn changes(&self) -> Map<String, Value> {
        difference(self.before, self.after)
    }

    fn either<U>(&self, of: impl Fn(&'a T) -> U) -> Option<U> {
        self.after.or(self.before).map(of)
    }
}

pub(crate) fn project(id: ProjectId, change: &BeforeAfter<'_, Project>) -> NewAuditEntry {
    let action = change.one_of(["project.create", "project.update", "project.delete"]);
    NewAuditEntry::new(action, id, "project", Some(id)).changing(change.changes())
}

/// A portal's token goes by a name of its own.
pub(crate) fn key(change: &BeforeAfter<'_, ApiKey>) -> NewAuditEntry {
    let kind = change.either(|key| &key.kind);
    let (noun, actions) = match kind {
        Some(KeyKind::Portal { .. }) => {
            let ends = "portal_session.delete";
            ("portal_session", ["portal_session.create", ends, ends])
        }
        Some(KeyKind::Admin | KeyKind::Project { .. } | KeyKind::Tenant { .. }) | None => {
            ("key", ["key.create", "key.update", "key.delete"])
        }
    };
    let project = kind.and_then(KeyKind::project);
    NewAuditEntry::new(
        change.one_of(actions),
        project,
        noun,
        change.either(|key| key.id),
    )
    .of(kind.and_then(KeyKind::tenant))
    .changing(change.changes())
}

pub(crate) fn tenant(project: ProjectId, change: &BeforeAfter<'_, Tenant>) -> NewAuditEntry {
    let action = change.one_of(["tenant.create", "tenant.update", "tenant.delete"]);
    let id = change.either(|tenant| &tenant.id);
    NewAuditEntry::new(action, project, "tenant", id)
        .of(id)
        .changing(change.changes())
}

pub(crate) fn event_type(project: ProjectId, change: &BeforeAfter<'_, EventType>) -> NewAuditEntry {
    let action = change.one_of([
        "event_type.create",
        "event_type.update",
        "event_type.delete",
    ]);
    of_event_type(action, project, change)
}

pub(crate) fn archived(project: ProjectId, change: &BeforeAfter<'_, EventType>) -> NewAuditEntry {
    let is_archived = change.either(|event_type| event_type.archived_at.is_some());
    let action = match is_archived {
        Some(true) => "event_type.archive",
        Some(false) | None => "event_type.unarchive",
    };
    of_event_type(action, project, change)
}

/// Older versions of a schema are no change: they were entered when they came.
fn of_event_type(
    action: &'static str,
    project: ProjectId,
    change: &BeforeAfter<'_, EventType>,
) -> NewAuditEntry {
    let mut changes = change.changes();
    changes.remove("older");
    let name = change.either(|event_type| &event_type.name);
    NewAuditEntry::new(action, project, "event_type", name).changing(changes)
}

/// Of a dialect it tells the version; its text is kept with that.
pub(crate) fn dialect(
    project: ProjectId,
    before: Option<&DialectVersion>,
    after: &DialectVersion,
) -> NewAuditEntry {
    let action = match before {
        None => "dialect.create",
        Some(_) => "dialect.update",
    };
    let is_same = before.is_some_and(|before| before.version == after.version);
    let from = before.map(|version| version.number);
    let changes = match is_same {
        true => json!({}),
        false => json!({"version": {"from": from, "to": after.number}}),
    };
    NewAuditEntry::new(action, project, "dialect", Some(after.dialect.name()))
        .changing(object(changes))
}

pub(crate) fn dialect_deleted(project: ProjectId, before: &DialectVersion) -> NewAuditEntry {
    let changes = json!({"version": {"from": before.number, "to": null}});
    NewAuditEntry::new(
        "dialect.delete",
        project,
        "dialect",
        Some(before.dialect.name()),
    )
    .changing(object(changes))
}

/// The field that tells of a rotated secret.
const SIGNING_SECRET: &str = "signing_secret";

fn rotated_secret() -> Value {
    json!({"from": "previous secret", "to": "new secret"})
}

/// The changes of a stored entry in today's words: those of earlier versions said some things otherwise.
pub(crate) fn in_todays_words(mut changes: Map<String, Value>) -> Map<String, Value> {
    if let Some(secret) = changes.get_mut(SIGNING_SECRET)
        && *secret == json!({"from": "the one before", "to": "a new one"})
    {
        *secret = rotated_secret();
    }
    changes
}

/// Of headers it tells the names; of secrets, that they are others.
pub(crate) fn endpoint(project: ProjectId, change: &BeforeAfter<'_, Endpoint>) -> NewAuditEntry {
    let mut changes = change.changes();
    if change.before.map(|was| &was.headers) != change.after.map(|is| &is.headers) {
        let (from, to) = (change.before.map(names), change.after.map(names));
        changes.insert("headers".to_owned(), json!({"from": from, "to": to}));
    }
    audit_credentials::add_changes(change.before, change.after, &mut changes);
    let rotated = match (change.before, change.after) {
        (Some(before), Some(after)) => before.secrets != after.secrets,
        _ => false,
    };
    if rotated {
        changes.insert(SIGNING_SECRET.to_owned(), rotated_secret());
    }
    let action = change.one_of(["endpoint.create", update_of(&changes), "endpoint.delete"]);
    NewAuditEntry::new(
        action,
        project,
        "endpoint",
        change.either(|endpoint| endpoint.id),
    )
    .of(change.either(|endpoint| &endpoint.tenant))
    .changing(changes)
}

/// A change that only switches an endpoint, or its secret, goes by that name.
fn update_of(changes: &Map<String, Value>) -> &'static str {
    let only = |name| changes.get(name).filter(|_| changes.len() == 1);
    if only("verification").is_some() {
        return "endpoint.verify";
    }
    match (only(SIGNING_SECRET), only("disabled")) {
        (Some(_), _) => "endpoint.rotate_secret",
        (None, Some(disabled)) if disabled["to"].is_null() => "endpoint.enable",
        (None, Some(_)) => "endpoint.disable",
        (None, None) => "endpoint.update",
    }
}

fn names(endpoint: &Endpoint) -> Vec<&str> {
    let headers = endpoint.headers.iter();
    headers.map(|(name, _)| name.as_str()).collect()
}

/// Somebody who signs in or out, with a key; none is the admin's, which is a setting.
pub(crate) fn session(action: &'static str, key: Option<&Arc<ApiKey>>) -> NewAuditEntry {
    let kind = key.map(|key| &key.kind);
    let project = kind.and_then(KeyKind::project);
    let id = key.map(|key| key.id);
    NewAuditEntry::new(action, project, "session", id).of(kind.and_then(KeyKind::tenant))
}

/// A test that was sent.
pub(crate) fn test(project: ProjectId, endpoint: &Endpoint, delivery: DeliveryId) -> NewAuditEntry {
    NewAuditEntry::new("endpoint.test", project, "endpoint", Some(endpoint.id))
        .of(Some(&endpoint.tenant))
        .changing(object(json!({ "delivery": delivery })))
}

/// A signing secret that was shown again.
pub(crate) fn secret_revealed(project: ProjectId, endpoint: &Endpoint) -> NewAuditEntry {
    NewAuditEntry::new(
        "endpoint.reveal_secret",
        project,
        "endpoint",
        Some(endpoint.id),
    )
    .of(Some(&endpoint.tenant))
}

/// Something done to one delivery.
pub(crate) fn delivery(
    action: &'static str,
    project: ProjectId,
    row: &DeliveryRow,
) -> NewAuditEntry {
    NewAuditEntry::new(action, project, "delivery", Some(row.id))
        .of(Some(&row.tenant))
        .changing(object(json!({ "endpoint": row.endpoint })))
}

/// A delivery that was retried.
pub(crate) fn retry(project: ProjectId, row: &DeliveryRow, again: SendAgain) -> NewAuditEntry {
    NewAuditEntry::new("delivery.retry", project, "delivery", Some(row.id))
        .of(Some(&row.tenant))
        .changing(asked(json!({ "endpoint": row.endpoint }), again))
}

/// An event that was replayed.
pub(crate) fn replay(
    project: ProjectId,
    event: &Event,
    made: &[DeliveryRow],
    again: SendAgain,
) -> NewAuditEntry {
    let made: Vec<_> = made.iter().map(|row| row.id).collect();
    NewAuditEntry::new("event.replay", project, "event", Some(event.id))
        .of(Some(&event.tenant))
        .changing(asked(json!({ "deliveries": made }), again))
}

/// What was asked for, with how often things are attempted if that is unusual.
fn asked(what: Value, again: SendAgain) -> Map<String, Value> {
    let mut asked = object(what);
    asked.extend(
        again
            .as_str()
            .map(|word| ("schedule".to_owned(), word.into())),
    );
    asked
}

/// An event whose payload was erased.
pub(crate) fn erasure(project: ProjectId, event: &Event) -> NewAuditEntry {
    NewAuditEntry::new("event.erase_payload", project, "event", Some(event.id))
        .of(Some(&event.tenant))
}

/// An attempt whose answer was erased.
pub(crate) fn erased_answer(
    project: ProjectId,
    id: AttemptId,
    delivery: &DeliveryRow,
) -> NewAuditEntry {
    NewAuditEntry::new("attempt.erase_response", project, "attempt", Some(id))
        .of(Some(&delivery.tenant))
        .changing(object(json!({ "delivery": delivery.id })))
}

/// A bulk operation that somebody asked for, of one endpoint or many; `None` for one that only follows from something
/// else.
pub(crate) fn job(
    project: ProjectId,
    job: &Job,
    endpoint: Option<&Endpoint>,
) -> Option<NewAuditEntry> {
    let (action, selection, again) = match &job.kind {
        JobKind::Retry(retry) => ("deliveries.retry", &retry.selection, retry.again),
        JobKind::Purge(selection) => ("dead_letters.purge", selection, SendAgain::Scheduled),
        JobKind::Replay(replay) => {
            let what = json!({
                "tenant": replay.tenant, "types": replay.types, "since": replay.since, "until": replay.until,
                "total": job.total
            });
            let entry = NewAuditEntry::new("events.replay", project, "job", Some(job.id));
            let entry = entry.of(replay.tenant.as_ref());
            return Some(entry.changing(asked(what, replay.again)));
        }
        JobKind::Recover(recovery) => {
            let what = json!({
                "job": job.id, "which": recovery.which, "since": recovery.since, "until": recovery.until,
                "total": job.total
            });
            let entry = NewAuditEntry::new(
                "endpoint.recover",
                project,
                "endpoint",
                Some(recovery.endpoint),
            );
            let tenant = endpoint.map(|endpoint| &endpoint.tenant);
            return Some(entry.of(tenant).changing(asked(what, recovery.again)));
        }
        JobKind::Broadcast(broadcast) => {
            let channels = broadcast.extras.as_ref().map(|extras| &extras.channels);
            let channels = channels.filter(|channels| !channels.is_empty());
            let asked = json!({
                "type": broadcast.event_type, "metadata": broadcast.metadata, "channels": channels,
                "total": job.total
            });
            let entry = NewAuditEntry::new("event.broadcast", project, "job", Some(job.id));
            return Some(entry.changing(object(asked)));
        }
        JobKind::CancelEndpoint { .. } | JobKind::CancelTenant { .. } | JobKind::DeleteProject => {
            return None;
        }
    };
    let mut filter = serde_json::to_value(selection).unwrap_or_default();
    if let Some(fields) = filter.as_object_mut() {
        fields.retain(|_, value| !value.is_null() && *value != json!(false));
    }
    let changes = asked(json!({"filter": filter, "total": job.total}), again);
    let entry =
        NewAuditEntry::new(action, project, "job", Some(job.id)).of(selection.tenant.as_ref());
    Some(entry.changing(changes))
}

/// A bulk operation that somebody ended early.
pub(crate) fn cancelled_job(
    project: ProjectId,
    tenant: Option<&TenantId>,
    job: &Job,
) -> NewAuditEntry {
    let stood = json!({ "kind": job.kind.as_str(), "done": job.done, "total": job.total });
    NewAuditEntry::new("job.cancel", project, "job", Some(job.id))
        .of(tenant)
        .changing(object(stood))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_earlier_versions_are_read_in_todays_words() {
        let check = |stored: Value, expected: Value| {
            assert_eq!(in_todays_words(object(stored)), object(expected));
        };
        let url = json!({"from": "the one before", "to": "a new one"});
        check(
            json!({"signing_secret": {"from": "the one before", "to": "a new one"}, "url": url}),
            json!({"signing_secret": {"from": "previous secret", "to": "new secret"}, "url": url}),
        );
        check(
            json!({"signing_secret": null}),
            json!({"signing_secret": null}),
        );
    }
}
