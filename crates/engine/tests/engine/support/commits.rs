//! How the store in memory commits what it has taken over: at once, or later like a store on a disk, whose commits may
//! fail and may be lost.

use std::sync::Arc;

use nuncio_domain::State;
use nuncio_store::{Record, StoreError};

use super::store::MemoryStore;

/// Outcomes that may be uncommitted: whoever has another waits.
pub(super) const ROOM: usize = 12;

/// What a crash does to outcomes that no commit has reported as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uncommitted {
    /// They are gone.
    Lost,
    /// They had reached the disk: only the answer that said so was lost.
    Stored,
}

impl MemoryStore {
    /// From now on outcomes are held until [`commit`](Self::commit), or until a look needs them.
    pub(crate) fn hold_records(&self) {
        self.rows().holds = true;
    }

    /// Has every commit fail, or no longer.
    pub(crate) fn set_commits_fail(&self, fail: bool) {
        self.rows().commits_fail = fail;
    }

    /// Whether a commit would succeed now.
    pub(crate) fn can_commit(&self) -> bool {
        !self.rows().commits_fail
    }

    /// Commits all outcomes that are held.
    pub(crate) fn commit(&self) -> Result<(), StoreError> {
        let held = {
            let mut rows = self.rows();
            if rows.commits_fail && !rows.held.is_empty() {
                return Err(StoreError::Unavailable("a commit failed".to_owned()));
            }
            std::mem::take(&mut rows.held)
        };
        self.room.add_permits(held.len());
        held.into_iter().for_each(|record| self.store(record));
        Ok(())
    }

    /// The process is gone. Returns how many outcomes are lost with it.
    pub(crate) fn crash(&self, uncommitted: Uncommitted) -> usize {
        let held = std::mem::take(&mut self.rows().held);
        self.room.add_permits(held.len());
        match uncommitted {
            Uncommitted::Lost => held.len(),
            Uncommitted::Stored => {
                held.into_iter().for_each(|record| self.store(record));
                0
            }
        }
    }

    /// Writes an outcome down, with all that follows from it.
    pub(super) fn store(&self, record: Arc<Record>) {
        let mut rows = self.rows();
        rows.rowless.remove(&record.delivery);
        let row = rows
            .deliveries
            .get_mut(&record.delivery)
            .expect("it is there");
        let was_done = row.progress.state == State::Succeeded;
        row.progress = row.progress.after(record.done);
        // Whoever is the first of the queue now may start.
        let is_final = row.progress.due().is_none();
        let freed = is_final && row.queue.take().is_some();
        rows.repeats += usize::from(was_done);
        let (endpoint, disable) = (record.endpoint_key, record.disable);
        if let Some(until) = record.pause_until {
            let pause = rows.pauses.entry(endpoint).or_insert(until);
            *pause = until.max(*pause);
        }
        let ended = record.ended;
        rows.records.push(Arc::unwrap_or_clone(record));
        drop(rows);
        if disable.is_some() {
            self.disable(endpoint);
        }
        if freed {
            self.feed.due(endpoint, ended);
        }
    }
}
