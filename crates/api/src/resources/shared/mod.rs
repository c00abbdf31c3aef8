//! What several nouns need.

pub(crate) mod metadata;
pub(crate) mod numbers;
pub(crate) mod payload_filter;
pub(crate) mod verification;
