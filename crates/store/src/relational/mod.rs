//! What the engines have in common: both keep rows, change them one transaction at a time, and answer what they can
//! from the catalog in memory. An engine says how a change and a read are carried out; nearly everything else follows.
//!
//! The folders stand on each other, and each imports only from those to its left: `shared ← rows ← reads ← write ←
//! changes ← jobs ← engine ← store`.

pub(crate) mod apply;
pub(crate) mod changes;
pub(crate) mod engine;
pub(crate) mod jobs;
pub(crate) mod reads;
pub(crate) mod rows;
pub(crate) mod shared;
pub(crate) mod store;
pub(crate) mod write;
