//! The writer: one thread that owns the one connection that writes.
//!
//! It takes everything that waits, carries it out in one transaction, commits, brings the catalog in memory up to
//! date, hands fresh events to the feed, and only then answers. When a commit fails, everybody in it is told so,
//! held outcomes stay for the next try, and nothing else remembers it.

use std::{
    any::Any,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use nuncio_domain::{KeyId, Timestamp};
use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

use super::{
    append::{self, Hashed, Results},
    delivery,
    fail::Fail,
    order, record, rollup, settle,
    tally::Tally,
    write::{Effects, MirrorChange, NewTenants, Shared, Task, Write},
};
use crate::{EndpointKey, EventKey, Once, Record, StoreError, queue::Queue, tail::Tail};

/// Outcomes that are held at most before they are committed: more would not make a commit cheaper.
const HELD_MAX: usize = 2_000;

/// Appends in one commit at most: those behind them should not wait for ever.
const APPENDS_MAX: usize = 1_024;

/// Changes nothing, and has to be written all the same.
const REWRITE: &str = "UPDATE meta SET value = value WHERE name = 'watermark'";

/// What the writer is asked for.
pub(super) enum Command {
    /// Take events in.
    Append(Box<Append>),
    /// Hold an outcome until the next commit of outcomes.
    Record(Box<Record>),
    /// Note that a key was used.
    Touch(KeyId, Timestamp),
    /// Commit all that is held and write rows for the whole tail.
    Flush(oneshot::Sender<Result<(), StoreError>>),
    /// Carry something out in a transaction of its own.
    Task(Box<dyn Task>),
    /// About 100 ms have passed.
    Tick,
    /// Let the database grow to so many pages only: a full disk, for tests.
    LimitPages(u32, oneshot::Sender<()>),
}

/// Events on their way in.
pub(super) struct Append {
    pub(super) events: Vec<Hashed>,
    pub(super) once: Option<Once<Results>>,
    pub(super) reply: oneshot::Sender<Result<Results, StoreError>>,
}

impl Append {
    /// Whether some of the events have an ordering key.
    fn is_ordered(&self) -> bool {
        self.events.iter().any(|hashed| hashed.ordering.is_some())
    }
}

/// The writer's state.
pub(super) struct Writer {
    pub(super) conn: Connection,
    pub(super) shared: Arc<Shared>,
    pub(super) queue: Arc<Queue<Command>>,
    /// One permit for each outcome that may be uncommitted.
    pub(super) room: Arc<Semaphore>,
    /// Set while a tick waits in the queue.
    pub(super) ticked: Arc<AtomicBool>,
    /// Set when the process is to seem to have died.
    pub(super) crashed: Arc<AtomicBool>,
    pub(super) last_event: EventKey,
    /// Up to which event the last commit of outcomes has caught up.
    pub(super) settled: EventKey,
    pub(super) tail: Tail,
    pub(super) held: Vec<Record>,
    pub(super) touched: HashMap<KeyId, Timestamp>,
    /// Whether the last commit failed.
    pub(super) failing: bool,
    /// Whether commits wait for the disk now.
    pub(super) disk: Disk,
    /// Whether something is committed that the disk may not have yet. The next tick sees to that.
    pub(super) unsynced: bool,
}

/// Whether a commit waits until the disk has it. One that does covers all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disk {
    /// It does: somebody is told that it is stored.
    Wait,
    /// It does not. A killed process loses nothing by that, a power cut repeats attempts.
    DontWait,
}

/// What is to be committed together.
#[derive(Default)]
struct Batch {
    appends: Vec<Append>,
    flushes: Vec<oneshot::Sender<Result<(), StoreError>>>,
    tick: bool,
    /// Whether outcomes are among the held that another delivery waits for.
    awaited: bool,
}

/// Which rows a commit writes besides those of its appends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcomes {
    /// None.
    Later,
    /// Held outcomes, since other deliveries wait for some. They may start whether the disk has it or not.
    Awaited,
    /// Held outcomes, and targets that have waited long enough.
    Held,
    /// Held outcomes and the whole tail.
    Everything,
}

impl Writer {
    /// Works until the queue is closed and empty, then commits what is left.
    pub(super) fn run(mut self) {
        while let Some(commands) = self.queue.take() {
            self.turn(commands);
        }
        if self.crashed.load(Ordering::Acquire) {
            return;
        }
        let (done, _) = oneshot::channel();
        self.commit(Batch {
            flushes: vec![done],
            ..Batch::default()
        });
        truncate_log(&self.conn);
    }

    fn turn(&mut self, commands: Vec<Command>) {
        let mut batch = Batch::default();
        for command in commands {
            match command {
                Command::Append(append) => {
                    batch.awaited |= self.may_be_awaited(&append);
                    batch.appends.push(*append);
                }
                Command::Record(record) => {
                    batch.awaited |= self.is_awaited(&record, &batch);
                    self.held.push(*record);
                }
                Command::Touch(key, at) => {
                    self.touched.insert(key, at);
                }
                Command::Flush(reply) => batch.flushes.push(reply),
                Command::Task(task) => {
                    self.commit(std::mem::take(&mut batch));
                    self.run_task(task);
                }
                Command::LimitPages(pages, reply) => {
                    self.commit(std::mem::take(&mut batch));
                    let name = "max_page_count";
                    let limited = self
                        .conn
                        .pragma_update_and_check(None, name, pages, |_| Ok(()));
                    if limited.is_ok() {
                        let _ = reply.send(());
                    }
                }
                Command::Tick => {
                    self.ticked.store(false, Ordering::Release);
                    self.tail.tick();
                    batch.tick = true;
                }
            }
            if batch.appends.len() >= APPENDS_MAX || self.holds_enough() {
                self.commit(std::mem::take(&mut batch));
            }
        }
        self.commit(batch);
    }

    /// Which outcomes are to be committed with a batch.
    fn outcomes(&self, batch: &Batch) -> Outcomes {
        if !batch.flushes.is_empty() && (self.is_behind() || !self.tail.is_empty()) {
            Outcomes::Everything
        } else if self.holds_enough()
            || batch.awaited && !batch.appends.is_empty() && !self.failing
            || batch.tick && (self.is_behind() || self.tail.has_old() || self.unsynced)
        {
            Outcomes::Held
        } else if batch.awaited && !self.failing {
            Outcomes::Awaited
        } else {
            Outcomes::Later
        }
    }

    /// Whether the held outcomes are to be committed now. While commits fail they wait for the next tick: trying
    /// again with every outcome would keep the writer from everything else.
    const fn holds_enough(&self) -> bool {
        self.held.len() >= HELD_MAX && !self.failing
    }

    /// Whether another delivery can only start once this outcome is committed.
    fn is_awaited(&self, record: &Record, batch: &Batch) -> bool {
        // What is being appended is not there yet to be asked.
        record.ordering.is_some() && batch.appends.iter().any(Append::is_ordered)
            || order::is_awaited(&self.conn, record).unwrap_or(true)
    }

    /// Whether events on their way in may come behind a delivery whose outcome is held.
    fn may_be_awaited(&self, append: &Append) -> bool {
        append.is_ordered() && self.held.iter().any(|record| record.ordering.is_some())
    }

    /// Whether something waits for a commit of outcomes.
    fn is_behind(&self) -> bool {
        !self.held.is_empty() || !self.touched.is_empty() || self.settled < self.last_event
    }

    fn commit(&mut self, batch: Batch) {
        let outcomes = self.outcomes(&batch);
        let (mut answers, work): (Vec<_>, Vec<_>) = batch
            .appends
            .into_iter()
            .map(|append| (append.reply, (append.events, append.once)))
            .unzip();
        let done = if work.is_empty() && outcomes == Outcomes::Later {
            Ok(Vec::new())
        } else {
            self.write_batch(work, outcomes)
        };
        match done {
            Ok(results) => {
                for (reply, result) in answers.drain(..).zip(results) {
                    let _ = reply.send(result);
                }
                for reply in batch.flushes {
                    let _ = reply.send(Ok(()));
                }
            }
            Err(why) => {
                for reply in answers {
                    let _ = reply.send(Err(StoreError::Unavailable(why.clone())));
                }
                for reply in batch.flushes {
                    let _ = reply.send(Err(StoreError::Unavailable(why.clone())));
                }
            }
        }
    }

    fn write_batch(
        &mut self,
        work: Vec<(Vec<Hashed>, Option<Once<Results>>)>,
        outcomes: Outcomes,
    ) -> Result<Vec<Result<Results, StoreError>>, String> {
        let held = std::mem::take(&mut self.held);
        let touched = std::mem::take(&mut self.touched);
        let disk = match outcomes {
            Outcomes::Awaited => Disk::DontWait,
            Outcomes::Later | Outcomes::Held | Outcomes::Everything => Disk::Wait,
        };
        let done = self.transaction(disk, |write| {
            let mut results = Vec::with_capacity(work.len());
            for (events, once) in work {
                results.push(match append::append(write, events, once) {
                    Ok(result) => Ok(result),
                    Err(Fail::Answer(error)) => Err(error),
                    Err(fail) => return Err(fail),
                });
            }
            if outcomes != Outcomes::Later {
                record::outcomes(write, &held)?;
                record::touch_keys(write, &touched)?;
                settle::settle(write, outcomes == Outcomes::Everything)?;
            }
            Ok(results)
        });
        if done.is_ok() && outcomes != Outcomes::Later {
            self.settled = self.last_event;
            self.room.add_permits(held.len());
        } else {
            self.held = held;
            self.touched = touched;
        }
        done.map_err(|fail| {
            if matches!(fail, Fail::Broken(_)) && outcomes != Outcomes::Later {
                self.write_one_by_one();
            }
            StoreError::from(fail).to_string()
        })
    }

    /// Commits each held outcome by itself, after they could not be committed together. One that can't be written
    /// at all must not keep the others for ever: it is dropped, and its attempt will be repeated.
    fn write_one_by_one(&mut self) {
        let mut outage = false;
        for record in std::mem::take(&mut self.held) {
            if outage {
                self.held.push(record);
                continue;
            }
            let one = std::slice::from_ref(&record);
            match self.transaction(Disk::Wait, |write| record::outcomes(write, one)) {
                Ok(()) => self.room.add_permits(1),
                Err(Fail::Outage(_)) => {
                    outage = true;
                    self.held.push(record);
                }
                Err(Fail::Answer(_) | Fail::Broken(_)) => {
                    tracing::error!(delivery = %record.delivery, "an outcome can't be stored and is dropped");
                    self.room.add_permits(1);
                }
            }
        }
    }

    /// Carries a task out. Everything that was recorded before is committed first, so that the task sees rows only.
    fn run_task(&mut self, mut task: Box<dyn Task>) {
        let unwritten = self.is_behind() || !self.tail.is_empty();
        if unwritten && let Err(why) = self.write_batch(Vec::new(), Outcomes::Everything) {
            return task.answer(Some(why));
        }
        let done = self.transaction(Disk::Wait, |write| {
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
    fn transaction<T>(
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
fn truncate_log(conn: &Connection) {
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
