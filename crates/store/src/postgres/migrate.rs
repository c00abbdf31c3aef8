//! The schema, one numbered step after the other, brought up to date under a lock that all nodes share.

use crate::{
    fail::Fail,
    sql::{OptionalExtension, Session, Sql},
};

/// What each version adds.
const STEPS: &[&str] = &[include_str!("schema/0001_init.sql")];

/// The lock that whoever changes the schema holds: a number that nobody else uses.
const LOCK: i64 = 0x6e75_6e63_696f_0001;

/// The newest version that this program knows.
pub(crate) const fn newest() -> u32 {
    STEPS.len() as u32
}

/// Brings the schema up to date and returns its version.
///
/// # Errors
/// The schema is newer than the program, or a step fails: then all of it is undone.
pub(crate) fn migrate(session: &Session) -> Result<u32, Fail> {
    let sql = Sql::from(session);
    sql.begin("")?;
    let done = migrate_in(sql);
    sql.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

fn migrate_in(sql: Sql<'_>) -> Result<u32, Fail> {
    sql.query_row(
        "SELECT 1 FROM pg_advisory_xact_lock(?1)",
        [LOCK],
        |_| Ok(()),
    )?;
    sql.execute_batch("CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY)")?;
    let known = version(sql)?;
    if known > newest() {
        return Err(Fail::Outage(format!(
            "the database's schema has version {known}, and this program knows {} versions: use a newer program",
            newest()
        )));
    }
    for (number, step) in (1..).zip(STEPS).skip(known as usize) {
        sql.execute_batch(step)?;
        sql.execute(
            "INSERT INTO schema_versions (version) VALUES (?1)",
            [number as i64],
        )?;
    }
    Ok(newest())
}

/// The version that the database has; 0 for an empty one.
pub(crate) fn version(sql: Sql<'_>) -> Result<u32, Fail> {
    const NEWEST: &str = "SELECT version FROM schema_versions ORDER BY version DESC LIMIT 1";
    let found = sql.query_row(NEWEST, [], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(0))
}
