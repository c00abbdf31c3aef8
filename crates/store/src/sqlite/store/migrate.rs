//! The database's schema, version by version.

use rusqlite::Connection;

use super::open_error::OpenError;

/// The steps from nothing to the present schema; never changed once released. `user_version` counts those done.
const STEPS: &[&str] = &[
    include_str!("../schema/0001_init.sql"),
    include_str!("../schema/0002_rollups.sql"),
    include_str!("../schema/0003_ordering.sql"),
    include_str!("../schema/0004_sessions.sql"),
    include_str!("../schema/0005_audit.sql"),
    include_str!("../schema/0006_erasures.sql"),
    include_str!("../schema/0007_failed_jobs.sql"),
    include_str!("../schema/0008_failing.sql"),
    include_str!("../schema/0009_pauses.sql"),
    include_str!("../schema/0010_body_metadata.sql"),
    include_str!("../schema/0011_attempts.sql"),
    include_str!("../schema/0012_extras.sql"),
    include_str!("../schema/0013_transforms.sql"),
    include_str!("../schema/0014_uids_and_told.sql"),
    include_str!("../schema/0015_catalog_versions.sql"),
    include_str!("../schema/0016_broadcasts_and_certificates.sql"),
];

/// The version of the schema that this program works with.
pub(crate) const VERSION: u32 = STEPS.len() as u32;

/// Brings the schema up to date, each step in a transaction of its own.
///
/// # Errors
/// A database of a newer program, or one that can't be changed.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), OpenError> {
    let found = version(conn)?;
    if found > VERSION {
        return Err(OpenError::NewerSchema {
            found,
            known: VERSION,
        });
    }
    for (version, step) in (1u32..).zip(STEPS).skip(found as usize) {
        let step_up = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        step_up.execute_batch(step)?;
        step_up.pragma_update(None, "user_version", version)?;
        step_up.commit()?;
    }
    Ok(())
}

/// The version of the schema that a database has.
pub(crate) fn version(conn: &Connection) -> rusqlite::Result<u32> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0))
}
