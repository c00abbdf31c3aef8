//! Events, and the catalog of their types.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    Channel, EventId, EventSubject, EventTypeName, Extras, OrderingKey, Retry, SourceId, TenantId,
    Timestamp,
};

/// An entry of a project's event catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventType {
    /// Its name.
    pub name: EventTypeName,
    /// What it tells, for the catalog's readers.
    #[serde(default)]
    pub description: String,
    /// JSON Schema (2020-12) of `data`, checked when an event is published.
    #[serde(default)]
    pub schema: Option<serde_json::Value>,
    /// The heading that it stands under.
    #[serde(default)]
    pub group: Option<String>,
    /// An example of `data`.
    #[serde(default)]
    pub example: Option<serde_json::Value>,
    /// Whether it should not be used any more.
    #[serde(default)]
    pub deprecated: bool,
    /// The retry schedule of its deliveries, at endpoints that have none of their own; `None` is the project's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

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
    /// What else the publisher gave with it.
    pub extras: Option<Arc<Extras>>,
}

impl EventContent {
    /// The headers that the publisher gave with it.
    pub fn headers(&self) -> &[(String, String)] {
        self.extras.as_ref().map_or(&[], |extras| &extras.headers)
    }

    /// How long it is kept, days, if its publisher has said so.
    pub fn retention_days(&self) -> Option<u32> {
        self.extras.as_ref()?.retention_days
    }

    /// About what it takes in memory, bytes.
    pub fn bytes(&self) -> usize {
        self.data.len() + self.extras.as_ref().map_or(0, |extras| extras.bytes())
    }

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
    /// Whether it was made by the test button.
    pub test: bool,
    /// How many endpoints it matched when it was accepted.
    pub deliveries: u32,
    /// SHA-256 of the payload: stays when the payload is erased.
    pub payload_sha256: [u8; 32],
    /// `data`, or `None` once erased.
    pub data: Option<Arc<str>>,
    /// What else the publisher gave with it; once erased, no more of it than [`Extras::erased`].
    pub extras: Option<Arc<Extras>>,
}

impl Event {
    /// What filters look at; nothing once the payload is erased.
    pub fn subject(&self) -> Option<EventSubject<'_>> {
        let data = self.data.as_deref()?;
        Some(EventSubject {
            event_type: &self.event_type,
            data,
            extras: self.extras.as_deref(),
        })
    }

    /// The channels that it went out on.
    pub fn channels(&self) -> &[Channel] {
        self.extras.as_ref().map_or(&[], |extras| &extras.channels)
    }

    /// The time that the envelope shows.
    pub fn time(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.created_at)
    }
}
