//! Which engine a store's URL names: the one place that knows all of them.

use std::{path::PathBuf, str::FromStr, sync::Arc};

use crate::{
    EngineError, Maintenance, Sealer, Store,
    sqlite::{SqliteFolder, SqliteOptions, SqliteStore},
};

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreUrl {
    /// `sqlite:DIR`: a SQLite database in that folder.
    Sqlite(PathBuf),
}

/// What is no store's URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown store `{0}`: use sqlite:DIR, such as sqlite:./nuncio-data")]
pub struct UnknownStore(String);

impl FromStr for StoreUrl {
    type Err = UnknownStore;

    fn from_str(text: &str) -> Result<Self, UnknownStore> {
        match text.split_once(':') {
            Some(("sqlite", dir)) if !dir.is_empty() => Ok(Self::Sqlite(dir.into())),
            Some(_) | None => Err(UnknownStore(text.to_owned())),
        }
    }
}

impl StoreUrl {
    /// Opens the store, which is made if nothing is there.
    ///
    /// # Errors
    /// Another process has it, the master key is not the one that sealed its secrets, it is of a newer program, or it can't
    /// be used.
    pub fn open(&self, sealer: Sealer) -> Result<Arc<dyn Store>, EngineError> {
        match self {
            Self::Sqlite(dir) => {
                let dir = dir.clone();
                let opened = SqliteStore::open(SqliteOptions { dir, sealer });
                Ok(opened.map_err(EngineError::new)?)
            }
        }
    }

    /// The store's upkeep.
    pub fn maintenance(&self) -> Box<dyn Maintenance> {
        match self {
            Self::Sqlite(dir) => Box::new(SqliteFolder::new(dir.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_names_the_engine() {
        let check = |text: &str, expected: Option<StoreUrl>| {
            assert_eq!(text.parse().ok(), expected, "{text}");
        };
        check("sqlite:data", Some(StoreUrl::Sqlite("data".into())));
        check("sqlite:/a:b", Some(StoreUrl::Sqlite("/a:b".into())));
        for unknown in ["sqlite:", "mysql://x", "data", ""] {
            check(unknown, None);
        }
    }
}
