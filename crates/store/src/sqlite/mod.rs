//! The SQLite engine: one file, one writer thread, short reads on connections of their own.
//!
//! Event-first: appending writes one row an event, which holds the endpoints it goes to. The row of a delivery
//! that may start at once is written with its first outcome; until then it is in the `tail`. Reads
//! ask the writer to commit what is held and to write rows for the whole tail first, and then look at rows only.
//!
//! The folders stand on each other, and each imports only from those to its left: `rows ← shared ← reads ← transaction ←
//! changes ← jobs ← writer ← store ← upkeep ← past`.

mod changes;
mod jobs;
#[doc(hidden)]
pub mod past;
mod reads;
mod rows;
mod shared;
mod store;
mod transaction;
mod upkeep;
mod writer;

pub use self::{
    rows::file::has_database,
    store::{OpenError, SqliteOptions, SqliteStore},
    upkeep::{
        folder::{FolderError, back_up, bring_up_to_date, look, restore},
        maintenance::SqliteFolder,
    },
};
