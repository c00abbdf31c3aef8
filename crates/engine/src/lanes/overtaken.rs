//! Was a fresh delivery looked up in the store before its own notice came?
//!
//! A look into the store sees what is committed, and that may be ahead of the feed's queue. Such a delivery is with its
//! lane already, or even done: its notice must not start it a second time. The feed says of which events a notice is
//! still to come; what a look has brought of those is remembered until it does.

use std::collections::VecDeque;

use nuncio_domain::DeliveryId;
use nuncio_store::Feed;

use crate::hash::IdSet;

/// Twice what the feed holds. The oldest go first: a notice is that late only if as many newer ones wait.
const BROUGHT_MAX: usize = 2 * Feed::FRESH_MAX;

/// How far looks have got ahead of the feed. Empty most of the time.
#[derive(Debug, Default)]
pub(crate) struct Overtaken {
    brought: IdSet<DeliveryId>,
    /// The same in the order in which they came, and some that are gone from there.
    oldest: VecDeque<DeliveryId>,
}

impl Overtaken {
    /// Notes that a look has brought a delivery whose notice is still to come.
    pub(crate) fn brought(&mut self, delivery: DeliveryId) {
        if self.brought.insert(delivery) {
            self.oldest.push_back(delivery);
        }
        if self.oldest.len() > BROUGHT_MAX
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.brought.remove(&oldest);
        }
    }

    /// The notice of a delivery has come: whether a look has brought it before.
    pub(crate) fn heard(&mut self, delivery: DeliveryId) -> bool {
        !self.brought.is_empty() && self.brought.remove(&delivery)
    }

    /// No notice is still to come. Of what the feed had no room for, none ever will.
    pub(crate) fn all_heard(&mut self) {
        if !self.oldest.is_empty() {
            self.brought.clear();
            self.oldest.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn delivery(number: usize) -> DeliveryId {
        DeliveryId::from_bits(number as u128)
    }

    #[test]
    fn what_a_look_has_brought_is_not_taken_from_the_feed_again() {
        let mut overtaken = Overtaken::default();
        overtaken.brought(delivery(1));
        assert!(!overtaken.heard(delivery(2)));
        assert!(overtaken.heard(delivery(1)));
        assert!(!overtaken.heard(delivery(1)), "there is one notice of it");
    }

    #[test]
    fn it_is_forgotten_once_the_feed_has_caught_up() {
        let mut overtaken = Overtaken::default();
        overtaken.brought(delivery(1));
        overtaken.all_heard();
        assert!(!overtaken.heard(delivery(1)));
    }

    #[test]
    fn the_oldest_go_first() {
        let mut overtaken = Overtaken::default();
        for number in 0..=BROUGHT_MAX {
            overtaken.brought(delivery(number));
            overtaken.brought(delivery(number));
        }
        assert_eq!(overtaken.oldest.len(), BROUGHT_MAX);
        assert!(!overtaken.heard(delivery(0)));
        assert!(overtaken.heard(delivery(1)) && overtaken.heard(delivery(BROUGHT_MAX)));
    }
}
