//! Values that unit tests of several files want.

use std::sync::Arc;

use nuncio_dialect::builtin_named;
use nuncio_domain::{
    DeliveryId, DialectVersion, Endpoint, EndpointId, EventContent, EventId, EventTypeName,
    Progress, ProjectId, Retry, Secret, Secrets, TenantId, Timestamp, Trigger, Verification,
};
use nuncio_store::{Due, EventKey, Sending};

pub(crate) const NOW: Timestamp = Timestamp::from_ms(1_000_000);

/// A fresh delivery.
pub(crate) fn due(number: i64) -> Due {
    due_of(number, 10)
}

/// A fresh delivery of a payload of that size.
pub(crate) fn due_of(number: i64, payload_bytes: usize) -> Due {
    let mut entropy = [0; 10];
    entropy[2..].copy_from_slice(&number.to_be_bytes());
    let id = EventId::new(NOW.ms(), entropy);
    Due {
        delivery: DeliveryId::from_bits(id.bits()),
        event_key: EventKey::from_number(number),
        generation: 0,
        event: Arc::new(EventContent {
            id,
            source_id: None,
            tenant: tenant(),
            event_type: EventTypeName::parse("order.paid").expect("it is a name"),
            time: NOW,
            data: "x".repeat(payload_bytes).into(),
            extras: None,
        }),
        progress: Progress::new(NOW, Trigger::Schedule),
        last_error: None,
        ordering: None,
    }
}

/// An endpoint whose schedule has these delays.
pub(crate) fn sending(tenant: &str, delays_s: &[u32]) -> Arc<Sending> {
    let dialect = builtin_named("standard").expect("it is built in");
    let mut policy = dialect.policy().clone();
    policy.retry = Retry::Delays {
        delays_s: delays_s.to_vec(),
    };
    Arc::new(Sending {
        project: ProjectId::new(1, [0; 10]),
        endpoint: Arc::new(Endpoint {
            id: EndpointId::new(1, [0; 10]),
            tenant: TenantId::parse(tenant).expect("it is a tenant id"),
            url: "https://receiver.example/hook".to_owned(),
            events: Vec::new(),
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
            created_at: NOW,
            updated_at: NOW,
            secrets: Secrets::new(Secret::new(dialect.generate_secret(&[7; 64]))),
        }),
        dialect: DialectVersion {
            version: 1,
            number: 1,
            builtin: true,
            dialect: Arc::clone(dialect),
            created_at: NOW,
        },
        policy,
        history_days: 30,
        transformations: true,
        type_retries: Arc::default(),
        metadata: serde_json::Map::new(),
        waiting: None,
    })
}

fn tenant() -> TenantId {
    TenantId::parse("acme").expect("it is a tenant id")
}
