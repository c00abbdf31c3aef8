//! Databases with a past, for measurements.

pub mod history;
pub mod seed;
