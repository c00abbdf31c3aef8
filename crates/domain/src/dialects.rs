//! Dialects as they are kept: each text a version of its own, never changed.

use std::sync::Arc;

use nuncio_dialect::Dialect;

use crate::Timestamp;

/// One version of a dialect. Attempts name it, so that what was sent can be rendered again.
#[derive(Clone)]
pub struct DialectVersion {
    /// The store's number for this text, among those of all dialects.
    pub version: i64,
    /// Which version of the dialect it is: counted from 1, for each name of a project by itself.
    pub number: u32,
    /// Whether it came with the program.
    pub builtin: bool,
    /// The compiled dialect.
    pub dialect: Arc<Dialect>,
    /// When this text was first seen.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for DialectVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (version {})", self.dialect.name(), self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_shown_by_name_and_number() {
        let version = DialectVersion {
            version: 7,
            number: 2,
            builtin: true,
            dialect: Arc::clone(nuncio_dialect::builtin_named("standard").unwrap()),
            created_at: Timestamp::default(),
        };
        assert_eq!(format!("{version:?}"), "standard (version 2)");
    }
}
