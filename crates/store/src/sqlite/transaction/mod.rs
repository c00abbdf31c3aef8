//! One write transaction: all of it or nothing, and what follows once it is committed.

pub(crate) mod commit;
pub(crate) mod write;
