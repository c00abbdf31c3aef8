//! Since when endpoints fail, as rows.

use std::collections::HashMap;

use nuncio_domain::Timestamp;
use rusqlite::{Connection, params};

use crate::{EndpointKey, fail::Fail};

/// Writes since when an endpoint fails, or that it does not.
pub(crate) fn write(
    conn: &Connection,
    endpoint: EndpointKey,
    since: Option<Timestamp>,
) -> Result<(), Fail> {
    const PUT: &str = "INSERT INTO failing (endpoint, since) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET since = ?2";
    match since {
        Some(since) => conn
            .prepare_cached(PUT)?
            .execute(params![endpoint.0, since.ms()])?,
        None => conn
            .prepare_cached("DELETE FROM failing WHERE endpoint = ?1")?
            .execute([endpoint.0])?,
    };
    Ok(())
}

/// Reads them all, after a start.
pub(crate) fn load(conn: &Connection) -> Result<HashMap<EndpointKey, Timestamp>, Fail> {
    let mut list = conn.prepare("SELECT endpoint, since FROM failing")?;
    let rows = list.query_map([], |row| {
        Ok((EndpointKey(row.get(0)?), Timestamp::from_ms(row.get(1)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
