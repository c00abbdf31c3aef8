//! Checks JSON against JSON Schema (2020-12) in bounded time and memory, whatever schema and data are.
//!
//! Owns: which schemas are accepted ([`Schema::compile`]), the check of a value within a [`Budget`]
//! ([`Schema::check`]), and what a change of a schema breaks ([`breaks`]). Refuses: schemas that refer out of their document or never come to an end, and patterns that
//! can't be matched in linear time. Guarantees: a check takes no more steps than its budget has, each step takes a
//! bounded time, and every way in the code that repeats or descends pays a step. The end of a budget is an answer of its
//! own, never "fits" or "doesn't fit".
//!
//! The crate `jsonschema` judges what is a schema and which text has a format; its validator can't be interrupted,
//! which is why the check itself is here. The tests hold the two against each other.

mod budget;
mod check;
mod compat;
mod compile;
mod equal;
mod explain;
mod format;
mod leaf;
mod number;
mod pattern;
mod plain;
mod refer;
mod rules;
mod verdict;

pub use budget::{Budget, Exhausted};
pub use compat::{Break, BreakSide, breaks};
pub use compile::{BadSchema, SCHEMA_BYTES_MAX};
pub use explain::Mismatch;
pub use format::FORMATS;
pub use plain::with_plain_references;
pub use rules::Schema;
pub use verdict::SchemaVerdict;
