//! Opening: connection, schema, master key, catalog, threads.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use nuncio_postgres::DatabaseUrl;
use tokio::sync::Semaphore;

use super::{
    appender::Appender,
    batches::rollups::Rollups,
    claim::Keeper,
    commit::Committer,
    connect::{apart, connect},
    migrate,
    readers::Readers,
    recorder::{Command, Recorder},
    store::{PostgresStore, Running, Threads},
};
use crate::{
    SealError, Sealer,
    fail::Fail,
    queue::Queue,
    relational::{rows::failing, shared::Shared, store::load},
    sql::{OptionalExtension, Session, Sql, params},
    streaks::Streaks,
    tail::Tail,
};

/// How often the recorder looks at what has waited.
const TICK: Duration = Duration::from_millis(100);

/// Requests that may wait to be taken in: a second or so of full load. Beyond it publishing answers 503.
const WAITING_MAX: usize = 16_384;
/// Payload bytes that may wait to be taken in.
const WAITING_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Outcomes that may be uncommitted; while PostgreSQL is away, the engine stops there.
const UNCOMMITTED_MAX: usize = 8_192;

/// What a store is opened with.
#[derive(Debug)]
pub struct PostgresOptions {
    /// The database.
    pub target: DatabaseUrl,
    /// The same without a pooler in between, for what needs a session: the schema and the claim. `None` if `target` has
    /// none in between.
    pub direct: Option<DatabaseUrl>,
    /// What secrets are sealed with.
    pub sealer: Sealer,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// There is no connection, or what is in the database can't be used.
    #[error("{0}")]
    Unusable(String),
    /// The secrets in there were sealed with another master key.
    #[error("wrong master key: {0}")]
    WrongMasterKey(SealError),
    /// Another server works with it.
    #[error(
        "another server works with this database: stop it first, or give this one a database of its own"
    )]
    Claimed,
    /// The connection goes through a pooler that keeps no sessions.
    #[error(
        "a pooler stands between the server and the database and keeps no session: name the database itself in \
         database_direct"
    )]
    NoSession,
    /// A move of another store into it has begun and not ended.
    #[error(
        "a store is being moved into this database: finish it with `nuncio migrate-store` first"
    )]
    HalfMoved,
    /// The threads that work with it could not be started.
    #[error("can't start a thread: {0}")]
    Thread(std::io::Error),
}

impl From<Fail> for PostgresError {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Outage(why) | Fail::Broken(why) => Self::Unusable(why),
            Fail::Answer(error) => Self::Unusable(error.to_string()),
        }
    }
}

impl PostgresStore {
    /// Opens the store of a database: connects, brings the schema up to date and reads the catalog. It blocks the thread
    /// while it does.
    ///
    /// # Errors
    /// There is no connection, the master key is not the one that sealed its secrets, another server works with the
    /// database, or the schema is newer than the program.
    pub fn open(options: PostgresOptions) -> Result<Arc<Self>, PostgresError> {
        apart(|| open(options)).map(Arc::new)
    }
}

fn open(options: PostgresOptions) -> Result<PostgresStore, PostgresError> {
    let PostgresOptions {
        target,
        direct,
        sealer,
    } = options;
    let direct = direct.unwrap_or_else(|| target.clone());
    let keeper = Keeper::claim(direct.clone())?;
    bring_up_to_date(&connect(&direct)?, &sealer)?;
    let session = connect(&target)?;
    let sql = Sql::from(&session);
    refuse_half_moved(sql)?;
    // In this order: of two servers that start on a new database, one has kept its key first.
    keep_master_key(sql, &sealer)?;
    check_master_key(sql, &sealer)?;
    let mirror = load::load(sql, &sealer)?;
    let mut failing = failing::load(sql)?;
    failing.retain(|endpoint, _| mirror.sending(*endpoint).is_some());
    let shared = Arc::new(Shared::new(mirror, Streaks::new(failing), sealer));
    let appends = Arc::new(Queue::new(WAITING_MAX, WAITING_BYTES_MAX));
    let queue = Arc::new(Queue::new(WAITING_MAX, usize::MAX));
    let room = Arc::new(Semaphore::new(UNCOMMITTED_MAX));
    let ticked = Arc::new(AtomicBool::new(false));
    let crashed = Arc::new(AtomicBool::new(false));
    let claim = keeper.shown();
    let committer = |session, writer, keeps_mirror| Committer {
        target: target.clone(),
        session,
        shared: Arc::clone(&shared),
        claim: claim.clone(),
        writer,
        rollups: Rollups::default(),
        keeps_mirror,
        tail: Tail::closed(),
        failing: false,
    };
    let (first, second) = (next_writer(sql)?, next_writer(sql)?);
    let appender = Appender {
        commits: committer(None, first, false),
        queue: Arc::clone(&appends),
        crashed: Arc::clone(&crashed),
    };
    let recorder = Recorder {
        commits: committer(Some(session.with_writer(second)), second, true),
        queue: Arc::clone(&queue),
        room: Arc::clone(&room),
        ticked: Arc::clone(&ticked),
        crashed: Arc::clone(&crashed),
        held: Vec::new(),
        touched: HashMap::new(),
        ticks: 0,
    };
    let threads = start(appender, recorder, keeper, ticked).map_err(PostgresError::Thread)?;
    Ok(PostgresStore {
        shared,
        appends: Arc::clone(&appends),
        queue: Arc::clone(&queue),
        room,
        readers: Arc::new(Readers::new(target)),
        crashed,
        claim,
        running: Arc::new(Running {
            appends,
            queue,
            threads: Mutex::new(Some(threads)),
        }),
        authorship: None,
    })
}

/// While a store is moved into it, the database holds a part of it only.
fn refuse_half_moved(sql: Sql<'_>) -> Result<(), PostgresError> {
    const IS_MOVED: &str = "SELECT to_regclass('store_transfer') IS NOT NULL";
    let is_moved = sql.query_row(IS_MOVED, [], |row| row.get::<bool>(0));
    if is_moved.map_err(Fail::from)? {
        return Err(PostgresError::HalfMoved);
    }
    Ok(())
}

/// A database that is worked with from outside, while no server is on it.
pub(crate) struct Claimed {
    session: Session,
    /// Holds the claim until it is dropped.
    _keeper: Keeper,
}

impl Claimed {
    /// Claims a database, brings its schema up to date and notes the master key if it is new.
    ///
    /// # Errors
    /// A server works with it, the master key is another one, or it can't be used.
    pub(crate) fn claim(target: DatabaseUrl, sealer: &Sealer) -> Result<Self, PostgresError> {
        let keeper = Keeper::claim(target.clone())?;
        let session = connect(&target)?;
        bring_up_to_date(&session, sealer)?;
        keep_master_key(Sql::from(&session), sealer)?;
        check_master_key(Sql::from(&session), sealer)?;
        Ok(Self {
            session,
            _keeper: keeper,
        })
    }

    /// The connection to it.
    pub(crate) const fn session(&self) -> &Session {
        &self.session
    }
}

/// A number for a connection that counts.
fn next_writer(sql: Sql<'_>) -> Result<i64, Fail> {
    Ok(sql.query_row("SELECT nextval('writers_seq')", [], |row| row.get(0))?)
}

const KEY_CHECK: &str = "master key";

/// A known value, sealed: it opens with the right key only. A database without it has nothing sealed yet.
pub(super) fn check_master_key(sql: Sql<'_>, sealer: &Sealer) -> Result<(), PostgresError> {
    const FIND: &str = "SELECT sealed FROM key_checks LIMIT 1";
    let find = || {
        sql.query_row(FIND, [], |row| row.get::<Vec<u8>>(0))
            .optional()
    };
    match find().map_err(Fail::from)? {
        Some(sealed) => sealer
            .open(KEY_CHECK, &sealed)
            .map(drop)
            .map_err(PostgresError::WrongMasterKey),
        None => Ok(()),
    }
}

/// Notes the master key of a new database.
fn keep_master_key(sql: Sql<'_>, sealer: &Sealer) -> Result<(), Fail> {
    const KEEP: &str =
        "INSERT INTO key_checks (name, sealed) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let sealed = sealer.seal(KEY_CHECK, KEY_CHECK.as_bytes());
    sql.execute(KEEP, params![KEY_CHECK, sealed])?;
    Ok(())
}

fn start(
    appender: Appender,
    recorder: Recorder,
    keeper: Keeper,
    ticked: Arc<AtomicBool>,
) -> std::io::Result<Threads> {
    let (stop_ticker, stopped) = mpsc::channel::<()>();
    let queue = Arc::clone(&recorder.queue);
    let shared = Arc::clone(&recorder.commits.shared);
    let ticker = spawn("store-ticker", move || {
        while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(TICK) {
            // A recorder that is behind needs no second reminder.
            if ticked.swap(true, Ordering::AcqRel) {
                shared.pulse.misses_a_tick();
            } else if queue.push(Command::Tick).is_err() {
                break;
            }
        }
    })?;
    let (stop_keeper, keeper_stops) = mpsc::channel::<()>();
    let shared = Arc::clone(&appender.commits.shared);
    Ok(Threads {
        keeper: spawn("store-claim", move || keeper.run(&shared, &keeper_stops))?,
        stop_keeper,
        appender: spawn("store-events", move || appender.run())?,
        recorder: spawn("store-outcomes", move || recorder.run())?,
        ticker,
        stop_ticker,
    })
}

fn spawn(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
}

/// Brings the schema up to date and returns its version. With the wrong master key nothing is written.
pub(super) fn bring_up_to_date(session: &Session, sealer: &Sealer) -> Result<u32, PostgresError> {
    if has_data(session)? {
        check_master_key(Sql::from(session), sealer)?;
    }
    Ok(migrate::migrate(session)?)
}

/// Whether the master key that a database was made with is known, and the database is not empty.
pub(super) fn has_data(session: &Session) -> Result<bool, Fail> {
    const TABLE: &str = "SELECT to_regclass('key_checks') IS NOT NULL";
    let sql = Sql::from(session);
    if !sql.query_row(TABLE, [], |row| row.get::<bool>(0))? {
        return Ok(false);
    }
    let kept = sql.query_row("SELECT 1 FROM key_checks LIMIT 1", [], |_| Ok(()));
    Ok(kept.optional()?.is_some())
}
