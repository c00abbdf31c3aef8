//! What is due: by endpoint, over the partial index of pending rows.

use std::{collections::HashSet, sync::Arc};

use nuncio_domain::{DeliveryId, ErrorClass, EventContent, Extras, Timestamp};

use crate::{
    Due, DueBatch, EndpointKey, EventKey, OrderingHash,
    codec::extras::StoredExtras,
    fail::Fail,
    relational::rows::{
        codec::{
            self, delivery_id, event_id, event_type, optional_time, source_id, tenant_id, time,
        },
        delivery,
    },
    sql::{Sql, params},
};

/// Payload bytes in one batch: memory is bounded by this, not by how large events are.
const BYTES_MAX: usize = 16 * 1024 * 1024;

const DUE: &str = "SELECT id, event, generation, due, state, reason, scheduled_due, extra, attempts, scheduled, \
    first_began, trigger, ordering, last_error FROM deliveries INDEXED BY deliveries_due \
    WHERE endpoint = ?1 AND state = 0 AND due IS NOT NULL ORDER BY due LIMIT ?2";
const TESTS: &str = "SELECT id, event, generation, due, state, reason, scheduled_due, extra, attempts, scheduled, \
    first_began, trigger, ordering, last_error FROM deliveries INDEXED BY deliveries_tests \
    WHERE endpoint = ?1 AND state = 0 AND trigger = 'test' ORDER BY due LIMIT ?2";

/// Which deliveries are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueQuery {
    pub(crate) endpoint: EndpointKey,
    /// Due by then.
    pub(crate) now: Timestamp,
    /// So many at most.
    pub(crate) limit: usize,
    /// For an endpoint that waits: its backlog, however long, must not hide a test.
    pub(crate) tests_only: bool,
}

/// The deliveries of an endpoint that are due, the longest due first, besides those that are `held`.
pub(crate) fn due(
    conn: Sql<'_>,
    query: &DueQuery,
    held: &HashSet<DeliveryId>,
) -> Result<DueBatch, Fail> {
    let mut batch = DueBatch::default();
    let mut bytes = 0;
    let mut find = conn.prepare_cached(if query.tests_only { TESTS } else { DUE })?;
    // One more than asked for: it says when to come back.
    let rows_max = query.limit.saturating_add(held.len() + 1);
    let mut rows = find.query(params![
        query.endpoint.0,
        i64::try_from(rows_max).unwrap_or(i64::MAX)
    ])?;
    while let Some(row) = &rows.next()? {
        let due = time(row, 3)?;
        if due > query.now || batch.due.len() >= query.limit || bytes > BYTES_MAX {
            batch.next_due = Some(due);
            break;
        }
        let delivery = delivery_id(row, 0)?;
        if held.contains(&delivery) {
            batch.held.push((delivery, codec::progress(row, 4)?));
            continue;
        }
        let event_key = EventKey(row.get(1)?);
        let Some(event) = content(conn, event_key)? else {
            continue;
        };
        bytes += event.bytes();
        batch.due.push(Due {
            delivery,
            event_key,
            generation: row.get(2)?,
            event: Arc::new(event),
            progress: codec::progress(row, 4)?,
            ordering: row.get::<Option<i64>>(12)?.map(OrderingHash),
            last_error: row.get::<Option<String>>(13)?.map(ErrorClass::stored),
        });
    }
    Ok(batch)
}

const CONTENT: &str = "SELECT e.id, e.source_id, t.id, e.type, e.occurred_at, e.created_at, e.payload, e.extras FROM events e \
    JOIN tenants t ON t.seq = e.tenant WHERE e.seq = ?1";

/// What is sent of an event; `None` if it is gone or its payload is erased.
fn content(conn: Sql<'_>, key: EventKey) -> Result<Option<EventContent>, Fail> {
    let mut find = conn.prepare_cached(CONTENT)?;
    let mut rows = find.query([key.0])?;
    let Some(row) = &rows.next()? else {
        return Ok(None);
    };
    let Some(data) = row.get::<Option<Box<str>>>(6)? else {
        return Ok(None);
    };
    Ok(Some(EventContent {
        id: event_id(row, 0)?,
        source_id: source_id(row.get_ref(1)?.as_str_or_null().unwrap_or_default())?,
        tenant: tenant_id(row.get_ref(2)?.as_str().unwrap_or_default())?,
        event_type: event_type(row.get_ref(3)?.as_str().unwrap_or_default())?,
        time: optional_time(row, 4)?.unwrap_or(time(row, 5)?),
        data,
        extras: extras(row.get_ref(7)?.as_str_or_null().unwrap_or_default())?,
    }))
}

fn extras(text: Option<&str>) -> Result<Option<Arc<Extras>>, Fail> {
    let read = text
        .map(|text| StoredExtras::read(Some(text)))
        .transpose()?;
    Ok(read.map(|stored| Arc::new(stored.extras)))
}

/// The first due times of these endpoints: one look into the index for each, however long their backlogs are.
pub(crate) fn due_endpoints(
    conn: Sql<'_>,
    endpoints: Vec<EndpointKey>,
) -> Result<Vec<(EndpointKey, Timestamp)>, Fail> {
    let mut due = Vec::new();
    for key in endpoints {
        if let Some(at) = delivery::earliest_due(conn, key)? {
            due.push((key, at));
        }
    }
    Ok(due)
}
