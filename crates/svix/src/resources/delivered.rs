//! How a message stands at an endpoint, as its deliveries there show it.

use std::{collections::BTreeMap, sync::Arc};

use nuncio_domain::{EndpointId, EventId, State, Timestamp};
use nuncio_store::{DeliveryRow, Page, Reach, Store, StoreError};

use crate::Server;

/// What the status codes of messages and attempts are.
pub(crate) const SUCCESS: u8 = 0;
pub(crate) const PENDING: u8 = 1;
pub(crate) const FAIL: u8 = 2;
pub(crate) const SENDING: u8 = 3;

/// A status in words.
pub(crate) const fn word(status: u8) -> &'static str {
    match status {
        SUCCESS => "success",
        PENDING => "pending",
        SENDING => "sending",
        _ => "fail",
    }
}

/// How a message stands at an endpoint that it was attempted at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What its newest delivery with an attempt has come to.
    pub(crate) status: u8,
    /// When it is attempted next.
    pub(crate) next_attempt: Option<Timestamp>,
    /// Whether any attempt succeeded.
    succeeded: bool,
    /// Whether any delivery has failed for good.
    failed: bool,
}

impl Standing {
    /// From the deliveries of the message to the endpoint; `None` if there was no attempt yet. `wall` tells when the wall
    /// clock shows what the steady one shows then.
    pub(crate) fn of(rows: &[DeliveryRow], wall: impl Fn(Timestamp) -> Timestamp) -> Option<Self> {
        let tried = || rows.iter().filter(|row| row.progress.attempts > 0);
        let newest = tried().max_by_key(|row| (row.created_at, row.progress.attempts))?;
        let (status, next_attempt) = match newest.progress.state {
            State::Succeeded => (SUCCESS, None),
            State::Pending { .. } => (SENDING, newest.progress.due().map(wall)),
            State::Dead(_) | State::Cancelled(_) => (FAIL, None),
        };
        let is = |wanted: fn(State) -> bool| tried().any(|row| wanted(row.progress.state));
        Some(Self {
            status,
            next_attempt,
            succeeded: is(|state| matches!(state, State::Succeeded)),
            failed: is(|state| matches!(state, State::Dead(_) | State::Cancelled(_))),
        })
    }

    /// Whether it is among those that a caller asks for by a status.
    pub(crate) const fn is_among(&self, status: u64) -> bool {
        match status {
            0 => self.succeeded,
            2 => self.failed && !self.succeeded,
            3 => self.next_attempt.is_some() && !self.failed && !self.succeeded,
            _ => false,
        }
    }
}

/// All deliveries of a message, by endpoint.
pub(crate) async fn of_message(
    store: &Arc<dyn Store>,
    reach: &Reach,
    id: EventId,
) -> Result<BTreeMap<EndpointId, Vec<DeliveryRow>>, StoreError> {
    let mut found: BTreeMap<EndpointId, Vec<DeliveryRow>> = BTreeMap::new();
    let mut page = Page::first(250);
    loop {
        let slice = store.event_deliveries(reach, id, page).await?;
        for row in slice.items {
            found.entry(row.endpoint).or_default().push(row);
        }
        match slice.next {
            Some(next) => page = Page::after(Some(next), 250),
            None => return Ok(found),
        }
    }
}

/// Turns times of the steady clock into those of the wall clock.
pub(crate) fn wall(server: &Server) -> impl Fn(Timestamp) -> Timestamp {
    let now = server.surface.now();
    let surface = server.surface.clone();
    move |at| surface.wall(at, now)
}
