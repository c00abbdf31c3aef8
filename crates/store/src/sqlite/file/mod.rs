//! What only a file has: pages that keep what was erased, a log beside it, connections that read.

mod btree;
pub(crate) mod erasure;
mod fail;
pub(crate) mod path;
pub(crate) mod readers;
pub(crate) mod scrub;
