//! What was counted: over time, and on one screen.

pub(crate) mod overview;
pub(crate) mod routes;
