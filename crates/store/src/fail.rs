//! Why an operation failed inside an engine.

use crate::{SealError, StoreError};

/// A failure, before it is known whether others share its transaction.
#[derive(Debug)]
pub(crate) enum Fail {
    /// The caller's own: it alone gets this answer.
    Answer(StoreError),
    /// The storage's: disk full, an I/O error. The same may succeed later.
    Outage(String),
    /// A bug or damaged data: the same would fail for ever.
    Broken(String),
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        Self::Answer(error)
    }
}

impl From<serde_json::Error> for Fail {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(format!("a stored document is damaged: {error}"))
    }
}

impl From<SealError> for Fail {
    fn from(error: SealError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<Fail> for StoreError {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Answer(error) => error,
            Fail::Outage(why) | Fail::Broken(why) => Self::Unavailable(why),
        }
    }
}

/// A stored value that can't be what was stored.
pub(crate) fn damaged(what: &str) -> Fail {
    Fail::Broken(format!("damaged in the database: {what}"))
}

/// The answer once the store is closed.
pub(crate) fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}
