//! The thread that takes events in: all that have come in one transaction.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::oneshot;

use super::{
    batches::append,
    commit::{Catalog, Committer},
};
use crate::{
    Once, StoreError,
    fail::Fail,
    queue::Queue,
    relational::changes::{append::Results, audit::Authorship, prepared::Hashed},
};

/// Requests that are taken in by one commit at most: those behind them should not wait for ever.
const REQUESTS_MAX: usize = 512;

/// Events on their way in.
pub(super) struct Append {
    pub(super) events: Vec<Hashed>,
    pub(super) once: Option<Once<Results>>,
    /// Whose they are, for the audit log.
    pub(super) authorship: Option<Authorship>,
    pub(super) reply: oneshot::Sender<Result<Results, StoreError>>,
}

/// The thread's state.
pub(super) struct Appender {
    pub(super) commits: Committer,
    pub(super) queue: Arc<Queue<Append>>,
    /// Set when the process is to seem to have died.
    pub(super) crashed: Arc<AtomicBool>,
}

impl Appender {
    /// Works until the queue is closed and empty.
    pub(super) fn run(mut self) {
        while let Some(appends) = self.queue.take() {
            let mut appends = appends.into_iter().peekable();
            while appends.peek().is_some() {
                if self.crashed.load(Ordering::Acquire) {
                    return;
                }
                self.append(appends.by_ref().take(REQUESTS_MAX).collect());
            }
        }
    }

    /// Takes events in and answers.
    fn append(&mut self, appends: Vec<Append>) {
        let mut done = self.commits.transaction(Catalog::Reads, |write, deferred| {
            append::append(write, deferred, &appends)
        });
        if matches!(done, Err(Fail::Broken(_))) {
            // Another connection has kept one of their answers or taken a `source_id`, or one of them can't be stored.
            done = self.commits.transaction(Catalog::Reads, |write, _| {
                append::one_by_one(write, &appends)
            });
        }
        let replies = appends.into_iter().map(|append| append.reply);
        match done {
            Ok(results) => {
                for (reply, result) in replies.zip(results) {
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
}
