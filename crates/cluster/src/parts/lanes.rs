//! Which steps are under way?

use nuncio_domain::Timestamp;

use crate::{NodeStep, StepLane};

/// One step a lane, at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Lanes {
    lease: StepSlot,
    shards: StepSlot,
    catalog: StepSlot,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct StepSlot {
    under_way: Option<Sent>,
    /// After a failure.
    rests_until: Option<Timestamp>,
}

/// A step that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sent {
    pub(crate) step: NodeStep,
    /// Before it was sent.
    pub(crate) at: Timestamp,
    /// Whether the node has been without a lease since.
    pub(crate) is_stale: bool,
}

impl Lanes {
    /// Whether a step can be begun.
    pub(crate) fn is_free(&self, lane: StepLane) -> bool {
        let slot = self.slot(lane);
        slot.under_way.is_none() && slot.rests_until.is_none()
    }

    pub(crate) fn is_idle(&self, lane: StepLane) -> bool {
        self.slot(lane).under_way.is_none()
    }

    pub(crate) fn begin(&mut self, step: &NodeStep, now: Timestamp) {
        if let Some(lane) = step.lane() {
            *self.slot_mut(lane) = StepSlot {
                under_way: Some(Sent {
                    step: step.clone(),
                    at: now,
                    is_stale: false,
                }),
                rests_until: None,
            };
        }
    }

    /// The step of the lane has its reply.
    pub(crate) fn end(&mut self, lane: StepLane) -> Option<Sent> {
        self.slot_mut(lane).under_way.take()
    }

    pub(crate) fn rest(&mut self, lane: StepLane, until: Timestamp) {
        self.slot_mut(lane).rests_until = Some(until);
    }

    /// What is under way in the lane was sent before the node got its lease back.
    pub(crate) fn make_stale(&mut self, lane: StepLane) {
        if let Some(sent) = &mut self.slot_mut(lane).under_way {
            sent.is_stale = true;
        }
    }

    /// When a lane that has something to do at `due` can begin it: not before its rest has ended. `None` while it waits for
    /// a reply.
    pub(crate) fn next(&self, lane: StepLane, due: Option<Timestamp>) -> Option<Timestamp> {
        let slot = self.slot(lane);
        if slot.under_way.is_some() {
            return None;
        }
        slot.rests_until.max(due)
    }

    /// Ends the rests that are over.
    pub(crate) fn wake(&mut self, now: Timestamp) {
        for slot in [&mut self.lease, &mut self.shards, &mut self.catalog] {
            slot.rests_until = slot.rests_until.filter(|until| now < *until);
        }
    }

    fn slot(&self, lane: StepLane) -> &StepSlot {
        match lane {
            StepLane::Lease => &self.lease,
            StepLane::Shards => &self.shards,
            StepLane::Catalog => &self.catalog,
        }
    }

    fn slot_mut(&mut self, lane: StepLane) -> &mut StepSlot {
        match lane {
            StepLane::Lease => &mut self.lease,
            StepLane::Shards => &mut self.shards,
            StepLane::Catalog => &mut self.catalog,
        }
    }
}
