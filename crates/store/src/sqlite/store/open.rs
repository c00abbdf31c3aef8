//! Opening: lock, schema, master key, recovery, catalog, threads.

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig};
use tokio::sync::{Semaphore, watch};

use super::{
    Running, SqliteOptions, SqliteStore, Threads, migrate, open_error::OpenError, private,
    work::EPOCH,
};
use crate::{
    Owned, Sealer,
    queue::Queue,
    relational::{rows::failing, shared::Shared, store::load},
    sql::Sql,
    sqlite::{
        commit::{Committer, Disk},
        file::{
            erasure::{self, Eraser},
            path::{FILE, connect, has_database},
            readers::Readers,
        },
        writer::{Command, Writer, arrivals::Arrivals, settle},
    },
    streaks::Streaks,
};

/// How long outcomes are held before they are committed.
const TICK: Duration = Duration::from_millis(100);

/// Requests that may wait for the writer: a second or so of full load. Beyond it publishing answers 503.
const WAITING_MAX: usize = 16_384;
/// Payload bytes that may wait for the writer.
const WAITING_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Outcomes that may be uncommitted; with a full disk, the engine stops there.
const UNCOMMITTED_MAX: usize = 8_192;

pub(crate) fn open(options: SqliteOptions) -> Result<SqliteStore, OpenError> {
    let lock = lock(&options.dir)?;
    let path = options.dir.join(FILE);
    if has_database(&options.dir) {
        // Before anything is written.
        refuse_wrong_master_key(&path, &options.sealer)?;
    }
    take_from_others(&options.dir, &path)?;
    let mut conn = writer_connection(&path)?;
    migrate::migrate(&mut conn)?;
    keep_master_key(&conn, &options.sealer)?;
    let last_event = settle::recover(&mut conn)?;
    let mirror = load::load(Sql::from(&conn), &options.sealer)?;

    let noted = erasure::noted(&conn)?;
    let mut failing = failing::load(Sql::from(&conn))?;
    failing.retain(|endpoint, _| mirror.sending(*endpoint).is_some());
    let streaks = Streaks::new(failing);
    let shared = Arc::new(Shared::new(mirror, streaks, options.sealer));
    shared.erasures.set(noted);
    let queue = Arc::new(Queue::new(WAITING_MAX, WAITING_BYTES_MAX));
    let room = Arc::new(Semaphore::new(UNCOMMITTED_MAX));
    let ticked = Arc::new(AtomicBool::new(false));
    let crashed = Arc::new(AtomicBool::new(false));
    let readers = Arc::new(Readers::new(path.clone()));
    let eraser = Eraser {
        database: path.clone(),
        shared: Arc::clone(&shared),
        upkeep: Box::new({
            let queue = Arc::clone(&queue);
            move |piece, done| queue.push(Command::Upkeep(piece, done)).is_ok()
        }),
        writer: Box::new({
            let queue = Arc::clone(&queue);
            move |done| queue.push(Command::EmptyLog(done)).is_ok()
        }),
        readers: Arc::clone(&readers),
    };
    let writer = Writer {
        commits: Committer {
            conn,
            log: erasure::log_file(&path),
            shared: Arc::clone(&shared),
            last_event,
            tail: crate::tail::Tail::default(),
            failing: false,
            disk: Disk::Wait,
            unsynced: false,
        },
        queue: Arc::clone(&queue),
        room: Arc::clone(&room),
        ticked: Arc::clone(&ticked),
        crashed: Arc::clone(&crashed),
        settled: last_event,
        held: Vec::new(),
        waiting: std::collections::VecDeque::new(),
        arrivals: Arrivals::default(),
        touched: std::collections::HashMap::new(),
        ticks: 0,
    };
    let threads = start(writer, eraser, ticked, lock).map_err(|source| OpenError::Io {
        path: path.clone(),
        source,
    })?;
    Ok(SqliteStore {
        readers,
        path: path.into(),
        shared,
        queue: Arc::clone(&queue),
        room,
        crashed,
        owned: watch::Sender::new(Owned::all(EPOCH)),
        running: Arc::new(Running {
            queue,
            threads: Mutex::new(Some(threads)),
        }),
        authorship: None,
    })
}

pub(crate) fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("nuncio.lock");
    let io = |source| OpenError::Io {
        path: path.clone(),
        source,
    };
    let file = private::open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// The log and the index of the log inherit the database's mode.
fn take_from_others(dir: &Path, database: &Path) -> Result<(), OpenError> {
    if let Some(mode) = private::open_to_others(dir) {
        tracing::warn!(
            folder = %dir.display(),
            mode = format!("{mode:o}"),
            "others on this machine may enter the data folder: close it with chmod 700"
        );
    }
    let io = |file: &Path| {
        let path = file.to_owned();
        |source| OpenError::Io { path, source }
    };
    private::close_to_others(database).map_err(io(database))?;
    private::open(database).map(drop).map_err(io(database))?;
    for suffix in ["-wal", "-shm"] {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        private::close_to_others(Path::new(&name)).map_err(io(Path::new(&name)))?;
    }
    Ok(())
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

pub(crate) fn writer_connection(path: &Path) -> Result<Connection, OpenError> {
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

/// Looks with which master key a database was made, and changes nothing in it.
fn refuse_wrong_master_key(database: &Path, sealer: &Sealer) -> Result<(), OpenError> {
    // Without one, closing takes away the empty one that reading has made.
    let has_log = erasure::log_file(database).exists();
    let conn = connect(database)?;
    conn.execute_batch("PRAGMA query_only = ON")?;
    if has_log {
        // What a crash has left there stays there.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    }
    check_master_key(&conn, sealer)
}

/// A known value, sealed: it opens with the right key only. A database without it has nothing sealed yet.
pub(crate) fn check_master_key(conn: &Connection, sealer: &Sealer) -> Result<(), OpenError> {
    match key_check(conn)? {
        Some(sealed) => sealer
            .open(KEY_CHECK, &sealed)
            .map(drop)
            .map_err(OpenError::WrongMasterKey),
        None => Ok(()),
    }
}

fn key_check(conn: &Connection) -> rusqlite::Result<Option<Vec<u8>>> {
    let tables = "SELECT 1 FROM sqlite_master WHERE name = 'meta'";
    if !conn.prepare(tables)?.exists([])? {
        return Ok(None);
    }
    let find = "SELECT value FROM meta WHERE name = 'key_check'";
    conn.query_row(find, [], |row| row.get(0)).optional()
}

/// Notes the master key of a new database.
fn keep_master_key(conn: &Connection, sealer: &Sealer) -> Result<(), OpenError> {
    if key_check(conn)?.is_some() {
        return Ok(());
    }
    conn.execute(
        "INSERT INTO meta (name, value) VALUES ('key_check', ?1)",
        [sealer.seal(KEY_CHECK, KEY_CHECK.as_bytes())],
    )?;
    Ok(())
}

fn start(
    writer: Writer,
    eraser: Eraser,
    ticked: Arc<AtomicBool>,
    lock: File,
) -> std::io::Result<Threads> {
    let (stop_ticker, stopped) = mpsc::channel::<()>();
    let (queue, shared) = (
        Arc::clone(&writer.queue),
        Arc::clone(&writer.commits.shared),
    );
    let ticking = Arc::clone(&shared);
    let ticker = std::thread::Builder::new()
        .name("store-ticker".to_owned())
        .spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(TICK) {
                // A writer that is behind needs no second reminder.
                if ticked.swap(true, Ordering::AcqRel) {
                    ticking.pulse.misses_a_tick();
                } else if queue.push(Command::Tick).is_err() {
                    break;
                }
            }
        })?;
    let writer = std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || writer.run())?;
    let eraser = std::thread::Builder::new()
        .name("store-eraser".to_owned())
        .spawn(move || eraser.run())?;
    Ok(Threads {
        writer,
        ticker,
        stop_ticker,
        eraser,
        shared,
        lock,
    })
}
