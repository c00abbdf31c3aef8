//! How many deliveries are in a state: counted in an index, up to a bound.

use crate::{
    Count, EndpointKey,
    codec::states::{DEAD, PENDING},
    fail::Fail,
    sql::{Sql, params},
};

// The bound is inside, so that counting ends there. Each is answered from its index alone.
const PENDING_OF_ENDPOINT: &str = "SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_due \
    WHERE endpoint = ?1 AND state = 0 LIMIT ?2) AS found";
const OF_ENDPOINT: &str = "SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_by_endpoint_state \
    WHERE endpoint = ?1 AND state <> 1 AND state = ?3 LIMIT ?2) AS found";
const OF_PROJECT: &str = "SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_by_state \
    WHERE project = ?1 AND state <> 1 AND state = ?3 LIMIT ?2) AS found";

/// Pending deliveries of an endpoint.
pub(crate) fn pending(conn: Sql<'_>, endpoint: EndpointKey) -> Result<Count, Fail> {
    let sum = conn
        .prepare_cached(PENDING_OF_ENDPOINT)?
        .query_row(params![endpoint.0, room(0)], |row| row.get(0))?;
    Ok(bounded(sum))
}

/// The same, as far as a list of endpoints is to tell.
pub(crate) fn pending_in_short(conn: Sql<'_>, endpoint: EndpointKey) -> Result<Count, Fail> {
    let max = Count::IN_SHORT_MAX;
    let sum: i64 = conn
        .prepare_cached(PENDING_OF_ENDPOINT)?
        .query_row(params![endpoint.0, max as i64 + 1], |row| row.get(0))?;
    Ok(Count {
        count: max.min(sum as u64),
        more: sum as u64 > max,
    })
}

/// Pending and dead deliveries of a project.
pub(crate) fn of_project(conn: Sql<'_>, project: i64) -> Result<[Count; 2], Fail> {
    let mut find = conn.prepare_cached(OF_PROJECT)?;
    let mut count = |state| find.query_row(params![project, room(0), state], |row| row.get(0));
    Ok([bounded(count(PENDING)?), bounded(count(DEAD)?)])
}

/// Pending and dead deliveries of some endpoints together.
pub(crate) fn of_endpoints(conn: Sql<'_>, endpoints: &[EndpointKey]) -> Result<[Count; 2], Fail> {
    let mut find = conn.prepare_cached(OF_ENDPOINT)?;
    let mut sums = [0; 2];
    for (sum, state) in sums.iter_mut().zip([PENDING, DEAD]) {
        for endpoint in endpoints {
            let more: i64 =
                find.query_row(params![endpoint.0, room(*sum), state], |row| row.get(0))?;
            *sum += more;
        }
    }
    Ok(sums.map(bounded))
}

/// How many more are counted; one past the bound tells that there are more.
const fn room(counted: i64) -> i64 {
    Count::MAX as i64 + 1 - counted
}

fn bounded(sum: i64) -> Count {
    let sum = sum as u64;
    Count {
        count: sum.min(Count::MAX),
        more: sum > Count::MAX,
    }
}
