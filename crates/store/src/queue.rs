//! A bounded queue from many tasks to one thread, which takes everything that waits in one go.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Why an item was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no room.
    Full,
    /// Nobody takes items any more.
    Closed,
}

/// The queue. Bounded by a number of items and by their weight in bytes; both count only what still waits.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    news: Condvar,
    items_max: usize,
    bytes_max: usize,
}

#[derive(Debug)]
struct State<T> {
    items: Vec<T>,
    bytes: usize,
    closed: bool,
    /// For how many items the taker sleeps; none if it does not. Waking is a call to the system, also when nobody sleeps.
    awaited: Option<usize>,
}

impl<T> Queue<T> {
    pub(crate) fn new(items_max: usize, bytes_max: usize) -> Self {
        Self {
            state: Mutex::new(State {
                items: Vec::new(),
                bytes: 0,
                closed: false,
                awaited: None,
            }),
            news: Condvar::new(),
            items_max,
            bytes_max,
        }
    }

    /// Puts an item in if there is room. An item heavier than the whole bound still gets in when it is alone.
    pub(crate) fn offer(&self, item: T, bytes: usize) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refusal::Closed);
        }
        let full = state.items.len() >= self.items_max || state.bytes + bytes > self.bytes_max;
        if full && !state.items.is_empty() {
            return Err(Refusal::Full);
        }
        state.bytes += bytes;
        state.items.push(item);
        self.wake(state);
        Ok(())
    }

    /// Puts an item in whose room was reserved elsewhere.
    pub(crate) fn push(&self, item: T) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refusal::Closed);
        }
        state.items.push(item);
        self.wake(state);
        Ok(())
    }

    /// Puts an item in like [`push`](Self::push) that may wait until something else wakes the taker, or until there
    /// are `enough`.
    pub(crate) fn leave(&self, item: T, enough: usize) -> Result<(), Refusal> {
        let mut state = self.lock();
        if state.closed {
            return Err(Refusal::Closed);
        }
        state.items.push(item);
        if state.items.len() >= enough {
            self.wake(state);
        }
        Ok(())
    }

    fn wake(&self, state: MutexGuard<'_, State<T>>) {
        let enough = state.awaited.is_some_and(|wanted| self.has(&state, wanted));
        drop(state);
        if enough {
            self.news.notify_one();
        }
    }

    /// Whether there are so many items, or so much that others may soon find no room.
    const fn has(&self, state: &State<T>, wanted: usize) -> bool {
        state.items.len() >= wanted
            || state.items.len() >= self.items_max / 2
            || state.bytes >= self.bytes_max / 2
    }

    /// Waits until there is something and takes it all; `None` when the queue is closed and empty.
    pub(crate) fn take(&self) -> Option<Vec<T>> {
        let mut state = self.lock();
        while state.items.is_empty() {
            if state.closed {
                return None;
            }
            state.awaited = Some(1);
            state = self
                .news
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.awaited = None;
        }
        state.bytes = 0;
        Some(std::mem::take(&mut state.items))
    }

    /// Waits until there are so many items or half of the room is taken, but no longer than `time`. Takes those that are
    /// there, which may be none.
    pub(crate) fn take_within(&self, time: Duration, wanted: usize) -> Vec<T> {
        let mut state = self.lock();
        state.awaited = Some(wanted);
        let (mut state, _) = self
            .news
            .wait_timeout_while(state, time, |state| {
                !state.closed && !self.has(state, wanted)
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.awaited = None;
        state.bytes = 0;
        std::mem::take(&mut state.items)
    }

    /// Takes everything that waits now, which may be nothing.
    pub(crate) fn take_now(&self) -> Vec<T> {
        let mut state = self.lock();
        state.bytes = 0;
        std::mem::take(&mut state.items)
    }

    /// Whether something with a weight waits.
    pub(crate) fn has_heavy(&self) -> bool {
        self.lock().bytes > 0
    }

    /// Whether further items are refused.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Refuses further items; those that wait are still taken.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.news.notify_all();
    }

    /// Refuses further items and forgets those that wait.
    pub(crate) fn abandon(&self) {
        let forgotten = {
            let mut state = self.lock();
            state.closed = true;
            std::mem::take(&mut state.items)
        };
        self.news.notify_all();
        drop(forgotten);
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn bounded_by_items_and_by_bytes() {
        let queue = Queue::new(2, 100);
        assert_eq!(queue.offer('a', 200), Ok(()));
        assert_eq!(queue.offer('b', 1), Err(Refusal::Full));
        assert_eq!(queue.take(), Some(vec!['a']));
        assert_eq!(queue.offer('c', 60), Ok(()));
        assert_eq!(queue.offer('d', 60), Err(Refusal::Full));
        assert_eq!(queue.offer('e', 40), Ok(()));
        assert_eq!(queue.offer('f', 0), Err(Refusal::Full));
        assert_eq!(queue.push('g'), Ok(()));
        assert_eq!(queue.take(), Some(vec!['c', 'e', 'g']));
    }

    #[test]
    fn what_is_left_waits_for_a_reason_to_wake_the_taker() {
        let queue = Arc::new(Queue::new(8, 8));
        let takes = |queue: &Arc<Queue<u32>>| {
            let queue = Arc::clone(queue);
            std::thread::spawn(move || queue.take())
        };
        let taker = takes(&queue);
        // Whether or not it sleeps yet, it takes nothing less than what woke it.
        queue.leave(1, 2).unwrap();
        queue.leave(2, 2).unwrap();
        let mut taken = taker.join().unwrap().unwrap();
        taken.extend(queue.take_now());
        assert_eq!(taken, [1, 2]);

        let taker = takes(&queue);
        queue.leave(3, 9).unwrap();
        queue.push(4).unwrap();
        let mut taken = taker.join().unwrap().unwrap();
        taken.extend(queue.take_now());
        assert_eq!(taken, [3, 4]);
    }

    #[test]
    fn a_taker_that_wants_many_is_woken_by_the_last_of_them_or_for_want_of_room() {
        let long = Duration::from_secs(3_600);
        let queue = Arc::new(Queue::new(8, 8));
        let takes = |wanted| {
            let queue = Arc::clone(&queue);
            std::thread::spawn(move || queue.take_within(long, wanted))
        };
        let taker = takes(2);
        queue.push(1).unwrap();
        queue.push(2).unwrap();
        assert_eq!(taker.join().unwrap(), [1, 2]);

        let taker = takes(usize::MAX);
        queue.offer(3, 4).unwrap();
        assert_eq!(taker.join().unwrap(), [3]);

        let taker = takes(usize::MAX);
        queue.close();
        assert!(taker.join().unwrap().is_empty());
        assert!(queue.take_within(Duration::ZERO, 1).is_empty());
    }

    #[test]
    fn what_waits_when_it_closes_is_still_taken() {
        let queue = Queue::new(8, 8);
        queue.push(1).unwrap();
        queue.close();
        assert_eq!(queue.push(2), Err(Refusal::Closed));
        assert_eq!(queue.take(), Some(vec![1]));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn what_waits_when_it_is_abandoned_is_forgotten() {
        let queue = Queue::new(8, 8);
        queue.push(1).unwrap();
        queue.abandon();
        assert_eq!(queue.take(), None);
    }
}
