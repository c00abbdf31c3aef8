//! What an operation inside a write transaction works with, and what it leaves to be done after the commit.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use nuncio_domain::{NewAuditEntry, ProjectId, Timestamp};
use tokio::sync::oneshot;

use crate::{
    EndpointKey, EventKey, StoreError, effects::Effects, fail::Fail, relational::shared::Shared,
    sql::Sql, tail::Tail, tally::Tally,
};

/// A write transaction.
pub(crate) struct Write<'a> {
    pub(crate) conn: Sql<'a>,
    pub(crate) shared: &'a Shared,
    pub(crate) tail: &'a mut Tail,
    /// The newest event's number. Counted here, not by the database, so that none is given twice.
    pub(crate) last_event: &'a mut EventKey,
    pub(crate) effects: &'a mut Effects,
    /// What to count; written before the commit.
    pub(crate) tally: &'a mut Tally,
}

impl Write<'_> {
    /// Says what is done here, for the audit log.
    pub(crate) fn audit(&mut self, entry: NewAuditEntry) {
        self.effects.audit_entry = Some(entry);
    }

    /// Says what is done here besides: several things that are changed by one request.
    pub(crate) fn audit_also(&mut self, entry: NewAuditEntry) {
        self.effects.more_audit_entries.push(entry);
    }

    /// Notes that a payload is erased here: SQLite's file and log may hold its text for a while.
    pub(crate) fn note_erasure(&mut self, now: Timestamp) -> Result<(), Fail> {
        if let Sql::Sqlite(conn) = self.conn {
            conn.prepare_cached("INSERT INTO erasures (at) VALUES (?1)")?
                .execute([now.ms()])?;
            self.effects.erased = Some(now);
        }
        Ok(())
    }

    /// The number that the next event gets.
    pub(crate) fn next_event(&self) -> Result<EventKey, Fail> {
        match self.conn {
            Sql::Sqlite(_) => Ok(EventKey(self.last_event.0 + 1)),
            Sql::Postgres(_) => Ok(EventKey(self.conn.query_row(
                "SELECT nextval('events_seq')",
                [],
                |row| row.get(0),
            )?)),
        }
    }

    /// The number of a project.
    pub(crate) fn project(&self, id: ProjectId) -> Result<i64, Fail> {
        let mirror = self.shared.mirror();
        Ok(mirror.project(id).ok_or(StoreError::NotFound)?.key)
    }

    /// Does a part of the work that may fail by itself: a panic, a damaged row or an answer undoes that part alone, and
    /// its reason is returned. What fails for the whole store fails as ever.
    pub(crate) fn part<T>(
        &mut self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, Fail>,
    ) -> Result<Result<T, String>, Fail> {
        self.conn.prepare_cached("SAVEPOINT part")?.execute([])?;
        let (mut effects, mut tally) = (Effects::default(), Tally::default());
        let first = EventKey(self.last_event.0 + 1);
        let done = catch_unwind(AssertUnwindSafe(|| {
            work(&mut Write {
                conn: self.conn,
                shared: self.shared,
                tail: &mut *self.tail,
                last_event: &mut *self.last_event,
                effects: &mut effects,
                tally: &mut tally,
            })
        }));
        let why = match done {
            Ok(Ok(value)) => {
                self.conn.prepare_cached("RELEASE part")?.execute([])?;
                self.effects.append(effects);
                self.tally.append(tally);
                return Ok(Ok(value));
            }
            Ok(Err(fail @ Fail::Outage(_))) => return Err(fail),
            Ok(Err(Fail::Broken(why))) => why,
            Ok(Err(Fail::Answer(error))) => error.to_string(),
            Err(panic) => format!("it panicked: {}", panic_text(&*panic)),
        };
        self.tail.forget_from(first);
        self.conn.prepare_cached("ROLLBACK TO part")?.execute([])?;
        self.conn.prepare_cached("RELEASE part")?.execute([])?;
        Ok(Err(why))
    }

    /// Whether nothing may be attempted at an endpoint now: it is disabled, not in its tenant's plan, or deleted.
    pub(crate) fn waits(&self, endpoint: EndpointKey) -> bool {
        let mirror = self.shared.mirror();
        mirror
            .sending(endpoint)
            .is_none_or(|sending| sending.waiting.is_some())
    }
}

/// An operation with a transaction of its own.
pub(crate) trait Task: Send {
    /// Does it; says whether to commit.
    fn run(&mut self, write: &mut Write<'_>) -> bool;
    /// Answers the caller, with what it found or with why it could not be committed.
    fn answer(self: Box<Self>, unavailable: Option<String>);
}

/// A task made of a closure.
pub(crate) struct Work<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Work<T, F> {
    pub(crate) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (reply, answer) = oneshot::channel();
        let task = Self {
            work: Some(work),
            result: None,
            reply,
        };
        (task, answer)
    }
}

impl<T: Send, F: FnOnce(&mut Write<'_>) -> Result<T, Fail> + Send> Task for Work<T, F> {
    fn run(&mut self, write: &mut Write<'_>) -> bool {
        let result = self
            .work
            .take()
            .map(|work| work(write).map_err(StoreError::from));
        let commit = matches!(result, Some(Ok(_)));
        self.result = result;
        commit
    }

    fn answer(self: Box<Self>, unavailable: Option<String>) {
        let result = match (unavailable, self.result) {
            (None, Some(result)) | (Some(_), Some(result @ Err(_))) => result,
            (why, _) => Err(StoreError::Unavailable(why.unwrap_or_default())),
        };
        // A caller that has gone away wants no answer.
        let _ = self.reply.send(result);
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
