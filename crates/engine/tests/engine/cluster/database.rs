//! The one database of a simulated cluster: nodes and shards as the protocol has them, and everybody's deliveries.

use std::{
    collections::HashSet,
    future::Future,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
};

use nuncio_cluster::{
    CatalogVersion, NodeId, NodeStep, StepReply,
    simulated::{ClusterTables, TableFault},
};
use nuncio_domain::{AttemptId, Timestamp};
use nuncio_store::{EndpointKey, Epoch, Record, Sending, Shard, Work};

use super::planted::ClusterBug;
use crate::support::{EndpointSpec, MemoryStore};

/// See the module. Whatever is done here is committed.
pub(crate) struct Database {
    /// Endpoints as the last change left them, and their deliveries.
    pub(crate) rows: MemoryStore,
    tables: Mutex<Tables>,
    bug: Option<ClusterBug>,
}

struct Tables {
    cluster: ClusterTables,
    /// The endpoint that each change of the catalog was about, the first one first.
    changes: Vec<EndpointKey>,
    /// When each shard was taken last.
    taken_at: Vec<Timestamp>,
    attempts: HashSet<AttemptId>,
    /// Outcomes that were recorded though the shard had changed hands since the attempt began.
    late: usize,
}

impl Database {
    pub(crate) fn new(bug: Option<ClusterBug>) -> Self {
        Self {
            rows: MemoryStore::default(),
            tables: Mutex::new(Tables {
                cluster: ClusterTables::new(Shard::COUNT),
                changes: Vec::new(),
                taken_at: vec![Timestamp::from_ms(0); Shard::COUNT],
                attempts: HashSet::new(),
                late: 0,
            }),
            bug,
        }
    }

    /// Carries a step of a node out; returns the reply, and whether the others are to be notified.
    pub(crate) fn execute(&self, me: NodeId, step: &NodeStep, now: Timestamp) -> (StepReply, bool) {
        let fault = match self.bug {
            Some(ClusterBug::TakesWithoutRaising) => Some(TableFault::TakesWithoutRaising),
            _ => None,
        };
        let mut tables = self.tables();
        let (reply, notifies) = tables.cluster.execute(me, step, fault);
        if let StepReply::Taken(taken) = &reply {
            for (shard, _) in taken {
                tables.taken_at[usize::from(shard.number())] = now;
            }
        }
        (reply, notifies)
    }

    pub(crate) fn is_fenced(&self, me: NodeId, shard: Shard, epoch: Epoch) -> bool {
        self.tables().cluster.is_fenced(me, shard, epoch)
    }

    pub(crate) fn owner(&self, shard: Shard) -> Option<NodeId> {
        self.tables().cluster.shards[usize::from(shard.number())].owner
    }

    pub(crate) fn catalog(&self) -> CatalogVersion {
        self.tables().cluster.catalog
    }

    /// The changes behind a version.
    pub(crate) fn changes_after(&self, version: CatalogVersion) -> Vec<EndpointKey> {
        self.tables().changes[version.0 as usize..].to_vec()
    }

    /// Changes an endpoint; returns the new version of the catalog.
    pub(crate) fn change(
        &self,
        endpoint: EndpointKey,
        change: impl FnOnce(&mut EndpointSpec),
    ) -> CatalogVersion {
        self.rows.change(endpoint, change);
        let mut tables = self.tables();
        tables.changes.push(endpoint);
        tables.cluster.catalog.0 += 1;
        tables.cluster.catalog
    }

    pub(crate) fn sending(&self, endpoint: EndpointKey) -> Option<Arc<Sending>> {
        ready(self.rows.sending(endpoint))
    }

    /// Writes an outcome down if the fence holds; one that is there already changes nothing.
    pub(crate) fn record(&self, me: NodeId, record: &Arc<Record>, epoch: Epoch) {
        let endpoint = record.endpoint_key;
        let shard = self.sending(endpoint).expect("none is deleted").shard();
        {
            let mut tables = self.tables();
            let fenced = tables.cluster.is_fenced(me, shard, epoch);
            if !fenced && self.bug != Some(ClusterBug::NoFence) {
                return;
            }
            if !tables.attempts.insert(record.attempt.id) {
                return;
            }
            let taken_at = tables.taken_at[usize::from(shard.number())];
            tables.late += usize::from(record.done.began < taken_at);
        }
        ready(self.rows.record(Arc::clone(record), Epoch(0))).expect("it takes everything");
    }

    /// When a shard was taken last.
    pub(crate) fn taken_at(&self, shard: Shard) -> Timestamp {
        self.tables().taken_at[usize::from(shard.number())]
    }

    pub(crate) fn late(&self) -> usize {
        self.tables().late
    }

    /// The endpoints in these shards that have something pending, and when the first is due.
    pub(crate) fn search(
        &self,
        me: NodeId,
        shards: &[(Shard, Epoch)],
    ) -> Vec<(EndpointKey, Timestamp)> {
        let mut due = ready(self.rows.due_endpoints()).expect("it is there");
        due.retain(|(endpoint, _)| {
            let shard = self.sending(*endpoint).expect("none is deleted").shard();
            let mut asked = shards.iter();
            asked.any(|(asked, epoch)| *asked == shard && self.is_fenced(me, shard, *epoch))
        });
        due
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().expect("nobody panics with it")
    }
}

/// What the store in memory answers, which waits for nothing here.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory waits"),
    }
}
