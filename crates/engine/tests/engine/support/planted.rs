//! Bugs that are planted into what the engine works with, each as if the engine itself had it: whoever claims to find
//! such bugs can show it.

use std::{collections::HashSet, future::Future, pin::Pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use nuncio_domain::{
    Clock, DeliveryId, EndpointId, Entropy, HandshakeResult, JobId, JobState, ProjectId,
    SeededEntropy, Timestamp,
};
use nuncio_engine::{Outgoing, SendResult, Transport};
use nuncio_store::{DueBatch, EndpointKey, Epoch, Feed, Owned, Record, Sending, StoreError, Work};
use tokio::sync::watch;

/// How much too early a retry may come.
const EARLY: Duration = Duration::from_secs(30);

/// A planted bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// What came of an attempt is sometimes not recorded.
    DropsRecords,
    /// What is not due yet is taken for due.
    RetriesEarly,
    /// A request is sometimes sent twice.
    DispatchesTwice,
    /// A sleep sometimes never ends.
    ForgetsToWakeUp,
    /// When the next delivery of an endpoint is due is sometimes forgotten.
    ForgetsWhatIsNext,
    /// One endpoint's backlog is forgotten at a start.
    ForgetsABacklog,
    /// That an endpoint is disabled is not seen.
    SendsToTheDisabled,
}

impl Bug {
    pub(crate) const ALL: [Self; 7] = [
        Self::DropsRecords,
        Self::RetriesEarly,
        Self::DispatchesTwice,
        Self::ForgetsToWakeUp,
        Self::ForgetsWhatIsNext,
        Self::ForgetsABacklog,
        Self::SendsToTheDisabled,
    ];
}

/// What the engine works with.
pub(crate) struct Ports {
    pub(crate) store: Arc<dyn Work>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Ports {
    /// The same with a bug, which shows by chance.
    pub(crate) fn with(self, bug: Bug, entropy: &Arc<SeededEntropy>) -> Self {
        let entropy = Arc::clone(entropy);
        match bug {
            Bug::DropsRecords
            | Bug::RetriesEarly
            | Bug::ForgetsWhatIsNext
            | Bug::ForgetsABacklog
            | Bug::SendsToTheDisabled => Self {
                store: Arc::new(BadStore {
                    store: self.store,
                    bug,
                    entropy,
                }),
                ..self
            },
            Bug::DispatchesTwice => Self {
                transport: Arc::new(TwiceTransport {
                    transport: self.transport,
                    entropy,
                }),
                ..self
            },
            Bug::ForgetsToWakeUp => Self {
                clock: Arc::new(SleepyClock {
                    clock: self.clock,
                    entropy,
                }),
                ..self
            },
        }
    }
}

/// True once in so many times.
fn once_in(entropy: &SeededEntropy, times: u32) -> bool {
    entropy.fraction() * f64::from(times) < 1.0
}

struct BadStore {
    store: Arc<dyn Work>,
    bug: Bug,
    entropy: Arc<SeededEntropy>,
}

impl BadStore {
    fn asked(&self, now: Timestamp) -> Timestamp {
        if self.bug == Bug::RetriesEarly {
            now + EARLY
        } else {
            now
        }
    }

    fn answered(&self, mut batch: DueBatch) -> DueBatch {
        if self.bug == Bug::ForgetsWhatIsNext && once_in(&self.entropy, 4) {
            batch.next_due = None;
        }
        batch
    }
}

#[async_trait]
impl Work for BadStore {
    fn feed(&self) -> Arc<Feed> {
        self.store.feed()
    }

    fn owned(&self) -> watch::Receiver<Owned> {
        self.store.owned()
    }

    async fn due_endpoints(&self) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        let mut endpoints = self.store.due_endpoints().await?;
        if self.bug == Bug::ForgetsABacklog {
            endpoints.pop();
        }
        Ok(endpoints)
    }

    async fn paused_endpoints(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        self.store.paused_endpoints(now).await
    }

    async fn due(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<DueBatch, StoreError> {
        let batch = self
            .store
            .due(endpoint, epoch, self.asked(now), limit)
            .await?;
        Ok(self.answered(batch))
    }

    async fn due_besides(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
        held: HashSet<DeliveryId>,
    ) -> Result<DueBatch, StoreError> {
        let asked = self.asked(now);
        let batch = self
            .store
            .due_besides(endpoint, epoch, asked, limit, held)
            .await?;
        Ok(self.answered(batch))
    }

    async fn sending(&self, endpoint: EndpointKey) -> Option<Arc<Sending>> {
        let sending = self.store.sending(endpoint).await?;
        if self.bug != Bug::SendsToTheDisabled {
            return Some(sending);
        }
        Some(Arc::new(Sending {
            project: sending.project,
            endpoint: Arc::clone(&sending.endpoint),
            dialect: sending.dialect.clone(),
            policy: sending.policy.clone(),
            metadata: sending.metadata.clone(),
            history_days: sending.history_days,
            transformations: sending.transformations,
            type_retries: Arc::clone(&sending.type_retries),
            waiting: None,
        }))
    }

    async fn endpoint_key(&self, project: ProjectId, endpoint: EndpointId) -> Option<EndpointKey> {
        self.store.endpoint_key(project, endpoint).await
    }

    async fn unverified_endpoints(&self) -> Vec<EndpointKey> {
        self.store.unverified_endpoints().await
    }

    async fn verified(
        &self,
        endpoint: EndpointKey,
        asked_at: Option<Timestamp>,
        verified: HandshakeResult,
    ) -> Result<(), StoreError> {
        self.store.verified(endpoint, asked_at, verified).await
    }

    async fn record(&self, record: Arc<Record>, epoch: Epoch) -> Result<(), StoreError> {
        if self.bug == Bug::DropsRecords && once_in(&self.entropy, 8) {
            return Ok(());
        }
        self.store.record(record, epoch).await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.store.flush().await
    }

    async fn running_jobs(&self) -> Result<Vec<JobId>, StoreError> {
        self.store.running_jobs().await
    }

    async fn job_step(&self, job: JobId, now: Timestamp) -> Result<JobState, StoreError> {
        self.store.job_step(job, now).await
    }

    async fn prune(&self, now: Timestamp) -> Result<bool, StoreError> {
        self.store.prune(now).await
    }

    async fn tell_of_certificates(&self, now: Timestamp) -> Result<bool, StoreError> {
        self.store.tell_of_certificates(now).await
    }
}

struct TwiceTransport {
    transport: Arc<dyn Transport>,
    entropy: Arc<SeededEntropy>,
}

#[async_trait]
impl Transport for TwiceTransport {
    async fn send(&self, outgoing: Outgoing<'_>) -> SendResult {
        if once_in(&self.entropy, 8) {
            let first = self.transport.send(outgoing.clone());
            let (exchange, _) = tokio::join!(first, self.transport.send(outgoing));
            return exchange;
        }
        self.transport.send(outgoing).await
    }
}

struct SleepyClock {
    clock: Arc<dyn Clock>,
    entropy: Arc<SeededEntropy>,
}

impl Clock for SleepyClock {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }
    fn steady(&self) -> Timestamp {
        self.clock.steady()
    }
    fn sleep_until(&self, at: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        if once_in(&self.entropy, 16) {
            return Box::pin(std::future::pending());
        }
        self.clock.sleep_until(at)
    }
}
