//! The writer: one thread that owns the one connection that writes.
//!
//! It takes all events that have come (after a moment, if need be: see `arrivals`) into one transaction, commits, brings
//! the catalog in memory up to date, hands fresh events to the feed, and only then answers. Outcomes are held and
//! written many at a time, in pieces between which it takes events in again. When a commit fails, everybody in it is
//! told so, held outcomes stay for the next try, and nothing else remembers it.

pub(crate) mod arrivals;
#[cfg(test)]
mod durability;
mod flush;
pub(crate) mod settle;

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use nuncio_domain::{KeyId, Timestamp};
use tokio::sync::{Semaphore, oneshot};

use self::arrivals::{Append, Arrivals, PAUSE};
use crate::{
    EventKey, Record, StoreError,
    fail::Fail,
    needs::Needs,
    queue::Queue,
    relational::{
        changes::{append, order, record::Held},
        write::Task,
    },
    sql::Sql,
    sqlite::{
        commit::{Committer, Disk},
        file::erasure::{Done, Piece},
    },
};

/// How often it is written since when endpoints fail: every minute.
const TICKS_BETWEEN_STREAKS: u32 = 600;

/// While commits fail, one is tried every so many ticks, a second, if nothing else asks for one.
const TICKS_BETWEEN_TRIES: u32 = 10;

/// What the writer is asked for.
pub(crate) enum Command {
    /// Take events in.
    Append(Box<Append>),
    /// Hold an outcome until the next commit of outcomes.
    Record(Held),
    /// Note that a key was used.
    Touch(KeyId, Timestamp),
    /// Commit what somebody needs to see.
    Flush(Needs, oneshot::Sender<Result<(), StoreError>>),
    /// Carry something out in a transaction of its own, which sees what it needs.
    Task(Needs, Box<dyn Task>),
    /// Carry out a short piece that nobody else waits for, in a transaction of its own.
    Upkeep(Piece, Done),
    /// Empty the write-ahead log, if nobody is in the way.
    EmptyLog(mpsc::Sender<()>),
    /// About 100 ms have passed.
    Tick,
    /// Let the database grow to so many pages only: a full disk, for tests.
    LimitPages(u32, oneshot::Sender<()>),
}

/// The writer's state.
pub(crate) struct Writer {
    pub(crate) commits: Committer,
    pub(crate) queue: Arc<Queue<Command>>,
    /// One permit for each outcome that may be uncommitted.
    pub(crate) room: Arc<Semaphore>,
    /// Set while a tick waits in the queue.
    pub(crate) ticked: Arc<AtomicBool>,
    /// Set when the process is to seem to have died.
    pub(crate) crashed: Arc<AtomicBool>,
    /// Up to which event the last commit of outcomes has caught up.
    pub(crate) settled: EventKey,
    pub(crate) held: Vec<Held>,
    /// What was taken from the queue and is not carried out yet.
    pub(crate) waiting: VecDeque<Command>,
    /// Of that, the events that are to be taken in by the next commit.
    pub(crate) arrivals: Arrivals,
    pub(crate) touched: HashMap<KeyId, Timestamp>,
    /// Ticks so far.
    pub(crate) ticks: u32,
}

/// Who waits for the next commits.
#[derive(Default)]
struct Batch {
    flushes: Vec<oneshot::Sender<Result<(), StoreError>>>,
    /// What they need.
    needs: Needs,
    tick: bool,
    /// Whether outcomes are among the held that another delivery waits for.
    awaited: bool,
}

impl Writer {
    /// Works until the queue is closed and empty, then commits what is left.
    pub(crate) fn run(mut self) {
        while let Some(commands) = self.next() {
            self.waiting.extend(commands);
            // A commit may have taken more from the queue than it could do.
            loop {
                self.turn();
                if self.waiting.is_empty() {
                    break;
                }
            }
        }
        if self.crashed.load(Ordering::Acquire) {
            return;
        }
        let (done, _) = oneshot::channel();
        self.commit(Batch {
            flushes: vec![done],
            needs: Needs::Rows,
            ..Batch::default()
        });
        self.commits.write_streaks();
        self.commits.empty_log();
    }

    /// What there is to do; `None` when there will never be more.
    fn next(&mut self) -> Option<Vec<Command>> {
        if self.arrivals.is_empty() {
            return self.queue.take();
        }
        let commands = self.queue.take_within(PAUSE, self.arrivals.wanted());
        self.arrivals.paused();
        Some(commands)
    }

    fn turn(&mut self) {
        let mut batch = Batch::default();
        while let Some(command) = self.waiting.pop_front() {
            match command {
                Command::Append(append) => {
                    batch.awaited |= self.may_be_awaited(&append);
                    self.arrivals.push(*append);
                }
                Command::Record(held) => {
                    batch.awaited |= self.is_awaited(&held.record);
                    self.held.push(held);
                }
                Command::Touch(key, at) => {
                    self.touched.insert(key, at);
                }
                Command::Flush(needs, reply) => {
                    batch.needs = batch.needs.and(needs);
                    batch.flushes.push(reply);
                }
                Command::Task(needs, task) => {
                    self.commit(std::mem::take(&mut batch));
                    self.run_task(needs, task);
                }
                Command::LimitPages(pages, reply) => {
                    self.commit(std::mem::take(&mut batch));
                    self.limit_pages(pages, reply);
                }
                Command::Upkeep(piece, done) => {
                    self.commit(std::mem::take(&mut batch));
                    let disk = Disk::DontWait;
                    let _ = done.send(
                        self.commits
                            .transaction(disk, |write| piece(write.conn.sqlite()?)),
                    );
                }
                Command::EmptyLog(done) => {
                    self.commit(std::mem::take(&mut batch));
                    self.commits.empty_log();
                    let _ = done.send(());
                }
                Command::Tick => {
                    self.ticked.store(false, Ordering::Release);
                    self.commits.shared.pulse.beats();
                    self.commits.tail.tick();
                    self.ticks = self.ticks.wrapping_add(1);
                    if self.ticks.is_multiple_of(TICKS_BETWEEN_STREAKS) && !self.commits.failing {
                        self.commits.write_streaks();
                    }
                    if self.commits.failing && self.ticks.is_multiple_of(TICKS_BETWEEN_TRIES) {
                        self.commits.try_again();
                    }
                    batch.tick = true;
                }
            }
            if self.arrivals.is_full() || self.holds_enough() {
                self.commit(std::mem::take(&mut batch));
            }
        }
        self.commit(batch);
    }

    fn limit_pages(&self, pages: u32, reply: oneshot::Sender<()>) {
        let limited =
            self.commits
                .conn
                .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()));
        if limited.is_ok() {
            let _ = reply.send(());
        }
    }

    /// Whether another delivery can only start once this outcome is committed.
    fn is_awaited(&self, record: &Record) -> bool {
        // What is being appended is not there yet to be asked.
        record.ordering.is_some() && self.arrivals.has_ordered()
            || order::is_awaited(Sql::from(&self.commits.conn), record).unwrap_or(true)
    }

    /// Whether events on their way in may come behind a delivery whose outcome is held.
    fn may_be_awaited(&self, append: &Append) -> bool {
        append.is_ordered() && self.held.iter().any(|held| held.record.ordering.is_some())
    }

    fn commit(&mut self, batch: Batch) {
        // First, and by themselves: somebody waits for their answers.
        self.take_in();
        let done = self.flush(self.flush_level(&batch));
        for reply in batch.flushes {
            let _ = reply.send(done.clone().map_err(StoreError::Unavailable));
        }
    }

    /// Takes in the events that have come, unless they should wait a little.
    fn take_in(&mut self) {
        if self.arrivals.is_empty() {
            return;
        }
        let crowded =
            !self.commits.tail.is_half_empty() || !self.commits.shared.feed.is_half_empty();
        if !self.arrivals.should_wait(crowded) {
            let appends = self.arrivals.take();
            self.append(appends);
        }
    }

    /// Takes events in and answers.
    fn append(&mut self, appends: Vec<Append>) {
        if appends.is_empty() {
            return;
        }
        let (replies, work): (Vec<_>, Vec<_>) = appends
            .into_iter()
            .map(|append| {
                let Append {
                    events,
                    once,
                    authorship,
                    reply,
                } = append;
                (reply, (events, once, authorship))
            })
            .unzip();
        let done = self.commits.transaction(Disk::Wait, |write| {
            let results = work.into_iter().map(|(events, once, by)| {
                match append::append(write, events, once.as_ref(), by.as_ref()) {
                    Ok(result) => Ok(Ok(result)),
                    Err(Fail::Answer(error)) => Ok(Err(error)),
                    Err(fail) => Err(fail),
                }
            });
            results.collect::<Result<Vec<_>, Fail>>()
        });
        match done {
            Ok(results) => {
                for (reply, result) in replies.into_iter().zip(results) {
                    let _ = reply.send(result);
                }
            }
            Err(fail) => {
                let why = StoreError::from(fail).to_string();
                for reply in replies {
                    let _ = reply.send(Err(StoreError::Unavailable(why.clone())));
                }
            }
        }
    }

    /// Takes in the events that have come meanwhile, so that they need not wait for the whole of a long piece of work.
    fn append_those_that_wait(&mut self) {
        let is_append = |command: &Command| matches!(command, Command::Append(_));
        if !self.waiting.iter().any(is_append) {
            self.waiting.extend(self.queue.take_now());
        }
        for command in std::mem::take(&mut self.waiting) {
            match command {
                Command::Append(append) if !self.arrivals.is_full() => self.arrivals.push(*append),
                other => self.waiting.push_back(other),
            }
        }
        // The piece before this was a pause for them.
        if !self.arrivals.is_empty() {
            self.arrivals.paused();
        }
        self.take_in();
    }

    /// Carries a task out. What it needs to see, of all that was taken in or recorded before, is written first.
    fn run_task(&mut self, needs: Needs, mut task: Box<dyn Task>) {
        if let Err(why) = self.flush(self.level_for(needs)) {
            return task.answer(Some(why));
        }
        let done = self.commits.transaction(Disk::Wait, |write| {
            if task.run(write) {
                Ok(())
            } else {
                // Nothing to commit: the task has its own answer.
                Err(Fail::Answer(StoreError::NotFound))
            }
        });
        match done {
            Ok(()) | Err(Fail::Answer(_)) => task.answer(None),
            Err(Fail::Outage(why) | Fail::Broken(why)) => task.answer(Some(why)),
        }
    }
}
