//! Why a store could not be opened.

use std::path::PathBuf;

use crate::{SealError, fail::Fail};

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process works with the folder.
    #[error("the data folder {} is in use by another process", .0.display())]
    Locked(PathBuf),
    /// The secrets in there were sealed with another master key.
    #[error("wrong master key: {0}")]
    WrongMasterKey(SealError),
    /// The database was made by a newer program.
    #[error(
        "the database has schema version {found}, and this program knows versions up to {known} only: use a newer program"
    )]
    NewerSchema {
        /// The version found.
        found: u32,
        /// The newest one known.
        known: u32,
    },
    /// The folder or the lock file can't be used.
    #[error("can't use {}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database can't be used.
    #[error("can't use the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// What is in it is damaged.
    #[error("{0}")]
    Damaged(String),
}

impl From<Fail> for OpenError {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Outage(why) | Fail::Broken(why) => Self::Damaged(why),
            Fail::Answer(error) => Self::Damaged(error.to_string()),
        }
    }
}
