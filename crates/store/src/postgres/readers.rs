//! Connections that only read, lent out one call at a time.

use std::sync::{Arc, Mutex, PoisonError};

use nuncio_postgres::DatabaseUrl;
use tokio::sync::Semaphore;

use super::connect::connect;
use crate::{
    StoreError,
    fail::{Fail, closed},
    sql::{Session, Sql},
};

/// Reads at the same time.
const READERS_MAX: usize = 4;

/// The readers' connections.
#[derive(Debug)]
pub(super) struct Readers {
    target: DatabaseUrl,
    idle: Mutex<Option<Vec<Session>>>,
    permits: Semaphore,
}

impl Readers {
    pub(super) fn new(target: DatabaseUrl) -> Self {
        Self {
            target,
            idle: Mutex::new(Some(Vec::new())),
            permits: Semaphore::new(READERS_MAX),
        }
    }

    /// Runs `read` on a connection, on a thread that may block.
    pub(super) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(Sql<'_>) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _permit = self.permits.acquire().await.map_err(|_| closed())?;
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || readers.lend(read)).await;
        match done {
            Ok(result) => result.map_err(StoreError::from),
            Err(panic) => Err(StoreError::Unavailable(format!(
                "a read broke off: {panic}"
            ))),
        }
    }

    fn lend<T>(&self, read: impl FnOnce(Sql<'_>) -> Result<T, Fail>) -> Result<T, Fail> {
        let idle = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            let idle = idle.as_mut().ok_or_else(closed)?;
            idle.retain(|session| !session.is_closed());
            idle.pop()
        };
        let session = match idle {
            Some(session) => session,
            None => connect(&self.target)?,
        };
        let result = read(Sql::from(&session));
        if !session.is_closed() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(idle) = idle.as_mut() {
                idle.push(session);
            }
        }
        result
    }

    /// Closes all connections; later reads are refused.
    pub(super) fn close(&self) {
        self.permits.close();
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
