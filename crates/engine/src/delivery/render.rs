//! What exactly is sent? From event, endpoint and time to headers and body.

use bytes::Bytes;
use nuncio_dialect::{DataError, SigningKey, WireAttempt, WireEvent};
use nuncio_domain::{DeliveryId, Endpoint, EventContent, Headers, MASK, Timestamp};
use nuncio_transform::WebhookChange;

use crate::delivery::transform::wire_event;

/// Room for the headers of a usual request.
const HEADER_BYTES: usize = 384;

/// All that a request depends on.
#[derive(Clone, Copy, Debug)]
pub struct ToRender<'a> {
    /// The event.
    pub event: &'a EventContent,
    /// The delivery.
    pub delivery: DeliveryId,
    /// Where it goes.
    pub endpoint: &'a Endpoint,
    /// How it is written.
    pub dialect: &'a nuncio_dialect::Dialect,
    /// What it is signed with, the current key first.
    pub keys: &'a [SigningKey],
    /// When the attempt starts, on the wall clock: the signed time.
    pub at: Timestamp,
    /// The entries of the tenant's metadata that the dialect may send.
    pub metadata: &'a serde_json::Map<String, serde_json::Value>,
    /// Which attempt it is, counted from 1.
    pub number: u32,
    /// The class of failure that the attempt before it ended with.
    pub last_failure: Option<&'a str>,
    /// The `User-Agent`, where the dialect has none of its own.
    pub user_agent: &'a str,
    /// What the endpoint's transformation has made of it.
    pub change: Option<&'a WebhookChange>,
    /// What the request authenticates with at the receiver, beside its signature.
    pub authorization: Option<AuthHeader<'a>>,
}

/// A header with credentials.
#[derive(Clone, Copy)]
pub struct AuthHeader<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its value.
    pub value: &'a str,
}

impl std::fmt::Debug for AuthHeader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: [secret]", self.name)
    }
}

/// A request as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The headers, in order: the dialect's, the server's, the transformation's, the customer's credentials and own headers,
    /// the event's.
    pub headers: Headers,
    /// How many of them, the last ones, are the customer's and the event's.
    pub own_headers: usize,
    /// The body.
    pub body: Bytes,
}

/// An event that its endpoint's dialect can't express.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event does not fit the dialect {dialect}: {reason}")]
pub struct RenderError {
    /// The dialect's name.
    pub dialect: String,
    /// What does not fit, and where.
    pub reason: DataError,
}

/// Renders and signs a request. The same values give the same bytes, so that what was sent need not be kept.
///
/// # Errors
/// When the event's data does not fit a canonical or a form body.
pub fn render(wanted: &ToRender<'_>) -> Result<Rendered, RenderError> {
    render_with(wanted, |event| {
        if let Some(body) = wanted.change.and_then(|change| change.body.as_ref()) {
            return Ok(body.clone());
        }
        wanted.dialect.body(event).map_err(|reason| RenderError {
            dialect: wanted.dialect.name().to_owned(),
            reason,
        })
    })
}

/// Renders and signs a request whose body is not made of its event: a handshake's.
pub(crate) fn render_with<E>(
    wanted: &ToRender<'_>,
    body: impl FnOnce(&WireEvent<'_>) -> Result<Vec<u8>, E>,
) -> Result<Rendered, E> {
    let ids = (wanted.event.wire_id(), wanted.event.id.message_text());
    let mut event = wire_event(wanted.event, (&ids.0, &ids.1), wanted.metadata);
    let body = body(&event)?;
    if let Some(change) = wanted.change {
        // The body may tell the event's own type; headers tell the one that the code has chosen.
        event.kind = &change.event_type;
    }
    let mut headers = dialect_headers(wanted, &event, &body);
    for (name, value) in wanted.dialect.sender_lines(wanted.user_agent) {
        headers.push(name, value);
    }
    for (name, value) in wanted.change.map_or(&[][..], |change| &change.headers) {
        headers.push(name, value);
    }
    // The customer's own go before the event's: they are what the receiver needs to let the request in.
    let credentials = wanted.authorization.map(|auth| (auth.name, auth.value));
    let own_headers = append_free(&mut headers, credentials)
        + append_free(&mut headers, pairs(&wanted.endpoint.headers))
        + append_free(&mut headers, pairs(wanted.event.headers()));
    Ok(Rendered {
        headers,
        own_headers,
        body: body.into(),
    })
}

fn dialect_headers(wanted: &ToRender<'_>, event: &WireEvent<'_>, body: &[u8]) -> Headers {
    let attempt = WireAttempt {
        event,
        delivery_id: &wanted.delivery.text(),
        delivery_uuid: &wanted.delivery.uuid(),
        endpoint_id: &wanted.endpoint.id.text(),
        url: &wanted.endpoint.url,
        method: "POST",
        timestamp_ms: wanted.at.ms(),
        number: wanted.number,
        last_failure: wanted.last_failure,
        body,
    };
    let lines = wanted.dialect.header_lines(&attempt, wanted.keys);
    let mut headers = Headers::with_capacity(
        lines.len() + 2 + wanted.endpoint.headers.len() + wanted.event.headers().len(),
        HEADER_BYTES,
    );
    for (name, value) in &lines {
        headers.push(name, value);
    }
    headers
}

fn pairs(headers: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    let headers = headers.iter();
    headers.map(|(name, value)| (name.as_str(), value.as_str()))
}

/// Adds headers and says how many. One that has the name of a header before it is left out: a dialect chosen later may
/// use a name that was free when the customer or the publisher took it.
fn append_free<'a>(
    headers: &mut Headers,
    more: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> usize {
    let before = headers.len();
    for (name, value) in more {
        let is_same = |(other, _): (&str, &str)| other.eq_ignore_ascii_case(name);
        let taken = headers.iter().take(before).any(is_same);
        if !taken {
            headers.push(name, value);
        }
    }
    headers.len() - before
}

impl Rendered {
    /// The headers as they are kept and shown: the values of the customer's own are masked, and those of the event's, which
    /// are kept with the event and erased with its payload.
    pub fn masked_headers(self) -> Headers {
        if self.own_headers == 0 {
            return self.headers;
        }
        let ours = self.headers.len() - self.own_headers;
        let headers = self.headers.iter().enumerate();
        headers
            .map(|(index, (name, value))| (name, if index < ours { value } else { MASK }))
            .collect()
    }
}
