//! The server's own events, as the catalog of a project that has an operator shows them.

use nuncio_domain::{DisabledBecause, EventType, EventTypeName, Project};
use serde_json::json;

use crate::fail::Fail;

pub(crate) const ENDPOINT_DISABLED: &str = "endpoint.disabled";
pub(crate) const ENDPOINT_ENABLED: &str = "endpoint.enabled";
pub(crate) const DELIVERY_DEAD: &str = "delivery.dead";

/// The heading that they stand under in the catalog.
const GROUP: &str = "Webhooks";

/// The word for why an endpoint is off.
pub(crate) const fn reason(because: DisabledBecause) -> &'static str {
    match because {
        DisabledBecause::Requested => "requested",
        DisabledBecause::Gone => "gone",
        DisabledBecause::Failing => "failing",
    }
}

/// The name of such an event.
pub(crate) fn name(what: &'static str) -> Result<EventTypeName, Fail> {
    EventTypeName::parse(what).map_err(|error| Fail::Broken(error.to_string()))
}

/// The catalog's entries of these events, for a project that has an operator.
pub(crate) fn event_types(project: &Project) -> Result<Vec<EventType>, Fail> {
    let types = [
        (
            ENDPOINT_DISABLED,
            "An endpoint was disabled: `reason` is `gone` (it answered 410), `failing` (nothing but failures for as long \
             as the policy allows, since `failing_since`) or `requested` (by people).",
            json!({
                "endpoint": "ep_01KPZB6A8V0000000000000000", "tenant": "acme", "reason": "failing",
                "failing_since": "2026-04-21T12:34:56.123Z"
            }),
        ),
        (
            ENDPOINT_ENABLED,
            "An endpoint was enabled again.",
            json!({"endpoint": "ep_01KPZB6A8V0000000000000000", "tenant": "acme"}),
        ),
        (
            DELIVERY_DEAD,
            "A delivery has failed for good: it is in the dead-letter queue, from where it can be retried.",
            json!({
                "delivery": "del_01KPZB6A8V0000000000000000", "event": "evt_01KPZB6A8V0000000000000000",
                "event_type": "order.paid", "endpoint": "ep_01KPZB6A8V0000000000000000", "tenant": "acme",
                "reason": "attempts_exhausted", "attempts": 8, "last_status_code": 500, "last_error": "status"
            }),
        ),
    ];
    let types = types.into_iter().map(|(what, description, example)| {
        Ok(EventType {
            description: description.to_owned(),
            group: Some(GROUP.to_owned()),
            example: Some(example),
            ..EventType::named(name(what)?, project.updated_at)
        })
    });
    types.collect()
}
