//! The SQLite engine: one file, one writer thread, short reads on connections of their own.
//!
//! Event-first: appending writes one row an event, which holds the endpoints it goes to. The row of a delivery
//! that may start at once is written with its first outcome; until then it is in the `tail`. Reads
//! ask the writer to commit what is held and to write rows for the whole tail first, and then look at rows only.
//!
//! What it shares with the other engine is in `relational`. The folders stand on each other, and each imports only from
//! those to its left: `file ← commit ← writer ← store ← upkeep ← past`.

mod commit;
mod file;
#[doc(hidden)]
pub mod past;
mod store;
mod upkeep;
mod writer;

pub(crate) use self::upkeep::folder::open_to_read;
pub use self::{
    file::path::has_database,
    store::{OpenError, SqliteOptions, SqliteStore},
    upkeep::{
        folder::{FolderError, back_up, bring_up_to_date, look, restore},
        maintenance::SqliteFolder,
    },
};
