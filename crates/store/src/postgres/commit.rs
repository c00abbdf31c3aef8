//! One transaction: all of it or nothing, and what follows once it is committed.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use nuncio_postgres::DatabaseUrl;

use super::{
    batches::{Deferred, rollups::Rollups},
    claim::Claim,
    connect::connect,
};
use crate::{
    EventKey,
    effects::Effects,
    fail::Fail,
    relational::{
        apply::apply,
        shared::Shared,
        store::load,
        write::{Write, panic_text},
    },
    sql::{Session, Sql},
    tail::Tail,
    tally::Tally,
};

/// The lock over the catalog: whoever changes it holds it alone, whoever routes events by it holds it with others.
const CATALOG: i64 = 0x6e75_6e63_696f_0002;

/// What a transaction has to do with the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Catalog {
    /// It may change it.
    Changes,
    /// It goes by it.
    Reads,
    /// Nothing that could not be a moment old.
    Whatever,
}

/// A connection that writes, made anew whenever it has broken, and what goes with it.
pub(super) struct Committer {
    pub(super) target: DatabaseUrl,
    pub(super) session: Option<Session>,
    pub(super) shared: Arc<Shared>,
    pub(super) claim: Claim,
    /// Whose rollups are its own.
    pub(super) writer: i64,
    /// Those that it has written.
    pub(super) rollups: Rollups,
    /// Whether the catalog in memory is this one's to bring up to date.
    pub(super) keeps_mirror: bool,
    pub(super) tail: Tail,
    /// Whether the last commit failed.
    pub(super) failing: bool,
}

impl Committer {
    /// Runs `work` in a transaction and commits it. On any failure, a panic included, everything is as it was before, but
    /// for a commit that was not answered: then the catalog in memory is read again before anything else.
    pub(super) fn transaction<T>(
        &mut self,
        catalog: Catalog,
        work: impl FnOnce(&mut Write<'_>, &mut Deferred<'_>) -> Result<T, Fail>,
    ) -> Result<T, Fail> {
        let done = self.try_transaction(catalog, work);
        match &done {
            Ok(_) => self.recovered(),
            Err(fail) => self.report(fail),
        }
        done
    }

    fn try_transaction<T>(
        &mut self,
        catalog: Catalog,
        work: impl FnOnce(&mut Write<'_>, &mut Deferred<'_>) -> Result<T, Fail>,
    ) -> Result<T, Fail> {
        self.claim.check()?;
        let session = self.connected()?;
        let sql = Sql::from(&session);
        let mut effects = Effects::default();
        let mut tally = Tally::default();
        let done = catch_unwind(AssertUnwindSafe(|| {
            let mut deferred = Deferred::new(&session);
            begin(sql, catalog)?;
            let mut write = Write {
                conn: sql,
                shared: &self.shared,
                tail: &mut self.tail,
                last_event: &mut EventKey(0),
                effects: &mut effects,
                tally: &mut tally,
            };
            let value = work(&mut write, &mut deferred)?;
            let counted = self.rollups.add(tally, &mut deferred)?;
            if !effects.mirror.is_empty() {
                raise_version(sql)?;
            }
            let fresh = std::mem::take(&mut effects.fresh);
            let announced = self.shared.feed.announce(fresh);
            deferred.commit()?;
            Ok((value, announced, counted))
        }));
        let done = done.unwrap_or_else(|panic| {
            let text = panic_text(&*panic);
            Err(Fail::Broken(format!("a write panicked: {text}")))
        });
        match done {
            Ok((value, announced, counted)) => {
                self.rollups.keep(counted);
                apply(&self.shared, effects, announced, sql);
                self.session = Some(session);
                Ok(value)
            }
            Err(fail) => {
                self.rollups.forget();
                // One that can't be rolled back is not used again.
                if !session.is_closed() && sql.execute_batch("ROLLBACK").is_ok() {
                    self.session = Some(session);
                }
                Err(fail)
            }
        }
    }

    /// The connection, made anew if it has broken.
    fn connected(&mut self) -> Result<Session, Fail> {
        if let Some(session) = self.session.take().filter(|session| !session.is_closed()) {
            return Ok(session);
        }
        let session = connect(&self.target)?.with_writer(self.writer);
        if self.keeps_mirror {
            // The last commit may have been stored without an answer.
            let mirror = load::load(Sql::from(&session), &self.shared.sealer)?;
            self.shared.put_mirror(mirror);
        }
        Ok(session)
    }

    /// Tries whether commits succeed again: there may be nothing else that would show it.
    pub(super) fn try_again(&mut self) {
        let _ = self.transaction(Catalog::Whatever, |_, _| Ok(()));
    }

    fn recovered(&mut self) {
        self.shared.pulse.beats();
        if std::mem::take(&mut self.failing) {
            self.shared.pulse.recovers();
            tracing::info!("commits succeed again");
        }
    }

    fn report(&mut self, fail: &Fail) {
        let (Fail::Outage(why) | Fail::Broken(why)) = fail else {
            return;
        };
        // Said once: the same failure comes back with every try.
        if !self.failing {
            tracing::error!(why, "a commit failed");
        }
        self.failing = true;
        self.shared.pulse.fails(why);
    }
}

fn begin(sql: Sql<'_>, catalog: Catalog) -> Result<(), Fail> {
    sql.begin(match catalog {
        Catalog::Changes => "SELECT pg_advisory_xact_lock(7959390389040742402)",
        Catalog::Reads => "SELECT pg_advisory_xact_lock_shared(7959390389040742402)",
        Catalog::Whatever => "",
    })?;
    Ok(())
}

fn raise_version(sql: Sql<'_>) -> Result<(), Fail> {
    sql.execute("SELECT pg_advisory_xact_lock(?1)", [CATALOG])?;
    sql.execute("UPDATE catalog SET version = version + 1", [])?;
    Ok(())
}
