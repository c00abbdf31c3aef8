//! Rows and columns: what one statement puts in, finds or changes, by a connection alone.

pub(crate) mod attempt;
pub(crate) mod codec;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod failing;
pub(crate) mod pause;
pub(crate) mod rollup;
pub(crate) mod shown;
pub(crate) mod transform;
