//! When keys were last used, as exactly as it is kept.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use nuncio_domain::{KeyId, Timestamp};

/// How exactly a key's last use is kept.
const TOUCH_EVERY: Duration = Duration::from_secs(60);
/// Keys whose last use is remembered here; beyond it the memory is emptied, which costs a few needless writes.
const TOUCHED_MAX: usize = 100_000;

/// The last uses that are remembered.
#[derive(Debug, Default)]
pub(crate) struct LastUses {
    known: Mutex<HashMap<KeyId, Timestamp>>,
}

impl LastUses {
    /// Whether a use is worth to be written, and not yet known.
    pub(crate) fn is_new(&self, id: KeyId, now: Timestamp) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= TOUCHED_MAX {
            known.clear();
        }
        match known.entry(id) {
            Entry::Occupied(last) if now.since(*last.get()) < TOUCH_EVERY => return false,
            Entry::Occupied(mut last) => drop(last.insert(now)),
            Entry::Vacant(none) => drop(none.insert(now)),
        }
        true
    }
}
