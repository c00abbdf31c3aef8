//! What does the store have due for an endpoint, and may it be sent?

use std::sync::Arc;

use nuncio_domain::Timestamp;
use nuncio_store::{EndpointKey, StoreError, Work};

use crate::{
    catch::catch,
    lane::query::{DueQuery, Look, LookResult},
};

/// Looks into the store. A panic in there counts as a failure of the store's.
pub(crate) async fn look(
    store: Arc<dyn Work>,
    endpoint: EndpointKey,
    asked: Timestamp,
    query: DueQuery,
) -> Look {
    let may_miss_unwritten = query.may_miss_unwritten;
    let result = catch(find(&*store, endpoint, asked, query)).await;
    Look {
        endpoint,
        asked,
        may_miss_unwritten,
        result: result.unwrap_or_else(|panic| Err(StoreError::Unavailable(panic))),
    }
}

/// The endpoint is read first: a change that comes after it is noticed after it too, and leads to another look.
async fn find(
    store: &dyn Work,
    endpoint: EndpointKey,
    asked: Timestamp,
    query: DueQuery,
) -> Result<Option<LookResult>, StoreError> {
    let Some(sending) = store.sending(endpoint).await else {
        return Ok(None);
    };
    let DueQuery {
        limit,
        held,
        may_miss_unwritten,
    } = query;
    // Another node works for it, or will.
    let epoch = store.owned().borrow().may_start(sending.shard(), asked);
    let Some(epoch) = epoch else {
        return Ok(None);
    };
    let batch = if may_miss_unwritten {
        store
            .due(endpoint, epoch, asked, held.len() + limit)
            .await?
    } else {
        store
            .due_besides(endpoint, epoch, asked, limit, held)
            .await?
    };
    Ok(Some(LookResult { sending, batch }))
}
