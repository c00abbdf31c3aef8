//! Since when every attempt at an endpoint has failed, and whether its operator was told.
//!
//! That is no part of the catalog: an endpoint that fails now and then would be written and sealed anew, and its lane
//! given back, with every success after a failure. It is kept in memory, exactly, and written down beside the endpoint
//! once a minute at most: the first change at once, and what the operator was told with the event that tells it; the
//! others when the minute is over, all of them at a stop. Failures are counted in memory alone: after a restart an
//! endpoint that fails is counted anew.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use nuncio_domain::{Endpoint, Streak, Timestamp};

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
    /// Those that fail, or of which the operator still believes it.
    failing: HashMap<EndpointKey, Streak>,
    /// Those whose row is not as it should be.
    unwritten: HashSet<EndpointKey>,
    /// Those whose row was written within this minute.
    written: HashSet<EndpointKey>,
}

/// A change, to be made in memory once it is committed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) endpoint: EndpointKey,
    pub(crate) streak: Streak,
    /// Whether and when it is written.
    pub(crate) row: Row,
}

/// What becomes of an endpoint's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// It is written in the same commit.
    Now,
    /// It is written once the minute is over.
    Later,
    /// It is as it was: only the count has changed.
    Same,
}

impl Streaks {
    /// Those that were written down before a start.
    pub(crate) fn new(failing: HashMap<EndpointKey, Streak>) -> Self {
        let state = State {
            failing,
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// An endpoint's row of failures.
    pub(crate) fn of(&self, endpoint: EndpointKey) -> Streak {
        self.lock()
            .failing
            .get(&endpoint)
            .copied()
            .unwrap_or_default()
    }

    /// An endpoint as it is shown: with how it does.
    pub(crate) fn show(&self, key: EndpointKey, endpoint: &Arc<Endpoint>) -> Arc<Endpoint> {
        match self.of(key).since {
            None => Arc::clone(endpoint),
            since => Arc::new(Endpoint {
                failing_since: since,
                ..Endpoint::clone(endpoint)
            }),
        }
    }

    /// That an endpoint's row of failures is this, at `now`; and whether it is time to write it.
    pub(crate) fn change(&self, endpoint: EndpointKey, streak: Streak, now: Timestamp) -> Change {
        let state = self.lock();
        let before = state.failing.get(&endpoint).copied().unwrap_or_default();
        let was_long = before.since.is_some_and(|since| now.since(since) >= LONG);
        let row = if before.told != streak.told {
            Row::Now
        } else if before.since == streak.since {
            Row::Same
        } else if was_long || !state.written.contains(&endpoint) {
            Row::Now
        } else {
            Row::Later
        };
        Change {
            endpoint,
            streak,
            row,
        }
    }

    /// That an endpoint no longer counts as failing since it was enabled again, which is written at once. What the
    /// operator was told holds until it has worked.
    pub(crate) fn end(&self, endpoint: EndpointKey) -> Change {
        Change {
            endpoint,
            streak: Streak {
                told: self.of(endpoint).told,
                ..Streak::default()
            },
            row: Row::Now,
        }
    }

    /// A change is committed.
    pub(crate) fn apply(&self, change: Change) {
        let mut state = self.lock();
        let Change {
            endpoint,
            streak,
            row,
        } = change;
        if streak.is_over() {
            state.failing.remove(&endpoint);
        } else {
            state.failing.insert(endpoint, streak);
        }
        match row {
            Row::Now => {
                state.written.insert(endpoint);
                state.unwritten.remove(&endpoint);
            }
            Row::Later => {
                state.unwritten.insert(endpoint);
            }
            Row::Same => {}
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
    pub(crate) fn due(&self, limit: usize) -> Vec<(EndpointKey, Streak)> {
        let mut state = self.lock();
        state.written.clear();
        let State {
            failing, unwritten, ..
        } = &*state;
        let due = unwritten.iter().take(limit);
        due.map(|key| (*key, failing.get(key).copied().unwrap_or_default()))
            .collect()
    }

    /// These are committed.
    pub(crate) fn written(&self, endpoints: &[(EndpointKey, Streak)]) {
        let mut state = self.lock();
        for (key, _) in endpoints {
            state.unwritten.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
