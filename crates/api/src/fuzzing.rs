//! What fuzz targets call: the readers of what strangers send, without a server around them.

use serde::de::DeserializeOwned;

use crate::{
    http::{body, query},
    resources::{
        deliveries::{bulk::Filter, routes::DeliveriesQuery},
        events::{publication::Publication, publish::Batch, routes::EventsQuery},
    },
};

/// Reads a body of `POST /v1/events` or its batch, and renders what is accepted in every built-in dialect.
///
/// # Panics
/// When a dialect accepts data that it cannot render, or renders it in two ways.
pub fn publish(bytes: &[u8]) {
    // A refusal is a problem, which has to be printable.
    match body::parse::<Batch<'_>>(bytes) {
        Ok(batch) => {
            let _ = format!("{batch:?}");
        }
        Err(problem) => drop(format!("{problem:?}")),
    }
    let publication = match body::parse::<Publication<'_>>(bytes) {
        Ok(publication) => publication,
        Err(problem) => return drop(format!("{problem:?}")),
    };
    let data = publication.data.get();
    for dialect in nuncio_dialect::builtin() {
        if dialect.check_data(data).is_err() {
            continue;
        }
        let event = nuncio_dialect::WireEvent {
            id: "evt_1",
            kind: publication.event_type.as_str(),
            tenant: publication.tenant.as_str(),
            time_ms: publication.occurred_at.map_or(0, |at| at.ms()),
            data,
            ..nuncio_dialect::WireEvent::EMPTY
        };
        let rendered = dialect.body(&event);
        assert!(rendered.is_ok(), "{}: {rendered:?}", dialect.name());
        assert_eq!(rendered, dialect.body(&event), "{}", dialect.name());
    }
}

/// Reads a query string of the lists, and the same text as the filter of a bulk job.
pub fn filters(text: &str) {
    read::<DeliveriesQuery>(text);
    read::<EventsQuery>(text);
    if let Err(problem) = body::parse::<Filter>(text.as_bytes()) {
        drop(format!("{problem:?}"));
    }
}

fn read<T: DeserializeOwned>(text: &str) {
    if let Err(problem) = query::parse::<T>(text) {
        drop(format!("{problem:?}"));
    }
}
