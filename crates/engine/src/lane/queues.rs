//! What waits in one lane, and what of it goes first.

use std::collections::VecDeque;

use nuncio_domain::{LaneQueued, Timestamp, Trigger};
use nuncio_store::Due;

/// More manual retries than this at a time are nobody's single click.
const BY_HAND_MAX: usize = 4;

/// What kind of work a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A test, or a retry that somebody asked for: a person is watching.
    Asked,
    /// The first attempt of what was just published.
    Fresh,
    /// Scheduled work out of the store.
    Retry,
    /// Replays and retries in bulk.
    Replay,
}

const CLASSES: usize = 4;

impl Class {
    /// So many of each start in a round while all of them wait: none is starved. What is asked for is little.
    const WEIGHTS: [i32; CLASSES] = [8, 8, 3, 1];

    /// The class of a delivery out of the store. `by_hand` says whether its manual retry is one of a few.
    pub(crate) fn of(due: &Due, by_hand: bool) -> Self {
        let manual = is_manual(due);
        match due.progress.trigger {
            Trigger::Test => Self::Asked,
            _ if manual && by_hand => Self::Asked,
            Trigger::Replay | Trigger::ReplayOnce | Trigger::Manual | Trigger::ManualOnce => {
                Self::Replay
            }
            Trigger::Schedule if manual || due.generation > 0 => Self::Replay,
            Trigger::Schedule => Self::Retry,
        }
    }
}

/// Whether the manual retries in a batch are few enough to have been asked for one by one.
pub(crate) fn are_by_hand(batch: &[Due]) -> bool {
    batch.iter().filter(|due| is_manual(due)).count() <= BY_HAND_MAX
}

fn is_manual(due: &Due) -> bool {
    matches!(due.progress.trigger, Trigger::Manual | Trigger::ManualOnce)
        || due.progress.extra.is_some()
}

/// The queues of one lane, one for each class.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    waiting: [VecDeque<Due>; CLASSES],
    /// Smooth weighted round robin: what each class is owed.
    credit: [i32; CLASSES],
}

impl Queues {
    /// Puts a delivery at the end of its class.
    pub(crate) fn push(&mut self, class: Class, due: Due) {
        self.waiting[class as usize].push_back(due);
    }

    /// Takes out the next one of those classes whose first delivery passes.
    pub(crate) fn pop(&mut self, may: impl Fn(Class, &Due) -> bool) -> Option<(Class, Due)> {
        let mut whole = 0;
        let mut next: Option<usize> = None;
        for (class, index) in EVERY.into_iter().zip(0..) {
            match self.waiting[index].front() {
                None => self.credit[index] = 0,
                Some(first) if may(class, first) => {
                    whole += Class::WEIGHTS[index];
                    self.credit[index] += Class::WEIGHTS[index];
                    if next.is_none_or(|best| self.credit[index] > self.credit[best]) {
                        next = Some(index);
                    }
                }
                Some(_) => {}
            }
        }
        let next = next?;
        self.credit[next] -= whole;
        let due = self.waiting[next].pop_front()?;
        Some((EVERY[next], due))
    }

    /// The first delivery of each class.
    pub(crate) fn firsts(&self) -> impl Iterator<Item = &Due> {
        self.waiting.iter().filter_map(VecDeque::front)
    }

    /// Takes out the first one of any class that passes, wherever in its class it stands.
    pub(crate) fn take_first(&mut self, may: impl Fn(&Due) -> bool) -> Option<(Class, Due)> {
        EVERY.into_iter().find_map(|class| {
            let waiting = &mut self.waiting[class as usize];
            let position = waiting.iter().position(&may)?;
            Some((class, waiting.remove(position)?))
        })
    }

    /// All that wait.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Due> {
        self.waiting.iter().flatten()
    }

    /// Takes everything out, in no particular order of classes.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Due> {
        self.waiting
            .iter_mut()
            .flat_map(|waiting| waiting.drain(..))
    }

    /// Whether anything somebody has asked for waits.
    pub(crate) fn has_asked(&self) -> bool {
        !self.waiting[Class::Asked as usize].is_empty()
    }

    /// Whether nothing but bulk work waits.
    pub(crate) fn is_all_bulk(&self) -> bool {
        self.waiting[Class::Replay as usize].len() == self.len()
    }

    /// How many fresh ones wait.
    pub(crate) fn fresh(&self) -> usize {
        self.waiting[Class::Fresh as usize].len()
    }

    /// How many wait that came out of the store.
    pub(crate) fn stored(&self) -> usize {
        self.len() - self.fresh()
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting.iter().map(VecDeque::len).sum()
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.iter().all(VecDeque::is_empty)
    }

    /// Whether this one waits.
    pub(crate) fn contains(&self, delivery: nuncio_domain::DeliveryId) -> bool {
        let mut all = self.waiting.iter().flatten();
        all.any(|due| due.delivery == delivery)
    }

    /// How many of each class wait.
    pub(crate) fn counts(&self) -> LaneQueued {
        let [asked, fresh, retry, replay] = EVERY.map(|class| self.waiting[class as usize].len());
        LaneQueued {
            asked,
            fresh,
            retry,
            replay,
        }
    }
}

const EVERY: [Class; CLASSES] = [Class::Asked, Class::Fresh, Class::Retry, Class::Replay];

/// When a delivery was due.
pub(crate) fn due_at(due: &Due) -> Timestamp {
    due.progress.due().unwrap_or(Timestamp::from_ms(i64::MIN))
}

#[cfg(test)]
mod tests {
    use nuncio_domain::Progress;

    use super::*;
    use crate::testing::{NOW, due};

    #[test]
    fn classes() {
        let check = |trigger, extra: bool, generation, by_hand, expected| {
            let mut due = due(1);
            due.progress = Progress::new(NOW, trigger);
            due.progress.extra = extra.then_some(NOW);
            due.generation = generation;
            assert_eq!(Class::of(&due, by_hand), expected, "{trigger:?}");
        };
        check(Trigger::Schedule, false, 0, true, Class::Retry);
        check(Trigger::Schedule, true, 0, true, Class::Asked);
        check(Trigger::Schedule, true, 0, false, Class::Replay);
        check(Trigger::Schedule, false, 1, true, Class::Replay);
        check(Trigger::Manual, false, 0, true, Class::Asked);
        check(Trigger::Manual, false, 0, false, Class::Replay);
        check(Trigger::Replay, false, 1, true, Class::Replay);
        check(Trigger::Test, false, 0, false, Class::Asked);
    }

    /// How many of each class are among the first so many, when there is enough of those given.
    fn shares(classes: &[Class], count: usize) -> [usize; CLASSES] {
        let mut queues = Queues::default();
        for (class, number) in classes.iter().flat_map(|class| [class; 200]).zip(0..) {
            let mut due = due(number);
            due.generation = *class as u32;
            queues.push(*class, due);
        }
        let mut shares = [0; CLASSES];
        for _ in 0..count {
            let (_, due) = queues.pop(|_, _| true).expect("there is enough");
            shares[due.generation as usize] += 1;
        }
        shares
    }

    #[test]
    fn classes_have_their_shares() {
        use Class::{Asked, Fresh, Replay, Retry};
        assert_eq!(shares(&[Fresh, Retry, Replay], 120), [0, 80, 30, 10]);
        assert_eq!(shares(&[Fresh, Replay], 90), [0, 80, 0, 10]);
        assert_eq!(shares(&[Retry, Replay], 100), [0, 0, 75, 25]);
        assert_eq!(shares(&[Replay], 100), [0, 0, 0, 100]);
        assert_eq!(shares(&[Asked, Fresh], 100), [50, 50, 0, 0]);
    }

    #[test]
    fn a_class_comes_in_its_order_and_only_if_its_first_may() {
        let mut queues = Queues::default();
        for number in 0..3 {
            queues.push(Class::Fresh, due(number));
        }
        let pushed = [0, 1, 2].map(|number| due(number).delivery);
        assert!(queues.pop(|_, first| first.delivery != pushed[0]).is_none());
        let order: Vec<_> = std::iter::from_fn(|| queues.pop(|_, _| true))
            .map(|(_, due)| due.delivery)
            .collect();
        assert_eq!(order, pushed);
    }
}
