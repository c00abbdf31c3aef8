//! Where an event went, and where not.

use std::{collections::BTreeMap, sync::Arc};

use nuncio_domain::{DeliveryId, EndpointId, EventId};

use super::reach::event_in_reach;
use crate::{
    EndpointKey, Explained, Reach, RouteResult,
    codec::targets::{unpack_replayed, unpack_targets},
    fail::Fail,
    relational::{
        rows::shown::{self, StoredEvent},
        shared::Shared,
    },
    sql::{OptionalExtension, Sql},
};

/// Whether an endpoint was chosen at first, and the generation of the newest delivery to it.
#[derive(Clone, Copy, Default)]
struct Sent {
    matched: bool,
    newest: Option<u32>,
}

/// Carries out [`Log::explain`](crate::Log::explain).
pub(crate) fn explain(
    conn: Sql<'_>,
    shared: &Shared,
    reach: &Reach,
    id: EventId,
) -> Result<Explained, Fail> {
    let (project, stored) = event_in_reach(conn, shared, reach, id)?;
    let mut sent = sent(&stored);
    let mut results = Vec::new();
    let there: Vec<_> = {
        let mirror = shared.mirror();
        let tenant = mirror.tenant(reach.project, &stored.event.tenant);
        let endpoints = tenant.into_iter().flat_map(|tenant| &tenant.endpoints);
        endpoints
            .map(|routed| (routed.key, Arc::clone(&routed.sending.endpoint)))
            .collect()
    };
    for (key, endpoint) in there {
        let sent = sent.remove(&key).unwrap_or_default();
        let delivery = delivery(conn, project, id, endpoint.id, sent)?;
        results.push(RouteResult {
            id: endpoint.id,
            endpoint: Some(endpoint),
            matched: sent.matched,
            skipped: stored.skipped.contains(&key),
            sent_later: !sent.matched && sent.newest.is_some(),
            delivery,
        });
    }
    for (key, sent) in sent {
        let Some(endpoint) = deleted(conn, key)? else {
            continue;
        };
        results.push(RouteResult {
            id: endpoint,
            endpoint: None,
            matched: sent.matched,
            skipped: stored.skipped.contains(&key),
            sent_later: !sent.matched,
            delivery: delivery(conn, project, id, endpoint, sent)?,
        });
    }
    Ok(Explained {
        event: stored.event,
        results,
    })
}

fn sent(stored: &StoredEvent) -> BTreeMap<EndpointKey, Sent> {
    let mut sent: BTreeMap<_, Sent> = unpack_targets(&stored.targets)
        .map(|key| {
            let first = Sent {
                matched: true,
                newest: Some(0),
            };
            (key, first)
        })
        .collect();
    for (key, generation) in unpack_replayed(&stored.replayed) {
        let of_key = sent.entry(key).or_default();
        of_key.newest = of_key.newest.max(Some(generation));
    }
    sent
}

/// The newest delivery, if it is still there.
fn delivery(
    conn: Sql<'_>,
    project: i64,
    event: EventId,
    endpoint: EndpointId,
    sent: Sent,
) -> Result<Option<DeliveryId>, Fail> {
    let Some(generation) = sent.newest else {
        return Ok(None);
    };
    let id = DeliveryId::derive(event, endpoint, generation);
    Ok(shown::delivery_seq(conn, project, id)?.map(|_| id))
}

/// The id of an endpoint that is not there any more.
fn deleted(conn: Sql<'_>, key: EndpointKey) -> Result<Option<EndpointId>, Fail> {
    let found = conn
        .prepare_cached("SELECT id FROM endpoints WHERE seq = ?1")?
        .query_row([key.0], |row| row.get::<[u8; 16]>(0))
        .optional()?;
    Ok(found.map(|bits| EndpointId::from_bits(u128::from_be_bytes(bits))))
}
