//! Deliveries and events as they are shown: rows joined and decoded.

use std::sync::Arc;

use nuncio_domain::{DeliveryId, EndpointId, ErrorClass, Event};

use super::codec::{
    self, delivery_id, event_id, event_type, optional_time, ordering_key, source_id, tenant_id,
    time,
};
use crate::{
    DeliveryRow, EndpointKey,
    codec::{extras::StoredExtras, targets::unpack_targets},
    fail::{Fail, damaged},
    sql::{self, OptionalExtension, Row, Sql},
};

const DELIVERY: &str = "SELECT d.id, e.id, e.source_id, e.type, t.id, p.id, d.generation, e.test, d.last_status, \
    d.last_error, d.created_at, d.finished_at, d.state, d.reason, d.scheduled_due, d.extra, d.attempts, d.scheduled, \
    d.first_began, d.trigger, CASE WHEN d.state = 0 AND d.due IS NULL THEN (SELECT f.id FROM deliveries f \
    INDEXED BY deliveries_ordering WHERE f.endpoint = d.endpoint AND f.ordering = d.ordering AND f.state = 0 \
    ORDER BY f.event LIMIT 1) END FROM deliveries d JOIN events e ON e.seq = d.event JOIN tenants t ON t.seq = e.tenant \
    JOIN endpoints p ON p.seq = d.endpoint WHERE d.seq = ?1";

/// The delivery with that number; `None` if it is gone.
pub(crate) fn delivery(conn: Sql<'_>, seq: i64) -> Result<Option<DeliveryRow>, Fail> {
    let mut find = conn.prepare_cached(DELIVERY)?;
    let mut rows = find.query([seq])?;
    rows.next()?.as_ref().map(decode_delivery).transpose()
}

/// The deliveries with these numbers, in their order.
pub(crate) fn deliveries(
    conn: Sql<'_>,
    seqs: impl IntoIterator<Item = i64>,
) -> Result<Vec<DeliveryRow>, Fail> {
    seqs.into_iter()
        .filter_map(|seq| delivery(conn, seq).transpose())
        .collect()
}

fn decode_delivery(row: &Row<'_>) -> Result<DeliveryRow, Fail> {
    let event = event_id(row, 1)?;
    let endpoint = EndpointId::from_bits(u128::from_be_bytes(row.get(5)?));
    let generation: u32 = row.get(6)?;
    Ok(DeliveryRow {
        id: delivery_id(row, 0)?,
        event,
        source_id: source_id(row.get_ref(2)?.as_str_or_null().unwrap_or_default())?,
        event_type: event_type(row.get_ref(3)?.as_str().unwrap_or_default())?,
        tenant: tenant_id(row.get_ref(4)?.as_str().unwrap_or_default())?,
        endpoint,
        replay_of: (generation > 0).then(|| DeliveryId::derive(event, endpoint, 0)),
        test: row.get(7)?,
        last_status_code: row.get(8)?,
        last_error: row.get::<Option<String>>(9)?.map(ErrorClass::stored),
        created_at: time(row, 10)?,
        finished_at: optional_time(row, 11)?,
        progress: codec::progress(row, 12)?,
        waits_for: row
            .get::<Option<[u8; 16]>>(20)?
            .map(|bits| DeliveryId::from_bits(u128::from_be_bytes(bits))),
    })
}

/// An event with its numbers and packed lists.
#[derive(Debug)]
pub(crate) struct StoredEvent {
    pub(crate) seq: i64,
    pub(crate) tenant_key: i64,
    pub(crate) targets: Vec<u8>,
    pub(crate) replayed: Vec<u8>,
    /// The endpoints that were passed over, since they were disabled.
    pub(crate) skipped: Vec<EndpointKey>,
    pub(crate) event: Event,
}

macro_rules! event_columns {
    () => {
        "e.seq, e.id, e.tenant, t.id, e.type, e.source_id, e.occurred_at, e.created_at, e.deliver_at, e.test, \
         e.targets, e.replayed, e.payload_sha256, e.ordering_key, e.extras, e.schema_version"
    };
}
pub(crate) use event_columns;

const EVENT: &str = concat!(
    "SELECT ",
    event_columns!(),
    ", e.payload FROM events e JOIN tenants t ON t.seq = e.tenant WHERE e.project = ?1 AND e.id = ?2"
);
const EVENT_OF: &str = concat!(
    "SELECT ",
    event_columns!(),
    ", e.payload FROM events e JOIN tenants t ON t.seq = e.tenant WHERE e.seq = ?1"
);

/// The event of a project with that id, with its payload.
pub(crate) fn event(
    conn: Sql<'_>,
    project: i64,
    id: nuncio_domain::EventId,
) -> Result<Option<StoredEvent>, Fail> {
    let mut find = conn.prepare_cached(EVENT)?;
    let mut rows = find.query(sql::params![project, codec::blob(id.bits())])?;
    rows.next()?
        .as_ref()
        .map(|row| decode_event(row, true))
        .transpose()
}

/// The event with that number, with its payload.
pub(crate) fn event_of(conn: Sql<'_>, seq: i64) -> Result<Option<StoredEvent>, Fail> {
    let mut find = conn.prepare_cached(EVENT_OF)?;
    let mut rows = find.query([seq])?;
    rows.next()?
        .as_ref()
        .map(|row| decode_event(row, true))
        .transpose()
}

/// Reads the columns of [`event_columns`], and the payload after them if it was asked for.
pub(crate) fn decode_event(row: &Row<'_>, payload: bool) -> Result<StoredEvent, Fail> {
    let targets: Vec<u8> = row.get(10)?;
    let data: Option<String> = if payload { row.get(16)? } else { None };
    let extras = StoredExtras::read(row.get_ref(14)?.as_str_or_null().unwrap_or_default())?;
    let skipped = extras.skipped().collect();
    let event = Event {
        id: event_id(row, 1)?,
        tenant: tenant_id(row.get_ref(3)?.as_str().unwrap_or_default())?,
        event_type: event_type(row.get_ref(4)?.as_str().unwrap_or_default())?,
        source_id: source_id(row.get_ref(5)?.as_str_or_null().unwrap_or_default())?,
        occurred_at: optional_time(row, 6)?,
        created_at: time(row, 7)?,
        deliver_at: optional_time(row, 8)?,
        ordering_key: ordering_key(row.get_ref(13)?.as_str_or_null().unwrap_or_default())?,
        schema_version: row.get(15)?,
        test: row.get(9)?,
        deliveries: u32::try_from(unpack_targets(&targets).count())
            .map_err(|_| damaged("targets"))?,
        payload_sha256: row.get(12)?,
        data: data.map(Into::into),
        extras: (!extras.extras.is_empty()).then(|| Arc::new(extras.extras)),
    };
    Ok(StoredEvent {
        seq: row.get(0)?,
        tenant_key: row.get(2)?,
        targets,
        replayed: row.get::<Option<Vec<u8>>>(11)?.unwrap_or_default(),
        skipped,
        event,
    })
}

/// The number of a delivery of a project.
pub(crate) fn delivery_seq(
    conn: Sql<'_>,
    project: i64,
    id: DeliveryId,
) -> Result<Option<i64>, Fail> {
    Ok(conn
        .prepare_cached("SELECT seq FROM deliveries WHERE project = ?1 AND id = ?2")?
        .query_row(sql::params![project, codec::blob(id.bits())], |row| {
            row.get(0)
        })
        .optional()?)
}
