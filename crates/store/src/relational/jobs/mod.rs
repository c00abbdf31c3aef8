//! Bulk operations, pruning and warnings: carried on by one bounded piece at a time.

mod broadcast;
pub(crate) mod cancel;
pub(crate) mod certificates;
mod delete_project;
pub(crate) mod job;
pub(crate) mod prune;
pub(crate) mod recover;
mod replay;
mod resend;
mod retention;
