//! Moving a store from SQLite to PostgreSQL: every table but what only a file needs, with the numbers that its rows have.
//!
//! The source is opened once as a start of the server does, which finishes what a crash may have left; from then on it is
//! only read, and locked against servers. The target is claimed like a server's. Large tables go in pieces, each with its
//! position in one transaction, so that a move that broke off goes on where it was. A table of the target's own holds the
//! positions: while it is there no server starts on the database. At the end each table is compared by the count of its
//! rows and a checksum over all their values.

mod copy;
mod digest;
mod tables;

use std::{fs::File, path::Path};

use nuncio_postgres::DatabaseUrl;
use rusqlite::Connection;

use self::{
    copy::Positions,
    digest::Digest,
    tables::{TABLES, Table},
};
use crate::{
    Sealer,
    fail::Fail,
    postgres::{Claimed, PostgresError, apart},
    sql::{Session, Sql},
    sqlite::{FolderError, OpenError, SqliteOptions, SqliteStore, has_database, open_to_read},
};

/// Why a store was not moved, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// Stores of these kinds are not moved.
    #[error("a store can be moved from sqlite:DIR to postgres://…, in no other direction")]
    Direction,
    /// The source can't be read.
    #[error("the source: {0}")]
    Source(#[from] FolderError),
    /// The target can't be used.
    #[error("the target: {0}")]
    Target(#[from] PostgresError),
    /// There is something in the target that no move has put there.
    #[error("the target is not empty: table {0} has rows. Use an empty database of its own")]
    NotEmpty(&'static str),
    /// A move from another source has begun there.
    #[error(
        "a move from another store into this database has not finished: finish it, or use an empty database"
    )]
    AnotherSource,
    /// What has arrived is not what was sent.
    #[error(
        "table {table} differs after the move: {from} rows in the source, {to} in the target, or other values. If a server \
         has run on the source since the move began, empty the database and begin again"
    )]
    Differs {
        /// Which table.
        table: &'static str,
        /// Its rows in the source.
        from: u64,
        /// Its rows in the target.
        to: u64,
    },
    /// It broke off. It can be continued.
    #[error("{0}")]
    BrokeOff(String),
}

impl From<Fail> for TransferError {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Outage(why) | Fail::Broken(why) => Self::BrokeOff(why),
            Fail::Answer(error) => Self::BrokeOff(error.to_string()),
        }
    }
}

impl From<OpenError> for TransferError {
    fn from(error: OpenError) -> Self {
        Self::Source(error.into())
    }
}

/// What a move is doing with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferStep {
    /// Its rows are copied.
    Copy,
    /// They are compared.
    Check,
}

/// How far a move is.
#[derive(Clone, Copy, Debug)]
pub struct TransferProgress {
    /// The table that it is at.
    pub table: &'static str,
    /// What it does with it.
    pub step: TransferStep,
    /// Rows that are through.
    pub done: u64,
    /// All rows of the table.
    pub total: u64,
}

/// A table that was moved and compared.
#[derive(Clone, Copy, Debug)]
pub struct TransferredTable {
    /// Its name.
    pub name: &'static str,
    /// Its rows.
    pub rows: u64,
    /// The same for the same rows in whatever order, in both stores.
    pub checksum: u128,
}

/// Moves what is in a data folder to a database that is empty, or that a move from the same folder has begun to fill. It
/// blocks the thread for as long as that takes. `told` hears how far it is after each piece.
///
/// # Errors
/// A server runs on one of them, the master key is not the one that sealed the source's secrets, the target is not empty,
/// or a table differs in the end.
pub(crate) fn transfer(
    from: &Path,
    to: &DatabaseUrl,
    sealer: &Sealer,
    told: &mut (dyn FnMut(TransferProgress) + Send),
) -> Result<Vec<TransferredTable>, TransferError> {
    let (source, _lock) = source(from, sealer)?;
    let to = to.direct().clone();
    apart(move || {
        let target = Claimed::claim(to, sealer)?;
        moved(&source, target.session(), told)
    })
}

/// The source, brought up to date, and the lock that keeps servers from it.
fn source(from: &Path, sealer: &Sealer) -> Result<(Connection, File), TransferError> {
    if !has_database(from) {
        return Err(FolderError::NoDatabase(from.to_owned()).into());
    }
    drop(SqliteStore::open(SqliteOptions {
        dir: from.to_owned(),
        sealer: sealer.clone(),
    })?);
    Ok(open_to_read(from)?)
}

fn moved(
    source: &Connection,
    target: &Session,
    told: &mut dyn FnMut(TransferProgress),
) -> Result<Vec<TransferredTable>, TransferError> {
    let positions = begin(source, target)?;
    for table in TABLES {
        copy::copy(source, target, table, &positions, told)?;
    }
    let mut done = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let columns = tables::columns(target, table)?;
        let there = Digest::of_source(source, table, &columns, told)?;
        let here = Digest::of_target(target, table, &columns)?;
        if there != here {
            return Err(TransferError::Differs {
                table: table.name,
                from: there.rows,
                to: here.rows,
            });
        }
        done.push(TransferredTable {
            name: table.name,
            rows: there.rows,
            checksum: there.sum,
        });
    }
    tables::set_sequences(source, target)?;
    positions.end()?;
    Ok(done)
}

/// Where the move stands: at the beginning, if nothing is there.
fn begin<'t>(source: &Connection, target: &'t Session) -> Result<Positions<'t>, TransferError> {
    let mark = tables::mark(source)?;
    if let Some(known) = Positions::source(target)? {
        if known != mark {
            return Err(TransferError::AnotherSource);
        }
        return Ok(Positions::go_on(target));
    }
    if let Some(table) = first_with_rows(target)? {
        return Err(TransferError::NotEmpty(table.name));
    }
    Ok(Positions::begin(target, &mark)?)
}

fn first_with_rows(target: &Session) -> Result<Option<&'static Table>, Fail> {
    for table in TABLES {
        let any = format!("SELECT EXISTS (SELECT 1 FROM {})", table.name);
        if Sql::from(target).query_row(&any, [], |row| row.get::<bool>(0))? {
            return Ok(Some(table));
        }
    }
    Ok(None)
}
