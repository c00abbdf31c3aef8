//! The record of events and deliveries, and what people do to it: retry, replay, cancel, erase.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_domain::{
    Attempt, AttemptId, Channel, DeliveryId, Endpoint, EndpointId, ErrorClass, Event, EventId,
    EventTypeName, Job, JobId, JobKind, Progress, Selection, SendAgain, SourceId, TenantId,
    Timestamp,
};

use crate::{Count, Once, Page, Reach, Slice, StoreError};

/// Which events; a field that is `None` (or false) does not narrow.
#[derive(Clone, Debug, Default)]
pub struct EventQuery {
    /// Of this tenant.
    pub tenant: Option<TenantId>,
    /// Of this type.
    pub event_type: Option<EventTypeName>,
    /// On this channel.
    pub channel: Option<Channel>,
    /// With this id of the publisher's.
    pub source_id: Option<SourceId>,
    /// With a delivery to this endpoint.
    pub endpoint: Option<EndpointId>,
    /// Accepted then or later.
    pub since: Option<Timestamp>,
    /// Accepted before.
    pub until: Option<Timestamp>,
    /// With no delivery that succeeded.
    pub undelivered: bool,
}

/// A delivery as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryRow {
    /// Its id.
    pub id: DeliveryId,
    /// Its event.
    pub event: EventId,
    /// The event's own id of the publisher.
    pub source_id: Option<SourceId>,
    /// The event's type.
    pub event_type: EventTypeName,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where it goes.
    pub endpoint: EndpointId,
    /// The delivery that it replays.
    pub replay_of: Option<DeliveryId>,
    /// Whether its event is a test.
    pub test: bool,
    /// Where it stands.
    pub progress: Progress,
    /// The first of the queue of its ordering key, which has to become final before this one is attempted.
    pub waits_for: Option<DeliveryId>,
    /// The last answer's status code.
    pub last_status_code: Option<u16>,
    /// The last attempt's error.
    pub last_error: Option<ErrorClass>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it became final.
    pub finished_at: Option<Timestamp>,
}

/// A delivery with everything that is known of it.
#[derive(Clone, Debug)]
pub struct DeliveryDetail {
    /// The delivery.
    pub row: DeliveryRow,
    /// Its event, with the payload unless erased.
    pub event: Event,
    /// Its attempts, oldest first.
    pub attempts: Vec<Attempt>,
}

/// Which attempts; a field that is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct AttemptQuery {
    /// To this endpoint.
    pub endpoint: Option<EndpointId>,
    /// Of this event.
    pub event: Option<EventId>,
    /// Of this delivery.
    pub delivery: Option<DeliveryId>,
    /// Of this tenant.
    pub tenant: Option<TenantId>,
    /// Whether they failed.
    pub failed: Option<bool>,
    /// The hundreds of the answer's status code: 4 for 400 to 499.
    pub status_class: Option<u16>,
    /// Which failed with an error of this class.
    pub error: Option<String>,
    /// Of events of this type.
    pub event_type: Option<EventTypeName>,
    /// Of events on this channel.
    pub channel: Option<Channel>,
    /// Which began then or later.
    pub since: Option<Timestamp>,
    /// Which began before.
    pub until: Option<Timestamp>,
}

/// An attempt as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct AttemptRow {
    /// The attempt, without headers and bodies.
    pub attempt: Attempt,
    /// Its delivery.
    pub delivery: DeliveryId,
    /// The event.
    pub event: EventId,
    /// The event's type.
    pub event_type: EventTypeName,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where it went.
    pub endpoint: EndpointId,
    /// Whether its event is a test.
    pub test: bool,
}

/// Where an event went, and where not.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The event.
    pub event: Event,
    /// Every endpoint that its tenant has, and deleted ones that it went to.
    pub results: Vec<RouteResult>,
}

/// An endpoint that an event might have gone to.
#[derive(Clone, Debug)]
pub struct RouteResult {
    /// Its id.
    pub id: EndpointId,
    /// The endpoint as it is now; `None` once it is deleted.
    pub endpoint: Option<Arc<Endpoint>>,
    /// Whether it was chosen when the event was accepted.
    pub matched: bool,
    /// Whether it wanted the event then and was passed over, since it was disabled.
    pub skipped: bool,
    /// Whether it was not, and got the event later.
    pub sent_later: bool,
    /// The newest delivery to it that is still there.
    pub delivery: Option<DeliveryId>,
}

/// The record. Lists go by id, descending: the newest event first.
#[async_trait]
pub trait Log: Send + Sync + 'static {
    /// Events; their `data` is left out.
    async fn events(
        &self,
        reach: &Reach,
        query: EventQuery,
        page: Page<EventId>,
    ) -> Result<Slice<Event, EventId>, StoreError>;
    /// An event with its payload.
    async fn event(&self, reach: &Reach, id: EventId) -> Result<Event, StoreError>;
    /// The code of an endpoint's transformation that attempts name; `None` of one that was cleared away.
    async fn transform_code(
        &self,
        reach: &Reach,
        version: i64,
    ) -> Result<Option<Arc<str>>, StoreError>;
    /// Deliveries.
    async fn deliveries(
        &self,
        reach: &Reach,
        selection: Selection,
        page: Page<DeliveryId>,
    ) -> Result<Slice<DeliveryRow, DeliveryId>, StoreError>;
    /// Where an event went, and where not.
    async fn explain(&self, reach: &Reach, id: EventId) -> Result<Explained, StoreError>;
    /// The deliveries of one event.
    async fn event_deliveries(
        &self,
        reach: &Reach,
        id: EventId,
        page: Page<DeliveryId>,
    ) -> Result<Slice<DeliveryRow, DeliveryId>, StoreError>;
    /// A delivery with its event and attempts.
    async fn delivery(&self, reach: &Reach, id: DeliveryId) -> Result<DeliveryDetail, StoreError>;

    /// Attempts, the newest first.
    async fn attempts(
        &self,
        reach: &Reach,
        query: AttemptQuery,
        page: Page<AttemptId>,
    ) -> Result<Slice<AttemptRow, AttemptId>, StoreError>;
    /// An attempt: its delivery with its event and of its attempts that one alone.
    async fn attempt(&self, reach: &Reach, id: AttemptId) -> Result<DeliveryDetail, StoreError>;
    /// Erases what the receiver answered to an attempt: headers, body, and an error's detail, which may quote them.
    async fn erase_answer(
        &self,
        reach: &Reach,
        id: AttemptId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Retries a delivery: an extra attempt while it is pending, else a fresh schedule or one attempt, outside of its
    /// ordering key's order. `Conflict` if it is a test, its payload was erased, its endpoint deleted, or while it waits for
    /// another delivery.
    async fn retry(
        &self,
        reach: &Reach,
        id: DeliveryId,
        again: SendAgain,
        now: Timestamp,
        once: Option<Once<DeliveryRow>>,
    ) -> Result<DeliveryRow, StoreError>;
    /// Cancels a pending delivery; `Conflict` if it is final.
    async fn cancel(
        &self,
        reach: &Reach,
        id: DeliveryId,
        now: Timestamp,
        once: Option<Once<DeliveryRow>>,
    ) -> Result<DeliveryRow, StoreError>;
    /// Makes new deliveries of an old event: to `endpoint` (of the same tenant), or to all that it went to and
    /// that are still there. `Conflict` if it is a test or its payload was erased.
    async fn replay(
        &self,
        reach: &Reach,
        id: EventId,
        endpoint: Option<EndpointId>,
        again: SendAgain,
        now: Timestamp,
        once: Option<Once<Vec<DeliveryRow>>>,
    ) -> Result<Vec<DeliveryRow>, StoreError>;
    /// Erases an event's payload and every stored body of its attempts, and cancels its pending deliveries.
    async fn erase_payload(
        &self,
        reach: &Reach,
        id: EventId,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Stores a job to be carried on by [`Work::job_step`](crate::Work::job_step), with its total counted.
    async fn start_job(
        &self,
        reach: &Reach,
        job: Job,
        once: Option<Once<Job>>,
    ) -> Result<Job, StoreError>;
    /// How many deliveries such a job would be about, as far as they are counted. Starts nothing.
    async fn count_job(&self, reach: &Reach, kind: JobKind) -> Result<Count, StoreError>;
    /// A job.
    async fn job(&self, reach: &Reach, id: JobId) -> Result<Job, StoreError>;
    /// Ends a job early; what it has done stays. `Conflict` if it is over, or follows from a deletion.
    async fn cancel_job(
        &self,
        reach: &Reach,
        id: JobId,
        now: Timestamp,
        once: Option<Once<Job>>,
    ) -> Result<Job, StoreError>;
}
