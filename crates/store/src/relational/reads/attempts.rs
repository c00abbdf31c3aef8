//! Lists of attempts, the newest first.
//!
//! Those of a project or endpoint are walked along an index by id, which is the time at which they began. Those of one
//! event or delivery are few: they are looked up and put in order.

use nuncio_domain::{
    Attempt, AttemptId, EndpointId, ErrorClass, Headers, Selection, Timings, Trigger,
};

use super::{
    range::{BothWays, Found, IdRange, merge},
    reach::{delivery_in_reach, event_in_reach, within},
    scan::Within,
    steps::Steps,
};
use crate::{
    AttemptQuery, AttemptRow, EndpointKey, Page, PageFilling, Reach, Slice, StoreError,
    codec::extras::StoredExtras,
    fail::{Fail, damaged},
    relational::{
        rows::{
            attempt,
            codec::{blob, delivery_id, event_id, event_type, tenant_id, time},
            delivery,
        },
        shared::Shared,
    },
    sql::{Row, Sql, params},
};

/// Rows that one page looks at: some ten milliseconds.
const LOOKED_AT_MAX: usize = 10_000;
/// Rows that it looks at of each endpoint at least, so that it gets on where there are very many.
const LOOKED_AT_MIN: usize = 100;

/// Type and extras of the event are looked up only if they are asked for (`?1` and `?2`).
macro_rules! select {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT seq, id, status, error, CASE WHEN ?1 = 1 THEN (SELECT e.type FROM deliveries d \
             JOIN events e ON e.seq = d.event WHERE d.seq = attempts.seq >> 16) END, \
             CASE WHEN ?2 = 1 THEN (SELECT e.extras FROM deliveries d \
             JOIN events e ON e.seq = d.event WHERE d.seq = attempts.seq >> 16) END FROM attempts ",
            $from,
            $rest
        )
    };
    ($from:literal) => {
        BothWays {
            down: select!($from, " AND id >= ?4 AND id < ?5 ORDER BY id DESC LIMIT ?6"),
            up: select!($from, " AND id >= ?4 AND id < ?5 ORDER BY id ASC LIMIT ?6"),
        }
    };
}

const OF_PROJECT: BothWays = select!("INDEXED BY attempts_by_id WHERE project = ?3");
const OF_PROJECT_FAILED: BothWays =
    select!("INDEXED BY attempts_failed WHERE project = ?3 AND error IS NOT NULL");
const OF_ENDPOINT: BothWays = select!("INDEXED BY attempts_by_endpoint WHERE endpoint = ?3");
const OF_ENDPOINT_FAILED: BothWays =
    select!("INDEXED BY attempts_failed_by_endpoint WHERE endpoint = ?3 AND error IS NOT NULL");
const OF_DELIVERY: &str = select!("WHERE seq BETWEEN ?3 AND ?4", "");

/// A page of attempts.
pub(crate) fn list(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    query: &AttemptQuery,
    page: &Page<AttemptId>,
) -> Result<Slice<AttemptRow, AttemptId>, Fail> {
    let selection = Selection {
        tenant: query.tenant.clone(),
        endpoint: query.endpoint,
        ..Selection::default()
    };
    let Some(within) = within(conn, shared, reach, &selection)? else {
        return Ok(Slice::empty());
    };
    let search = Search { conn, query, page };
    let found = if query.event.is_some() || query.delivery.is_some() {
        search.of_deliveries(&deliveries(conn, shared, reach, query)?, &within)?
    } else {
        search.within(&within)?
    };
    let mut rows = Vec::with_capacity(found.items.len());
    for one in &found.items {
        rows.extend(show(conn, one.seq)?);
    }
    Ok(Slice {
        items: rows,
        next: found.next,
        prev: found.prev,
    })
}

/// The deliveries that are named, or are of the event that is: their numbers and endpoints. What is out of reach has none.
fn deliveries(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    query: &AttemptQuery,
) -> Result<Vec<(i64, EndpointKey)>, Fail> {
    let named = |stored: delivery::Stored| (stored.seq, stored.endpoint);
    if let Some(id) = query.delivery {
        let Some((stored, event)) = unless_missing(delivery_in_reach(conn, shared, reach, id))?
        else {
            return Ok(Vec::new());
        };
        let is_of_event = query.event.is_none_or(|wanted| wanted == event.event.id);
        return Ok(is_of_event.then(|| named(stored)).into_iter().collect());
    }
    let Some(id) = query.event else {
        return Ok(Vec::new());
    };
    let Some((project, event)) = unless_missing(event_in_reach(conn, shared, reach, id))? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for id in delivery::ids_of(conn, id, &event.targets, &event.replayed)? {
        found.extend(delivery::find(conn, project, id)?.map(named));
    }
    Ok(found)
}

fn unless_missing<T>(found: Result<T, Fail>) -> Result<Option<T>, Fail> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Fail::Answer(StoreError::NotFound)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// What is looked for.
struct Search<'a> {
    conn: Sql<'a>,
    query: &'a AttemptQuery,
    page: &'a Page<AttemptId>,
}

impl Search<'_> {
    /// A page of all that is found there.
    fn within(&self, within: &Within) -> Result<Slice<Found<AttemptId>, AttemptId>, Fail> {
        // Failures are seldom, and most often what is looked for: they have indexes of their own.
        let failed = self.query.failed == Some(true) || self.query.error.is_some();
        let (keys, sql) = match (within, failed) {
            (Within::Project(key), false) => (vec![*key], &OF_PROJECT),
            (Within::Project(key), true) => (vec![*key], &OF_PROJECT_FAILED),
            (Within::Endpoints(keys), false) => (numbers(keys), &OF_ENDPOINT),
            (Within::Endpoints(keys), true) => (numbers(keys), &OF_ENDPOINT_FAILED),
        };
        let of_each = LOOKED_AT_MAX / keys.len().max(1);
        let looked_at_max = of_each.max(LOOKED_AT_MIN);
        let parts = keys
            .into_iter()
            .map(|key| self.one(sql, key, looked_at_max))
            .collect::<Result<Vec<_>, Fail>>()?;
        Ok(merge(parts, self.page))
    }

    fn one(
        &self,
        sql: &BothWays,
        key: i64,
        looked_at_max: usize,
    ) -> Result<Slice<Found<AttemptId>, AttemptId>, Fail> {
        let range = self.range();
        let (with_type, with_extras) = self.looks_up();
        let mut find = self.conn.prepare_cached(sql.of(&self.page.start))?;
        let mut steps = Steps::new(self.page, looked_at_max, range);
        let mut filling = PageFilling::new(self.page, looked_at_max);
        loop {
            let range = steps.range();
            let mut rows = find.query(params![
                with_type,
                with_extras,
                key,
                range.from,
                range.below,
                steps.limit()
            ])?;
            while let Some(row) = &rows.next()? {
                let found = found(row)?;
                if !filling.reaches(&found.id) {
                    return Ok(filling.slice());
                }
                steps.saw(found.id.bits());
                if self.wants(row)? {
                    filling.push(found);
                }
            }
            if !steps.go_on() {
                return Ok(filling.slice());
            }
        }
    }

    /// A page of the attempts of these deliveries.
    fn of_deliveries(
        &self,
        deliveries: &[(i64, EndpointKey)],
        within: &Within,
    ) -> Result<Slice<Found<AttemptId>, AttemptId>, Fail> {
        let range = self.range();
        let (with_type, with_extras) = self.looks_up();
        let mut all = Vec::new();
        for (delivery, endpoint) in deliveries {
            let is_within = match within {
                Within::Project(_) => true,
                Within::Endpoints(keys) => keys.contains(endpoint),
            };
            if !is_within {
                continue;
            }
            let (first, last) = attempt::range(*delivery);
            let mut find = self.conn.prepare_cached(OF_DELIVERY)?;
            let mut rows = find.query(params![with_type, with_extras, first, last])?;
            while let Some(row) = &rows.next()? {
                let found = found(row)?;
                if range.has(&blob(found.id.bits())) && self.wants(row)? {
                    all.push(found);
                }
            }
        }
        Ok(merge(vec![Slice::whole(all)], self.page))
    }

    /// Whether the event's type is asked for, and whether its extras are.
    const fn looks_up(&self) -> (bool, bool) {
        (
            self.query.event_type.is_some(),
            self.query.channel.is_some(),
        )
    }

    fn range(&self) -> IdRange {
        let start = self.page.start.map(|id| id.bits());
        IdRange::new(self.query.since, self.query.until, start)
    }

    fn wants(&self, row: &Row<'_>) -> Result<bool, Fail> {
        let query = self.query;
        let status: Option<u16> = row.get(2)?;
        let error = row.get_ref(3)?.as_str_or_null().unwrap_or_default();
        Ok(query.failed.is_none_or(|failed| failed == error.is_some())
            && query
                .status_class
                .is_none_or(|class| status.is_some_and(|status| status / 100 == class))
            && query
                .error
                .as_deref()
                .is_none_or(|wanted| error == Some(wanted))
            && match &query.event_type {
                Some(name) => row.get_ref(4)?.as_str().is_ok_and(|is| is == name.as_str()),
                None => true,
            }
            && match &query.channel {
                Some(channel) => {
                    let text = row.get_ref(5)?.as_str_or_null().unwrap_or_default();
                    let extras = StoredExtras::read(text)?.extras;
                    extras.channels.contains(channel)
                }
                None => true,
            })
    }
}

fn numbers(keys: &[EndpointKey]) -> Vec<i64> {
    keys.iter().map(|key| key.0).collect()
}

fn found(row: &Row<'_>) -> Result<Found<AttemptId>, Fail> {
    Ok(Found {
        id: AttemptId::from_bits(u128::from_be_bytes(row.get(1)?)),
        seq: row.get(0)?,
    })
}

const SHOW: &str = "SELECT a.seq & 65535, a.id, a.trigger, a.started_at, a.url, a.dialect, a.status, a.truncated, \
    a.error, a.error_detail, a.dns_us, a.connect_us, a.tls_us, a.first_byte_us, a.total_us, d.id, e.id, e.type, t.id, \
    p.id, e.test, a.transform FROM attempts a JOIN deliveries d ON d.seq = a.seq >> 16 JOIN events e ON e.seq = d.event \
    JOIN tenants t ON t.seq = e.tenant JOIN endpoints p ON p.seq = d.endpoint WHERE a.seq = ?1";

/// An attempt as lists show it; `None` if it is gone.
fn show(conn: Sql<'_>, seq: i64) -> Result<Option<AttemptRow>, Fail> {
    let mut find = conn.prepare_cached(SHOW)?;
    let mut rows = find.query([seq])?;
    let Some(row) = &rows.next()? else {
        return Ok(None);
    };
    let word = row.get_ref(2)?.as_str().unwrap_or_default();
    let attempt = Attempt {
        number: row.get(0)?,
        id: AttemptId::from_bits(u128::from_be_bytes(row.get(1)?)),
        trigger: Trigger::from_word(word).ok_or_else(|| damaged("trigger"))?,
        started_at: time(row, 3)?,
        url: row.get(4)?,
        dialect_version: row.get(5)?,
        transform_version: row.get(21)?,
        body_metadata: serde_json::Map::new(),
        request_headers: Headers::default(),
        status_code: row.get(6)?,
        response_headers: Headers::default(),
        response_body: Vec::new(),
        response_body_truncated: row.get(7)?,
        error: row.get::<Option<String>>(8)?.map(ErrorClass::stored),
        error_detail: row.get(9)?,
        timings: Timings {
            dns_us: row.get(10)?,
            connect_us: row.get(11)?,
            tls_us: row.get(12)?,
            first_byte_us: row.get(13)?,
            total_us: row.get(14)?,
        },
    };
    Ok(Some(AttemptRow {
        attempt,
        delivery: delivery_id(row, 15)?,
        event: event_id(row, 16)?,
        event_type: event_type(row.get_ref(17)?.as_str().unwrap_or_default())?,
        tenant: tenant_id(row.get_ref(18)?.as_str().unwrap_or_default())?,
        endpoint: EndpointId::from_bits(u128::from_be_bytes(row.get(19)?)),
        test: row.get(20)?,
    }))
}
