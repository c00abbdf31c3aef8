//! Values that tests of several files want.

use std::sync::Arc;

use crate::{
    Channel, Endpoint, EndpointId, Event, EventFilter, EventId, EventTypeName, Extras, Secret,
    Secrets, TenantId, Timestamp, Verification,
};

/// An endpoint that wants everything.
pub(crate) fn endpoint() -> Endpoint {
    Endpoint {
        id: EndpointId::new(1, [0; 10]),
        tenant: TenantId::parse("t").expect("it is a tenant id"),
        url: "https://example.com/".to_owned(),
        events: vec![EventFilter::parse("*").expect("it is a filter")],
        filter: None,
        channels: Vec::new(),
        description: None,
        headers: Vec::new(),
        auth: None,
        tls: None,
        rate_limit: None,
        retry: None,
        timeout_ms: None,
        dialect: None,
        disabled: None,
        uid: None,
        failing_since: None,
        verification: Verification::default(),
        transform: None,
        metadata: serde_json::Map::new(),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
        secrets: Secrets::new(Secret::new("a secret".to_owned())),
    }
}

/// An event on this channel, with a bit of everything.
pub(crate) fn event(kind: &str, channel: &str) -> Event {
    let data: Arc<str> = Arc::from(r#"{"n":1}"#);
    Event {
        id: EventId::new(2, [0; 10]),
        source_id: None,
        tenant: TenantId::parse("t").expect("it is a tenant id"),
        event_type: EventTypeName::parse(kind).expect("it is a name"),
        occurred_at: None,
        created_at: Timestamp::from_ms(2),
        deliver_at: None,
        ordering_key: None,
        schema_version: None,
        test: false,
        deliveries: 1,
        payload_sha256: [0; 32],
        data: Some(data),
        extras: Some(Arc::new(extras(channel))),
    }
}

/// What an event on this channel may have besides.
pub(crate) fn extras(channel: &str) -> Extras {
    Extras {
        channels: vec![Channel::parse(channel).expect("it is a channel")],
        metadata: serde_json::Map::from_iter([("plan".to_owned(), "pro".into())]),
        headers: vec![("X-Trace".to_owned(), "7".to_owned())],
        retention_days: Some(3),
    }
}
