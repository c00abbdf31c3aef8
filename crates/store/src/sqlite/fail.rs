//! Why an operation failed inside the engine.

use crate::{SealError, StoreError};

/// A failure, before it is known whether others share its transaction.
#[derive(Debug)]
pub(super) enum Fail {
    /// The caller's own: it alone gets this answer.
    Answer(StoreError),
    /// The storage's: whatever shares the transaction fails with it.
    Storage(String),
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        Self::Answer(error)
    }
}

impl From<rusqlite::Error> for Fail {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<serde_json::Error> for Fail {
    fn from(error: serde_json::Error) -> Self {
        Self::Storage(format!("a stored document is damaged: {error}"))
    }
}

impl From<SealError> for Fail {
    fn from(error: SealError) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<Fail> for StoreError {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Answer(error) => error,
            Fail::Storage(why) => Self::Unavailable(why),
        }
    }
}

/// A stored value that can't be what was stored.
pub(super) fn damaged(what: &str) -> Fail {
    Fail::Storage(format!("damaged in the database: {what}"))
}
