//! What holds a lane back: its rate limit, the breaker, the throttle, what the server itself lacks. And what goes all the
//! same: what somebody has asked for, and what has been held back as long as its schedule allows.

use std::{collections::BTreeMap, time::Duration};

use nuncio_domain::{EventTypeName, Retry, Timestamp, patience, span, total_delay};
use nuncio_store::{Due, Sending};

use super::queues::{Class, Queues, due_at};
use crate::{
    bucket::Bucket,
    delivery::ended::{Attempted, NotMade},
    receiver::{
        breaker::{Gate, PAUSE_MAX},
        health::ReceiverHealth,
    },
};

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

/// What holds a lane back, besides the health of its receiver.
#[derive(Debug)]
pub(super) struct Pause {
    bucket: Option<Bucket>,
    overdue: Bucket,
    asked: Bucket,
    /// The server lacked what an attempt takes: until when nothing starts, and how long that pause is.
    starved: Option<(Timestamp, Duration)>,
}

/// How long deliveries may be held back, each by its schedule.
#[derive(Debug)]
pub(super) struct Patience {
    /// Those of most types of events.
    usual: Hold,
    /// Those of types that have a schedule of their own.
    by_type: BTreeMap<EventTypeName, Hold>,
}

/// How long a delivery may be held back.
#[derive(Clone, Copy, Debug)]
struct Hold {
    /// By the breaker.
    breaker: Duration,
    /// By the throttle.
    throttle: Duration,
    /// How long after a delivery's first attempt the last one starts, where its schedule says so.
    span: Option<Duration>,
}

/// What may start now.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pass {
    Any,
    /// Only what somebody has asked for.
    Asked,
    /// Only what has been held back as long as its schedule allows. `paced` says whether by the throttle.
    Overdue {
        paced: bool,
    },
}

impl Default for Pause {
    fn default() -> Self {
        Self {
            bucket: None,
            overdue: Bucket::new(OVERDUE_PER_SECOND),
            asked: Bucket::new(ASKED_PER_SECOND),
            starved: None,
        }
    }
}

impl Pause {
    /// Sets the rate limit.
    pub(super) fn limit(&mut self, per_minute: Option<u64>) {
        match (&mut self.bucket, per_minute) {
            (Some(bucket), Some(rate)) => bucket.set_rate(rate),
            (bucket, rate) => *bucket = rate.map(Bucket::per_minute),
        }
    }

    /// When the rate limit lets the next attempt start.
    pub(super) fn next_token_at(&self) -> Option<Timestamp> {
        self.bucket.map(|bucket| bucket.next_at())
    }

    /// Until when nothing starts since the server lacked something.
    pub(super) fn starved_until(&self) -> Option<Timestamp> {
        self.starved.map(|(until, _)| until)
    }

    /// An attempt has ended, or was never begun.
    pub(super) fn note(&mut self, attempted: &Result<Attempted, NotMade>, now: Timestamp) {
        self.starved = match (attempted, self.starved) {
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
    }

    /// What may start now, for which a token of the rate limit is taken; or when something will be.
    pub(super) fn pass(
        &mut self,
        health: &mut ReceiverHealth,
        queues: &Queues,
        patience: Option<&Patience>,
        now: Timestamp,
    ) -> Result<Pass, Timestamp> {
        if let Some(until) = self.starved_until().filter(|until| *until > now) {
            return Err(until);
        }
        let pass = self.pass_of_receiver(health, queues, patience, now)?;
        match &mut self.bucket {
            Some(bucket) => bucket.take(now).map(|()| pass),
            None => Ok(pass),
        }
    }

    /// What the breaker and the throttle let start, or when they will let something.
    fn pass_of_receiver(
        &self,
        health: &mut ReceiverHealth,
        queues: &Queues,
        patience: Option<&Patience>,
        now: Timestamp,
    ) -> Result<Pass, Timestamp> {
        let rest = match health.breaker.gate(now) {
            Gate::Pass | Gate::Probe => None,
            Gate::HoldUntil(until) => Some(until),
            // Its end comes as news.
            Gate::HoldForProbe => Some(now + PAUSE_MAX),
        };
        let paced = health.throttle.next_at(now);
        let Some(mut until) = rest.max(paced) else {
            return Ok(Pass::Any);
        };
        let paced = paced.is_some();
        if paced {
            health.throttle.holds();
        }
        if queues.has_asked() {
            match self.asked.next_at() {
                at if at <= now => return Ok(Pass::Asked),
                at => until = until.min(at),
            }
        }
        let released = patience.and_then(|patience| patience.first_released(queues, paced));
        let released = released.map(|at| at.max(self.overdue.next_at()));
        match released {
            Some(at) if at <= now => Ok(Pass::Overdue { paced }),
            Some(at) => Err(until.min(at)),
            None => Err(until),
        }
    }

    /// Takes out of the queues what may start now; `bulk` says whether bulk work may.
    pub(super) fn pop(
        &mut self,
        pass: Pass,
        queues: &mut Queues,
        patience: Option<&Patience>,
        bulk: bool,
        now: Timestamp,
    ) -> Option<(Class, Due)> {
        match pass {
            Pass::Any => queues.pop(|class, _| bulk || class != Class::Replay),
            Pass::Asked => {
                // Its token was seen to be there.
                let _ = self.asked.take(now);
                queues.pop(|class, _| class == Class::Asked)
            }
            Pass::Overdue { paced } => {
                let _ = self.overdue.take(now);
                let patience = patience?;
                if patience.is_out_of_order(paced) {
                    return queues.take_first(|due| patience.released(due, paced) <= now);
                }
                queues.pop(|_, due| patience.released(due, paced) <= now)
            }
        }
    }
}

impl Patience {
    /// What the retry schedules of an endpoint's deliveries allow.
    pub(super) fn of(sending: &Sending) -> Self {
        let types = sending.type_retries.iter();
        Self {
            usual: Hold::of(&sending.policy.retry),
            by_type: types
                .map(|(name, retry)| (name.clone(), Hold::of(retry)))
                .collect(),
        }
    }

    /// Whether the last attempt of some delivery starts at its time whatever the receiver asks for.
    pub(super) fn has_span(&self) -> bool {
        self.usual.span.is_some() || self.by_type.values().any(|hold| hold.span.is_some())
    }

    /// Whether what is due first may not be what is released first.
    fn is_out_of_order(&self, paced: bool) -> bool {
        !self.by_type.is_empty() || paced && self.usual.span.is_some()
    }

    /// When the first of what waits may be held back no longer.
    fn first_released(&self, queues: &Queues, paced: bool) -> Option<Timestamp> {
        if self.is_out_of_order(paced) {
            return queues.iter().map(|due| self.released(due, paced)).min();
        }
        let firsts = queues.firsts();
        firsts.map(|due| self.released(due, paced)).min()
    }

    /// Until when a delivery that is due may be held back at the most.
    fn released(&self, due: &Due, paced: bool) -> Timestamp {
        let own = self.by_type.get(&due.event.event_type);
        own.unwrap_or(&self.usual).released(due, paced)
    }
}

impl Hold {
    /// What a retry schedule allows.
    fn of(retry: &Retry) -> Self {
        Self {
            breaker: patience(retry).min(PAUSE_MAX),
            throttle: total_delay(retry) + THROTTLED_BEYOND,
            span: span(retry),
        }
    }

    fn released(self, due: &Due, paced: bool) -> Timestamp {
        match (paced, self.span, due.progress.first_began) {
            // When its last attempt starts, whatever its receiver asks for.
            (true, Some(span), Some(began)) => began + span,
            // With a span it has had none: there is no hurry but to come to an end.
            (true, Some(_) | None, _) => due_at(due) + self.throttle,
            (false, _, _) => due_at(due) + self.breaker,
        }
    }
}
