//! An endpoint's transformation, before its delivery is rendered.

use std::sync::Arc;

use nuncio_dialect::WireEvent;
use nuncio_domain::{ErrorClass, EventContent};
use nuncio_store::{Due, Sending};
use nuncio_transform::{CodeOwner, ToChange, Transformer, WebhookChange};

/// Why an attempt ends before anything is sent.
#[derive(Debug)]
pub(crate) struct NotSent {
    pub(crate) class: ErrorClass,
    pub(crate) detail: String,
}

/// The event as dialects see it.
pub(crate) fn wire_event<'a>(
    event: &'a EventContent,
    (wire_id, message_id): (&'a str, &'a str),
    metadata: &'a serde_json::Map<String, serde_json::Value>,
) -> WireEvent<'a> {
    WireEvent {
        id: wire_id,
        kind: event.event_type.as_str(),
        tenant: event.tenant.as_str(),
        time_ms: event.time.ms(),
        data: &event.data,
        message_id,
        metadata: Some(metadata),
    }
}

/// The version of the code that changes what an endpoint gets, if there is one that runs.
pub(crate) fn version(sending: &Sending) -> Option<i64> {
    let transform = sending.endpoint.transform.as_ref();
    let transform = transform.filter(|transform| transform.enabled);
    transform.map(|transform| transform.version)
}

/// What the endpoint's code makes of a delivery; `None` where it has none that runs.
pub(crate) async fn transformed(
    transformer: &Transformer,
    sending: &Sending,
    due: &Due,
) -> Result<Option<WebhookChange>, NotSent> {
    let endpoint = &sending.endpoint;
    let Some(transform) = endpoint
        .transform
        .as_ref()
        .filter(|transform| transform.enabled)
    else {
        return Ok(None);
    };
    if !sending.transformations {
        return Err(NotSent {
            class: ErrorClass::TRANSFORM,
            detail: "the project's policy has switched transformations off".to_owned(),
        });
    }
    let ids = (due.event.wire_id(), due.event.id.message_text());
    let event = wire_event(&due.event, (&ids.0, &ids.1), &sending.metadata);
    let taken = endpoint.header_names();
    let changed = transformer.change(ToChange {
        owner: CodeOwner::of((sending.project, Some(&endpoint.tenant))),
        code: Arc::from(transform.code.as_str()),
        dialect: &sending.dialect.dialect,
        event: &event,
        url: &endpoint.url,
        channels: due
            .event
            .channels()
            .iter()
            .map(ToString::to_string)
            .collect(),
        taken: &taken,
    });
    match changed.await {
        Ok(WebhookChange {
            cancel: Some(reason),
            ..
        }) => Err(NotSent {
            class: ErrorClass::CANCELLED,
            detail: reason,
        }),
        Ok(change) => Ok(Some(change)),
        // Not the code's fault: as if there had been no connection to be had.
        Err(error) if error.is_busy() => Err(NotSent {
            class: ErrorClass::LOCAL_RESOURCES,
            detail: error.to_string(),
        }),
        Err(error) => Err(NotSent {
            class: ErrorClass::TRANSFORM,
            detail: error.to_string(),
        }),
    }
}
