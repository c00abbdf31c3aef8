//! What a lane asks the store for, and what it is answered.

use std::{collections::HashSet, sync::Arc};

use nuncio_domain::{DeliveryId, Timestamp};
use nuncio_store::{Due, DueBatch, EndpointKey, Sending, StoreError};

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
    /// The answer; `None` when the endpoint is deleted, or another node works for it.
    pub(crate) result: Result<Option<LookResult>, StoreError>,
}

impl Look {
    /// The deliveries that it has brought.
    pub(crate) fn found(&self) -> &[Due] {
        match &self.result {
            Ok(Some(found)) => &found.batch.due,
            Ok(None) | Err(_) => &[],
        }
    }
}

/// An endpoint with its due deliveries.
#[derive(Debug)]
pub(crate) struct LookResult {
    pub(crate) sending: Arc<Sending>,
    pub(crate) batch: DueBatch,
}
