//! Large bodies are read in turns: a piece of one, then a piece of the next. However many arrive at once, a request
//! beside them waits for a piece, and not for one of each.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Up to this a body is read without a turn: nearly all events.
const FREE_BYTES: usize = 64 * 1024;
/// What is read in one turn: some ten microseconds of copying.
const TURN_BYTES: usize = 64 * 1024;

/// The turns of a server: one at a time, in the order of asking.
#[derive(Debug)]
pub(crate) struct BodyTurns(Semaphore);

impl Default for BodyTurns {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

/// The turns of one body.
pub(crate) struct InTurns<'a> {
    turns: &'a BodyTurns,
    turn: Option<SemaphorePermit<'a>>,
    /// What may still be read before the next turn.
    bytes_left: usize,
}

impl<'a> InTurns<'a> {
    /// Of a body that begins.
    pub(crate) const fn new(turns: &'a BodyTurns) -> Self {
        Self {
            turns,
            turn: None,
            bytes_left: FREE_BYTES,
        }
    }

    /// Waits for a turn, if it takes one to read on.
    pub(crate) async fn take(&mut self) {
        if self.bytes_left == 0 {
            if self.turn.take().is_some() {
                // Those who read no large bodies come first.
                tokio::task::yield_now().await;
            }
            // It is never closed.
            self.turn = self.turns.0.acquire().await.ok();
            self.bytes_left = TURN_BYTES;
        }
    }

    /// Counts what was read.
    pub(crate) const fn read(&mut self, bytes: usize) {
        self.bytes_left = self.bytes_left.saturating_sub(bytes);
    }

    /// Ends the turn: nothing has arrived to be read.
    pub(crate) fn give_back(&mut self) {
        if self.turn.take().is_some() {
            self.bytes_left = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_small_body_takes_no_turn() {
        let turns = BodyTurns::default();
        let _taken = turns.0.try_acquire().unwrap();
        let mut body = InTurns::new(&turns);
        body.read(FREE_BYTES - 1);
        assert!(body.take().now_or_never().is_some());
    }

    #[tokio::test]
    async fn large_bodies_are_read_piece_by_piece_in_turn() {
        let turns = BodyTurns::default();
        let [mut first, mut second] = [InTurns::new(&turns), InTurns::new(&turns)];
        first.read(FREE_BYTES);
        second.read(FREE_BYTES);
        first.take().await;
        let mut waiting = Box::pin(second.take());
        assert!(waiting.as_mut().now_or_never().is_none());
        first.read(TURN_BYTES);
        // The other has waited for longer: it is next.
        let mut again = Box::pin(first.take());
        assert!(again.as_mut().now_or_never().is_none());
        waiting.await;
        assert!(again.as_mut().now_or_never().is_none());
        second.read(TURN_BYTES);
        drop(second);
        again.await;
    }

    #[tokio::test]
    async fn who_waits_for_bytes_holds_no_turn() {
        let turns = BodyTurns::default();
        let mut body = InTurns::new(&turns);
        body.read(FREE_BYTES);
        body.take().await;
        body.give_back();
        assert!(turns.0.try_acquire().is_ok());
    }
}
