//! What came of an attempt, or why there was none.

use std::time::Duration;

use nuncio_domain::{DeliveryId, Progress};
use nuncio_store::EndpointKey;

use crate::receiver::{health::Ticket, observation::Observation};

/// The end of an attempt.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) endpoint: EndpointKey,
    pub(crate) delivery: DeliveryId,
    pub(crate) payload_bytes: usize,
    pub(crate) ticket: Ticket,
    /// What it was, or why there was none.
    pub(crate) attempted: Result<Attempted, NotMade>,
}

/// Why no attempt was made: the store has the delivery as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotMade {
    /// It may not be made now, or what came of it could not be recorded.
    Dropped,
    /// The server had no descriptor, port or memory left for it.
    Starved,
}

/// An attempt that was made and recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempted {
    /// How the delivery stands now.
    pub(crate) after: Progress,
    /// What it has shown of the receiver.
    pub(crate) observation: Observation,
    /// How long the exchange took.
    pub(crate) took: Duration,
    /// How long ago its event was accepted, where that tells how quick delivering is.
    pub(crate) latency: Option<Duration>,
    /// Its request was written twice.
    pub(crate) resent: bool,
}
