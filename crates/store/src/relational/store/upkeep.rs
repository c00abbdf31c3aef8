//! What is looked for among the readers and then changed.

use nuncio_domain::Timestamp;

use crate::{
    StoreError,
    needs::Needs,
    relational::{engine::Relational, jobs::certificates},
};

/// Tells operators of some certificates that are near their end. Returns whether there may be more.
pub(crate) async fn tell_of_certificates(
    store: &impl Relational,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let untold = store
        .read(Needs::Nothing, move |conn, shared| {
            certificates::untold(conn, shared, now)
        })
        .await?;
    if untold.is_empty() {
        return Ok(false);
    }
    store
        .change(Needs::Nothing, move |write| {
            certificates::tell(write, &untold, now)
        })
        .await?;
    Ok(true)
}
