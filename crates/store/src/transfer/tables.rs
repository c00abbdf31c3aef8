//! What is moved: the tables and their columns.

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};
use tokio_postgres::types::Type;

use crate::{
    fail::Fail,
    sql::{Session, Sql, params},
};

/// A table that both engines have.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The number that it goes in pieces by; without one it goes as a whole.
    pub(super) key: Option<&'static str>,
}

const fn in_pieces(name: &'static str, key: &'static str) -> Table {
    Table {
        name,
        key: Some(key),
    }
}

const fn whole(name: &'static str) -> Table {
    Table { name, key: None }
}

/// All of them. Left out are tables that only a file needs, lists that are an index in PostgreSQL, and how far pruning is,
/// which begins anew.
pub(super) const TABLES: &[Table] = &[
    whole("projects"),
    whole("tenants"),
    whole("keys"),
    whole("sessions"),
    whole("event_types"),
    whole("endpoints"),
    whole("failing"),
    whole("pauses"),
    whole("dialects"),
    whole("transforms"),
    in_pieces("events", "seq"),
    in_pieces("retentions", "event"),
    in_pieces("deliveries", "seq"),
    in_pieces("attempts", "seq"),
    whole("told_dead"),
    in_pieces("once", "seq"),
    whole("jobs"),
    whole("broadcasts"),
    whole("rollups"),
    in_pieces("audit", "seq"),
];

/// A column of the target, and what is read for it from the source.
pub(super) struct TableColumn {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) from: String,
}

/// The columns of a table. Rollups have in the target whose they are:
/// these are nobody's who counts there.
pub(super) fn columns(target: &Session, table: &Table) -> Result<Vec<TableColumn>, Fail> {
    const FIND: &str = "SELECT CAST(attname AS TEXT), CAST(atttypid AS BIGINT) FROM pg_catalog.pg_attribute \
        WHERE attrelid = CAST(CAST(?1 AS TEXT) AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
    let sql = Sql::from(target);
    let mut find = sql.prepare_cached(FIND)?;
    let found = find.query_map([table.name], |row| {
        Ok((row.get::<String>(0)?, row.get::<u32>(1)?))
    })?;
    let mut columns = Vec::new();
    for column in found {
        let (name, oid) = column?;
        let ty = Type::from_oid(oid)
            .ok_or_else(|| Fail::Broken(format!("{}.{name} has no known type", table.name)))?;
        let from = match (table.name, name.as_str()) {
            ("rollups", "writer") => "0".to_owned(),
            _ => name.clone(),
        };
        columns.push(TableColumn { name, ty, from });
    }
    Ok(columns)
}

/// The columns, by what they are called in the target or read from the source.
pub(super) fn list(columns: &[TableColumn], name: impl Fn(&TableColumn) -> &str) -> String {
    let names = columns.iter().map(name);
    names.collect::<Vec<_>>().join(", ")
}

/// What tells a source from others: a value that each has sealed when it was made.
pub(super) fn mark(source: &Connection) -> Result<String, Fail> {
    let sealed: Vec<u8> = source.query_row(
        "SELECT value FROM meta WHERE name = 'key_check'",
        [],
        |row| row.get(0),
    )?;
    let hash = Sha256::digest(sealed);
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The tables whose rows are numbered by the database.
const NUMBERED: [(&str, &str); 9] = [
    ("projects", "seq"),
    ("tenants", "seq"),
    ("endpoints", "seq"),
    ("dialects", "version"),
    ("transforms", "version"),
    ("deliveries", "seq"),
    ("once", "seq"),
    ("broadcasts", "seq"),
    ("audit", "seq"),
];

/// Lets the target's numbers go on behind those that the source has given, also to rows that are gone.
pub(super) fn set_sequences(source: &Connection, target: &Session) -> Result<(), Fail> {
    let sql = Sql::from(target);
    for (table, column) in NUMBERED {
        let last: i64 = source.query_row(
            &format!(
                "SELECT max(coalesce((SELECT max({column}) FROM {table}), 0), \
                 coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = ?1), 0))"
            ),
            [table],
            |row| row.get(0),
        )?;
        set(
            sql,
            "pg_get_serial_sequence(?1, ?2)",
            &[table, column],
            last,
        )?;
    }
    // Deliveries and kept answers name events that are gone.
    let last: i64 = source.query_row(
        "SELECT max(coalesce((SELECT max(seq) FROM events), 0), coalesce((SELECT max(event) FROM deliveries), 0), \
         coalesce((SELECT max(CAST(value AS INTEGER)) FROM meta WHERE name IN ('watermark', 'listed')), 0))",
        [],
        |row| row.get(0),
    )?;
    set(sql, "?1", &["events_seq"], last)
}

fn set(sql: Sql<'_>, sequence: &str, names: &[&str], last: i64) -> Result<(), Fail> {
    let sequence = match names {
        [table, column] => {
            let find = format!("SELECT {sequence}");
            sql.query_row(&find, params![table, column], |row| row.get::<String>(0))?
        }
        _ => names.concat(),
    };
    // Of none given, the first is still to come.
    let (last, is_given) = (last.max(1), last > 0);
    sql.query_row(
        "SELECT setval(CAST(CAST(?1 AS TEXT) AS regclass), ?2, CAST(?3 AS BIGINT) = 1)",
        params![sequence, last, is_given],
        |_| Ok(()),
    )?;
    Ok(())
}
