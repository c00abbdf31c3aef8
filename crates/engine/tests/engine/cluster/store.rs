//! One node's store: the mirror of its catalog, what it has not committed yet, and a connection to the database.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use nuncio_cluster::NodeId;
use nuncio_domain::{EndpointId, HandshakeResult, JobId, JobState, ProjectId, Timestamp};
use nuncio_store::{DueBatch, EndpointKey, Epoch, Feed, Owned, Record, Sending, StoreError, Work};
use tokio::sync::{Semaphore, watch};

use super::database::{Database, ready};

/// Outcomes that may be uncommitted.
const ROOM: usize = 12;

/// See the module.
pub(crate) struct NodeStore {
    pub(crate) database: Arc<Database>,
    pub(crate) feed: Arc<Feed>,
    pub(crate) owned: watch::Sender<Owned>,
    /// Looks wait here between reading and answering.
    pub(crate) looks: Semaphore,
    room: Semaphore,
    is_connected: AtomicBool,
    memory: Mutex<Memory>,
}

struct Memory {
    id: NodeId,
    mirror: BTreeMap<EndpointKey, Arc<Sending>>,
    held: Vec<Outcome>,
    /// What a commit is under way with.
    committing: Vec<Outcome>,
}

/// What came of an attempt, and under whose name and epoch.
#[derive(Clone)]
pub(crate) struct Outcome {
    node: NodeId,
    record: Arc<Record>,
    epoch: Epoch,
}

impl Outcome {
    /// Writes it down, if the fence holds.
    pub(crate) fn write(&self, database: &Database) {
        database.record(self.node, &self.record, self.epoch);
    }
}

/// As many looks as are ever under way.
pub(crate) const LOOKS: usize = 1_000;

impl NodeStore {
    /// A store that holds the catalog as it is.
    pub(crate) fn new(database: Arc<Database>, id: NodeId, endpoints: &[EndpointKey]) -> Self {
        let mirror = endpoints.iter().filter_map(|endpoint| {
            let sending = database.sending(*endpoint)?;
            Some((*endpoint, sending))
        });
        let mirror = mirror.collect();
        Self {
            database,
            feed: Arc::default(),
            owned: watch::Sender::new(Owned::none()),
            looks: Semaphore::new(LOOKS),
            room: Semaphore::new(ROOM),
            is_connected: AtomicBool::new(true),
            memory: Mutex::new(Memory {
                id,
                mirror,
                held: Vec::new(),
                committing: Vec::new(),
            }),
        }
    }

    pub(crate) fn set_connected(&self, is_connected: bool) {
        self.is_connected.store(is_connected, Ordering::Relaxed);
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.is_connected.load(Ordering::Relaxed)
    }

    /// The node begins anew under another name.
    pub(crate) fn set_id(&self, id: NodeId) {
        self.memory().id = id;
    }

    /// Applies a change of the catalog.
    pub(crate) fn apply(&self, endpoint: EndpointKey) {
        if let Some(sending) = self.database.sending(endpoint) {
            self.memory().mirror.insert(endpoint, sending);
        }
        self.feed.changed(endpoint);
    }

    pub(crate) fn mirrored(&self, endpoint: EndpointKey) -> Arc<Sending> {
        Arc::clone(&self.memory().mirror[&endpoint])
    }

    /// Begins to commit what is held, unless a commit is under way. Returns what it is about.
    pub(crate) fn begin_commit(&self) -> Option<Vec<Outcome>> {
        let mut memory = self.memory();
        if !memory.committing.is_empty() || memory.held.is_empty() {
            return None;
        }
        memory.committing = std::mem::take(&mut memory.held);
        Some(memory.committing.clone())
    }

    /// A commit has its reply.
    pub(crate) fn end_commit(&self) {
        let committed = std::mem::take(&mut self.memory().committing);
        self.room.add_permits(committed.len());
    }

    /// The connection was lost while a commit was under way: it is made again, whatever came of it.
    pub(crate) fn commit_again(&self) {
        let mut memory = self.memory();
        let mut outcomes = std::mem::take(&mut memory.committing);
        outcomes.append(&mut memory.held);
        memory.held = outcomes;
    }

    /// Whether there are outcomes that are not known to be committed.
    pub(crate) fn has_uncommitted(&self) -> bool {
        let memory = self.memory();
        !memory.held.is_empty() || !memory.committing.is_empty()
    }

    /// Writes outcomes down, and hears what they set free.
    pub(crate) fn write(&self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            outcome.write(&self.database);
            if outcome.record.ordering.is_some() {
                self.feed
                    .due(outcome.record.endpoint_key, outcome.record.ended);
            }
        }
    }

    /// Has everything committed that was taken over.
    fn commit_all(&self) -> Result<(), StoreError> {
        self.connection()?;
        let (committing, held) = {
            let mut memory = self.memory();
            (memory.committing.clone(), std::mem::take(&mut memory.held))
        };
        // Behind the commit that is under way, whose reply is still to come.
        self.write(&committing);
        self.write(&held);
        self.room.add_permits(held.len());
        Ok(())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().expect("nobody panics with it")
    }

    fn connection(&self) -> Result<(), StoreError> {
        match self.is_connected() {
            true => Ok(()),
            false => Err(StoreError::Unavailable("the connection is lost".to_owned())),
        }
    }
}

#[async_trait]
impl Work for NodeStore {
    fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.feed)
    }

    fn owned(&self) -> watch::Receiver<Owned> {
        self.owned.subscribe()
    }

    /// A node owns nothing when it starts: what it takes it is told of.
    async fn due_endpoints(&self) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        Ok(Vec::new())
    }

    async fn paused_endpoints(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        self.database.rows.paused_endpoints(now).await
    }

    async fn due(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<DueBatch, StoreError> {
        self.commit_all()?;
        let id = self.memory().id;
        let shard = self.mirrored(endpoint).shard();
        if !self.database.is_fenced(id, shard, epoch) {
            return Err(StoreError::Fenced);
        }
        let batch = ready(self.database.rows.due(endpoint, Epoch(0), now, limit));
        let _permit = self.looks.acquire().await;
        batch
    }

    async fn sending(&self, endpoint: EndpointKey) -> Option<Arc<Sending>> {
        self.memory().mirror.get(&endpoint).cloned()
    }

    async fn endpoint_key(&self, project: ProjectId, id: EndpointId) -> Option<EndpointKey> {
        self.database.rows.endpoint_key(project, id).await
    }

    async fn unverified_endpoints(&self) -> Vec<EndpointKey> {
        Vec::new()
    }

    async fn verified(
        &self,
        _: EndpointKey,
        _: Option<Timestamp>,
        _: HandshakeResult,
    ) -> Result<(), StoreError> {
        unreachable!("no endpoint asks for a handshake")
    }

    async fn record(&self, record: Arc<Record>, epoch: Epoch) -> Result<(), StoreError> {
        let shard = self.mirrored(record.endpoint_key).shard();
        // Whoever drains a shard records there still: the fence in the database decides.
        let known = self.owned.borrow().epoch(shard);
        if known.is_some_and(|known| known != epoch) {
            return Err(StoreError::Fenced);
        }
        // The commit gives it back.
        let permit = self.room.acquire().await.expect("nobody closes it");
        permit.forget();
        let mut memory = self.memory();
        let node = memory.id;
        memory.held.push(Outcome {
            node,
            record,
            epoch,
        });
        Ok(())
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.commit_all()
    }

    async fn running_jobs(&self) -> Result<Vec<JobId>, StoreError> {
        Ok(Vec::new())
    }

    async fn job_step(&self, _: JobId, _: Timestamp) -> Result<JobState, StoreError> {
        unreachable!("there are no jobs")
    }

    async fn prune(&self, _: Timestamp) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn tell_of_certificates(&self, _: Timestamp) -> Result<bool, StoreError> {
        Ok(false)
    }
}
