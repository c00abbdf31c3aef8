//! The store itself: opening it, and its traits, which ask readers and the writer.

pub(crate) mod migrate;
mod monitor;
pub(crate) mod open;
pub(crate) mod open_error;
pub(crate) mod private;
mod work;

use std::{
    fmt,
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::JoinHandle,
};

use nuncio_domain::{KeyId, Timestamp};
use tokio::sync::{Semaphore, oneshot, watch};

pub use self::open_error::OpenError;
use crate::{
    Owned, Sealer, StoreError,
    fail::{Fail, closed},
    needs::Needs,
    queue::{Queue, Refusal},
    relational::{
        changes::{self, audit::Authorship},
        engine::Relational,
        shared::Shared,
        write::{Work, Write},
    },
    sql::{Row, Sql, Value},
    sqlite::{file::readers::Readers, writer::Command},
};

/// What a store is opened with.
#[derive(Debug)]
pub struct SqliteOptions {
    /// The data folder, which must be there. The database is `nuncio.db` in it.
    pub dir: PathBuf,
    /// What secrets are sealed with.
    pub sealer: Sealer,
}

/// The SQLite engine. Dropping the last reference commits what is held.
#[derive(Clone)]
pub struct SqliteStore {
    pub(crate) path: Arc<Path>,
    shared: Arc<Shared>,
    queue: Arc<Queue<Command>>,
    room: Arc<Semaphore>,
    readers: Arc<Readers>,
    crashed: Arc<AtomicBool>,
    /// Every shard, for ever.
    owned: watch::Sender<Owned>,
    running: Arc<Running>,
    /// As whose the next change is entered in the audit log.
    authorship: Option<Authorship>,
}

/// Ends with the last reference to the store.
struct Running {
    queue: Arc<Queue<Command>>,
    threads: Mutex<Option<Threads>>,
}

/// What ends with the store.
struct Threads {
    writer: JoinHandle<()>,
    ticker: JoinHandle<()>,
    stop_ticker: mpsc::Sender<()>,
    eraser: JoinHandle<()>,
    shared: Arc<Shared>,
    lock: File,
}

impl SqliteStore {
    /// Opens the store of a data folder: takes its lock, brings the schema up to date, and writes the rows that a
    /// crash left unwritten.
    ///
    /// # Errors
    /// Another process has the folder, the master key is not the one that sealed its secrets, the schema is newer
    /// than the program, or the file can't be used.
    pub fn open(options: SqliteOptions) -> Result<Arc<Self>, OpenError> {
        open::open(options).map(Arc::new)
    }

    /// Commits everything, empties the log and gives the folder free. Whatever comes later is refused.
    ///
    /// # Errors
    /// `Unavailable` if something held could not be committed.
    pub async fn shutdown(&self) -> Result<(), StoreError> {
        let flushed = self.flushed(Needs::Rows).await;
        self.queue.close();
        self.room.close();
        let threads = self.running.take_threads();
        let readers = Arc::clone(&self.readers);
        let joined = tokio::task::spawn_blocking(move || {
            // First, so that none of them is in the way of emptying the log.
            readers.close();
            join(threads);
        });
        joined.await.map_err(|_| closed())?;
        flushed
    }

    /// Ends as a crash would: nothing that is held is committed. For tests of what a start makes of that.
    #[doc(hidden)]
    pub fn crash(&self) {
        self.crashed.store(true, Ordering::Release);
        self.queue.abandon();
        self.room.close();
        self.readers.close();
        join(self.running.take_threads());
    }

    /// Lets the database grow to this many pages only (`None`: no limit), as a full disk would. For tests.
    ///
    /// # Errors
    /// As every write.
    #[doc(hidden)]
    pub async fn limit_pages(&self, pages: Option<u32>) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.offer(Command::LimitPages(pages.unwrap_or(u32::MAX - 1), reply), 0)?;
        answer.await.map_err(|_| closed())
    }

    /// How many tenants are kept in memory. For tests.
    #[doc(hidden)]
    pub fn tenants_in_memory(&self) -> usize {
        let mirror = self.shared.mirror();
        mirror.projects().map(|part| part.tenants.len()).sum()
    }

    /// A setting of the writer's own connection. For tests.
    ///
    /// # Errors
    /// As every write.
    #[doc(hidden)]
    pub async fn writer_pragma(&self, name: &'static str) -> Result<String, StoreError> {
        self.change(Needs::Nothing, move |write| {
            let value = |row: &Row<'_>| match row.get_ref(0)? {
                Value::Integer(number) => Ok(number.to_string()),
                other => Ok(other.as_str().unwrap_or_default().to_owned()),
            };
            Ok(write.conn.query_row(&format!("PRAGMA {name}"), [], value)?)
        })
        .await
    }

    fn offer(&self, command: Command, bytes: usize) -> Result<(), StoreError> {
        self.queue
            .offer(command, bytes)
            .map_err(|refusal| match refusal {
                Refusal::Full => StoreError::Unavailable("too much is waiting".to_owned()),
                Refusal::Closed => closed(),
            })
    }

    /// Waits until what somebody needs to see is written, of all that was taken over.
    pub(crate) async fn flushed(&self, needs: Needs) -> Result<(), StoreError> {
        if needs == Needs::Nothing {
            return Ok(());
        }
        let (reply, answer) = oneshot::channel();
        self.queue
            .push(Command::Flush(needs, reply))
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

impl Relational for SqliteStore {
    fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn authored(&self, authorship: Authorship) -> Self {
        Self {
            authorship: Some(authorship),
            ..self.clone()
        }
    }

    async fn change<T: Send + 'static>(
        &self,
        needs: Needs,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, StoreError> {
        let authorship = self.authorship.clone();
        let (task, answer) = Work::new(move |write: &mut Write<'_>| {
            let done = work(write)?;
            if let Some(authorship) = authorship {
                changes::audit::keep(write, &authorship)?;
            }
            Ok(done)
        });
        self.offer(Command::Task(needs, Box::new(task)), 0)?;
        answer.await.map_err(|_| closed())?
    }

    async fn read<T: Send + 'static>(
        &self,
        needs: Needs,
        read: impl FnOnce(Sql<'_>, &Shared) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.flushed(needs).await?;
        let shared = Arc::clone(&self.shared);
        self.readers
            .read(move |conn| read(conn.into(), &shared))
            .await
    }

    fn touched(&self, id: KeyId, now: Timestamp) {
        // A store that is busy or closed has no time for this.
        let _ = self.offer(Command::Touch(id, now), 0);
    }
}

fn join(threads: Option<Threads>) {
    let Some(threads) = threads else {
        return;
    };
    drop(threads.stop_ticker);
    threads.shared.erasures.close();
    // A panic there was logged by the panic hook; the database is in order either way.
    let _ = threads.writer.join();
    let _ = threads.ticker.join();
    let _ = threads.eraser.join();
    // Last: now another process may have the folder.
    drop(threads.lock);
}

impl Running {
    fn take_threads(&self) -> Option<Threads> {
        self.threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.queue.close();
        join(self.take_threads());
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteStore({})", self.path.display())
    }
}
