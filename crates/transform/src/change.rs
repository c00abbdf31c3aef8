//! A transformation as a delivery needs it: from event and dialect to what is sent instead.

use std::sync::Arc;

use nuncio_dialect::{Dialect, WireEvent};
use nuncio_domain::EventTypeName;

use crate::{CodeOwner, TransformError, Transformed, Transformer, Webhook};

/// What is to be changed.
#[derive(Clone, Debug)]
pub struct ToChange<'a> {
    /// Whose code it is.
    pub owner: CodeOwner,
    /// The code.
    pub code: Arc<str>,
    /// What renders the body.
    pub dialect: &'a Dialect,
    /// The event.
    pub event: &'a WireEvent<'a>,
    /// Where it goes.
    pub url: &'a str,
    /// The event's channels.
    pub channels: Vec<String>,
    /// The names of the headers that the request has anyway, beside the dialect's.
    pub taken: &'a [&'a str],
}

/// What is sent instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookChange {
    /// The body; `None` if it is the dialect's own.
    pub body: Option<Vec<u8>>,
    /// The type that headers tell.
    pub event_type: String,
    /// The channels, as they were returned.
    pub channels: Vec<String>,
    /// Headers to add.
    pub headers: Vec<(String, String)>,
    /// Why nothing is to be sent, if so.
    pub cancel: Option<String>,
}

impl Transformer {
    /// Calls the code's handler with what the dialect would send, and checks what comes back by the dialect's rules.
    ///
    /// # Errors
    /// As [`run`](Self::run); also an event that does not fit the dialect, before or after.
    pub async fn change(&self, wanted: ToChange<'_>) -> Result<WebhookChange, TransformError> {
        let ToChange { dialect, .. } = wanted;
        let payload = dialect.body_json(wanted.event).map_err(|error| {
            let name = dialect.name();
            TransformError::result(format!(
                "the event does not fit the dialect {name}: {error}"
            ))
        })?;
        let webhook = Webhook {
            method: "POST",
            url: wanted.url.to_owned(),
            payload: payload.into_owned(),
            event_type: wanted.event.kind.to_owned(),
            channels: wanted.channels,
        };
        let done = self.run(wanted.owner, wanted.code, webhook).await?;
        checked(done, dialect, wanted.taken)
    }
}

fn checked(
    done: Transformed,
    dialect: &Dialect,
    taken: &[&str],
) -> Result<WebhookChange, TransformError> {
    EventTypeName::parse(&done.event_type)
        .map_err(|error| TransformError::result(format!("`eventType`: {error}")))?;
    for (place, (name, value)) in done.headers.iter().enumerate() {
        let is_same = |(other, _): &(String, String)| other.eq_ignore_ascii_case(name);
        let is_taken = taken.iter().any(|own| own.eq_ignore_ascii_case(name));
        let fault = if is_taken {
            Some("is one of the endpoint's own headers: it cannot be set")
        } else if done.headers[..place].iter().any(is_same) {
            Some("is given twice")
        } else {
            dialect.header_fault(name, value)
        };
        if let Some(fault) = fault {
            let name: String = name.chars().take(100).collect();
            return Err(TransformError::result(format!("header `{name}` {fault}")));
        }
    }
    let body = done.payload.map(|payload| dialect.body_of_json(&payload));
    let body = body.transpose().map_err(|error| {
        let name = dialect.name();
        TransformError::result(format!(
            "the payload does not fit the dialect {name}: {error}"
        ))
    })?;
    Ok(WebhookChange {
        body,
        event_type: done.event_type,
        channels: done.channels,
        headers: done.headers,
        cancel: done.cancel,
    })
}
