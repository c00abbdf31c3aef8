//! Bulk operations and pruning: carried on by one bounded piece at a time.

pub(crate) mod job;
pub(crate) mod prune;
pub(crate) mod recover;

/// Deliveries that one piece changes: a commit of a millisecond or two, so that publishing does not notice.
pub(crate) const PIECE: usize = 32;
