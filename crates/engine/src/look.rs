//! What does the store have due for an endpoint, and may it be sent?

use std::sync::Arc;

use nuncio_domain::Timestamp;
use nuncio_store::{DueBatch, EndpointKey, Sending, StoreError, Work};

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

/// Looks into the store. The endpoint is read first: a change that comes after it is noticed after it too, and
/// leads to another look.
pub(crate) async fn look(
    store: Arc<dyn Work>,
    endpoint: EndpointKey,
    asked: Timestamp,
    limit: usize,
) -> Look {
    let found = match store.sending(endpoint).await {
        None => Ok(None),
        Some(sending) => store
            .due(endpoint, asked, limit)
            .await
            .map(|batch| Some(Found { sending, batch })),
    };
    Look {
        endpoint,
        asked,
        found,
    }
}
