//! What a node keeps track of, each by itself.

pub(crate) mod catalog;
pub(crate) mod holdings;
pub(crate) mod lanes;
pub(crate) mod lease;
pub(crate) mod share;
pub(crate) mod watch;
