//! Events.

use std::sync::Arc;

use crate::{EventId, EventTypeName, OrderingKey, SourceId, TenantId, Timestamp};

/// What is sent of an event: the same on every attempt.
#[derive(Debug)]
pub struct EventContent {
    /// The server's id.
    pub id: EventId,
    /// The publisher's own id, which the wire shows in its place.
    pub source_id: Option<SourceId>,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its type.
    pub event_type: EventTypeName,
    /// When it happened, or else was accepted: the time in the envelope.
    pub time: Timestamp,
    /// `data`, the JSON text as the publisher wrote it.
    pub data: Box<str>,
}

impl EventContent {
    /// The id that the wire shows: the publisher's own, or else the server's.
    pub fn wire_id(&self) -> String {
        self.source_id
            .as_ref()
            .map_or_else(|| self.id.to_string(), ToString::to_string)
    }
}

/// An event as it is kept.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// The publisher's own id.
    pub source_id: Option<SourceId>,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its type.
    pub event_type: EventTypeName,
    /// When it happened, if the publisher said so.
    pub occurred_at: Option<Timestamp>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// Before when it is not to be delivered.
    pub deliver_at: Option<Timestamp>,
    /// With which other events it is delivered in order.
    pub ordering_key: Option<OrderingKey>,
    /// The version of its type's schema that it was published under; `None` if the catalog had no such type.
    pub schema_version: Option<u32>,
    /// Whether it was made by the test button.
    pub test: bool,
    /// How many endpoints it matched when it was accepted.
    pub deliveries: u32,
    /// SHA-256 of the payload: stays when the payload is erased.
    pub payload_sha256: [u8; 32],
    /// `data`, or `None` once erased.
    pub data: Option<Arc<str>>,
}

impl Event {
    /// The time that the envelope shows.
    pub fn time(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.created_at)
    }
}
