//! Since when endpoints fail, and which the operator was told of, as rows.

use std::collections::HashMap;

use nuncio_domain::{Streak, Timestamp};

use super::codec;
use crate::{
    EndpointKey,
    fail::Fail,
    sql::{Sql, params},
};

/// Writes an endpoint's row of failures, or that it has none.
pub(crate) fn write(conn: Sql<'_>, endpoint: EndpointKey, streak: &Streak) -> Result<(), Fail> {
    const PUT: &str = "INSERT INTO failing (endpoint, since, told) VALUES (?1, ?2, ?3) \
        ON CONFLICT (endpoint) DO UPDATE SET since = ?2, told = ?3";
    if streak.is_over() {
        return forget(conn, endpoint);
    }
    conn.prepare_cached(PUT)?.execute(params![
        endpoint.0,
        streak.since.map(Timestamp::ms),
        streak.told
    ])?;
    Ok(())
}

/// Forgets an endpoint's failures.
pub(crate) fn forget(conn: Sql<'_>, endpoint: EndpointKey) -> Result<(), Fail> {
    conn.prepare_cached("DELETE FROM failing WHERE endpoint = ?1")?
        .execute([endpoint.0])?;
    Ok(())
}

/// Reads them all, after a start.
pub(crate) fn load(conn: Sql<'_>) -> Result<HashMap<EndpointKey, Streak>, Fail> {
    let mut list = conn.prepare_cached("SELECT endpoint, since, told FROM failing")?;
    let rows = list.query_map([], |row| {
        let streak = Streak {
            since: codec::optional_time(row, 1)?,
            failures: 0,
            told: row.get(2)?,
        };
        Ok((EndpointKey(row.get(0)?), streak))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
