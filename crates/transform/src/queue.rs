//! Which call comes next? First come, first served, but for owners that have enough running already.

use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hash, Hasher},
};

/// Calls of one owner that may wait: an endpoint in its usual window has fewer.
const OF_ONE_OWNER_MAX: usize = 256;
/// Calls that may wait.
const CALLS_MAX: usize = 2_048;
/// Bytes that they may hold.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Whose code it is: a tenant of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeOwner(u64);

impl CodeOwner {
    /// The owner that these things name.
    pub fn of(name: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Calls that wait.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    calls: VecDeque<(CodeOwner, usize, T)>,
    bytes: usize,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            calls: VecDeque::new(),
            bytes: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Puts a call at the end; back again if there is no room for it.
    pub(crate) fn push(&mut self, owner: CodeOwner, bytes: usize, call: T) -> Result<(), T> {
        let of_owner = self
            .calls
            .iter()
            .filter(|(other, ..)| *other == owner)
            .count();
        let fits = self.calls.len() < CALLS_MAX
            && of_owner < OF_ONE_OWNER_MAX
            && self.bytes.saturating_add(bytes) <= BYTES_MAX;
        if !fits {
            return Err(call);
        }
        self.bytes += bytes;
        self.calls.push_back((owner, bytes, call));
        Ok(())
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.calls.len()
    }

    /// Takes every call of an owner out.
    pub(crate) fn take_of(&mut self, owner: CodeOwner) -> Vec<T> {
        let mut taken = Vec::new();
        for (of, bytes, call) in std::mem::take(&mut self.calls) {
            if of == owner {
                self.bytes -= bytes;
                taken.push(call);
            } else {
                self.calls.push_back((of, bytes, call));
            }
        }
        taken
    }

    /// Takes the first call whose owner may have another one running.
    pub(crate) fn pop(&mut self, may: impl Fn(CodeOwner) -> bool) -> Option<(CodeOwner, T)> {
        let place = self.calls.iter().position(|(owner, ..)| may(*owner))?;
        let (owner, bytes, call) = self.calls.remove(place)?;
        self.bytes -= bytes;
        Some((owner, call))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_with_enough_running_waits_and_holds_nobody_up() {
        let (one, other) = (CodeOwner::of(1), CodeOwner::of(2));
        let mut queue = Queue::default();
        for (owner, call) in [(one, "a"), (one, "b"), (other, "c")] {
            queue.push(owner, 1, call).unwrap();
        }
        assert_eq!(queue.pop(|owner| owner != one), Some((other, "c")));
        assert_eq!(queue.pop(|owner| owner != one), None);
        assert_eq!(queue.pop(|_| true), Some((one, "a")));
    }

    #[test]
    fn calls_of_one_owner_are_taken_out_and_the_others_stay_in_order() {
        let (one, other) = (CodeOwner::of(1), CodeOwner::of(2));
        let mut queue = Queue::default();
        for (owner, call) in [(one, "a"), (other, "b"), (one, "c"), (other, "d")] {
            queue.push(owner, 1, call).unwrap();
        }
        assert_eq!(queue.take_of(one), ["a", "c"]);
        assert_eq!((queue.len(), queue.bytes), (2, 2));
        assert_eq!(queue.pop(|_| true), Some((other, "b")));
    }

    #[test]
    fn no_owner_fills_the_queue_and_bytes_are_bounded() {
        let mut queue = Queue::default();
        for n in 0..OF_ONE_OWNER_MAX {
            queue.push(CodeOwner::of(1), 0, n).unwrap();
        }
        assert_eq!(queue.push(CodeOwner::of(1), 0, 7), Err(7));
        queue.push(CodeOwner::of(2), BYTES_MAX, 8).unwrap();
        assert_eq!(queue.push(CodeOwner::of(3), 1, 9), Err(9));
        assert_eq!(
            queue.pop(|owner| owner == CodeOwner::of(2)),
            Some((CodeOwner::of(2), 8))
        );
        queue.push(CodeOwner::of(3), 1, 9).unwrap();
    }
}
