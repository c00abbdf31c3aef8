//! One server at a time works with a database: the claim on it.
//!
//! It is a lock of a session, so it is gone the moment that its server or its connection is. A thread holds it; whoever
//! writes looks here first, and the engine is told that it owns nothing while it is not held.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use nuncio_postgres::DatabaseUrl;
use tokio::sync::watch;

use super::{connect::connect, open::PostgresError};
use crate::{
    Epoch, Owned,
    fail::Fail,
    relational::{reads::due, shared::Shared},
    sql::{Session, Sql},
};

/// The lock: a number that nobody else uses.
const LOCK: i64 = 0x6e75_6e63_696f_0003;

/// How often it is looked whether the connection is there, which costs one round trip.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A server that has just ended may hold it yet, until PostgreSQL looks at its connection.
const PATIENCE: &str = "SET lock_timeout = '3s'";

/// A server alone owns every shard from the first to the last.
pub(super) const EPOCH: Epoch = Epoch(0);

/// Whether the claim is held now.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    owned: Arc<watch::Sender<Owned>>,
}

impl Claim {
    /// What the engine is told.
    pub(super) fn owned(&self) -> watch::Receiver<Owned> {
        self.owned.subscribe()
    }

    /// Goes on only if it is held.
    pub(super) fn check(&self) -> Result<(), Fail> {
        if *self.owned.borrow() != Owned::none() {
            return Ok(());
        }
        Err(Fail::Outage(
            "the connection that holds the claim on the database is gone; it is made again"
                .to_owned(),
        ))
    }

    fn held(&self, held: bool) {
        let now = match held {
            true => Owned::all(EPOCH),
            false => Owned::none(),
        };
        self.owned.send_if_modified(|owned| {
            let changed = *owned != now;
            *owned = now;
            changed
        });
    }
}

/// Who holds the claim.
pub(super) struct Keeper {
    target: DatabaseUrl,
    session: Option<Session>,
    claim: Claim,
    /// Whether the engine knows what is due since the claim was taken.
    told: bool,
}

impl Keeper {
    /// Claims the database.
    ///
    /// # Errors
    /// Another server has it, or what is in between keeps no session.
    pub(super) fn claim(target: DatabaseUrl) -> Result<Self, PostgresError> {
        let session = connect(&target)?;
        if !wait_for(&session)? {
            return Err(PostgresError::Claimed);
        }
        if !is_kept(&session)? {
            return Err(PostgresError::NoSession);
        }
        let owned = Arc::new(watch::Sender::new(Owned::all(EPOCH)));
        Ok(Self {
            target,
            session: Some(session),
            claim: Claim { owned },
            // It asks by itself when it starts.
            told: true,
        })
    }

    /// Where others look whether it is held.
    pub(super) fn shown(&self) -> Claim {
        self.claim.clone()
    }

    /// Holds it until `stop` is dropped.
    pub(super) fn run(mut self, shared: &Shared, stop: &mpsc::Receiver<()>) {
        while let Err(mpsc::RecvTimeoutError::Timeout) = stop.recv_timeout(LOOK_EVERY) {
            let held = self.look();
            self.claim.held(held);
            if held && !self.told {
                self.told = self.tell(shared);
            }
        }
    }

    /// Says what is due: while the claim was not held, the engine let go of what it came upon.
    fn tell(&self, shared: &Shared) -> bool {
        let Some(session) = &self.session else {
            return false;
        };
        let endpoints = shared.mirror().endpoint_keys().collect();
        match due::due_endpoints(Sql::from(session), endpoints) {
            Ok(due) => {
                for (endpoint, at) in due {
                    shared.feed.due(endpoint, at);
                }
                true
            }
            Err(fail) => {
                tracing::warn!(?fail, "what is due can't be read");
                false
            }
        }
    }

    /// Whether it is held, taken again if its connection has broken.
    fn look(&mut self) -> bool {
        let holds = |session: &Session| is_kept(session).unwrap_or(false);
        if self.session.as_ref().is_some_and(holds) {
            return true;
        }
        // Before anything else: whoever asks meanwhile is refused.
        self.claim.held(false);
        self.session = None;
        let taken =
            connect(&self.target).and_then(|session| Ok(take(&session)?.then_some(session)));
        match taken {
            Ok(Some(session)) => {
                tracing::info!("the claim on the database is held again");
                self.session = Some(session);
                self.told = false;
                true
            }
            Ok(None) => {
                tracing::error!(
                    "another server has claimed the database: this one does nothing more"
                );
                false
            }
            Err(fail) => {
                tracing::warn!(?fail, "the claim on the database can't be taken");
                false
            }
        }
    }
}

/// Takes it, also if it becomes free within a moment.
fn wait_for(session: &Session) -> Result<bool, Fail> {
    const TAKE: &str = "SELECT 1 FROM pg_advisory_lock(?1)";
    let sql = Sql::from(session);
    sql.execute_batch(PATIENCE)?;
    let taken = sql.query_row(TAKE, [LOCK], |_| Ok(()));
    sql.execute_batch("SET lock_timeout = 0")?;
    match taken {
        Ok(()) => Ok(true),
        Err(error) if error.is_lock_timeout() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn take(session: &Session) -> Result<bool, Fail> {
    const TAKE: &str = "SELECT pg_try_advisory_lock(?1)";
    Ok(Sql::from(session).query_row(TAKE, [LOCK], |row| row.get(0))?)
}

/// Whether this very session has the lock.
fn is_kept(session: &Session) -> Result<bool, Fail> {
    const KEPT: &str = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted \
        AND pid = pg_backend_pid() AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) \
        AND (CAST(classid AS BIGINT) << 32 | CAST(objid AS BIGINT)) = ?1)";
    Ok(Sql::from(session).query_row(KEPT, [LOCK], |row| row.get(0))?)
}
