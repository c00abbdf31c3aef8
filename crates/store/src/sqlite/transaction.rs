//! One transaction of the writer: all of it or nothing, and what follows once it is committed.
//!
//! The database, the tail in memory and the catalog in memory go together: after a failure all three are as they were.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use nuncio_domain::Timestamp;
use rusqlite::Connection;

use super::{
    delivery,
    fail::Fail,
    rollup,
    tally::Tally,
    write::{Effects, MirrorChange, NewTenants, Write},
    writer::Writer,
};
use crate::EndpointKey;

/// Changes nothing, and has to be written all the same.
const REWRITE: &str = "UPDATE meta SET value = value WHERE name = 'watermark'";

/// Whether a commit waits until the disk has it. One that does covers all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disk {
    /// It does: somebody is told that it is stored.
    Wait,
    /// It does not. A killed process loses nothing by that, a power cut repeats attempts.
    DontWait,
}

impl Writer {
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
    pub(super) fn transaction<T>(
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
                conn: &self.conn,
                shared: &self.shared,
                tail: &mut self.tail,
                last_event: &mut self.last_event,
                effects: &mut effects,
                tally: &mut tally,
            })?;
            rollup::store(&self.conn, tally)?;
            if unsynced {
                // A commit without a change would not touch the disk.
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
                self.failing = false;
                self.unsynced = disk == Disk::DontWait;
                self.apply(effects);
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

    fn report(&mut self, fail: &Fail) {
        let (Fail::Outage(why) | Fail::Broken(why)) = fail else {
            return;
        };
        // Said once: the same failure comes back with every try.
        if !self.failing {
            tracing::error!(why, "a commit failed");
        }
        self.failing = true;
    }

    fn apply(&mut self, effects: Effects) {
        let touched = self.apply_to_mirror(effects.new_tenants, effects.mirror);
        let feed = &self.shared.feed;
        for key in touched {
            feed.changed(key);
            if let Some(due) = self.due_again(key) {
                feed.due(key, due);
            }
        }
        effects
            .fresh
            .into_iter()
            .for_each(|fresh| feed.fresh(fresh));
        effects.due.iter().for_each(|(key, at)| feed.due(*key, *at));
        if effects.job {
            feed.job();
        }
        if effects.truncate_log {
            truncate_log(&self.conn);
        }
    }

    /// Brings the catalog in memory up to date; returns the endpoints that are no longer as they were.
    fn apply_to_mirror(&self, tenants: NewTenants, changes: Vec<MirrorChange>) -> Vec<EndpointKey> {
        if tenants.is_empty() && changes.is_empty() {
            return Vec::new();
        }
        let mut mirror = self.shared.mirror_mut();
        for ((project, _), (key, tenant)) in tenants {
            mirror.put_tenant(project, key, tenant);
        }
        changes
            .into_iter()
            .flat_map(|change| change(&mut mirror))
            .collect()
    }

    /// When a changed endpoint has work again, if nothing keeps it waiting.
    fn due_again(&self, key: EndpointKey) -> Option<Timestamp> {
        let free = self
            .shared
            .mirror()
            .sending(key)
            .is_some_and(|sending| sending.waiting.is_none());
        if !free {
            return None;
        }
        delivery::earliest_due(&self.conn, key).unwrap_or_else(|fail| {
            tracing::error!(?fail, "can't look for due deliveries");
            None
        })
    }
}

/// Empties the write-ahead log, so that it keeps nothing of what was erased. Readers may be in the way; then the
/// next checkpoints do it.
pub(super) fn truncate_log(conn: &Connection) {
    if let Err(error) = conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
        tracing::warn!(%error, "the write-ahead log could not be emptied");
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
