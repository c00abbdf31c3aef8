//! Taking events in.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_domain::{
    DeliveryId, EndpointId, EventId, EventSubject, EventTypeName, Extras, OrderingKey, ProjectId,
    SourceId, TenantId, Timestamp,
};

use crate::{KeptAnswer, Once, Reach, StoreError};

/// An event on its way in.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Its id, made by the caller.
    pub id: EventId,
    /// The project.
    pub project: ProjectId,
    /// Whose it is, by the tenant's id or uid. A tenant that is not known yet is made.
    pub tenant: TenantId,
    /// Its type.
    pub event_type: EventTypeName,
    /// The publisher's own id.
    pub source_id: Option<SourceId>,
    /// SHA-256 of what the publisher sent: tells a repetition from another event with the same `source_id`.
    pub fingerprint: [u8; 32],
    /// When it happened, if the publisher said so.
    pub occurred_at: Option<Timestamp>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// Before when it is not to be delivered, as the publisher said it.
    pub deliver_at: Option<Timestamp>,
    /// Events of the tenant with the same one are delivered in the order in which they were appended: at each
    /// endpoint, an attempt of this one is made only once the one before it is final there.
    pub ordering_key: Option<OrderingKey>,
    /// The version of its type's schema that `data` was checked against; `None` if the catalog has no such type.
    pub schema_version: Option<u32>,
    /// From when it may be delivered, on the steady clock that schedules go by.
    pub due: Timestamp,
    /// `data` as the publisher wrote it: well-formed JSON without lone surrogates.
    pub data: Box<str>,
    /// Whether the numbers in `data` are known to survive an ECMAScript-canonical body.
    pub canonical_safe: bool,
    /// What else the publisher gave with it.
    pub extras: Option<Arc<Extras>>,
}

impl NewEvent {
    /// About what it takes in memory, bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.data.len() + self.extras.as_ref().map_or(0, |extras| extras.bytes())
    }

    /// What filters look at.
    pub fn subject(&self) -> EventSubject<'_> {
        EventSubject {
            event_type: &self.event_type,
            data: &self.data,
            extras: self.extras.as_deref(),
        }
    }
}

/// What came of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The event's id: that of the first one if it is a repetition.
    pub id: EventId,
    /// Whose it is: the tenant's id, also if it was named by its uid.
    pub tenant: TenantId,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// How many endpoints it matched.
    pub deliveries: u32,
    /// Whether the same event was there before, by its `source_id`.
    pub repeated: bool,
}

/// Why an event was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Another event of the tenant has this `source_id`.
    #[error("another event has this id")]
    SourceIdReused,
    /// It matches an endpoint whose dialect is ECMAScript-canonical, and its numbers were not checked: check
    /// them and append again.
    #[error("the numbers must be checked for an ECMAScript-canonical dialect")]
    NumbersUnchecked,
}

/// Taking events in, durably.
#[async_trait]
pub trait Ingest: Send + Sync + 'static {
    /// Routes events to the endpoints that want them and stores both, in one commit. The items are independent:
    /// each is accepted or refused by itself. Returns after the commit is on disk.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when nothing was stored; `NotFound` for an unknown project; those of [`Once`].
    async fn append(
        &self,
        events: Vec<NewEvent>,
        once: Option<Once<Vec<Result<Accepted, Refused>>>>,
    ) -> Result<Vec<Result<Accepted, Refused>>, StoreError>;

    /// The answer that is kept for a request ([`Once::scope`]).
    ///
    /// # Errors
    /// `Unavailable` when it can't be looked up.
    async fn kept(&self, scope: [u8; 32]) -> Result<Option<KeptAnswer>, StoreError>;

    /// Stores a test event with one delivery to `endpoint`, whatever its filter and even while it is disabled.
    ///
    /// # Errors
    /// As [`append`](Ingest::append); `NotFound` when the endpoint is out of reach.
    async fn append_test(
        &self,
        reach: &Reach,
        event: NewEvent,
        endpoint: EndpointId,
        once: Option<Once<DeliveryId>>,
    ) -> Result<DeliveryId, StoreError>;
}
