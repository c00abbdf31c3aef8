//! Which deliveries has a lane got, so that a look into the store does not bring them twice?

use std::collections::HashSet;

use nuncio_domain::{DeliveryId, Progress, Timestamp};
use nuncio_store::Due;

use crate::hash::IdMap;

/// The deliveries that a lane has queued, in flight, or not yet recorded.
///
/// A look into the store takes time. Whatever was let go while one went on is kept until its answer is here,
/// since the answer may be from before.
#[derive(Debug, Default)]
pub(crate) struct Held {
    marks: IdMap<DeliveryId, Mark>,
    looking: bool,
    let_go: Vec<DeliveryId>,
}

/// What of a delivery tells whether the store knows more than the lane.
#[derive(Clone, Copy, Debug)]
struct Mark {
    attempts: u32,
    extra: Option<Timestamp>,
    changed: bool,
}

impl Held {
    /// Takes hold of a delivery; false if it is held already.
    pub(crate) fn hold(&mut self, due: &Due) -> bool {
        let mark = Mark {
            attempts: due.progress.attempts,
            extra: due.progress.extra,
            changed: false,
        };
        match self.marks.entry(due.delivery) {
            std::collections::hash_map::Entry::Occupied(_) => false,
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(mark);
                true
            }
        }
    }

    /// Whether a delivery that a look has brought is held. If the store shows it otherwise than it was when it
    /// was taken hold of (a retry was asked for meanwhile, say), that is remembered for when it is let go.
    pub(crate) fn meets(&mut self, delivery: DeliveryId, progress: &Progress) -> bool {
        let Some(mark) = self.marks.get_mut(&delivery) else {
            return false;
        };
        let now = (progress.attempts, progress.extra);
        mark.changed |= (mark.attempts, mark.extra) != now;
        true
    }

    /// Lets a delivery go. Returns whether the store has to be looked at for it again.
    pub(crate) fn let_go(&mut self, delivery: DeliveryId) -> bool {
        if self.looking {
            self.let_go.push(delivery);
            return false;
        }
        self.remove(delivery)
    }

    /// A look begins.
    pub(crate) fn look_began(&mut self) {
        self.looking = true;
    }

    /// A look's answer has been gone through. Returns whether another is needed, as for [`let_go`](Self::let_go).
    pub(crate) fn look_ended(&mut self) -> bool {
        self.looking = false;
        let mut again = false;
        for delivery in std::mem::take(&mut self.let_go) {
            again |= self.remove(delivery);
        }
        again
    }

    /// Whether a look is going on.
    pub(crate) fn is_looking(&self) -> bool {
        self.looking
    }

    /// Whether a delivery is held.
    pub(crate) fn contains(&self, delivery: DeliveryId) -> bool {
        self.marks.contains_key(&delivery)
    }

    /// Those that are held.
    pub(crate) fn ids(&self) -> HashSet<DeliveryId> {
        self.marks.keys().copied().collect()
    }

    /// How many are held.
    pub(crate) fn len(&self) -> usize {
        self.marks.len()
    }

    fn remove(&mut self, delivery: DeliveryId) -> bool {
        self.marks
            .remove(&delivery)
            .is_some_and(|mark| mark.changed)
    }
}
