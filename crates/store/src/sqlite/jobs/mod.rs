//! Bulk operations and pruning: carried on by one bounded piece at a time.

pub(crate) mod job;
pub(crate) mod prune;
pub(crate) mod recover;
mod replay;
mod resend;
