//! What became of an event: its deliveries, counted by their state.

use nuncio_domain::{Event, State};
use nuncio_store::{Page, Reach, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::Server;

/// More endpoints of one tenant than anybody compares at a glance; one page of a list.
const COUNTED_MAX: usize = 250;

/// An event's deliveries by their state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Outcomes {
    /// Deliveries that are pending.
    pending: u32,
    /// Deliveries that succeeded.
    succeeded: u32,
    /// Deliveries that are dead.
    dead: u32,
    /// Deliveries that were cancelled.
    cancelled: u32,
    /// Whether there are more than those that were counted, 250.
    more: bool,
}

/// Counts an event's deliveries.
pub(crate) async fn of(
    server: &Server,
    reach: &Reach,
    event: &Event,
) -> Result<Outcomes, StoreError> {
    let page = Page::first(COUNTED_MAX);
    let slice = server.store().event_deliveries(reach, event.id, page).await;
    let slice = match slice {
        // Its time to be kept was over between the list and this.
        Err(StoreError::NotFound) => return Ok(Outcomes::default()),
        slice => slice?,
    };
    let mut outcomes = Outcomes {
        more: slice.next.is_some(),
        ..Outcomes::default()
    };
    for row in &slice.items {
        let count = match row.progress.state {
            State::Pending { .. } => &mut outcomes.pending,
            State::Succeeded => &mut outcomes.succeeded,
            State::Dead(_) => &mut outcomes.dead,
            State::Cancelled(_) => &mut outcomes.cancelled,
        };
        *count += 1;
    }
    Ok(outcomes)
}
