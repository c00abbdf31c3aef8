//! Bulk operations and pruning: carried on by one bounded piece at a time.

mod broadcast;
mod delete_project;
pub(crate) mod job;
pub(crate) mod prune;
pub(crate) mod recover;
mod replay;
mod resend;
mod retention;
