//! How the store does, for probes and monitors.

use async_trait::async_trait;

use super::SqliteStore;
use crate::{Condition, Monitor, StoreError, fail::closed};

#[async_trait]
impl Monitor for SqliteStore {
    fn condition(&self) -> Condition {
        let waiting = self.shared.erasures.waiting();
        Condition {
            failing: self.shared.pulse.failing(),
            erasures_waiting: waiting.count,
            erasures_since: waiting.oldest,
            erasures_wait_for_log: self.shared.erasures.scrubbed().is_some(),
        }
    }

    async fn ready(&self) -> Result<(), StoreError> {
        if self.queue.is_closed() {
            return Err(closed());
        }
        if let Some(why) = self.shared.pulse.failing() {
            return Err(StoreError::Unavailable(why));
        }
        self.readers.probe().await
    }

    async fn shutdown(&self) -> Result<(), StoreError> {
        // The store's own, which is there without the trait too.
        Self::shutdown(self).await
    }
}
