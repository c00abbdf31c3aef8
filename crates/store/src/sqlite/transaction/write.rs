//! What an operation inside a write transaction works with, and what it leaves to be done after the commit.

use std::{
    any::Any,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use nuncio_domain::{Deed, ProjectId, Tenant, TenantId, Timestamp};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::{
    EndpointKey, EventKey, Fresh, StoreError,
    mirror::Mirror,
    sqlite::{
        rows::{fail::Fail, tally::Tally},
        shared::{Shared, streaks},
    },
    tail::Tail,
};

/// A change to the catalog in memory; returns the endpoints that it touches.
pub(crate) type MirrorChange = Box<dyn FnOnce(&mut Mirror) -> Vec<EndpointKey> + Send>;

/// Tenants that were made on the way, with their numbers. They are not kept in memory for that.
pub(crate) type NewTenants = HashMap<(ProjectId, TenantId), (i64, Arc<Tenant>)>;

/// What is to be done once the transaction is committed, and forgotten if it is not.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) mirror: Vec<MirrorChange>,
    pub(crate) new_tenants: NewTenants,
    pub(crate) fresh: Vec<Fresh>,
    pub(crate) due: Vec<(EndpointKey, Timestamp)>,
    pub(crate) job: bool,
    pub(crate) streaks: Vec<streaks::Change>,
    /// What was done, for the audit log; written before the commit, if it is known by whom.
    pub(crate) deed: Option<Deed>,
    /// Something was erased then: the log must not keep it.
    pub(crate) erased: Option<Timestamp>,
}

impl Effects {
    pub(crate) fn mirror(
        &mut self,
        change: impl FnOnce(&mut Mirror) -> Vec<EndpointKey> + Send + 'static,
    ) {
        self.mirror.push(Box::new(change));
    }

    /// Takes over what another part of the work leaves to be done.
    fn append(&mut self, other: Self) {
        let Self {
            mirror,
            new_tenants,
            fresh,
            due,
            job,
            streaks,
            deed,
            erased,
        } = other;
        self.mirror.extend(mirror);
        self.new_tenants.extend(new_tenants);
        self.fresh.extend(fresh);
        self.due.extend(due);
        self.job |= job;
        self.streaks.extend(streaks);
        self.deed = deed.or_else(|| self.deed.take());
        self.erased = erased.or(self.erased);
    }
}

/// A write transaction.
pub(crate) struct Write<'a> {
    pub(crate) conn: &'a Connection,
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
    pub(crate) fn does(&mut self, deed: Deed) {
        self.effects.deed = Some(deed);
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
