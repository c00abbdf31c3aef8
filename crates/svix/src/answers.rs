//! Answers that are kept for repetitions of a request with an idempotency key: in memory, for twelve hours, and no more than
//! there is room for. Messages and endpoints are also kept by the store, in the commit of what they made.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use nuncio_domain::Timestamp;
use tokio::sync::watch;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(12 * 60 * 60);
/// How long a repetition waits for the first request to end.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// The most that all of them may hold, bytes.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// What each costs besides its body, bytes.
const OVERHEAD: usize = 256;

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// The kept answers.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    answers: HashMap<[u8; 32], Entry>,
    oldest: VecDeque<(Timestamp, [u8; 32], usize)>,
    bytes: usize,
}

#[derive(Debug)]
enum Entry {
    /// The first request has not ended yet.
    Underway(watch::Receiver<()>),
    There(Arc<Answer>),
}

/// What is known of a request.
#[derive(Debug)]
pub(crate) enum Known<'a> {
    /// It is the first: whoever has this says how it ended.
    First(First<'a>),
    /// It was answered before.
    Answered(Arc<Answer>),
    /// The first one has not ended in time.
    Busy,
}

/// The first request with a key, until it has ended.
#[derive(Debug)]
pub(crate) struct First<'a> {
    answers: &'a Answers,
    scope: [u8; 32],
    _ended: watch::Sender<()>,
}

impl Answers {
    /// Whether a request was made before; waits for one that is under way.
    pub(crate) async fn begin(&self, scope: [u8; 32]) -> Known<'_> {
        let deadline = tokio::time::Instant::now() + WAIT_MAX;
        loop {
            let mut underway = {
                let mut kept = self.lock();
                match kept.answers.get(&scope) {
                    Some(Entry::There(answer)) => return Known::Answered(Arc::clone(answer)),
                    Some(Entry::Underway(ended)) => ended.clone(),
                    None => {
                        let (end, ended) = watch::channel(());
                        kept.answers.insert(scope, Entry::Underway(ended));
                        return Known::First(First {
                            answers: self,
                            scope,
                            _ended: end,
                        });
                    }
                }
            };
            // Its sender goes when it has ended, one way or the other.
            if tokio::time::timeout_at(deadline, underway.changed())
                .await
                .is_err()
            {
                return Known::Busy;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl First<'_> {
    /// Keeps its answer.
    pub(crate) fn keep(self, answer: Answer, now: Timestamp) {
        let mut kept = self.answers.lock();
        let bytes = answer.body.len() + OVERHEAD;
        kept.forget(now, bytes);
        kept.bytes += bytes;
        kept.oldest.push_back((now, self.scope, bytes));
        kept.answers
            .insert(self.scope, Entry::There(Arc::new(answer)));
    }
}

impl Drop for First<'_> {
    fn drop(&mut self) {
        let mut kept = self.answers.lock();
        // One that was not kept may be tried again.
        if let Some(Entry::Underway(_)) = kept.answers.get(&self.scope) {
            kept.answers.remove(&self.scope);
        }
    }
}

impl Kept {
    /// Makes room for so many bytes, and forgets what is too old.
    fn forget(&mut self, now: Timestamp, bytes: usize) {
        while let Some((at, scope, held)) = self.oldest.front().copied() {
            if now.since(at) < KEPT && self.bytes + bytes <= BYTES_MAX {
                break;
            }
            self.oldest.pop_front();
            self.bytes -= held;
            self.answers.remove(&scope);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn answer(bytes: usize) -> Answer {
        Answer {
            status: 201,
            body: vec![b'x'; bytes],
        }
    }

    #[tokio::test]
    async fn a_repetition_gets_the_first_answer() {
        let answers = Answers::default();
        let Known::First(first) = answers.begin([1; 32]).await else {
            panic!("it is the first");
        };
        let second = answers.begin([1; 32]);
        first.keep(answer(3), AT);
        assert!(matches!(second.await, Known::Answered(kept) if *kept == answer(3)));
        assert!(matches!(answers.begin([2; 32]).await, Known::First(_)));
    }

    #[tokio::test]
    async fn one_that_failed_may_be_tried_again() {
        let answers = Answers::default();
        drop(answers.begin([1; 32]).await);
        assert!(matches!(answers.begin([1; 32]).await, Known::First(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_repetition_does_not_wait_without_end() {
        let answers = Answers::default();
        let _first = answers.begin([1; 32]).await;
        assert!(matches!(answers.begin([1; 32]).await, Known::Busy));
    }

    #[tokio::test]
    async fn what_is_old_or_too_much_is_forgotten() {
        let answers = Answers::default();
        for (n, at) in [(1, AT), (2, AT + KEPT)] {
            let Known::First(first) = answers.begin([n; 32]).await else {
                panic!("it is the first");
            };
            first.keep(answer(3), at);
        }
        assert!(matches!(answers.begin([1; 32]).await, Known::First(_)));
        let Known::First(first) = answers.begin([3; 32]).await else {
            panic!("it is the first");
        };
        first.keep(answer(BYTES_MAX), AT + KEPT);
        assert!(matches!(answers.begin([2; 32]).await, Known::First(_)));
    }
}
