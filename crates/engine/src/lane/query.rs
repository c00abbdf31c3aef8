//! What a lane asks the store for, and what it is answered.

use std::{collections::HashSet, sync::Arc};

use nuncio_domain::{DeliveryId, Timestamp};
use nuncio_store::{DueBatch, EndpointKey, Sending, StoreError};

/// What a look is to bring.
#[derive(Debug)]
pub(crate) struct DueQuery {
    /// So many deliveries that the lane does not hold.
    pub(crate) limit: usize,
    /// Those that it holds.
    pub(crate) held: HashSet<DeliveryId>,
    /// Also those that have no row yet.
    pub(crate) may_miss_unwritten: bool,
}

/// What a look has found.
#[derive(Debug)]
pub(crate) struct Look {
    /// The lane that it was for.
    pub(crate) endpoint: EndpointKey,
    /// The time for which was asked, on the steady clock.
    pub(crate) asked: Timestamp,
    /// Whether deliveries without a row were asked for too.
    pub(crate) may_miss_unwritten: bool,
    /// The answer; `None` when the endpoint is deleted, or another node works for it.
    pub(crate) result: Result<Option<LookResult>, StoreError>,
}

/// An endpoint with its due deliveries.
#[derive(Debug)]
pub(crate) struct LookResult {
    pub(crate) sending: Arc<Sending>,
    pub(crate) batch: DueBatch,
}
