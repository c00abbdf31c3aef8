//! The engine, played by hand: what the feeds tell of, what is due, what came of attempts. Each endpoint's part goes to
//! the node that works for it, as an engine's would.

use std::{
    collections::{BTreeSet, HashMap},
    future::ready,
    sync::Mutex,
};

use nuncio_domain::{
    Attempt, AttemptId, DeliveryId, Done, ErrorClass, JobId, JobState, Next, Progress, TenantId,
    Timestamp, Timings, Trigger,
};
use nuncio_store::{
    DueBatch, EndpointKey, Epoch, EventKey, Notices, OrderingHash, Record, Shard, StoreError,
};
use tokio::{sync::watch, task::JoinSet};

use super::{
    super::{Harness, Node},
    World,
};

/// An attempt that the engine could make.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) event: EventKey,
    pub(crate) endpoint: EndpointKey,
    pub(crate) delivery: DeliveryId,
    pub(crate) generation: u32,
    pub(crate) ordering: Option<OrderingHash>,
    pub(crate) progress: Progress,
}

impl Piece {
    /// Whether it is the first attempt of a fresh event's delivery.
    fn is_fresh(&self) -> bool {
        let Progress {
            attempts,
            extra,
            trigger,
            ..
        } = self.progress;
        (self.generation, attempts, extra, trigger) == (0, 0, None, Trigger::Schedule)
    }
}

/// What an engine remembers between two looks.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The shards of the endpoints that it has met: those of deleted ones can't be asked for any more.
    shards: Mutex<HashMap<EndpointKey, Shard>>,
    /// What the feeds have told it of, as it stood.
    told: Mutex<HashMap<DeliveryId, Progress>>,
}

impl Memory {
    /// Whether that is new; it isn't a second time.
    fn is_new(&self, piece: &Piece) -> bool {
        let mut told = self.told.lock().unwrap();
        told.insert(piece.delivery, piece.progress) != Some(piece.progress)
    }
}

impl<H: Harness> World<H> {
    /// What an engine that has just started knows: nothing.
    pub(super) fn forget(&self) {
        self.memory.told.lock().unwrap().clear();
    }

    /// The node that works for a shard, and the epoch in which it does. Waits until there is one.
    pub(crate) async fn owner_of_shard(&self, shard: Shard) -> (Node, Epoch) {
        loop {
            let nodes = self.harness.nodes();
            let mut owned: Vec<_> = nodes.iter().map(|node| node.store.owned()).collect();
            // One that has lost it and doesn't know yet has the older epoch.
            let claims = owned.iter_mut().zip(nodes).filter_map(|(owned, node)| {
                let epoch = owned.borrow_and_update().epoch(shard)?;
                Some((node, epoch))
            });
            if let Some(newest) = claims.max_by_key(|(_, epoch)| *epoch) {
                return newest;
            }
            any_changes(owned).await;
        }
    }

    /// The node that works for a tenant's endpoints.
    pub(crate) async fn owner_of(&self, tenant: &TenantId) -> (Node, Epoch) {
        self.owner_of_shard(Shard::of(self.project, tenant)).await
    }

    /// The node that works for an endpoint.
    pub(crate) async fn owner(&self, endpoint: EndpointKey) -> (Node, Epoch) {
        let sending = self.node().sending(endpoint).await;
        let shard = {
            let mut shards = self.memory.shards.lock().unwrap();
            if let Some(sending) = sending {
                shards.insert(endpoint, sending.shard());
            }
            shards.get(&endpoint).copied()
        };
        let shard = shard.expect("the endpoint is or was there");
        self.owner_of_shard(shard).await
    }

    /// What the feeds of all nodes say by now, which may be nothing.
    pub(crate) async fn notices(&self) -> Notices {
        self.harness.settle().await;
        let mut all = Notices::default();
        for node in self.harness.nodes() {
            let feed = node.store.feed();
            let notices = tokio::select! {
                biased;
                notices = feed.next(usize::MAX) => notices,
                () = ready(()) => Notices::default(),
            };
            all.fresh.extend(notices.fresh);
            for (endpoint, at) in notices.due {
                let earliest = all.due.entry(endpoint).or_insert(at);
                *earliest = at.min(*earliest);
            }
            all.changed.extend(notices.changed);
            all.jobs |= notices.jobs;
        }
        all
    }

    /// First attempts that the feeds hand on, and those that are found where the feeds say that something is due: an event
    /// that another node than its endpoint's took in comes that way.
    pub(crate) async fn fresh(&self) -> Vec<Piece> {
        let Notices { fresh, due, .. } = self.notices().await;
        let mut pieces = Vec::new();
        for fresh in fresh {
            for target in fresh.targets {
                // From now on its shard is known.
                self.owner(target.endpoint).await;
                pieces.push(Piece {
                    event: fresh.event_key,
                    endpoint: target.endpoint,
                    delivery: target.delivery,
                    generation: 0,
                    ordering: fresh.ordering,
                    progress: Progress::new(fresh.due, Trigger::Schedule),
                });
            }
        }
        let now = self.now();
        for (endpoint, at) in due {
            if at <= now {
                let found = self.due(endpoint, now).await;
                pieces.extend(found.into_iter().filter(Piece::is_fresh));
            }
        }
        pieces.retain(|piece| self.memory.is_new(piece));
        pieces
    }

    /// The deliveries of an endpoint that are due, `limit` at most.
    pub(crate) async fn look(
        &self,
        endpoint: EndpointKey,
        now: Timestamp,
        limit: usize,
    ) -> DueBatch {
        let (node, epoch) = self.owner(endpoint).await;
        let batch = node.store.due(endpoint, epoch, now, limit).await;
        batch.unwrap()
    }

    /// Attempts that are due at an endpoint.
    pub(crate) async fn due(&self, endpoint: EndpointKey, now: Timestamp) -> Vec<Piece> {
        let batch = self.look(endpoint, now, 1_000).await;
        let pieces = batch.due.into_iter().map(|due| Piece {
            event: due.event_key,
            endpoint,
            delivery: due.delivery,
            generation: due.generation,
            ordering: due.ordering,
            progress: due.progress,
        });
        pieces.collect()
    }

    /// Attempts that are due anywhere.
    pub(crate) async fn due_anywhere(&self, now: Timestamp) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (endpoint, _) in self.due_endpoints().await {
            pieces.extend(self.due(endpoint, now).await);
        }
        pieces
    }

    /// What the nodes say at their start: the endpoints that have pending deliveries, each once.
    pub(crate) async fn due_endpoints(&self) -> Vec<(EndpointKey, Timestamp)> {
        let due = async |node: Node| node.store.due_endpoints().await.unwrap();
        self.of_all(due).await
    }

    /// What the nodes say at their start: the endpoints whose receivers want a pause.
    pub(crate) async fn paused_endpoints(&self, now: Timestamp) -> Vec<(EndpointKey, Timestamp)> {
        let paused = async |node: Node| node.store.paused_endpoints(now).await.unwrap();
        self.of_all(paused).await
    }

    /// What the nodes say at their start: the endpoints that have a handshake before them.
    pub(crate) async fn unverified_endpoints(&self) -> Vec<EndpointKey> {
        let unverified = async |node: Node| node.store.unverified_endpoints().await;
        self.of_all(unverified).await
    }

    pub(crate) async fn running_jobs(&self) -> Vec<JobId> {
        let jobs = async |node: Node| node.store.running_jobs().await.unwrap();
        self.of_all(jobs).await
    }

    /// What any node says, once.
    async fn of_all<T: Ord>(&self, of: impl AsyncFn(Node) -> Vec<T>) -> Vec<T> {
        let mut all = BTreeSet::new();
        for node in self.harness.nodes() {
            all.extend(of(node).await);
        }
        all.into_iter().collect()
    }

    /// Records an attempt's end.
    pub(crate) async fn finish(&self, piece: &Piece, next: Next) {
        self.record(self.outcome(piece, next)).await;
    }

    /// Records an attempt's end so that every node shows it: its own does at once, others do once it is committed.
    pub(crate) async fn record(&self, record: Record) {
        let owner = self.hand_over(record).await;
        if self.harness.nodes().len() > 1 {
            owner.store.flush().await.unwrap();
        }
    }

    /// Hands an attempt's end over to the node that works for its endpoint, which it returns. A crash may undo it.
    pub(crate) async fn hand_over(&self, record: Record) -> Node {
        let (owner, epoch) = self.owner(record.endpoint_key).await;
        let recorded = owner.store.record(record.into(), epoch).await;
        recorded.unwrap();
        owner
    }

    /// Commits what the nodes have taken over.
    pub(crate) async fn flush(&self) {
        for node in self.harness.nodes() {
            node.store.flush().await.unwrap();
        }
    }

    pub(crate) fn outcome(&self, piece: &Piece, next: Next) -> Record {
        let now = self.now();
        let delivered = next == Next::Succeed;
        let extra = piece.progress.is_extra(now);
        Record {
            event_key: piece.event,
            endpoint_key: piece.endpoint,
            delivery: piece.delivery,
            generation: piece.generation,
            ordering: piece.ordering,
            attempt: Attempt {
                id: AttemptId::new(now.ms(), self.ten()),
                number: piece.progress.attempts + 1,
                trigger: piece.progress.trigger_at(now),
                started_at: now,
                url: "https://example.com/hook".to_owned(),
                dialect_version: 1,
                transform_version: None,
                body_metadata: [("shop".to_owned(), "a.example".into())]
                    .into_iter()
                    .collect(),
                request_headers: nuncio_domain::Headers::from_iter([("webhook-id", "msg_1")]),
                status_code: Some(if delivered { 200 } else { 500 }),
                response_headers: nuncio_domain::Headers::from_iter([("server", "test")]),
                response_body: b"answered-body".to_vec(),
                response_body_truncated: false,
                error: (!delivered).then_some(ErrorClass::STATUS),
                error_detail: (!delivered).then(|| "status 500".to_owned()),
                timings: Timings {
                    total_us: 1_500,
                    first_byte_us: Some(1_200),
                    ..Timings::default()
                },
            },
            done: Done {
                extra,
                began: now,
                next,
            },
            ended: now,
            disable: None,
            pause_until: None,
        }
    }

    /// Carries a job on by one piece, at the node that has it.
    pub(crate) async fn job_step(
        &self,
        job: JobId,
        now: Timestamp,
    ) -> Result<JobState, StoreError> {
        for node in self.harness.nodes() {
            if node.store.running_jobs().await.unwrap().contains(&job) {
                return node.store.job_step(job, now).await;
            }
        }
        self.node().job_step(job, now).await
    }

    /// Carries a job on to its end and says in how many steps.
    pub(crate) async fn carry_out(&self, job: JobId) -> usize {
        let mut steps = 0;
        loop {
            steps += 1;
            let state = self.job_step(job, self.now()).await.unwrap();
            if state.is_over() {
                return steps;
            }
        }
    }

    /// Has every node delete one piece of what is old; false once none has more.
    pub(crate) async fn prune_step(&self) -> bool {
        let (now, mut has_more) = (self.now(), false);
        for node in self.harness.nodes() {
            has_more |= node.store.prune(now).await.unwrap();
        }
        has_more
    }

    pub(crate) async fn prune(&self) {
        while self.prune_step().await {}
    }
}

/// Waits until one of them changes.
async fn any_changes<T: Send + Sync + 'static>(watched: Vec<watch::Receiver<T>>) {
    let mut changes = JoinSet::new();
    for mut one in watched {
        changes.spawn(async move { one.changed().await });
    }
    let changed = changes.join_next().await.expect("there is a node");
    changed.unwrap().expect("the node is there");
}
