//! What is known of a receiver's health, and how long it is remembered.

use std::time::Duration;

use nuncio_domain::Timestamp;
use nuncio_store::EndpointKey;

use crate::{
    agenda::Agenda,
    hash::IdMap,
    receiver::{
        breaker::{Breaker, Change, Gate},
        observation::Observation,
        throttle::Throttle,
        trip::Trip,
        window::Window,
    },
    turns::carousel::{Cost, Mean},
};

/// How long an endpoint's health is remembered after its last attempt.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// Endpoints in trouble that are remembered without a lane: about a megabyte. Past it the oldest is forgotten, and
/// finds out anew.
const REMEMBERED_MAX: usize = 10_000;

/// The health of one receiver.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReceiverHealth {
    pub(crate) window: Window,
    pub(crate) breaker: Breaker,
    pub(crate) throttle: Throttle,
    pub(crate) mean: Mean,
    /// Attempts that have begun.
    begun: u64,
}

/// One attempt, from its begin to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    /// The attempt's number in its lane, from 1.
    number: u64,
    /// When it began, on the steady clock.
    pub(crate) began: Timestamp,
    /// The worker time that it was charged.
    pub(crate) charged: Cost,
    /// Whether it shows if the receiver is back.
    probe: bool,
}

impl ReceiverHealth {
    /// An attempt begins.
    pub(crate) fn begin(&mut self, now: Timestamp) -> Ticket {
        let probe = self.breaker.gate(now) == Gate::Probe;
        if probe {
            self.breaker.probe();
        }
        self.begun += 1;
        self.throttle.began(now);
        Ticket {
            number: self.begun,
            began: now,
            charged: self.mean.cost(),
            probe,
        }
    }

    /// Takes the end of an attempt into account; `binds` says whether more would have been in flight but for the
    /// window.
    pub(crate) fn note(
        &mut self,
        observation: Observation,
        ticket: Ticket,
        binds: bool,
        now: Timestamp,
        salt: u64,
    ) {
        if observation != Observation::Unknown {
            self.mean.note(Cost::between(ticket.began, now));
        }
        let trip = Trip {
            number: ticket.number,
            last: self.begun,
            binds,
        };
        match observation {
            Observation::Well => self.throttle.went_well(),
            Observation::Throttled { wait } => self.throttle.hear(wait, trip, now, salt),
            Observation::Neutral
            | Observation::Faulty
            | Observation::Strained
            | Observation::Unknown => {}
        }
        match self.breaker.note(observation, ticket.probe, now, salt) {
            Change::Closed => self.window.restart(self.begun),
            Change::None | Change::Opened => self.window.note(observation, trip),
        }
    }

    /// The endpoint was changed: what is known of its receiver may be wrong now.
    pub(crate) fn reconsider(&mut self, now: Timestamp) {
        self.breaker.reconsider(now);
        self.throttle.reconsider(now);
    }

    /// Whether there is nothing to remember of it.
    fn is_plain(self) -> bool {
        self.window.is_plain() && self.breaker.is_plain() && self.throttle.is_plain()
    }
}

/// The health of endpoints that are in trouble and have no lane now.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    health: IdMap<EndpointKey, ReceiverHealth>,
    /// When each is forgotten.
    ends: Agenda,
}

impl Remembered {
    /// Takes back what is known of an endpoint.
    pub(crate) fn take(&mut self, endpoint: EndpointKey) -> ReceiverHealth {
        if self.health.is_empty() {
            return ReceiverHealth::default();
        }
        self.ends.forget(endpoint);
        self.health.remove(&endpoint).unwrap_or_default()
    }

    /// Remembers the health of an endpoint whose lane is dropped, if there is anything to say.
    pub(crate) fn keep(&mut self, endpoint: EndpointKey, health: ReceiverHealth, now: Timestamp) {
        if health.is_plain() {
            return;
        }
        self.ends.forget(endpoint);
        // A pause may be longer than what is kept otherwise.
        let from = health.throttle.pause(now).unwrap_or(now);
        self.ends.note(endpoint, from + KEPT);
        self.health.insert(endpoint, health);
        self.forget(now);
    }

    /// Remembers a pause that a receiver asked for before the program began.
    pub(crate) fn keep_pause(&mut self, endpoint: EndpointKey, until: Timestamp, now: Timestamp) {
        let health = ReceiverHealth {
            throttle: Throttle::paused_until(until),
            ..ReceiverHealth::default()
        };
        self.keep(endpoint, health, now);
    }

    /// Forgets an endpoint that is deleted.
    pub(crate) fn drop(&mut self, endpoint: EndpointKey) {
        self.ends.forget(endpoint);
        self.health.remove(&endpoint);
    }

    /// An endpoint was changed: what is known of its receiver may be wrong now.
    pub(crate) fn reconsider(&mut self, endpoint: EndpointKey, now: Timestamp) {
        if let Some(health) = self.health.get_mut(&endpoint) {
            health.reconsider(now);
        }
    }

    /// What is known of an endpoint.
    pub(crate) fn get(&self, endpoint: EndpointKey) -> Option<&ReceiverHealth> {
        self.health.get(&endpoint)
    }

    /// The health of all.
    pub(crate) fn all(&self) -> impl Iterator<Item = &ReceiverHealth> {
        self.health.values()
    }

    fn forget(&mut self, now: Timestamp) {
        let far = Timestamp::from_ms(i64::MAX);
        while let Some(endpoint) = self.ends.pop(if self.health.len() > REMEMBERED_MAX {
            far
        } else {
            now
        }) {
            self.health.remove(&endpoint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    fn failed(times: u32) -> ReceiverHealth {
        let mut health = ReceiverHealth::default();
        for _ in 0..times {
            let ticket = health.begin(NOW);
            health.note(Observation::Strained, ticket, true, NOW, 0);
        }
        health
    }

    #[test]
    fn trouble_is_remembered_for_an_hour_after_its_last_use() {
        let mut remembered = Remembered::default();
        remembered.keep(EndpointKey::from_number(1), failed(10), NOW);
        remembered.keep(EndpointKey::from_number(2), failed(1), NOW + KEPT / 2);
        remembered.keep(EndpointKey::from_number(3), failed(1), NOW + KEPT);
        assert!(remembered.get(EndpointKey::from_number(1)).is_none());
        assert!(!remembered.take(EndpointKey::from_number(2)).is_plain());
        assert!(
            remembered.take(EndpointKey::from_number(2)).is_plain(),
            "it was taken"
        );
    }

    #[test]
    fn good_health_takes_no_memory() {
        let mut remembered = Remembered::default();
        remembered.keep(EndpointKey::from_number(1), failed(0), NOW);
        assert_eq!(remembered.all().count(), 0);
    }

    #[test]
    fn the_oldest_is_forgotten_when_there_are_too_many() {
        let mut remembered = Remembered::default();
        for number in 0..=REMEMBERED_MAX as i64 {
            let at = NOW + Duration::from_millis(number as u64);
            remembered.keep(EndpointKey::from_number(number), failed(1), at);
        }
        assert_eq!(remembered.all().count(), REMEMBERED_MAX);
        assert!(remembered.get(EndpointKey::from_number(0)).is_none());
        assert!(remembered.get(EndpointKey::from_number(1)).is_some());
    }

    #[test]
    fn a_receiver_that_is_back_starts_with_the_least() {
        let mut health = failed(10);
        assert!(!health.breaker.is_closed());
        let later = NOW + Duration::from_secs(2);
        let probe = health.begin(later);
        health.note(Observation::Well, probe, false, later, 0);
        assert!(health.breaker.is_closed());
        assert_eq!(health.window.size(100), 4);
    }
}
