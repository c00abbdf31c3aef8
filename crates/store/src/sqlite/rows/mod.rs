//! Rows and columns: what one statement puts in, finds or changes, by a connection alone.

pub(crate) mod attempt;
pub(crate) mod codec;
pub(crate) mod delivery;
pub(crate) mod fail;
pub(crate) mod file;
pub(crate) mod pause;
pub(crate) mod rollup;
pub(crate) mod sealed;
pub(crate) mod shown;
pub(crate) mod tally;
