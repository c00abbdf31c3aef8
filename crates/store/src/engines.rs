//! Which engine a store's URL names: the one place that knows all of them.

use std::{path::PathBuf, str::FromStr, sync::Arc};

use nuncio_postgres::{BadUrl, DatabaseUrl};

use crate::{
    EngineError, Maintenance, Sealer, Store,
    postgres::{PostgresDatabase, PostgresOptions, PostgresStore},
    sqlite::{SqliteFolder, SqliteOptions, SqliteStore},
};

/// Where a store is.
#[derive(Clone, Debug)]
pub enum StoreUrl {
    /// `sqlite:DIR`: a SQLite database in that folder.
    Sqlite(PathBuf),
    /// `postgres://…`: a database of PostgreSQL 14 or newer.
    Postgres(DatabaseUrl),
}

/// What is no store's URL.
#[derive(Debug, thiserror::Error)]
pub enum UnknownStore {
    /// It names no engine. What it says is not repeated: it may hold a password.
    #[error(
        "unknown store: use sqlite:DIR, such as sqlite:./nuncio-data, or postgres://user@host/database"
    )]
    Scheme,
    /// It is none of PostgreSQL's.
    #[error(transparent)]
    Postgres(#[from] BadUrl),
}

impl FromStr for StoreUrl {
    type Err = UnknownStore;

    fn from_str(text: &str) -> Result<Self, UnknownStore> {
        match text.split_once(':') {
            Some(("sqlite", dir)) if !dir.is_empty() => Ok(Self::Sqlite(dir.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(DatabaseUrl::parse(text)?)),
            Some(_) | None => Err(UnknownStore::Scheme),
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
            Self::Postgres(target) => {
                let target = target.clone();
                let opened = PostgresStore::open(PostgresOptions {
                    target,
                    direct: None,
                    sealer,
                });
                Ok(opened.map_err(EngineError::new)?)
            }
        }
    }

    /// The store's upkeep.
    pub fn maintenance(&self) -> Box<dyn Maintenance> {
        match self {
            Self::Sqlite(dir) => Box::new(SqliteFolder::new(dir.clone())),
            Self::Postgres(target) => Box::new(PostgresDatabase::new(target.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_names_the_engine() {
        let folder = |text: &str| match text.parse() {
            Ok(StoreUrl::Sqlite(dir)) => dir.display().to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(folder("sqlite:data"), "data");
        assert_eq!(folder("sqlite:/a:b"), "/a:b");
        let database = "postgres://nuncio:secret@db.example/events".parse();
        assert!(
            matches!(database, Ok(StoreUrl::Postgres(target)) if target.database() == "events")
        );
        for unknown in [
            "sqlite:",
            "mysql://x",
            "data",
            "",
            "postgres://x/y?sslmode=maybe",
        ] {
            assert!(unknown.parse::<StoreUrl>().is_err(), "{unknown}");
        }
    }
}
