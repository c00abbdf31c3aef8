//! Errors of the store: one variant for each way in which callers act differently.

use crate::StoredAnswer;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing within the caller's reach.
    #[error("not found")]
    NotFound,
    /// The request was made before, with the same idempotency key: this is what it was answered.
    #[error("repeated request")]
    Repeated(StoredAnswer),
    /// The idempotency key was used before, for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// There is one already, or the state does not allow it; the sentence says which.
    #[error("{0}")]
    Conflict(String),
    /// A limit is reached; the sentence names it.
    #[error("{0}")]
    LimitReached(String),
    /// The endpoint's shard is another node's by now. Nothing was changed.
    #[error("another node has taken over")]
    Fenced,
    /// The store can't do it now: overloaded, disk full, or on its way down. Nothing was changed.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
}
