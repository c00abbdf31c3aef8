//! One transaction of the writer: all of it or nothing, and what follows once it is committed.
//!
//! The database, the tail in memory and the catalog in memory go together: after a failure all three are as they were.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
};

use rusqlite::Connection;

use crate::{
    EventKey,
    effects::Effects,
    fail::Fail,
    relational::{
        apply::apply,
        rows::{failing, rollup},
        shared::Shared,
        write::{Write, panic_text},
    },
    sql::Sql,
    sqlite::file::erasure,
    tail::Tail,
    tally::Tally,
};

/// Changes a value that nobody reads, so that there is something to write. Setting a value to what it is would not do: SQLite
/// compares, and writes nothing.
const REWRITE: &str = "INSERT INTO meta (name, value) VALUES ('rewritten', 0)
    ON CONFLICT (name) DO UPDATE SET value = 1 - value";

/// Endpoints in one commit: a millisecond or so.
const STREAKS_WRITTEN_MAX: usize = 500;

/// Whether a commit waits until the disk has it. One that does covers all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disk {
    /// It does: somebody is told that it is stored.
    Wait,
    /// It does not. A killed process loses nothing by that, a power cut repeats attempts.
    DontWait,
}

/// The connection that writes, and what goes with it from one transaction to the next.
pub(crate) struct Committer {
    pub(crate) conn: Connection,
    /// The file of the write-ahead log.
    pub(crate) log: PathBuf,
    pub(crate) shared: Arc<Shared>,
    pub(crate) last_event: EventKey,
    pub(crate) tail: Tail,
    /// Whether the last commit failed.
    pub(crate) failing: bool,
    /// Whether commits wait for the disk now.
    pub(crate) disk: Disk,
    /// Whether something is committed that the disk may not have yet. The next tick sees to that.
    pub(crate) unsynced: bool,
}

impl Committer {
    /// Sets whether the next commits wait for the disk.
    fn wait_for(&mut self, disk: Disk) -> Result<(), Fail> {
        if self.disk != disk {
            let level = match disk {
                Disk::Wait => "FULL",
                Disk::DontWait => "NORMAL",
            };
            self.conn.pragma_update(None, "synchronous", level)?;
            self.disk = disk;
        }
        Ok(())
    }

    /// Runs `work` in a transaction and commits it. On any failure, a panic included, everything is as it was
    /// before; [`Fail::Answer`] is what `work` itself gave for wanting no commit.
    pub(crate) fn transaction<T>(
        &mut self,
        disk: Disk,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, Fail>,
    ) -> Result<T, Fail> {
        self.wait_for(disk)?;
        let unsynced = self.unsynced && disk == Disk::Wait;
        let mut effects = Effects::default();
        let mut tally = Tally::default();
        let done = catch_unwind(AssertUnwindSafe(|| {
            self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            let value = work(&mut Write {
                conn: Sql::from(&self.conn),
                shared: &self.shared,
                tail: &mut self.tail,
                last_event: &mut self.last_event,
                effects: &mut effects,
                tally: &mut tally,
            })?;
            rollup::store(Sql::from(&self.conn), tally)?;
            if unsynced && effects.fresh.is_empty() {
                // A commit without a change would not touch the disk. One with new events has changes.
                self.conn.prepare_cached(REWRITE)?.execute([])?;
            }
            self.conn.prepare_cached("COMMIT")?.execute([])?;
            Ok(value)
        }));
        let done = done.unwrap_or_else(|panic| {
            let text = panic_text(&*panic);
            Err(Fail::Broken(format!("a write panicked: {text}")))
        });
        match done {
            Ok(value) => {
                self.tail.committed();
                self.recovered();
                self.unsynced = disk == Disk::DontWait;
                apply(&self.shared, effects, Sql::from(&self.conn));
                Ok(value)
            }
            Err(fail) => {
                self.undo();
                self.report(&fail);
                Err(fail)
            }
        }
    }

    fn undo(&mut self) {
        // SQLite has rolled back by itself after some errors.
        if !self.conn.is_autocommit()
            && let Err(error) = self.conn.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
        self.tail.rolled_back();
    }

    fn recovered(&mut self) {
        self.shared.pulse.beats();
        if std::mem::take(&mut self.failing) {
            self.shared.pulse.recovers();
            tracing::info!("commits succeed again");
        }
    }

    /// Tries whether commits succeed again: there may be nothing else that would show it.
    pub(crate) fn try_again(&mut self) {
        let _ = self.transaction(Disk::Wait, |write| {
            write.conn.prepare_cached(REWRITE)?.execute([])?;
            Ok(())
        });
    }

    /// Writes down since when endpoints fail, where that has waited for the minute to be over.
    pub(crate) fn write_streaks(&mut self) {
        loop {
            let due = self.shared.streaks.due(STREAKS_WRITTEN_MAX);
            if due.is_empty() {
                return;
            }
            let written = self.transaction(Disk::DontWait, |write| {
                for (endpoint, streak) in &due {
                    failing::write(write.conn, *endpoint, streak)?;
                }
                Ok(())
            });
            if written.is_err() {
                return;
            }
            self.shared.streaks.written(&due);
        }
    }

    /// Empties the write-ahead log if no reader is in the way, and forgets the erasures that have waited for it alone.
    pub(crate) fn empty_log(&mut self) {
        match erasure::empty_log(&self.conn, &self.log) {
            Ok(false) => {}
            Ok(true) => {
                let Some(up_to) = self.shared.erasures.scrubbed() else {
                    return;
                };
                let left = self.transaction(Disk::DontWait, |write| {
                    erasure::forget(write.conn.sqlite()?, up_to)
                });
                if let Ok(left) = left {
                    self.shared.erasures.forget_scrubbed(left);
                }
            }
            Err(fail) => tracing::warn!(?fail, "the write-ahead log could not be emptied"),
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
