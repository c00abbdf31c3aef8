//! Whose turn is it to start an attempt?

use std::collections::VecDeque;

use nuncio_store::EndpointKey;

/// The lanes that could start an attempt now, served in turn, one attempt a turn. Each is in here once at most;
/// its lane remembers that ([`Lane::in_turn`](crate::lane::Lane)).
#[derive(Debug, Default)]
pub(crate) struct Turns(VecDeque<EndpointKey>);

impl Turns {
    /// Puts a lane at the end.
    pub(crate) fn push(&mut self, endpoint: EndpointKey) {
        self.0.push_back(endpoint);
    }

    /// The lane whose turn it is.
    pub(crate) fn next(&mut self) -> Option<EndpointKey> {
        self.0.pop_front()
    }

    /// Whether no lane waits for its turn.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
