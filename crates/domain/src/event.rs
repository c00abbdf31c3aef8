//! Events.

use std::sync::Arc;

use crate::{
    Channel, EventId, EventSubject, EventTypeName, Extras, OrderingKey, SourceId, TenantId,
    Timestamp,
};

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

    /// The channels that it goes out on.
    pub fn channels(&self) -> &[Channel] {
        self.extras.as_ref().map_or(&[], |extras| &extras.channels)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn content(extras: Option<Extras>) -> EventContent {
        let event = testing::event("order.paid", "eu");
        EventContent {
            id: event.id,
            source_id: None,
            tenant: event.tenant,
            event_type: event.event_type,
            time: event.created_at,
            data: r#"{"n":1}"#.into(),
            extras: extras.map(Arc::new),
        }
    }

    #[test]
    fn what_is_sent_of_an_event_has_its_extras() {
        let extras = testing::extras("eu");
        let sent = content(Some(extras.clone()));
        assert_eq!(sent.headers(), extras.headers);
        assert_eq!(sent.channels(), extras.channels);
        assert_eq!(sent.retention_days(), Some(3));
        assert_eq!(sent.bytes(), r#"{"n":1}"#.len() + extras.bytes());
    }

    #[test]
    fn an_event_without_extras_has_none() {
        let sent = content(None);
        assert!(sent.headers().is_empty() && sent.channels().is_empty());
        assert_eq!(sent.retention_days(), None);
        assert_eq!(sent.bytes(), r#"{"n":1}"#.len());
    }

    #[test]
    fn the_wire_shows_the_publishers_id_or_else_the_servers() {
        let mut sent = content(None);
        assert_eq!(sent.wire_id(), sent.id.to_string());
        sent.source_id = Some(SourceId::parse("evt-7").unwrap());
        assert_eq!(sent.wire_id(), "evt-7");
    }

    #[test]
    fn filters_look_at_an_event_until_it_is_erased() {
        let mut event = testing::event("order.paid", "eu");
        let subject = event.subject().expect("its data are there");
        assert_eq!(
            (subject.event_type, subject.data),
            (&event.event_type, r#"{"n":1}"#)
        );
        assert_eq!(subject.extras, event.extras.as_deref());
        assert_eq!(event.channels(), testing::extras("eu").channels);
        event.data = None;
        assert!(event.subject().is_none());
        event.extras = None;
        assert!(event.channels().is_empty());
    }

    #[test]
    fn the_envelope_shows_when_it_happened_or_else_was_accepted() {
        let mut event = testing::event("order.paid", "eu");
        assert_eq!(event.time(), event.created_at);
        event.occurred_at = Some(Timestamp::from_ms(1));
        assert_eq!(event.time(), Timestamp::from_ms(1));
    }
}
