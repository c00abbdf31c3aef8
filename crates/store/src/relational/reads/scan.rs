//! Walking deliveries by id, newest first: what lists and bulk operations have in common.
//!
//! SQL chooses the index and the range, Rust chooses among the rows. A walk looks at a bounded number of rows; a
//! page that found less than was asked for says where to go on all the same.

use nuncio_domain::{DeliveryId, Selection};

use crate::{
    EndpointKey, Page, PageFilling, PageStart, Slice,
    codec::{
        extras::StoredExtras,
        states::{SUCCEEDED, state_codes_of},
    },
    fail::Fail,
    relational::{
        reads::{
            range::{BothWays, Found, IdRange, merge},
            steps::Steps,
        },
        rows::codec::delivery_id,
    },
    sql::{Row, Sql, params},
};

/// Rows that one walk looks at: some ten milliseconds.
const LOOKED_AT_MAX: usize = 10_000;
/// Rows that it looks at of each endpoint at least, so that it gets on where there are very many.
const LOOKED_AT_MIN: usize = 100;

/// Where to walk.
#[derive(Clone, Debug)]
pub(crate) enum Within {
    /// Everything of the project.
    Project(i64),
    /// These endpoints.
    Endpoints(Vec<EndpointKey>),
}

/// The columns after `SELECT`; type and extras are looked up only if they are asked for (`?1` and `?6`).
macro_rules! select {
    ($rest:literal) => {
        BothWays {
            down: select!($rest, " DESC"),
            up: select!($rest, " ASC"),
        }
    };
    ($rest:literal, $order:literal) => {
        concat!(
            "SELECT seq, id, state, last_status, last_error, \
             CASE WHEN ?1 = 1 THEN (SELECT type FROM events WHERE events.seq = deliveries.event) END, \
             CASE WHEN ?6 = 1 THEN (SELECT extras FROM events WHERE events.seq = deliveries.event) END \
             FROM deliveries INDEXED BY ",
            $rest,
            " AND id >= ?4 AND id < ?5 ORDER BY id",
            $order,
            " LIMIT ?7"
        )
    };
}

// The partial indexes are used because their condition, `state <> 1`, stands in the query as it does in the schema.
// ?3 is not used where all states are wanted: it is named there to keep the numbers.
const OF_PROJECT: BothWays =
    select!("deliveries_by_id WHERE project = ?2 AND CAST(?3 AS BIGINT) IS NULL");
const OF_PROJECT_BY_STATE: BothWays =
    select!("deliveries_by_state WHERE project = ?2 AND state <> 1 AND state = ?3");
const OF_ENDPOINT: BothWays =
    select!("deliveries_by_endpoint WHERE endpoint = ?2 AND CAST(?3 AS BIGINT) IS NULL");
const OF_ENDPOINT_BY_STATE: BothWays =
    select!("deliveries_by_endpoint_state WHERE endpoint = ?2 AND state <> 1 AND state = ?3");

/// Finds a page of a selection's deliveries, newest first. The selection's tenant and endpoint are what `within` was made
/// of.
pub(crate) fn walk(
    conn: Sql<'_>,
    within: &Within,
    selection: &Selection,
    page: &Page<DeliveryId>,
) -> Result<Slice<Found<DeliveryId>, DeliveryId>, Fail> {
    let states = match &selection.status {
        Some(word) => match state_codes_of(word, selection.with_failed_tests) {
            Some(codes) => codes.iter().copied().map(Some).collect(),
            None => return Ok(Slice::empty()),
        },
        None => vec![None],
    };
    let search = Search {
        conn,
        selection,
        states,
    };
    let Some(named) = &selection.deliveries else {
        return search.within(within, page, None);
    };
    let mut ids = named.clone();
    newest_first(&mut ids, &page.start);
    let mut filling = PageFilling::new(page, usize::MAX);
    for id in ids {
        let found = search.within(within, &Page::first(1), Some(id))?;
        let Some(found) = found.items.into_iter().next() else {
            continue;
        };
        if !filling.reaches(&found.id) {
            break;
        }
        filling.push(found);
    }
    Ok(filling.slice())
}

/// Puts deliveries in the order of a page's way, each once, from where it begins.
pub(crate) fn newest_first(ids: &mut Vec<DeliveryId>, start: &PageStart<DeliveryId>) {
    ids.sort_unstable();
    ids.dedup();
    match start {
        PageStart::First => ids.reverse(),
        PageStart::After(after) => {
            ids.retain(|id| id < after);
            ids.reverse();
        }
        PageStart::UpTo(first) => ids.retain(|id| id >= first),
    }
}

/// What is looked for.
struct Search<'a> {
    conn: Sql<'a>,
    selection: &'a Selection,
    /// Each of the states that are wanted; `None` is any.
    states: Vec<Option<i64>>,
}

impl Search<'_> {
    /// A page of all that is found there, or of that one delivery.
    fn within(
        &self,
        within: &Within,
        page: &Page<DeliveryId>,
        only: Option<DeliveryId>,
    ) -> Result<Slice<Found<DeliveryId>, DeliveryId>, Fail> {
        let (keys, by_id, by_state) = match within {
            Within::Project(key) => (vec![*key], &OF_PROJECT, &OF_PROJECT_BY_STATE),
            Within::Endpoints(keys) => {
                let keys = keys.iter().map(|key| key.0).collect();
                (keys, &OF_ENDPOINT, &OF_ENDPOINT_BY_STATE)
            }
        };
        let of_each = LOOKED_AT_MAX / (keys.len() * self.states.len()).max(1);
        let looked_at_max = of_each.max(LOOKED_AT_MIN);
        let mut parts = Vec::with_capacity(keys.len());
        for key in keys {
            for state in &self.states {
                let sql = if is_indexed(*state) { by_state } else { by_id };
                parts.push(self.one(sql, (key, *state), page, only, looked_at_max)?);
            }
        }
        Ok(merge(parts, page))
    }

    fn one(
        &self,
        sql: &BothWays,
        (key, state): (i64, Option<i64>),
        page: &Page<DeliveryId>,
        only: Option<DeliveryId>,
        looked_at_max: usize,
    ) -> Result<Slice<Found<DeliveryId>, DeliveryId>, Fail> {
        let selection = self.selection;
        let start = page.start.map(|id| id.bits());
        let mut range = IdRange::new(selection.since, selection.until, start);
        if let Some(id) = only {
            range = range.only(id.bits());
        }
        let mut find = self.conn.prepare_cached(sql.of(&page.start))?;
        let with_type = selection.event_type.is_some();
        let indexed = state.filter(|_| is_indexed(state));
        let with_extras = selection.channel.is_some();
        let mut steps = Steps::new(page, looked_at_max, range);
        let mut filling = PageFilling::new(page, looked_at_max);
        loop {
            let range = steps.range();
            let mut rows = find.query(params![
                with_type,
                key,
                indexed,
                range.from,
                range.below,
                with_extras,
                steps.limit()
            ])?;
            while let Some(row) = &rows.next()? {
                let id = delivery_id(row, 1)?;
                if !filling.reaches(&id) {
                    return Ok(filling.slice());
                }
                steps.saw(id.bits());
                if wanted(row, state, selection)? {
                    let seq = row.get(0)?;
                    filling.push(Found { id, seq });
                }
            }
            if !steps.go_on() {
                return Ok(filling.slice());
            }
        }
    }
}

/// Succeeded deliveries are not in the indexes by state: there are too many of them.
const fn is_indexed(state: Option<i64>) -> bool {
    matches!(state, Some(code) if code != SUCCEEDED)
}

fn wanted(row: &Row<'_>, state: Option<i64>, selection: &Selection) -> Result<bool, Fail> {
    let text = |column| -> Result<Option<&str>, Fail> {
        Ok(row.get_ref(column)?.as_str_or_null().unwrap_or_default())
    };
    Ok((state.is_none() || state == Some(row.get(2)?))
        && (selection.status_code.is_none() || selection.status_code == row.get(3)?)
        && (selection.error.is_none() || selection.error.as_deref() == text(4)?)
        && match &selection.event_type {
            Some(name) => text(5)? == Some(name.as_str()),
            None => true,
        }
        && match &selection.channel {
            Some(channel) => StoredExtras::read(text(6)?)?
                .extras
                .channels
                .contains(channel),
            None => true,
        })
}
