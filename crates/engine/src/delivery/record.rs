//! Hands what came of an attempt to the store, however long that takes.

use std::{sync::Arc, time::Duration};

use nuncio_domain::Clock;
use nuncio_store::{Epoch, Record, StoreError, Work};
use tokio::sync::watch;

use crate::catch::catch;

/// The first wait after the store could not take a record.
const PAUSE_FIRST: Duration = Duration::from_millis(50);
/// The longest: a store that is back is noticed this soon.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Records attempts. While the store can't, the attempts' places in flight stay taken: nothing new is sent whose
/// outcome could not be kept either.
pub(crate) struct Recorder {
    store: Arc<dyn Work>,
    clock: Arc<dyn Clock>,
    stopping: watch::Receiver<bool>,
}

impl Recorder {
    pub(crate) fn new(
        store: Arc<dyn Work>,
        clock: Arc<dyn Clock>,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            store,
            clock,
            stopping,
        }
    }

    /// Returns true once the store has taken the record over. False if it has not until the engine stops: the
    /// delivery is still due then, and is attempted again after the restart. False too if another node has taken the
    /// endpoint over since `epoch`: that one attempts it.
    pub(crate) async fn record(&self, record: Record, epoch: Epoch) -> bool {
        let record = Arc::new(record);
        let mut pause = PAUSE_FIRST;
        loop {
            let reason = match catch(self.store.record(Arc::clone(&record), epoch)).await {
                Ok(Ok(())) => return true,
                Ok(Err(StoreError::Fenced)) => {
                    tracing::warn!(delivery = %record.delivery, "another node has the endpoint by now: the attempt is not recorded");
                    return false;
                }
                Ok(Err(error)) => error.to_string(),
                Err(panic) => panic,
            };
            let delivery = record.delivery;
            if *self.stopping.borrow() {
                tracing::error!(%delivery, reason, "an attempt could not be recorded before the stop: it will be repeated");
                return false;
            }
            tracing::warn!(%delivery, reason, "an attempt could not be recorded: trying again");
            self.pause(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// Ends early when the engine stops: there is one more try then.
    async fn pause(&self, length: Duration) {
        let mut stopping = self.stopping.clone();
        tokio::select! {
            () = self.clock.sleep_until(self.clock.steady() + length) => {}
            // An error means that the engine is gone, which is a stop too.
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }
}
