//! Fills the database of a folder with a past of one kind, much faster than it could have happened: for measuring large
//! stores.

use std::{collections::HashMap, path::Path};

use nuncio_domain::{
    Attempt, AttemptId, EndpointId, Entropy, EventId, Headers, Progress, State, Timestamp, Timings,
    Trigger,
};
use nuncio_store::sqlite::{
    FolderError,
    past::{PastEvent, PastWriter},
};

/// A past: events of one delivery each.
#[derive(Clone, Debug)]
pub struct Past {
    /// Where they go, in turns; the endpoints must be there.
    pub endpoints: Vec<EndpointId>,
    /// How many events.
    pub events: u64,
    /// When the first one was accepted.
    pub from: Timestamp,
    /// Events accepted in one millisecond.
    pub per_ms: u64,
    /// How all deliveries stand. What is final has had one attempt, when it was accepted.
    pub state: State,
    /// Size of each payload, bytes.
    pub payload_bytes: usize,
}

/// Writes it. The store must be closed, and should be a copy: nothing here waits for the disk but the end.
///
/// # Errors
/// The folder has no database, is in use, or an endpoint is not there.
pub fn seed(dir: &Path, past: &Past, entropy: &dyn Entropy) -> Result<(), FolderError> {
    let mut writer = PastWriter::open(dir, None)?;
    let tenants = writer.tenants()?;
    let there: HashMap<EndpointId, _> = tenants
        .iter()
        .flat_map(|tenant| tenant.endpoints.iter().map(move |target| (tenant, target)))
        .map(|(tenant, target)| (target.endpoint.id, (tenant, target)))
        .collect();
    let find = |id: &EndpointId| {
        let missing = || FolderError::Failed(format!("there is no endpoint {id}"));
        there.get(id).copied().ok_or_else(missing)
    };
    let targets = past.endpoints.iter().map(find);
    let targets = targets.collect::<Result<Vec<_>, _>>()?;
    let payload = format!("\"{}\"", "x".repeat(past.payload_bytes.saturating_sub(2)));
    for (n, (tenant, target)) in (0..past.events).zip(targets.iter().cycle()) {
        let at = Timestamp::from_ms(past.from.ms() + (n / past.per_ms.max(1)) as i64);
        let event = PastEvent {
            id: EventId::new(at.ms(), entropy.ten()),
            event_type: "order.paid",
            source_id: None,
            at,
            payload: &payload,
        };
        let written = writer.event(tenant, &event, std::iter::once(*target))?;
        let mut progress = Progress::new(at, Trigger::Schedule);
        if let State::Pending { .. } = past.state {
            writer.delivery(written, target, &progress, &[])?;
            continue;
        }
        progress.state = past.state;
        progress.attempts = 1;
        writer.delivery(written, target, &progress, &[attempt(at, entropy)])?;
    }
    writer.finish()
}

/// An attempt that succeeded at `at`, for whoever measures the store.
pub fn attempt(at: Timestamp, entropy: &dyn Entropy) -> Attempt {
    Attempt {
        id: AttemptId::new(at.ms(), entropy.ten()),
        number: 1,
        trigger: Trigger::Schedule,
        started_at: at,
        url: "https://example.com/hook".to_owned(),
        dialect_version: 1,
        transform_version: None,
        body_metadata: serde_json::Map::new(),
        request_headers: Headers::from_iter([
            ("webhook-id", "evt_01JB0000000000000000000000"),
            ("webhook-timestamp", "1777206896"),
            (
                "webhook-signature",
                "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
            ),
        ]),
        status_code: Some(200),
        response_headers: Headers::from_iter([("content-type", "text/plain")]),
        response_body: b"ok".to_vec(),
        response_body_truncated: false,
        error: None,
        error_detail: None,
        timings: Timings {
            total_us: 900,
            ..Timings::default()
        },
    }
}
