//! The three tables in memory, for the model and for simulations: what the statements of [`NodeStep`] do to them, one after
//! the other.

use std::collections::BTreeMap;

use crate::{
    CatalogVersion, ClusterView, Epoch, NodeId, NodeRow, NodeStep, Shard, ShardRow, StepReply,
};

/// `nodes`, `shards`, and the last version in `catalog_changes`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClusterTables {
    /// By id.
    pub nodes: BTreeMap<NodeId, NodeRow>,
    /// By number.
    pub shards: Vec<ShardRow>,
    /// The last change of the catalog that is committed.
    pub catalog: CatalogVersion,
}

/// A mistake in a statement, to see whether it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableFault {
    /// Taking a shard leaves its epoch as it is.
    TakesWithoutRaising,
    /// A burial does not compare the count with what was seen.
    BuriesWithoutComparing,
    /// A shard can have an owner who has no row.
    OwnersWithoutRow,
}

impl ClusterTables {
    /// No nodes, and so many shards that are free.
    pub fn new(shard_count: usize) -> Self {
        let shards = (0..=u8::MAX).take(shard_count).map(|number| ShardRow {
            shard: Shard::numbered(number),
            owner: None,
            epoch: Epoch(0),
        });
        Self {
            nodes: BTreeMap::new(),
            shards: shards.collect(),
            catalog: CatalogVersion(0),
        }
    }

    /// Carries a step of a node out. Returns the reply, and whether the other nodes are notified.
    ///
    /// # Panics
    /// When the step is none of the database's.
    pub fn execute(
        &mut self,
        me: NodeId,
        step: &NodeStep,
        fault: Option<TableFault>,
    ) -> (StepReply, bool) {
        match step {
            NodeStep::Join { applied } => {
                let row = self.nodes.entry(me).or_insert(NodeRow {
                    node: me,
                    renewals: 0,
                    leaving: false,
                    applied: *applied,
                });
                row.renewals += 1;
                (StepReply::Renewed, true)
            }
            NodeStep::Renew {
                applied,
                leaving,
                notify,
            } => {
                let Some(row) = self.nodes.get_mut(&me) else {
                    return (StepReply::Buried, false);
                };
                row.renewals += 1;
                (row.applied, row.leaving) = (*applied, *leaving);
                (StepReply::Renewed, *notify)
            }
            NodeStep::Leave => {
                self.remove(me);
                (StepReply::Left, true)
            }
            NodeStep::Look => (StepReply::Looked(self.view()), false),
            NodeStep::Bury { node, renewals } => {
                let row = self.nodes.get(node);
                let is_gone = row.is_some_and(|row| row.renewals == *renewals)
                    || fault == Some(TableFault::BuriesWithoutComparing);
                if is_gone {
                    self.remove(*node);
                }
                (StepReply::BuryEnded, is_gone)
            }
            NodeStep::Take { shards } => (StepReply::Taken(self.take(me, shards, fault)), false),
            NodeStep::Release { shards } => {
                for (shard, epoch) in shards {
                    if self.is_fenced(me, *shard, *epoch) {
                        self.shards[usize::from(shard.number())].owner = None;
                    }
                }
                (StepReply::Released, true)
            }
            NodeStep::CatchUp { .. } => (StepReply::CaughtUp(self.catalog), false),
            NodeStep::Drain { .. } => panic!("draining is no step of the database's"),
        }
    }

    /// Whether the fence of a transaction finds its row.
    pub fn is_fenced(&self, me: NodeId, shard: Shard, epoch: Epoch) -> bool {
        let row = &self.shards[usize::from(shard.number())];
        row.owner == Some(me) && row.epoch == epoch
    }

    fn take(
        &mut self,
        me: NodeId,
        shards: &[Shard],
        fault: Option<TableFault>,
    ) -> Vec<(Shard, Epoch)> {
        // The reference from shards to nodes.
        if !self.nodes.contains_key(&me) && fault != Some(TableFault::OwnersWithoutRow) {
            return Vec::new();
        }
        let taken = shards.iter().filter_map(|shard| {
            let row = &mut self.shards[usize::from(shard.number())];
            if row.owner.is_some() {
                return None;
            }
            row.owner = Some(me);
            if fault != Some(TableFault::TakesWithoutRaising) {
                row.epoch.0 += 1;
            }
            Some((*shard, row.epoch))
        });
        taken.collect()
    }

    fn remove(&mut self, node: NodeId) {
        self.nodes.remove(&node);
        for row in &mut self.shards {
            row.owner = row.owner.filter(|owner| *owner != node);
        }
    }

    fn view(&self) -> ClusterView {
        ClusterView {
            nodes: self.nodes.values().cloned().collect(),
            shards: self.shards.clone(),
            catalog: self.catalog,
        }
    }
}
