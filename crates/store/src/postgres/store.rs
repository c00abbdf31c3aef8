//! The store itself: its traits, which ask readers and the two threads that write.

use std::{
    collections::HashSet,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread::JoinHandle,
};

use async_trait::async_trait;
use nuncio_domain::{
    DeliveryId, EndpointId, HandshakeResult, JobId, JobState, KeyId, ProjectId, Timestamp,
};
use tokio::sync::{Semaphore, oneshot, watch};

use super::{
    appender::Append,
    claim::{Claim, EPOCH},
    commit::Catalog,
    readers::Readers,
    recorder::Command,
};
use crate::{
    Accepted, Condition, DueBatch, EndpointKey, Epoch, Feed, Ingest, KeptAnswer, Monitor, NewEvent,
    Once, Owned, Reach, Record, Refused, Sending, StoreError, Work,
    codec::headers::HeaderTexts,
    fail::{Fail, closed},
    needs::Needs,
    queue::{Queue, Refusal},
    relational::{
        changes::{
            append,
            audit::{self, Authorship},
            once,
            prepared::Hashed,
            record::Held,
            verification,
        },
        engine::Relational,
        jobs::{job, prune},
        reads::due::{self, DueQuery},
        rows::pause,
        shared::Shared,
        write::{Work as Carried, Write},
    },
    sql::Sql,
};

/// The PostgreSQL engine. Dropping the last reference commits what is held.
#[derive(Clone)]
pub struct PostgresStore {
    pub(super) shared: Arc<Shared>,
    pub(super) appends: Arc<Queue<Append>>,
    pub(super) queue: Arc<Queue<Command>>,
    pub(super) room: Arc<Semaphore>,
    pub(super) readers: Arc<Readers>,
    pub(super) crashed: Arc<AtomicBool>,
    pub(super) claim: Claim,
    pub(super) running: Arc<Running>,
    /// As whose the next change is entered in the audit log.
    pub(super) authorship: Option<Authorship>,
}

/// Ends with the last reference to the store.
pub(super) struct Running {
    pub(super) appends: Arc<Queue<Append>>,
    pub(super) queue: Arc<Queue<Command>>,
    pub(super) threads: Mutex<Option<Threads>>,
}

/// What ends with the store.
pub(super) struct Threads {
    pub(super) appender: JoinHandle<()>,
    pub(super) recorder: JoinHandle<()>,
    pub(super) ticker: JoinHandle<()>,
    pub(super) stop_ticker: mpsc::Sender<()>,
    pub(super) keeper: JoinHandle<()>,
    pub(super) stop_keeper: mpsc::Sender<()>,
}

impl PostgresStore {
    /// Ends as a crash would: nothing that is held is committed. For tests of what a start makes of that.
    #[doc(hidden)]
    pub fn crash(&self) {
        self.crashed.store(true, Ordering::Release);
        self.appends.abandon();
        self.queue.abandon();
        self.room.close();
        self.readers.close();
        join(self.running.take_threads());
    }

    fn offer(&self, command: Command) -> Result<(), StoreError> {
        self.queue.offer(command, 0).map_err(refused)
    }

    /// Waits until the outcomes that were taken over are written.
    async fn flushed(&self, needs: Needs) -> Result<(), StoreError> {
        if needs == Needs::Nothing {
            return Ok(());
        }
        let (reply, answer) = oneshot::channel();
        self.queue
            .push(Command::Flush(reply))
            .map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Hashes events and holds them against payload filters, on the caller's thread.
    fn prepared(&self, events: Vec<NewEvent>) -> Vec<Hashed> {
        let mirror = self.shared.mirror();
        let hashed = events.into_iter().map(Hashed::from);
        hashed.map(|hashed| hashed.judged(&mirror)).collect()
    }
}

fn refused(refusal: Refusal) -> StoreError {
    match refusal {
        Refusal::Full => StoreError::Unavailable("too much is waiting".to_owned()),
        Refusal::Closed => closed(),
    }
}

/// Refuses what was begun under any other epoch.
fn check(epoch: Epoch) -> Result<(), StoreError> {
    if epoch == EPOCH {
        Ok(())
    } else {
        Err(StoreError::Fenced)
    }
}

/// Whether an endpoint waits: it may get tests only.
fn waits(shared: &Shared, endpoint: EndpointKey) -> bool {
    let mirror = shared.mirror();
    let sending = mirror.sending(endpoint);
    sending.is_some_and(|sending| sending.waiting.is_some())
}

impl Relational for PostgresStore {
    fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    fn authored(&self, authorship: Authorship) -> Self {
        Self {
            authorship: Some(authorship),
            ..self.clone()
        }
    }

    async fn change<T: Send + 'static>(
        &self,
        _: Needs,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, StoreError> {
        let authorship = self.authorship.clone();
        let (task, answer) = Carried::new(move |write: &mut Write<'_>| {
            let done = work(write)?;
            if let Some(authorship) = authorship {
                audit::keep(write, &authorship)?;
            }
            Ok(done)
        });
        self.offer(Command::Task(Catalog::Changes, Box::new(task)))?;
        answer.await.map_err(|_| closed())?
    }

    async fn read<T: Send + 'static>(
        &self,
        needs: Needs,
        read: impl FnOnce(Sql<'_>, &Shared) -> Result<T, Fail> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.flushed(needs).await?;
        let shared = Arc::clone(&self.shared);
        self.readers.read(move |sql| read(sql, &shared)).await
    }

    fn touched(&self, id: KeyId, now: Timestamp) {
        let _ = self.offer(Command::Touch(id, now));
    }
}

#[async_trait]
impl Ingest for PostgresStore {
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
        self.appends.offer(append, bytes).map_err(refused)?;
        answer.await.map_err(|_| closed())?
    }

    async fn kept(&self, scope: [u8; 32]) -> Result<Option<KeptAnswer>, StoreError> {
        self.read(Needs::Nothing, move |sql, shared| {
            once::kept(sql, shared, &scope)
        })
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
impl Work for PostgresStore {
    fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.shared.feed)
    }

    fn owned(&self) -> watch::Receiver<Owned> {
        self.claim.owned()
    }

    async fn due_endpoints(&self) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        self.read(Needs::Rows, |sql, shared| {
            let endpoints = shared.mirror().endpoint_keys().collect();
            due::due_endpoints(sql, endpoints)
        })
        .await
    }

    async fn paused_endpoints(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        self.read(Needs::Outcomes, move |sql, shared| {
            let mut paused = pause::list(sql, now)?;
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
        self.due_besides(endpoint, epoch, now, limit, HashSet::new())
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
        self.read(Needs::Outcomes, move |sql, shared| {
            let query = DueQuery {
                endpoint,
                now,
                limit,
                tests_only: waits(shared, endpoint),
            };
            due::due(sql, &query, &held)
        })
        .await
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
        self.change(Needs::Nothing, move |write| {
            verification::put(write, endpoint, asked_at, verified)
        })
        .await
    }

    async fn record(&self, record: Arc<Record>, epoch: Epoch) -> Result<(), StoreError> {
        check(epoch)?;
        let headers = HeaderTexts::of(&record.attempt);
        let permit = self.room.acquire().await.map_err(|_| closed())?;
        self.queue
            .push(Command::Record(Held { record, headers }))
            .map_err(|_| closed())?;
        // The recorder gives it back once the outcome is committed.
        permit.forget();
        Ok(())
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.flushed(Needs::Rows).await
    }

    async fn running_jobs(&self) -> Result<Vec<JobId>, StoreError> {
        self.read(Needs::Nothing, |sql, _| job::running(sql)).await
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

#[async_trait]
impl Monitor for PostgresStore {
    fn condition(&self) -> Condition {
        Condition {
            failing: self.shared.pulse.failing(),
            ..Condition::default()
        }
    }

    async fn ready(&self) -> Result<(), StoreError> {
        if self.queue.is_closed() {
            return Err(closed());
        }
        if let Some(why) = self.shared.pulse.failing() {
            return Err(StoreError::Unavailable(why));
        }
        self.read(Needs::Nothing, |sql, _| {
            Ok(sql.query_row("SELECT version FROM catalog", [], |_| Ok(()))?)
        })
        .await
    }

    async fn shutdown(&self) -> Result<(), StoreError> {
        let flushed = self.flushed(Needs::Rows).await;
        self.appends.close();
        self.queue.close();
        self.room.close();
        let threads = self.running.take_threads();
        let readers = Arc::clone(&self.readers);
        let joined = tokio::task::spawn_blocking(move || {
            readers.close();
            join(threads);
        });
        joined.await.map_err(|_| closed())?;
        flushed
    }
}

fn join(threads: Option<Threads>) {
    let Some(threads) = threads else {
        return;
    };
    drop(threads.stop_ticker);
    // A panic there was logged by the panic hook; the database is in order either way.
    let _ = threads.appender.join();
    let _ = threads.recorder.join();
    let _ = threads.ticker.join();
    // Last: now another server may have the database.
    drop(threads.stop_keeper);
    let _ = threads.keeper.join();
}

impl Running {
    pub(super) fn take_threads(&self) -> Option<Threads> {
        self.threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.appends.close();
        self.queue.close();
        join(self.take_threads());
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresStore")
    }
}
