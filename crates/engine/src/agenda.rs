//! Which endpoint is to be looked at next, and when? One entry an endpoint, the earliest time wins.

use std::collections::BTreeSet;

use nuncio_domain::Timestamp;
use nuncio_store::EndpointKey;

use crate::hash::IdMap;

/// Endpoints by the time at which something about them is due. Grows with the number of endpoints that have
/// pending deliveries, never with the number of deliveries.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    by_time: BTreeSet<(Timestamp, EndpointKey)>,
    by_endpoint: IdMap<EndpointKey, Timestamp>,
}

impl Agenda {
    /// Notes that `endpoint` is due at `at`; changes nothing if it is due earlier anyway.
    pub(crate) fn note(&mut self, endpoint: EndpointKey, at: Timestamp) {
        if let Some(earliest) = self.by_endpoint.get(&endpoint) {
            if *earliest <= at {
                return;
            }
            self.by_time.remove(&(*earliest, endpoint));
        }
        self.by_endpoint.insert(endpoint, at);
        self.by_time.insert((at, endpoint));
    }

    /// Takes out the endpoint that has been due longest at `now`, with the time it was due.
    pub(crate) fn pop(&mut self, now: Timestamp) -> Option<EndpointKey> {
        let (at, endpoint) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.by_time.pop_first();
        self.by_endpoint.remove(&endpoint);
        Some(endpoint)
    }

    /// Forgets an endpoint.
    pub(crate) fn forget(&mut self, endpoint: EndpointKey) {
        if let Some(at) = self.by_endpoint.remove(&endpoint) {
            self.by_time.remove(&(at, endpoint));
        }
    }

    /// The earliest time of all.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    #[test]
    fn the_earliest_note_of_an_endpoint_counts() {
        let mut agenda = Agenda::default();
        for ms in [30, 10, 20] {
            agenda.note(EndpointKey::from_number(1), at(ms));
        }
        assert_eq!(agenda.next(), Some(at(10)));
        assert_eq!(agenda.pop(at(9)), None);
        assert_eq!(agenda.pop(at(10)), Some(EndpointKey::from_number(1)));
        assert_eq!(agenda.next(), None);
    }

    #[test]
    fn the_longest_due_comes_first() {
        let mut agenda = Agenda::default();
        agenda.note(EndpointKey::from_number(1), at(20));
        agenda.note(EndpointKey::from_number(2), at(10));
        agenda.note(EndpointKey::from_number(3), at(30));
        agenda.forget(EndpointKey::from_number(3));
        assert_eq!(agenda.pop(at(50)), Some(EndpointKey::from_number(2)));
        assert_eq!(agenda.pop(at(50)), Some(EndpointKey::from_number(1)));
        assert_eq!(agenda.pop(at(50)), None);
    }
}
