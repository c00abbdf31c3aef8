//! The traits of the store, for every engine that keeps rows.

mod audit;
mod catalog;
pub(crate) mod load;
mod log;
mod sessions;
mod stats;
