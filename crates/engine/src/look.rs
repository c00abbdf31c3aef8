//! What does the store have due for an endpoint, and may it be sent?

use std::sync::Arc;

use nuncio_domain::Timestamp;
use nuncio_store::{DueBatch, EndpointKey, Sending, StoreError, Work};

use crate::{catch::catch, lane::Wanted};

/// What a look has found.
#[derive(Debug)]
pub(crate) struct Look {
    /// The lane that it was for.
    pub(crate) endpoint: EndpointKey,
    /// The time for which was asked, on the steady clock.
    pub(crate) asked: Timestamp,
    /// Whether deliveries without a row were asked for too.
    pub(crate) strays: bool,
    /// The answer; `None` when the endpoint is deleted, or another node works for it.
    pub(crate) found: Result<Option<Found>, StoreError>,
}

/// An endpoint with its due deliveries.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) sending: Arc<Sending>,
    pub(crate) batch: DueBatch,
}

/// Looks into the store. A panic in there counts as a failure of the store's.
pub(crate) async fn look(
    store: Arc<dyn Work>,
    endpoint: EndpointKey,
    asked: Timestamp,
    wanted: Wanted,
) -> Look {
    let strays = wanted.strays;
    let found = catch(find(&*store, endpoint, asked, wanted)).await;
    Look {
        endpoint,
        asked,
        strays,
        found: found.unwrap_or_else(|panic| Err(StoreError::Unavailable(panic))),
    }
}

/// The endpoint is read first: a change that comes after it is noticed after it too, and leads to another look.
async fn find(
    store: &dyn Work,
    endpoint: EndpointKey,
    asked: Timestamp,
    wanted: Wanted,
) -> Result<Option<Found>, StoreError> {
    let Some(sending) = store.sending(endpoint).await else {
        return Ok(None);
    };
    let Wanted {
        limit,
        held,
        strays,
    } = wanted;
    // Another node works for it.
    let Some(epoch) = store.owned().borrow().epoch(sending.shard()) else {
        return Ok(None);
    };
    let batch = if strays {
        store
            .due(endpoint, epoch, asked, held.len() + limit)
            .await?
    } else {
        store
            .due_besides(endpoint, epoch, asked, limit, held)
            .await?
    };
    Ok(Some(Found { sending, batch }))
}
