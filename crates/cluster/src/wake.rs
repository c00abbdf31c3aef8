//! Who has to hear of fresh events, and where is there something to do?
//!
//! A notification can be lost, so none is needed: an owner looks through all its shards from time to time anyway. What is
//! lost costs that time.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use nuncio_domain::Timestamp;

use crate::{Epoch, Owned, Shard};

/// Notifications lock the whole database while they commit: they are gathered this long.
const NOTIFY_EVERY: Duration = Duration::from_millis(10);
/// The same where no notifications come, while there is something to find. It doubles until there is.
const SWEEP_BLIND: Duration = Duration::from_millis(50);

/// One node's wake-ups, given and taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WakeUps {
    is_notified: bool,
    owned: BTreeMap<Shard, Epoch>,
    until: Option<Timestamp>,
    /// Shards of others in which something was written here.
    to_notify: BTreeSet<Shard>,
    notify_from: Option<Timestamp>,
    notifying: Option<Vec<Shard>>,
    /// Own shards in which there is something, as far as is known.
    to_search: BTreeSet<Shard>,
    searching: Option<Vec<(Shard, Epoch)>>,
    /// After a failure.
    search_from: Option<Timestamp>,
    sweep_at: Option<Timestamp>,
    sweep_every: Duration,
    sweep_every_max: Duration,
}

/// Something to be done. Of each kind there is never more than one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum WakeStep {
    /// Wakes the owners of these shards: one notification, on a connection of its own, in no transaction that writes.
    Notify {
        /// Ascending.
        shards: Vec<Shard>,
    },
    /// Reads what is due in these shards, one statement for all of them.
    Search {
        /// Ascending, each with the epoch under which it is read.
        shards: Vec<(Shard, Epoch)>,
    },
}

impl WakeUps {
    /// How often an owner looks through all its shards at least, unless a test wants otherwise.
    pub const SWEEP_EVERY: Duration = Duration::from_secs(1);

    /// Of a node that owns nothing yet. `is_notified` is whether notifications reach it; `sweep_every` is what a lost one
    /// costs.
    pub fn new(is_notified: bool, sweep_every: Duration) -> Self {
        Self {
            is_notified,
            owned: BTreeMap::new(),
            until: None,
            to_notify: BTreeSet::new(),
            notify_from: None,
            notifying: None,
            to_search: BTreeSet::new(),
            searching: None,
            search_from: None,
            sweep_at: None,
            sweep_every,
            sweep_every_max: sweep_every,
        }
    }

    // What the driver tells it.

    /// What the node owns now. Shards that it did not own before, or in another epoch, are searched at once.
    pub fn owns(&mut self, owned: &Owned) {
        let before = std::mem::take(&mut self.owned);
        self.owned = owned.shards().collect();
        self.until = owned.until();
        let gained = self
            .owned
            .iter()
            .filter(|(shard, epoch)| before.get(shard) != Some(epoch));
        self.to_search.extend(gained.map(|(shard, _)| *shard));
        self.to_search
            .retain(|shard| self.owned.contains_key(shard));
    }

    /// Something was committed here that is due in this shard. If it is the node's own, its engine has it from memory.
    pub fn wrote(&mut self, shard: Shard) {
        if !self.owned.contains_key(&shard) {
            self.to_notify.insert(shard);
        }
    }

    /// A notification: something is due in these shards.
    pub fn heard(&mut self, shards: impl IntoIterator<Item = Shard>) {
        let own = shards
            .into_iter()
            .filter(|shard| self.owned.contains_key(shard));
        self.to_search.extend(own);
    }

    /// Notifications may have been missed, or what the engine had in memory: everything is searched.
    pub fn missed(&mut self) {
        self.to_search.extend(self.owned.keys().copied());
    }

    /// The steps to begin now.
    pub fn poll(&mut self, now: Timestamp) -> Vec<WakeStep> {
        let notify = self.notify(now);
        let search = self.search(now);
        notify.into_iter().chain(search).collect()
    }

    /// A [`Notify`](WakeStep::Notify) has ended. One that failed is made again.
    pub fn notify_ended(&mut self, succeeded: bool) {
        let shards = self.notifying.take().unwrap_or_default();
        if !succeeded {
            self.to_notify.extend(shards);
        }
    }

    /// A [`Search`](WakeStep::Search) has ended: whether it has found anything; `None` if it failed, then it is made again.
    pub fn search_ended(&mut self, found: Option<bool>, now: Timestamp) {
        let shards = self.searching.take().unwrap_or_default();
        let Some(found) = found else {
            self.search_from = Some(now + SWEEP_BLIND);
            let own = shards.into_iter().map(|(shard, _)| shard);
            let own = own.filter(|shard| self.owned.contains_key(shard));
            self.to_search.extend(own);
            return;
        };
        if !self.is_notified {
            let slower = (self.sweep_every * 2).min(self.sweep_every_max);
            self.sweep_every = if found { SWEEP_BLIND } else { slower };
            self.sweep_at = Some(now + self.sweep_every);
        }
    }

    /// When to poll again, if nothing is told before.
    pub fn next_poll(&self) -> Option<Timestamp> {
        let notify = (!self.to_notify.is_empty() && self.notifying.is_none())
            .then_some(self.notify_from)
            .flatten();
        let search = if self.to_search.is_empty() {
            self.sweep_at
        } else {
            self.search_from
        };
        let search = search.filter(|_| !self.owned.is_empty() && self.searching.is_none());
        notify.into_iter().chain(search).min()
    }

    fn notify(&mut self, now: Timestamp) -> Option<WakeStep> {
        let may = self.notifying.is_none() && self.notify_from.is_none_or(|from| from <= now);
        if !may || self.to_notify.is_empty() {
            return None;
        }
        self.notify_from = Some(now + NOTIFY_EVERY);
        let shards: Vec<Shard> = std::mem::take(&mut self.to_notify).into_iter().collect();
        self.notifying = Some(shards.clone());
        Some(WakeStep::Notify { shards })
    }

    fn search(&mut self, now: Timestamp) -> Option<WakeStep> {
        if self.searching.is_some() || self.owned.is_empty() {
            return None;
        }
        if self.sweep_at.is_none_or(|at| at <= now) {
            self.sweep_at = Some(now + self.sweep_every);
            self.missed();
        }
        self.search_from = self.search_from.filter(|from| now < *from);
        let ended = self.until.is_some_and(|until| until <= now);
        if ended || self.search_from.is_some() || self.to_search.is_empty() {
            return None;
        }
        let shards = std::mem::take(&mut self.to_search);
        let with_epoch = shards
            .into_iter()
            .filter_map(|shard| Some((shard, *self.owned.get(&shard)?)));
        let shards: Vec<_> = with_epoch.collect();
        self.searching = Some(shards.clone());
        Some(WakeStep::Search { shards })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Shard = Shard::numbered(1);
    const FOREIGN: Shard = Shard::numbered(2);

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn notify(shards: &[Shard]) -> Vec<WakeStep> {
        let shards = shards.to_vec();
        vec![WakeStep::Notify { shards }]
    }

    fn search(shards: &[Shard]) -> Vec<WakeStep> {
        let shards = shards.iter().map(|shard| (*shard, Epoch(1))).collect();
        vec![WakeStep::Search { shards }]
    }

    /// One that owns a shard, has searched it, and sweeps next after a second.
    fn settled() -> WakeUps {
        let mut wake = WakeUps::new(true, WakeUps::SWEEP_EVERY);
        wake.owns(&Owned::leased([(OWN, Epoch(1))], at(1_000_000)));
        assert_eq!(wake.poll(at(0)), search(&[OWN]));
        wake.search_ended(Some(true), at(1));
        assert_eq!(wake.poll(at(1)), []);
        wake
    }

    #[test]
    fn owners_of_other_shards_are_notified_at_most_every_ten_milliseconds() {
        let mut wake = settled();
        wake.wrote(OWN);
        assert_eq!(wake.poll(at(2)), [], "the engine has it from memory");
        wake.wrote(FOREIGN);
        assert_eq!(wake.poll(at(2)), notify(&[FOREIGN]), "the first at once");
        wake.wrote(FOREIGN);
        wake.wrote(Shard::numbered(9));
        assert_eq!(wake.poll(at(12)), [], "one at a time");
        wake.notify_ended(true);
        assert_eq!(wake.next_poll(), Some(at(12)));
        assert_eq!(wake.poll(at(11)), []);
        let both = [FOREIGN, Shard::numbered(9)];
        assert_eq!(wake.poll(at(12)), notify(&both), "gathered");
        wake.notify_ended(false);
        assert_eq!(wake.poll(at(22)), notify(&both), "again");
    }

    #[test]
    fn what_is_heard_is_searched_at_once_and_again_if_it_is_heard_meanwhile() {
        let mut wake = settled();
        wake.heard([FOREIGN]);
        assert_eq!(wake.poll(at(2)), []);
        wake.heard([OWN, FOREIGN]);
        assert_eq!(wake.poll(at(2)), search(&[OWN]));
        wake.heard([OWN]);
        assert_eq!(wake.poll(at(3)), []);
        wake.search_ended(Some(true), at(3));
        assert_eq!(wake.poll(at(3)), search(&[OWN]));
        wake.search_ended(None, at(4));
        assert_eq!(wake.poll(at(5)), [], "it failed");
        assert_eq!(wake.next_poll(), Some(at(54)));
        assert_eq!(wake.poll(at(54)), search(&[OWN]));
    }

    #[test]
    fn a_lost_notification_costs_a_second() {
        let mut wake = settled();
        assert_eq!(wake.next_poll(), Some(at(1_000)));
        assert_eq!(wake.poll(at(999)), []);
        assert_eq!(wake.poll(at(1_000)), search(&[OWN]));
        wake.search_ended(Some(false), at(1_001));
        assert_eq!(wake.next_poll(), Some(at(2_000)));
    }

    #[test]
    fn where_none_come_it_looks_often_while_there_is_something() {
        let mut wake = WakeUps::new(false, WakeUps::SWEEP_EVERY);
        wake.owns(&Owned::leased([(OWN, Epoch(1))], at(1_000_000)));
        let mut now = 0;
        let mut next = |found| {
            assert_eq!(wake.poll(at(now)), search(&[OWN]));
            wake.search_ended(Some(found), at(now));
            let next = wake.next_poll().unwrap().ms();
            let length = next - now;
            now = next;
            length
        };
        assert_eq!([true, true].map(&mut next), [50, 50]);
        let slower = [false; 6].map(&mut next);
        assert_eq!(slower, [100, 200, 400, 800, 1_000, 1_000]);
        assert_eq!(next(true), 50);
    }

    #[test]
    fn a_gained_shard_is_searched_and_a_lost_one_no_longer() {
        let mut wake = settled();
        let both = [(OWN, Epoch(1)), (FOREIGN, Epoch(1))];
        wake.owns(&Owned::leased(both, at(1_000_000)));
        assert_eq!(wake.poll(at(2)), search(&[FOREIGN]));
        wake.search_ended(Some(false), at(3));
        wake.heard([OWN, FOREIGN]);
        wake.owns(&Owned::leased([(FOREIGN, Epoch(1))], at(1_000_000)));
        assert_eq!(wake.poll(at(4)), search(&[FOREIGN]));
        wake.search_ended(Some(false), at(5));
        wake.missed();
        wake.owns(&Owned::none());
        assert_eq!(wake.poll(at(10_000)), []);
        assert_eq!(wake.next_poll(), None);
    }

    #[test]
    fn nothing_is_searched_without_a_lease() {
        let mut wake = WakeUps::new(true, WakeUps::SWEEP_EVERY);
        wake.owns(&Owned::leased([(OWN, Epoch(1))], at(10)));
        assert_eq!(wake.poll(at(10)), []);
        wake.owns(&Owned::leased([(OWN, Epoch(1))], at(30)));
        assert_eq!(wake.poll(at(10)), search(&[OWN]));
    }
}
