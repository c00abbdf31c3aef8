//! Events that have come and are not taken in yet. A commit costs about as much for one as for fifty, and what comes
//! faster than it goes out has to be written as pending and read back, which costs twice: so they may wait a moment,
//! for company or for room.

use std::time::Duration;

use tokio::sync::oneshot;

use crate::{
    Once, StoreError,
    relational::changes::{append::Results, audit::Authorship, prepared::Hashed},
};

/// One wait: a quarter of what a commit of events takes with its `fsync`, or less.
pub(crate) const PAUSE: Duration = Duration::from_micros(500);

/// Requests that are company enough.
const COMPANY: usize = 64;
/// Requests of the last commit from which on others will follow soon: below that nobody waits for company.
const COMPANY_LIKELY: usize = 4;

/// Events for which a pause more is made while there is no room: 50,000 a second come in however full it is.
const EVENTS_PER_PAUSE: usize = 25;
/// The pauses that are made for room at most: a tenth of a second.
const PAUSES_MAX: usize = 200;

/// Requests that are taken in by one commit at most: those behind them should not wait for ever.
const REQUESTS_MAX: usize = 1_024;
/// Payload bytes that wait here at most.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// Events on their way in.
pub(crate) struct Append {
    pub(crate) events: Vec<Hashed>,
    pub(crate) once: Option<Once<Results>>,
    /// Whose they are, for the audit log.
    pub(crate) authorship: Option<Authorship>,
    pub(crate) reply: oneshot::Sender<Result<Results, StoreError>>,
}

impl Append {
    /// Whether some of the events have an ordering key.
    pub(crate) fn is_ordered(&self) -> bool {
        self.events.iter().any(|hashed| hashed.ordering.is_some())
    }

    /// The bytes of the payloads.
    pub(crate) fn bytes(&self) -> usize {
        let bytes = self.events.iter().map(|hashed| hashed.event.bytes());
        bytes.sum()
    }
}

/// The events that have come.
#[derive(Default)]
pub(crate) struct Arrivals {
    requests: Vec<Append>,
    events: usize,
    bytes: usize,
    /// How often they have been waited with.
    pauses: usize,
    /// Requests that were taken in by the last commit.
    last: usize,
}

impl Arrivals {
    pub(crate) fn push(&mut self, append: Append) {
        self.events += append.events.len();
        self.bytes += append.bytes();
        self.requests.push(append);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Whether no more should be added before these are taken in.
    pub(crate) fn is_full(&self) -> bool {
        self.requests.len() >= REQUESTS_MAX || self.bytes >= BYTES_MAX
    }

    /// Whether some have an ordering key.
    pub(crate) fn has_ordered(&self) -> bool {
        self.requests.iter().any(Append::is_ordered)
    }

    /// How many commands are worth waking up for in a pause.
    pub(crate) fn wanted(&self) -> usize {
        match self.pauses {
            0 => COMPANY.saturating_sub(self.requests.len()).max(1),
            _ => usize::MAX,
        }
    }

    /// They have waited once more.
    pub(crate) const fn paused(&mut self) {
        self.pauses += 1;
    }

    /// Whether to wait once more before they are taken in; `crowded` says that what was taken in before has not gone
    /// out.
    pub(crate) fn should_wait(&self, crowded: bool) -> bool {
        let for_company =
            self.pauses == 0 && self.last >= COMPANY_LIKELY && self.requests.len() < COMPANY;
        let pauses_for_room = PAUSES_MAX.min(self.events / EVENTS_PER_PAUSE);
        let for_room = crowded && self.pauses < pauses_for_room;
        !self.is_empty() && !self.is_full() && (for_company || for_room)
    }

    /// All of them.
    pub(crate) fn take(&mut self) -> Vec<Append> {
        let requests = std::mem::take(&mut self.requests);
        *self = Self {
            last: requests.len(),
            ..Self::default()
        };
        requests
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    fn request() -> Append {
        Append {
            events: Vec::new(),
            once: None,
            authorship: None,
            reply: oneshot::channel().0,
        }
    }

    fn arrivals(requests: usize, events: usize, last: usize) -> Arrivals {
        Arrivals {
            requests: (0..requests).map(|_| request()).collect(),
            events,
            last,
            ..Arrivals::default()
        }
    }

    /// How often they wait.
    fn pauses(mut arrivals: Arrivals, crowded: bool) -> usize {
        while arrivals.should_wait(crowded) {
            arrivals.paused();
        }
        arrivals.pauses
    }

    #[test]
    fn they_wait_once_for_company_that_is_likely() {
        assert_eq!(pauses(arrivals(1, 1, 3), false), 0);
        assert_eq!(pauses(arrivals(1, 1, 4), false), 1);
        assert_eq!(pauses(arrivals(63, 63, 64), false), 1);
        assert_eq!(pauses(arrivals(64, 64, 64), false), 0);
        assert_eq!(pauses(arrivals(0, 0, 64), false), 0);
    }

    #[test]
    fn they_wait_for_room_as_long_as_they_are_many() {
        assert_eq!(pauses(arrivals(1, 1, 1), true), 0);
        assert_eq!(pauses(arrivals(1, 100, 1), true), 4);
        assert_eq!(pauses(arrivals(64, 6_400, 64), true), PAUSES_MAX);
        assert_eq!(pauses(arrivals(REQUESTS_MAX, 100_000, 64), true), 0);
    }

    #[test]
    fn what_is_taken_is_remembered_as_company() {
        let mut arrivals = arrivals(9, 9, 0);
        assert_eq!(arrivals.take().len(), 9);
        assert!(arrivals.is_empty() && !arrivals.should_wait(true));
        arrivals.push(request());
        assert!(arrivals.should_wait(false));
    }
}
