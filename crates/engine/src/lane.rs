//! One endpoint's work: what waits in memory, what is in flight, whether the store has more. No I/O, no clock.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use nuncio_domain::{DeliveryId, Timestamp, Trigger};
use nuncio_store::{Due, DueBatch};

use crate::{
    bucket::Bucket,
    held::Held,
    keys::KeyCache,
    limits::Limits,
    memory::{Memory, payload_bytes},
    window::{Sign, Window},
};

/// So many fresh deliveries start for one out of the store while both wait: the live stream comes first, the
/// backlog is never starved.
const FRESH_IN_A_ROW: u8 = 3;

/// How long after a look in vain the next one is made.
const BARREN_PAUSE: Duration = Duration::from_secs(1);

/// A lane. It exists while it has work, and may be dropped once [`is_idle`](Self::is_idle).
#[derive(Debug, Default)]
pub(crate) struct Lane {
    fresh: VecDeque<Due>,
    backlog: VecDeque<Due>,
    fresh_in_a_row: u8,
    held: Held,
    in_flight: usize,
    in_flight_bytes: usize,
    window: Window,
    /// Whether more would be in flight but for its window.
    window_binds: bool,
    /// The store may have more that is due.
    more: bool,
    /// A look brought nothing but what is held already: another makes sense once an attempt has ended.
    waits_for_end: bool,
    bucket: Option<Bucket>,
    knows_its_rate: bool,
    /// Whether it is among the [`Turns`](crate::turns::Turns).
    pub(crate) in_turn: bool,
    /// The number of its last start among all: who has waited longest gives way first.
    pub(crate) last_start: u64,
    /// The parsed secrets of its endpoint.
    pub(crate) keys: Arc<KeyCache>,
}

/// What a lane that has its turn does with it.
#[derive(Debug)]
pub(crate) enum Start {
    /// Starts this one.
    Go(Due),
    /// Nothing before that time: the rate limit.
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
    /// It looks for more when fewer than these of the store's deliveries wait in its queue.
    pub(crate) look_below: usize,
}

impl Lane {
    /// Sets the endpoint's rate limit, attempts a second.
    pub(crate) fn limit_rate(&mut self, per_second: Option<u32>) {
        self.knows_its_rate = true;
        match (&mut self.bucket, per_second) {
            (Some(bucket), Some(rate)) => bucket.set_rate(rate),
            (bucket, rate) => *bucket = rate.map(Bucket::new),
        }
    }

    /// Whether its endpoint's rate limit is known, so that something may be queued: a lane that was made for a look
    /// learns it by the answer.
    pub(crate) fn knows_its_rate(&self) -> bool {
        self.knows_its_rate
    }

    /// Queues a fresh delivery, or leaves it to the store when the queue is full.
    pub(crate) fn queue_fresh(&mut self, due: Due, limits: &Limits, memory: &mut Memory) {
        if self.fresh.len() >= limits.lane_queue_max {
            self.more = true;
        } else if self.held.hold(&due) {
            memory.add(&due);
            self.fresh.push_back(due);
        }
    }

    /// Notes that the store has something due.
    pub(crate) fn has_more(&mut self) {
        self.more = true;
    }

    /// Whether the store should be looked at now: not while a look goes on, nor while enough is queued, nor
    /// while nothing could be started.
    pub(crate) fn wants_look(&self, share: Share, now: Timestamp) -> bool {
        self.more
            && !self.held.is_looking()
            && !self.waits_for_end
            && self.backlog.len() < share.look_below
            && !self.is_full(share)
            && self.limited_until().is_none_or(|until| until <= now)
    }

    /// Begins a look: how many deliveries to ask the store for, so that something new is among them.
    pub(crate) fn begin_look(&mut self, limits: &Limits, memory: &Memory) -> usize {
        self.more = false;
        self.held.look_began();
        let room = limits.lane_queue_max.saturating_sub(self.backlog.len());
        self.held.len() + memory.bite(room)
    }

    /// Takes what a look at `asked` has brought, in its order. `tests_only` is for an endpoint that waits: the
    /// rest stays in the store until the endpoint changes. Returns when to look again, if it is known.
    pub(crate) fn end_look(
        &mut self,
        batch: DueBatch,
        asked: Timestamp,
        tests_only: bool,
        memory: &mut Memory,
    ) -> Option<Timestamp> {
        let (mut news, empty) = (false, batch.due.is_empty());
        for due in batch.due {
            let wanted = !tests_only || due.progress.trigger == Trigger::Test;
            if !self.held.meets(&due) && wanted && self.held.hold(&due) {
                memory.add(&due);
                self.backlog.push_back(due);
                news = true;
            }
        }
        self.more |= self.held.look_ended();
        match batch.next_due {
            _ if tests_only => None,
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
        self.more |= self.held.look_ended();
    }

    /// The lane's turn: starts a delivery if it may.
    pub(crate) fn start(&mut self, now: Timestamp, share: Share, memory: &mut Memory) -> Start {
        if !self.has_queued() {
            return Start::Empty;
        }
        let full = self.is_full(share);
        self.window_binds = full && self.window.is_below(share.attempts);
        if full {
            return Start::Full;
        }
        if let Some(Err(at)) = self.bucket.as_mut().map(|bucket| bucket.take(now)) {
            return Start::NotBefore(at);
        }
        let Some(due) = self.pop() else {
            return Start::Empty;
        };
        memory.remove(&due);
        self.in_flight += 1;
        self.in_flight_bytes += payload_bytes(&due);
        Start::Go(due)
    }

    /// An attempt has ended and is recorded, or was never begun.
    pub(crate) fn end(&mut self, delivery: DeliveryId, payload_bytes: usize, sign: Sign) {
        self.window.note(sign, self.window_binds);
        self.in_flight -= 1;
        self.in_flight_bytes -= payload_bytes;
        self.waits_for_end = false;
        self.more |= self.held.let_go(delivery);
    }

    /// Gives everything that waits back to the store, which has it all: to be looked up again.
    pub(crate) fn give_back(&mut self, memory: &mut Memory) {
        self.more = true;
        self.waits_for_end = false;
        while let Some(due) = self.pop() {
            memory.remove(&due);
            self.held.let_go(due.delivery);
        }
    }

    /// The endpoint is deleted: what waits is dropped for good, and what is in flight ends by itself.
    pub(crate) fn close(&mut self, memory: &mut Memory) {
        self.give_back(memory);
        self.held.look_ended();
        self.more = false;
    }

    /// Whether something waits in memory.
    pub(crate) fn has_queued(&self) -> bool {
        !self.fresh.is_empty() || !self.backlog.is_empty()
    }

    /// How many wait in memory.
    #[cfg(test)]
    pub(crate) fn queued(&self) -> usize {
        self.fresh.len() + self.backlog.len()
    }

    /// Whether there is nothing to remember of it.
    pub(crate) fn is_idle(&self) -> bool {
        self.in_flight == 0 && !self.has_queued() && !self.more && !self.held.is_looking()
    }

    /// Until when its rate limit has to be remembered.
    pub(crate) fn limited_until(&self) -> Option<Timestamp> {
        self.bucket.map(|bucket| bucket.next_at())
    }

    fn is_full(&self, share: Share) -> bool {
        self.in_flight >= self.window.size(share.attempts) || self.in_flight_bytes >= share.bytes
    }

    fn pop(&mut self) -> Option<Due> {
        let backlog_next = self.fresh_in_a_row >= FRESH_IN_A_ROW && !self.backlog.is_empty();
        if !backlog_next && let Some(due) = self.fresh.pop_front() {
            self.fresh_in_a_row = self.fresh_in_a_row.saturating_add(1);
            return Some(due);
        }
        self.fresh_in_a_row = 0;
        self.backlog.pop_front()
    }
}
