//! SQL as the two engines have it in common: one set of statements, run by SQLite or by PostgreSQL.
//!
//! Statements are written in what both understand, with `?1`, `?2` for their values. What is left is translated for
//! PostgreSQL when a statement is prepared there: see [`dialect`]. Both give whole numbers, text, bytes or nothing; a
//! boolean is 0 or 1.

mod arrays;
mod dialect;
mod params;
mod postgres;
mod rows;
mod statement;
mod value;

use std::fmt;

pub(crate) use self::{
    arrays::ArrayRows,
    params::{Params, params},
    postgres::{Session, SessionError},
    rows::{Row, Rows},
    statement::Statement,
    value::{FromValue, ToValue, Value},
};
use crate::fail::Fail;

/// Why a statement failed.
#[derive(Debug)]
pub(crate) enum Error {
    /// SQLite's own.
    Sqlite(rusqlite::Error),
    /// PostgreSQL's own.
    Postgres(SessionError),
    /// A row was expected and there is none.
    NoRow,
    /// A column does not hold what it should.
    Column(usize),
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => error.fmt(f),
            Self::Postgres(error) => error.fmt(f),
            Self::NoRow => f.write_str("a row is missing"),
            Self::Column(column) => write!(f, "column {column} does not hold what it should"),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::NoRow,
            error => Self::Sqlite(error),
        }
    }
}

impl Error {
    /// Whether it is only that a lock was not free in time.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        let Self::Postgres(error) = self else {
            return false;
        };
        error.code() == Some(&tokio_postgres::error::SqlState::LOCK_NOT_AVAILABLE)
    }
}

impl From<SessionError> for Error {
    fn from(error: SessionError) -> Self {
        Self::Postgres(error)
    }
}

impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        match error {
            Error::Sqlite(error) => error.into(),
            Error::Postgres(error) => error.into(),
            Error::NoRow | Error::Column(_) => Self::Broken(error.to_string()),
        }
    }
}

/// A connection of either engine.
#[derive(Clone, Copy)]
pub(crate) enum Sql<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c Session),
}

impl<'c> From<&'c rusqlite::Connection> for Sql<'c> {
    fn from(conn: &'c rusqlite::Connection) -> Self {
        Self::Sqlite(conn)
    }
}

impl<'c> From<&'c Session> for Sql<'c> {
    fn from(session: &'c Session) -> Self {
        Self::Postgres(session)
    }
}

impl<'c> Sql<'c> {
    /// SQLite's own, for what only a file needs.
    pub(crate) fn sqlite(self) -> std::result::Result<&'c rusqlite::Connection, Fail> {
        match self {
            Self::Sqlite(conn) => Ok(conn),
            Self::Postgres(_) => Err(Fail::Broken("this is for a file of SQLite".to_owned())),
        }
    }

    /// A statement, prepared once for each connection.
    pub(crate) fn prepare_cached(self, sql: &str) -> Result<Statement<'c>> {
        Ok(match self {
            Self::Sqlite(conn) => Statement::Sqlite(conn.prepare_cached(sql)?),
            Self::Postgres(session) => Statement::Postgres(session.prepare(sql)?),
        })
    }

    /// Runs statements that take no values and give no rows.
    pub(crate) fn execute_batch(self, sql: &str) -> Result<()> {
        match self {
            Self::Sqlite(conn) => conn.execute_batch(sql)?,
            Self::Postgres(session) => session.execute_batch(sql)?,
        }
        Ok(())
    }

    /// Begins a transaction of PostgreSQL's, with what has to be said before anything in it.
    pub(crate) fn begin(self, first: &str) -> Result<()> {
        match self {
            Self::Sqlite(conn) => conn.execute_batch(&format!("BEGIN; {first}"))?,
            Self::Postgres(session) => session.begin(first)?,
        }
        Ok(())
    }

    /// Runs a statement once and says how many rows it has changed.
    pub(crate) fn execute(self, sql: &str, params: impl Params) -> Result<usize> {
        self.prepare_cached(sql)?.execute(params)
    }

    /// The only row of a query.
    pub(crate) fn query_row<T>(
        self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.prepare_cached(sql)?.query_row(params, read)
    }
}

/// A row that need not be there.
pub(crate) trait OptionalExtension<T> {
    /// `None` where there is no row.
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoRow) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
