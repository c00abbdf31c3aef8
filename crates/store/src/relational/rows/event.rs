//! Event rows: put in.

use std::time::Duration;

use nuncio_domain::Timestamp;

use super::codec::blob;
use crate::{
    EventKey, NewEvent,
    fail::Fail,
    sql::{Sql, Value, params},
};

/// An event that is not in the database yet.
pub(crate) struct EventRow<'a> {
    pub(crate) key: EventKey,
    pub(crate) project: i64,
    pub(crate) tenant: i64,
    pub(crate) event: &'a NewEvent,
    pub(crate) payload_sha256: [u8; 32],
    /// The endpoints that it goes to, packed.
    pub(crate) targets: Vec<u8>,
    /// What it has besides its data.
    pub(crate) extras: Option<String>,
    pub(crate) test: bool,
}

const INSERT: &str = "INSERT INTO events (seq, id, project, tenant, type, source_id, fingerprint, occurred_at, \
    created_at, deliver_at, test, targets, payload_sha256, payload, ordering_key, extras, schema_version) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING";

/// Puts an event in; `false` if its `source_id` is taken.
pub(crate) fn insert(conn: Sql<'_>, row: &EventRow<'_>) -> Result<bool, Fail> {
    let inserted = with_values(row, |values| conn.prepare_cached(INSERT)?.execute(values))?;
    if inserted == 1 {
        keep_for(conn, row)?;
    }
    Ok(inserted == 1)
}

/// The values of its row.
pub(crate) fn with_values<R>(row: &EventRow<'_>, put: impl FnOnce(&[Value<'_>]) -> R) -> R {
    let event = row.event;
    put(params![
        row.key.0,
        blob(event.id.bits()),
        row.project,
        row.tenant,
        event.event_type.as_str(),
        event.source_id.as_ref().map(|id| id.as_str()),
        event.fingerprint,
        event.occurred_at.map(Timestamp::ms),
        event.created_at.ms(),
        event.deliver_at.map(Timestamp::ms),
        row.test,
        row.targets,
        row.payload_sha256,
        &*event.data,
        event.ordering_key.as_ref().map(|key| key.as_str()),
        row.extras,
        event.schema_version,
    ])
}

const KEEP_FOR: &str = "INSERT INTO retentions (event, project, ends_at) VALUES (?1, ?2, ?3)";

/// Notes until when an event is kept that has a time of its own: so long after it was accepted, or was to be delivered.
fn keep_for(conn: Sql<'_>, row: &EventRow<'_>) -> Result<(), Fail> {
    let event = row.event;
    let extras = event.extras.as_ref();
    let Some(days) = extras.and_then(|extras| extras.retention_days) else {
        return Ok(());
    };
    let since = event.created_at.max(event.deliver_at.unwrap_or_default());
    let ends_at = since + Duration::from_secs(u64::from(days) * 24 * 60 * 60);
    conn.prepare_cached(KEEP_FOR)?
        .execute([row.key.0, row.project, ends_at.ms()])?;
    Ok(())
}
