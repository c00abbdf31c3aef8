//! One endpoint's work: what waits in memory, what is in flight, whether the store has more. No I/O, no clock.

mod seen;

use std::{collections::HashSet, sync::Arc, time::Duration};

use nuncio_domain::{DeliveryId, Timestamp, Trigger, Waiting, patience, span, total_delay};
use nuncio_store::{Due, DueBatch, Sending};

use crate::{
    breaker::{Gate, PAUSE_MAX},
    bucket::Bucket,
    carousel::Used,
    health::{Health, Ticket},
    held::Held,
    keys::KeyCache,
    lanes::{Ended, NotMade},
    memory::{Memory, payload_bytes},
    queues::{Class, Queues, are_by_hand, due_at},
    sign::Sign,
    turns::TenantKey,
};

/// How long after a look in vain the next one is made.
const BARREN_PAUSE: Duration = Duration::from_secs(1);

/// How many attempts a second take place at an endpoint that is given up for now, since their schedules allow no
/// more waiting: a million of them cost about a hundredth of a processor.
const OVERDUE_PER_SECOND: u32 = 100;

/// How many attempts a second that somebody has asked for go to an endpoint which is given up, or has asked for less: as
/// many as a person clicks, not as a program can ask for.
const ASKED_PER_SECOND: u32 = 2;

/// How long a delivery that is due waits for a receiver which asks for less, besides the length of its schedule: the
/// receiver is then asked once more, whatever it said.
const THROTTLED_BEYOND: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a lane waits after the server had no descriptor, port or memory left for an attempt, at first and at most:
/// it is our own fault, so it is tried again soon.
const STARVED_FIRST: Duration = Duration::from_millis(100);
const STARVED_MAX: Duration = Duration::from_secs(5);

pub(crate) use seen::view_of;

/// A lane. It exists while it has work, and may be dropped once [`is_idle`](Self::is_idle).
#[derive(Debug)]
pub(crate) struct Lane {
    queues: Queues,
    held: Held,
    in_flight: usize,
    in_flight_bytes: usize,
    pub(crate) health: Health,
    /// Whether more would be in flight but for its window.
    window_binds: bool,
    /// The store may have more that is due.
    more: bool,
    /// Some of it may have no row yet, and be known to nobody but the store.
    strays: bool,
    /// A look brought nothing but what is held already: another makes sense once an attempt has ended.
    waits_for_end: bool,
    /// Whether an attempt has ended since the last look.
    flows: bool,
    /// It gave way while its receiver was given up, and looks for work again then.
    rests_until: Option<Timestamp>,
    /// The store may have something that the breaker does not hold back.
    may_be_asked: bool,
    bucket: Option<Bucket>,
    overdue: Bucket,
    asked: Bucket,
    /// The server lacked what an attempt takes: until when nothing starts, and how long that pause is.
    starved: Option<(Timestamp, Duration)>,
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
#[derive(Clone, Copy, Debug)]
struct Setup {
    tenant: TenantKey,
    rate_limit: Option<u32>,
    /// How long the breaker may hold a delivery back.
    patience: Duration,
    /// How long the throttle may.
    throttle_patience: Duration,
    /// How long after a delivery's first attempt the last one starts, where its schedule says so.
    span: Option<Duration>,
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

/// What a look is to bring.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// So many deliveries that the lane does not hold.
    pub(crate) limit: usize,
    /// Those that it holds.
    pub(crate) held: HashSet<DeliveryId>,
    /// Also those that have no row yet.
    pub(crate) strays: bool,
}

/// What the breaker and the throttle let start now.
#[derive(Clone, Copy, Debug)]
enum Pass {
    Any,
    /// Only what somebody has asked for.
    Asked,
    /// Only what has been held back as long as its schedule allows. `paced` says whether by the throttle.
    Overdue {
        paced: bool,
    },
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
    pub(crate) fn new(health: Health) -> Self {
        Self {
            queues: Queues::default(),
            held: Held::default(),
            in_flight: 0,
            in_flight_bytes: 0,
            health,
            window_binds: false,
            more: false,
            strays: true,
            waits_for_end: false,
            flows: false,
            rests_until: None,
            may_be_asked: false,
            bucket: None,
            overdue: Bucket::new(OVERDUE_PER_SECOND),
            asked: Bucket::new(ASKED_PER_SECOND),
            starved: None,
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
        match (&mut self.bucket, per_minute) {
            (Some(bucket), Some(rate)) => bucket.set_rate(rate),
            (bucket, rate) => *bucket = rate.map(Bucket::per_minute),
        }
        self.setup = Some(Setup {
            tenant,
            rate_limit,
            patience: patience(&sending.policy.retry).min(PAUSE_MAX),
            throttle_patience: total_delay(&sending.policy.retry) + THROTTLED_BEYOND,
            span: span(&sending.policy.retry),
        });
    }

    /// Whose it is, once it is set up. Nothing is queued before.
    pub(crate) fn tenant(&self) -> Option<TenantKey> {
        self.setup.map(|setup| setup.tenant)
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
            self.strays = true;
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
            && (self.flows || !self.is_full(share))
            && past(self.next_token_at())
            && past(self.starved_until())
    }

    /// Begins a look: how many deliveries to ask the store for besides those that it holds.
    pub(crate) fn begin_look(&mut self, share: Share, memory: &Memory) -> Wanted {
        self.more = false;
        self.may_be_asked = false;
        self.flows = false;
        self.held.look_began();
        let room = self.stored_max(share).saturating_sub(self.queues.stored());
        Wanted {
            limit: memory.bite(room),
            held: self.held.ids(),
            strays: std::mem::take(&mut self.strays),
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
        self.strays = true;
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
        if let Some(until) = self.starved_until().filter(|until| *until > now) {
            return Start::NotBefore(until);
        }
        let pass = match self.pass(now) {
            Ok(pass) => pass,
            Err(at) => return Start::NotBefore(at),
        };
        if let Some(Err(at)) = self.bucket.as_mut().map(|bucket| bucket.take(now)) {
            return Start::NotBefore(at);
        }
        let Some((class, due)) = self.pop(pass, share, now) else {
            return Start::Empty;
        };
        memory.remove(&due);
        self.in_flight += 1;
        self.in_flight_bytes += payload_bytes(&due);
        Start::Go(class, due, self.health.begin(now))
    }

    /// An attempt has ended and is recorded, or was never begun.
    pub(crate) fn end(&mut self, ended: &Ended, now: Timestamp) {
        let sign = match &ended.attempted {
            Ok(attempted) => attempted.sign,
            Err(_) => Sign::Unknown,
        };
        self.starved = match (&ended.attempted, self.starved) {
            (Err(NotMade::Starved), Some((until, pause))) if until <= now => {
                let pause = (pause * 2).min(STARVED_MAX);
                Some((now + pause, pause))
            }
            // One of those that were under way together.
            (Err(NotMade::Starved), Some(starved)) => Some(starved),
            (Err(NotMade::Starved), None) => Some((now + STARVED_FIRST, STARVED_FIRST)),
            (Ok(_), _) => None,
            (Err(NotMade::Dropped), starved) => starved,
        };
        let salt = ended.endpoint.0 as u64;
        self.health
            .note(sign, ended.ticket, self.window_binds, now, salt);
        self.rests_until = None;
        self.in_flight -= 1;
        self.in_flight_bytes -= ended.payload_bytes;
        self.waits_for_end = false;
        self.flows = true;
        self.more |= self.held.let_go(ended.delivery);
    }

    /// Gives everything that waits back to the store, which has it all: to be looked up again.
    pub(crate) fn give_back(&mut self, memory: &mut Memory) {
        self.more = true;
        self.strays = true;
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
        self.health = Health::default();
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
        self.next_token_at()
            .max(self.rests_until)
            .max(self.starved_until())
            .max(paced)
    }

    fn starved_until(&self) -> Option<Timestamp> {
        self.starved.map(|(until, _)| until)
    }

    /// Whether something that is due may have to go before a pause ends: nobody knows of a lane that is not set up.
    fn may_not_wait(&self) -> bool {
        self.setup.is_none_or(|setup| setup.span.is_some())
    }

    fn next_token_at(&self) -> Option<Timestamp> {
        self.bucket.map(|bucket| bucket.next_at())
    }

    fn is_full(&self, share: Share) -> bool {
        self.in_flight >= self.health.window.size(share.attempts)
            || self.in_flight_bytes >= share.bytes
    }

    /// What the breaker and the throttle let start, or when they will let something.
    fn pass(&mut self, now: Timestamp) -> Result<Pass, Timestamp> {
        let rest = match self.health.breaker.gate(now) {
            Gate::Pass | Gate::Probe => None,
            Gate::HoldUntil(until) => Some(until),
            // Its end comes as news.
            Gate::HoldForProbe => Some(now + PAUSE_MAX),
        };
        let paced = self.health.throttle.next_at(now);
        let Some(mut until) = rest.max(paced) else {
            return Ok(Pass::Any);
        };
        let paced = paced.is_some();
        if paced {
            self.health.throttle.holds();
        }
        if self.queues.has_asked() {
            match self.asked.next_at() {
                at if at <= now => return Ok(Pass::Asked),
                at => until = until.min(at),
            }
        }
        let released = self.first_released(paced);
        let released = released.map(|at| at.max(self.overdue.next_at()));
        match released {
            Some(at) if at <= now => Ok(Pass::Overdue { paced }),
            Some(at) => Err(until.min(at)),
            None => Err(until),
        }
    }

    /// When the first of what waits may be held back no longer. With a span that is not the one that is due first.
    fn first_released(&self, paced: bool) -> Option<Timestamp> {
        let setup = self.setup?;
        if paced && setup.span.is_some() {
            let ends = self.queues.iter().filter_map(|due| setup.span_end(due));
            return ends.min();
        }
        let firsts = self.queues.firsts();
        firsts.map(|due| setup.released(due, paced)).min()
    }

    fn pop(&mut self, pass: Pass, share: Share, now: Timestamp) -> Option<(Class, Due)> {
        let bulk = share.bulk_from.is_none();
        match pass {
            Pass::Any => self.queues.pop(|class, _| bulk || class != Class::Replay),
            Pass::Asked => {
                // Its token was seen to be there.
                let _ = self.asked.take(now);
                self.queues.pop(|class, _| class == Class::Asked)
            }
            Pass::Overdue { paced } => {
                let _ = self.overdue.take(now);
                let setup = self.setup?;
                if paced && setup.span.is_some() {
                    let is_over = |due: &Due| setup.span_end(due).is_some_and(|end| end <= now);
                    return self.queues.take_first(is_over);
                }
                self.queues.pop(|_, due| setup.released(due, paced) <= now)
            }
        }
    }
}

impl Setup {
    /// Until when a delivery that is due may be held back at the most.
    fn released(&self, due: &Due, paced: bool) -> Timestamp {
        due_at(due)
            + if paced {
                self.throttle_patience
            } else {
                self.patience
            }
    }

    /// When the last attempt of a delivery starts, whatever its receiver asks for.
    fn span_end(&self, due: &Due) -> Option<Timestamp> {
        match (due.progress.first_began, self.span) {
            (Some(began), Some(span)) => Some(began + span),
            // It has had none: there is no hurry but to come to an end.
            (None, Some(_)) => Some(self.released(due, true)),
            (_, None) => None,
        }
    }
}
