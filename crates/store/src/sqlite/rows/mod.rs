//! Rows and columns: what one statement puts in, finds or changes, by a connection alone.

pub(crate) mod attempt;
mod btree;
pub(crate) mod codec;
pub(crate) mod delivery;
pub(crate) mod event;
mod fail;
pub(crate) mod failing;
pub(crate) mod file;
pub(crate) mod pause;
pub(crate) mod rollup;
pub(crate) mod scrub;
pub(crate) mod shown;
