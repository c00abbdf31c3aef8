//! What a change comes to, as the audit log tells it: from the thing before and after, the same for every engine.

use std::sync::Arc;

use nuncio_domain::{
    ApiKey, Deed, DeliveryId, DialectVersion, Endpoint, Event, EventType, Job, JobKind, KeyKind,
    Project, ProjectId, Tenant, difference,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::DeliveryRow;

/// A thing before a change and after it; one of them at least is there.
#[derive(Debug)]
pub(crate) struct Turn<'a, T> {
    before: Option<&'a T>,
    after: Option<&'a T>,
}

impl<'a, T: Serialize> Turn<'a, T> {
    pub(crate) const fn made(after: &'a T) -> Self {
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

pub(crate) fn project(id: ProjectId, turn: &Turn<'_, Project>) -> Deed {
    let action = turn.one_of(["project.create", "project.update", "project.delete"]);
    Deed::new(action, id, "project", Some(id)).changing(turn.changes())
}

/// A portal's token goes by a name of its own.
pub(crate) fn key(turn: &Turn<'_, ApiKey>) -> Deed {
    let kind = turn.either(|key| &key.kind);
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
    Deed::new(
        turn.one_of(actions),
        project,
        noun,
        turn.either(|key| key.id),
    )
    .of(kind.and_then(KeyKind::tenant))
    .changing(turn.changes())
}

pub(crate) fn tenant(project: ProjectId, turn: &Turn<'_, Tenant>) -> Deed {
    let action = turn.one_of(["tenant.create", "tenant.update", "tenant.delete"]);
    let id = turn.either(|tenant| &tenant.id);
    Deed::new(action, project, "tenant", id)
        .of(id)
        .changing(turn.changes())
}

pub(crate) fn event_type(project: ProjectId, turn: &Turn<'_, EventType>) -> Deed {
    let action = turn.one_of([
        "event_type.create",
        "event_type.update",
        "event_type.delete",
    ]);
    let name = turn.either(|event_type| &event_type.name);
    Deed::new(action, project, "event_type", name).changing(turn.changes())
}

/// Of a dialect it tells the version; its text is kept with that.
pub(crate) fn dialect(
    project: ProjectId,
    before: Option<&DialectVersion>,
    after: &DialectVersion,
) -> Deed {
    let action = match before {
        None => "dialect.create",
        Some(_) => "dialect.update",
    };
    let from = before.map(|version| version.version);
    let changes = match from == Some(after.version) {
        true => json!({}),
        false => json!({"version": {"from": from, "to": after.version}}),
    };
    Deed::new(action, project, "dialect", Some(after.dialect.name())).changing(object(changes))
}

/// Of headers it tells the names; of secrets, that they are others.
pub(crate) fn endpoint(project: ProjectId, turn: &Turn<'_, Endpoint>) -> Deed {
    let mut changes = turn.changes();
    if turn.before.map(|was| &was.headers) != turn.after.map(|is| &is.headers) {
        let (from, to) = (turn.before.map(names), turn.after.map(names));
        changes.insert("headers".to_owned(), json!({"from": from, "to": to}));
    }
    let rotated = match (turn.before, turn.after) {
        (Some(before), Some(after)) => before.secrets != after.secrets,
        _ => false,
    };
    if rotated {
        let secret = json!({"from": "the one before", "to": "a new one"});
        changes.insert("signing_secret".to_owned(), secret);
    }
    let action = turn.one_of(["endpoint.create", update_of(&changes), "endpoint.delete"]);
    Deed::new(
        action,
        project,
        "endpoint",
        turn.either(|endpoint| endpoint.id),
    )
    .of(turn.either(|endpoint| &endpoint.tenant))
    .changing(changes)
}

/// A change that only switches an endpoint, or its secret, goes by that name.
fn update_of(changes: &Map<String, Value>) -> &'static str {
    let only = |name| changes.get(name).filter(|_| changes.len() == 1);
    if only("verification").is_some() {
        return "endpoint.verify";
    }
    match (only("signing_secret"), only("disabled")) {
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
pub(crate) fn session(action: &'static str, key: Option<&Arc<ApiKey>>) -> Deed {
    let kind = key.map(|key| &key.kind);
    let project = kind.and_then(KeyKind::project);
    let id = key.map(|key| key.id);
    Deed::new(action, project, "session", id).of(kind.and_then(KeyKind::tenant))
}

/// A test that was sent.
pub(crate) fn test(project: ProjectId, endpoint: &Endpoint, delivery: DeliveryId) -> Deed {
    Deed::new("endpoint.test", project, "endpoint", Some(endpoint.id))
        .of(Some(&endpoint.tenant))
        .changing(object(json!({ "delivery": delivery })))
}

/// Something done to one delivery.
pub(crate) fn delivery(action: &'static str, project: ProjectId, row: &DeliveryRow) -> Deed {
    Deed::new(action, project, "delivery", Some(row.id))
        .of(Some(&row.tenant))
        .changing(object(json!({ "endpoint": row.endpoint })))
}

/// An event that was replayed.
pub(crate) fn replay(project: ProjectId, event: &Event, made: &[DeliveryRow]) -> Deed {
    let made: Vec<_> = made.iter().map(|row| row.id).collect();
    Deed::new("event.replay", project, "event", Some(event.id))
        .of(Some(&event.tenant))
        .changing(object(json!({ "deliveries": made })))
}

/// An event whose payload was erased.
pub(crate) fn erasure(project: ProjectId, event: &Event) -> Deed {
    Deed::new("event.erase_payload", project, "event", Some(event.id)).of(Some(&event.tenant))
}

/// A bulk operation that somebody asked for, of one endpoint or many; `None` for one that only follows from something
/// else.
pub(crate) fn job(project: ProjectId, job: &Job, endpoint: Option<&Endpoint>) -> Option<Deed> {
    let (action, selection) = match &job.kind {
        JobKind::Retry(selection) => ("deliveries.retry", selection),
        JobKind::Purge(selection) => ("dead_letters.purge", selection),
        JobKind::Recover(recovery) => {
            let asked = json!({
                "job": job.id, "which": recovery.which, "since": recovery.since, "until": recovery.until,
                "total": job.total
            });
            let deed = Deed::new(
                "endpoint.recover",
                project,
                "endpoint",
                Some(recovery.endpoint),
            );
            let tenant = endpoint.map(|endpoint| &endpoint.tenant);
            return Some(deed.of(tenant).changing(object(asked)));
        }
        JobKind::CancelEndpoint { .. } | JobKind::CancelTenant { .. } | JobKind::DeleteProject => {
            return None;
        }
    };
    let mut filter = serde_json::to_value(selection).unwrap_or_default();
    if let Some(fields) = filter.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    let asked = object(json!({"filter": filter, "total": job.total}));
    let deed = Deed::new(action, project, "job", Some(job.id)).of(selection.tenant.as_ref());
    Some(deed.changing(asked))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
