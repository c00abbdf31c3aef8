//! Deliveries that are due, as a look finds them.

use std::sync::Arc;

use nuncio_domain::{DeliveryId, ErrorClass, EventContent, Progress, Timestamp};

use crate::{EventKey, OrderingHash};

/// A delivery that is due.
#[derive(Clone, Debug)]
pub struct Due {
    /// Its id.
    pub delivery: DeliveryId,
    /// Its event's number.
    pub event_key: EventKey,
    /// 0 for the original, n for the n-th replay.
    pub generation: u32,
    /// What to send.
    pub event: Arc<EventContent>,
    /// Where it stands.
    pub progress: Progress,
    /// How its last attempt failed, if there was one.
    pub last_error: Option<ErrorClass>,
    /// The queue of its ordering key, which it is the first of.
    pub ordering: Option<OrderingHash>,
}

/// Due deliveries of one endpoint.
#[derive(Clone, Debug, Default)]
pub struct DueBatch {
    /// Those that are due, the longest due first.
    pub due: Vec<Due>,
    /// Of those that the caller holds, as far as they came up: where they stand.
    pub held: Vec<(DeliveryId, Progress)>,
    /// When the first of the others is due: not later than the time asked for if the limit cut some off.
    pub next_due: Option<Timestamp>,
}
