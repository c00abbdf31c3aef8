//! What writer and readers share in memory.

pub(crate) mod erasures;
pub(crate) mod last_uses;
pub(crate) mod pulse;

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use self::{erasures::Erasures, last_uses::LastUses, pulse::Pulse};
use crate::{Feed, Sealer, mirror::Mirror, streaks::Streaks};

/// What writer and readers share.
#[derive(Debug)]
pub(crate) struct Shared {
    mirror: ArcSwap<Mirror>,
    pub(crate) sealer: Sealer,
    pub(crate) feed: Arc<Feed>,
    pub(crate) erasures: Erasures,
    pub(crate) last_uses: LastUses,
    pub(crate) pulse: Pulse,
    pub(crate) streaks: Streaks,
}

impl Shared {
    pub(crate) fn new(mirror: Mirror, streaks: Streaks, sealer: Sealer) -> Self {
        Self {
            mirror: ArcSwap::from_pointee(mirror),
            sealer,
            feed: Arc::default(),
            erasures: Erasures::default(),
            last_uses: LastUses::default(),
            pulse: Pulse::default(),
            streaks,
        }
    }

    /// The catalog as it is committed: a snapshot, which stays as it is.
    pub(crate) fn mirror(&self) -> Guard<Arc<Mirror>> {
        self.mirror.load()
    }

    /// Puts the next version of the catalog in force, after its commit: for the writer's thread alone.
    pub(crate) fn put_mirror(&self, next: Mirror) {
        self.mirror.store(Arc::new(next));
    }
}
