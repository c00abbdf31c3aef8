//! Which shards are this node's, and how far is it with giving some away?

use std::collections::BTreeMap;

use crate::{Epoch, NodeId, Shard, ShardRow};

/// The node's own shards, by what the database has answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Holdings {
    shards: BTreeMap<Shard, Held>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Held {
    epoch: Epoch,
    state: HeldState,
}

/// There is no way back: once it may have been released, nothing can be started in that epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum HeldState {
    /// Work is started.
    Working,
    /// Nothing is started; what is in flight ends.
    Draining,
    /// Nothing is in flight: to be released, or perhaps released already.
    Drained,
}

impl Holdings {
    /// Shards that were taken. A leaving node has nothing in flight in them and gives them back.
    pub(crate) fn take(&mut self, taken: impl IntoIterator<Item = (Shard, Epoch)>, leaving: bool) {
        let state = if leaving {
            HeldState::Drained
        } else {
            HeldState::Working
        };
        for (shard, epoch) in taken {
            self.shards.insert(shard, Held { epoch, state });
        }
    }

    /// What the database shows. What is held in the same epoch stays as it is; what was taken without our knowing (the
    /// answer was lost) is ours too; what is not there is not ours.
    pub(crate) fn reconcile(&mut self, me: NodeId, rows: &[ShardRow], leaving: bool) {
        let mine = rows.iter().filter(|row| row.owner == Some(me));
        let mine: BTreeMap<Shard, Epoch> = mine.map(|row| (row.shard, row.epoch)).collect();
        self.shards
            .retain(|shard, held| mine.get(shard) == Some(&held.epoch));
        let unknown = mine
            .into_iter()
            .filter(|(shard, _)| !self.shards.contains_key(shard));
        let unknown: Vec<_> = unknown.collect();
        self.take(unknown, leaving);
    }

    /// Stops work in all but `keep` shards, the last first; returns where it was stopped.
    pub(crate) fn drain_beyond(&mut self, keep: usize) -> Vec<Shard> {
        let working = self
            .shards
            .iter_mut()
            .filter(|(_, held)| held.state == HeldState::Working);
        let beyond = working.skip(keep);
        beyond
            .map(|(shard, held)| {
                held.state = HeldState::Draining;
                *shard
            })
            .collect()
    }

    /// Nothing is in flight any more.
    pub(crate) fn drained(&mut self, shards: impl IntoIterator<Item = Shard>) {
        for shard in shards {
            if let Some(held) = self.shards.get_mut(&shard)
                && held.state == HeldState::Draining
            {
                held.state = HeldState::Drained;
            }
        }
    }

    /// What can be released.
    pub(crate) fn releasable(&self) -> Vec<(Shard, Epoch)> {
        let drained = self.with_state(HeldState::Drained);
        drained.collect()
    }

    /// These are released.
    pub(crate) fn released(&mut self, released: &[(Shard, Epoch)]) {
        self.shards
            .retain(|shard, held| !released.contains(&(*shard, held.epoch)));
    }

    /// Where work may be started.
    pub(crate) fn working(&self) -> impl Iterator<Item = (Shard, Epoch)> + '_ {
        self.with_state(HeldState::Working)
    }

    pub(crate) fn working_in(&self, shard: Shard) -> Option<Epoch> {
        let held = self.shards.get(&shard)?;
        (held.state == HeldState::Working).then_some(held.epoch)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.shards.is_empty()
    }

    fn with_state(&self, state: HeldState) -> impl Iterator<Item = (Shard, Epoch)> + '_ {
        let with = self
            .shards
            .iter()
            .filter(move |(_, held)| held.state == state);
        with.map(|(shard, held)| (*shard, held.epoch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: NodeId = NodeId(1);

    fn shard(number: u8) -> Shard {
        Shard::numbered(number)
    }

    fn row(number: u8, owner: Option<u64>, epoch: u64) -> ShardRow {
        ShardRow {
            shard: shard(number),
            owner: owner.map(NodeId),
            epoch: Epoch(epoch),
        }
    }

    #[test]
    fn a_shard_that_may_have_been_released_is_never_worked_on_in_that_epoch() {
        let mut held = Holdings::default();
        held.take([(shard(0), Epoch(1)), (shard(1), Epoch(1))], false);
        assert_eq!(held.drain_beyond(1), [shard(1)]);
        held.drained([shard(0), shard(1)]);
        assert_eq!(held.releasable(), [(shard(1), Epoch(1))], "0 is at work");
        // The release failed, or is under way still.
        held.reconcile(ME, &[row(0, Some(1), 1), row(1, Some(1), 1)], false);
        assert_eq!(held.releasable(), [(shard(1), Epoch(1))]);
        assert_eq!(held.working_in(shard(1)), None);
        // It was released, and has been taken once more: the answer to that was lost.
        held.reconcile(ME, &[row(0, Some(1), 1), row(1, Some(1), 2)], false);
        assert_eq!(held.working_in(shard(1)), Some(Epoch(2)));
        held.released(&[(shard(1), Epoch(1))]);
        assert_eq!(held.working_in(shard(1)), Some(Epoch(2)));
    }

    #[test]
    fn what_the_database_gives_to_others_is_not_ours() {
        let mut held = Holdings::default();
        held.take([(shard(0), Epoch(1)), (shard(1), Epoch(1))], false);
        held.reconcile(ME, &[row(0, Some(2), 2), row(1, None, 1)], false);
        assert!(held.is_empty());
    }

    #[test]
    fn who_leaves_works_on_nothing_new() {
        let mut held = Holdings::default();
        held.reconcile(ME, &[row(0, Some(1), 4)], true);
        assert_eq!(held.working().count(), 0);
        assert_eq!(held.releasable(), [(shard(0), Epoch(4))]);
    }
}
