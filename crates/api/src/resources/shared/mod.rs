//! What several nouns need.

pub(crate) mod metadata;
pub(crate) mod numbers;
pub(crate) mod schedule;
pub(crate) mod verification;
