//! How many bytes of request bodies may be in memory at once, whoever sends them; and of answers, whoever reads them.
//!
//! Ordinary bodies and large ones have budgets of their own: batches that fill theirs keep no event out.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
};

use crate::http::problem::{Kind, Problem};

/// Up to this a body is ordinary: nearly all events, and whatever people do.
const ORDINARY_BYTES_MAX: usize = 64 * 1024;
/// Ordinary bodies in memory: hundreds of the largest, tens of thousands of usual ones.
const ORDINARY_TOTAL_MAX: usize = 24 * 1024 * 1024;
/// Large bodies in memory: three of the largest batches. Each takes its size again on its way to the disk.
const LARGE_TOTAL_MAX: usize = 48 * 1024 * 1024;

/// Large answers that wait for their readers: dozens of the largest events.
const ANSWERS_TOTAL_MAX: usize = 32 * 1024 * 1024;

/// The bodies in memory.
#[derive(Debug, Default)]
pub(crate) struct Bodies {
    ordinary: AtomicUsize,
    large: AtomicUsize,
    answers: AtomicUsize,
    /// How often there was no room.
    pub(crate) refused: AtomicU64,
}

/// Room for a body, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    bodies: Arc<Bodies>,
    bytes: usize,
    of: Of,
}

/// Whose body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Request,
    Answer,
}

impl Room {
    /// Room for so many bytes.
    ///
    /// # Errors
    /// There is none at the moment: 503.
    pub(crate) fn take(bodies: &Arc<Bodies>, bytes: usize) -> Result<Self, Problem> {
        Self::take_of(Of::Request, bodies, bytes)
    }

    /// Room for an answer of so many bytes; none is needed for a small one.
    ///
    /// # Errors
    /// There is none at the moment: 503.
    pub(crate) fn for_answer(bodies: &Arc<Bodies>, bytes: u64) -> Result<Option<Self>, Problem> {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        match bytes <= ORDINARY_BYTES_MAX {
            true => Ok(None),
            false => Self::take_of(Of::Answer, bodies, bytes).map(Some),
        }
    }

    fn take_of(of: Of, bodies: &Arc<Bodies>, bytes: usize) -> Result<Self, Problem> {
        let (total, max) = bodies.total(of, bytes);
        if total.fetch_add(bytes, Relaxed) + bytes > max {
            total.fetch_sub(bytes, Relaxed);
            bodies.refused.fetch_add(1, Relaxed);
            return Err(Problem::new(
                Kind::Unavailable,
                "too many request and response bodies are in memory right now: try again",
            ));
        }
        Ok(Self {
            bodies: Arc::clone(bodies),
            bytes,
            of,
        })
    }

    /// Makes room for at least so many bytes, for a body of unknown length.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Problem> {
        if bytes > self.bytes {
            // The larger one first: nothing is given up before.
            *self = Self::take(&self.bodies, bytes.max(2 * self.bytes))?;
        }
        Ok(())
    }
}

impl Bodies {
    /// The budget that a body of so many bytes belongs to.
    const fn total(&self, of: Of, bytes: usize) -> (&AtomicUsize, usize) {
        match of {
            Of::Answer => (&self.answers, ANSWERS_TOTAL_MAX),
            Of::Request if bytes <= ORDINARY_BYTES_MAX => (&self.ordinary, ORDINARY_TOTAL_MAX),
            Of::Request => (&self.large, LARGE_TOTAL_MAX),
        }
    }

    /// Bytes of bodies in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.ordinary.load(Relaxed) + self.large.load(Relaxed) + self.answers.load(Relaxed)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let (total, _) = self.bodies.total(self.of, self.bytes);
        total.fetch_sub(self.bytes, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BATCH: usize = 16 * 1024 * 1024;

    #[test]
    fn batches_keep_no_event_out() {
        let bodies = Arc::new(Bodies::default());
        let taken: Vec<_> = (0..60)
            .filter_map(|_| Room::take(&bodies, BATCH).ok())
            .collect();
        assert_eq!(taken.len(), LARGE_TOTAL_MAX / BATCH);
        assert_eq!(Room::take(&bodies, BATCH).unwrap_err().status(), 503);
        let event = Room::take(&bodies, 1_000).unwrap();
        assert_eq!(bodies.bytes(), LARGE_TOTAL_MAX + 1_000);
        drop((event, taken));
        assert_eq!(bodies.bytes(), 0);
        assert_eq!(bodies.refused.load(Relaxed), 58);
    }

    #[test]
    fn answers_that_nobody_reads_have_a_bound_together() {
        let bodies = Arc::new(Bodies::default());
        const EVENT: u64 = 1024 * 1024;
        assert!(Room::for_answer(&bodies, 60_000).unwrap().is_none());
        let held: Vec<_> = (0..100)
            .filter_map(|_| Room::for_answer(&bodies, EVENT).ok())
            .collect();
        assert_eq!(held.len(), 32);
        assert!(Room::take(&bodies, BATCH).is_ok());
        drop(held);
        assert_eq!(bodies.bytes(), 0);
    }

    #[test]
    fn a_body_of_unknown_length_takes_what_it_needs() {
        let bodies = Arc::new(Bodies::default());
        let mut room = Room::take(&bodies, 1_000).unwrap();
        room.grow(900).unwrap();
        assert_eq!(bodies.bytes(), 1_000);
        room.grow(100_000).unwrap();
        assert_eq!(bodies.bytes(), 100_000);
        let rest = Room::take(&bodies, LARGE_TOTAL_MAX - 100_000).unwrap();
        assert!(room.grow(100_001).is_err());
        assert_eq!(bodies.bytes(), LARGE_TOTAL_MAX);
        drop(rest);
        drop(room);
        assert_eq!(bodies.bytes(), 0);
    }
}
