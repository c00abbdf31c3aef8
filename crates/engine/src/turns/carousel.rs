//! Who is served next, so that everybody gets the same worker time? One level of [`Turns`](crate::turns::Turns).
//!
//! Deficit round robin (Shreedhar and Varghese, 1996), with the deficit kept as the round in which it is paid off:
//! whoever has used more than its part of a round comes again as many rounds later as that takes, in one move
//! instead of being passed over round after round. So the next one is found in constant time, whatever is owed.

use std::{collections::VecDeque, time::Duration};

use nuncio_domain::Timestamp;

/// What everybody gets in a round: about ten quick attempts. Within a round turns alternate one by one.
const ROUND_US: u64 = 20_000;
/// Rounds ahead in which somebody may be entered. Whoever owes more comes up earlier and is put off again.
const ROUNDS: usize = 16;

/// The least that an attempt costs: its own work, however quick the receiver.
const COST_MIN_US: u64 = 200;
/// The most: about twice the longest deadline. One that the store held up for an hour is nobody's debt.
const COST_MAX_US: u64 = 60_000_000;
/// What an attempt is taken to last before any has ended.
const MEAN_FIRST_US: u64 = 5_000;
/// How many attempts the mean is over, roughly.
const MEAN_OVER: u64 = 8;

/// The worker time that one participant has used, against that of the others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    us: u64,
}

impl Used {
    /// Charges an attempt that begins.
    pub(crate) fn charge(&mut self, cost: Cost) {
        self.us += cost.0;
    }

    /// Corrects what was charged for an attempt to what it took.
    pub(crate) fn correct(&mut self, charged: Cost, actual: Cost) {
        self.us = (self.us + actual.0).saturating_sub(charged.0);
    }
}

/// The worker time of one attempt: how long a place in flight is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost(u64);

impl Cost {
    /// Of an attempt that took place between these.
    pub(crate) fn between(began: Timestamp, ended: Timestamp) -> Self {
        let us = ended.since(began).as_micros() as u64;
        Self(us.clamp(COST_MIN_US, COST_MAX_US))
    }
}

/// How long attempts of a lane last, on average over the last ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mean {
    us: u64,
}

impl Default for Mean {
    fn default() -> Self {
        Self { us: MEAN_FIRST_US }
    }
}

impl Mean {
    /// Takes an attempt that has ended into account.
    pub(crate) fn note(&mut self, cost: Cost) {
        self.us = (self.us * (MEAN_OVER - 1) + cost.0) / MEAN_OVER;
    }

    /// What the next one is charged.
    pub(crate) fn cost(self) -> Cost {
        Cost(self.us.max(COST_MIN_US))
    }

    /// As a length of time.
    pub(crate) fn duration(self) -> Duration {
        Duration::from_micros(self.us)
    }
}

/// Who waits to be served, by the round in which it is their turn.
#[derive(Debug)]
pub(crate) struct Carousel<K> {
    rounds: [VecDeque<(u64, K)>; ROUNDS],
    /// Which of the rounds are not empty: bit n for `rounds[n]`.
    occupied: u16,
    round: u64,
}

impl<K> Default for Carousel<K> {
    fn default() -> Self {
        Self {
            rounds: std::array::from_fn(|_| VecDeque::new()),
            occupied: 0,
            round: 0,
        }
    }
}

impl<K> Carousel<K> {
    /// Enters somebody who is not in here, at the end of the round in which it has paid for what it used. What
    /// was left unused before is not saved up.
    pub(crate) fn enter(&mut self, who: K, used: &mut Used) {
        used.us = used.us.max(self.round * ROUND_US);
        self.put(used.us / ROUND_US, who);
    }

    /// Takes out whose turn it is.
    pub(crate) fn next(&mut self) -> Option<K> {
        while self.occupied != 0 {
            let at = self.round % ROUNDS as u64;
            self.round += u64::from(self.occupied.rotate_right(at as u32).trailing_zeros());
            let slot = (self.round % ROUNDS as u64) as usize;
            let taken = self.rounds[slot].pop_front();
            if self.rounds[slot].is_empty() {
                self.occupied &= !(1 << slot);
            }
            match taken {
                Some((due, who)) if due > self.round => self.put(due, who),
                Some((_, who)) => return Some(who),
                None => {}
            }
        }
        None
    }

    /// Whether nobody waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.occupied == 0
    }

    fn put(&mut self, due: u64, who: K) {
        let ahead = due.saturating_sub(self.round).min(ROUNDS as u64 - 1);
        let slot = ((self.round + ahead) % ROUNDS as u64) as usize;
        self.rounds[slot].push_back((due, who));
        self.occupied |= 1 << slot;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each of some participants is served in so many turns, if each turn costs so many milliseconds.
    fn served(costs_ms: &[u64], turns: usize) -> Vec<usize> {
        let mut carousel = Carousel::default();
        let mut used = vec![Used::default(); costs_ms.len()];
        let mut served = vec![0; costs_ms.len()];
        for (who, used) in used.iter_mut().enumerate() {
            carousel.enter(who, used);
        }
        for _ in 0..turns {
            let who = carousel.next().expect("all want turns all the time");
            served[who] += 1;
            used[who].charge(Cost(costs_ms[who] * 1_000));
            carousel.enter(who, &mut used[who]);
        }
        served
    }

    #[test]
    fn equal_ones_alternate() {
        assert_eq!(served(&[1, 1, 1], 300), [100, 100, 100]);
    }

    #[test]
    fn whoever_costs_more_is_served_less() {
        let check = |costs_ms: &[u64], turns| {
            let served = served(costs_ms, turns);
            let time: Vec<_> = served
                .iter()
                .zip(costs_ms)
                .map(|(served, cost)| *served as u64 * cost)
                .collect();
            let (least, most) = (time.iter().min(), time.iter().max());
            let (least, most) = (*least.unwrap(), *most.unwrap());
            let one = costs_ms.iter().max().unwrap() + ROUND_US / 1_000;
            assert!(most - least <= one, "{costs_ms:?}: {time:?}");
        };
        check(&[1, 2, 10], 10_000);
        check(&[2, 15_000], 100_000);
        check(&[1, 50, 50, 30_000, 7], 200_000);
    }

    #[test]
    fn idle_time_is_not_saved_up() {
        let mut carousel = Carousel::default();
        let (mut busy, mut idle) = (Used::default(), Used::default());
        for _ in 0..1_000 {
            carousel.enter("busy", &mut busy);
            assert_eq!(carousel.next(), Some("busy"));
            busy.charge(Cost(5_000));
        }
        carousel.enter("busy", &mut busy);
        let mut in_a_row = 0;
        carousel.enter("idle", &mut idle);
        while carousel.next() == Some("idle") {
            in_a_row += 1;
            idle.charge(Cost(5_000));
            carousel.enter("idle", &mut idle);
        }
        assert!(in_a_row <= 8, "{in_a_row}");
    }

    #[test]
    fn a_large_debt_stops_nobody_when_there_is_nobody_else() {
        let mut carousel = Carousel::default();
        let mut used = Used::default();
        used.charge(Cost(COST_MAX_US));
        carousel.enter("only", &mut used);
        assert_eq!(carousel.next(), Some("only"));
        assert_eq!(carousel.next(), None);
        assert!(carousel.is_empty());
    }

    #[test]
    fn a_wrong_estimate_is_made_good() {
        let mut used = Used::default();
        let (guess, actual) = (Cost(5_000), Cost(15_000_000));
        used.charge(guess);
        used.correct(guess, actual);
        assert_eq!(used.us, 15_000_000);
    }
}
