//! A copy of the database, made while it is in use.
//!
//! It is written beside its place and takes it only once it is whole and on disk, so that a backup that fails leaves
//! nothing that looks like one, and nothing that is in the way of the next.

use std::{
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    StoreError,
    fail::Fail,
    needs::Needs,
    sqlite::store::{SqliteStore, private},
};

impl SqliteStore {
    /// Writes a copy of the database to a file that is not there yet: everything that was answered before the call
    /// is in it. Its secrets are sealed with the same master key, which is not in it.
    ///
    /// # Errors
    /// `Conflict` if the file is there, `Unavailable` if it can't be written.
    pub async fn backup_to(&self, to: &Path) -> Result<(), StoreError> {
        self.flushed(Needs::Rows).await?;
        let (from, to) = (self.path.clone(), to.to_owned());
        tokio::task::spawn_blocking(move || copy(&from, &to, |_| Ok(())))
            .await
            .map_err(|panic| StoreError::Unavailable(format!("the backup broke off: {panic}")))?
            .map_err(StoreError::from)
    }
}

/// Copies a database to a file that is not there, whose last touches are `finish`'s.
pub(crate) fn copy(
    from: &Path,
    to: &Path,
    finish: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<(), Fail> {
    if to.exists() {
        return Err(there_already(to));
    }
    let part = Part::beside(to)?;
    let Some(path) = part.path.to_str() else {
        let sentence = format!("the path {} is not UTF-8", to.display());
        return Err(StoreError::Conflict(sentence).into());
    };
    // A connection of its own: the copy is one long read, and should not take a reader's place.
    open(from)?.execute("VACUUM INTO ?1", [path])?;
    finish(&open(&part.path)?)?;
    part.take_place(to)
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
}

fn there_already(file: &Path) -> Fail {
    let sentence = format!("there is a file {} already", file.display());
    StoreError::Conflict(sentence).into()
}

fn failed(file: &Path, error: &io::Error) -> Fail {
    Fail::Outage(format!("can't write {}: {error}", file.display()))
}

/// A file that is being written. It goes when it does not take its place; one that a killed process left is used again.
struct Part {
    path: PathBuf,
    /// Locked, so that no two write to it.
    file: File,
}

impl Part {
    fn beside(to: &Path) -> Result<Self, Fail> {
        let mut name = to.as_os_str().to_owned();
        name.push(".part");
        let path = PathBuf::from(name);
        loop {
            let file = private::open(&path).map_err(|error| failed(&path, &error))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let sentence = format!("another backup is being written to {}", to.display());
                    return Err(StoreError::Conflict(sentence).into());
                }
                Err(TryLockError::Error(error)) => return Err(failed(&path, &error)),
            }
            // Whoever had the lock before may have renamed or deleted the file meanwhile: then it is not this one.
            let is_there = |meta: &fs::Metadata| {
                let there = fs::metadata(&path);
                there.is_ok_and(|there| (there.dev(), there.ino()) == (meta.dev(), meta.ino()))
            };
            if file.metadata().is_ok_and(|meta| is_there(&meta)) {
                file.set_len(0).map_err(|error| failed(&path, &error))?;
                let part = Self { path, file };
                part.remove_companions();
                return Ok(part);
            }
        }
    }

    /// Deletes what SQLite may have had beside the file when its process was killed.
    fn remove_companions(&self) {
        for suffix in ["-journal", "-wal", "-shm"] {
            let mut name = self.path.as_os_str().to_owned();
            name.push(suffix);
            let _ = fs::remove_file(name);
        }
    }

    /// Puts the file in its place, unless there is one by now.
    fn take_place(self, to: &Path) -> Result<(), Fail> {
        let failed = |error: io::Error| failed(to, &error);
        self.file.sync_all().map_err(failed)?;
        match fs::hard_link(&self.path, to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(there_already(to));
            }
            // A file system without links.
            Err(_) if !to.exists() => fs::rename(&self.path, to).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        }
        let folder = to.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(folder.unwrap_or_else(|| Path::new(".")))
            .and_then(|folder| folder.sync_all())
            .map_err(failed)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After a rename there is none.
        let _ = fs::remove_file(&self.path);
        self.remove_companions();
    }
}
