//! The database's file.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// The database in the data folder.
pub(crate) const FILE: &str = "nuncio.db";

/// Whether a folder has a database with something in it.
pub fn has_database(dir: &Path) -> bool {
    std::fs::metadata(dir.join(FILE)).is_ok_and(|meta| meta.len() > 0)
}

/// Connects to a database that is there.
pub(crate) fn connect(file: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
}
