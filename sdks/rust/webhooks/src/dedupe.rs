//! Has this delivery been here before? At-least-once delivery means that it may have.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use crate::Event;

/// Where ids are remembered. A receiver of several processes shares one, in its database or cache.
pub trait Store: Send + Sync {
    /// Remembers an id until `until`; false if it is remembered already. Both in one step: of two that ask at once
    /// one alone hears true.
    fn remember(&self, id: &str, until: SystemTime) -> bool;
    /// Forgets an id, so that the next attempt is handled.
    fn forget(&self, id: &str);
}

/// Remembers in this process, a bounded number of ids: the oldest give way.
#[derive(Debug)]
pub struct Memory {
    ids_max: usize,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    ids: HashSet<String>,
    by_age: VecDeque<(SystemTime, String)>,
}

impl Memory {
    /// Room for so many ids.
    pub fn new(ids_max: usize) -> Self {
        Self {
            ids_max: ids_max.max(1),
            known: Mutex::default(),
        }
    }
}

impl Default for Memory {
    /// A day of one delivery a second, and some.
    fn default() -> Self {
        Self::new(100_000)
    }
}

impl Store for Memory {
    fn remember(&self, id: &str, until: SystemTime) -> bool {
        let now = now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { ids, by_age } = &mut *known;
        // Kept by age, which is by time as long as the window stays the same.
        while by_age.front().is_some_and(|(at, _)| *at <= now) {
            forget_oldest(ids, by_age);
        }
        if ids.contains(id) {
            return false;
        }
        if ids.len() >= self.ids_max {
            forget_oldest(ids, by_age);
        }
        ids.insert(id.to_owned());
        by_age.push_back((until, id.to_owned()));
        true
    }

    fn forget(&self, id: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.ids.remove(id);
        known.by_age.retain(|(_, kept)| kept != id);
    }
}

fn forget_oldest(ids: &mut HashSet<String>, by_age: &mut VecDeque<(SystemTime, String)>) {
    if let Some((_, oldest)) = by_age.pop_front() {
        ids.remove(&oldest);
    }
}

/// Handles each delivery once.
#[derive(Debug)]
pub struct Deduplicator<S = Memory> {
    store: S,
    window: Duration,
}

impl Default for Deduplicator {
    fn default() -> Self {
        Self::new(Memory::default())
    }
}

impl<S: Store> Deduplicator<S> {
    /// How long ids are remembered unless told otherwise.
    pub const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

    /// Remembers in `store`, for a day.
    pub const fn new(store: S) -> Self {
        Self {
            store,
            window: Self::WINDOW,
        }
    }

    /// Remembers for so long: as long as the sender retries.
    pub fn window(self, window: Duration) -> Self {
        Self { window, ..self }
    }

    /// Runs `handle` unless the event was handled before; gives what it gave, `None` for a repeat. When it fails the
    /// event is forgotten, so that the next attempt is handled. An event without an id is always handled.
    ///
    /// # Errors
    /// Those of `handle`.
    pub fn once<T, E>(
        &self,
        event: &Event,
        handle: impl FnOnce() -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let Some(id) = event.dedupe_id() else {
            return handle().map(Some);
        };
        if !self.store.remember(id, now() + self.window) {
            return Ok(None);
        }
        let done = handle();
        if done.is_err() {
            self.store.forget(id);
        }
        done.map(Some)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a receiver goes by the system's clock"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str) -> Event {
        Event {
            id: Some(id.to_owned()),
            kind: None,
            time: None,
            time_ms: None,
            tenant: None,
            delivery_id: None,
            data: serde_json::Value::Null,
            payload: serde_json::Value::Null,
            key: 0,
            version: None,
            timestamp_ms: None,
        }
    }

    #[test]
    fn a_repeat_is_not_handled_again() {
        let once = Deduplicator::default();
        let handle = |id: &str| once.once(&event(id), || Ok::<_, ()>(()));
        assert_eq!(handle("a"), Ok(Some(())));
        assert_eq!(handle("a"), Ok(None));
        assert_eq!(handle("b"), Ok(Some(())));
    }

    #[test]
    fn what_failed_is_handled_at_the_next_attempt() {
        let once = Deduplicator::default();
        assert_eq!(once.once(&event("a"), || Err::<(), _>("busy")), Err("busy"));
        assert_eq!(once.once(&event("a"), || Ok::<_, ()>(())), Ok(Some(())));
    }

    #[test]
    fn memory_is_bounded_and_forgets_what_is_over() {
        let memory = Memory::new(2);
        let later = now() + Duration::from_secs(60);
        assert!(memory.remember("a", later) && memory.remember("b", later));
        assert!(memory.remember("c", later));
        assert!(!memory.remember("b", later) && !memory.remember("c", later));
        assert!(memory.remember("a", later), "it had given way");
        let memory = Memory::new(9);
        assert!(memory.remember("a", SystemTime::UNIX_EPOCH));
        assert!(memory.remember("a", later), "its time was over");
    }
}
