//! The thread that writes outcomes and makes changes, in the order in which they were asked for.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use nuncio_domain::{KeyId, Timestamp};
use tokio::sync::{Semaphore, oneshot};

use super::{
    batches::outcomes,
    commit::{Catalog, Committer},
};
use crate::{
    StoreError,
    fail::Fail,
    queue::Queue,
    relational::{
        changes::record::{self, Held},
        rows::failing,
        write::Task,
    },
};

/// Outcomes in one commit.
const PIECE: usize = 500;

/// Endpoints in one commit: a millisecond or so.
const STREAKS_WRITTEN_MAX: usize = 500;

/// How often it is written since when endpoints fail: every minute.
const TICKS_BETWEEN_STREAKS: u32 = 600;

/// While commits fail, one is tried every so many ticks, a second, if nothing else asks for one.
const TICKS_BETWEEN_TRIES: u32 = 10;

/// What the thread is asked for.
pub(super) enum Command {
    /// Write an outcome with the next commit.
    Record(Held),
    /// Note that a key was used.
    Touch(KeyId, Timestamp),
    /// Commit the outcomes that came before.
    Flush(oneshot::Sender<Result<(), StoreError>>),
    /// Carry something out in a transaction of its own.
    Task(Catalog, Box<dyn Task>),
    /// About 100 ms have passed.
    Tick,
}

/// The thread's state.
pub(super) struct Recorder {
    pub(super) commits: Committer,
    pub(super) queue: Arc<Queue<Command>>,
    /// One permit for each outcome that may be uncommitted.
    pub(super) room: Arc<Semaphore>,
    /// Set while a tick waits in the queue.
    pub(super) ticked: Arc<AtomicBool>,
    /// Set when the process is to seem to have died.
    pub(super) crashed: Arc<AtomicBool>,
    pub(super) held: Vec<Held>,
    pub(super) touched: HashMap<KeyId, Timestamp>,
    /// Ticks so far.
    pub(super) ticks: u32,
}

impl Recorder {
    /// Works until the queue is closed and empty, then commits what is left.
    pub(super) fn run(mut self) {
        while let Some(commands) = self.queue.take() {
            for command in commands {
                if self.crashed.load(Ordering::Acquire) {
                    return;
                }
                self.carry_out(command);
            }
            if !self.commits.failing {
                // Whoever waits for it has asked.
                let _ = self.flush();
            }
        }
        if self.crashed.load(Ordering::Acquire) {
            return;
        }
        let _ = self.flush();
        self.write_streaks();
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Record(held) => self.held.push(held),
            Command::Touch(key, at) => {
                self.touched.insert(key, at);
            }
            Command::Flush(reply) => {
                let done = self.flush();
                let _ = reply.send(done.map_err(StoreError::Unavailable));
            }
            Command::Task(catalog, task) => {
                if let Err(why) = self.flush() {
                    task.answer(Some(why));
                    return;
                }
                self.run_task(catalog, task);
            }
            Command::Tick => self.tick(),
        }
    }

    fn tick(&mut self) {
        self.ticked.store(false, Ordering::Release);
        self.ticks = self.ticks.wrapping_add(1);
        if self.commits.failing {
            if self.ticks.is_multiple_of(TICKS_BETWEEN_TRIES) && self.flush().is_ok() {
                self.commits.try_again();
            }
            return;
        }
        self.commits.shared.pulse.beats();
        if self.ticks.is_multiple_of(TICKS_BETWEEN_STREAKS) {
            self.write_streaks();
        }
    }

    /// Commits what is held, in pieces.
    fn flush(&mut self) -> Result<(), String> {
        // By endpoint, so that neighbours are written to the same pages. What belongs to one delivery stays in its order.
        self.held.sort_by_key(|held| held.record.endpoint_key);
        while !self.held.is_empty() || !self.touched.is_empty() {
            let size = self.held.len().min(PIECE);
            let (held, touched) = (&self.held[..size], &self.touched);
            let done = self
                .commits
                .transaction(Catalog::Whatever, |write, deferred| {
                    outcomes::outcomes(write, deferred, held)?;
                    // It changes the catalog in memory, for which others would have to wait.
                    if touched.is_empty() {
                        return Ok(());
                    }
                    record::touch_keys(write, touched)
                });
            match done {
                Ok(()) => {
                    self.held.drain(..size);
                    self.touched.clear();
                    self.room.add_permits(size);
                }
                Err(fail) => {
                    if matches!(fail, Fail::Broken(_)) {
                        self.write_one_by_one();
                    }
                    return Err(StoreError::from(fail).to_string());
                }
            }
        }
        Ok(())
    }

    /// Commits each held outcome by itself, after they could not be committed together. One that can't be written at all
    /// must not keep the others for ever: it is dropped, and its attempt will be repeated.
    fn write_one_by_one(&mut self) {
        let mut outage = false;
        for held in std::mem::take(&mut self.held) {
            if outage {
                self.held.push(held);
                continue;
            }
            let one = std::slice::from_ref(&held);
            let done = self.commits.transaction(Catalog::Whatever, |write, _| {
                record::outcomes(write, one, |_| false)
            });
            match done {
                Ok(_) => self.room.add_permits(1),
                Err(Fail::Outage(_)) => {
                    outage = true;
                    self.held.push(held);
                }
                Err(Fail::Answer(_) | Fail::Broken(_)) => {
                    tracing::error!(delivery = %held.record.delivery, "an outcome can't be stored and is dropped");
                    self.room.add_permits(1);
                }
            }
        }
    }

    /// Writes down since when endpoints fail, where that has waited for the minute to be over.
    fn write_streaks(&mut self) {
        loop {
            let due = self.commits.shared.streaks.due(STREAKS_WRITTEN_MAX);
            if due.is_empty() {
                return;
            }
            let written = self.commits.transaction(Catalog::Whatever, |write, _| {
                for (endpoint, streak) in &due {
                    failing::write(write.conn, *endpoint, streak)?;
                }
                Ok(())
            });
            if written.is_err() {
                return;
            }
            self.commits.shared.streaks.written(&due);
        }
    }

    fn run_task(&mut self, catalog: Catalog, mut task: Box<dyn Task>) {
        let done = self.commits.transaction(catalog, |write, _| {
            if task.run(write) {
                Ok(())
            } else {
                // Nothing to commit: the task has its own answer.
                Err(Fail::Answer(StoreError::NotFound))
            }
        });
        // It may have deleted some.
        self.commits.rollups.forget();
        match done {
            Ok(()) | Err(Fail::Answer(_)) => task.answer(None),
            Err(Fail::Outage(why) | Fail::Broken(why)) => task.answer(Some(why)),
        }
    }
}
