//! One endpoint's work: what waits in memory, what is in flight, whether the store has more. No I/O, no clock.

pub(crate) mod held;
mod pause;
pub(crate) mod query;
pub(crate) mod queues;
pub(crate) mod seen;

use std::{sync::Arc, time::Duration};

use nuncio_domain::{Timestamp, Trigger, Waiting};
use nuncio_store::{Due, DueBatch, Sending};

use self::{
    held::Held,
    pause::{Patience, Pause},
    query::DueQuery,
    queues::{Class, Queues, are_by_hand},
};
use crate::{
    delivery::{ended::Ended, keys::KeyCache},
    hash::salt,
    memory::{Memory, payload_bytes},
    receiver::{
        health::{ReceiverHealth, Ticket},
        observation::Observation,
    },
    turns::{TenantKey, carousel::Used},
};

/// How long after a look that brought nothing the next one is made.
const BARREN_PAUSE: Duration = Duration::from_secs(1);

/// A lane. It exists while it has work, and may be dropped once [`is_idle`](Self::is_idle).
#[derive(Debug)]
pub(crate) struct Lane {
    queues: Queues,
    held: Held,
    in_flight: usize,
    in_flight_bytes: usize,
    pub(crate) health: ReceiverHealth,
    /// Whether more would be in flight but for its window.
    window_binds: bool,
    /// The store may have more that is due.
    more: bool,
    /// Some of it may have no row yet, and be known to nobody but the store.
    may_miss_unwritten: bool,
    /// A look brought nothing but what is held already: another makes sense once an attempt has ended.
    waits_for_end: bool,
    /// Whether an attempt has ended since the last look.
    attempt_ended_since_look: bool,
    /// It gave way while its receiver was given up, and looks for work again then.
    rests_until: Option<Timestamp>,
    /// The store may have something that the breaker does not hold back.
    may_be_asked: bool,
    pause: Pause,
    setup: Option<Setup>,
    /// Whether it is among the [`Turns`](crate::turns::Turns).
    pub(crate) in_turn: bool,
    /// The number of its last start among all: who has waited longest gives way first.
    pub(crate) last_start: u64,
    /// The worker time it has used, against that of its tenant's other lanes.
    pub(crate) used: Used,
    /// The parsed secrets of its endpoint.
    pub(crate) keys: Arc<KeyCache>,
}

/// What a lane goes by. One that was made for a look learns it by the answer.
#[derive(Debug)]
struct Setup {
    tenant: TenantKey,
    rate_limit: Option<u32>,
    patience: Patience,
}

/// What a lane that has its turn does with it.
#[derive(Debug)]
pub(crate) enum Start {
    /// Starts this one.
    Go(Class, Due, Ticket),
    /// Nothing before that time: the rate limit, or the breaker.
    NotBefore(Timestamp),
    /// Nothing until an attempt of its ends.
    Full,
    /// Nothing until more work comes.
    Empty,
}

/// How much one lane may have now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// Attempts in flight.
    pub(crate) attempts: usize,
    /// Payload bytes in flight, before the last attempt.
    pub(crate) bytes: usize,
    /// Deliveries of one kind in its queue, whatever its receiver is like.
    pub(crate) queue: usize,
    /// The same for one that works so many off within a second.
    pub(crate) burst: usize,
    /// Whether memory is scarce: nothing is fetched ahead.
    pub(crate) tight: bool,
    /// Bulk work starts then at the earliest, if not now.
    pub(crate) bulk_from: Option<Timestamp>,
}

/// A lane's queue holds as much as its receiver takes in this time: more would only wait in memory instead of in the
/// store, and fetching it costs more than keeping it.
const AHEAD: Duration = Duration::from_secs(1);

/// Deliveries out of the store that are queued at most: fetched in pieces of half of it.
const STORED_MAX: usize = 1_024;

impl Lane {
    /// A lane of an endpoint whose health is known so far.
    pub(crate) fn new(health: ReceiverHealth) -> Self {
        Self {
            queues: Queues::default(),
            held: Held::default(),
            in_flight: 0,
            in_flight_bytes: 0,
            health,
            window_binds: false,
            more: false,
            may_miss_unwritten: true,
            waits_for_end: false,
            attempt_ended_since_look: false,
            rests_until: None,
            may_be_asked: false,
            pause: Pause::default(),
            setup: None,
            in_turn: false,
            last_start: 0,
            used: Used::default(),
            keys: Arc::default(),
        }
    }

    /// Sets what it goes by: its tenant, the endpoint's schedule and rate limit.
    pub(crate) fn set_up(&mut self, tenant: TenantKey, sending: &Sending) {
        let rate_limit = sending.endpoint.rate_limit;
        let per_minute = rate_limit.map(|rate| u64::from(rate) * 60);
        let allowed = sending.endpoint.verification.allowed_per_minute;
        // What the receiver has allowed limits too.
        let per_minute = per_minute.into_iter().chain(allowed.map(u64::from)).min();
        self.pause.limit(per_minute);
        self.setup = Some(Setup {
            tenant,
            rate_limit,
            patience: Patience::of(sending),
        });
    }

    /// Whose it is, once it is set up. Nothing is queued before.
    pub(crate) fn tenant(&self) -> Option<TenantKey> {
        self.setup.as_ref().map(|setup| setup.tenant)
    }

    /// The endpoint was changed: what was known of its receiver may be wrong now.
    pub(crate) fn reconsider(&mut self, now: Timestamp) {
        self.health.reconsider(now);
        self.rests_until = None;
    }

    /// Queues a fresh delivery, or leaves it to the store when the queue is full.
    pub(crate) fn queue_fresh(&mut self, due: Due, share: Share, memory: &mut Memory) {
        if self.queues.fresh() >= self.queue_max(share) {
            self.more = true;
            self.may_miss_unwritten = true;
        } else if self.held.hold(&due) {
            memory.add(&due);
            self.queues.push(Class::Fresh, due);
        }
    }

    /// Notes that the store has something due.
    pub(crate) fn has_more(&mut self) {
        self.more = true;
    }

    /// Notes that the store may have something that goes though the breaker is open or the receiver has paused it.
    pub(crate) fn may_be_asked(&mut self, at: Timestamp) {
        self.may_be_asked =
            !self.health.breaker.is_closed() || self.health.throttle.pause(at).is_some();
    }

    /// Whether the store should be looked at now: not while a look goes on, nor while enough is queued, nor
    /// while nothing could be started.
    pub(crate) fn wants_look(&self, share: Share, now: Timestamp) -> bool {
        let past = |at: Option<Timestamp>| at.is_none_or(|at| at <= now);
        // Half a queue at a time: looking for single deliveries would cost more than attempting them.
        let below = if share.tight {
            1
        } else {
            self.stored_max(share).div_ceil(2)
        };
        let needed = self.queues.stored() < below && past(self.rests_until);
        // What a pause or a pace holds back is not fetched, unless some of it may have to go before the pause ends.
        let needed = needed && (self.may_not_wait() || past(self.health.throttle.next_at(now)));
        self.more
            && !self.held.is_looking()
            && !self.waits_for_end
            && (needed || self.may_be_asked)
            // A lane that is full of what is fresh starts something all the time.
            && (self.attempt_ended_since_look || !self.is_full(share))
            && past(self.pause.next_token_at())
            && past(self.pause.starved_until())
    }

    /// Begins a look: how many deliveries to ask the store for besides those that it holds.
    pub(crate) fn begin_look(&mut self, share: Share, memory: &Memory) -> DueQuery {
        self.more = false;
        self.may_be_asked = false;
        self.attempt_ended_since_look = false;
        self.held.look_began();
        let room = self.stored_max(share).saturating_sub(self.queues.stored());
        DueQuery {
            limit: memory.bite(room),
            held: self.held.ids(),
            may_miss_unwritten: std::mem::take(&mut self.may_miss_unwritten),
        }
    }

    /// How many fresh deliveries it may have in its queue.
    fn queue_max(&self, share: Share) -> usize {
        if !self.health.breaker.is_closed() || !self.health.throttle.is_plain() {
            return share.queue;
        }
        let one = self.health.mean.duration().max(Duration::from_micros(1));
        let at_once = self.health.window.size(share.attempts) as u128;
        let ahead = AHEAD.as_micros() * at_once / one.as_micros();
        let ahead = usize::try_from(ahead).unwrap_or(usize::MAX);
        ahead.min(share.burst).max(share.queue)
    }

    /// How many deliveries out of the store it may have in its queue.
    fn stored_max(&self, share: Share) -> usize {
        self.queue_max(share).min(STORED_MAX.max(share.queue))
    }

    /// Takes what a look at `asked` has brought, in its order. Of an endpoint that is `waiting` only tests are taken, if
    /// anything: the rest stays in the store until the endpoint changes. Returns when to look again, if it is known.
    pub(crate) fn end_look(
        &mut self,
        batch: DueBatch,
        asked: Timestamp,
        waiting: Option<Waiting>,
        memory: &mut Memory,
    ) -> Option<Timestamp> {
        let (mut news, empty) = (false, batch.due.is_empty() && batch.held.is_empty());
        for (delivery, progress) in &batch.held {
            self.held.meets(*delivery, progress);
        }
        let by_hand = are_by_hand(&batch.due);
        for due in batch.due {
            let test = due.progress.trigger == Trigger::Test;
            let wanted = waiting.is_none_or(|waiting| test && waiting.lets_tests());
            if !self.held.meets(due.delivery, &due.progress) && wanted && self.held.hold(&due) {
                memory.add(&due);
                self.queues.push(Class::of(&due, by_hand), due);
                news = true;
            }
        }
        self.more |= self.held.look_ended();
        match batch.next_due {
            _ if waiting.is_some() => None,
            Some(at) if at > asked => Some(at),
            // It has more and shows nothing of it. That is no reason to ask without a pause.
            Some(_) if empty => Some(asked + BARREN_PAUSE),
            Some(_) => {
                self.more = true;
                self.waits_for_end = !news && self.held.len() > 0;
                None
            }
            None => None,
        }
    }

    /// A look has failed.
    pub(crate) fn fail_look(&mut self) {
        self.may_miss_unwritten = true;
        self.more |= self.held.look_ended();
    }

    /// The lane's turn: starts a delivery if it may.
    pub(crate) fn start(&mut self, now: Timestamp, share: Share, memory: &mut Memory) -> Start {
        if !self.has_queued() {
            return Start::Empty;
        }
        if let Some(at) = share.bulk_from
            && self.queues.is_all_bulk()
        {
            return Start::NotBefore(at);
        }
        let full = self.is_full(share);
        self.window_binds = full && self.health.window.is_below(share.attempts);
        if full {
            return Start::Full;
        }
        let patience = self.setup.as_ref().map(|setup| &setup.patience);
        let pass = self
            .pause
            .pass(&mut self.health, &self.queues, patience, now);
        let pass = match pass {
            Ok(pass) => pass,
            Err(at) => return Start::NotBefore(at),
        };
        let bulk = share.bulk_from.is_none();
        let Some((class, due)) = self.pause.pop(pass, &mut self.queues, patience, bulk, now) else {
            return Start::Empty;
        };
        memory.remove(&due);
        self.in_flight += 1;
        self.in_flight_bytes += payload_bytes(&due);
        Start::Go(class, due, self.health.begin(now))
    }

    /// An attempt has ended and is recorded, or was never begun.
    pub(crate) fn end(&mut self, ended: &Ended, now: Timestamp) {
        let observation = match &ended.attempted {
            Ok(attempted) => attempted.observation,
            Err(_) => Observation::Unknown,
        };
        self.pause.note(&ended.attempted, now);
        let salt = salt(ended.endpoint);
        self.health
            .note(observation, ended.ticket, self.window_binds, now, salt);
        self.rests_until = None;
        self.in_flight -= 1;
        self.in_flight_bytes -= ended.payload_bytes;
        self.waits_for_end = false;
        self.attempt_ended_since_look = true;
        self.more |= self.held.let_go(ended.delivery);
    }

    /// Gives everything that waits back to the store, which has it all: to be looked up again.
    pub(crate) fn give_back(&mut self, memory: &mut Memory) {
        self.more = true;
        self.may_miss_unwritten = true;
        self.waits_for_end = false;
        for due in self.queues.drain() {
            memory.remove(&due);
            self.held.let_go(due.delivery);
        }
    }

    /// Memory is full: what waits goes back. What the breaker holds back is not fetched again at once.
    pub(crate) fn give_way(&mut self, now: Timestamp, memory: &mut Memory) {
        self.give_back(memory);
        let paced = self.health.throttle.next_at(now).is_some();
        if paced || !self.health.breaker.is_closed() {
            self.rests_until = Some(now + BARREN_PAUSE);
        }
    }

    /// The endpoint is deleted: what waits is dropped for good, and what is in flight ends by itself.
    pub(crate) fn close(&mut self, memory: &mut Memory) {
        self.give_back(memory);
        self.held.look_ended();
        self.more = false;
        self.health = ReceiverHealth::default();
    }

    /// Whether something waits in memory.
    pub(crate) fn has_queued(&self) -> bool {
        !self.queues.is_empty()
    }

    /// How many wait in memory.
    #[cfg(test)]
    pub(crate) fn queued(&self) -> usize {
        self.queues.len()
    }

    /// Whether there is nothing to remember of it but its health.
    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight == 0 && !self.has_queued() && !self.more && !self.held.is_looking()
    }

    /// Until when nothing can start, and the rate limit has to be remembered.
    pub(crate) fn limited_until(&self, now: Timestamp) -> Option<Timestamp> {
        let paced = self.health.throttle.next_at(now).filter(|_| self.more);
        self.pause
            .next_token_at()
            .max(self.rests_until)
            .max(self.pause.starved_until())
            .max(paced)
    }

    /// Whether something that is due may have to go before a pause ends: nobody knows of a lane that is not set up.
    fn may_not_wait(&self) -> bool {
        let setup = self.setup.as_ref();
        setup.is_none_or(|setup| setup.patience.has_span())
    }

    fn is_full(&self, share: Share) -> bool {
        self.in_flight >= self.health.window.size(share.attempts)
            || self.in_flight_bytes >= share.bytes
    }
}
