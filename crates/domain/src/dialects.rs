//! Dialects as they are kept: each text a version of its own, never changed.

use std::sync::Arc;

use nuncio_dialect::Dialect;

use crate::Timestamp;

/// One version of a dialect. Attempts name it, so that what was sent can be rendered again.
#[derive(Clone)]
pub struct DialectVersion {
    /// The store's number for this text.
    pub version: i64,
    /// Whether it came with the program.
    pub builtin: bool,
    /// The compiled dialect.
    pub dialect: Arc<Dialect>,
    /// When this text was first seen.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for DialectVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (version {})", self.dialect.name(), self.version)
    }
}
