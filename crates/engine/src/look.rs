//! What does the store have due for an endpoint, and may it be sent?

use std::sync::Arc;

use nuncio_domain::Timestamp;
use nuncio_store::{DueBatch, EndpointKey, Sending, StoreError, Work};

use crate::catch::catch;

/// What a look has found.
#[derive(Debug)]
pub(crate) struct Look {
    /// The lane that it was for.
    pub(crate) endpoint: EndpointKey,
    /// The time for which was asked, on the steady clock.
    pub(crate) asked: Timestamp,
    /// The answer; `None` when the endpoint is deleted.
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
    limit: usize,
) -> Look {
    let found = catch(find(&*store, endpoint, asked, limit)).await;
    Look {
        endpoint,
        asked,
        found: found.unwrap_or_else(|panic| Err(StoreError::Unavailable(panic))),
    }
}

/// The endpoint is read first: a change that comes after it is noticed after it too, and leads to another look.
async fn find(
    store: &dyn Work,
    endpoint: EndpointKey,
    asked: Timestamp,
    limit: usize,
) -> Result<Option<Found>, StoreError> {
    let Some(sending) = store.sending(endpoint).await else {
        return Ok(None);
    };
    let batch = store.due(endpoint, asked, limit).await?;
    Ok(Some(Found { sending, batch }))
}
