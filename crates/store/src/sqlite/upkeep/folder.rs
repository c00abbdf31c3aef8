//! What can be done to a data folder from outside, without serving from it: back up, restore, look, migrate.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use super::{backup, doctor};
use crate::{
    Finding, Sealer,
    fail::Fail,
    sqlite::{
        file::path::{FILE, connect},
        store::{SqliteOptions, SqliteStore, migrate, open, open_error::OpenError},
    },
};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no database where there should be one.
    #[error("there is no database {}", .0.display())]
    NoDatabase(PathBuf),
    /// There is a file where one was to be made.
    #[error("there is a file {} already: give another place, or move it away", .0.display())]
    Exists(PathBuf),
    /// The file is no whole database of this program's.
    #[error("{} is no backup that can be used: {reason}", file.display())]
    NoBackup {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It could not be read or written.
    #[error("{0}")]
    Failed(String),
    /// The folder could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<Fail> for FolderError {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Outage(why) | Fail::Broken(why) => Self::Failed(why),
            Fail::Answer(error) => Self::Failed(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for FolderError {
    fn from(error: rusqlite::Error) -> Self {
        Self::from(Fail::from(error))
    }
}

/// Copies the database of a folder to a new file, as of one moment, whether a server runs on it or not.
///
/// # Errors
/// There is no database, or the file is there already or can't be written.
pub fn back_up(dir: &Path, to: &Path) -> Result<(), FolderError> {
    let from = database(dir)?;
    if to.exists() {
        return Err(FolderError::Exists(to.to_owned()));
    }
    Ok(backup::copy(&from, to, |_| Ok(()))?)
}

/// Puts a backup into a folder that has no database.
///
/// # Errors
/// The backup is damaged or of a newer program; the folder has a database, or can't be written.
pub fn restore(from: &Path, dir: &Path) -> Result<(), FolderError> {
    if !from.is_file() {
        return Err(FolderError::NoDatabase(from.to_owned()));
    }
    let _lock = open::lock(dir)?;
    let to = dir.join(FILE);
    if to.exists() {
        return Err(FolderError::Exists(to));
    }
    usable(from).map_err(|reason| FolderError::NoBackup {
        file: from.to_owned(),
        reason,
    })?;
    Ok(backup::copy(from, &to, make_ready)?)
}

/// Makes a copy the database of a server: in its journal mode, and without erasures that only the log of the first one
/// was waiting for.
fn make_ready(copy: &Connection) -> rusqlite::Result<()> {
    let noted = "SELECT 1 FROM sqlite_master WHERE name = 'erasures'";
    if copy.prepare(noted)?.exists([])? {
        copy.execute("DELETE FROM erasures", [])?;
    }
    copy.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
}

/// Looks whether the database of a folder is in order, whether a server runs on it or not. Reads every page.
///
/// # Errors
/// There is no database, or it can't be read at all.
pub fn look(dir: &Path, sealer: &Sealer) -> Result<Vec<Finding>, FolderError> {
    let conn = connect(&database(dir)?)?;
    conn.execute_batch("PRAGMA query_only = ON")?;
    Ok(doctor::check(&conn, sealer)?)
}

/// Brings the database of a folder to the present schema and returns its version.
///
/// # Errors
/// As opening the store: a server runs on it, or it can't be used.
pub fn bring_up_to_date(dir: &Path, sealer: Sealer) -> Result<u32, FolderError> {
    database(dir)?;
    drop(SqliteStore::open(SqliteOptions {
        dir: dir.to_owned(),
        sealer,
    })?);
    Ok(migrate::VERSION)
}

/// Opens the database of a folder to be read, with the lock that keeps servers from it.
///
/// # Errors
/// There is no database, a server runs on it, or it can't be read.
pub(crate) fn open_to_read(dir: &Path) -> Result<(Connection, File), FolderError> {
    let lock = open::lock(dir)?;
    let conn = connect(&database(dir)?)?;
    conn.execute_batch("PRAGMA query_only = ON")?;
    Ok((conn, lock))
}

pub(crate) fn database(dir: &Path) -> Result<PathBuf, FolderError> {
    let file = dir.join(FILE);
    if file.is_file() {
        Ok(file)
    } else {
        Err(FolderError::NoDatabase(file))
    }
}

fn usable(file: &Path) -> Result<(), String> {
    let read = || {
        let conn = connect(file)?;
        let whole: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        Ok::<_, rusqlite::Error>((whole, migrate::version(&conn)?))
    };
    match read() {
        Err(error) => Err(error.to_string()),
        Ok((whole, _)) if whole != "ok" => Err(whole),
        Ok((_, 0)) => Err("it holds no tables of this program".to_owned()),
        Ok((_, version)) if version > migrate::VERSION => Err(format!(
            "it has schema version {version}, of a newer program"
        )),
        Ok(_) => Ok(()),
    }
}
