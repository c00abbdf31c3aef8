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
    /// What triggered it: `schedule`, `manual`, `test` or `replay`.
    pub trigger: String,
    /// When it began.
    pub started_at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// Where it went.
    pub url: String,
    /// Headers as sent, in order.
    pub request_headers: Vec<Header>,
    /// The body as sent; null once the payload is erased.
    #[serde(default)]
    pub request_body: Option<String>,
    /// The version of the endpoint's transformation that made the body; null if none ran.
    #[serde(default)]
    pub transform_version: Option<u64>,
    /// The response's status code.
    #[serde(default)]
    pub status_code: Option<u32>,
    /// Response headers, in order.
    pub response_headers: Vec<Header>,
    /// Body of the response as text; bytes that are not valid UTF-8 are replaced.
    pub response_body: String,
    /// Whether the stored body was cut off.
    pub response_body_truncated: bool,
    /// The kind of failure, such as `timeout`, `dns` or `status`.
    #[serde(default)]
    pub error: Option<String>,
    /// The failure in a sentence.
    #[serde(default)]
    pub error_detail: Option<String>,
    /// How long each part took.
    pub timings: Timings,
}

/// An attempt: what was sent, what came back, how long it took.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AttemptDetail {
    /// Its id.
    pub id: String,
    /// 1 for the delivery's first attempt.
    pub number: u32,
    /// What triggered it: `schedule`, `manual`, `test` or `replay`.
    pub trigger: String,
    /// When it began.
    pub started_at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// Where it went.
    pub url: String,
    /// Headers as sent, in order.
    pub request_headers: Vec<Header>,
    /// The body as sent; null once the payload is erased.
    #[serde(default)]
    pub request_body: Option<String>,
    /// The version of the endpoint's transformation that made the body; null if none ran.
    #[serde(default)]
    pub transform_version: Option<u64>,
    /// The response's status code.
    #[serde(default)]
    pub status_code: Option<u32>,
    /// Response headers, in order.
    pub response_headers: Vec<Header>,
    /// Body of the response as text; bytes that are not valid UTF-8 are replaced.
    pub response_body: String,
    /// Whether the stored body was cut off.
    pub response_body_truncated: bool,
    /// The kind of failure, such as `timeout`, `dns` or `status`.
    #[serde(default)]
    pub error: Option<String>,
    /// The failure in a sentence.
    #[serde(default)]
    pub error_detail: Option<String>,
    /// How long each part took.
    pub timings: Timings,
    /// The delivery's id.
    pub delivery: String,
    /// The event's id.
    pub event: String,
    /// The event's type.
    pub r#type: String,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// The endpoint's id.
    pub endpoint: String,
    /// Whether its event is a test.
    pub test: bool,
    /// `succeeded` or `failed`.
    pub status: String,
}

/// An attempt in a list: without headers and bodies.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AttemptItem {
    /// The delivery's id.
    pub delivery: String,
    /// The event's id.
    pub event: String,
    /// The event's type.
    pub r#type: String,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// The endpoint's id.
    pub endpoint: String,
    /// Whether its event is a test.
    pub test: bool,
    /// Its id, `att_…`.
    pub id: String,
    /// 1 for the delivery's first attempt.
    pub number: u32,
    /// What triggered it: `schedule`, `manual`, `test` or `replay`.
    pub trigger: String,
    /// `succeeded` or `failed`.
    pub status: String,
    /// When it began.
    pub started_at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// Where it went.
    pub url: String,
    /// The version of the endpoint's transformation that made the body; null if none ran.
    #[serde(default)]
    pub transform_version: Option<u64>,
    /// The response's status code.
    #[serde(default)]
    pub status_code: Option<u32>,
    /// The kind of failure, such as `timeout`, `dns` or `status`.
    #[serde(default)]
    pub error: Option<String>,
    /// The failure in a sentence.
    #[serde(default)]
    pub error_detail: Option<String>,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AuditActor {
    /// `admin`, `project`, `tenant` or `portal`; `system` is the server itself, such as when it
    /// disables an endpoint.
    pub kind: String,
    /// The key's id; null for the admin key.
    #[serde(default)]
    pub key: Option<String>,
    /// Its name at that time.
    #[serde(default)]
    pub name: Option<String>,
    /// `bearer`: a key sent with the request; `session`: signed in to the dashboard; `server`: no
    /// request.
    pub via: String,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Its id, `aud_…`.
    pub id: String,
    /// When it happened.
    pub at: String,
    /// The action, such as `endpoint.create`.
    pub action: String,
    /// Who did it.
    pub actor: AuditActor,
    /// The project; null if the change was not in a project.
    #[serde(default)]
    pub project: Option<String>,
    /// The tenant that the changed resource belongs to; null if it belongs to none.
    #[serde(default)]
    pub tenant: Option<String>,
    /// What was changed.
    pub target: AuditTarget,
    /// What was changed: each field with its old (`from`) and new (`to`) value; for other actions,
    /// the result. Never a secret.
    #[serde(default)]
    pub changes: Option<HashMap<String, Value>>,
    /// The client's IP address.
    #[serde(default)]
    pub ip: Option<String>,
    /// The client's user agent.
    #[serde(default)]
    pub user_agent: Option<String>,
    /// The request: the `Nuncio-Request-Id` of its response.
    pub request_id: String,
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AuditTarget {
    /// What kind of resource, such as `endpoint`.
    pub kind: String,
    /// Its id or name.
    #[serde(default)]
    pub id: Option<String>,
}

/// How requests authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthType {
    /// `basic`.
    Basic,
    /// `bearer`.
    Bearer,
    /// `header`.
    Header,
    /// `oauth2`.
    Oauth2,
}

/// Events to publish, each accepted or refused on its own.
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

/// The result of each event of a batch, in order.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BatchPublished {
    /// The results.
    pub results: Vec<BatchResult>,
}

/// The result of one event of a batch: the event, or a problem.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BatchResult {
    /// The event's id, `evt_…`.
    #[serde(default)]
    pub id: Option<String>,
    /// The tenant that it belongs to.
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
    /// The status code it would have had as a single request: 202.
    pub status: u32,
    /// The reason.
    #[serde(default)]
    pub problem: Option<Problem>,
}

/// The portal's branding.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Branding {
    /// The colour of buttons and links, `#rrggbb`.
    #[serde(default)]
    pub accent: Option<String>,
    /// An image as a `data:` URI.
    #[serde(default)]
    pub logo: Option<String>,
    /// The product name shown there.
    #[serde(default)]
    pub name: Option<String>,
}

/// The portal's branding. Fields left out stay as they are; null resets to Nuncio's own.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BrandingChange {
    /// The colour of buttons and links, such as `#0f62fe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Option<String>>,
    /// A PNG, JPEG, WebP or SVG image of at most 64 KiB, as `data:image/png;base64,…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<Option<String>>,
    /// The product name shown there, 1 to 200 characters; the project's name by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
}

/// A circuit breaker.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Breaker {
    /// `closed`: deliveries are sent; `open`: they wait; `half_open`: one is tried.
    pub state: String,
    /// While it is open: when the next attempt checks whether the receiver is back.
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
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Only returns how many deliveries there would be (200), and starts nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Certificate {
    /// Its subject, such as `CN=hooks.example.com`.
    pub subject: String,
    /// The names it is for.
    pub names: Vec<String>,
    /// When it expires.
    pub expires_at: String,
}

/// A number of deliveries, counted up to a limit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Count {
    /// The count.
    pub count: u64,
    /// Whether there are more than that.
    pub more: bool,
}

/// A delivery: one event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its id, `del_…`, the same on every attempt.
    pub id: String,
    /// The event's id.
    pub event: String,
    /// The publisher's own id of the event.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The event's type.
    pub r#type: String,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// The endpoint's id.
    pub endpoint: String,
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    pub status: String,
    /// Why it is dead or cancelled.
    #[serde(default)]
    pub reason: Option<String>,
    /// Why a pending delivery is not attempted: `endpoint_disabled`, `plan`, `unverified` or
    /// `ordering_key`. A single pending delivery always says why: also `scheduled` (not due yet),
    /// `in_flight`, `queued` (waiting in the queue), `rate_limit`, `throttled` (the receiver asked
    /// for fewer requests), `breaker_open` (the endpoint is paused after repeated failures) or
    /// `concurrency` (the endpoint's limit of concurrent attempts is reached).
    #[serde(default)]
    pub waiting: Option<String>,
    /// The delivery that has to become final before this one is attempted: the first with its
    /// ordering key.
    #[serde(default)]
    pub waits_for: Option<String>,
    /// Attempts that ended.
    pub attempts: u32,
    /// Attempts after the first.
    pub retry_count: u32,
    /// The last response's status code.
    #[serde(default)]
    pub last_status_code: Option<u32>,
    /// The last attempt's error, such as `timeout`, `dns` or `status`.
    #[serde(default)]
    pub last_error: Option<String>,
    /// When the next attempt is due, if it is pending and nothing keeps it waiting.
    #[serde(default)]
    pub next_attempt_at: Option<String>,
    /// The delivery that it replays.
    #[serde(default)]
    pub replay_of: Option<String>,
    /// Whether its event is a test.
    pub test: bool,
    /// When it was created.
    pub created_at: String,
    /// When it finished.
    #[serde(default)]
    pub finished_at: Option<String>,
}

/// A delivery with every attempt.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DeliveryDetail {
    /// Its id, `del_…`, the same on every attempt.
    pub id: String,
    /// The event's id.
    pub event: String,
    /// The publisher's own id of the event.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The event's type.
    pub r#type: String,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// The endpoint's id.
    pub endpoint: String,
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    pub status: String,
    /// Why it is dead or cancelled.
    #[serde(default)]
    pub reason: Option<String>,
    /// Why a pending delivery is not attempted: `endpoint_disabled`, `plan`, `unverified` or
    /// `ordering_key`. A single pending delivery always says why: also `scheduled` (not due yet),
    /// `in_flight`, `queued` (waiting in the queue), `rate_limit`, `throttled` (the receiver asked
    /// for fewer requests), `breaker_open` (the endpoint is paused after repeated failures) or
    /// `concurrency` (the endpoint's limit of concurrent attempts is reached).
    #[serde(default)]
    pub waiting: Option<String>,
    /// The delivery that has to become final before this one is attempted: the first with its
    /// ordering key.
    #[serde(default)]
    pub waits_for: Option<String>,
    /// Attempts that ended.
    pub attempts: u32,
    /// Attempts after the first.
    pub retry_count: u32,
    /// The last response's status code.
    #[serde(default)]
    pub last_status_code: Option<u32>,
    /// The last attempt's error, such as `timeout`, `dns` or `status`.
    #[serde(default)]
    pub last_error: Option<String>,
    /// When the next attempt is due, if it is pending and nothing keeps it waiting.
    #[serde(default)]
    pub next_attempt_at: Option<String>,
    /// The delivery that it replays.
    #[serde(default)]
    pub replay_of: Option<String>,
    /// Whether its event is a test.
    pub test: bool,
    /// When it was created.
    pub created_at: String,
    /// When it finished.
    #[serde(default)]
    pub finished_at: Option<String>,
    /// `waiting` in a sentence.
    #[serde(default)]
    pub waiting_detail: Option<String>,
    /// Until when it waits, if known.
    #[serde(default)]
    pub waiting_until: Option<String>,
    /// The attempts, the oldest first.
    pub attempt_log: Vec<Attempt>,
}

/// A short form of a dialect.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Dialect {
    /// The name that projects and endpoints use.
    pub name: String,
    /// The display name.
    pub title: String,
    /// Whether it is built in.
    pub builtin: bool,
    /// Which version of its file this is, counted from 1 for each dialect.
    pub version: u32,
    /// When this version was first seen.
    pub created_at: String,
}

/// A dialect.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DialectDetail {
    /// The name that projects and endpoints use.
    pub name: String,
    /// The display name.
    pub title: String,
    /// Whether it is built in.
    pub builtin: bool,
    /// Which version of its file this is, counted from 1 for each dialect.
    pub version: u32,
    /// When this version was first seen.
    pub created_at: String,
    /// Sentences about it, for documentation.
    pub notes: Vec<String>,
    /// The default policy of projects with this dialect.
    pub policy: Policy,
    /// Who decides on an endpoint's secret: `server` or `customer`.
    pub secret_chosen_by: String,
    /// Whether both secrets sign during a rotation; otherwise only the previous one does until its
    /// overlap ends.
    pub signs_with_all_keys: bool,
    /// The text of its file (TOML).
    pub source: String,
}

/// Which kind of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DocumentFormat {
    /// `openapi`.
    Openapi,
    /// `asyncapi`.
    Asyncapi,
}

/// An endpoint. Its secret is shown once, when the endpoint is created; after that, `secret` is
/// left out.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its id, `ep_…`.
    pub id: String,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// Another name for it within its tenant, accepted wherever its id is.
    #[serde(default)]
    pub uid: Option<String>,
    /// The URL that deliveries are sent to, as entered.
    pub url: String,
    /// The events to send: exact types, `prefix.*` (any depth), `*`. Before the end, `*` stands for
    /// exactly one part.
    pub events: Vec<String>,
    /// A pattern that these events must match as well; null for none.
    #[serde(default)]
    pub filter: Option<HashMap<String, Value>>,
    /// Its channels: only events on at least one of them are sent. Empty for all events.
    pub channels: Vec<String>,
    /// A description.
    #[serde(default)]
    pub description: Option<String>,
    /// The customer's own headers; their values are masked.
    pub headers: HashMap<String, Value>,
    /// How requests authenticate at the receiver, in addition to their signature; null if they
    /// don't.
    #[serde(default)]
    pub auth: Option<EndpointAuth>,
    /// TLS settings used with the receiver; null for none of its own.
    #[serde(default)]
    pub tls: Option<EndpointTls>,
    /// Maximum attempts per second; null for no limit.
    #[serde(default)]
    pub rate_limit: Option<u32>,
    /// The endpoint's own retry schedule; null uses the event type's, if it has one, otherwise the
    /// project's.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// The endpoint's own timeout of an attempt, in milliseconds; null uses the project's.
    #[serde(default)]
    pub timeout_ms: Option<u32>,
    /// The endpoint's own dialect; null uses the project's.
    #[serde(default)]
    pub dialect: Option<String>,
    /// Whether it is disabled: its deliveries wait.
    pub disabled: bool,
    /// Why: `requested`, `gone` (it answered 410) or `failing` (continuous failure for days).
    #[serde(default)]
    pub disabled_because: Option<String>,
    /// Since when every attempt has failed.
    #[serde(default)]
    pub failing_since: Option<String>,
    /// Whether the endpoint is verified, where its dialect requires that: `none` (not required),
    /// `pending`, `verified` or `failed`. Until it is `verified` its deliveries wait.
    pub verification: String,
    /// What was wrong with its last response; null if nothing was.
    #[serde(default)]
    pub verification_detail: Option<String>,
    /// When it was last verified; null for never.
    #[serde(default)]
    pub verification_checked_at: Option<String>,
    /// When it is next verified automatically; null if it is not.
    #[serde(default)]
    pub verification_next_at: Option<String>,
    /// Code that changes its webhooks before they are sent; null if it has none.
    #[serde(default)]
    pub transform: Option<Transform>,
    /// Custom metadata.
    pub metadata: HashMap<String, Value>,
    /// The public half of its key, if it signs with a key pair.
    #[serde(default)]
    pub public_key: Option<String>,
    /// Its health, only in lists requested with `health=true`.
    #[serde(default)]
    pub health: Option<EndpointHealth>,
    /// Its secret: only in the response that creates it.
    #[serde(default)]
    pub secret: Option<String>,
    /// When it was created.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint")
            .field("id", &self.id)
            .field("tenant", &self.tenant)
            .field("uid", &self.uid)
            .field("url", &self.url)
            .field("events", &self.events)
            .field("filter", &self.filter)
            .field("channels", &self.channels)
            .field("description", &self.description)
            .field("headers", &self.headers)
            .field("auth", &self.auth)
            .field("tls", &self.tls)
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
            .field("transform", &self.transform)
            .field("metadata", &self.metadata)
            .field("public_key", &self.public_key)
            .field("health", &self.health)
            .field("secret", &self.secret.as_ref().map(|_| Masked))
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish()
    }
}

/// How requests authenticate at the receiver, in addition to their signature. Secrets are shown as
/// `***`; sent back like that, they stay as they are, as long as the origins of `url` and
/// `token_url` do not change.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointAuth {
    /// `basic` takes `username` and `password`; `bearer` takes `token`; `header` takes `name` and
    /// `value`; `oauth2` takes `token_url`, `client_id` and `client_secret` or `private_key`.
    pub r#type: AuthType,
    /// The user name: no colon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The header's name, such as `X-Api-Key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The header's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where tokens are requested. The same rules as for `url` apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_url: Option<String>,
    /// The client's id at the authorization server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The client's secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The scopes to request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The audience to request, where the authorization server needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// How the client authenticates; `client_secret_basic` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_auth: Option<OAuthClientAuth>,
    /// The client's private key in PEM, for `private_key_jwt`: RSA (RS256), ECDSA (ES256, ES384,
    /// ES512) or Ed25519.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_key: Option<String>,
}

impl EndpointAuth {
    /// With what must be given, and nothing else.
    pub fn new(r#type: AuthType) -> Self {
        Self {
            r#type,
            username: None,
            password: None,
            token: None,
            name: None,
            value: None,
            token_url: None,
            client_id: None,
            client_secret: None,
            scopes: None,
            audience: None,
            client_auth: None,
            private_key: None,
        }
    }
}

impl std::fmt::Debug for EndpointAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndpointAuth")
            .field("type", &self.r#type)
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| Masked))
            .field("token", &self.token.as_ref().map(|_| Masked))
            .field("name", &self.name)
            .field("value", &self.value.as_ref().map(|_| Masked))
            .field("token_url", &self.token_url)
            .field("client_id", &self.client_id)
            .field(
                "client_secret",
                &self.client_secret.as_ref().map(|_| Masked),
            )
            .field("scopes", &self.scopes)
            .field("audience", &self.audience)
            .field("client_auth", &self.client_auth)
            .field("private_key", &self.private_key.as_ref().map(|_| Masked))
            .finish()
    }
}

/// Changes to an endpoint: fields left out stay as they are, null clears.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct EndpointChange {
    /// Another name for the endpoint, unique in its tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<Option<String>>,
    /// The URL that deliveries are sent to, including pending ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Option<String>>,
    /// The events to send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Option<Vec<String>>>,
    /// A pattern that these events must match as well. It is replaced as a whole; null removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Option<HashMap<String, Value>>>,
    /// Channels, at most 10: they replace the ones it has. An empty list or null removes all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Option<Vec<String>>>,
    /// A description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// Headers to set; null removes a header, headers left out stay as they are. Null instead of an
    /// object removes all. Values belong to the origin that they were given for: if the URL changes
    /// to another scheme, host or port, send each of them again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Option<HashMap<String, Option<String>>>>,
    /// How requests authenticate at the receiver; replaced as a whole. A secret sent as `***` stays
    /// as it is; like the values of headers, it belongs to the origin that it was given for, and
    /// that of `oauth2` to the origin of `token_url` as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Option<EndpointAuth>>,
    /// TLS settings to use with the receiver; replaced as a whole. `***` keeps a certificate or
    /// key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Option<EndpointTlsSettings>>,
    /// Maximum attempts per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<Option<u32>>,
    /// The endpoint's own retry schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Option<Retry>>,
    /// The endpoint's own timeout of an attempt, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Option<u32>>,
    /// The endpoint's own dialect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Option<String>>,
    /// Code that changes its webhooks before they are sent; replaced as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transform: Option<Option<NewTransform>>,
    /// Whether to create it disabled: its deliveries wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Option<bool>>,
    /// Custom metadata: members to set; null removes a member, members left out stay as they are.
    /// Null instead of an object removes all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Option<HashMap<String, Value>>>,
    /// A new secret, which immediately replaces all previous ones. Only needed where the dialect
    /// sends the secret itself: then a URL at another origin, or a change to such a dialect,
    /// requires one. `rotate-secret` allows an overlap instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<Option<String>>,
}

impl std::fmt::Debug for EndpointChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndpointChange")
            .field("uid", &self.uid)
            .field("url", &self.url)
            .field("events", &self.events)
            .field("filter", &self.filter)
            .field("channels", &self.channels)
            .field("description", &self.description)
            .field(
                "headers",
                &self
                    .headers
                    .as_ref()
                    .map(|inner| inner.as_ref().map(|_| Masked)),
            )
            .field("auth", &self.auth)
            .field("tls", &self.tls)
            .field("rate_limit", &self.rate_limit)
            .field("retry", &self.retry)
            .field("timeout_ms", &self.timeout_ms)
            .field("dialect", &self.dialect)
            .field("transform", &self.transform)
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

/// A short form of a delivery.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointDelivery {
    /// The delivery's id.
    pub id: String,
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    pub status: String,
    /// Attempts that ended.
    pub attempts: u32,
    /// Attempts after the first.
    pub retry_count: u32,
    /// The last response's status code; null if there was no response.
    #[serde(default)]
    pub last_status_code: Option<u32>,
    /// The last attempt's error, such as `timeout`, `dns` or `status`: why there was no response,
    /// or that the response was not a success.
    #[serde(default)]
    pub last_error: Option<String>,
    /// When the next attempt is due, if there is one.
    #[serde(default)]
    pub next_attempt_at: Option<String>,
}

/// An event as sent to the endpoint.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointEvent {
    /// The event's id.
    pub id: String,
    /// The publisher's own id, which the delivery used instead of the event's id.
    #[serde(default)]
    pub source_id: Option<String>,
    /// Its type.
    pub r#type: String,
    /// When it was accepted.
    pub created_at: String,
    /// The state of its delivery to the endpoint.
    pub delivery: EndpointDelivery,
}

/// An endpoint's health: what happened in this hour and the one before, and its state now.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointHealth {
    /// Attempts.
    pub attempts: u64,
    /// Their success rate, 0 to 1; null without attempts.
    #[serde(default)]
    pub success_rate: Option<f64>,
    /// Pending deliveries, counted up to a thousand.
    pub pending: Count,
    /// When the first of them was or will be due.
    #[serde(default)]
    pub oldest_due: Option<String>,
    /// Its circuit breaker, `closed`, `open` or `half_open`; null while it has no work in progress.
    #[serde(default)]
    pub breaker: Option<String>,
    /// What is wrong with it, the worst first: `breaker_open`, `failing`, `plan`, `disabled`,
    /// `unverified`, `certificate_expired`, `backlog`, `certificate_expiring` (within 30 days).
    pub trouble: Vec<String>,
    /// When the last successful attempt began.
    #[serde(default)]
    pub last_success_at: Option<String>,
    /// When the last failed attempt began.
    #[serde(default)]
    pub last_failure_at: Option<String>,
}

/// How an endpoint is doing. Counts over time leave out test deliveries.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointStats {
    /// The endpoint's id.
    pub endpoint: String,
    /// The window that the numbers cover, in seconds.
    pub window_seconds: u32,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed.
    pub attempts_failed: u64,
    /// Success rate of attempts, 0 to 1; null without attempts.
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
    /// Whether there are more than that.
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
    /// The current work on it; null while there is none.
    #[serde(default)]
    pub lane: Option<Lane>,
}

/// TLS settings of an endpoint; keys are never shown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointTls {
    /// The client certificate; null if there is none.
    #[serde(default)]
    pub client_cert: Option<Certificate>,
    /// `***` if there is a client certificate.
    #[serde(default)]
    pub client_key: Option<String>,
    /// The accepted certificate authorities; null for the public ones.
    #[serde(default)]
    pub ca: Option<Vec<Certificate>>,
    /// The pinned public keys; empty for any.
    pub pin_sha256: Vec<String>,
}

/// TLS settings to use with the receiver. `***` keeps a certificate or key that the endpoint has.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct EndpointTlsSettings {
    /// A client certificate in PEM with its chain, the client's own first: for receivers that
    /// require one (mutual TLS).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_cert: Option<Option<String>>,
    /// The certificate's private key in PEM, not encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key: Option<Option<String>>,
    /// Certificate authorities in PEM. If given, only certificates issued by them are accepted from
    /// the receiver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<Option<String>>,
    /// Pinned public keys, up to 10: SHA-256 of the SubjectPublicKeyInfo in base64. The receiver's
    /// own certificate must have one of them, in addition to being trusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_sha256: Option<Option<Vec<String>>>,
}

impl std::fmt::Debug for EndpointTlsSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndpointTlsSettings")
            .field("client_cert", &self.client_cert)
            .field(
                "client_key",
                &self
                    .client_key
                    .as_ref()
                    .map(|inner| inner.as_ref().map(|_| Masked)),
            )
            .field("ca", &self.ca)
            .field("pin_sha256", &self.pin_sha256)
            .finish()
    }
}

/// An endpoint in trouble.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EndpointTrouble {
    /// The endpoint's id.
    pub endpoint: String,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// Its URL.
    pub url: String,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// What is wrong, the worst first: `breaker_open`, `failing`, `plan`, `disabled`, `unverified`,
    /// `certificate_expired`, `backlog`, `certificate_expiring` (within 30 days).
    pub reasons: Vec<String>,
    /// Its circuit breaker, `closed`, `open` or `half_open`; null while it has no work in progress.
    #[serde(default)]
    pub breaker: Option<String>,
    /// Success rate of attempts in this hour and the one before, 0 to 1; null without attempts.
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
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// Its id, `evt_…`.
    pub id: String,
    /// The publisher's own id, which receivers see instead of the event's id.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// Its type.
    pub r#type: String,
    /// When it happened, if the publisher said so.
    #[serde(default)]
    pub occurred_at: Option<String>,
    /// When it was accepted.
    pub created_at: String,
    /// The time before which it is not delivered.
    #[serde(default)]
    pub deliver_at: Option<String>,
    /// Its ordering key.
    #[serde(default)]
    pub ordering_key: Option<String>,
    /// The version of its type's schema that it was checked against; null if the catalog had no
    /// such type.
    #[serde(default)]
    pub schema_version: Option<u32>,
    /// Whether it was sent as a test.
    pub test: bool,
    /// How many endpoints it matched.
    pub deliveries: u32,
    /// SHA-256 of the payload, hexadecimal; stays when the payload is erased.
    pub payload_sha256: String,
    /// The channels it went out on.
    pub channels: Vec<String>,
    /// Custom metadata; empty once the payload is erased.
    pub metadata: HashMap<String, Value>,
    /// The headers that each attempt is sent with; empty once the payload is erased.
    pub headers: HashMap<String, String>,
    /// How long it is kept, in days; null for as long as the project keeps events.
    #[serde(default)]
    pub retention_days: Option<u32>,
    /// Its deliveries by their state, only in lists requested with `outcomes=true`.
    #[serde(default)]
    pub outcomes: Option<Outcomes>,
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("source_id", &self.source_id)
            .field("tenant", &self.tenant)
            .field("type", &self.r#type)
            .field("occurred_at", &self.occurred_at)
            .field("created_at", &self.created_at)
            .field("deliver_at", &self.deliver_at)
            .field("ordering_key", &self.ordering_key)
            .field("schema_version", &self.schema_version)
            .field("test", &self.test)
            .field("deliveries", &self.deliveries)
            .field("payload_sha256", &self.payload_sha256)
            .field("channels", &self.channels)
            .field("metadata", &self.metadata)
            .field("headers", &Masked)
            .field("retention_days", &self.retention_days)
            .field("outcomes", &self.outcomes)
            .finish()
    }
}

/// An event with its payload.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventDetail {
    /// Its id, `evt_…`.
    pub id: String,
    /// The publisher's own id, which receivers see instead of the event's id.
    #[serde(default)]
    pub source_id: Option<String>,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// Its type.
    pub r#type: String,
    /// When it happened, if the publisher said so.
    #[serde(default)]
    pub occurred_at: Option<String>,
    /// When it was accepted.
    pub created_at: String,
    /// The time before which it is not delivered.
    #[serde(default)]
    pub deliver_at: Option<String>,
    /// Its ordering key.
    #[serde(default)]
    pub ordering_key: Option<String>,
    /// The version of its type's schema that it was checked against; null if the catalog had no
    /// such type.
    #[serde(default)]
    pub schema_version: Option<u32>,
    /// Whether it was sent as a test.
    pub test: bool,
    /// How many endpoints it matched.
    pub deliveries: u32,
    /// SHA-256 of the payload, hexadecimal; stays when the payload is erased.
    pub payload_sha256: String,
    /// The channels it went out on.
    pub channels: Vec<String>,
    /// Custom metadata; empty once the payload is erased.
    pub metadata: HashMap<String, Value>,
    /// The headers that each attempt is sent with; empty once the payload is erased.
    pub headers: HashMap<String, String>,
    /// How long it is kept, in days; null for as long as the project keeps events.
    #[serde(default)]
    pub retention_days: Option<u32>,
    /// Its deliveries by their state, only in lists requested with `outcomes=true`.
    #[serde(default)]
    pub outcomes: Option<Outcomes>,
    /// The payload as it was published; null once erased.
    pub data: Value,
    /// Whether the payload was erased.
    pub payload_erased: bool,
}

impl std::fmt::Debug for EventDetail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventDetail")
            .field("id", &self.id)
            .field("source_id", &self.source_id)
            .field("tenant", &self.tenant)
            .field("type", &self.r#type)
            .field("occurred_at", &self.occurred_at)
            .field("created_at", &self.created_at)
            .field("deliver_at", &self.deliver_at)
            .field("ordering_key", &self.ordering_key)
            .field("schema_version", &self.schema_version)
            .field("test", &self.test)
            .field("deliveries", &self.deliveries)
            .field("payload_sha256", &self.payload_sha256)
            .field("channels", &self.channels)
            .field("metadata", &self.metadata)
            .field("headers", &Masked)
            .field("retention_days", &self.retention_days)
            .field("outcomes", &self.outcomes)
            .field("data", &self.data)
            .field("payload_erased", &self.payload_erased)
            .finish()
    }
}

/// An event and the endpoints of its tenant.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventExplanation {
    /// Every endpoint of the tenant, and deleted ones that received the event.
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
    /// The newest delivery of the event to this endpoint, if any.
    #[serde(default)]
    pub delivery: Option<String>,
    /// Whether it was chosen when the event was accepted.
    pub matched: bool,
    /// Why: `matched`; `test`, made for it; `replayed`, to it later; `deleted`, after it got the
    /// event; `created_later`; `test_of_another`; `filter`, none of its event types matches;
    /// `channel`, it has channels and the event is on none of them; `payload_filter`, its payload
    /// filter does not match; `payload_erased`, it has one, and the payload is gone;
    /// `endpoint_disabled`, it was disabled then and the policy says `while_disabled: skip`;
    /// `filter_changed`, filters and channels match now and did not then.
    pub reason: String,
    /// The part of its filters that does not match, if that is the reason.
    #[serde(default)]
    pub because: Option<FilterMismatch>,
    /// Its event types now.
    pub filters: Vec<String>,
    /// Its channels now.
    pub channels: Vec<String>,
}

/// An event type.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventType {
    /// Its name.
    pub name: String,
    /// A description.
    pub description: String,
    /// JSON Schema of `data`.
    pub schema: Value,
    /// Which version of its schema this is, counted from 1. Events are checked against it unless
    /// they name another.
    pub schema_version: u32,
    /// The heading it is listed under.
    #[serde(default)]
    pub group: Option<String>,
    /// An example of `data`.
    pub example: Value,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The retry schedule of its deliveries; null uses the project's.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// When it was archived: no events are accepted under it since. Null while it is in use.
    #[serde(default)]
    pub archived_at: Option<String>,
    /// When it was created.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// The catalog as a document for other programs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventTypeDocument {
    /// The version of OpenAPI, for `format=openapi`.
    #[serde(default)]
    pub openapi: Option<String>,
    /// The version of AsyncAPI, for `format=asyncapi`.
    #[serde(default)]
    pub asyncapi: Option<String>,
    /// What the document is about.
    pub info: Value,
    /// OpenAPI: the event types by name.
    #[serde(default)]
    pub webhooks: Option<Value>,
    /// AsyncAPI: the endpoints.
    #[serde(default)]
    pub channels: Option<Value>,
    /// AsyncAPI: what is sent to them.
    #[serde(default)]
    pub operations: Option<Value>,
    /// Schemas, and for AsyncAPI the event types as messages.
    #[serde(default)]
    pub components: Option<Value>,
}

/// A document with event types.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventTypeImport {
    /// An OpenAPI 3.1 document with `webhooks`, or an AsyncAPI 3 document: as an object, or the
    /// text of a JSON or YAML file. It refers to nothing outside itself, and has at most 1000 event
    /// types.
    pub document: Value,
    /// Only shows what it would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// Stores schemas even if they break the previous ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

impl EventTypeImport {
    /// With what must be given, and nothing else.
    pub fn new(document: impl Into<Value>) -> Self {
        Self {
            document: document.into(),
            dry_run: None,
            force: None,
        }
    }
}

/// What an import does, or would do.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct EventTypesImported {
    /// What kind of document it was.
    pub format: DocumentFormat,
    /// Whether nothing was stored.
    pub dry_run: bool,
    /// Every event type of the document.
    pub event_types: Vec<ImportedType>,
}

/// Which deliveries the bulk operation applies to; fields left out match all.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Filter {
    /// One of these, at most 250.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deliveries: Option<Vec<String>>,
    /// Only in this state; `dead` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Only to this endpoint, by its id, or by its uid together with its tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Only of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only for events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Only for events on this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Only for events accepted at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only for events accepted before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only where the last response had this status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u32>,
    /// Only where the last attempt failed with this error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The part of an endpoint's filters that an event doesn't match.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct FilterMismatch {
    /// Which of the endpoint's fields it is: `events`, `channels` or `filter`.
    pub field: String,
    /// The part of the event, its names with dots between: `type`, `channels`, `data.amount`.
    pub path: String,
    /// What would match: one of these.
    pub condition: Vec<Value>,
    /// What the event has there, at most five values, long ones cut. Empty if it has nothing there.
    pub found: Vec<Value>,
    /// The same as a sentence.
    pub detail: String,
}

/// An event to test an endpoint's filters with: `event`, or `type` and `data`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FilterTest {
    /// The id of an event of the endpoint's tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The type of a made-up event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Its data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Its metadata; none by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<HashMap<String, Value>>,
    /// Its channels; none by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// A payload filter to test in place of the endpoint's own; null tests without one. Nothing is
    /// saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<HashMap<String, Value>>,
}

/// The result of the test.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct FilterTestResult {
    /// Whether the endpoint would get the event.
    pub matched: bool,
    /// What does not match; null if everything does.
    #[serde(default)]
    pub because: Option<FilterMismatch>,
}

/// A header of a request or response.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value. `***` replaces values of custom headers, credentials and the endpoint's secret.
    pub value: String,
}

/// What the import does with an event type.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ImportedType {
    /// Its name.
    pub name: String,
    /// `created`, `updated`, or `unchanged`.
    pub action: String,
    /// The version of its schema afterwards.
    pub schema_version: u32,
    /// What it breaks, compared to the current version. Not stored without `force`.
    pub breaks: Vec<SchemaBreak>,
}

/// A bulk operation. It runs in the background and continues after a restart.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Job {
    /// Its id, `job_…`.
    pub id: String,
    /// What it does, such as `retry`, `replay`, `purge` or `broadcast`.
    pub kind: String,
    /// `running`, `finished`, `failed` (`error` says why) or `cancelled`.
    pub state: String,
    /// Deliveries processed; of a broadcast, tenants.
    pub done: u64,
    /// How many there are to process, counted when the job began.
    pub total: u64,
    /// When it was requested.
    pub created_at: String,
    /// When it finished, failed or was cancelled.
    #[serde(default)]
    pub finished_at: Option<String>,
    /// The last error; null if there was none. While the job is `running`, it retries.
    #[serde(default)]
    pub error: Option<String>,
}

/// An API key.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Key {
    /// Its id, `key_…`; not the key.
    pub id: String,
    /// Its display name.
    pub name: String,
    /// `project` or `tenant`.
    pub kind: String,
    /// `full`, `publish` or `read`.
    pub scope: String,
    /// The tenant that it belongs to.
    #[serde(default)]
    pub tenant: Option<String>,
    /// When it was created.
    pub created_at: String,
    /// When it expires.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// When it was last used, to about a minute.
    #[serde(default)]
    pub last_used_at: Option<String>,
    /// The key itself: only in the response that creates it.
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

/// The current work on an endpoint.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Lane {
    /// Attempts in progress.
    pub in_flight: u32,
    /// How many attempts may be in progress now: more while the receiver is healthy, fewer while it
    /// is not.
    pub in_flight_max: u32,
    /// Deliveries queued in memory; other pending deliveries wait in the store.
    pub queued: Queued,
    /// Maximum attempts per second, if limited.
    #[serde(default)]
    pub rate_limit: Option<u32>,
    /// When the rate limit allows the next attempt, if not immediately.
    #[serde(default)]
    pub next_token_at: Option<String>,
    /// Whether the endpoint is paused after repeated failures.
    pub breaker: Breaker,
    /// How its receiver limits it, if the receiver asked for fewer requests: with a `429`, or with
    /// a `503` that says for how long.
    #[serde(default)]
    pub throttle: Option<Throttle>,
    /// How long an attempt takes on average, over the last ones, in microseconds.
    pub attempt_mean_us: u64,
}

/// An event for many tenants.
#[derive(Clone, PartialEq, Serialize)]
pub struct NewBroadcast {
    /// Its type, such as `news.posted`.
    pub r#type: String,
    /// The payload: any JSON value, at most 1 MiB, whose numbers every dialect can send exactly.
    pub data: Value,
    /// Only to some tenants; all of them by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#where: Option<TenantSelection>,
    /// The publisher's own id: each tenant's event has it. A tenant that already has an event with
    /// this id does not get another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it happened, if not now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<String>,
    /// Not delivered before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deliver_at: Option<String>,
    /// The ordering key of each tenant's event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordering_key: Option<String>,
    /// The version of the type's schema that the data follows; the newest by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema_version: Option<u32>,
    /// The channels that each tenant's event goes out on, at most 10: it reaches endpoints without
    /// channels and those with at least one of these. Without channels it only reaches endpoints
    /// without channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// Custom metadata of each tenant's event, at most 8 KiB: kept and shown with it, not sent. The
    /// tenant can read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<HashMap<String, Value>>,
    /// Headers to send with each attempt: at most 16, 2 KiB in all, none that HTTP, the sender or
    /// the dialect owns and none that holds credentials. An endpoint's custom header with the same
    /// name wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<HashMap<String, String>>,
    /// How long each tenant's event is kept, 1 to 3650 days from when it was published or was to be
    /// delivered, instead of as long as the project keeps events. Its dead letters are not kept any
    /// longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
}

impl NewBroadcast {
    /// With what must be given, and nothing else.
    pub fn new(r#type: impl Into<String>, data: impl Into<Value>) -> Self {
        Self {
            r#type: r#type.into(),
            data: data.into(),
            r#where: None,
            id: None,
            occurred_at: None,
            deliver_at: None,
            ordering_key: None,
            schema_version: None,
            channels: None,
            metadata: None,
            headers: None,
            retention_days: None,
        }
    }
}

impl std::fmt::Debug for NewBroadcast {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewBroadcast")
            .field("type", &self.r#type)
            .field("data", &self.data)
            .field("where", &self.r#where)
            .field("id", &self.id)
            .field("occurred_at", &self.occurred_at)
            .field("deliver_at", &self.deliver_at)
            .field("ordering_key", &self.ordering_key)
            .field("schema_version", &self.schema_version)
            .field("channels", &self.channels)
            .field("metadata", &self.metadata)
            .field("headers", &self.headers.as_ref().map(|_| Masked))
            .field("retention_days", &self.retention_days)
            .finish()
    }
}

/// A dialect's file: its text, or, in place of `source`, its tables as JSON (`name`, `title`,
/// `secret`, …).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewDialect {
    /// The text of the file (TOML), at most 64 KiB; its `name` is the one in the path.
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
    /// The tenant that it belongs to. Implied with a tenant key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Another name for the endpoint, unique in its tenant, which is accepted wherever its id is.
    /// It does not begin like an id (`ep_`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// The URL that deliveries are sent to: https, publicly reachable, at most 2048 characters.
    pub url: String,
    /// The events to send, 1 to 100 filters: exact types, `prefix.*` (any depth), `*`. Before the
    /// end, `*` is exactly one part: `orders.*.failed`.
    pub events: Vec<String>,
    /// A pattern that these events must match as well, in the language of Amazon EventBridge, over
    /// `type`, `data` and `metadata`, such as `{"data": {"amount": [{"numeric": [">", 100]}]}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<HashMap<String, Value>>,
    /// Channels, at most 10: only events on at least one of them are sent. Without channels, events
    /// are sent whatever channels they are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// A secret chosen by the customer. If left out, the server generates one, unless the dialect
    /// requires the customer to choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// `ed25519` generates a key pair, in dialects that can sign with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing: Option<Signing>,
    /// A description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Custom headers to send with each attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<HashMap<String, String>>,
    /// How requests authenticate at the receiver, in addition to their signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<EndpointAuth>,
    /// TLS settings to use with the receiver: a client certificate, its own authorities, pinned
    /// keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<EndpointTlsSettings>,
    /// Maximum attempts per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<u32>,
    /// The endpoint's own retry schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// The endpoint's own timeout of an attempt, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u32>,
    /// The endpoint's own dialect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// Code that changes its webhooks before they are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transform: Option<NewTransform>,
    /// Whether to disable it: its deliveries wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// Custom metadata, at most 8 KiB.
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
            uid: None,
            url: url.into(),
            events: events.into_iter().map(Into::into).collect(),
            filter: None,
            channels: None,
            secret: None,
            signing: None,
            description: None,
            headers: None,
            auth: None,
            tls: None,
            rate_limit: None,
            retry: None,
            timeout_ms: None,
            dialect: None,
            transform: None,
            disabled: None,
            metadata: None,
        }
    }
}

impl std::fmt::Debug for NewEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewEndpoint")
            .field("tenant", &self.tenant)
            .field("uid", &self.uid)
            .field("url", &self.url)
            .field("events", &self.events)
            .field("filter", &self.filter)
            .field("channels", &self.channels)
            .field("secret", &self.secret.as_ref().map(|_| Masked))
            .field("signing", &self.signing)
            .field("description", &self.description)
            .field("headers", &self.headers.as_ref().map(|_| Masked))
            .field("auth", &self.auth)
            .field("tls", &self.tls)
            .field("rate_limit", &self.rate_limit)
            .field("retry", &self.retry)
            .field("timeout_ms", &self.timeout_ms)
            .field("dialect", &self.dialect)
            .field("transform", &self.transform)
            .field("disabled", &self.disabled)
            .field("metadata", &self.metadata)
            .finish()
    }
}

/// An event to publish.
#[derive(Clone, PartialEq, Serialize)]
pub struct NewEvent {
    /// The tenant whose endpoints receive it, by its id or uid; created if it does not exist yet.
    pub tenant: String,
    /// Its type, such as `order.paid`.
    pub r#type: String,
    /// The payload: any JSON value, at most 1 MiB. It is sent exactly as written here.
    pub data: Value,
    /// The publisher's own id, unique in the tenant: publishing the same id again is a repeat, not
    /// a second event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it happened, if not now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<String>,
    /// Not delivered before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deliver_at: Option<String>,
    /// Events of the tenant with the same key are delivered in the order they were accepted: at
    /// each endpoint, the first attempt of an event starts once the one before it has succeeded, is
    /// dead or cancelled. Events with other keys, or none, don't wait. 1 to 128 printable ASCII
    /// characters without spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordering_key: Option<String>,
    /// The version of its type's schema that `data` is checked against; the newest unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema_version: Option<u32>,
    /// The channels it goes out on, at most 10: it reaches endpoints without channels and those
    /// with at least one of these. Without channels it only reaches endpoints without channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<String>>,
    /// Custom metadata, at most 8 KiB: kept and shown with the event, not sent. Its tenant can read
    /// it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<HashMap<String, Value>>,
    /// Headers to send with each attempt: at most 16, 2 KiB in all, none that HTTP, the sender or
    /// the dialect owns and none that holds credentials. An endpoint's custom header with the same
    /// name wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<HashMap<String, String>>,
    /// How long the event is kept, 1 to 3650 days from when it was accepted or was to be delivered,
    /// instead of as long as the project keeps events. Its dead letters are not kept any longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
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
            schema_version: None,
            channels: None,
            metadata: None,
            headers: None,
            retention_days: None,
        }
    }
}

impl std::fmt::Debug for NewEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewEvent")
            .field("tenant", &self.tenant)
            .field("type", &self.r#type)
            .field("data", &self.data)
            .field("id", &self.id)
            .field("occurred_at", &self.occurred_at)
            .field("deliver_at", &self.deliver_at)
            .field("ordering_key", &self.ordering_key)
            .field("schema_version", &self.schema_version)
            .field("channels", &self.channels)
            .field("metadata", &self.metadata)
            .field("headers", &self.headers.as_ref().map(|_| Masked))
            .field("retention_days", &self.retention_days)
            .finish()
    }
}

/// The event type, complete: it replaces the one that exists.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NewEventType {
    /// A description for readers of the catalog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// JSON Schema (2020-12) of `data`, checked when an event is published. At most 64 KiB; it
    /// refers to nothing outside itself, and its regular expressions have no look-around and no
    /// back-references.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Value>,
    /// The heading it is listed under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Option<String>>,
    /// An example of `data` that matches the schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// Whether it is deprecated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<bool>,
    /// The retry schedule of its deliveries, instead of the project's. An endpoint's own schedule
    /// wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Option<Retry>>,
    /// Stores the schema even if it breaks the previous one. Without it, such a change is refused
    /// with 409, which lists what breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force: Option<bool>,
}

/// A new key.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewKey {
    /// Its display name, 1 to 200 characters.
    pub name: String,
    /// What it belongs to. Project keys are created with the admin key.
    pub kind: Speaks,
    /// `full`, `read`, or for a project `publish`.
    pub scope: String,
    /// The tenant, for a tenant's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// When it expires; never by default.
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
    /// `full` (the default) or `read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A new project.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewProject {
    /// An id of your choice, `proj_…`; generated if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A display name, 1 to 200 characters.
    pub name: String,
    /// The dialect of its webhooks, `standard` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// Settings that differ from the dialect's policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyChange>,
    /// The portal's branding.
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
    /// Only events accepted at or after this time. Required, except for `pending`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only events accepted before this time; now by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// `dead`, `missing`, `all` or `pending`.
    pub which: String,
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Only returns how many deliveries there would be (200), and starts nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

impl NewRecovery {
    /// With what must be given, and nothing else.
    pub fn new(which: impl Into<String>) -> Self {
        Self {
            since: None,
            until: None,
            which: which.into(),
            schedule: None,
            dry_run: None,
        }
    }
}

/// Code that changes webhooks before they are sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewTransform {
    /// JavaScript with a `function handler(webhook)` that returns the webhook, at most 32 KiB.
    pub code: String,
    /// Whether it runs, true by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

impl NewTransform {
    /// With what must be given, and nothing else.
    pub fn new(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            enabled: None,
        }
    }
}

/// Counts over a period. Test deliveries are left out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Numbers {
    /// Events accepted; always 0 for a single endpoint.
    pub events: u64,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed.
    pub attempts_failed: u64,
    /// Success rate of attempts, 0 to 1; null without attempts.
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

/// How an OAuth client authenticates at its authorization server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OAuthClientAuth {
    /// `client_secret_basic`.
    ClientSecretBasic,
    /// `client_secret_post`.
    ClientSecretPost,
    /// `private_key_jwt`.
    PrivateKeyJwt,
}

/// An event's deliveries by their state.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Outcomes {
    /// Deliveries that are pending.
    pub pending: u32,
    /// Deliveries that succeeded.
    pub succeeded: u32,
    /// Deliveries that are dead.
    pub dead: u32,
    /// Deliveries that were cancelled.
    pub cancelled: u32,
    /// Whether there are more than those that were counted, 250.
    pub more: bool,
}

/// How many endpoints there are.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct OverviewEndpoints {
    /// All of them.
    pub total: u64,
    /// Disabled endpoints.
    pub disabled: u64,
    /// Endpoints in trouble.
    pub in_trouble: u32,
}

/// The overview.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct OverviewReport {
    /// The window that the totals cover, in seconds.
    pub window_seconds: u32,
    /// Counts of the window, by minute, or by hour for windows longer than six hours, from the one
    /// in which it starts to the current one.
    pub totals: Numbers,
    /// The same by minute or hour, counted at the same moment; only if requested.
    #[serde(default)]
    pub series: Option<StatsSeries>,
    /// Events accepted per second, over the last full minute.
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

/// A project's effective policy: its own settings, otherwise the dialect's or the server's
/// defaults.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Policy {
    /// The retry schedule.
    pub retry: Retry,
    /// Timeout of one attempt, in milliseconds.
    pub timeout_ms: u32,
    /// Plans whose tenants may have endpoints; empty allows all.
    pub plans: Vec<String>,
    /// Maximum endpoints per tenant.
    pub endpoints_per_tenant_max: u32,
    /// How long events and finished deliveries are kept, in days.
    pub history_days: u32,
    /// Whether an event's type must be in the catalog.
    pub strict_types: bool,
    /// Days of continuous failure after which an endpoint is disabled; null for never.
    #[serde(default)]
    pub auto_disable_days: Option<u32>,
    /// The same in seconds, if it is set in seconds; otherwise null.
    #[serde(default)]
    pub auto_disable_s: Option<u32>,
    /// Failures in a row before the operator is notified that an endpoint is failing.
    pub failing_after_failures: u32,
    /// How long they must have lasted by then, in seconds.
    pub failing_after_s: u32,
    /// What 410 does: `disable` or `retry`.
    pub gone: String,
    /// What happens to new events for a disabled endpoint: `hold` or `skip`.
    pub while_disabled: String,
    /// The tenant that receives the server's own events about endpoints (`endpoint.created`,
    /// `endpoint.failing`, …), dead and recovered deliveries, rotated secrets, finished jobs and
    /// reached quotas; the catalog describes each. It receives none about its own endpoints.
    #[serde(default)]
    pub operator_tenant: Option<String>,
    /// Origins that may embed the portal.
    pub portal_origins: Vec<String>,
    /// Requests with one tenant's keys and portal tokens, per minute.
    pub tenant_requests_per_minute: u32,
    /// Of those, the requests that change or send something, per minute.
    pub tenant_changes_per_minute: u32,
    /// Background jobs that tenants may start, per hour.
    pub tenant_jobs_per_hour: u32,
    /// The shortest delay between attempts that a tenant may set, in seconds.
    pub tenant_delay_s_min: u32,
    /// The most attempts that a tenant may set.
    pub tenant_attempts_max: u32,
    /// Who may give endpoints a transformation: `off`, `operator` or `tenant`.
    pub transformations: String,
    /// Who may have an endpoint's signing secret shown again by the Svix-compatible API: `never`,
    /// `operator` or `tenant`.
    pub reveal_secrets: String,
}

/// The project's own policy. Fields left out stay as they are; null goes back to the dialect's
/// default, except for `auto_disable_days`, where null turns it off.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PolicyChange {
    /// The retry schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry: Option<Option<Retry>>,
    /// Timeout of one attempt, 100 to 60000 milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<Option<u32>>,
    /// Plans whose tenants may have endpoints, compared case-insensitively; an empty list allows
    /// all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plans: Option<Option<Vec<String>>>,
    /// Maximum endpoints per tenant, up to 10000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints_per_tenant_max: Option<Option<u32>>,
    /// How long events and finished deliveries are kept, 1 to 3650 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_days: Option<Option<u32>>,
    /// Whether an event's type must be in the catalog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict_types: Option<Option<bool>>,
    /// Days of continuous failure after which an endpoint is disabled, 1 to 365; null for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_disable_days: Option<Option<u32>>,
    /// The same in seconds, 1 to 31536000 (365 days), in place of `auto_disable_days`: setting one
    /// of the two ends the other. Null switches back to days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_disable_s: Option<Option<u32>>,
    /// Failures in a row before the operator is notified that an endpoint is failing
    /// (`endpoint.failing`), 1 to 1000; 3 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_after_failures: Option<Option<u32>>,
    /// How long they must have lasted by then, 0 to 2592000 seconds (30 days); 10 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_after_s: Option<Option<u32>>,
    /// What 410 does: `disable` or `retry`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<Option<String>>,
    /// What happens to new events for a disabled endpoint: `hold`, its deliveries wait until it is
    /// enabled; or `skip`, it gets none of them. What is pending when it is disabled waits either
    /// way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub while_disabled: Option<Option<String>>,
    /// The tenant that receives the server's own events about endpoints (`endpoint.created`,
    /// `endpoint.failing`, …), dead and recovered deliveries, rotated secrets, finished jobs and
    /// reached quotas; the catalog describes each. It receives none about its own endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator_tenant: Option<Option<String>>,
    /// Origins that may embed the portal, such as `https://app.example.com`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal_origins: Option<Option<Vec<String>>>,
    /// Requests with one tenant's keys and portal tokens, 1 to 1000000 per minute; 429 above that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_requests_per_minute: Option<Option<u32>>,
    /// Of those, the requests that change or send something (tests, retries, replays, endpoints), 1
    /// to 1000000 per minute; 429 above that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_changes_per_minute: Option<Option<u32>>,
    /// Background jobs that tenants may start, 1 to 1000000 per hour; 429 above that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_jobs_per_hour: Option<Option<u32>>,
    /// The shortest delay between attempts that a tenant may set for its endpoints, 0 to 3600
    /// seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_delay_s_min: Option<Option<u32>>,
    /// The most attempts that a tenant may set for its endpoint, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_attempts_max: Option<Option<u32>>,
    /// Who may give endpoints a transformation: `off` (nobody, and none runs: attempts at endpoints
    /// that have one fail), `operator` (with project and admin keys) or `tenant` (tenants too).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transformations: Option<Option<String>>,
    /// Who may have an endpoint's signing secret shown again by the Svix-compatible API: `never`,
    /// `operator` (with the project's tokens and keys) or `tenant` (with those of its tenant too).
    /// Each time is in the audit log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reveal_secrets: Option<Option<String>>,
}

/// A portal session.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct PortalSession {
    /// The portal's URL with the token after `#`, where servers and logs do not see it.
    pub url: String,
    /// The token, which works like a tenant key.
    pub token: String,
    /// When it expires.
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

/// A sample event, and the dialect to render it in.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct Preview {
    /// The dialect's name; the project's by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// The text of a dialect file, instead of a name: to try it before storing it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The event's type; the first in the dialect's catalog by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// The event's data; the dialect's example by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// The tenant whose event it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The tenant's metadata, for a dialect that sends some of it; by default that of `tenant`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<HashMap<String, Value>>,
    /// The endpoint's URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The secret to sign with; a new one by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// `ed25519` signs with a key pair, if the dialect can.
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

/// The exact request that a sample event produces.
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
    /// A display name.
    pub name: String,
    /// The name of its dialect.
    pub dialect: String,
    /// The policy in force.
    pub policy: Policy,
    /// The portal's branding.
    pub branding: Branding,
    /// When it was created.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// Changes to a project: fields left out stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ProjectChange {
    /// A display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
    /// The dialect, also one of the project's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Option<String>>,
    /// Changes to the policy; null resets all of it to the dialect's defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Option<PolicyChange>>,
    /// Changes to the portal's branding; null resets all of it to Nuncio's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branding: Option<Option<BrandingChange>>,
}

/// An accepted event: stored on disk, with the endpoints it goes to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Published {
    /// The event's id, `evt_…`.
    pub id: String,
    /// The tenant that it belongs to.
    pub tenant: String,
    /// Its type.
    pub r#type: String,
    /// When it was accepted.
    pub created_at: String,
    /// How many endpoints it matched.
    pub deliveries: u32,
}

/// A purge.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Purge {
    /// Which dead letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Filter>,
    /// Deletes all dead letters of the project. Needed if the filter is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm: Option<bool>,
}

/// How long something took, in microseconds; null if there was none.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Quantiles {
    /// Median.
    #[serde(default)]
    pub p50_us: Option<u64>,
    /// 95th percentile.
    #[serde(default)]
    pub p95_us: Option<u64>,
    /// 99th percentile.
    #[serde(default)]
    pub p99_us: Option<u64>,
}

/// Deliveries queued in memory.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Queued {
    /// Tests, and retries that someone requested.
    pub asked: u32,
    /// Deliveries of newly published events.
    pub fresh: u32,
    /// Scheduled retries, and deliveries read back from the store.
    pub retry: u32,
    /// Replays, and retries in bulk.
    pub replay: u32,
}

/// A transformation to copy and change.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ReadyMadeTransform {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub title: String,
    /// What it does.
    pub description: String,
    /// The code.
    pub code: String,
}

/// Transformations that come with the server.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ReadyMadeTransforms {
    /// Each of them.
    pub data: Vec<ReadyMadeTransform>,
}

/// A replay.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Replay {
    /// Only to this endpoint of its tenant, by its id or uid, whether or not it ever went there;
    /// otherwise to every endpoint that received it and still exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
}

/// A replay of many events.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReplayMany {
    /// Only events accepted at or after this time.
    pub since: String,
    /// Only events accepted before this time; now by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only events of this tenant, by its id or uid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only events of these types, such as `order.paid` or `order.*`; all types by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<String>>,
    /// `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Only returns how many deliveries there would be (200), and starts nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
}

impl ReplayMany {
    /// With what must be given, and nothing else.
    pub fn new(since: impl Into<String>) -> Self {
        Self {
            since: since.into(),
            until: None,
            tenant: None,
            types: None,
            schedule: None,
            dry_run: None,
        }
    }
}

/// The deliveries created by a replay.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Replayed {
    /// The deliveries.
    pub deliveries: Vec<ReplayedDelivery>,
}

/// A delivery created by a replay.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ReplayedDelivery {
    /// Its own id.
    pub id: String,
    /// The endpoint's id.
    pub endpoint: String,
    /// The delivery that it replays.
    #[serde(default)]
    pub replay_of: Option<String>,
    /// `pending`.
    pub status: String,
}

/// A retry schedule: either `delays_s` alone, or `base_s`, `factor`, `cap_s` with exactly one of
/// `span_s` and `attempts_max`. Each delay starts at the end of the previous attempt.
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
    /// Maximum number of attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_max: Option<u32>,
}

/// A rotated secret.
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Rotated {
    /// The new secret, shown only once.
    pub secret: String,
    /// When the last previous secret stops signing; null if none does.
    #[serde(default)]
    pub previous_expires_at: Option<String>,
    /// Which secrets sign now: `previous` until the overlap ends if only one signature is sent,
    /// `both` if several are, otherwise `current`.
    pub signing_with: String,
    /// The public half of the new key, if it is a key pair.
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
    /// The new secret. If left out, the server generates one, unless the dialect requires the
    /// customer to choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// How long the previous secret keeps signing, 0 to 2592000 seconds (30 days); a day by
    /// default. 0 switches immediately.
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

/// One thing that a schema change breaks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct SchemaBreak {
    /// The place in `data`, as a JSONPath.
    pub path: String,
    /// The place in the new schema, as a JSON pointer.
    pub pointer: String,
    /// Who is affected: `publishers`, `receivers`, or `both`.
    pub side: String,
    /// What has changed.
    pub detail: String,
}

/// A version of an event type's schema.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct SchemaVersion {
    /// Its number, counted from 1.
    pub version: u32,
    /// The JSON Schema of `data`; null where there was none.
    pub schema: Value,
    /// Whether it is the current one.
    pub current: bool,
    /// Whether it broke the previous version.
    pub forced: bool,
    /// When it was stored.
    pub created_at: String,
}

/// What an endpoint signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signing {
    /// `hmac`.
    Hmac,
    /// `ed25519`.
    Ed25519,
}

/// What a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaks {
    /// `project`.
    Project,
    /// `tenant`.
    Tenant,
}

/// A job that was started.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Started {
    /// The job's id; `GET /v1/jobs/{id}` shows its progress.
    pub job: String,
}

/// A bulk operation that was started, or only counted.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct StartedOrCounted {
    /// The job's id; `GET /v1/jobs/{id}` shows its progress. Null with `dry_run`: nothing was
    /// started.
    #[serde(default)]
    pub job: Option<String>,
    /// How many deliveries it applies to. At most 250,000 events are looked at.
    pub count: u64,
}

/// A minute or an hour.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct StatsPoint {
    /// Events accepted; always 0 for a single endpoint.
    pub events: u64,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed.
    pub attempts_failed: u64,
    /// Success rate of attempts, 0 to 1; null without attempts.
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
    /// The length of one entry: `minute` or `hour`.
    pub unit: String,
    /// When the first entry starts.
    pub since: String,
    /// The end: the last entry starts before it.
    pub until: String,
    /// Oldest first; minutes or hours in which nothing happened are left out.
    pub data: Vec<StatsPoint>,
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Another name for it, accepted wherever its id is.
    #[serde(default)]
    pub uid: Option<String>,
    /// A display name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its plan.
    #[serde(default)]
    pub plan: Option<String>,
    /// Custom metadata.
    pub metadata: HashMap<String, Value>,
    /// When it was first used.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
}

/// The tenant to create or change: fields left out stay as they are, null clears.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TenantChange {
    /// Another name for the tenant, unique in the project, which is accepted wherever its id is. It
    /// is not any tenant's id and does not begin like an id (`ep_`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<Option<String>>,
    /// A display name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Option<String>>,
    /// The tenant's plan, which the project's policy may require.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Option<String>>,
    /// Custom metadata, at most 8 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Option<HashMap<String, Value>>>,
}

/// The tenants that receive a broadcast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TenantSelection {
    /// Tenants whose metadata has all of these members, with the same values.
    pub metadata: HashMap<String, Value>,
}

impl TenantSelection {
    /// With what must be given, and nothing else.
    pub fn new(metadata: HashMap<String, Value>) -> Self {
        Self { metadata }
    }
}

/// A test.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Test {
    /// Its type, `webhook.test` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Its data; the dialect's sample by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// A test event that was sent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Tested {
    /// The delivery's id.
    pub delivery: String,
}

/// The receiver asked for fewer requests: the endpoint pauses, then speeds up slowly.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Throttle {
    /// The end of the pause; null once it is over.
    #[serde(default)]
    pub until: Option<String>,
    /// Attempts per second after the pause; this rises while attempts succeed.
    pub per_second: u32,
}

/// How long each part of an attempt took, in microseconds; null for a part that did not happen.
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
    /// From the start of the attempt to the first byte of the response.
    #[serde(default)]
    pub first_byte_us: Option<u32>,
    /// Everything.
    pub total_us: u32,
}

/// Code that changes webhooks before they are sent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Transform {
    /// The code.
    pub code: String,
    /// Whether it runs.
    pub enabled: bool,
}

/// Why code failed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TransformError {
    /// `syntax`, `thrown`, `timeout`, `memory` or `result` (what it returned can't be sent).
    pub kind: String,
    /// What happened.
    pub message: String,
    /// The line of the code, if known; the first is 1.
    #[serde(default)]
    pub line: Option<u32>,
    /// The column, if known; the first is 1.
    #[serde(default)]
    pub column: Option<u32>,
}

/// A dry run: of a past event, or of a type and data; of the dialect's sample if nothing is given.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TransformTest {
    /// A past event of the endpoint's tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The type of a made-up event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Its data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Code to try in place of the endpoint's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// What would be sent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct TransformTestResult {
    /// Whether the code ran and either returned something that can be sent, or cancelled.
    pub ok: bool,
    /// The body that would be sent; null if nothing would be.
    #[serde(default)]
    pub body: Option<String>,
    /// The event type that headers would show.
    #[serde(default)]
    pub event_type: Option<String>,
    /// The channels that the code returned.
    pub channels: Vec<String>,
    /// Headers that the code adds.
    pub headers: HashMap<String, Value>,
    /// Why the delivery would be cancelled; null if it would not be.
    #[serde(default)]
    pub cancel: Option<String>,
    /// Why the attempt would fail; null if it would not.
    #[serde(default)]
    pub error: Option<TransformError>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct UrlCheck {
    /// Whether an endpoint may have it.
    pub ok: bool,
    /// The URL as it would be stored; null if it is refused.
    #[serde(default)]
    pub url: Option<String>,
    /// Why it is refused.
    pub errors: Vec<UrlFinding>,
    /// Warnings, such as a host name that does not resolve right now.
    pub warnings: Vec<UrlFinding>,
}

/// Something about the URL.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct UrlFinding {
    /// JSON pointer (RFC 6901) of the value: `/url`.
    pub pointer: String,
    /// What was found.
    pub detail: String,
}

/// A URL to check.
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

/// Parameters of `list_attempts`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListAttemptsQuery {
    /// Only to this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Only of this event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Only of this delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
    /// Only of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only attempts with this result: `succeeded` or `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only attempts whose response had a status code of this class: `1xx`, `2xx`, `3xx`, `4xx` or
    /// `5xx`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code_class: Option<String>,
    /// Only attempts that failed with this error, such as `timeout`, `dns` or `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Only for events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Only attempts of events on this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Only attempts that started at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only attempts that started before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_audit`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListAuditQuery {
    /// Only this action, such as `endpoint.create`, or all actions on one kind: `endpoint.*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Only changes made with this key (`key_…`), or with this kind of key: `admin`, `project`,
    /// `tenant` or `portal`; or by the server itself, `system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The id or name of what was changed, or the uid of a tenant; of an endpoint, if its tenant is
    /// named as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Only changes to this tenant's resources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only entries at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only entries before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_dead_letters`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListDeadLettersQuery {
    /// Only in this state: `pending`, `succeeded`, `dead` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Only to this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Only of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only for events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Only for events on this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Only for events accepted at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only for events accepted before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only where the last response had this status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u32>,
    /// Only where the last attempt failed with this error, such as `timeout`, `dns` or `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_deliveries`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListDeliveriesQuery {
    /// Only in this state: `pending`, `succeeded`, `dead` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Only to this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Only of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only for events of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Only for events on this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Only for events accepted at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only for events accepted before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only where the last response had this status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_code: Option<u32>,
    /// Only where the last attempt failed with this error, such as `timeout`, `dns` or `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `get_dialect`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GetDialectQuery {
    /// One of its versions; the newest by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

/// Parameters of `list_dialect_versions`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListDialectVersionsQuery {
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_endpoints`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEndpointsQuery {
    /// Only of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only with this status: `active`, `disabled` or `failing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Only endpoints with this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Only endpoints whose URL, description, uid or ID contains each of these words, whatever
    /// their case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Whether to include each endpoint's health.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<bool>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
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
    /// Only events on this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Only events accepted at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only events accepted before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The endpoint's tenant, by its id or uid. Required where the endpoint is named by its uid and
    /// the key is not the tenant's own
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
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
    /// Only events on this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Only events accepted at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only events accepted before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The endpoint's tenant, by its id or uid. Required where the endpoint is named by its uid and
    /// the key is not the tenant's own
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// Parameters of `endpoint_stats`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EndpointStatsQuery {
    /// The window to look at, 60 to 7776000 seconds (90 days); a day by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u32>,
    /// The endpoint's tenant, by its id or uid. Required where the endpoint is named by its uid and
    /// the key is not the tenant's own
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// Parameters of `list_event_types`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEventTypesQuery {
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// `true` lists only archived types, `false` leaves them out; by default, both are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// Parameters of `export_event_types`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ExportEventTypesQuery {
    /// `openapi` (default) for OpenAPI 3.1, `asyncapi` for AsyncAPI 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<DocumentFormat>,
}

/// Parameters of `list_schema_versions`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListSchemaVersionsQuery {
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_events`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEventsQuery {
    /// Only of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only of this type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Only on this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Only with this publisher's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Only events accepted at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Only events accepted before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only events without a successful delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<bool>,
    /// Whether to include each event's outcomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<bool>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_event_deliveries`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListEventDeliveriesQuery {
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `list_keys`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListKeysQuery {
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `read_overview`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReadOverviewQuery {
    /// The window to look at, 60 to 2592000 seconds (30 days); an hour by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<u32>,
    /// Only of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Whether to include the totals by minute or hour, for a chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<bool>,
}

/// Parameters of `list_projects`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListProjectsQuery {
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Parameters of `read_stats`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReadStatsQuery {
    /// `minute` (the default) or `hour`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Start, rounded down to a whole minute or hour; 60 of them back by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// End (exclusive); now by default. At most 2880 minutes or hours after `since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Only of this tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Only of this endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

/// Parameters of `list_tenants`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ListTenantsQuery {
    /// Only tenants whose ID, uid or name contains each of these words, whatever their case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Page size, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
