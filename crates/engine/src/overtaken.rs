//! Was a fresh delivery looked up in the store before its own notice came?
//!
//! A look into the store sees what is committed, and that may be ahead of the feed's queue. Such a delivery is
//! with its lane already, or even done: its notice must not start it a second time. Events are numbered in
//! the order of their commit and noticed in that order, so one number an endpoint is enough to tell.

use nuncio_store::{EndpointKey, EventKey};

use crate::hash::IdMap;

/// How far looks have got ahead of the feed. Empty most of the time.
#[derive(Debug)]
pub(crate) struct Overtaken {
    fed: EventKey,
    seen: IdMap<EndpointKey, EventKey>,
    last: EventKey,
}

impl Default for Overtaken {
    fn default() -> Self {
        let none = EventKey(i64::MIN);
        Self {
            fed: none,
            seen: IdMap::default(),
            last: none,
        }
    }
}

impl Overtaken {
    /// Notes that a look of `endpoint` has brought `event`.
    pub(crate) fn looked(&mut self, endpoint: EndpointKey, event: EventKey) {
        if event > self.fed {
            let seen = self.seen.entry(endpoint).or_insert(event);
            *seen = event.max(*seen);
            self.last = event.max(self.last);
        }
    }

    /// Notes that `event` came through the feed; call it before asking [`contains`](Self::contains) for later ones.
    pub(crate) fn fed(&mut self, event: EventKey) {
        self.fed = event.max(self.fed);
        if self.fed >= self.last && !self.seen.is_empty() {
            self.seen.clear();
        }
    }

    /// Whether the store has been asked for `endpoint`'s deliveries since `event` was committed: all that were
    /// due came with the answer, or the answer said that there are more.
    pub(crate) fn contains(&self, endpoint: EndpointKey, event: EventKey) -> bool {
        !self.seen.is_empty() && self.seen.get(&endpoint).is_some_and(|seen| event <= *seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANE: EndpointKey = EndpointKey(1);

    #[test]
    fn what_a_look_has_brought_is_not_taken_from_the_feed_again() {
        let mut overtaken = Overtaken::default();
        overtaken.fed(EventKey(10));
        overtaken.looked(LANE, EventKey(12));
        assert!(overtaken.contains(LANE, EventKey(11)));
        assert!(overtaken.contains(LANE, EventKey(12)));
        assert!(!overtaken.contains(LANE, EventKey(13)));
        assert!(!overtaken.contains(EndpointKey(2), EventKey(11)));
    }

    #[test]
    fn it_is_forgotten_once_the_feed_has_caught_up() {
        let mut overtaken = Overtaken::default();
        overtaken.looked(LANE, EventKey(12));
        overtaken.fed(EventKey(12));
        assert!(!overtaken.contains(LANE, EventKey(12)));
        overtaken.looked(LANE, EventKey(9));
        assert!(!overtaken.contains(LANE, EventKey(9)), "an old event");
    }
}
