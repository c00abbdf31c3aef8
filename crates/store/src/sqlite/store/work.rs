//! The engine's side: taking events in, finding work, recording what came of it.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use nuncio_domain::{
    DeliveryId, EndpointId, HandshakeResult, JobId, JobState, ProjectId, Timestamp,
};
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::SqliteStore;
use crate::{
    Accepted, DueBatch, EndpointKey, Epoch, Feed, Ingest, KeptAnswer, NewEvent, Once, Owned, Reach,
    Record, Refused, Sending, StoreError, Work,
    codec::headers::HeaderTexts,
    fail::closed,
    needs::Needs,
    relational::{
        changes::{append, once, prepared::Hashed, record::Held, verification},
        engine::Relational,
        jobs::{job, prune},
        reads::due::{self, DueQuery},
        rows::pause,
        shared::Shared,
    },
    sqlite::writer::{Command, arrivals::Append},
};

/// Outcomes that wake the writer, which would only hold them: it looks for them at every tick anyway.
const RECORDS_WAKE: usize = 512;

/// Whether an endpoint waits: it may get tests only.
fn waits(shared: &Shared, endpoint: EndpointKey) -> bool {
    let mirror = shared.mirror();
    let sending = mirror.sending(endpoint);
    sending.is_some_and(|sending| sending.waiting.is_some())
}

/// A folder has one process, which owns every shard from the first to the last.
pub(crate) const EPOCH: Epoch = Epoch(0);

/// Refuses what was begun under any other epoch.
fn check(epoch: Epoch) -> Result<(), StoreError> {
    if epoch == EPOCH {
        Ok(())
    } else {
        Err(StoreError::Fenced)
    }
}

impl SqliteStore {
    /// Hashes events and holds them against payload filters, on the caller's thread: the writer is the only serial part.
    fn prepared(&self, events: Vec<NewEvent>) -> Vec<Hashed> {
        let mirror = self.shared.mirror();
        let hashed = events.into_iter().map(Hashed::from);
        hashed.map(|hashed| hashed.judged(&mirror)).collect()
    }
}

#[async_trait]
impl Ingest for SqliteStore {
    async fn append(
        &self,
        events: Vec<NewEvent>,
        once: Option<Once<Vec<Result<Accepted, Refused>>>>,
    ) -> Result<Vec<Result<Accepted, Refused>>, StoreError> {
        let bytes = events.iter().map(|event| event.bytes()).sum();
        let (reply, answer) = oneshot::channel();
        let append = Append {
            events: self.prepared(events),
            once,
            authorship: self.authorship.clone(),
            reply,
        };
        self.offer(Command::Append(Box::new(append)), bytes)?;
        answer.await.map_err(|_| closed())?
    }

    async fn kept(&self, scope: [u8; 32]) -> Result<Option<KeptAnswer>, StoreError> {
        // No flush: what is kept was committed before it was answered.
        let shared = Arc::clone(&self.shared);
        self.readers
            .read(move |conn| once::kept(conn.into(), &shared, &scope))
            .await
    }

    async fn append_test(
        &self,
        reach: &Reach,
        event: NewEvent,
        endpoint: EndpointId,
        once: Option<Once<DeliveryId>>,
    ) -> Result<DeliveryId, StoreError> {
        let (reach, hashed) = (reach.clone(), Hashed::from(event));
        self.change(Needs::Nothing, move |write| {
            append::append_test(write, &reach, &hashed, endpoint, once)
        })
        .await
    }
}

#[async_trait]
impl Work for SqliteStore {
    fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.shared.feed)
    }

    fn owned(&self) -> watch::Receiver<Owned> {
        self.owned.subscribe()
    }

    async fn due_endpoints(&self) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        self.read(Needs::Rows, |conn, shared| {
            let endpoints = shared.mirror().endpoint_keys().collect();
            due::due_endpoints(conn, endpoints)
        })
        .await
    }

    async fn paused_endpoints(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        self.read(Needs::Outcomes, move |conn, shared| {
            let mut paused = pause::list(conn, now)?;
            // Those of tenants and projects that are gone are left until they are over.
            let mirror = shared.mirror();
            paused.retain(|(endpoint, _)| mirror.sending(*endpoint).is_some());
            Ok(paused)
        })
        .await
    }

    async fn due(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<DueBatch, StoreError> {
        check(epoch)?;
        self.read(self.rows_of(endpoint), move |conn, shared| {
            let query = DueQuery {
                endpoint,
                now,
                limit,
                tests_only: waits(shared, endpoint),
            };
            due::due(conn, &query, &HashSet::new())
        })
        .await
    }

    async fn due_besides(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
        held: HashSet<DeliveryId>,
    ) -> Result<DueBatch, StoreError> {
        check(epoch)?;
        self.flushed(Needs::Outcomes).await?;
        let shared = Arc::clone(&self.shared);
        let read = move |conn: &Connection| {
            let query = DueQuery {
                endpoint,
                now,
                limit,
                tests_only: waits(&shared, endpoint),
            };
            due::due(conn.into(), &query, &held)
        };
        self.readers.read(read).await
    }

    async fn sending(&self, endpoint: EndpointKey) -> Option<Arc<Sending>> {
        self.shared.mirror().sending(endpoint).cloned()
    }

    async fn endpoint_key(&self, project: ProjectId, endpoint: EndpointId) -> Option<EndpointKey> {
        let reach = Reach {
            project,
            tenant: None,
        };
        let mirror = self.shared.mirror();
        mirror.endpoint(&reach, endpoint).map(|(key, _)| key)
    }

    async fn unverified_endpoints(&self) -> Vec<EndpointKey> {
        self.shared.mirror().unverified().collect()
    }

    async fn verified(
        &self,
        endpoint: EndpointKey,
        asked_at: Option<Timestamp>,
        verified: HandshakeResult,
    ) -> Result<(), StoreError> {
        self.change(self.rows_of(endpoint), move |write| {
            verification::put(write, endpoint, asked_at, verified)
        })
        .await
    }

    async fn record(&self, record: Arc<Record>, epoch: Epoch) -> Result<(), StoreError> {
        check(epoch)?;
        let headers = HeaderTexts::of(&record.attempt);
        let permit = self.room.acquire().await.map_err(|_| closed())?;
        // One that the next delivery of an ordering key waits for is not held: the writer is to look at it.
        let enough = if record.ordering.is_some() {
            1
        } else {
            RECORDS_WAKE
        };
        self.queue
            .leave(Command::Record(Held { record, headers }), enough)
            .map_err(|_| closed())?;
        // The writer gives it back once the outcome is committed.
        permit.forget();
        Ok(())
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.flushed(Needs::Rows).await
    }

    async fn running_jobs(&self) -> Result<Vec<JobId>, StoreError> {
        self.read(Needs::Nothing, |conn, _| job::running(conn))
            .await
    }

    async fn job_step(&self, job: JobId, now: Timestamp) -> Result<JobState, StoreError> {
        self.change(Needs::Rows, move |write| job::step(write, job, now))
            .await?
            .map_err(StoreError::Unavailable)
    }

    async fn prune(&self, now: Timestamp) -> Result<bool, StoreError> {
        self.change(Needs::Rows, move |write| prune::prune(write, now))
            .await
    }
}
