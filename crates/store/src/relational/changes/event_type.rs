//! Changes to the catalog of event types, each inside a write transaction.

use std::sync::Arc;

use nuncio_domain::{EventType, EventTypeName, ProjectId, Timestamp};

use crate::{
    EventTypePut, StoreError,
    audit_entry::{self, BeforeAfter},
    fail::Fail,
    relational::write::Write,
    sql::params,
};

/// Puts an event type in, or in the place of an older one.
pub(crate) const PUT: &str = "INSERT INTO event_types (project, name, doc) VALUES (?1, ?2, ?3) \
    ON CONFLICT (project, name) DO UPDATE SET doc = excluded.doc";

/// Writes the row of an event type, and has the mirror show it.
pub(super) fn put_row(
    write: &mut Write<'_>,
    project: i64,
    id: ProjectId,
    event_type: Arc<EventType>,
) -> Result<(), Fail> {
    write.conn.prepare_cached(PUT)?.execute(params![
        project,
        event_type.name.as_str(),
        serde_json::to_string(&*event_type)?
    ])?;
    write
        .effects
        .mirror(move |mirror| mirror.put_type(id, event_type));
    Ok(())
}

pub(crate) fn put(
    write: &mut Write<'_>,
    project: ProjectId,
    types: Vec<EventTypePut>,
) -> Result<Vec<Arc<EventType>>, Fail> {
    let key = write.project(project)?;
    let put = types.into_iter().map(|EventTypePut { event_type, over }| {
        let before = kept(write, project, &event_type.name);
        let version = before.as_ref().map(|before| before.schema_version);
        if version != over {
            return Err(changed_meanwhile(&event_type.name, over, version).into());
        }
        let event_type = match &before {
            Some(before) => event_type.in_place_of(before),
            None => event_type,
        };
        let before_after = BeforeAfter::put(before.as_deref(), &event_type);
        write.audit_also(audit_entry::event_type(project, &before_after));
        let event_type = Arc::new(event_type);
        put_row(write, key, project, Arc::clone(&event_type))?;
        Ok(event_type)
    });
    put.collect()
}

fn kept(write: &Write<'_>, project: ProjectId, name: &EventTypeName) -> Option<Arc<EventType>> {
    let mirror = write.shared.mirror();
    mirror.project(project)?.types.get(name).cloned()
}

fn changed_meanwhile(name: &EventTypeName, over: Option<u32>, found: Option<u32>) -> StoreError {
    let version = |version: Option<u32>| {
        version.map_or_else(|| "none".to_owned(), |version| version.to_string())
    };
    StoreError::Conflict(format!(
        "event type `{name}` was changed meanwhile: its schema was compared with version {}, and there is {} by now. \
         Nothing was changed: try again",
        version(over),
        version(found),
    ))
}

pub(crate) fn archive(
    write: &mut Write<'_>,
    project: ProjectId,
    name: &EventTypeName,
    archived_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Arc<EventType>, Fail> {
    let key = write.project(project)?;
    let before = kept(write, project, name).ok_or(StoreError::NotFound)?;
    let mut event_type = EventType::clone(&before);
    if before.archived_at.is_some() != archived_at.is_some() {
        event_type.archived_at = archived_at;
        event_type.updated_at = now;
    }
    let before_after = BeforeAfter::put(Some(&*before), &event_type);
    write.audit(audit_entry::archived(project, &before_after));
    let event_type = Arc::new(event_type);
    put_row(write, key, project, Arc::clone(&event_type))?;
    Ok(event_type)
}

pub(crate) fn delete(
    write: &mut Write<'_>,
    project: ProjectId,
    name: EventTypeName,
) -> Result<(), Fail> {
    let key = write.project(project)?;
    let before = kept(write, project, &name).ok_or(StoreError::NotFound)?;
    write
        .conn
        .prepare_cached("DELETE FROM event_types WHERE project = ?1 AND name = ?2")?
        .execute(params![key, name.as_str()])?;
    write.audit(audit_entry::event_type(
        project,
        &BeforeAfter::deleted(&before),
    ));
    write
        .effects
        .mirror(move |mirror| mirror.drop_type(project, &name));
    Ok(())
}
