//! Since when every attempt at an endpoint has failed.
//!
//! That is no part of the catalog: an endpoint that fails now and then would be written and sealed anew, and its lane
//! given back, with every success after a failure. It is kept in memory, exactly, and written down beside the endpoint
//! once a minute at most: the first change at once, the others when the minute is over, all of them at a stop.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use nuncio_domain::{Endpoint, Timestamp};

use crate::EndpointKey;

/// The end of a row of failures that was as long is written at once: after a crash, an endpoint must not be taken for one
/// that has failed for days.
const LONG: Duration = Duration::from_secs(60 * 60);

/// Endpoints that are failing. Bounded by the number of endpoints.
#[derive(Debug, Default)]
pub(crate) struct Streaks {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Since when each fails.
    failing: HashMap<EndpointKey, Timestamp>,
    /// Those whose row is not as it should be.
    unwritten: HashSet<EndpointKey>,
    /// Those whose row was written within this minute.
    written: HashSet<EndpointKey>,
}

/// A change, to be made in memory once it is committed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) endpoint: EndpointKey,
    pub(crate) since: Option<Timestamp>,
    /// Whether it is written in the same commit.
    pub(crate) written: bool,
}

impl Streaks {
    /// Those that were written down before a start.
    pub(crate) fn new(failing: HashMap<EndpointKey, Timestamp>) -> Self {
        let state = State {
            failing,
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// Since when an endpoint fails.
    pub(crate) fn since(&self, endpoint: EndpointKey) -> Option<Timestamp> {
        self.lock().failing.get(&endpoint).copied()
    }

    /// An endpoint as it is shown: with how it does.
    pub(crate) fn show(&self, key: EndpointKey, endpoint: &Arc<Endpoint>) -> Arc<Endpoint> {
        match self.since(key) {
            None => Arc::clone(endpoint),
            since => Arc::new(Endpoint {
                failing_since: since,
                ..Endpoint::clone(endpoint)
            }),
        }
    }

    /// That an endpoint fails since then, or no longer does, at `now`; and whether it is time to write it.
    pub(crate) fn change(
        &self,
        endpoint: EndpointKey,
        since: Option<Timestamp>,
        now: Timestamp,
    ) -> Change {
        let written = {
            let state = self.lock();
            let before = state.failing.get(&endpoint);
            !state.written.contains(&endpoint)
                || before.is_some_and(|before| now.since(*before) >= LONG)
        };
        Change {
            endpoint,
            since,
            written,
        }
    }

    /// The same for a change that is to be written at once.
    pub(crate) const fn end(endpoint: EndpointKey) -> Change {
        Change {
            endpoint,
            since: None,
            written: true,
        }
    }

    /// A change is committed.
    pub(crate) fn apply(&self, change: Change) {
        let mut state = self.lock();
        let Change {
            endpoint,
            since,
            written,
        } = change;
        match since {
            Some(since) => state.failing.insert(endpoint, since),
            None => state.failing.remove(&endpoint),
        };
        if written {
            state.written.insert(endpoint);
            state.unwritten.remove(&endpoint);
        } else {
            state.unwritten.insert(endpoint);
        }
    }

    /// An endpoint is deleted.
    pub(crate) fn drop(&self, endpoint: EndpointKey) {
        let mut state = self.lock();
        state.failing.remove(&endpoint);
        state.unwritten.remove(&endpoint);
        state.written.remove(&endpoint);
    }

    /// A minute is over: all may be written again. Those that wait for it, `limit` at most.
    pub(crate) fn due(&self, limit: usize) -> Vec<(EndpointKey, Option<Timestamp>)> {
        let mut state = self.lock();
        state.written.clear();
        let State {
            failing, unwritten, ..
        } = &*state;
        let due = unwritten.iter().take(limit);
        due.map(|key| (*key, failing.get(key).copied())).collect()
    }

    /// These are committed.
    pub(crate) fn written(&self, endpoints: &[(EndpointKey, Option<Timestamp>)]) {
        let mut state = self.lock();
        for (key, _) in endpoints {
            state.unwritten.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
