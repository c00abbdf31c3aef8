//! How the store itself does: for probes, monitors and people on call.

use async_trait::async_trait;
use nuncio_domain::Timestamp;

use crate::StoreError;

/// How the store does, from memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Why nothing can be stored now; `None` while commits succeed.
    pub failing: Option<String>,
    /// Erased payloads whose text may still be on the disk: in unused parts of pages, or in the write-ahead log.
    pub erasures_waiting: u64,
    /// When the first of these was erased.
    pub erasures_since: Option<Timestamp>,
    /// Whether some of these are gone from all pages, and only wait for the log to be emptied.
    pub erasures_wait_for_log: bool,
}

/// Tells how the store does, and ends it.
#[async_trait]
pub trait Monitor: Send + Sync + 'static {
    /// What is known without asking anybody.
    fn condition(&self) -> Condition;
    /// Whether the store can do its work. Reads from the disk and waits for no write, so that a busy store is ready.
    ///
    /// # Errors
    /// `Unavailable`, with the reason.
    async fn ready(&self) -> Result<(), StoreError>;
    /// Commits everything and lets another process have the store. Whatever comes later is refused.
    ///
    /// # Errors
    /// `Unavailable` if something held could not be committed.
    async fn shutdown(&self) -> Result<(), StoreError>;
}
