//! The tail: targets of the newest events whose delivery rows are not written yet.
//!
//! An event's row holds its targets, so a target without a row is pending. Its row is written together with its
//! first outcome, or when it has waited for a while, or before anybody reads. The watermark says how far this has
//! come: every event up to it has rows for all its targets, so a start after a crash looks only at those after it.
//!
//! Changes take effect with the transaction around them: [`Tail::committed`] or [`Tail::rolled_back`] ends it.

use std::collections::BTreeMap;

use nuncio_domain::{DeliveryId, EventId, Progress, Timestamp, Trigger};

use crate::{EndpointKey, EventKey, needs::RowsNow};

/// Half a second or so at full load; more would only make a start after a crash slower. The engine has room for as many
/// in memory: what it has to leave to the store costs twice.
const TARGETS_MAX: usize = 16_384;

/// How many ticks a target waits for its outcome before its row is written: about a second.
const TICKS_MAX: u64 = 10;

/// The targets that have no rows.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    events: BTreeMap<EventKey, TailEvent>,
    targets: usize,
    closed: bool,
    tick: u64,
    /// The first event that was added in the running transaction.
    added_from: Option<EventKey>,
    /// Events with targets that were written in the running transaction.
    touched: Vec<EventKey>,
}

#[derive(Debug)]
struct TailEvent {
    id: EventId,
    project: i64,
    tenant: i64,
    created_at: Timestamp,
    due: Timestamp,
    tick: u64,
    targets: Vec<TailTarget>,
}

#[derive(Debug)]
struct TailTarget {
    endpoint: EndpointKey,
    delivery: DeliveryId,
    written: bool,
}

/// A delivery whose row is to be written now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TailRow {
    pub(crate) event: EventKey,
    pub(crate) event_id: EventId,
    pub(crate) project: i64,
    pub(crate) endpoint: EndpointKey,
    pub(crate) delivery: DeliveryId,
    /// Its acceptance.
    pub(crate) created_at: Timestamp,
    /// From when it may be attempted.
    pub(crate) due: Timestamp,
}

impl TailRow {
    /// Where such a delivery stands: nothing has happened to it.
    pub(crate) const fn progress(&self) -> Progress {
        Progress::new(self.due, Trigger::Schedule)
    }
}

impl Tail {
    /// One that takes nothing: for an engine that writes every row with its event.
    pub(crate) fn closed() -> Self {
        Self {
            closed: true,
            ..Self::default()
        }
    }

    /// Whether it takes nothing.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether this many more targets fit.
    pub(crate) const fn has_room(&self, targets: usize) -> bool {
        !self.closed && self.targets + targets <= TARGETS_MAX
    }

    /// Whether half of the room is free.
    pub(crate) const fn is_half_empty(&self) -> bool {
        self.targets <= TARGETS_MAX / 2
    }

    /// Whether there is something, of this tenant if one is named.
    pub(crate) fn has(&self, tenant: Option<i64>) -> bool {
        match tenant {
            None => !self.events.is_empty(),
            Some(tenant) => self.events.values().any(|event| event.tenant == tenant),
        }
    }

    /// Whether some have waited long enough for their rows.
    pub(crate) fn has_old(&self) -> bool {
        self.events
            .first_key_value()
            .is_some_and(|(_, event)| self.is_old(event))
    }

    const fn is_old(&self, event: &TailEvent) -> bool {
        event.tick + TICKS_MAX <= self.tick
    }

    /// About 100 ms have passed.
    pub(crate) const fn tick(&mut self) {
        self.tick += 1;
    }

    /// Adds the targets of a new event, accepted and due at these times.
    pub(crate) fn add(
        &mut self,
        key: EventKey,
        id: EventId,
        (project, tenant): (i64, i64),
        (created_at, due): (Timestamp, Timestamp),
        targets: impl Iterator<Item = (EndpointKey, DeliveryId)>,
    ) {
        let targets: Vec<_> = targets
            .map(|(endpoint, delivery)| TailTarget {
                endpoint,
                delivery,
                written: false,
            })
            .collect();
        if targets.is_empty() {
            return;
        }
        self.targets += targets.len();
        self.added_from.get_or_insert(key);
        self.events.insert(
            key,
            TailEvent {
                id,
                project,
                tenant,
                created_at,
                due,
                tick: self.tick,
                targets,
            },
        );
    }

    /// The row of a target that has an outcome; `None` if it is not in the tail, or was taken before.
    pub(crate) fn take(&mut self, event: EventKey, delivery: DeliveryId) -> Option<TailRow> {
        let entry = self.events.get_mut(&event)?;
        let row = entry.head(event);
        let target = entry
            .targets
            .iter_mut()
            .find(|target| target.delivery == delivery && !target.written)?;
        target.written = true;
        self.touched.push(event);
        Some(row(target))
    }

    /// The rows of the targets that have waited long enough, and of those that are wanted `now`. The oldest first, `limit`
    /// at most.
    pub(crate) fn take_old(&mut self, now: Option<RowsNow>, limit: usize) -> Vec<TailRow> {
        let mut rows = Vec::new();
        let (tick, touched) = (self.tick, &mut self.touched);
        for (key, event) in &mut self.events {
            let room = limit - rows.len();
            let is_old = event.tick + TICKS_MAX <= tick;
            // Those behind are younger and later.
            if room == 0 || !is_old && now.is_none_or(|now| *key > now.to) {
                break;
            }
            let another = |tenant: i64| tenant != event.tenant;
            if !is_old && now.is_some_and(|now| now.tenant.is_some_and(another)) {
                continue;
            }
            let row = event.head(*key);
            let unwritten = event.targets.iter_mut().filter(|target| !target.written);
            for target in unwritten.take(room) {
                target.written = true;
                rows.push(row(target));
            }
            touched.push(*key);
        }
        rows
    }

    /// Up to which event all targets have rows once the running transaction is committed; `last` is the newest
    /// event there is.
    pub(crate) fn watermark(&self, last: EventKey) -> EventKey {
        self.events
            .iter()
            .find(|(_, event)| event.targets.iter().any(|target| !target.written))
            .map_or(last, |(key, _)| EventKey(key.0 - 1))
    }

    /// The running transaction is committed.
    pub(crate) fn committed(&mut self) {
        self.added_from = None;
        for key in self.touched.drain(..) {
            let Some(event) = self.events.get_mut(&key) else {
                continue;
            };
            let before = event.targets.len();
            event.targets.retain(|target| !target.written);
            self.targets -= before - event.targets.len();
            if event.targets.is_empty() {
                self.events.remove(&key);
            }
        }
    }

    /// The events from this one on are undone, with the part of the transaction that has added them.
    pub(crate) fn forget_from(&mut self, from: EventKey) {
        let undone = self.events.split_off(&from);
        let targets = undone.values().map(|event| event.targets.len());
        self.targets -= targets.sum::<usize>();
    }

    /// The running transaction is undone.
    pub(crate) fn rolled_back(&mut self) {
        for key in self.touched.drain(..) {
            if let Some(event) = self.events.get_mut(&key) {
                event
                    .targets
                    .iter_mut()
                    .for_each(|target| target.written = false);
            }
        }
        if let Some(from) = self.added_from.take() {
            self.forget_from(from);
        }
    }
}

impl TailEvent {
    fn head(&self, event: EventKey) -> impl Fn(&TailTarget) -> TailRow + use<> {
        let (event_id, project) = (self.id, self.project);
        let (created_at, due) = (self.created_at, self.due);
        move |target| TailRow {
            event,
            event_id,
            project,
            endpoint: target.endpoint,
            delivery: target.delivery,
            created_at,
            due,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(event: i64, endpoint: i64) -> DeliveryId {
        DeliveryId::from_bits((event as u128) << 64 | endpoint as u128)
    }

    fn add(tail: &mut Tail, event: i64, endpoints: &[i64]) {
        tail.add(
            EventKey(event),
            EventId::from_bits(event as u128),
            (1, event % 2),
            (Timestamp::from_ms(event), Timestamp::from_ms(event)),
            endpoints
                .iter()
                .map(|&endpoint| (EndpointKey(endpoint), delivery(event, endpoint))),
        );
    }

    fn all_to(event: i64) -> Option<RowsNow> {
        let to = EventKey(event);
        Some(RowsNow { to, tenant: None })
    }

    fn take(tail: &mut Tail, event: i64, endpoint: i64) -> bool {
        tail.take(EventKey(event), delivery(event, endpoint))
            .is_some()
    }

    #[test]
    fn what_a_part_has_added_is_forgotten_with_it() {
        let mut tail = Tail::default();
        add(&mut tail, 1, &[7, 8]);
        add(&mut tail, 2, &[7]);
        add(&mut tail, 3, &[7, 8]);
        tail.forget_from(EventKey(2));
        tail.committed();
        assert_eq!(tail.targets, 2);
        assert!(take(&mut tail, 1, 7) && !take(&mut tail, 2, 7) && !take(&mut tail, 3, 8));
    }

    #[test]
    fn a_target_is_taken_once() {
        let mut tail = Tail::default();
        add(&mut tail, 1, &[7, 8]);
        tail.committed();
        assert!(take(&mut tail, 1, 7));
        assert!(!take(&mut tail, 1, 7));
        tail.committed();
        assert!(!take(&mut tail, 1, 7));
        assert!(take(&mut tail, 1, 8));
        tail.committed();
        assert!(!tail.has(None));
    }

    #[test]
    fn what_is_rolled_back_can_be_taken_again() {
        let mut tail = Tail::default();
        add(&mut tail, 1, &[7]);
        tail.committed();
        assert!(take(&mut tail, 1, 7));
        tail.rolled_back();
        assert!(take(&mut tail, 1, 7));
    }

    #[test]
    fn events_of_an_undone_transaction_are_gone() {
        let mut tail = Tail::default();
        add(&mut tail, 1, &[7]);
        tail.committed();
        add(&mut tail, 2, &[7]);
        tail.rolled_back();
        assert!(!take(&mut tail, 2, 7));
        assert!(take(&mut tail, 1, 7));
        assert!(tail.has_room(TARGETS_MAX - 1) && !tail.has_room(TARGETS_MAX));
    }

    #[test]
    fn the_watermark_stops_before_the_first_target_without_a_row() {
        let mut tail = Tail::default();
        for event in [3, 5] {
            add(&mut tail, event, &[7, 8]);
        }
        tail.committed();
        assert_eq!(tail.watermark(EventKey(9)), EventKey(2));
        take(&mut tail, 3, 7);
        assert_eq!(tail.watermark(EventKey(9)), EventKey(2));
        take(&mut tail, 3, 8);
        assert_eq!(tail.watermark(EventKey(9)), EventKey(4));
        assert_eq!(tail.take_old(all_to(i64::MAX), usize::MAX).len(), 2);
        assert_eq!(tail.watermark(EventKey(9)), EventKey(9));
    }

    #[test]
    fn only_those_that_have_waited_are_old() {
        let mut tail = Tail::default();
        add(&mut tail, 1, &[7]);
        for _ in 0..TICKS_MAX - 1 {
            tail.tick();
        }
        add(&mut tail, 2, &[7]);
        tail.committed();
        assert!(!tail.has_old());
        tail.tick();
        assert!(tail.has_old());
        let old = tail.take_old(None, usize::MAX);
        assert_eq!(old.len(), 1);
        assert_eq!(old[0].event, EventKey(1));
    }

    #[test]
    fn rows_are_taken_in_pieces_up_to_a_goal() {
        let mut tail = Tail::default();
        for event in 1..=4 {
            add(&mut tail, event, &[7, 8]);
        }
        tail.committed();
        let check = |tail: &mut Tail, expected: &[i64], watermark: i64| {
            let rows = tail.take_old(all_to(3), 4);
            let events: Vec<_> = rows.iter().map(|row| row.event.0).collect();
            assert_eq!(events, expected);
            assert_eq!(tail.watermark(EventKey(4)), EventKey(watermark));
            tail.committed();
        };
        check(&mut tail, &[1, 1, 2, 2], 2);
        check(&mut tail, &[3, 3], 3);
        check(&mut tail, &[], 3);
        assert!(tail.has(None));
    }

    #[test]
    fn one_tenants_rows_are_taken_without_those_of_others() {
        let mut tail = Tail::default();
        for event in 1..=5 {
            add(&mut tail, event, &[7]);
        }
        tail.committed();
        let of = |tenant| RowsNow {
            to: EventKey(4),
            tenant: Some(tenant),
        };
        let check = |tail: &mut Tail, now, limit, expected: &[i64]| {
            let rows = tail.take_old(Some(now), limit);
            let events: Vec<_> = rows.iter().map(|row| row.event.0).collect();
            assert_eq!(events, expected);
            tail.committed();
        };
        check(&mut tail, of(0), 1, &[2]);
        check(&mut tail, of(0), 9, &[4]);
        assert!(!tail.has(Some(0)) && tail.has(Some(1)));
        assert_eq!(tail.watermark(EventKey(5)), EventKey(0));
        check(&mut tail, of(1), 9, &[1, 3]);
        assert_eq!(tail.watermark(EventKey(5)), EventKey(4));
        for _ in 0..TICKS_MAX {
            tail.tick();
        }
        check(&mut tail, of(0), 9, &[5]);
    }
}
