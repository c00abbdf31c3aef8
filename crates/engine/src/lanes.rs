//! All lanes together: what to look up and what to start, and in which turn. Decides only; does no I/O and asks
//! for no time.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{DeliveryId, Progress, Timestamp};
use nuncio_store::{Due, EndpointKey, EventKey};

use crate::{
    agenda::Agenda,
    hash::IdMap,
    keys::KeyCache,
    lane::{Lane, Share, Start},
    limits::Limits,
    look::{Found, Look},
    memory::{Memory, payload_bytes},
    overtaken::Overtaken,
    turns::Turns,
    window::Sign,
};

/// How long after a failed look the next one is made.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The lanes of all endpoints that have work, and when the others will have some.
#[derive(Debug)]
pub(crate) struct Lanes {
    limits: Limits,
    lanes: IdMap<EndpointKey, Lane>,
    turns: Turns,
    /// When to look for due deliveries of an endpoint in the store.
    due: Agenda,
    /// When the rate limit of a lane lets it go on, or may be forgotten.
    wakes: Agenda,
    overtaken: Overtaken,
    memory: Memory,
    in_flight: usize,
    in_flight_bytes: usize,
    looks: usize,
    /// Looks are made in rounds, so that the store commits what it holds once for all of them.
    round_is_over: bool,
    starts: u64,
}

/// A look to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NextLook {
    pub(crate) endpoint: EndpointKey,
    pub(crate) limit: usize,
}

/// An attempt to be made.
#[derive(Debug)]
pub(crate) struct NextAttempt {
    pub(crate) endpoint: EndpointKey,
    pub(crate) due: Due,
    pub(crate) keys: Arc<KeyCache>,
}

/// The end of an attempt.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) endpoint: EndpointKey,
    pub(crate) delivery: DeliveryId,
    pub(crate) payload_bytes: usize,
    /// What it was; `None` if no attempt was made or recorded.
    pub(crate) attempted: Option<Attempted>,
}

/// An attempt that was made and recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempted {
    /// How the delivery stands now.
    pub(crate) after: Progress,
    /// What it has shown of the receiver.
    pub(crate) sign: Sign,
}

impl Lanes {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            lanes: IdMap::default(),
            turns: Turns::default(),
            due: Agenda::default(),
            wakes: Agenda::default(),
            overtaken: Overtaken::default(),
            memory: Memory::new(&limits),
            in_flight: 0,
            in_flight_bytes: 0,
            looks: 0,
            round_is_over: true,
            starts: 0,
        }
    }

    // What happens.

    /// Something of an endpoint is due in the store at `at`.
    pub(crate) fn note_due(&mut self, endpoint: EndpointKey, at: Timestamp) {
        self.due.note(endpoint, at);
    }

    /// Whether fresh work of an endpoint can be queued: its lane knows its rate limit.
    pub(crate) fn is_open(&self, endpoint: EndpointKey) -> bool {
        let lane = self.lanes.get(&endpoint);
        lane.is_some_and(Lane::knows_its_rate)
    }

    /// Makes a lane ready for fresh work, with its rate limit in attempts a second.
    pub(crate) fn open(&mut self, endpoint: EndpointKey, rate_limit: Option<u32>) {
        let lane = self.lanes.entry(endpoint).or_default();
        lane.limit_rate(rate_limit);
    }

    /// Whether a fresh delivery is known already, since a look came before its notice.
    pub(crate) fn has_overtaken(&self, endpoint: EndpointKey, event: EventKey) -> bool {
        self.overtaken.contains(endpoint, event)
    }

    /// Every fresh delivery of an event has been dealt with.
    pub(crate) fn fed(&mut self, event: EventKey) {
        self.overtaken.fed(event);
    }

    /// Queues a fresh delivery of an endpoint whose lane is open.
    pub(crate) fn queue_fresh(&mut self, endpoint: EndpointKey, due: Due) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.queue_fresh(due, &self.limits, &mut self.memory);
            take_turn(&mut self.turns, endpoint, lane);
        }
    }

    /// An endpoint was changed: it may be disabled, deleted, enabled, or limited, or its deliveries cancelled. What
    /// its lane has queued is looked up anew.
    pub(crate) fn changed(
        &mut self,
        endpoint: EndpointKey,
        rate_limit: Option<u32>,
        now: Timestamp,
    ) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.limit_rate(rate_limit);
            lane.give_back(&mut self.memory);
            self.settle(endpoint, now);
        } else {
            self.due.note(endpoint, now);
        }
    }

    /// An attempt has ended.
    pub(crate) fn attempt_ended(&mut self, ended: &Ended, now: Timestamp) {
        self.in_flight -= 1;
        self.in_flight_bytes -= ended.payload_bytes;
        let attempted = ended.attempted;
        if let Some(due) = attempted.and_then(|attempted| attempted.after.due()) {
            self.due.note(ended.endpoint, due);
        }
        if let Some(lane) = self.lanes.get_mut(&ended.endpoint) {
            let sign = attempted.map_or(Sign::Neutral, |attempted| attempted.sign);
            lane.end(ended.delivery, ended.payload_bytes, sign);
            if attempted.is_none() {
                lane.give_back(&mut self.memory);
            }
        }
        self.settle(ended.endpoint, now);
    }

    /// A look has ended.
    pub(crate) fn look_ended(&mut self, look: Look, now: Timestamp) {
        self.looks -= 1;
        self.round_is_over |= self.looks == 0;
        let Some(lane) = self.lanes.get_mut(&look.endpoint) else {
            return;
        };
        match look.found {
            Ok(Some(Found { sending, batch })) => {
                lane.limit_rate(sending.endpoint.rate_limit);
                if let Some(newest) = batch.due.iter().map(|due| due.event_key).max() {
                    self.overtaken.looked(look.endpoint, newest);
                }
                let waits = sending.waiting.is_some();
                let next = lane.end_look(batch, look.asked, waits, &mut self.memory);
                if let Some(at) = next {
                    self.due.note(look.endpoint, at);
                }
            }
            Ok(None) => {
                lane.close(&mut self.memory);
                self.due.forget(look.endpoint);
            }
            Err(error) => {
                tracing::warn!(endpoint = look.endpoint.0, %error, "due deliveries can't be looked up: trying again");
                lane.fail_look();
                self.due.note(look.endpoint, look.asked + LOOK_AGAIN);
            }
        }
        self.settle(look.endpoint, now);
    }

    // What follows from it.

    /// When something is to be done without anything happening before.
    pub(crate) fn next_time(&self) -> Option<Timestamp> {
        let due = self.due.next().filter(|_| self.may_look());
        due.into_iter().chain(self.wakes.next()).min()
    }

    /// Gives the lanes that waited for their rate limit a turn, and takes memory from others if there is too little.
    pub(crate) fn refresh(&mut self, now: Timestamp) {
        while let Some(endpoint) = self.wakes.pop(now) {
            self.settle(endpoint, now);
        }
        if self.memory.is_over() {
            self.relieve(now);
        }
    }

    /// The next look to be made at `now`.
    pub(crate) fn next_look(&mut self, now: Timestamp) -> Option<NextLook> {
        while self.may_look() {
            let Some(endpoint) = self.due.pop(now) else {
                break;
            };
            let share = self.share();
            let lane = self.lanes.entry(endpoint).or_default();
            lane.has_more();
            if lane.wants_look(share, now) {
                self.looks += 1;
                let limit = lane.begin_look(&self.limits, &self.memory);
                return Some(NextLook { endpoint, limit });
            }
            // It is looked at when it wants to be.
            self.settle(endpoint, now);
        }
        self.round_is_over &= self.looks == 0;
        None
    }

    /// The next attempt to be made at `now`.
    pub(crate) fn next_attempt(&mut self, now: Timestamp) -> Option<NextAttempt> {
        while self.has_room_in_flight() {
            let endpoint = self.turns.next()?;
            if let Some(next) = self.turn(endpoint, now) {
                return Some(next);
            }
        }
        None
    }

    /// One lane's turn: one attempt, and another turn if it has more to start.
    fn turn(&mut self, endpoint: EndpointKey, now: Timestamp) -> Option<NextAttempt> {
        let share = self.share();
        let lane = self.lanes.get_mut(&endpoint)?;
        lane.in_turn = false;
        match lane.start(now, share, &mut self.memory) {
            Start::Go(due) => {
                self.starts += 1;
                lane.last_start = self.starts;
                self.in_flight += 1;
                self.in_flight_bytes += payload_bytes(&due);
                let keys = Arc::clone(&lane.keys);
                self.settle(endpoint, now);
                Some(NextAttempt {
                    endpoint,
                    due,
                    keys,
                })
            }
            Start::NotBefore(at) => {
                self.wakes.note(endpoint, at);
                None
            }
            Start::Full => None,
            Start::Empty => {
                self.settle(endpoint, now);
                None
            }
        }
    }

    /// After anything has happened to a lane: gives it a turn, plans a look, or drops it.
    fn settle(&mut self, endpoint: EndpointKey, now: Timestamp) {
        let share = self.share();
        let Some(lane) = self.lanes.get_mut(&endpoint) else {
            return;
        };
        take_turn(&mut self.turns, endpoint, lane);
        let limited_until = lane.limited_until().filter(|until| *until > now);
        if lane.wants_look(share, now) {
            self.due.note(endpoint, now);
        } else if let Some(until) = limited_until {
            self.wakes.note(endpoint, until);
        } else if lane.is_idle() && !lane.in_turn {
            self.lanes.remove(&endpoint);
        }
    }

    /// What one lane may have now.
    fn share(&self) -> Share {
        let alone = self.lanes.len() <= 1;
        Share {
            attempts: self.limits.lane_cap(alone),
            bytes: self.limits.lane_bytes_cap(alone),
            // Half a queue at a time: looking for single deliveries would cost more than attempting them.
            look_below: if self.memory.is_tight() {
                1
            } else {
                self.limits.lane_queue_max.div_ceil(2)
            },
        }
    }

    fn has_room_in_flight(&self) -> bool {
        self.in_flight < self.limits.in_flight_max
            && self.in_flight_bytes < self.limits.in_flight_bytes_max
    }

    /// Whether to fetch more: one round at a time, and not while there is enough in memory that only waits for its
    /// turn. When nothing does, lanes that can't go on have filled it: then they give way.
    fn may_look(&self) -> bool {
        let room = !self.memory.is_tight() && self.memory.has_room(self.looks + 1);
        self.round_is_over && self.looks < self.limits.looks_max && (room || self.turns.is_empty())
    }

    /// Memory is full: the lanes that have gone longest without a start give back what they have queued, until
    /// half is free. They look it up again when they can use it.
    fn relieve(&mut self, now: Timestamp) {
        let queued = self.lanes.iter().filter(|(_, lane)| lane.has_queued());
        let mut by_start: Vec<_> = queued
            .map(|(endpoint, lane)| (lane.last_start, *endpoint))
            .collect();
        by_start.sort_unstable();
        for (_, endpoint) in by_start {
            if !self.memory.is_tight() {
                return;
            }
            if let Some(lane) = self.lanes.get_mut(&endpoint) {
                lane.give_back(&mut self.memory);
            }
            self.settle(endpoint, now);
        }
    }
}

fn take_turn(turns: &mut Turns, endpoint: EndpointKey, lane: &mut Lane) {
    if lane.has_queued() && !lane.in_turn {
        lane.in_turn = true;
        turns.push(endpoint);
    }
}

#[cfg(test)]
mod tests {
    use nuncio_domain::{EventContent, EventId, EventTypeName, TenantId, Trigger};

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_000_000);

    fn due(number: i64, payload_bytes: usize) -> Due {
        let mut chance = [0; 10];
        chance[2..].copy_from_slice(&number.to_be_bytes());
        let id = EventId::new(NOW.ms(), chance);
        Due {
            delivery: DeliveryId::from_bits(id.bits()),
            event_key: EventKey(number),
            generation: 0,
            event: Arc::new(EventContent {
                id,
                source_id: None,
                tenant: TenantId::parse("acme").unwrap(),
                event_type: EventTypeName::parse("order.paid").unwrap(),
                time: NOW,
                data: "x".repeat(payload_bytes).into(),
            }),
            progress: Progress::new(NOW, Trigger::Schedule),
            ordering: None,
        }
    }

    fn fill(lanes: &mut Lanes, endpoints: i64, each: i64, payload_bytes: usize) {
        for number in 0..endpoints * each {
            let endpoint = EndpointKey(number % endpoints);
            lanes.open(endpoint, None);
            lanes.queue_fresh(endpoint, due(number, payload_bytes));
            lanes.refresh(NOW);
        }
    }

    #[test]
    fn what_waits_is_bounded_by_number_over_all_lanes() {
        let limits = Limits {
            queued_max: 100,
            ..Limits::default()
        };
        let mut lanes = Lanes::new(limits);
        fill(&mut lanes, 50, 20, 10);
        let queued: usize = lanes.lanes.values().map(Lane::queued).sum();
        assert!((50..=100).contains(&queued), "{queued}");
    }

    #[test]
    fn what_waits_is_bounded_by_bytes_over_all_lanes() {
        let limits = Limits {
            queued_bytes_max: 100_000,
            ..Limits::default()
        };
        let mut lanes = Lanes::new(limits);
        fill(&mut lanes, 10, 50, 1_000);
        let queued: usize = lanes.lanes.values().map(Lane::queued).sum();
        assert!((50..=100).contains(&queued), "{queued}");
    }

    #[test]
    fn what_is_in_flight_is_bounded_by_bytes() {
        let limits = Limits {
            in_flight_bytes_max: 100_000,
            ..Limits::default()
        };
        let mut lanes = Lanes::new(limits);
        fill(&mut lanes, 10, 50, 1_000);
        let mut started: IdMap<EndpointKey, usize> = IdMap::default();
        while let Some(next) = lanes.next_attempt(NOW) {
            *started.entry(next.endpoint).or_default() += 1;
        }
        assert_eq!(started.values().sum::<usize>(), 100);
        let most = started.values().max().copied();
        assert!(most <= Some(13), "an eighth each: {most:?}");
    }

    #[test]
    fn what_was_given_back_is_looked_up_again() {
        let limits = Limits {
            queued_max: 10,
            ..Limits::default()
        };
        let mut lanes = Lanes::new(limits);
        fill(&mut lanes, 5, 10, 10);
        while lanes.next_attempt(NOW).is_some() {}
        let mut looked: Vec<_> = std::iter::from_fn(|| lanes.next_look(NOW))
            .map(|look| look.endpoint.0)
            .collect();
        looked.sort_unstable();
        assert_eq!(looked, [0, 1, 2, 3, 4]);
    }
}
