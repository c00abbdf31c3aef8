//! How the store tells the engine what there is to do, without waiting for it and without growing.
//!
//! Fresh events go through a bounded queue with their content, so that the hot path reads nothing back. When the
//! queue is full an event is only noted as "this endpoint has something due": its row is in the store.
//!
//! Whoever looks into the store may find an event before its notice has come through. The feed knows which events those
//! can be: they are [announced](Feed::announce) before the commit that shows them, and [unheard](Feed::unheard) until the
//! engine takes their notice. Numbers of events tell nothing of that: where several write, they become visible in
//! another order.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use nuncio_domain::{DeliveryId, EventContent, Timestamp};
use tokio::sync::Notify;

use crate::{Due, EndpointKey, EventKey, OrderingHash};

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
    /// Fresh events, those of one ordering key in their order.
    pub fresh: Vec<Fresh>,
    /// Endpoints whose receivers have asked another node for a pause, and until when on the steady clock.
    pub paused: BTreeMap<EndpointKey, Timestamp>,
    /// Endpoints that have something due in the store, and from when.
    pub due: BTreeMap<EndpointKey, Timestamp>,
    /// Endpoints that were changed, enabled, disabled or deleted, or whose project or tenant was.
    pub changed: BTreeSet<EndpointKey>,
    /// Whether a job was started.
    pub jobs: bool,
    /// Whether no notice of an event that can be seen is still to come.
    pub all_heard: bool,
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
    /// Events that can be seen in the store, or may be at any moment, and whose notices have not been taken.
    unheard: HashSet<EventKey>,
}

/// Fresh events that are about to be committed. They are handed on once they are, and forgotten if this is dropped.
#[derive(Debug)]
pub struct Announced {
    feed: Arc<Feed>,
    fresh: Vec<Fresh>,
}

impl Announced {
    /// They are committed: hands them on.
    pub fn committed(mut self) {
        for fresh in std::mem::take(&mut self.fresh) {
            self.feed.hand_on(fresh);
        }
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        let mut waiting = self.feed.lock();
        for fresh in &self.fresh {
            waiting.unheard.remove(&fresh.event_key);
        }
    }
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

    /// Says which fresh events the next commit will show, before it does.
    pub fn announce(self: &Arc<Self>, fresh: Vec<Fresh>) -> Announced {
        if !fresh.is_empty() {
            let keys = fresh.iter().map(|fresh| fresh.event_key);
            self.lock().unheard.extend(keys);
        }
        Announced {
            feed: Arc::clone(self),
            fresh,
        }
    }

    /// Those of the deliveries that a look has brought whose notices may still come: they are of events that are
    /// announced and not taken yet.
    pub fn unheard(&self, found: &[Due]) -> Vec<DeliveryId> {
        let waiting = self.lock();
        if waiting.unheard.is_empty() {
            return Vec::new();
        }
        let unheard = found
            .iter()
            .filter(|due| waiting.unheard.contains(&due.event_key));
        unheard.map(|due| due.delivery).collect()
    }

    /// Hands on a fresh event; when the queue is full, only that its endpoints have something due.
    fn hand_on(&self, fresh: Fresh) {
        {
            let mut waiting = self.lock();
            let bytes = waiting.fresh_bytes + fresh.event.bytes();
            if waiting.fresh.len() < Self::FRESH_MAX && bytes <= Self::FRESH_BYTES_MAX {
                waiting.fresh_bytes = bytes;
                waiting.fresh.push_back(fresh);
            } else {
                waiting.unheard.remove(&fresh.event_key);
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
        for fresh in &notices.fresh {
            waiting.fresh_bytes -= fresh.event.bytes();
            waiting.unheard.remove(&fresh.event_key);
        }
        notices.all_heard = waiting.unheard.is_empty();
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
    use nuncio_domain::{EventId, EventTypeName, Progress, TenantId, Trigger};

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
                delivery: DeliveryId::from_bits(number as u128),
            }],
            ordering: None,
        }
    }

    fn commit(feed: &Arc<Feed>, number: i64, payload_bytes: usize) {
        let fresh = fresh(number, payload_bytes);
        feed.announce(vec![fresh]).committed();
    }

    /// The event's delivery, as a look finds it.
    fn due(fresh: &Fresh) -> Due {
        Due {
            delivery: fresh.targets[0].delivery,
            event_key: fresh.event_key,
            generation: 0,
            event: Arc::clone(&fresh.event),
            progress: Progress::new(fresh.due, Trigger::Schedule),
            last_error: None,
            ordering: None,
        }
    }

    #[test]
    fn bytes_that_are_taken_make_room_for_others() {
        let feed = Arc::new(Feed::default());
        for _ in 0..3 {
            for number in 0..2 {
                assert!(feed.has_room());
                commit(&feed, number, Feed::FRESH_BYTES_MAX / 2);
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
        let feed = Arc::new(Feed::default());
        commit(&feed, 1, Feed::FRESH_BYTES_MAX);
        commit(&feed, 2, 1);
        let notices = feed.take(usize::MAX);
        assert_eq!(notices.fresh.len(), 1);
        assert_eq!(
            notices.due.into_iter().collect::<Vec<_>>(),
            [(EndpointKey(2), AT)]
        );
        assert!(notices.all_heard, "no notice of the second will come");
    }

    #[test]
    fn an_event_is_unheard_from_before_its_commit_until_its_notice_is_taken() {
        let feed = Arc::new(Feed::default());
        let [first, second] = [1, 2].map(|number| fresh(number, 1));
        let found = [&first, &second].map(due);
        let ids = |of: &[Due]| of.iter().map(|due| due.delivery).collect::<Vec<_>>();
        assert!(feed.unheard(&found).is_empty());
        let announced = feed.announce(vec![second]);
        assert_eq!(feed.unheard(&found), ids(&found[1..]));
        // They become visible in another order than they are numbered in.
        feed.announce(vec![first]).committed();
        assert_eq!(feed.unheard(&found), ids(&found));
        assert!(!feed.take(1).all_heard);
        assert_eq!(feed.unheard(&found), ids(&found[1..]));
        announced.committed();
        let notices = feed.take(1);
        assert_eq!(notices.fresh.len(), 1);
        assert!(notices.all_heard);
        assert!(feed.unheard(&found).is_empty());
    }

    #[test]
    fn what_is_not_committed_is_forgotten() {
        let feed = Arc::new(Feed::default());
        let event = fresh(1, 1);
        let found = [due(&event)];
        drop(feed.announce(vec![event]));
        assert!(feed.unheard(&found).is_empty());
        assert!(feed.take(1).fresh.is_empty());
    }
}
