//! The engine's side of the store in memory.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, atomic::Ordering},
};

use async_trait::async_trait;
use nuncio_domain::{
    DeliveryId, EndpointId, HandshakeResult, JobId, JobState, ProjectId, Timestamp,
};
use nuncio_store::{
    Due, DueBatch, EndpointKey, Epoch, Feed, Owned, Record, Sending, StoreError, Work,
};
use tokio::sync::watch;

use super::store::{MemoryStore, Rows};

#[async_trait]
impl Work for MemoryStore {
    fn feed(&self) -> Arc<Feed> {
        Arc::clone(&self.feed)
    }

    fn owned(&self) -> watch::Receiver<Owned> {
        self.owned.subscribe()
    }

    async fn due_endpoints(&self) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        self.commit()?;
        let mut earliest: BTreeMap<EndpointKey, Timestamp> = BTreeMap::new();
        let mut rows = self.rows();
        rows.rowless.clear();
        for row in rows.deliveries.values().filter(|row| !rows.is_blocked(row)) {
            if let Some(due) = row.progress.due() {
                let entry = earliest.entry(row.endpoint).or_insert(due);
                *entry = due.min(*entry);
            }
        }
        Ok(earliest.into_iter().collect())
    }

    async fn paused_endpoints(
        &self,
        _: Timestamp,
    ) -> Result<Vec<(EndpointKey, Timestamp)>, StoreError> {
        self.commit()?;
        let pauses = &self.rows().pauses;
        Ok(pauses.iter().map(|(key, until)| (*key, *until)).collect())
    }

    async fn due(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
    ) -> Result<DueBatch, StoreError> {
        self.check(endpoint, epoch)?;
        self.looked.fetch_add(1, Ordering::Relaxed);
        self.commit()?;
        let batch = {
            let mut rows = self.rows();
            if rows.commits_fail && !rows.rowless.is_empty() {
                return Err(StoreError::Unavailable("a commit failed".to_owned()));
            }
            rows.rowless.clear();
            due(&rows, endpoint, now, limit, &HashSet::new())
        };
        // Between here and the answer anything may happen.
        let _permit = self.looks.acquire().await;
        batch
    }

    async fn due_besides(
        &self,
        endpoint: EndpointKey,
        epoch: Epoch,
        now: Timestamp,
        limit: usize,
        held: HashSet<DeliveryId>,
    ) -> Result<DueBatch, StoreError> {
        self.check(endpoint, epoch)?;
        self.looked.fetch_add(1, Ordering::Relaxed);
        self.commit()?;
        let batch = due(&self.rows(), endpoint, now, limit, &held);
        let _permit = self.looks.acquire().await;
        batch
    }

    async fn sending(&self, endpoint: EndpointKey) -> Option<Arc<Sending>> {
        let mut rows = self.rows();
        if rows.panics > 0 {
            rows.panics -= 1;
            drop(rows);
            panic!("the store broke off");
        }
        rows.endpoints
            .get(&endpoint)
            .map(|(_, sending)| Arc::clone(sending))
    }

    async fn endpoint_key(&self, _: ProjectId, endpoint: EndpointId) -> Option<EndpointKey> {
        let rows = self.rows();
        let mut all = rows.endpoints.iter();
        all.find(|(_, (_, sending))| sending.endpoint.id == endpoint)
            .map(|(key, _)| *key)
    }

    async fn unverified_endpoints(&self) -> Vec<EndpointKey> {
        let rows = self.rows();
        let all = rows.endpoints.iter();
        all.filter(|(_, (spec, _))| spec.verification.next_at.is_some())
            .map(|(key, _)| *key)
            .collect()
    }

    async fn verified(
        &self,
        endpoint: EndpointKey,
        asked_at: Option<Timestamp>,
        verified: HandshakeResult,
    ) -> Result<(), StoreError> {
        if self.rows().unavailable {
            return Err(StoreError::Unavailable("the disk is full".to_owned()));
        }
        self.change(endpoint, |spec| {
            if spec.verification.asked_at == asked_at {
                spec.verification = spec.verification.after(verified);
            }
        });
        Ok(())
    }

    async fn record(&self, record: Arc<Record>, epoch: Epoch) -> Result<(), StoreError> {
        self.check(record.endpoint_key, epoch)?;
        let holds = {
            let rows = self.rows();
            if rows.unavailable {
                return Err(StoreError::Unavailable("the disk is full".to_owned()));
            }
            rows.holds
        };
        if holds {
            let permit = self.room.acquire().await.expect("nobody closes it");
            // The commit gives it back.
            permit.forget();
            self.rows().held.push(record);
        } else {
            self.store(record);
        }
        Ok(())
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.commit()
    }

    async fn running_jobs(&self) -> Result<Vec<JobId>, StoreError> {
        let mut jobs: Vec<_> = self.rows().jobs.keys().copied().collect();
        jobs.sort_unstable();
        Ok(jobs)
    }

    async fn job_step(&self, job: JobId, _now: Timestamp) -> Result<JobState, StoreError> {
        let mut rows = self.rows();
        if rows.unavailable {
            return Err(StoreError::Unavailable("the disk is full".to_owned()));
        }
        rows.job_steps.push(job);
        if rows.panicking_jobs.contains(&job) {
            drop(rows);
            panic!("a piece of a job broke off");
        }
        if rows.failing_jobs.contains(&job) {
            return Err(StoreError::Unavailable("its data are damaged".to_owned()));
        }
        let left = rows.jobs.get_mut(&job).expect("it is running");
        *left -= 1;
        if *left > 0 {
            return Ok(JobState::Running);
        }
        rows.jobs.remove(&job);
        Ok(JobState::Finished)
    }

    async fn prune(&self, now: Timestamp) -> Result<bool, StoreError> {
        let mut rows = self.rows();
        rows.prunes.push(now);
        rows.prune_more = rows.prune_more.saturating_sub(1);
        Ok(rows.prune_more > 0)
    }

    async fn tell_of_certificates(&self, now: Timestamp) -> Result<bool, StoreError> {
        self.rows().certificate_looks.push(now);
        Ok(false)
    }
}

impl MemoryStore {
    /// Refuses what was begun before another node took the endpoint over.
    fn check(&self, endpoint: EndpointKey, epoch: Epoch) -> Result<(), StoreError> {
        let shard = self
            .rows()
            .endpoints
            .get(&endpoint)
            .map(|(_, sending)| sending.shard());
        let owned = self.owned.borrow();
        match shard.is_none_or(|shard| owned.epoch(shard) == Some(epoch)) {
            true => Ok(()),
            false => Err(StoreError::Fenced),
        }
    }
}

fn due(
    rows: &Rows,
    endpoint: EndpointKey,
    now: Timestamp,
    limit: usize,
    held: &HashSet<DeliveryId>,
) -> Result<DueBatch, StoreError> {
    if rows.unavailable {
        return Err(StoreError::Unavailable("the disk is full".to_owned()));
    }
    let pending = rows.deliveries.iter().filter_map(|(delivery, row)| {
        let its = row.endpoint == endpoint && !rows.is_blocked(row);
        let its = its && !rows.rowless.contains(delivery);
        let due = row.progress.due().filter(|_| its)?;
        Some((due, row.number, *delivery))
    });
    let (held, mut pending): (Vec<_>, Vec<_>) =
        pending.partition(|(_, _, delivery)| held.contains(delivery));
    pending.sort_unstable();
    let count = pending
        .partition_point(|(due, _, _)| *due <= now)
        .min(limit);
    Ok(DueBatch {
        held: held
            .into_iter()
            .filter(|(due, _, _)| *due <= now)
            .map(|(_, _, delivery)| (delivery, rows.deliveries[&delivery].progress))
            .collect(),
        due: pending[..count]
            .iter()
            .map(|(_, _, delivery)| {
                let row = &rows.deliveries[delivery];
                Due {
                    delivery: *delivery,
                    event_key: row.event_key,
                    generation: 0,
                    ordering: row.queue,
                    event: Arc::clone(&row.event),
                    progress: row.progress,
                    last_error: None,
                }
            })
            .collect(),
        next_due: pending.get(count).map(|(due, _, _)| *due),
    })
}
