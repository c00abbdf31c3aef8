//! The database of the model: the cluster's tables, what is due, and what really happened.

use nuncio_cluster::{
    Epoch, NodeId, NodeStep, Shard, StepReply,
    simulated::{ClusterTables, TableFault},
};

use crate::bug::Bug;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Database {
    pub(crate) tables: ClusterTables,
    /// How often each shard has really been taken, whatever its epoch says.
    pub(crate) tenures: Vec<u8>,
    /// Shards in which a delivery is due that nobody has looked at.
    pub(crate) due: Vec<bool>,
}

impl Database {
    pub(crate) fn new(shards: usize) -> Self {
        Self {
            tables: ClusterTables::new(shards),
            tenures: vec![0; shards],
            due: vec![false; shards],
        }
    }

    /// Carries a step of a node out. Returns the reply, and whether the others are notified.
    pub(crate) fn execute(
        &mut self,
        me: NodeId,
        step: &NodeStep,
        bug: Option<Bug>,
    ) -> (StepReply, bool) {
        let fault = match bug {
            Some(Bug::TakesWithoutRaising) => Some(TableFault::TakesWithoutRaising),
            Some(Bug::BuriesWithoutComparing) => Some(TableFault::BuriesWithoutComparing),
            Some(Bug::OwnersWithoutRow) => Some(TableFault::OwnersWithoutRow),
            _ => None,
        };
        let (reply, notifies) = self.tables.execute(me, step, fault);
        if let StepReply::Taken(taken) = &reply {
            for (shard, _) in taken {
                self.tenures[usize::from(shard.number())] += 1;
            }
        }
        (reply, notifies)
    }

    pub(crate) fn is_fenced(&self, me: NodeId, shard: Shard, epoch: Epoch) -> bool {
        self.tables.is_fenced(me, shard, epoch)
    }

    pub(crate) fn tenure(&self, shard: Shard) -> u8 {
        self.tenures[usize::from(shard.number())]
    }
}
