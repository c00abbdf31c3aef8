//! Idempotency: a request that is made twice has one effect and one answer.

use nuncio_domain::Timestamp;

/// The answer to a request, as it is kept for repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// HTTP status code.
    pub status: u16,
    /// The body. It may hold a secret, so engines seal it.
    pub body: Vec<u8>,
    /// Whether it shows a secret, and what is answered once that is not repeated any more.
    pub shows: Shows,
}

/// Whether an answer shows a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shows {
    /// It does not: it can be repeated as long as it is kept.
    NoSecret,
    /// It does. The body without the secret, where that still says something.
    Secret(Option<Vec<u8>>),
}

/// A kept answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// SHA-256 of the request's body.
    pub fingerprint: [u8; 32],
    /// The answer.
    pub answer: StoredAnswer,
    /// When it was given.
    pub at: Timestamp,
}

/// Makes the answer to a request from what came of it; again when a transaction is run again.
pub type MakeAnswer<T> = Box<dyn Fn(&T) -> Option<StoredAnswer> + Send>;

/// Asks that an operation take place once: its answer is kept in the same commit as its effect.
///
/// An engine that finds `scope` kept with the same fingerprint does nothing and returns
/// [`StoreError::Repeated`](crate::StoreError::Repeated); with another fingerprint,
/// [`StoreError::KeyReused`](crate::StoreError::KeyReused).
pub struct Once<T> {
    /// SHA-256 over project, tenant, caller, method, path and idempotency key.
    pub scope: [u8; 32],
    /// SHA-256 of the request's body.
    pub fingerprint: [u8; 32],
    /// Makes the answer from the operation's result, before the commit; `None` keeps nothing.
    pub answer: MakeAnswer<T>,
}

impl<T> std::fmt::Debug for Once<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}
