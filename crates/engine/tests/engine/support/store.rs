//! A store in memory, as the API and the tests use it: every delivery a row, everything recorded is seen at once. What
//! the engine asks of it is in `work`.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
};

use nuncio_domain::{
    DeliveryId, EventContent, EventId, EventTypeName, JobId, Progress, SendAgain, TenantId,
    Timestamp, Trigger, Verification, Waiting,
};
use nuncio_store::{
    EndpointKey, Epoch, EventKey, Feed, Fresh, FreshTarget, OrderingHash, Owned, Record, Sending,
};
use tokio::sync::{Semaphore, watch};

use super::{EndpointSpec, commits::ROOM};

/// See the module.
pub(crate) struct MemoryStore {
    pub(super) feed: Arc<Feed>,
    rows: Mutex<Rows>,
    /// Looks wait for a permit here: a test that takes them all makes looks slow.
    pub(crate) looks: Semaphore,
    /// How often `due` was asked.
    pub(crate) looked: AtomicUsize,
    /// One permit for each outcome that may be held.
    pub(super) room: Semaphore,
    /// What another node has not taken over.
    pub(crate) owned: watch::Sender<Owned>,
}

#[derive(Default)]
pub(super) struct Rows {
    pub(super) endpoints: HashMap<EndpointKey, (EndpointSpec, Arc<Sending>)>,
    pub(super) deliveries: BTreeMap<DeliveryId, Row>,
    /// Fresh ones that a store writes no rows for before it has to.
    pub(super) rowless: HashSet<DeliveryId>,
    pub(super) records: Vec<Record>,
    pub(super) repeats: usize,
    pub(super) unavailable: bool,
    /// Whether outcomes are held until a commit, those that are, and whether commits fail.
    pub(super) holds: bool,
    pub(super) held: Vec<Arc<Record>>,
    pub(super) commits_fail: bool,
    /// How far the wall clock, which events' ids go by, is ahead of the steady one.
    pub(super) skew_ms: i64,
    pub(super) panics: usize,
    pub(super) jobs: HashMap<JobId, u32>,
    /// Jobs whose pieces fail, and jobs whose pieces panic.
    pub(super) failing_jobs: HashSet<JobId>,
    pub(super) panicking_jobs: HashSet<JobId>,
    pub(super) job_steps: Vec<JobId>,
    pub(super) prunes: Vec<Timestamp>,
    pub(super) prune_more: u32,
    pub(super) certificate_looks: Vec<Timestamp>,
    /// Until when receivers want nothing.
    pub(super) pauses: BTreeMap<EndpointKey, Timestamp>,
    pub(super) last_event: i64,
}

pub(super) struct Row {
    pub(super) endpoint: EndpointKey,
    pub(super) event_key: EventKey,
    /// Which event it is of, counted as they came.
    pub(super) number: i64,
    pub(super) event: Arc<EventContent>,
    pub(super) progress: Progress,
    /// The queue of its ordering key, until it is final.
    pub(super) queue: Option<OrderingHash>,
}

impl Rows {
    /// Whether another delivery has to become final before this one.
    pub(super) fn is_blocked(&self, row: &Row) -> bool {
        row.queue.is_some()
            && self.deliveries.values().any(|other| {
                other.endpoint == row.endpoint
                    && other.queue == row.queue
                    && other.number < row.number
            })
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self {
            feed: Arc::default(),
            rows: Mutex::default(),
            looks: Semaphore::new(1_000),
            looked: AtomicUsize::new(0),
            room: Semaphore::new(ROOM),
            owned: watch::Sender::new(Owned::all(Epoch(0))),
        }
    }
}

impl MemoryStore {
    pub(super) fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().expect("nobody panics with it")
    }

    /// Has every piece of a job fail, or even panic.
    pub(crate) fn break_job(&self, job: JobId, panics: bool) {
        let mut rows = self.rows();
        rows.failing_jobs.insert(job);
        if panics {
            rows.panicking_jobs.insert(job);
        }
    }

    // What the API does.

    pub(crate) fn put_endpoint(&self, spec: EndpointSpec) -> EndpointKey {
        let key = spec.key();
        let sending = Arc::new(spec.sending());
        self.rows().endpoints.insert(key, (spec, sending));
        key
    }

    pub(crate) fn change(&self, endpoint: EndpointKey, change: impl FnOnce(&mut EndpointSpec)) {
        {
            let mut rows = self.rows();
            let (spec, sending) = rows.endpoints.get_mut(&endpoint).expect("it is there");
            change(spec);
            *sending = Arc::new(spec.sending());
            rows.rowless.clear();
        }
        self.feed.changed(endpoint);
    }

    /// What an endpoint is like now.
    pub(crate) fn spec(&self, endpoint: EndpointKey) -> EndpointSpec {
        self.rows().endpoints[&endpoint].0.clone()
    }

    /// What the handshake of an endpoint has come to.
    pub(crate) fn verification(&self, endpoint: EndpointKey) -> Verification {
        self.rows().endpoints[&endpoint].0.verification.clone()
    }

    pub(crate) fn disable(&self, endpoint: EndpointKey) {
        self.change(endpoint, |spec| {
            spec.waiting = Some(Waiting::EndpointDisabled);
        });
    }

    pub(crate) fn enable(&self, endpoint: EndpointKey) {
        self.change(endpoint, |spec| spec.waiting = None);
    }

    pub(crate) fn delete(&self, endpoint: EndpointKey) {
        let mut rows = self.rows();
        rows.endpoints.remove(&endpoint);
        rows.rowless.clear();
        drop(rows);
        self.feed.changed(endpoint);
    }

    /// Publishes an event to one endpoint. To one that waits it goes by way of the rows.
    pub(crate) fn publish(&self, endpoint: EndpointKey, now: Timestamp) -> DeliveryId {
        let (fresh, waits) = self.insert(endpoint, now, Trigger::Schedule);
        let delivery = fresh.targets[0].delivery;
        if waits {
            self.feed.due(endpoint, now);
        } else {
            self.rows().rowless.insert(delivery);
            self.feed.announce(vec![fresh]).committed();
        }
        delivery
    }

    /// Publishes an event that is not to be sent before `later`.
    pub(crate) fn publish_later(
        &self,
        endpoint: EndpointKey,
        now: Timestamp,
        later: Timestamp,
    ) -> DeliveryId {
        let (fresh, _) = self.insert(endpoint, now, Trigger::Schedule);
        let delivery = fresh.targets[0].delivery;
        let mut rows = self.rows();
        let row = rows.deliveries.get_mut(&delivery).expect("it is there");
        row.progress = Progress::new(later, Trigger::Schedule);
        drop(rows);
        self.feed.due(endpoint, later);
        delivery
    }

    /// Publishes an event with an ordering key.
    pub(crate) fn publish_ordered(
        &self,
        endpoint: EndpointKey,
        now: Timestamp,
        queue: OrderingHash,
    ) -> DeliveryId {
        let (delivery, notice) = self.publish_ordered_unnoticed(endpoint, now, queue);
        notice();
        delivery
    }

    /// The same, but its notice has not come through yet.
    pub(crate) fn publish_ordered_unnoticed(
        &self,
        endpoint: EndpointKey,
        now: Timestamp,
        queue: OrderingHash,
    ) -> (DeliveryId, impl FnOnce() + use<>) {
        let (mut fresh, waits) = self.insert(endpoint, now, Trigger::Schedule);
        let delivery = fresh.targets[0].delivery;
        fresh.ordering = Some(queue);
        let mut rows = self.rows();
        rows.deliveries
            .entry(delivery)
            .and_modify(|row| row.queue = Some(queue));
        let blocked = rows.is_blocked(&rows.deliveries[&delivery]);
        let may_start = !waits && !blocked;
        let announced = self
            .feed
            .announce(Vec::from_iter(may_start.then_some(fresh)));
        let feed = Arc::clone(&self.feed);
        let notice = move || {
            if waits {
                feed.due(endpoint, now);
            }
            announced.committed();
        };
        (delivery, notice)
    }

    /// Publishes an event whose notice has not come through yet.
    pub(crate) fn publish_unnoticed(
        &self,
        endpoint: EndpointKey,
        now: Timestamp,
    ) -> (DeliveryId, impl FnOnce() + use<>) {
        let (fresh, waits) = self.insert(endpoint, now, Trigger::Schedule);
        let delivery = fresh.targets[0].delivery;
        if !waits {
            self.rows().rowless.insert(delivery);
        }
        let announced = self.feed.announce(vec![fresh]);
        (delivery, move || announced.committed())
    }

    pub(crate) fn publish_test(&self, endpoint: EndpointKey, now: Timestamp) -> DeliveryId {
        let (fresh, _) = self.insert(endpoint, now, Trigger::Test);
        self.feed.due(endpoint, now);
        fresh.targets[0].delivery
    }

    pub(crate) fn publish_replay(&self, endpoint: EndpointKey, now: Timestamp) -> DeliveryId {
        let (fresh, _) = self.insert(endpoint, now, Trigger::Replay);
        self.feed.due(endpoint, now);
        fresh.targets[0].delivery
    }

    fn insert(&self, endpoint: EndpointKey, now: Timestamp, trigger: Trigger) -> (Fresh, bool) {
        let mut rows = self.rows();
        rows.last_event += 1;
        let number = rows.last_event;
        let sending = Arc::clone(&rows.endpoints[&endpoint].1);
        let mut entropy = [0; 10];
        entropy[..8].copy_from_slice(&number.to_be_bytes());
        let id = EventId::new(now.ms() + rows.skew_ms, entropy);
        let event = Arc::new(EventContent {
            id,
            source_id: None,
            tenant: TenantId::parse("acme").expect("it is a tenant id"),
            event_type: EventTypeName::parse("order.paid").expect("it is a name"),
            time: now,
            data: format!(r#"{{"n":{number}}}"#).into(),
            extras: None,
        });
        let delivery = DeliveryId::derive(id, sending.endpoint.id, 0);
        let row = Row {
            endpoint,
            event_key: event_key(number),
            number,
            event: Arc::clone(&event),
            progress: Progress::new(now, trigger),
            queue: None,
        };
        rows.deliveries.insert(delivery, row);
        let fresh = Fresh {
            event_key: event_key(number),
            event,
            ordering: None,
            due: now,
            targets: vec![FreshTarget { endpoint, delivery }],
        };
        (fresh, sending.waiting.is_some())
    }

    /// Publishes an event with this data.
    pub(crate) fn publish_data(&self, endpoint: EndpointKey, now: Timestamp, data: &str) {
        let (mut fresh, _) = self.insert(endpoint, now, Trigger::Schedule);
        let old = &fresh.event;
        fresh.event = Arc::new(EventContent {
            id: old.id,
            source_id: None,
            tenant: old.tenant.clone(),
            event_type: old.event_type.clone(),
            time: old.time,
            data: data.into(),
            extras: None,
        });
        self.feed.announce(vec![fresh]).committed();
    }

    /// Says that the endpoint has something due.
    pub(crate) fn feed_due(&self, endpoint: EndpointKey, at: Timestamp) {
        self.feed.due(endpoint, at);
    }

    /// Somebody asks for a retry, which is refused while another delivery has to come first.
    pub(crate) fn retry(&self, delivery: DeliveryId, now: Timestamp) {
        let mut rows = self.rows();
        rows.rowless.clear();
        if rows.is_blocked(&rows.deliveries[&delivery]) {
            return;
        }
        let row = rows.deliveries.get_mut(&delivery).expect("it is there");
        row.progress = row.progress.retried(now, SendAgain::Scheduled);
        self.feed.due(row.endpoint, now);
    }

    pub(crate) fn start_job(&self, job: JobId, steps: u32) {
        self.rows().jobs.insert(job, steps);
        self.feed.job();
    }

    // What goes wrong.

    pub(crate) fn set_unavailable(&self, unavailable: bool) {
        self.rows().unavailable = unavailable;
    }

    /// The wall clock is so far ahead of the steady one.
    pub(crate) fn set_skew(&self, skew_ms: i64) {
        self.rows().skew_ms = skew_ms;
    }

    /// The next so many looks at an endpoint panic.
    pub(crate) fn set_panics(&self, panics: usize) {
        self.rows().panics = panics;
    }

    // What tests look at.

    pub(crate) fn progress(&self, delivery: DeliveryId) -> Progress {
        self.rows().deliveries[&delivery].progress
    }

    pub(crate) fn deliveries(&self) -> Vec<DeliveryId> {
        self.rows().deliveries.keys().copied().collect()
    }

    pub(crate) fn all_progress(&self) -> Vec<Progress> {
        let rows = self.rows();
        rows.deliveries.values().map(|row| row.progress).collect()
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        self.rows().records.clone()
    }

    /// How many attempts were made of what had succeeded before.
    pub(crate) fn repeats(&self) -> usize {
        self.rows().repeats
    }

    /// The id of a delivery's event, as the receiver sees it.
    pub(crate) fn event_id(&self, delivery: DeliveryId) -> String {
        self.rows().deliveries[&delivery].event.wire_id()
    }

    /// Whether another delivery has to become final before this event's may be attempted.
    pub(crate) fn is_blocked(&self, event: EventId) -> bool {
        let rows = self.rows();
        let mut its = rows.deliveries.values().filter(|row| row.event.id == event);
        its.any(|row| rows.is_blocked(row))
    }

    /// Whether an attempt of this event's delivery may begin at `at`: it is pending, and due by then.
    pub(crate) fn is_due(&self, event: EventId, at: Timestamp) -> bool {
        let rows = self.rows();
        let mut its = rows.deliveries.values().filter(|row| row.event.id == event);
        its.any(|row| row.progress.due().is_some_and(|due| due <= at))
    }

    pub(crate) fn looked(&self) -> usize {
        self.looked.load(Ordering::Relaxed)
    }

    pub(crate) fn job_steps(&self) -> Vec<JobId> {
        self.rows().job_steps.clone()
    }

    pub(crate) fn prunes(&self) -> Vec<Timestamp> {
        self.rows().prunes.clone()
    }

    pub(crate) fn certificate_looks(&self) -> Vec<Timestamp> {
        self.rows().certificate_looks.clone()
    }

    pub(crate) fn has_to_prune(&self, pieces: u32) {
        self.rows().prune_more = pieces;
    }
}

/// The key of an event. It tells nothing of which came first: nothing may rely on it.
const fn event_key(number: i64) -> EventKey {
    EventKey::from_number(number.wrapping_mul(0x5851_f42d_4c95_7f2d))
}
