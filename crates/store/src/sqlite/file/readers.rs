//! Connections that only read, lent out one call at a time.

use std::{
    path::PathBuf,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use crate::{
    StoreError,
    fail::{Fail, closed},
};

/// Reads at the same time. Few: they are short, and each holds back checkpoints while it lasts.
const READERS_MAX: usize = 4;

/// The readers' connections.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Option<Vec<Connection>>>,
    permits: Semaphore,
    gate: Gate,
    /// Of a connection beside those, so that a probe waits for no list.
    probe: Semaphore,
}

/// Where reads pass, so that they can be held back.
#[derive(Debug, Default)]
struct Gate {
    state: Mutex<GateState>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct GateState {
    reading: usize,
    held_back: bool,
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self) -> Reading<'_> {
        let held_back = |state: &mut GateState| state.held_back;
        let state = self.news.wait_while(self.lock(), held_back);
        state.unwrap_or_else(PoisonError::into_inner).reading += 1;
        Reading(self)
    }
}

/// A read that goes on.
struct Reading<'a>(&'a Gate);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.lock().reading -= 1;
        self.0.news.notify_all();
    }
}

/// While it lasts, no new read begins.
pub(crate) struct HeldBack<'a>(&'a Gate);

impl Drop for HeldBack<'_> {
    fn drop(&mut self) {
        self.0.lock().held_back = false;
        self.0.news.notify_all();
    }
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Some(Vec::new())),
            permits: Semaphore::new(READERS_MAX),
            gate: Gate::default(),
            probe: Semaphore::new(1),
        }
    }

    /// Runs `read` on a connection, on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
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

    /// Lets no new read begin, and waits until those that go on have ended, `limit` at most.
    pub(crate) fn hold_back(&self, limit: Duration) -> HeldBack<'_> {
        self.gate.lock().held_back = true;
        let busy = |state: &mut GateState| state.reading > 0;
        let waited = self
            .gate
            .news
            .wait_timeout_while(self.gate.lock(), limit, busy);
        drop(waited);
        HeldBack(&self.gate)
    }

    /// Reads a page of the database, beside all other reads.
    pub(crate) async fn probe(self: &std::sync::Arc<Self>) -> Result<(), StoreError> {
        let _permit = self.probe.acquire().await.map_err(|_| closed())?;
        let readers = std::sync::Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let conn = readers.connect()?;
            conn.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))
        });
        match done.await {
            Ok(result) => result.map_err(|error| StoreError::from(Fail::from(error))),
            Err(panic) => Err(StoreError::Unavailable(format!(
                "a read broke off: {panic}"
            ))),
        }
    }

    fn lend<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Fail>) -> Result<T, Fail> {
        let _reading = self.gate.enter();
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
    pub(crate) fn close(&self) {
        self.permits.close();
        self.probe.close();
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
