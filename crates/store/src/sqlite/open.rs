//! Opening: lock, schema, master key, recovery, catalog, threads.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use tokio::sync::Semaphore;

use super::{
    Running, SqliteOptions, SqliteStore, Threads,
    arrivals::Arrivals,
    fail::Fail,
    load, migrate,
    readers::Readers,
    settle,
    transaction::Disk,
    write::Shared,
    writer::{Command, Writer},
};
use crate::{SealError, Sealer, queue::Queue};

/// The database in the data folder.
pub(super) const FILE: &str = "nuncio.db";
/// How long outcomes are held before they are committed.
const TICK: Duration = Duration::from_millis(100);

/// Requests that may wait for the writer: a second or so of full load. Beyond it publishing answers 503.
const WAITING_MAX: usize = 16_384;
/// Payload bytes that may wait for the writer.
const WAITING_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Outcomes that may be uncommitted; with a full disk, the engine stops there.
const UNCOMMITTED_MAX: usize = 8_192;

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process works with the folder.
    #[error("the data folder {} is in use by another process", .0.display())]
    Locked(PathBuf),
    /// The secrets in there were sealed with another master key.
    #[error("wrong master key: {0}")]
    WrongMasterKey(SealError),
    /// The database was made by a newer program.
    #[error(
        "the database has schema version {found}, and this program knows versions up to {known} only: use a newer program"
    )]
    NewerSchema {
        /// The version found.
        found: u32,
        /// The newest one known.
        known: u32,
    },
    /// The folder or the lock file can't be used.
    #[error("can't use {}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database can't be used.
    #[error("can't use the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// What is in it is damaged.
    #[error("{0}")]
    Damaged(String),
}

impl From<Fail> for OpenError {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Outage(why) | Fail::Broken(why) => Self::Damaged(why),
            Fail::Answer(error) => Self::Damaged(error.to_string()),
        }
    }
}

pub(super) fn open(options: SqliteOptions) -> Result<SqliteStore, OpenError> {
    let lock = lock(&options.dir)?;
    let path = options.dir.join(FILE);
    let mut conn = writer_connection(&path)?;
    migrate::migrate(&mut conn)?;
    check_master_key(&conn, &options.sealer)?;
    let last_event = settle::recover(&mut conn)?;
    let mirror = load::load(&conn, &options.sealer)?;

    let shared = Arc::new(Shared::new(mirror, options.sealer));
    let queue = Arc::new(Queue::new(WAITING_MAX, WAITING_BYTES_MAX));
    let room = Arc::new(Semaphore::new(UNCOMMITTED_MAX));
    let ticked = Arc::new(AtomicBool::new(false));
    let crashed = Arc::new(AtomicBool::new(false));
    let writer = Writer {
        conn,
        shared: Arc::clone(&shared),
        queue: Arc::clone(&queue),
        room: Arc::clone(&room),
        ticked: Arc::clone(&ticked),
        crashed: Arc::clone(&crashed),
        last_event,
        settled: last_event,
        tail: crate::tail::Tail::default(),
        held: Vec::new(),
        waiting: std::collections::VecDeque::new(),
        arrivals: Arrivals::default(),
        touched: std::collections::HashMap::new(),
        failing: false,
        disk: Disk::Wait,
        unsynced: false,
    };
    let threads =
        start(writer, Arc::clone(&queue), ticked, lock).map_err(|source| OpenError::Io {
            path: path.clone(),
            source,
        })?;
    Ok(SqliteStore {
        readers: Arc::new(Readers::new(path.clone())),
        path: path.into(),
        shared,
        queue: Arc::clone(&queue),
        room,
        crashed,
        touched: Arc::default(),
        prune: Arc::default(),
        running: Arc::new(Running {
            queue,
            threads: Mutex::new(Some(threads)),
        }),
        authorship: None,
    })
}

pub(super) fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("nuncio.lock");
    let io = |source| OpenError::Io {
        path: path.clone(),
        source,
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// Page size must come first. 4 MB of log between checkpoints keeps the slowest commits short. `secure_delete`
/// overwrites what is erased; FULL makes every commit wait for the disk, since it is answered as stored.
const WRITER_SETTINGS: &str = "
    PRAGMA page_size = 8192;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 512;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = OFF;
    PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY;
    PRAGMA busy_timeout = 5000;
";

fn writer_connection(path: &Path) -> Result<Connection, OpenError> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    conn.execute_batch(WRITER_SETTINGS)?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(conn)
}

const KEY_CHECK: &str = "master key";

/// A known value, sealed: it opens with the right key only.
pub(super) fn check_master_key(conn: &Connection, sealer: &Sealer) -> Result<(), OpenError> {
    let sealed: Option<Vec<u8>> = conn
        .query_row(
            "SELECT value FROM meta WHERE name = 'key_check'",
            [],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(sealed) = sealed {
        return sealer
            .open(KEY_CHECK, &sealed)
            .map(drop)
            .map_err(OpenError::WrongMasterKey);
    }
    conn.execute(
        "INSERT INTO meta (name, value) VALUES ('key_check', ?1)",
        [sealer.seal(KEY_CHECK, KEY_CHECK.as_bytes())],
    )?;
    Ok(())
}

fn start(
    writer: Writer,
    queue: Arc<Queue<Command>>,
    ticked: Arc<AtomicBool>,
    lock: File,
) -> std::io::Result<Threads> {
    let (stop_ticker, stopped) = mpsc::channel::<()>();
    let ticker = std::thread::Builder::new()
        .name("store-ticker".to_owned())
        .spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(TICK) {
                // A writer that is behind needs no second reminder.
                if !ticked.swap(true, Ordering::AcqRel) && queue.push(Command::Tick).is_err() {
                    break;
                }
            }
        })?;
    let writer = std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || writer.run())?;
    Ok(Threads {
        writer,
        ticker,
        stop_ticker,
        lock,
    })
}
