//! How the store tells the engine what there is to do, without waiting for it and without growing.
//!
//! Fresh events go through a bounded queue with their content, so that the hot path reads nothing back. When the
//! queue is full an event is only noted as "this endpoint has something due": its row is in the store.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use nuncio_domain::{DeliveryId, EventContent, Timestamp};
use tokio::sync::Notify;

use crate::{EndpointKey, EventKey, OrderingHash};

/// A delivery of a fresh event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreshTarget {
    /// Where it goes.
    pub endpoint: EndpointKey,
    /// Its id.
    pub delivery: DeliveryId,
}

/// An event that was just committed, and those of its deliveries that may start at once.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// Its number.
    pub event_key: EventKey,
    /// What to send.
    pub event: Arc<EventContent>,
    /// When its deliveries were due: its acceptance.
    pub due: Timestamp,
    /// Its deliveries.
    pub targets: Vec<FreshTarget>,
    /// The queues that they are the first of.
    pub ordering: Option<OrderingHash>,
}

/// What has happened since the last look. In order, so that a simulation does the same each time.
#[derive(Debug, Default)]
pub struct Notices {
    /// Fresh events, in the order of their commit.
    pub fresh: Vec<Fresh>,
    /// Endpoints whose receivers have asked another node for a pause, and until when on the steady clock.
    pub paused: BTreeMap<EndpointKey, Timestamp>,
    /// Endpoints that have something due in the store, and from when.
    pub due: BTreeMap<EndpointKey, Timestamp>,
    /// Endpoints that were changed, enabled, disabled or deleted, or whose project or tenant was.
    pub changed: BTreeSet<EndpointKey>,
    /// Whether a job was started.
    pub jobs: bool,
}

impl Notices {
    fn is_empty(&self) -> bool {
        let nothing_fresh = self.fresh.is_empty() && self.due.is_empty();
        nothing_fresh && self.paused.is_empty() && self.changed.is_empty() && !self.jobs
    }
}

/// The queue between store and engine. Bounded by the number of endpoints and [`Feed::FRESH_MAX`].
#[derive(Debug, Default)]
pub struct Feed {
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    fresh: VecDeque<Fresh>,
    fresh_bytes: usize,
    rest: Notices,
}

impl Feed {
    /// Events that may wait here: a few hundred milliseconds of full load.
    pub const FRESH_MAX: usize = 8_192;
    /// Payload bytes that may wait here.
    pub const FRESH_BYTES_MAX: usize = 32 * 1024 * 1024;

    /// Whether there is room for a fresh event now.
    pub fn has_room(&self) -> bool {
        let waiting = self.lock();
        waiting.fresh.len() < Self::FRESH_MAX && waiting.fresh_bytes < Self::FRESH_BYTES_MAX
    }

    /// Whether half of that room is free.
    pub(crate) fn is_half_empty(&self) -> bool {
        let waiting = self.lock();
        waiting.fresh.len() <= Self::FRESH_MAX / 2
            && waiting.fresh_bytes <= Self::FRESH_BYTES_MAX / 2
    }

    /// Hands on a fresh event; when the queue is full, only that its endpoints have something due.
    pub fn fresh(&self, fresh: Fresh) {
        {
            let mut waiting = self.lock();
            let bytes = waiting.fresh_bytes + fresh.event.bytes();
            if waiting.fresh.len() < Self::FRESH_MAX && bytes <= Self::FRESH_BYTES_MAX {
                waiting.fresh_bytes = bytes;
                waiting.fresh.push_back(fresh);
            } else {
                for target in &fresh.targets {
                    note(&mut waiting.rest.due, target.endpoint, fresh.due);
                }
            }
        }
        self.news.notify_one();
    }

    /// Says that an endpoint has something due in the store at `at`.
    pub fn due(&self, endpoint: EndpointKey, at: Timestamp) {
        note(&mut self.lock().rest.due, endpoint, at);
        self.news.notify_one();
    }

    /// Says that the receiver of an endpoint wants nothing before `until`. An endpoint that comes from another node brings
    /// its pause, before it is said what is due.
    pub fn paused(&self, endpoint: EndpointKey, until: Timestamp) {
        self.lock().rest.paused.insert(endpoint, until);
        self.news.notify_one();
    }

    /// Says that an endpoint is no longer as it was.
    pub fn changed(&self, endpoint: EndpointKey) {
        self.lock().rest.changed.insert(endpoint);
        self.news.notify_one();
    }

    /// Says that a job was started.
    pub fn job(&self) {
        self.lock().rest.jobs = true;
        self.news.notify_one();
    }

    /// Waits until something has happened and takes it. At most `fresh_max` fresh events at a time.
    pub async fn next(&self, fresh_max: usize) -> Notices {
        loop {
            let notices = self.take(fresh_max);
            if !notices.is_empty() {
                return notices;
            }
            self.news.notified().await;
        }
    }

    fn take(&self, fresh_max: usize) -> Notices {
        let mut waiting = self.lock();
        let mut notices = std::mem::take(&mut waiting.rest);
        let count = waiting.fresh.len().min(fresh_max);
        notices.fresh = waiting.fresh.drain(..count).collect();
        let taken: usize = notices.fresh.iter().map(|fresh| fresh.event.bytes()).sum();
        waiting.fresh_bytes -= taken;
        notices
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn note(due: &mut BTreeMap<EndpointKey, Timestamp>, endpoint: EndpointKey, at: Timestamp) {
    due.entry(endpoint)
        .and_modify(|earliest| *earliest = at.min(*earliest))
        .or_insert(at);
}

#[cfg(test)]
mod tests {
    use nuncio_domain::{EventId, EventTypeName, TenantId};

    use super::*;

    const AT: Timestamp = Timestamp::from_ms(1);

    fn fresh(number: i64, payload_bytes: usize) -> Fresh {
        let id = EventId::new(AT.ms(), [0; 10]);
        Fresh {
            event_key: EventKey(number),
            event: Arc::new(EventContent {
                id,
                source_id: None,
                tenant: TenantId::parse("acme").expect("it is a tenant id"),
                event_type: EventTypeName::parse("order.paid").expect("it is a name"),
                time: AT,
                data: "x".repeat(payload_bytes).into(),
                extras: None,
            }),
            due: AT,
            targets: vec![FreshTarget {
                endpoint: EndpointKey(number),
                delivery: DeliveryId::from_bits(id.bits()),
            }],
            ordering: None,
        }
    }

    #[test]
    fn bytes_that_are_taken_make_room_for_others() {
        let feed = Feed::default();
        for _ in 0..3 {
            for number in 0..2 {
                assert!(feed.has_room());
                feed.fresh(fresh(number, Feed::FRESH_BYTES_MAX / 2));
            }
            assert!(!feed.has_room() && !feed.is_half_empty());
            let first = feed.take(1);
            assert_eq!(first.fresh.len(), 1);
            assert!(first.due.is_empty(), "both had room");
            assert!(feed.has_room() && feed.is_half_empty());
            assert_eq!(feed.take(1).fresh.len(), 1);
        }
    }

    #[test]
    fn what_has_no_room_is_noted_as_due() {
        let feed = Feed::default();
        feed.fresh(fresh(1, Feed::FRESH_BYTES_MAX));
        feed.fresh(fresh(2, 1));
        let notices = feed.take(usize::MAX);
        assert_eq!(notices.fresh.len(), 1);
        assert_eq!(
            notices.due.into_iter().collect::<Vec<_>>(),
            [(EndpointKey(2), AT)]
        );
    }
}
