//! What the engine asks of the store: work that is due, and a place to record what came of it.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use async_trait::async_trait;
use nuncio_domain::{
    Attempt, DeliveryId, DialectVersion, DisabledBecause, Done, Endpoint, EndpointId, ErrorClass,
    EventContent, EventTypeName, HandshakeResult, JobId, JobState, Policy, Progress, ProjectId,
    Retry, Timestamp, Waiting,
};
use tokio::sync::watch;

use crate::{Epoch, Feed, OrderingHash, Owned, Shard, StoreError};

/// The store's own number of an event: for joins and for the engine, never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey(pub i64);

/// The store's own number of an endpoint, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointKey(pub i64);

/// A delivery that is due.
#[derive(Clone, Debug)]
pub struct Due {
    /// Its id.
    pub delivery: DeliveryId,
    /// Its event's number.
    pub event_key: EventKey,
    /// 0 for the original, n for the n-th replay.
    pub generation: u32,
    /// What to send.
    pub event: Arc<EventContent>,
    /// Where it stands.
    pub progress: Progress,
    /// How its last attempt failed, if there was one.
    pub last_error: Option<ErrorClass>,
    /// The queue of its ordering key, which it is the first of.
    pub ordering: Option<OrderingHash>,
}

/// Due deliveries of one endpoint.
#[derive(Clone, Debug, Default)]
pub struct DueBatch {
    /// Those that are due, the longest due first.
    pub due: Vec<Due>,
    /// Of those that the caller holds, as far as they came up: where they stand.
    pub held: Vec<(DeliveryId, Progress)>,
    /// When the first of the others is due: not later than the time asked for if the limit cut some off.
    pub next_due: Option<Timestamp>,
}

/// All that one endpoint's deliveries need, as it is in force now. Immutable: a change makes a new one.
#[derive(Debug)]
pub struct Sending {
    /// The project.
    pub project: ProjectId,
    /// The endpoint with its secrets.
    pub endpoint: Arc<Endpoint>,
    /// Its dialect: its own or the project's.
    pub dialect: DialectVersion,
    /// The policy in force: the endpoint's over the project's over the dialect's.
    pub policy: Policy,
    /// The schedules of event types that have one of their own, instead of the policy's; none if the endpoint has its own.
    pub type_retries: Arc<BTreeMap<EventTypeName, Retry>>,
    /// The entries of the tenant's metadata that the dialect may send.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// How long the project keeps its history, days.
    pub history_days: u32,
    /// Whether the project lets transformations run.
    pub transformations: bool,
    /// Why nothing may be attempted now. Test deliveries are attempted all the same.
    pub waiting: Option<Waiting>,
}

impl Sending {
    /// The shard that the endpoint is in.
    pub fn shard(&self) -> Shard {
        Shard::of(self.project, &self.endpoint.tenant)
    }

    /// The schedule of a delivery of an event of that type: the endpoint's own, or else the type's, or else the project's.
    pub fn retry_of(&self, name: &EventTypeName) -> &Retry {
        let of_type = self.type_retries.get(name);
        of_type.unwrap_or(&self.policy.retry)
    }

    /// Whether it is the same for an endpoint that has not changed itself.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        // All of them, so that a new field has to be thought of.
        let Self {
            project,
            endpoint,
            dialect,
            policy,
            type_retries,
            metadata,
            history_days,
            transformations,
            waiting,
        } = self;
        *project == other.project
            && Arc::ptr_eq(endpoint, &other.endpoint)
            && dialect.version == other.dialect.version
            && *policy == other.policy
            && (Arc::ptr_eq(type_retries, &other.type_retries)
                || type_retries.is_empty() && other.type_retries.is_empty())
            && metadata == &other.metadata
            && *history_days == other.history_days
            && *transformations == other.transformations
            && *waiting == other.waiting
    }
}

/// What came of an attempt.
#[derive(Clone, Debug)]
pub struct Record {
    /// The event's number.
    pub event_key: EventKey,
    /// The endpoint's number.
    pub endpoint_key: EndpointKey,
    /// The delivery's id.
    pub delivery: DeliveryId,
    /// Its generation.
    pub generation: u32,
    /// The queue of its ordering key: when others wait in it, the end of this delivery is committed at once.
    pub ordering: Option<OrderingHash>,
    /// The attempt.
    pub attempt: Attempt,
    /// How it changes the delivery.
    pub done: Done,
    /// When it ended, on the steady clock.
    pub ended: Timestamp,
    /// Disables the endpoint too.
    pub disable: Option<DisabledBecause>,
    /// Until when the receiver wants nothing more, on the steady clock, if it said so.
    pub pause_until: Option<Timestamp>,
}

/// The engine's side of the store.
#[async_trait]
pub trait Work: Send + Sync + 'static {
    /// What happens in the store, as it happens. There is one consumer.
    fn feed(&self) -> Arc<Feed>;
    /// The shards whose endpoints this node works for, as they change. Before an attempt, and before a look for work, the
    /// caller asks here under which epoch it may make it at that time.
    fn owned(&self) -> watch::Receiver<Owned>;
    /// Every endpoint that has pending deliveries, with the time at which the first is due: for start-up.
    async fn due_endpoints(&self) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError>;
    /// Every endpoint whose receiver has asked for a pause that goes on at `now`, or has ended within ten minutes, with
    /// its end: for start-up.
    async fn paused_endpoints(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError>;
    /// The deliveries of an endpoint that are due at `now`, `limit` at most; only tests while it waits. Sees everything recorded before.
    /// Nothing is claimed: the caller remembers what it is working on.
    ///
    /// # Errors
    /// `Fenced` if the endpoint's shard is not this node's under that epoch.
    async fn due(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<DueBatch, StoreError>;
    /// The same for a caller that looks again and again: without those that it holds, whose events need not be read,
    /// and perhaps without deliveries that the [`feed`](Self::feed) tells of and that have no row yet.
    async fn due_besides(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
        held: HashSet<DeliveryId>,
    ) -> Result<DueBatch, StoreError> {
        self.due(endpoint, epoch, now, limit + held.len()).await
    }
    /// What sending to an endpoint takes; `None` once it is deleted.
    async fn sending(&self, endpoint: EndpointKey) -> Option<Arc<Sending>>;
    /// The number of an endpoint of a project; `None` if there is no such one.
    async fn endpoint_key(&self, project: ProjectId, endpoint: EndpointId) -> Option<EndpointKey>;
    /// The endpoints whose handshakes are to be made, now or later: for start-up.
    async fn unverified_endpoints(&self) -> Vec<EndpointKey>;
    /// Writes down what the handshake of an endpoint has come to that was asked for at `asked_at`, unless it has been
    /// asked for again since.
    async fn verified(
        &self,
        endpoint: EndpointKey,
        asked_at: Option<Timestamp>,
        verified: HandshakeResult,
    ) -> Result<(), StoreError>;
    /// Records the end of an attempt. Returns once the store has taken it over (in memory, to be committed within
    /// about 100 ms): a crash before the commit repeats the attempt. Waits while too much is uncommitted.
    ///
    /// # Errors
    /// `Unavailable` when the store has stopped; `Fenced` if the endpoint's shard is no longer this node's under the epoch
    /// in which the attempt began: the outcome is not kept then.
    async fn record(&self, record: Arc<Record>, epoch: Epoch) -> Result<(), StoreError>;
    /// Commits everything that was taken over.
    async fn flush(&self) -> Result<(), StoreError>;
    /// The jobs that are not through.
    async fn running_jobs(&self) -> Result<Vec<JobId>, StoreError>;
    /// Carries a job on by one bounded piece, in one commit.
    ///
    /// # Errors
    /// The piece failed and is undone: the same one may be tried again, after a pause. A job whose own data make it fail
    /// is given up after a few times, and is [`JobState::Failed`] from then on.
    async fn job_step(&self, job: JobId, now: Timestamp) -> Result<JobState, StoreError>;
    /// Deletes a bounded piece of what is older than its project keeps, and idempotency keys past a day.
    /// Returns whether there is more.
    async fn prune(&self, now: Timestamp) -> Result<bool, StoreError>;
}
