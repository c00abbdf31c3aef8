//! The PostgreSQL engine: a database that several servers can share.
//!
//! A delivery's row is written with its event. One thread takes events in, another writes outcomes and makes changes,
//! each on a connection of its own and as much as has come in one transaction; reads have a few connections between them.
//! A connection that breaks is made anew: whoever waited for it is told that nothing was stored, held outcomes stay for
//! the next try, and the catalog in memory is read again, since nobody knows whether the last change of it was stored.

mod appender;
mod batches;
mod claim;
mod commit;
mod connect;
mod maintenance;
mod migrate;
mod open;
mod readers;
mod recorder;
mod store;

pub(crate) use self::{connect::apart, open::Claimed};
pub use self::{
    maintenance::PostgresDatabase,
    open::{PostgresError, PostgresOptions},
    store::PostgresStore,
};
