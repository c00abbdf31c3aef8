//! The record: lists and details of events and deliveries.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_domain::{
    AttemptId, DeliveryId, EndpointId, Event, EventId, Job, JobId, JobKind, Selection, SendAgain,
    Timestamp,
};

use crate::{
    AttemptQuery, AttemptRow, Count, DeliveryDetail, DeliveryRow, EventQuery, Explained, Log, Once,
    Page, PageFilling, Reach, Slice, StoreError,
    fail::Fail,
    needs::Needs,
    relational::{
        changes::act,
        engine::Relational,
        jobs::job,
        reads::{
            attempts,
            events::{self, Whose},
            explain,
            reach::{
                ReachKeys, attempt_in_reach, delivery_in_reach, endpoint_key, event_in_reach, keys,
                project_key, within,
            },
            scan, tenants,
        },
        rows::{
            attempt, delivery,
            shown::{self, StoredEvent},
            transform,
        },
        shared::Shared,
    },
    sql::Sql,
};

#[async_trait]
impl<E: Relational> Log for E {
    async fn events(
        &self,
        reach: &Reach,
        query: EventQuery,
        page: Page<EventId>,
    ) -> Result<Slice<Event, EventId>, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            list_events(conn, shared, &reach, &query, &page)
        })
        .await
    }

    async fn event(&self, reach: &Reach, id: EventId) -> Result<Event, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            Ok(event_in_reach(conn, shared, &reach, id)?.1.event)
        })
        .await
    }

    async fn transform_code(
        &self,
        reach: &Reach,
        version: i64,
    ) -> Result<Option<Arc<str>>, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            transform::code(conn, project_key(shared, &reach)?, version)
        })
        .await
    }

    async fn deliveries(
        &self,
        reach: &Reach,
        selection: Selection,
        page: Page<DeliveryId>,
    ) -> Result<Slice<DeliveryRow, DeliveryId>, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            let Some(within) = within(conn, shared, &reach, &selection)? else {
                return Ok(Slice::empty());
            };
            let slice = scan::walk(conn, &within, &selection, &page)?;
            Ok(Slice {
                items: shown::deliveries(conn, slice.items.iter().map(|found| found.seq))?,
                next: slice.next,
                prev: slice.prev,
            })
        })
        .await
    }

    async fn explain(&self, reach: &Reach, id: EventId) -> Result<Explained, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            explain::explain(conn, shared, &reach, id)
        })
        .await
    }

    async fn event_deliveries(
        &self,
        reach: &Reach,
        id: EventId,
        page: Page<DeliveryId>,
    ) -> Result<Slice<DeliveryRow, DeliveryId>, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            let (project, stored) = event_in_reach(conn, shared, &reach, id)?;
            event_deliveries(conn, project, &stored, &page)
        })
        .await
    }

    async fn delivery(&self, reach: &Reach, id: DeliveryId) -> Result<DeliveryDetail, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            let (stored, event) = delivery_in_reach(conn, shared, &reach, id)?;
            Ok(DeliveryDetail {
                row: shown::delivery(conn, stored.seq)?.ok_or(StoreError::NotFound)?,
                event: event.event,
                attempts: attempt::list(conn, stored.seq)?,
            })
        })
        .await
    }

    async fn attempts(
        &self,
        reach: &Reach,
        query: AttemptQuery,
        page: Page<AttemptId>,
    ) -> Result<Slice<AttemptRow, AttemptId>, StoreError> {
        let reach = reach.clone();
        self.read(Needs::Outcomes, move |conn, shared| {
            attempts::list(conn, shared, &reach, &query, &page)
        })
        .await
    }

    async fn attempt(&self, reach: &Reach, id: AttemptId) -> Result<DeliveryDetail, StoreError> {
        let reach = reach.clone();
        self.read(Needs::Outcomes, move |conn, shared| {
            let found = attempt_in_reach(conn, shared, &reach, id)?;
            Ok(DeliveryDetail {
                row: found.delivery,
                event: found.event.event,
                attempts: attempt::load(conn, found.seq)?.into_iter().collect(),
            })
        })
        .await
    }

    async fn erase_answer(
        &self,
        reach: &Reach,
        id: AttemptId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let reach = reach.clone();
        self.change(Needs::Outcomes, move |write| {
            act::erase_answer(write, &reach, id, now)
        })
        .await
    }

    async fn retry(
        &self,
        reach: &Reach,
        id: DeliveryId,
        again: SendAgain,
        now: Timestamp,
        once: Option<Once<DeliveryRow>>,
    ) -> Result<DeliveryRow, StoreError> {
        let reach = reach.clone();
        self.change(self.rows_within(&reach), move |write| {
            act::retry(write, &reach, id, again, now, once)
        })
        .await
    }

    async fn cancel(
        &self,
        reach: &Reach,
        id: DeliveryId,
        now: Timestamp,
        once: Option<Once<DeliveryRow>>,
    ) -> Result<DeliveryRow, StoreError> {
        let reach = reach.clone();
        self.change(self.rows_within(&reach), move |write| {
            act::cancel(write, &reach, id, now, once)
        })
        .await
    }

    async fn replay(
        &self,
        reach: &Reach,
        id: EventId,
        endpoint: Option<EndpointId>,
        again: SendAgain,
        now: Timestamp,
        once: Option<Once<Vec<DeliveryRow>>>,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        let reach = reach.clone();
        self.change(self.rows_within(&reach), move |write| {
            act::replay(write, &reach, id, endpoint, again, now, once)
        })
        .await
    }

    async fn erase_payload(
        &self,
        reach: &Reach,
        id: EventId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let reach = reach.clone();
        self.change(self.rows_within(&reach), move |write| {
            act::erase_payload(write, &reach, id, now)
        })
        .await
    }

    async fn start_job(
        &self,
        reach: &Reach,
        job: Job,
        once: Option<Once<Job>>,
    ) -> Result<Job, StoreError> {
        // Counting may take long, so it does not happen on the writer.
        let total = self.count_job(reach, job.kind.clone()).await?.count;
        let reach = reach.clone();
        self.change(self.rows_within(&reach), move |write| {
            job::start(write, &reach, Job { total, ..job }, once)
        })
        .await
    }

    async fn count_job(&self, reach: &Reach, kind: JobKind) -> Result<Count, StoreError> {
        let reach = reach.clone();
        self.read(self.rows_within(&reach), move |conn, shared| {
            job::count(conn, shared, &reach, &kind)
        })
        .await
    }

    async fn job(&self, reach: &Reach, id: JobId) -> Result<Job, StoreError> {
        let reach = reach.clone();
        self.read(Needs::Nothing, move |conn, shared| {
            let project = project_key(shared, &reach)?;
            job::find(conn, project, reach.tenant.as_ref(), id)
        })
        .await
    }
}

fn list_events(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    query: &EventQuery,
    page: &Page<EventId>,
) -> Result<Slice<Event, EventId>, Fail> {
    let ReachKeys { project, tenant } = keys(conn, shared, reach)?;
    let named = match &query.tenant {
        Some(id) => match tenants::key(conn, shared, reach.project, id)? {
            Some(key) => Some(key),
            None => return Ok(Slice::empty()),
        },
        None => None,
    };
    if let (Some(reached), Some(named)) = (tenant, named)
        && reached != named
    {
        return Ok(Slice::empty());
    }
    let endpoint = match query.endpoint {
        Some(id) => match endpoint_key(conn, project, id)? {
            Some((key, _)) => Some(key),
            None => return Ok(Slice::empty()),
        },
        None => None,
    };
    let whose = Whose {
        project,
        tenant: tenant.or(named),
        endpoint,
    };
    events::list(conn, whose, query, page)
}

fn event_deliveries(
    conn: Sql<'_>,
    project: i64,
    stored: &StoredEvent,
    page: &Page<DeliveryId>,
) -> Result<Slice<DeliveryRow, DeliveryId>, Fail> {
    let mut ids = delivery::ids_of(conn, stored.event.id, &stored.targets, &stored.replayed)?;
    scan::newest_first(&mut ids, &page.start);
    let mut filling = PageFilling::new(page, usize::MAX);
    for id in ids {
        let Some(seq) = shown::delivery_seq(conn, project, id)? else {
            continue;
        };
        if !filling.reaches(&id) {
            break;
        }
        if let Some(row) = shown::delivery(conn, seq)? {
            filling.push(row);
        }
    }
    Ok(filling.slice())
}
