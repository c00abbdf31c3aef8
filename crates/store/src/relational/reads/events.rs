//! Lists of events, newest first.

use nuncio_domain::{Event, EventId};

use crate::{
    EndpointKey, EventQuery, Page, PageFilling, Slice,
    codec::{
        states::SUCCEEDED,
        targets::{unpack_replayed, unpack_targets},
    },
    fail::Fail,
    relational::{
        reads::{
            range::{BothWays, IdRange},
            steps::Steps,
        },
        rows::{
            codec::{blob, event_id},
            delivery,
            shown::{StoredEvent, decode_event, event_columns},
        },
    },
    sql::{Row, Sql, ToValue, params},
};

/// Rows that one page looks at: some ten milliseconds.
const LOOKED_AT_MAX: usize = 10_000;
/// The same where the deliveries of each have to be looked up.
const UNDELIVERED_LOOKED_AT_MAX: usize = 4_000;

macro_rules! select {
    ($from:literal, $id:literal) => {
        BothWays {
            down: select!($from, $id, " DESC"),
            up: select!($from, $id, " ASC"),
        }
    };
    ($from:literal, $id:literal, $order:literal) => {
        concat!(
            "SELECT ",
            event_columns!(),
            " FROM ",
            $from,
            " AND ",
            $id,
            " >= ?2 AND ",
            $id,
            " < ?3 ORDER BY ",
            $id,
            $order,
            " LIMIT ?4"
        )
    };
}

const OF_PROJECT: BothWays = select!(
    "events e INDEXED BY events_by_id CROSS JOIN tenants t ON t.seq = e.tenant WHERE e.project = ?1",
    "e.id"
);
const OF_TENANT: BothWays = select!(
    "tenant_events x CROSS JOIN events e ON e.seq = x.event CROSS JOIN tenants t ON t.seq = e.tenant WHERE x.tenant = ?1",
    "x.id"
);
const BY_SOURCE_ID: BothWays = select!(
    "events e INDEXED BY events_by_source_id CROSS JOIN tenants t ON t.seq = e.tenant WHERE e.project = ?1 AND e.source_id = ?5",
    "e.id"
);

/// Whose events: the project's number, one tenant's, and an endpoint's, as far as they were named.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whose {
    pub(crate) project: i64,
    pub(crate) tenant: Option<i64>,
    pub(crate) endpoint: Option<EndpointKey>,
}

/// A page of events, without their payloads.
pub(crate) fn list(
    conn: Sql<'_>,
    whose: Whose,
    query: &EventQuery,
    page: &Page<EventId>,
) -> Result<Slice<Event, EventId>, Fail> {
    let start = page.start.map(|id| id.bits());
    let range = IdRange::new(query.since, query.until, start);
    let source_id = query.source_id.as_ref().map(|id| id.as_str());
    let (sql, key) = match (source_id, whose.tenant) {
        (Some(_), _) => (BY_SOURCE_ID, whose.project),
        (None, Some(tenant)) => (OF_TENANT, tenant),
        (None, None) => (OF_PROJECT, whose.project),
    };
    let looked_at_max = match query.undelivered {
        true => UNDELIVERED_LOOKED_AT_MAX,
        false => LOOKED_AT_MAX,
    };
    let mut find = conn.prepare_cached(sql.of(&page.start))?;
    let mut steps = Steps::new(page, looked_at_max, range);
    let mut filling = PageFilling::new(page, looked_at_max);
    loop {
        let (range, limit) = (steps.range(), steps.limit());
        let mut values = vec![
            key.value(),
            range.from.value(),
            range.below.value(),
            limit.value(),
        ];
        values.extend(source_id.as_ref().map(ToValue::value));
        let mut rows = find.query(&values)?;
        while let Some(row) = &rows.next()? {
            let id = event_id(row, 1)?;
            if !filling.reaches(&id) {
                return Ok(filling.slice());
            }
            steps.saw(id.bits());
            // Most of what a rare type's list looks at ends here.
            if is_of_type(row, query) {
                let stored = decode_event(row, false)?;
                if wanted(conn, &stored, whose, query)? {
                    filling.push(stored.event);
                }
            }
        }
        if !steps.go_on() {
            return Ok(filling.slice());
        }
    }
}

fn is_of_type(row: &Row<'_>, query: &EventQuery) -> bool {
    let is = |name: &str| {
        row.get_ref(4)
            .is_ok_and(|kind| kind.as_str().is_ok_and(|kind| kind == name))
    };
    query
        .event_type
        .as_ref()
        .is_none_or(|name| is(name.as_str()))
}

fn wanted(
    conn: Sql<'_>,
    stored: &StoredEvent,
    whose: Whose,
    query: &EventQuery,
) -> Result<bool, Fail> {
    let its = |key| {
        unpack_targets(&stored.targets).any(|target| target == key)
            || unpack_replayed(&stored.replayed)
                .iter()
                .any(|(target, _)| *target == key)
    };
    Ok(whose
        .tenant
        .is_none_or(|tenant| tenant == stored.tenant_key)
        && whose.endpoint.is_none_or(its)
        && query
            .channel
            .as_ref()
            .is_none_or(|channel| stored.event.channels().contains(channel))
        && (!query.undelivered || !delivered(conn, whose.project, stored)?))
}

/// Whether any delivery of the event has succeeded.
fn delivered(conn: Sql<'_>, project: i64, stored: &StoredEvent) -> Result<bool, Fail> {
    let mut find = conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM deliveries WHERE project = ?1 AND id = ?2 AND state = ?3)",
    )?;
    for id in delivery::ids_of(conn, stored.event.id, &stored.targets, &stored.replayed)? {
        if find.query_row(params![project, blob(id.bits()), SUCCEEDED], |row| {
            row.get(0)
        })? {
            return Ok(true);
        }
    }
    Ok(false)
}
