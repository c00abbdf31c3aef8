//! An endpoint as answers show it.

use nuncio_dialect::Dialect;
use nuncio_domain::{
    Channel, DisabledBecause, Endpoint, EndpointId, EventFilter, PayloadFilter, Retry, TenantId,
    Timestamp, Uid,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::resources::{
    endpoints::{
        auth::AuthFields, headers, health::HealthView, secret, tls::TlsView,
        transform::TransformView,
    },
    policy::retry::RetryFields,
};

/// An endpoint. Its secret is shown once, when the endpoint is created; after that, `secret` is left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Endpoint)]
pub(crate) struct EndpointView<'a> {
    /// Its id, `ep_…`.
    #[schema(value_type = String)]
    id: EndpointId,
    /// The tenant that it belongs to.
    #[schema(value_type = String)]
    tenant: &'a TenantId,
    /// Another name for it within its tenant, accepted wherever its id is.
    #[schema(value_type = Option<String>, required)]
    uid: Option<&'a Uid>,
    /// The URL that deliveries are sent to, as entered.
    url: &'a str,
    /// The events to send: exact types, `prefix.*` (any depth), `*`. Before the end, `*` stands for exactly one part.
    #[schema(value_type = Vec<String>)]
    events: &'a [EventFilter],
    /// A pattern that these events must match as well; null for none.
    #[schema(value_type = Option<Object>, required)]
    filter: Option<&'a Map<String, Value>>,
    /// Its channels: only events on at least one of them are sent. Empty for all events.
    #[schema(value_type = Vec<String>)]
    channels: &'a [Channel],
    /// A description.
    #[schema(required)]
    description: Option<&'a str>,
    /// The customer's own headers; their values are masked.
    headers: Map<String, Value>,
    /// How requests authenticate at the receiver, in addition to their signature; null if they don't.
    #[schema(required)]
    auth: Option<AuthFields>,
    /// TLS settings used with the receiver; null for none of its own.
    #[schema(required)]
    tls: Option<TlsView<'a>>,
    /// Maximum attempts per second; null for no limit.
    #[schema(required)]
    rate_limit: Option<u32>,
    /// The endpoint's own retry schedule; null uses the event type's, if it has one, otherwise the
    /// project's.
    #[schema(value_type = Option<RetryFields>, required)]
    retry: Option<&'a Retry>,
    /// The endpoint's own timeout of an attempt, in milliseconds; null uses the project's.
    #[schema(required)]
    timeout_ms: Option<u32>,
    /// The endpoint's own dialect; null uses the project's.
    #[schema(required)]
    dialect: Option<&'a str>,
    /// Whether it is disabled: its deliveries wait.
    disabled: bool,
    /// Why: `requested`, `gone` (it answered 410) or `failing` (continuous failure for days).
    #[schema(value_type = Option<String>, required)]
    disabled_because: Option<DisabledBecause>,
    /// Since when every attempt has failed.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    failing_since: Option<Timestamp>,
    /// Whether the endpoint is verified, where its dialect requires that: `none` (not required), `pending`, `verified`
    /// or `failed`. Until it is `verified` its deliveries wait.
    verification: &'static str,
    /// What was wrong with its last response; null if nothing was.
    #[schema(required)]
    verification_detail: Option<&'a str>,
    /// When it was last verified; null for never.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    verification_checked_at: Option<Timestamp>,
    /// When it is next verified automatically; null if it is not.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    verification_next_at: Option<Timestamp>,
    /// Code that changes its webhooks before they are sent; null if it has none.
    #[schema(required)]
    transform: Option<TransformView<'a>>,
    /// Custom metadata.
    metadata: &'a Map<String, Value>,
    /// The public half of its key, if it signs with a key pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<String>,
    /// Its health, only in lists requested with `health=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<HealthView>,
    /// Its secret: only in the response that creates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    secret: Option<&'a str>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl<'a> EndpointView<'a> {
    /// Shows an endpoint of that dialect, without its secret.
    pub(crate) fn new(endpoint: &'a Endpoint, dialect: &Dialect) -> Self {
        Self {
            id: endpoint.id,
            tenant: &endpoint.tenant,
            uid: endpoint.uid.as_ref(),
            url: &endpoint.url,
            events: &endpoint.events,
            filter: endpoint.filter.as_ref().map(PayloadFilter::given),
            channels: &endpoint.channels,
            description: endpoint.description.as_deref(),
            headers: headers::masked(&endpoint.headers),
            auth: endpoint.auth.as_deref().map(AuthFields::masked),
            tls: endpoint.tls.as_deref().map(TlsView::new),
            rate_limit: endpoint.rate_limit,
            retry: endpoint.retry.as_ref(),
            timeout_ms: endpoint.timeout_ms,
            dialect: endpoint.dialect.as_deref(),
            disabled: endpoint.disabled.is_some(),
            disabled_because: endpoint.disabled,
            failing_since: endpoint.failing_since,
            verification: endpoint.verification.state.as_str(),
            verification_detail: endpoint.verification.detail.as_deref(),
            verification_checked_at: endpoint.verification.checked_at,
            verification_next_at: endpoint.verification.next_at,
            transform: endpoint.transform.as_ref().map(TransformView::new),
            metadata: &endpoint.metadata,
            public_key: secret::public_key(dialect, &endpoint.secrets),
            health: None,
            secret: None,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }

    /// The same with how it does.
    pub(crate) fn with_health(self, health: Option<HealthView>) -> Self {
        Self { health, ..self }
    }

    /// The same with the secret: for the one answer that shows it.
    pub(crate) fn with_secret(endpoint: &'a Endpoint, dialect: &Dialect) -> Self {
        Self {
            secret: Some(endpoint.secrets.current.expose()),
            ..Self::new(endpoint, dialect)
        }
    }
}
