//! What writer and readers share in memory.

pub(crate) mod erasure;
pub(crate) mod pulse;
pub(crate) mod readers;
pub(crate) mod streaks;
