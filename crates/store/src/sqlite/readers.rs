//! Connections that only read, lent out one call at a time.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::{closed, fail::Fail};
use crate::StoreError;

/// Reads at the same time. Few: they are short, and each holds back checkpoints while it lasts.
const READERS_MAX: usize = 4;

/// The readers' connections.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Option<Vec<Connection>>>,
    permits: Semaphore,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Some(Vec::new())),
            permits: Semaphore::new(READERS_MAX),
        }
    }

    /// Runs `read` on a connection, on a thread that may block.
    pub(super) async fn read<T: Send + 'static>(
        self: &std::sync::Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _permit = self.permits.acquire().await.map_err(|_| closed())?;
        let readers = std::sync::Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || readers.lend(read)).await;
        match done {
            Ok(result) => result.map_err(StoreError::from),
            Err(panic) => Err(StoreError::Unavailable(format!(
                "a read broke off: {panic}"
            ))),
        }
    }

    fn lend<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Fail>) -> Result<T, Fail> {
        let idle = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.as_mut().ok_or_else(closed)?.pop()
        };
        let conn = match idle {
            Some(conn) => conn,
            None => self.connect()?,
        };
        let result = read(&conn);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(idle) = idle.as_mut() {
            idle.push(conn);
        }
        result
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let conn = Connection::open_with_flags(
            &self.path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        conn.execute_batch(
            "PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;",
        )?;
        conn.set_prepared_statement_cache_capacity(64);
        Ok(conn)
    }

    /// Closes all connections; later reads are refused.
    pub(super) fn close(&self) {
        self.permits.close();
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
