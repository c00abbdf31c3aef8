//! Walking deliveries by id, newest first: what lists and bulk operations have in common.
//!
//! SQL chooses the index and the range, Rust chooses among the rows. A walk looks at a bounded number of rows; a
//! page that found less than was asked for says where to go on all the same.

use nuncio_domain::{DeliveryId, Selection};
use rusqlite::{Connection, Row, params};

use crate::{
    EndpointKey,
    codec::{
        extras::StoredExtras,
        states::{SUCCEEDED, state_code_of},
    },
    fail::Fail,
    sqlite::rows::codec::{blob, delivery_id},
};

/// Rows that one walk looks at: some ten milliseconds.
const LOOKED_AT_MAX: usize = 10_000;
/// Rows that it looks at of each endpoint at least, so that it gets on where there are very many.
const LOOKED_AT_MIN: usize = 100;

/// Above every id.
const ABOVE_ALL: [u8; 17] = [0xff; 17];

/// A delivery that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DeliveryRef {
    pub(crate) id: DeliveryId,
    pub(crate) seq: i64,
}

/// Where to walk.
#[derive(Clone, Debug)]
pub(crate) enum Within {
    /// Everything of the project.
    Project(i64),
    /// These endpoints.
    Endpoints(Vec<EndpointKey>),
}

/// What was found, and where to go on.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    pub(crate) found: Vec<DeliveryRef>,
    pub(crate) next: Option<DeliveryId>,
}

/// The columns after `SELECT`; type and extras are looked up only if they are asked for (`?1` and `?6`).
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT seq, id, state, last_status, last_error, \
             CASE WHEN ?1 THEN (SELECT type FROM events WHERE events.seq = deliveries.event) END, \
             CASE WHEN ?6 THEN (SELECT extras FROM events WHERE events.seq = deliveries.event) END \
             FROM deliveries INDEXED BY ",
            $rest,
            " AND id >= ?4 AND id < ?5 ORDER BY id DESC"
        )
    };
}

// The partial indexes are used because their condition, `state <> 1`, stands in the query as it does in the schema.
// ?3 is not used where all states are wanted: it is named there to keep the numbers.
const OF_PROJECT: &str = select!("deliveries_by_id WHERE project = ?2 AND ?3 IS NULL");
const OF_PROJECT_BY_STATE: &str =
    select!("deliveries_by_state WHERE project = ?2 AND state <> 1 AND state = ?3");
const OF_ENDPOINT: &str = select!("deliveries_by_endpoint WHERE endpoint = ?2 AND ?3 IS NULL");
const OF_ENDPOINT_BY_STATE: &str =
    select!("deliveries_by_endpoint_state WHERE endpoint = ?2 AND state <> 1 AND state = ?3");

/// Finds up to `limit` deliveries of a selection with ids below `after`, newest first. The selection's tenant and
/// endpoint are what `within` was made of.
pub(crate) fn walk(
    conn: &Connection,
    within: &Within,
    selection: &Selection,
    after: Option<DeliveryId>,
    limit: usize,
) -> Result<Walk, Fail> {
    let state = match &selection.status {
        Some(word) => match state_code_of(word) {
            Some(code) => Some(code),
            None => return Ok(Walk::default()),
        },
        None => None,
    };
    let Some(named) = &selection.deliveries else {
        let range = Range::new(selection, after);
        return walk_range(conn, within, selection, state, &range, limit);
    };
    let mut ids: Vec<_> = named
        .iter()
        .copied()
        .filter(|id| after.is_none_or(|after| *id < after))
        .collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    let mut walk = Walk::default();
    for id in ids {
        if walk.found.len() == limit {
            walk.next = walk.found.last().map(|found| found.id);
            break;
        }
        let range = Range::one(selection, id);
        let one = walk_range(conn, within, selection, state, &range, 1)?;
        walk.found.extend(one.found);
    }
    Ok(walk)
}

fn walk_range(
    conn: &Connection,
    within: &Within,
    selection: &Selection,
    state: Option<i64>,
    range: &Range,
    limit: usize,
) -> Result<Walk, Fail> {
    match within {
        Within::Project(key) => {
            let sql = if by_state(state) {
                OF_PROJECT_BY_STATE
            } else {
                OF_PROJECT
            };
            let bounds = Bounds {
                limit,
                looked_at: LOOKED_AT_MAX,
            };
            walk_one(conn, sql, *key, state, selection, range, bounds)
        }
        Within::Endpoints(keys) => {
            let sql = if by_state(state) {
                OF_ENDPOINT_BY_STATE
            } else {
                OF_ENDPOINT
            };
            let of_each = LOOKED_AT_MAX / keys.len().max(1);
            let bounds = Bounds {
                limit,
                looked_at: of_each.max(LOOKED_AT_MIN),
            };
            let walks = keys
                .iter()
                .map(|key| walk_one(conn, sql, key.0, state, selection, range, bounds))
                .collect::<Result<Vec<_>, Fail>>()?;
            Ok(merge(walks, limit))
        }
    }
}

/// Succeeded deliveries are not in the indexes by state: there are too many of them.
const fn by_state(state: Option<i64>) -> bool {
    matches!(state, Some(code) if code != SUCCEEDED)
}

struct Range {
    from: [u8; 16],
    below: Vec<u8>,
}

impl Range {
    /// Of one delivery, if it is in the selection's time.
    fn one(selection: &Selection, id: DeliveryId) -> Self {
        let all = Self::new(selection, None);
        let own = blob(id.bits());
        let just_above = blob(id.bits().saturating_add(1)).to_vec();
        Self {
            from: all.from.max(own),
            below: all.below.min(just_above),
        }
    }

    fn new(selection: &Selection, after: Option<DeliveryId>) -> Self {
        let floor = |at: nuncio_domain::Timestamp| DeliveryId::floor(at.ms().max(0));
        let until = selection.until.map(floor);
        let below = match (after, until) {
            (Some(after), Some(until)) => Some(after.min(until)),
            (one, other) => one.or(other),
        };
        Self {
            from: blob(selection.since.map_or(0, |since| floor(since).bits())),
            below: below.map_or(ABOVE_ALL.to_vec(), |id| blob(id.bits()).to_vec()),
        }
    }
}

/// When a walk ends.
#[derive(Clone, Copy)]
struct Bounds {
    /// So many were found.
    limit: usize,
    /// So many were looked at.
    looked_at: usize,
}

fn walk_one(
    conn: &Connection,
    sql: &str,
    key: i64,
    state: Option<i64>,
    selection: &Selection,
    range: &Range,
    bounds: Bounds,
) -> Result<Walk, Fail> {
    let mut find = conn.prepare_cached(sql)?;
    let with_type = selection.event_type.is_some();
    let indexed = state.filter(|_| by_state(state));
    let with_extras = selection.channel.is_some();
    let mut rows = find.query(params![
        with_type,
        key,
        indexed,
        range.from,
        range.below,
        with_extras
    ])?;
    let mut walk = Walk::default();
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        if walk.found.len() == bounds.limit {
            // There is another one: the last one found is where to go on.
            walk.next = walk.found.last().map(|found| found.id);
            return Ok(walk);
        }
        let id = delivery_id(row, 1)?;
        if wanted(row, state, selection)? {
            walk.found.push(DeliveryRef {
                id,
                seq: row.get(0)?,
            });
        }
        looked_at += 1;
        if looked_at == bounds.looked_at {
            walk.next = Some(id);
            return Ok(walk);
        }
    }
    Ok(walk)
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

/// Puts the walks over several endpoints together: only as far down as all of them have come.
fn merge(walks: Vec<Walk>, limit: usize) -> Walk {
    let horizon = walks.iter().filter_map(|walk| walk.next).max();
    let mut found: Vec<_> = walks
        .into_iter()
        .flat_map(|walk| walk.found)
        .filter(|found| horizon.is_none_or(|horizon| found.id >= horizon))
        .collect();
    found.sort_unstable_by_key(|found| std::cmp::Reverse(found.id));
    let cut = found.len() > limit;
    found.truncate(limit);
    let next = if cut {
        found.last().map(|found| found.id)
    } else {
        horizon
    };
    Walk { found, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> DeliveryId {
        DeliveryId::from_bits(n)
    }
    fn walk(ids: &[u128], next: Option<u128>) -> Walk {
        Walk {
            found: ids
                .iter()
                .map(|&n| DeliveryRef { id: id(n), seq: 0 })
                .collect(),
            next: next.map(id),
        }
    }

    #[test]
    fn walks_are_merged_as_far_down_as_all_have_come() {
        let check = |walks: Vec<Walk>, limit, ids: &[u128], next: Option<u128>| {
            let merged = merge(walks, limit);
            let found: Vec<_> = merged.found.iter().map(|found| found.id.bits()).collect();
            assert_eq!(found, ids);
            assert_eq!(merged.next, next.map(id));
        };
        check(vec![], 2, &[], None);
        check(
            vec![walk(&[9, 5], None), walk(&[7], None)],
            9,
            &[9, 7, 5],
            None,
        );
        check(
            vec![walk(&[9, 5], None), walk(&[7], None)],
            2,
            &[9, 7],
            Some(7),
        );
        // The second walk gave up at 8: what is below it may be missing.
        check(
            vec![walk(&[9, 5], None), walk(&[], Some(8))],
            9,
            &[9],
            Some(8),
        );
        check(
            vec![walk(&[9, 5], Some(5)), walk(&[7, 6], Some(6))],
            2,
            &[9, 7],
            Some(7),
        );
    }
}
