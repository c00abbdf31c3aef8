//! The vendor's own guide to its webhooks, and the programs in it.

pub(crate) mod page;
pub(crate) mod programs;
