//! Was a fresh delivery looked up in the store before its own notice came?
//!
//! A look into the store sees what is committed, and that may be ahead of the feed's queue. Such a delivery is
//! with its lane already, or even done: its notice must not start it a second time. Events are numbered in
//! the order of their commit and noticed in that order, so one number an endpoint is enough to tell.

use std::collections::BTreeSet;

use nuncio_domain::DeliveryId;
use nuncio_store::{EndpointKey, EventKey, Feed};

use crate::hash::IdMap;

/// Twice what the feed holds. The oldest go first: a notice is that late only if as many newer ones wait.
const BROUGHT_MAX: usize = 2 * Feed::FRESH_MAX;

/// How far looks have got ahead of the feed. Empty most of the time.
#[derive(Debug)]
pub(crate) struct Overtaken {
    fed: EventKey,
    seen: IdMap<EndpointKey, EventKey>,
    last: EventKey,
    /// What looks have brought that leave out deliveries without a row: there one number tells nothing of others.
    brought: BTreeSet<(EventKey, DeliveryId)>,
}

impl Default for Overtaken {
    fn default() -> Self {
        let none = EventKey(i64::MIN);
        Self {
            fed: none,
            seen: IdMap::default(),
            last: none,
            brought: BTreeSet::new(),
        }
    }
}

impl Overtaken {
    /// Notes that a look of `endpoint` for everything has brought `event`.
    pub(crate) fn looked(&mut self, endpoint: EndpointKey, event: EventKey) {
        if event > self.fed {
            let seen = self.seen.entry(endpoint).or_insert(event);
            *seen = event.max(*seen);
            self.last = event.max(self.last);
        }
    }

    /// Notes that a look has brought a delivery of `event`.
    pub(crate) fn brought(&mut self, event: EventKey, delivery: DeliveryId) {
        if event > self.fed {
            self.brought.insert((event, delivery));
            if self.brought.len() > BROUGHT_MAX {
                self.brought.pop_first();
            }
        }
    }

    /// Notes that `event` came through the feed; call it before asking [`contains`](Self::contains) for later ones.
    pub(crate) fn fed(&mut self, event: EventKey) {
        self.fed = event.max(self.fed);
        if self.fed >= self.last && !self.seen.is_empty() {
            self.seen.clear();
        }
        while self
            .brought
            .first()
            .is_some_and(|(event, _)| *event <= self.fed)
        {
            self.brought.pop_first();
        }
    }

    /// Whether a look has brought this delivery, or the store has been asked for everything of `endpoint` since `event`
    /// was committed: all that were due came with the answer, or the answer said that there are more.
    pub(crate) fn contains(
        &self,
        endpoint: EndpointKey,
        event: EventKey,
        delivery: DeliveryId,
    ) -> bool {
        let seen = || self.seen.get(&endpoint).is_some_and(|seen| event <= *seen);
        !self.seen.is_empty() && seen() || self.brought.contains(&(event, delivery))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANE: EndpointKey = EndpointKey(1);
    const ANY: DeliveryId = DeliveryId::from_bits(7);

    #[test]
    fn what_a_look_has_brought_is_not_taken_from_the_feed_again() {
        let mut overtaken = Overtaken::default();
        overtaken.fed(EventKey(10));
        overtaken.looked(LANE, EventKey(12));
        assert!(overtaken.contains(LANE, EventKey(11), ANY));
        assert!(overtaken.contains(LANE, EventKey(12), ANY));
        assert!(!overtaken.contains(LANE, EventKey(13), ANY));
        assert!(!overtaken.contains(EndpointKey(2), EventKey(11), ANY));
    }

    #[test]
    fn it_is_forgotten_once_the_feed_has_caught_up() {
        let mut overtaken = Overtaken::default();
        overtaken.looked(LANE, EventKey(12));
        overtaken.fed(EventKey(12));
        assert!(!overtaken.contains(LANE, EventKey(12), ANY));
        overtaken.looked(LANE, EventKey(9));
        assert!(!overtaken.contains(LANE, EventKey(9), ANY), "an old event");
    }

    #[test]
    fn a_look_that_leaves_some_out_tells_of_nothing_but_what_it_brought() {
        let mut overtaken = Overtaken::default();
        let other = DeliveryId::from_bits(8);
        overtaken.fed(EventKey(10));
        overtaken.brought(EventKey(12), ANY);
        assert!(overtaken.contains(LANE, EventKey(12), ANY));
        assert!(!overtaken.contains(LANE, EventKey(12), other));
        assert!(!overtaken.contains(LANE, EventKey(11), other));
        overtaken.fed(EventKey(12));
        assert!(!overtaken.contains(LANE, EventKey(12), ANY));
    }
}
