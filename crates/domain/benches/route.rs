//! Routing as a tenant's endpoints grow: `cargo bench -p nuncio-domain`.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that can not go on has failed"
)]

use divan::{Bencher, counter::ItemsCount};
use nuncio_domain::{
    Endpoint, EndpointId, EventFilter, EventTypeName, Secret, Secrets, TenantId, Timestamp,
    Verification, route,
};

fn main() {
    divan::main();
}

struct Routed(Endpoint);

impl AsRef<Endpoint> for Routed {
    fn as_ref(&self) -> &Endpoint {
        &self.0
    }
}

/// Every second one wants the event.
fn endpoint(n: usize) -> Routed {
    let filters = if n.is_multiple_of(2) {
        ["task.*", "order.*"]
    } else {
        ["task.*", "risk.created"]
    };
    Routed(Endpoint {
        id: EndpointId::from_bits(n as u128),
        tenant: TenantId::parse("acme").unwrap(),
        url: "https://example.com/hook".to_owned(),
        events: filters
            .map(|filter| EventFilter::parse(filter).unwrap())
            .to_vec(),
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
        failing_since: None,
        verification: Verification::default(),
        metadata: serde_json::Map::new(),
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
        secrets: Secrets::new(Secret::new("whsec_x".to_owned())),
    })
}

#[divan::bench(args = [1, 10, 100, 1_000])]
fn over_endpoints(bencher: Bencher<'_, '_>, count: usize) {
    let endpoints: Vec<_> = (0..count).map(endpoint).collect();
    let name = EventTypeName::parse("order.paid").unwrap();
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| route(divan::black_box(&endpoints), &name, &[], |_, _| true).count());
}
