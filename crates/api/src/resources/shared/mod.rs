//! What several nouns need.

pub(crate) mod channels;
pub(crate) mod chosen;
pub(crate) mod header_rules;
pub(crate) mod metadata;
pub(crate) mod numbers;
pub(crate) mod payload_filter;
pub(crate) mod schedule;
pub(crate) mod search;
pub(crate) mod verification;
