//! How many erasures a disk may still have the text of.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use nuncio_domain::Timestamp;

/// Erasures whose text may still be on the disk.
#[derive(Debug, Default)]
pub(crate) struct Erasures {
    state: Mutex<State>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: Waiting,
    /// Up to this one their text is in no page any more, and only the log may still have it.
    scrubbed: Option<i64>,
    closed: bool,
}

/// How many there are, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) count: u64,
    pub(crate) oldest: Option<Timestamp>,
}

impl Erasures {
    pub(crate) fn waiting(&self) -> Waiting {
        self.lock().waiting
    }

    /// Sets how many there are, after a start.
    pub(crate) fn set(&self, waiting: Waiting) {
        self.lock().waiting = waiting;
        self.news.notify_all();
    }

    pub(crate) fn add(&self, at: Timestamp) {
        let mut state = self.lock();
        state.waiting.count += 1;
        state.waiting.oldest = Some(state.waiting.oldest.map_or(at, |oldest| oldest.min(at)));
        self.news.notify_all();
    }

    /// Up to which erasure only the log may still have their text, if there are any.
    pub(crate) fn scrubbed(&self) -> Option<i64> {
        self.lock().scrubbed
    }

    pub(crate) fn set_scrubbed(&self, up_to: i64) {
        self.lock().scrubbed = Some(up_to);
    }

    /// The scrubbed ones are gone from the log as well, and these are left.
    pub(crate) fn forget_scrubbed(&self, left: Waiting) {
        let mut state = self.lock();
        state.waiting = left;
        state.scrubbed = None;
        self.news.notify_all();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Ends the waiting of whoever works them off.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.news.notify_all();
    }

    /// Waits until there are some; false once it is closed.
    pub(crate) fn next(&self) -> bool {
        let idle = |state: &mut State| !state.closed && state.waiting.count == 0;
        let state = self.news.wait_while(self.lock(), idle);
        !state.unwrap_or_else(PoisonError::into_inner).closed
    }

    /// Lets some time pass; false once it is closed.
    pub(crate) fn pause(&self, length: Duration) -> bool {
        let open = |state: &mut State| !state.closed;
        let waited = self.news.wait_timeout_while(self.lock(), length, open);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !state.closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
