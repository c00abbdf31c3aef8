//! What writer and readers share in memory.

pub(crate) mod erasure;
pub(crate) mod pulse;
pub(crate) mod readers;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use self::{erasure::Erasures, pulse::Pulse};
use crate::{Feed, Sealer, mirror::Mirror, streaks::Streaks};

/// What writer and readers share.
#[derive(Debug)]
pub(crate) struct Shared {
    mirror: RwLock<Mirror>,
    pub(crate) sealer: Sealer,
    pub(crate) feed: Arc<Feed>,
    pub(crate) erasures: Erasures,
    pub(crate) pulse: Pulse,
    pub(crate) streaks: Streaks,
}

impl Shared {
    pub(crate) fn new(mirror: Mirror, streaks: Streaks, sealer: Sealer) -> Self {
        Self {
            mirror: RwLock::new(mirror),
            sealer,
            feed: Arc::default(),
            erasures: Erasures::default(),
            pulse: Pulse::default(),
            streaks,
        }
    }

    /// The catalog as it is committed.
    pub(crate) fn mirror(&self) -> RwLockReadGuard<'_, Mirror> {
        self.mirror.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The catalog, to be brought up to date after a commit: for the writer's thread alone.
    pub(crate) fn mirror_mut(&self) -> RwLockWriteGuard<'_, Mirror> {
        self.mirror.write().unwrap_or_else(PoisonError::into_inner)
    }
}
