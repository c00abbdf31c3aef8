//! What the API takes and answers.
//!
//! Generated from openapi.json by `cargo xtask generate`; changes made here are lost.

use crate::error::Problem;
use crate::redact::Masked;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// One attempt: what was sent, what came back, how long it took.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// Its id.
    pub id: String,
    /// 1 for the delivery's first attempt.
    pub number: u32,
    /// What set it off: `schedule`, `manual`, `test` or `replay`.
    pub trigger: String,
    /// When it began.
    pub started_at: String,
    /// How long it took, milliseconds.
    pub duration_ms: u32,
    /// Where it went.
    pub url: String,
    /// Headers as sent, in order.
    pub request_headers: Vec<Header>,
    /// The body as sent; null once the payload is erased.
    #[serde(default)]
    pub request_body: Option<String>,
    /// The status code of the answer.
    #[serde(default)]
    pub status_code: Option<u32>,
    /// Headers of the answer, in order.
    pub response_headers: Vec<Header>,
    /// Body of the answer as text; bytes that are no UTF-8 are replaced.
    pub response_body: String,
    /// Whether the body was longer than what is kept.
    pub response_body_truncated: bool,
    /// The kind of failure, such as `timeout`, `dns` or `status`.
    #[serde(default)]
    pub error: Option<String>,
    /// The failure in a sentence.
    #[serde(default)]
    pub error_detail: Option<String>,
    /// The parts of its time.
    pub timings: Timings,
}

/// Whoever did something.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AuditActor {
    /// `admin`, `project`, `tenant` or `portal`; `system` is the server itself, such as when it
    /// disables an endpoint.
    pub kind: String,
    /// The key's id; null for the admin key.
    #[serde(default)]
    pub key: Option<String>,
    /// What its owner called it then.
    #[serde(default)]
    pub name: Option<String>,
    /// `bearer`: with the request; `session`: signed in; `server`: there was no request.
    pub via: String,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Its id, `aud_…`.
    pub id: String,
    /// When.
    pub at: String,
    /// Noun and verb, such as `endpoint.create`.
    pub action: String,
    /// Who.
    pub actor: AuditActor,
    /// In which project; null beyond projects.
    #[serde(default)]
    pub project: Option<String>,
    /// To what of which tenant's.
    #[serde(default)]
    pub tenant: Option<String>,
    /// To what.
    pub target: AuditTarget,
    /// What was changed: each field with what it was (`from`) and what it is (`to`); for other
    /// actions what came of them. Never a secret.
    #[serde(default)]
    pub changes: Option<HashMap<String, Value>>,
    /// From which address.
    #[serde(default)]
    pub ip: Option<String>,
    /// With what program, as it called itself.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// In which request: the `Nuncio-Request-Id` of its answer.
    pub request_id: String,
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AuditTarget {
    /// Its noun, such as `endpoint`.
    pub kind: String,
    /// Its id or name.
    #[serde(default)]
    pub id: Option<String>,
}

/// Events to publish, each by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Batch {
    /// At most 1000.
    pub events: Vec<NewEvent>,
}

impl Batch {
    /// With what must be given, and nothing else.
    pub fn new(events: impl IntoIterator<Item = NewEvent>) -> Self {
        Self {
            events: events.into_iter().collect(),
        }
    }
}

/// What came of each event of a batch, in their order.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BatchPublished {
    /// The results.
    pub results: Vec<BatchResult>,
}

/// What came of one event of a batch: the event, or a problem.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BatchResult {
    /// The event's id, `evt_…`.
    #[serde(default)]
    pub id: Option<String>,
    /// Whose it is.
    #[serde(default)]
    pub tenant: Option<String>,
    /// Its type.
    #[serde(default)]
    pub r#type: Option<String>,
    /// When it was accepted.
    #[serde(default)]
    pub created_at: Option<String>,
    /// How many endpoints it matched.
    #[serde(default)]
    pub deliveries: Option<u32>,
    /// The status code that it would have had by itself: 202.
    pub status: u32,
    /// Why.
    #[serde(default)]
    pub problem: Option<Problem>,
}

/// How the portal looks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Branding {
    /// The colour of buttons and links, `#rrggbb`.
    #[serde(default)]
    pub accent: Option<String>,
    /// An image as a `data:` URI.
    #[serde(default)]
    pub logo: Option<String>,
    /// What the product is called there.
    #[serde(default)]
    pub name: Option<String>,
}

/// How the portal looks. A field that is not named stays as it is; null goes back to Nuncio's own
/// look.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BrandingChange {
    /// The colour of buttons and links, such as `#0f62fe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Option<String>>,
    /// A PNG, JPEG, WebP or SVG image of at most 64 KiB, as `data:image/png;base64,…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<Option<String>>,
    /// What the product is called there, 1 to 200 characters; the project's name unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
}

/// A circuit breaker.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Breaker {
    /// `closed`: deliveries go as they come; `open`: they wait; `half_open`: one is tried.
    pub state: String,
    /// When the next attempt is made to see if the receiver is back, while it is open.
    #[serde(default)]
    pub until: Option<String>,
    /// Failures since the last success.
    pub failures_in_a_row: u32,
}

/// A bulk operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Bulk {
    /// Which deliveries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
}

/// How many deliveries there are, as far as they are counted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Count {
    /// So many.
    pub count: u64,
    /// Whether there are more than were counted.
    pub more: bool,
}

/// A delivery: one event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its id, `del_…`, the same on every attempt.
    pub id: String,
    /// Its event's id.
    pub event: String,
    /// The publisher's own id of the event.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The event's type.
    pub r#type: String,
    /// Whose it is.
    pub tenant: String,
    /// Where it goes.
    pub endpoint: String,
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    pub status: String,
    /// Why it is dead or cancelled.
    #[serde(default)]
    pub reason: Option<String>,
    /// Why nothing is attempted though it is pending: `endpoint_disabled`, `plan`, `unverified` or
    /// `ordering_key`. Shown by itself, a pending delivery always says why: also `scheduled` (not
    /// due yet), `in_flight`, `queued` (its turn has not come), `rate_limit`, `throttled` (its
    /// receiver asked for less), `breaker_open` (its endpoint is given a rest after many failures)
    /// or `concurrency` (as many attempts are under way as its endpoint bears).
    #[serde(default)]
    pub waiting: Option<String>,
    /// The delivery that has to become final before this one is attempted: the first with its
    /// ordering key.
    #[serde(default)]
    pub waits_for: Option<String>,
    /// Attempts that are over.
    pub attempts: u32,
    /// Those after the first.
    pub retry_count: u32,
    /// The last answer's status code.
    #[serde(default)]
    pub last_status_code: Option<u32>,
    /// The last attempt's error, such as `timeout`, `dns` or `status`.
    #[serde(default)]
    pub last_error: Option<String>,
    /// When it is tried next, if it is pending and nothing keeps it waiting.
    #[serde(default)]
    pub next_attempt_at: Option<String>,
    /// The delivery that it replays.
    #[serde(default)]
    pub replay_of: Option<String>,
    /// Whether its event is a test.
    pub test: bool,
    /// When it was made.
    pub created_at: String,
    /// When it became final.
    #[serde(default)]
    pub finished_at: Option<String>,
}

/// A delivery with every attempt.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DeliveryDetail {
    /// Its id, `del_…`, the same on every attempt.
    pub id: String,
    /// Its event's id.
    pub event: String,
    /// The publisher's own id of the event.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The event's type.
    pub r#type: String,
    /// Whose it is.
    pub tenant: String,
    /// Where it goes.
    pub endpoint: String,
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    pub status: String,
    /// Why it is dead or cancelled.
    #[serde(default)]
    pub reason: Option<String>,
    /// Why nothing is attempted though it is pending: `endpoint_disabled`, `plan`, `unverified` or
    /// `ordering_key`. Shown by itself, a pending delivery always says why: also `scheduled` (not
    /// due yet), `in_flight`, `queued` (its turn has not come), `rate_limit`, `throttled` (its
    /// receiver asked for less), `breaker_open` (its endpoint is given a rest after many failures)
    /// or `concurrency` (as many attempts are under way as its endpoint bears).
    #[serde(default)]
    pub waiting: Option<String>,
    /// The delivery that has to become final before this one is attempted: the first with its
    /// ordering key.
    #[serde(default)]
    pub waits_for: Option<String>,
    /// Attempts that are over.
    pub attempts: u32,
    /// Those after the first.
    pub retry_count: u32,
    /// The last answer's status code.
    #[serde(default)]
    pub last_status_code: Option<u32>,
    /// The last attempt's error, such as `timeout`, `dns` or `status`.
    #[serde(default)]
    pub last_error: Option<String>,
    /// When it is tried next, if it is pending and nothing keeps it waiting.
    #[serde(default)]
    pub next_attempt_at: Option<String>,
    /// The delivery that it replays.
    #[serde(default)]
    pub replay_of: Option<String>,
    /// Whether its event is a test.
    pub test: bool,
    /// When it was made.
    pub created_at: String,
    /// When it became final.
    #[serde(default)]
    pub finished_at: Option<String>,
    /// `waiting` in a sentence.
    #[serde(default)]
    pub waiting_detail: Option<String>,
    /// Until when it waits, as far as is known.
    #[serde(default)]
    pub waiting_until: Option<String>,
    /// The attempts, the oldest first.
    pub attempt_log: Vec<Attempt>,
}

/// A dialect, in short.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Dialect {
    /// The name that projects and endpoints refer to it by.
    pub name: String,
    /// The name that people read.
    pub title: String,
    /// Whether it came with the program.
    pub builtin: bool,
    /// The number of this version of its text.
    pub version: u64,
    /// When this version was first seen.
    pub created_at: String,
}

/// A dialect.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DialectDetail {
    /// The name that projects and endpoints refer to it by.
    pub name: String,
    /// The name that people read.
    pub title: String,
    /// Whether it came with the program.
    pub builtin: bool,
    /// The number of this version of its text.
    pub version: u64,
    /// When this version was first seen.
    pub created_at: String,
    /// Sentences for its documentation.
    pub notes: Vec<String>,
    /// The policy that a project of the dialect begins with.
    pub policy: Policy,
    /// Who decides on an endpoint's secret: `server` or `customer`.
    pub secret_chosen_by: String,
    /// Whether both secrets sign during a rotation; otherwise the one before does until its overlap
    /// ends.
    pub signs_with_all_keys: bool,
    /// The text of its file (TOML).
    pub source: String,
}

/// An endpoint. Its secret is shown once, when it is made: `secret` is missing ever after.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its id, `ep_…`.
    pub id: String,
    /// The tenant whose it is.
    pub tenant: String,
    /// Where its deliveries go, as it was typed.
    pub url: String,
    /// The events that it wants: exact types, `prefix.*`, or `*`.
    pub events: Vec<String>,
    /// A note for people.
    #[serde(default)]
    pub description: Option<String>,
    /// The customer's own headers; their values are masked.
    pub headers: HashMap<String, Value>,
    /// Most attempts to start in a second; null is no limit.
    #[serde(default)]
    pub rate_limit: Option<u32>,
    /// Its own retry schedule; null is the project's.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// Its own deadline of an attempt, milliseconds; null is the project's.
    #[serde(default)]
    pub timeout_ms: Option<u32>,
    /// Its own dialect; null is the project's.
    #[serde(default)]
    pub dialect: Option<String>,
    /// Whether its deliveries wait.
    pub disabled: bool,
    /// Why: `requested`, `gone` (it answered 410) or `failing` (nothing but failure for days).
    #[serde(default)]
    pub disabled_because: Option<String>,
    /// Since when every attempt has failed.
    #[serde(default)]
    pub failing_since: Option<String>,
    /// Whether it has shown that it wants deliveries, where its dialect asks for that: `none` (not
    /// asked for), `pending`, `verified` or `failed`. Until it is `verified` its deliveries wait.
    pub verification: String,
    /// What was wrong with its last answer, in a sentence; null while nothing is.
    #[serde(default)]
    pub verification_detail: Option<String>,
    /// When it was last asked; null if it never was.
    #[serde(default)]
    pub verification_checked_at: Option<String>,
    /// When it is asked next without anybody's doing; null if it is not.
    #[serde(default)]
    pub verification_next_at: Option<String>,
    /// Whatever the customer keeps with it.
    pub metadata: HashMap<String, Value>,
    /// The public half of its key, where it signs with a pair.
    #[serde(default)]
    pub public_key: Option<String>,
    /// How it does: only in lists that were asked for it.
    #[serde(default)]
    pub health: Option<EndpointHealth>,
    /// Its secret: only in the answer that makes it.
    #[serde(default)]
    pub secret: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint")
            .field("id", &self.id)
            .field("tenant", &self.tenant)
            .field("url", &self.url)
            .field("events", &self.events)
            .field("description", &self.description)
            .field("headers", &self.headers)
            .field("rate_limit", &self.rate_limit)
            .field("retry", &self.retry)
            .field("timeout_ms", &self.timeout_ms)
            .field("dialect", &self.dialect)
            .field("disabled", &self.disabled)
            .field("disabled_because", &self.disabled_because)
            .field("failing_since", &self.failing_since)
            .field("verification", &self.verification)
            .field("verification_detail", &self.verification_detail)
            .field("verification_checked_at", &self.verification_checked_at)
            .field("verification_next_at", &self.verification_next_at)
            .field("metadata", &self.metadata)
            .field("public_key", &self.public_key)
            .field("health", &self.health)
            .field("secret", &self.secret.as_ref().map(|_| Masked))
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish()
    }
}

/// Changes of an endpoint: what is not named stays, null clears.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct EndpointChange {
    /// Where its deliveries go, pending ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Option<String>>,
    /// The events that it wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Option<Vec<String>>>,
    /// A note for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// Headers to set; null for a header removes it, those not named stay. Null for all of them
    /// clears them. Values belong to the origin that they were given for: with a URL at another
    /// scheme, host or port, each has to be given again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Option<HashMap<String, Option<String>>>>,
    /// Most attempts to start in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<Option<u32>>,
    /// Its own retry schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Option<Retry>>,
    /// Its own deadline of an attempt, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Option<u32>>,
    /// Its own dialect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Option<String>>,
    /// Whether its deliveries are to wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Option<bool>>,
    /// What the customer keeps with it: members to set; null for a member removes it, those not
    /// named stay. Null for all of it clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Option<HashMap<String, Value>>>,
    /// A new secret, which replaces every one before it at once. Only needed where the dialect
    /// sends the secret itself: then a URL at another origin, or the change to such a dialect,
    /// takes one. `rotate-secret` leaves time instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Option<String>>,
}

impl std::fmt::Debug for EndpointChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndpointChange")
            .field("url", &self.url)
            .field("events", &self.events)
            .field("description", &self.description)
            .field(
                "headers",
                &self
                    .headers
                    .as_ref()
                    .map(|inner| inner.as_ref().map(|_| Masked)),
            )
            .field("rate_limit", &self.rate_limit)
            .field("retry", &self.retry)
            .field("timeout_ms", &self.timeout_ms)
            .field("dialect", &self.dialect)
            .field("disabled", &self.disabled)
            .field("metadata", &self.metadata)
            .field(
                "secret",
                &self
                    .secret
                    .as_ref()
                    .map(|inner| inner.as_ref().map(|_| Masked)),
            )
            .finish()
    }
}

/// A delivery, in short.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointDelivery {
    /// The delivery's id.
    pub id: String,
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    pub status: String,
    /// Attempts that are over.
    pub attempts: u32,
    /// Those after the first.
    pub retry_count: u32,
    /// The last answer's status code; null where there was no answer.
    #[serde(default)]
    pub last_status_code: Option<u32>,
    /// The last attempt's error, such as `timeout`, `dns` or `status`: why there was no answer, or
    /// that it was no success.
    #[serde(default)]
    pub last_error: Option<String>,
    /// When it is tried next, if it is.
    #[serde(default)]
    pub next_attempt_at: Option<String>,
}

/// An event as its receiver's endpoint saw it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointEvent {
    /// The event's id.
    pub id: String,
    /// The publisher's own id, which the delivery carried in place of the other.
    #[serde(default)]
    pub source_id: Option<String>,
    /// Its type.
    pub r#type: String,
    /// When it was accepted.
    pub created_at: String,
    /// How its delivery to the endpoint stands.
    pub delivery: EndpointDelivery,
}

/// How an endpoint does: what happened within this hour and the one before, and how it stands now.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointHealth {
    /// Attempts.
    pub attempts: u64,
    /// The share of them that succeeded, 0 to 1; null without attempts.
    #[serde(default)]
    pub success_rate: Option<f64>,
    /// Deliveries that are pending, as far as a thousand are counted.
    pub pending: Count,
    /// When the first of them was or will be due.
    #[serde(default)]
    pub oldest_due: Option<String>,
    /// Its circuit breaker, `closed`, `open` or `half_open`; null while nobody works on it.
    #[serde(default)]
    pub breaker: Option<String>,
    /// What is wrong with it, the worst first: `breaker_open`, `failing`, `plan`, `disabled`,
    /// `backlog`.
    pub trouble: Vec<String>,
    /// When the last successful attempt began.
    #[serde(default)]
    pub last_success_at: Option<String>,
    /// When the last failed attempt began.
    #[serde(default)]
    pub last_failure_at: Option<String>,
}

/// How an endpoint does. Test deliveries are left out of what is counted over time.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointStats {
    /// The endpoint's id.
    pub endpoint: String,
    /// How far back the numbers go.
    pub window_seconds: u32,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed.
    pub attempts_failed: u64,
    /// The share of attempts that succeeded, 0 to 1; null without attempts.
    #[serde(default)]
    pub success_rate: Option<f64>,
    /// Deliveries that succeeded.
    pub succeeded: u64,
    /// Deliveries that died.
    pub dead: u64,
    /// Deliveries that were cancelled.
    pub cancelled: u64,
    /// How long attempts took.
    pub attempt_time: Quantiles,
    /// How long deliveries that succeeded took, from the acceptance of their event to the end of
    /// the attempt.
    pub delivery_time: Quantiles,
    /// Deliveries that are pending now.
    pub pending: u64,
    /// Whether there are more than were counted.
    pub pending_more: bool,
    /// When the first pending delivery was or will be due.
    #[serde(default)]
    pub oldest_due: Option<String>,
    /// When the last successful attempt began.
    #[serde(default)]
    pub last_success_at: Option<String>,
    /// When the last failed attempt began.
    #[serde(default)]
    pub last_failure_at: Option<String>,
    /// The work on it now; null while nobody works.
    #[serde(default)]
    pub lane: Option<Lane>,
}

/// An endpoint in trouble.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointTrouble {
    /// The endpoint's id.
    pub endpoint: String,
    /// Whose it is.
    pub tenant: String,
    /// Where it leads.
    pub url: String,
    /// What its owner calls it.
    #[serde(default)]
    pub description: Option<String>,
    /// What is wrong, the worst first: `breaker_open`, `failing`, `plan`, `disabled`, `backlog`.
    pub reasons: Vec<String>,
    /// Its circuit breaker, `closed`, `open` or `half_open`; null while nobody works on it.
    #[serde(default)]
    pub breaker: Option<String>,
    /// The share of attempts that succeeded within this hour and the one before; null without
    /// attempts.
    #[serde(default)]
    pub success_rate: Option<f64>,
    /// Deliveries to it that are pending.
    pub pending: Count,
    /// When the first of them was or will be due.
    #[serde(default)]
    pub oldest_due: Option<String>,
    /// When the last successful attempt began, within this hour and the one before.
    #[serde(default)]
    pub last_success_at: Option<String>,
    /// When the last failed attempt began, within this hour and the one before.
    #[serde(default)]
    pub last_failure_at: Option<String>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// Its id, `evt_…`.
    pub id: String,
    /// The publisher's own id, which the wire shows in place of the other.
    #[serde(default)]
    pub source_id: Option<String>,
    /// Whose it is.
    pub tenant: String,
    /// Its type.
    pub r#type: String,
    /// When it happened, if the publisher said so.
    #[serde(default)]
    pub occurred_at: Option<String>,
    /// When it was accepted.
    pub created_at: String,
    /// Before when it is not delivered.
    #[serde(default)]
    pub deliver_at: Option<String>,
    /// With which other events it is delivered in order.
    #[serde(default)]
    pub ordering_key: Option<String>,
    /// Whether it was made by the test button.
    pub test: bool,
    /// How many endpoints it matched.
    pub deliveries: u32,
    /// SHA-256 of the payload, hexadecimal; stays when the payload is erased.
    pub payload_sha256: String,
}

/// An event with its payload.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventDetail {
    /// Its id, `evt_…`.
    pub id: String,
    /// The publisher's own id, which the wire shows in place of the other.
    #[serde(default)]
    pub source_id: Option<String>,
    /// Whose it is.
    pub tenant: String,
    /// Its type.
    pub r#type: String,
    /// When it happened, if the publisher said so.
    #[serde(default)]
    pub occurred_at: Option<String>,
    /// When it was accepted.
    pub created_at: String,
    /// Before when it is not delivered.
    #[serde(default)]
    pub deliver_at: Option<String>,
    /// With which other events it is delivered in order.
    #[serde(default)]
    pub ordering_key: Option<String>,
    /// Whether it was made by the test button.
    pub test: bool,
    /// How many endpoints it matched.
    pub deliveries: u32,
    /// SHA-256 of the payload, hexadecimal; stays when the payload is erased.
    pub payload_sha256: String,
    /// The payload as it was published; null once erased.
    pub data: Value,
    /// Whether the payload was erased.
    pub payload_erased: bool,
}

/// An event and the endpoints of its tenant.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventExplanation {
    /// Every endpoint that the tenant has, and deleted ones that got the event.
    pub data: Vec<EventMeeting>,
}

/// An event and one endpoint.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventMeeting {
    /// The endpoint's id.
    pub endpoint: String,
    /// Its URL now; null once it is deleted.
    #[serde(default)]
    pub url: Option<String>,
    /// The newest delivery of the event to it, if there is one.
    #[serde(default)]
    pub delivery: Option<String>,
    /// Whether it was chosen when the event was accepted.
    pub matched: bool,
    /// Why: `matched`; `test`, made for it; `replayed`, to it later; `deleted`, after it got the
    /// event; `created_later`; `test_of_another`; `filter`, none of its filters matches;
    /// `filter_changed`, they match now and did not then.
    pub reason: String,
    /// Its filters now.
    pub filters: Vec<String>,
}

/// An event type.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventType {
    /// Its name.
    pub name: String,
    /// What it tells.
    pub description: String,
    /// JSON Schema of `data`.
    pub schema: Value,
    /// The heading that it stands under.
    #[serde(default)]
    pub group: Option<String>,
    /// An example of `data`.
    pub example: Value,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// Which deliveries a bulk operation is for; what is not named does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Filter {
    /// One of these, at most 250.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deliveries: Option<Vec<String>>,
    /// In this state; `dead` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// To this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Of events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Of events accepted then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Of events accepted before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whose last answer had this status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u32>,
    /// Whose last attempt failed so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A header of a request or an answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value. `***` stands for those of the customer's own headers, for credentials, and for
    /// the endpoint's secret.
    pub value: String,
}

/// A bulk operation. It goes on in the background, also after a restart.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Job {
    /// Its id, `job_…`.
    pub id: String,
    /// What it does, such as `retry` or `purge`.
    pub kind: String,
    /// `running`, `finished`, or `failed`: given up, `error` says why.
    pub state: String,
    /// Deliveries dealt with.
    pub done: u64,
    /// Deliveries to deal with, counted when it began.
    pub total: u64,
    /// When it was asked for.
    pub created_at: String,
    /// When it was through, or given up.
    #[serde(default)]
    pub finished_at: Option<String>,
    /// Why its last piece of work failed; null if it did not. While the job is `running`, it is
    /// tried again.
    #[serde(default)]
    pub error: Option<String>,
}

/// An API key.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Key {
    /// Its id, `key_…`; not the key.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// `project` or `tenant`.
    pub kind: String,
    /// `full`, `publish` or `read`.
    pub scope: String,
    /// The tenant that it speaks for.
    #[serde(default)]
    pub tenant: Option<String>,
    /// When it was made.
    pub created_at: String,
    /// When it ends.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// When it was last used, to the minute or so.
    #[serde(default)]
    pub last_used_at: Option<String>,
    /// The key itself: only in the answer that makes it.
    #[serde(default)]
    pub key: Option<String>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("scope", &self.scope)
            .field("tenant", &self.tenant)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .field("last_used_at", &self.last_used_at)
            .field("key", &self.key.as_ref().map(|_| Masked))
            .finish()
    }
}

/// The work on an endpoint at this moment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Lane {
    /// Attempts under way.
    pub in_flight: u32,
    /// How many there may be now: more while the receiver does well, fewer while it does not.
    pub in_flight_max: u32,
    /// Deliveries that wait in memory; the rest of what is pending waits in the store.
    pub queued: Queued,
    /// Attempts a second at most, if they are limited.
    #[serde(default)]
    pub rate_limit: Option<u32>,
    /// When the rate limit lets the next attempt start, if not at once.
    #[serde(default)]
    pub next_token_at: Option<String>,
    /// Whether the endpoint is given a rest after many failures.
    pub breaker: Breaker,
    /// What its receiver asked for, if it asked for less with a `429`, or a `503` that says for how
    /// long.
    #[serde(default)]
    pub throttle: Option<Throttle>,
    /// How long an attempt takes on average, over the last ones, in microseconds.
    pub attempt_mean_us: u64,
}

/// A dialect's file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewDialect {
    /// The text of the file (TOML), at most 64 KiB; its `name` is that of the path.
    pub source: String,
}

impl NewDialect {
    /// With what must be given, and nothing else.
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
        }
    }
}

/// A new endpoint.
#[derive(Clone, PartialEq, Serialize)]
pub struct NewEndpoint {
    /// Whose it is. With a tenant's key it is implied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Where its deliveries go: https, publicly reachable, at most 2048 characters.
    pub url: String,
    /// The events that it wants, 1 to 100 filters: exact types, `prefix.*`, or `*`.
    pub events: Vec<String>,
    /// A secret of the customer's own. Left out, the server makes one, unless the dialect lets the
    /// customer choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// `ed25519` makes a key pair, in dialects that sign with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
    /// A note for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Headers to send with each attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<HashMap<String, String>>,
    /// Most attempts to start in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<u32>,
    /// Its own retry schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Its own deadline of an attempt, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u32>,
    /// Its own dialect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// Whether its deliveries are to wait for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Whatever the customer wants to keep with it, at most 8 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<HashMap<String, Value>>,
}

impl NewEndpoint {
    /// With what must be given, and nothing else.
    pub fn new(
        url: impl Into<String>,
        events: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self {
            tenant: None,
            url: url.into(),
            events: events.into_iter().map(Into::into).collect(),
            secret: None,
            signing: None,
            description: None,
            headers: None,
            rate_limit: None,
            retry: None,
            timeout_ms: None,
            dialect: None,
            disabled: None,
            metadata: None,
        }
    }
}

impl std::fmt::Debug for NewEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewEndpoint")
            .field("tenant", &self.tenant)
            .field("url", &self.url)
            .field("events", &self.events)
            .field("secret", &self.secret.as_ref().map(|_| Masked))
            .field("signing", &self.signing)
            .field("description", &self.description)
            .field("headers", &self.headers.as_ref().map(|_| Masked))
            .field("rate_limit", &self.rate_limit)
            .field("retry", &self.retry)
            .field("timeout_ms", &self.timeout_ms)
            .field("dialect", &self.dialect)
            .field("disabled", &self.disabled)
            .field("metadata", &self.metadata)
            .finish()
    }
}

/// An event to publish.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewEvent {
    /// The tenant whose endpoints are to get it; made if it is not known yet.
    pub tenant: String,
    /// Its type, such as `order.paid`.
    pub r#type: String,
    /// What it tells: any JSON value, at most 1 MiB. It goes out as it is written here.
    pub data: Value,
    /// The publisher's own id, unique in the tenant: a second event with it is the same one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it happened, if not now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<String>,
    /// Not to be delivered before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deliver_at: Option<String>,
    /// Events of the tenant with the same key are attempted in the order of their acceptance: at
    /// each endpoint, the first attempt of one starts once the one before it has succeeded, is dead
    /// or cancelled. Events with other keys, or none, don't wait. 1 to 128 printable ASCII
    /// characters without spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordering_key: Option<String>,
}

impl NewEvent {
    /// With what must be given, and nothing else.
    pub fn new(
        tenant: impl Into<String>,
        r#type: impl Into<String>,
        data: impl Into<Value>,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            r#type: r#type.into(),
            data: data.into(),
            id: None,
            occurred_at: None,
            deliver_at: None,
            ordering_key: None,
        }
    }
}

/// An event type as it is to be, whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NewEventType {
    /// What it tells, for the catalog's readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// JSON Schema (2020-12) of `data`, checked when an event is published. At most 64 KiB; it
    /// refers to nothing outside itself, and its regular expressions have no look-around and no
    /// back-references.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// The heading that it stands under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Option<String>>,
    /// An example of `data`, which fits the schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// Whether it should not be used any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<bool>,
}

/// A new key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewKey {
    /// What its owner calls it, 1 to 200 characters.
    pub name: String,
    /// What it speaks for. Keys of the project are made with the admin key.
    pub kind: Speaks,
    /// `full`, `read`, or for a project `publish`.
    pub scope: String,
    /// The tenant, for a tenant's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// When it ends; never unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

impl NewKey {
    /// With what must be given, and nothing else.
    pub fn new(name: impl Into<String>, kind: Speaks, scope: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind,
            scope: scope.into(),
            tenant: None,
            expires_at: None,
        }
    }
}

/// A new portal session.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NewPortalSession {
    /// `full` (unless given) or `read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A new project.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewProject {
    /// An id of the caller's choice, `proj_…`; made unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A name for people, 1 to 200 characters.
    pub name: String,
    /// The dialect that its webhooks speak, `standard` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// What differs from the dialect's policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyChange>,
    /// How its portal looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branding: Option<BrandingChange>,
}

impl NewProject {
    /// With what must be given, and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            dialect: None,
            policy: None,
            branding: None,
        }
    }
}

/// A recovery.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewRecovery {
    /// Of the events that were accepted then or later.
    pub since: String,
    /// Of those accepted before; now, unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// `dead`, `missing` or `all`.
    pub which: String,
}

impl NewRecovery {
    /// With what must be given, and nothing else.
    pub fn new(since: impl Into<String>, which: impl Into<String>) -> Self {
        Self {
            since: since.into(),
            until: None,
            which: which.into(),
        }
    }
}

/// What was counted over a time. Test deliveries are left out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Numbers {
    /// Events accepted; an endpoint has none of its own.
    pub events: u64,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed.
    pub attempts_failed: u64,
    /// The share of attempts that succeeded, 0 to 1; null without attempts.
    #[serde(default)]
    pub success_rate: Option<f64>,
    /// Deliveries that succeeded.
    pub succeeded: u64,
    /// Deliveries that died.
    pub dead: u64,
    /// Deliveries that were cancelled.
    pub cancelled: u64,
    /// How long attempts took.
    pub attempt_time: Quantiles,
    /// How long deliveries that succeeded took, from the acceptance of their event to the end of
    /// the attempt.
    pub delivery_time: Quantiles,
}

/// How many endpoints there are.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct OverviewEndpoints {
    /// All of them.
    pub total: u64,
    /// Those that are disabled.
    pub disabled: u64,
    /// Those in trouble, among the hundred most suspicious.
    pub in_trouble: u32,
}

/// How all is going.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct OverviewReport {
    /// How far back the totals go.
    pub window_seconds: u32,
    /// What happened in that time: in the minutes of it, or beyond six hours in its hours, from the
    /// one in which it begins to the one that is not over.
    pub totals: Numbers,
    /// The same by minute or hour, counted in the same moment: only where it was asked for.
    #[serde(default)]
    pub series: Option<StatsSeries>,
    /// Events accepted a second, in the last full minute.
    pub events_per_second: f64,
    /// Deliveries that are pending now.
    pub pending: Count,
    /// Deliveries that are dead.
    pub dead_letters: Count,
    /// When the first pending delivery was or will be due.
    #[serde(default)]
    pub oldest_due: Option<String>,
    /// How many endpoints there are.
    pub endpoints: OverviewEndpoints,
    /// Endpoints in trouble, the worst first, 20 at most.
    pub trouble: Vec<EndpointTrouble>,
}

/// A project's policy, complete: what it says itself, else the dialect's or the server's default.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Policy {
    /// The retry schedule.
    pub retry: Retry,
    /// Deadline of one attempt, milliseconds.
    pub timeout_ms: u32,
    /// Plans whose tenants may have endpoints; empty is all.
    pub plans: Vec<String>,
    /// How many endpoints a tenant may have.
    pub endpoints_per_tenant_max: u32,
    /// How long events and finished deliveries are kept, days.
    pub history_days: u32,
    /// Whether an event's type must be in the catalog.
    pub strict_types: bool,
    /// Days of nothing but failure after which an endpoint is disabled; null is never.
    #[serde(default)]
    pub auto_disable_days: Option<u32>,
    /// What 410 does: `disable` or `retry`.
    pub gone: String,
    /// The tenant that gets the server's own events: `endpoint.disabled`, `endpoint.enabled`,
    /// `delivery.dead`. Its own endpoints are not among those that it is told of.
    #[serde(default)]
    pub operator_tenant: Option<String>,
    /// Origins that may embed the portal.
    pub portal_origins: Vec<String>,
    /// Requests of one tenant's keys and portal tokens, a minute.
    pub tenant_requests_per_minute: u32,
    /// Those of them that change or send something, a minute.
    pub tenant_changes_per_minute: u32,
    /// Jobs in the background that they may start, an hour.
    pub tenant_jobs_per_hour: u32,
    /// The shortest delay between attempts that a tenant may set, seconds.
    pub tenant_delay_s_min: u32,
    /// The most attempts that a tenant may set.
    pub tenant_attempts_max: u32,
}

/// What a project says of its own. A field that is not named stays as it is; null goes back to the
/// dialect's default, except for `auto_disable_days`, where null turns it off.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PolicyChange {
    /// The retry schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Option<Retry>>,
    /// Deadline of one attempt, 100 to 60000 milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Option<u32>>,
    /// Plans whose tenants may have endpoints, compared without case; an empty list is all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plans: Option<Option<Vec<String>>>,
    /// How many endpoints a tenant may have, up to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints_per_tenant_max: Option<Option<u32>>,
    /// How long events and finished deliveries are kept, 1 to 3650 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_days: Option<Option<u32>>,
    /// Whether an event's type must be in the catalog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict_types: Option<Option<bool>>,
    /// Days of nothing but failure after which an endpoint is disabled, 1 to 365; null is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_disable_days: Option<Option<u32>>,
    /// What 410 does: `disable` or `retry`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<Option<String>>,
    /// The tenant that gets the server's own events: `endpoint.disabled`, `endpoint.enabled`,
    /// `delivery.dead`. Its own endpoints are not among those that it is told of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_tenant: Option<Option<String>>,
    /// Origins that may embed the portal, such as `https://app.example.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal_origins: Option<Option<Vec<String>>>,
    /// Requests of one tenant's keys and portal tokens, 1 to 1000000 a minute; 429 beyond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_requests_per_minute: Option<Option<u32>>,
    /// Those of them that change or send something (tests, retries, replays, endpoints), 1 to
    /// 1000000 a minute; 429 beyond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_changes_per_minute: Option<Option<u32>>,
    /// Jobs in the background that they may start, 1 to 1000000 an hour; 429 beyond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_jobs_per_hour: Option<Option<u32>>,
    /// The shortest delay between attempts that a tenant may set for its endpoint, 0 to 3600
    /// seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_delay_s_min: Option<Option<u32>>,
    /// The most attempts that a tenant may set for its endpoint, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_attempts_max: Option<Option<u32>>,
}

/// A portal session.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct PortalSession {
    /// The portal's page with the token behind `#`, where no server and no log sees it.
    pub url: String,
    /// The token, which works like a key of the tenant.
    pub token: String,
    /// When it ends.
    pub expires_at: String,
}

impl std::fmt::Debug for PortalSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalSession")
            .field("url", &Masked)
            .field("token", &Masked)
            .field("expires_at", &self.expires_at)
            .finish()
    }
}

/// A sample event, and what to show it in.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct Preview {
    /// The dialect's name; the project's own unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// The text of a dialect's file, in place of a name: to try it before it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The event's type; the first of the dialect's catalog unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// The event's data; an example of the dialect's unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// The tenant whose event it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// What the vendor keeps with the tenant, for a dialect that sends entries of it; unless given,
    /// what is kept with `tenant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<HashMap<String, Value>>,
    /// The endpoint's URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The secret to sign with; a new one unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// `ed25519` signs with a key pair, where the dialect does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Preview")
            .field("dialect", &self.dialect)
            .field("source", &self.source)
            .field("type", &self.r#type)
            .field("data", &self.data)
            .field("tenant", &self.tenant)
            .field("metadata", &self.metadata)
            .field("url", &self.url)
            .field("secret", &self.secret.as_ref().map(|_| Masked))
            .field("signing", &self.signing)
            .finish()
    }
}

/// The exact request that a sample event makes.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Previewed {
    /// The HTTP method.
    pub method: String,
    /// Where it would go.
    pub url: String,
    /// The dialect's headers, in order.
    pub headers: Vec<Header>,
    /// The body, as text.
    pub body: String,
    /// The secret that it is signed with.
    pub secret: String,
}

impl std::fmt::Debug for Previewed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Previewed")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &Masked)
            .field("body", &self.body)
            .field("secret", &Masked)
            .finish()
    }
}

/// A project.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Project {
    /// Its id, `proj_…`.
    pub id: String,
    /// A name for people.
    pub name: String,
    /// The name of its dialect.
    pub dialect: String,
    /// The policy in force.
    pub policy: Policy,
    /// How its portal looks.
    pub branding: Branding,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// Changes of a project: what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ProjectChange {
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
    /// The dialect, also one of the project's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Option<String>>,
    /// Changes of the policy; null for all of it is the dialect's again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Option<PolicyChange>>,
    /// Changes of the portal's look; null for all of it is Nuncio's own again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branding: Option<Option<BrandingChange>>,
}

/// An event that was accepted: it is on disk, with whom it goes to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Published {
    /// The event's id, `evt_…`.
    pub id: String,
    /// Whose it is.
    pub tenant: String,
    /// Its type.
    pub r#type: String,
    /// When it was accepted.
    pub created_at: String,
    /// How many endpoints it matched.
    pub deliveries: u32,
}

/// How long something took, in microseconds; null without any.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Quantiles {
    /// Half took no longer.
    #[serde(default)]
    pub p50_us: Option<u64>,
    /// 95 % took no longer.
    #[serde(default)]
    pub p95_us: Option<u64>,
    /// 99 % took no longer.
    #[serde(default)]
    pub p99_us: Option<u64>,
}

/// Deliveries that wait in memory.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Queued {
    /// Tests, and retries that somebody asked for.
    pub asked: u32,
    /// Deliveries of what was just published.
    pub fresh: u32,
    /// Scheduled retries, and what came out of the store.
    pub retry: u32,
    /// Replays, and retries in bulk.
    pub replay: u32,
}

/// A replay.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Replay {
    /// To this endpoint alone; else to all that it went to and that are still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// The deliveries that a replay has made.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Replayed {
    /// The deliveries.
    pub deliveries: Vec<ReplayedDelivery>,
}

/// A delivery that a replay has made.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ReplayedDelivery {
    /// Its own id.
    pub id: String,
    /// Where it goes.
    pub endpoint: String,
    /// The delivery that it replays.
    #[serde(default)]
    pub replay_of: Option<String>,
    /// `pending`.
    pub status: String,
}

/// A retry schedule: either `delays_s` alone, or `base_s`, `factor`, `cap_s` with exactly one of
/// `span_s` and `attempts_max`. A delay runs from the end of the attempt before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Retry {
    /// Seconds before each attempt, the first included: its length is the number of attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delays_s: Option<Vec<u32>>,
    /// Seconds before the second attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_s: Option<u32>,
    /// What each further delay is multiplied by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// The longest delay in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_s: Option<u32>,
    /// Seconds from the first attempt to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span_s: Option<u32>,
    /// How many attempts there are at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_max: Option<u32>,
}

/// A rotated secret.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Rotated {
    /// The new secret, shown this once.
    pub secret: String,
    /// When the last of the secrets before stops signing; null if it has.
    #[serde(default)]
    pub previous_expires_at: Option<String>,
    /// Which secrets sign now: `previous` until the overlap ends where only one signature fits,
    /// `both` where several do, else `current`.
    pub signing_with: String,
    /// The public half of the new key, where it is a pair.
    #[serde(default)]
    pub public_key: Option<String>,
}

impl std::fmt::Debug for Rotated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rotated")
            .field("secret", &Masked)
            .field("previous_expires_at", &self.previous_expires_at)
            .field("signing_with", &self.signing_with)
            .field("public_key", &self.public_key)
            .finish()
    }
}

/// A rotation.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct Rotation {
    /// The next secret. Left out, the server makes one, unless the dialect lets the customer
    /// choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// How long the secret before goes on signing, 0 to 2592000 seconds (30 days), a day unless
    /// given. 0 switches at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap_seconds: Option<u32>,
}

impl std::fmt::Debug for Rotation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rotation")
            .field("secret", &self.secret.as_ref().map(|_| Masked))
            .field("overlap_seconds", &self.overlap_seconds)
            .finish()
    }
}

/// What an endpoint signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signing {
    /// `hmac`.
    Hmac,
    /// `ed25519`.
    Ed25519,
}

/// What a key speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaks {
    /// `project`.
    Project,
    /// `tenant`.
    Tenant,
}

/// A job that has begun.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Started {
    /// The job's id, to be looked at with `GET /v1/jobs/{id}`.
    pub job: String,
}

/// A minute or an hour.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct StatsPoint {
    /// Events accepted; an endpoint has none of its own.
    pub events: u64,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed.
    pub attempts_failed: u64,
    /// The share of attempts that succeeded, 0 to 1; null without attempts.
    #[serde(default)]
    pub success_rate: Option<f64>,
    /// Deliveries that succeeded.
    pub succeeded: u64,
    /// Deliveries that died.
    pub dead: u64,
    /// Deliveries that were cancelled.
    pub cancelled: u64,
    /// How long attempts took.
    pub attempt_time: Quantiles,
    /// How long deliveries that succeeded took, from the acceptance of their event to the end of
    /// the attempt.
    pub delivery_time: Quantiles,
    /// When it begins.
    pub at: String,
}

/// What happened by minute or hour.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct StatsSeries {
    /// What one entry covers: `minute` or `hour`.
    pub unit: String,
    /// Where the first could begin.
    pub since: String,
    /// Before which the last begins.
    pub until: String,
    /// Oldest first; a minute or hour in which nothing happened is left out.
    pub data: Vec<StatsPoint>,
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// `pending`.
    Pending,
    /// `succeeded`.
    Succeeded,
    /// `dead`.
    Dead,
    /// `cancelled`.
    Cancelled,
}

/// A tenant.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Tenant {
    /// The vendor's id for it.
    pub id: String,
    /// A name for people.
    #[serde(default)]
    pub name: Option<String>,
    /// Its plan.
    #[serde(default)]
    pub plan: Option<String>,
    /// Whatever the vendor keeps with it.
    pub metadata: HashMap<String, Value>,
    /// When it was first named.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// A tenant as it is to be: what is not named stays, null clears.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TenantChange {
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
    /// Its plan, which the project's policy may ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Option<String>>,
    /// Whatever the vendor wants to keep with it, at most 8 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Option<HashMap<String, Value>>>,
}

/// A test.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Test {
    /// Its type, `webhook.test` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Its data; the dialect's sample unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// A test that is on its way.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Tested {
    /// The delivery's id.
    pub delivery: String,
}

/// A receiver asked for less: the endpoint pauses, and comes back slowly.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Throttle {
    /// The end of the pause; null once it is over.
    #[serde(default)]
    pub until: Option<String>,
    /// Attempts that start in a second after the pause: more while all goes well.
    pub per_second: u32,
}

/// The parts of an attempt's time, microseconds; null for a part that did not take place.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Timings {
    /// Looking up the name.
    #[serde(default)]
    pub dns_us: Option<u32>,
    /// Connecting.
    #[serde(default)]
    pub connect_us: Option<u32>,
    /// The TLS handshake.
    #[serde(default)]
    pub tls_us: Option<u32>,
    /// From the attempt's beginning to the first byte of the answer.
    #[serde(default)]
    pub first_byte_us: Option<u32>,
    /// Everything.
    pub total_us: u32,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct UrlCheck {
    /// Whether an endpoint may have it.
    pub ok: bool,
    /// How it would be kept; null if it is refused.
    #[serde(default)]
    pub url: Option<String>,
    /// Why it is refused.
    pub errors: Vec<UrlFinding>,
    /// What does not keep an endpoint from having it: its name does not resolve now.
    pub warnings: Vec<UrlFinding>,
}

/// Something about the URL.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct UrlFinding {
    /// JSON pointer (RFC 6901) of the value: `/url`.
    pub pointer: String,
    /// What is to be said of it.
    pub detail: String,
}

/// A URL to be checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UrlToCheck {
    /// The URL.
    pub url: String,
}

impl UrlToCheck {
    /// With what must be given, and nothing else.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }
}

/// Parameters of `list_audit`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListAuditQuery {
    /// With this action, such as `endpoint.create`, or of every verb of a noun: `endpoint.*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Made with this key (`key_…`), or with keys of this kind: `admin`, `project`, `tenant` or
    /// `portal`; or by the server itself, `system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Done to the thing with this id or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Done to what is this tenant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Done then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Done before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_dead_letters`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListDeadLettersQuery {
    /// In this state: `pending`, `succeeded`, `dead` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// To this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Of events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Of events accepted then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Of events accepted before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whose last answer had this status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u32>,
    /// Whose last attempt failed so, such as `timeout`, `dns` or `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_deliveries`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListDeliveriesQuery {
    /// In this state: `pending`, `succeeded`, `dead` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// To this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Of events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Of events accepted then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Of events accepted before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whose last answer had this status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u32>,
    /// Whose last attempt failed so, such as `timeout`, `dns` or `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_endpoints`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEndpointsQuery {
    /// Of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// With this status: `active`, `disabled` or `failing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether to tell how each of them does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<bool>,
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_endpoint_deliveries`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEndpointDeliveriesQuery {
    /// Only in this state: `pending`, `succeeded`, `dead` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Only events accepted then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only events accepted before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_endpoint_events`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEndpointEventsQuery {
    /// Only in this state: `pending`, `succeeded`, `dead` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Only events accepted then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only events accepted before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `endpoint_stats`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EndpointStatsQuery {
    /// How far to look back, 60 to 7776000 seconds (90 days), a day unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u32>,
}

/// Parameters of `list_event_types`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEventTypesQuery {
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_events`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEventsQuery {
    /// Of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// With this id of the publisher's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Accepted then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Accepted before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only those of which no delivery has succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<bool>,
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_event_deliveries`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEventDeliveriesQuery {
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_keys`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListKeysQuery {
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `read_overview`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReadOverviewQuery {
    /// How far to look back, 60 to 2592000 seconds (30 days), an hour unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u32>,
    /// Of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Whether to tell what the totals are the sum of, by minute or hour: for a chart beside them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<bool>,
}

/// Parameters of `list_projects`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListProjectsQuery {
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `read_stats`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReadStatsQuery {
    /// `minute` (unless given) or `hour`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// From the minute or hour that holds this time on; 60 of them unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// To before this time; now unless given. At most 2880 minutes or hours after `since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Of this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// Parameters of `list_tenants`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListTenantsQuery {
    /// How many, 50 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
