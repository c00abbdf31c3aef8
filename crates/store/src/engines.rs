//! Which engine a store's URL names: the one place that knows all of them.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use nuncio_postgres::{BadUrl, DatabaseUrl};

use crate::{
    EngineError, Maintenance, Sealer, Store, TransferError, TransferProgress, TransferredTable,
    postgres::{PostgresDatabase, PostgresOptions, PostgresStore},
    sqlite::{SqliteFolder, SqliteOptions, SqliteStore},
    transfer::transfer,
};

/// Where a store is.
#[allow(
    clippy::large_enum_variant,
    reason = "there is one in a program, which is never moved about"
)]
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
    /// There is nothing that a pooler could stand before.
    #[error(
        "database_direct is for a store that is reached by a pooler: use it with a store postgres://…"
    )]
    NoPooler,
    /// It is none of PostgreSQL's.
    #[error(transparent)]
    Postgres(#[from] BadUrl),
}

/// Without user or password: for logs and errors.
impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(dir) => write!(f, "sqlite:{}", dir.display()),
            Self::Postgres(target) => write!(f, "{target}"),
        }
    }
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
    /// The same, by way of a pooler in transaction mode; `direct` is the URL of the database itself.
    ///
    /// # Errors
    /// One of them is not of PostgreSQL, or `direct` can't be used.
    pub fn by_pooler(self, direct: &str) -> Result<Self, UnknownStore> {
        match self {
            Self::Postgres(target) => Ok(Self::Postgres(
                target.by_pooler(DatabaseUrl::parse(direct)?),
            )),
            Self::Sqlite(_) => Err(UnknownStore::NoPooler),
        }
    }

    /// The folder of a store that has one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(dir) => Some(dir),
            Self::Postgres(_) => None,
        }
    }

    /// Whether it holds a password.
    pub fn has_password(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(target) => target.has_password() || target.direct().has_password(),
        }
    }

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
                let opened = PostgresStore::open(PostgresOptions {
                    direct: target.has_pooler().then(|| target.direct().clone()),
                    target: target.clone(),
                    sealer,
                });
                Ok(opened.map_err(EngineError::new)?)
            }
        }
    }

    /// Moves what is in here, a folder, to `target`, a database that is empty or that a move from here has begun to fill. It
    /// blocks the thread for as long as that takes; `told` hears how far it is. No server may run on either.
    ///
    /// # Errors
    /// They are of other kinds, a server runs on one of them, the master key is not the one that sealed the secrets, the
    /// target is not empty, or a table differs in the end.
    pub fn transfer_to(
        &self,
        target: &Self,
        sealer: &Sealer,
        told: &mut (dyn FnMut(TransferProgress) + Send),
    ) -> Result<Vec<TransferredTable>, TransferError> {
        match (self, target) {
            (Self::Sqlite(from), Self::Postgres(to)) => transfer(from, to, sealer, told),
            (Self::Sqlite(_) | Self::Postgres(_), _) => Err(TransferError::Direction),
        }
    }

    /// The store's upkeep.
    pub fn maintenance(&self) -> Box<dyn Maintenance> {
        match self {
            Self::Sqlite(dir) => Box::new(SqliteFolder::new(dir.clone())),
            Self::Postgres(target) => Box::new(PostgresDatabase::new(target)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_store_holds_no_password() {
        let database = "postgres://nuncio:hunter2@pool:6432/events".parse::<StoreUrl>();
        let database = database.unwrap();
        let database = database.by_pooler("postgres://nuncio:hunter2@db/events");
        let database = database.unwrap();
        assert!(database.has_password());
        assert_eq!(database.to_string(), "postgres://pool:6432/events");
        assert!(!format!("{database:?}").contains("hunter2"));
        let folder = "sqlite:a".parse::<StoreUrl>().unwrap();
        assert_eq!(folder.to_string(), "sqlite:a");
        assert!(folder.by_pooler("postgres://db/events").is_err());
    }

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
