//! All lanes together: what to look up and what to start, and in which turn. Decides only; does no I/O and asks
//! for no time.

mod overtaken;
mod seen;
mod tally;

use std::{sync::Arc, time::Duration};

use nuncio_domain::{DeliveryId, Timestamp};
use nuncio_store::{Due, EndpointKey, Sending};

use crate::{
    agenda::Agenda,
    bucket::Bucket,
    delivery::{
        ended::{Ended, NotMade},
        keys::KeyCache,
    },
    hash::IdMap,
    lane::{
        Lane, Share, Start,
        query::{DueQuery, Look, LookResult},
        queues::Class,
    },
    lanes::{overtaken::Overtaken, tally::Tally},
    limits::{Free, Limits},
    memory::{Memory, payload_bytes},
    receiver::health::{Remembered, Ticket},
    turns::{TenantKey, Turns, carousel::Cost},
};

/// How long after something fresh has come there may be more.
const FRESH_LASTS: Duration = Duration::from_secs(1);

/// How long after a failed look the next one is made.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The lanes of all endpoints that have work, and when the others will have some.
#[derive(Debug)]
pub(crate) struct Lanes {
    limits: Limits,
    lanes: IdMap<EndpointKey, Lane>,
    turns: Turns,
    remembered: Remembered,
    /// When to look for due deliveries of an endpoint in the store.
    due: Agenda,
    /// When the rate limit or the breaker of a lane lets it go on, or the former may be forgotten.
    wakes: Agenda,
    overtaken: Overtaken,
    memory: Memory,
    in_flight: usize,
    in_flight_bytes: usize,
    looks: usize,
    /// Looks are made in rounds, so that the store commits what it holds once for all of them.
    round_is_over: bool,
    starts: u64,
    tally: Tally,
    /// Until when bulk work keeps to a pace, since something fresh has come; and that it has come just now.
    fresh_until: Timestamp,
    heard_fresh: bool,
    bulk: Bucket,
}

/// A look to be made.
#[derive(Debug)]
pub(crate) struct NextLook {
    pub(crate) endpoint: EndpointKey,
    pub(crate) query: DueQuery,
}

/// An attempt to be made.
#[derive(Debug)]
pub(crate) struct NextAttempt {
    pub(crate) endpoint: EndpointKey,
    pub(crate) due: Due,
    pub(crate) ticket: Ticket,
    pub(crate) keys: Arc<KeyCache>,
}

impl Lanes {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            lanes: IdMap::default(),
            turns: Turns::default(),
            remembered: Remembered::default(),
            due: Agenda::default(),
            wakes: Agenda::default(),
            overtaken: Overtaken::default(),
            memory: Memory::new(&limits),
            in_flight: 0,
            in_flight_bytes: 0,
            looks: 0,
            round_is_over: true,
            starts: 0,
            tally: Tally::default(),
            fresh_until: Timestamp::from_ms(i64::MIN),
            heard_fresh: false,
            bulk: Bucket::new(limits.bulk_per_second),
        }
    }

    // What happens.

    /// Something of an endpoint is due in the store at `at`.
    pub(crate) fn note_due(&mut self, endpoint: EndpointKey, at: Timestamp) {
        self.due.note(endpoint, at);
    }

    /// A receiver had asked for a pause before the program began, or before its endpoint came here from another node.
    pub(crate) fn note_pause(&mut self, endpoint: EndpointKey, until: Timestamp, now: Timestamp) {
        self.remembered.keep_pause(endpoint, until, now);
    }

    /// Something was asked for at an endpoint, or is due for another reason that the store has seen.
    pub(crate) fn note_news(&mut self, endpoint: EndpointKey, at: Timestamp) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.may_be_asked(at);
        }
        self.due.note(endpoint, at);
    }

    /// Whether fresh work of an endpoint can be queued: its lane is set up.
    pub(crate) fn is_open(&self, endpoint: EndpointKey) -> bool {
        let lane = self.lanes.get(&endpoint);
        lane.is_some_and(|lane| lane.tenant().is_some())
    }

    /// Makes a lane ready for fresh work.
    pub(crate) fn open(&mut self, endpoint: EndpointKey, sending: &Sending) {
        let lane = lane_of(&mut self.lanes, &mut self.remembered, endpoint);
        set_up(&mut self.turns, lane, sending);
    }

    /// The notice of a fresh delivery has come: whether it is known already, since a look came before.
    pub(crate) fn has_overtaken(&mut self, delivery: DeliveryId) -> bool {
        self.overtaken.heard(delivery)
    }

    /// The notices of all that looks can have brought have come.
    pub(crate) fn all_heard(&mut self) {
        self.overtaken.all_heard();
    }

    /// Queues a fresh delivery of an endpoint whose lane is open.
    pub(crate) fn queue_fresh(&mut self, endpoint: EndpointKey, due: Due) {
        self.heard_fresh = true;
        let share = self.share();
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.queue_fresh(due, share, &mut self.memory);
            take_turn(&mut self.turns, endpoint, lane);
        }
    }

    /// An endpoint was changed: it may be disabled, deleted (then there is no `sending`), enabled, or limited, or its
    /// deliveries cancelled. What its lane has queued is looked up anew.
    pub(crate) fn changed(
        &mut self,
        endpoint: EndpointKey,
        sending: Option<&Sending>,
        now: Timestamp,
    ) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            if let Some(sending) = sending {
                set_up(&mut self.turns, lane, sending);
            }
            lane.reconsider(now);
            lane.give_back(&mut self.memory);
            self.settle(endpoint, now);
        } else {
            self.remembered.reconsider(endpoint, now);
            self.due.note(endpoint, now);
        }
    }

    /// An attempt has ended.
    pub(crate) fn attempt_ended(&mut self, ended: &Ended, now: Timestamp) {
        self.in_flight -= 1;
        self.in_flight_bytes -= ended.payload_bytes;
        match &ended.attempted {
            Ok(attempted) => {
                if let Some(due) = attempted.after.due() {
                    self.due.note(ended.endpoint, due);
                }
                self.tally
                    .note(&attempted.after, attempted.took, attempted.latency);
                if attempted.resent {
                    self.tally.resent();
                }
            }
            Err(NotMade::Starved) => self.tally.starved(),
            Err(NotMade::Dropped) => {}
        }
        if let Some(lane) = self.lanes.get_mut(&ended.endpoint) {
            let actual = Cost::between(ended.ticket.began, now);
            lane.used.correct(ended.ticket.charged, actual);
            if let Some(tenant) = lane.tenant() {
                let charged = ended.ticket.charged;
                self.turns
                    .ended(tenant, charged, actual, ended.payload_bytes);
            }
            lane.end(ended, now);
            if ended.attempted.is_err() {
                lane.give_back(&mut self.memory);
            }
        }
        self.settle(ended.endpoint, now);
    }

    /// A look has ended. Of what it has brought, the notices of `unheard` are still to come.
    pub(crate) fn look_ended(&mut self, look: Look, unheard: Vec<DeliveryId>, now: Timestamp) {
        self.looks -= 1;
        self.round_is_over |= self.looks == 0;
        for delivery in unheard {
            self.overtaken.brought(delivery);
        }
        let Some(lane) = self.lanes.get_mut(&look.endpoint) else {
            return;
        };
        match look.result {
            Ok(Some(LookResult { sending, batch })) => {
                set_up(&mut self.turns, lane, &sending);
                let next = lane.end_look(batch, look.asked, sending.waiting, &mut self.memory);
                if let Some(at) = next {
                    self.due.note(look.endpoint, at);
                }
            }
            Ok(None) => {
                lane.close(&mut self.memory);
                self.remembered.drop(look.endpoint);
                self.due.forget(look.endpoint);
            }
            Err(error) => {
                tracing::warn!(endpoint = ?look.endpoint, %error, "due deliveries can't be looked up: trying again");
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
        if std::mem::take(&mut self.heard_fresh) {
            self.fresh_until = now + FRESH_LASTS;
        }
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
            let lane = lane_of(&mut self.lanes, &mut self.remembered, endpoint);
            lane.has_more();
            if lane.wants_look(share, now) {
                self.looks += 1;
                let query = lane.begin_look(share, &self.memory);
                return Some(NextLook { endpoint, query });
            }
            // It is looked at when it wants to be.
            self.settle(endpoint, now);
        }
        self.round_is_over &= self.looks == 0;
        None
    }

    /// The next attempt to be made at `now`.
    pub(crate) fn next_attempt(&mut self, now: Timestamp) -> Option<NextAttempt> {
        loop {
            let free = self.free();
            if free.is_nothing() {
                return None;
            }
            let (tenant, endpoint) = self.turns.next(free)?;
            let next = self.turn(tenant, endpoint, now);
            self.turns.resume(tenant);
            if next.is_some() {
                return next;
            }
        }
    }

    /// One lane's turn: one attempt, and another turn if it has more to start.
    fn turn(
        &mut self,
        tenant: TenantKey,
        endpoint: EndpointKey,
        now: Timestamp,
    ) -> Option<NextAttempt> {
        let mut share = self.share();
        if now < self.fresh_until {
            share.bulk_from = Some(self.bulk.next_at()).filter(|at| *at > now);
        }
        let lane = self.lanes.get_mut(&endpoint)?;
        lane.in_turn = false;
        match lane.start(now, share, &mut self.memory) {
            Start::Go(class, due, ticket) => {
                if class == Class::Replay && now < self.fresh_until {
                    // Its token was seen to be there.
                    let _ = self.bulk.take(now);
                }
                let bytes = payload_bytes(&due);
                self.starts += 1;
                lane.last_start = self.starts;
                lane.used.charge(ticket.charged);
                self.turns.began(tenant, ticket.charged, bytes);
                self.in_flight += 1;
                self.in_flight_bytes += bytes;
                let keys = Arc::clone(&lane.keys);
                self.settle(endpoint, now);
                Some(NextAttempt {
                    endpoint,
                    due,
                    ticket,
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
        let limited_until = lane.limited_until(now).filter(|until| *until > now);
        if lane.wants_look(share, now) {
            self.due.note(endpoint, now);
        } else if let Some(until) = limited_until {
            self.wakes.note(endpoint, until);
        } else if lane.is_idle() && !lane.in_turn {
            self.drop_lane(endpoint, now);
        }
    }

    fn drop_lane(&mut self, endpoint: EndpointKey, now: Timestamp) {
        if let Some(lane) = self.lanes.remove(&endpoint) {
            if let Some(tenant) = lane.tenant() {
                self.turns.drop_lane(tenant);
            }
            self.remembered.keep(endpoint, lane.health, now);
        }
    }

    /// What one lane may have now.
    fn share(&self) -> Share {
        let alone = self.lanes.len() <= 1;
        let tight = self.memory.is_tight();
        Share {
            attempts: self.limits.lane_cap(alone),
            bytes: self.limits.lane_bytes_cap(alone),
            queue: self.limits.lane_queue_max,
            burst: if tight {
                self.limits.lane_queue_max
            } else {
                self.limits.lane_burst_max
            },
            tight,
            bulk_from: None,
        }
    }

    /// What is left of what may be in flight, over all lanes.
    fn free(&self) -> Free {
        let bytes = self.limits.in_flight_bytes_max;
        Free {
            attempts: self.limits.in_flight_max.saturating_sub(self.in_flight),
            bytes: bytes.saturating_sub(self.in_flight_bytes),
        }
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
                lane.give_way(now, &mut self.memory);
            }
            self.settle(endpoint, now);
        }
    }
}

/// An endpoint's lane, made anew with what is remembered of its receiver if there is none.
fn lane_of<'a>(
    lanes: &'a mut IdMap<EndpointKey, Lane>,
    remembered: &mut Remembered,
    endpoint: EndpointKey,
) -> &'a mut Lane {
    lanes
        .entry(endpoint)
        .or_insert_with(|| Lane::new(remembered.take(endpoint)))
}

/// Tells a lane what it goes by. An endpoint's tenant never changes.
fn set_up(turns: &mut Turns, lane: &mut Lane, sending: &Sending) {
    let tenant = match lane.tenant() {
        Some(tenant) => tenant,
        None => turns.add_lane(sending.project, &sending.endpoint.tenant),
    };
    lane.set_up(tenant, sending);
}

fn take_turn(turns: &mut Turns, endpoint: EndpointKey, lane: &mut Lane) {
    if lane.has_queued()
        && !lane.in_turn
        && let Some(tenant) = lane.tenant()
    {
        lane.in_turn = true;
        turns.push(tenant, endpoint, &mut lane.used);
    }
}

#[cfg(test)]
mod tests;
