//! A copy of the database, taken while it serves.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::{SqliteStore, fail::Fail};
use crate::StoreError;

impl SqliteStore {
    /// Writes a copy of the database to a file that is not there yet: everything that was answered before the call
    /// is in it. Its secrets are sealed with the same master key, which is not in it.
    ///
    /// # Errors
    /// `Conflict` if the file is there, `Unavailable` if it can't be written.
    pub async fn backup_to(&self, to: &Path) -> Result<(), StoreError> {
        self.flushed().await?;
        let (from, to) = (self.path.clone(), to.to_owned());
        tokio::task::spawn_blocking(move || copy(&from, to))
            .await
            .map_err(|panic| StoreError::Unavailable(format!("the backup broke off: {panic}")))?
            .map_err(StoreError::from)
    }
}

pub(super) fn copy(from: &Path, to: PathBuf) -> Result<(), Fail> {
    if to.exists() {
        let sentence = format!("there is a file {} already", to.display());
        return Err(StoreError::Conflict(sentence).into());
    }
    // A connection of its own: the copy is one long read, and should not take a reader's place.
    let conn = Connection::open_with_flags(
        from,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let Some(path) = to.to_str() else {
        let sentence = format!("the path {} is no UTF-8", to.display());
        return Err(StoreError::Conflict(sentence).into());
    };
    conn.execute("VACUUM INTO ?1", [path])?;
    Ok(())
}
