//! Endpoints as callers give them: new ones, and changes of old ones; what of it is refused.

use std::sync::Arc;

use nuncio_dialect::Dialect;
use nuncio_domain::{
    Channel, DisabledBecause, Endpoint, EndpointAuth, EndpointId, EndpointTls, EventFilter,
    Secrets, TenantId, Timestamp, Uid,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    access::rights::Access,
    http::{
        patch::{Patch, given, without_nulls},
        problem::Problem,
    },
    resources::{
        endpoints::{
            auth::{self, AuthFields},
            auth_rules,
            exposure::Exposure,
            headers::{self, HeadersInput},
            secret::Signing,
            tls::{self, TlsFields},
            transform::TransformInput,
        },
        policy::retry::{RetryFields, RetryInput, check_timeout},
        shared::{
            channels::check_channels,
            metadata::check_metadata,
            payload_filter::FilterInput,
            verification::{first_verification, verify_again_if_moved},
        },
    },
    state::Server,
};

/// Filters of one endpoint: more could be one pattern.
const FILTERS_MAX: usize = 100;
const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Beyond this many a second a limit is none.
const RATE_LIMIT_MAX: u32 = 100_000;

/// A new endpoint.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEndpoint {
    /// The tenant that it belongs to. Implied with a tenant key.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) tenant: Option<TenantId>,
    /// Another name for the endpoint, unique in its tenant, which is accepted wherever its id is. It does not begin like an
    /// id (`ep_`).
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 256)]
    pub(crate) uid: Option<Uid>,
    /// The URL that deliveries are sent to: https, publicly reachable, at most 2048 characters.
    pub(crate) url: String,
    /// The events to send, 1 to 100 filters: exact types, `prefix.*` (any depth), `*`. Before the end, `*` is exactly
    /// one part: `orders.*.failed`.
    #[schema(value_type = Vec<String>)]
    pub(crate) events: Vec<EventFilter>,
    /// A pattern that these events must match as well, in the language of Amazon EventBridge, over `type`, `data` and
    /// `metadata`, such as `{"data": {"amount": [{"numeric": [">", 100]}]}}`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub(crate) filter: Option<FilterInput>,
    /// Channels, at most 10: only events on at least one of them are sent. Without channels, events are sent whatever
    /// channels they are on.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    pub(crate) channels: Option<Vec<Channel>>,
    /// A secret chosen by the customer. If left out, the server generates one, unless the dialect requires the customer
    /// to choose.
    #[serde(default)]
    #[schema(format = Password)]
    pub(crate) secret: Option<String>,
    /// `ed25519` generates a key pair, in dialects that can sign with one.
    #[serde(default)]
    pub(crate) signing: Option<Signing>,
    /// A description.
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// Custom headers to send with each attempt.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(crate) headers: Option<HeadersInput>,
    /// How requests authenticate at the receiver, in addition to their signature.
    #[serde(default)]
    pub(crate) auth: Option<AuthFields>,
    /// TLS settings to use with the receiver: a client certificate, its own authorities, pinned keys.
    #[serde(default)]
    pub(crate) tls: Option<TlsFields>,
    /// Maximum attempts per second.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000)]
    pub(crate) rate_limit: Option<u32>,
    /// The endpoint's own retry schedule.
    #[serde(default)]
    #[schema(value_type = Option<RetryFields>)]
    pub(crate) retry: Option<RetryInput>,
    /// The endpoint's own timeout of an attempt, in milliseconds.
    #[serde(default)]
    #[schema(minimum = 100, maximum = 60_000)]
    pub(crate) timeout_ms: Option<u32>,
    /// The endpoint's own dialect.
    #[serde(default)]
    pub(crate) dialect: Option<String>,
    /// Code that changes its webhooks before they are sent.
    #[serde(default)]
    pub(crate) transform: Option<TransformInput>,
    /// Whether to disable it: its deliveries wait.
    #[serde(default)]
    pub(crate) disabled: Option<bool>,
    /// Custom metadata, at most 8 KiB.
    #[serde(default)]
    pub(crate) metadata: Option<Map<String, Value>>,
}

/// Changes to an endpoint: fields left out stay as they are, null clears.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointChange {
    /// Another name for the endpoint, unique in its tenant.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 256)]
    pub(crate) uid: Patch<Uid>,
    /// The URL that deliveries are sent to, including pending ones.
    #[serde(default, deserialize_with = "given")]
    pub(crate) url: Option<String>,
    /// The events to send.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) events: Option<Vec<EventFilter>>,
    /// A pattern that these events must match as well. It is replaced as a whole; null removes it.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub(crate) filter: Patch<FilterInput>,
    /// Channels, at most 10: they replace the ones it has. An empty list or null removes all.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    pub(crate) channels: Patch<Vec<Channel>>,
    /// A description.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) description: Patch<String>,
    /// Headers to set; null removes a header, headers left out stay as they are. Null instead of an object removes all.
    /// Values belong to the origin that they were given for: if the URL changes to another scheme, host or port, send
    /// each of them again.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, Option<String>>>)]
    pub(crate) headers: Patch<HeadersInput>,
    /// How requests authenticate at the receiver; replaced as a whole. A secret sent as `***` stays as it is; like the
    /// values of headers, it belongs to the origin that it was given for, and that of `oauth2` to the origin of
    /// `token_url` as well.
    #[serde(default)]
    #[schema(value_type = Option<AuthFields>)]
    pub(crate) auth: Patch<AuthFields>,
    /// TLS settings to use with the receiver; replaced as a whole. `***` keeps a certificate or key.
    #[serde(default)]
    #[schema(value_type = Option<TlsFields>)]
    pub(crate) tls: Patch<TlsFields>,
    /// Maximum attempts per second.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100_000)]
    pub(crate) rate_limit: Patch<u32>,
    /// The endpoint's own retry schedule.
    #[serde(default)]
    #[schema(value_type = Option<RetryFields>)]
    pub(crate) retry: Patch<RetryInput>,
    /// The endpoint's own timeout of an attempt, in milliseconds.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 100, maximum = 60_000)]
    pub(crate) timeout_ms: Patch<u32>,
    /// The endpoint's own dialect.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub(crate) dialect: Patch<String>,
    /// Code that changes its webhooks before they are sent; replaced as a whole.
    #[serde(default)]
    #[schema(value_type = Option<TransformInput>)]
    pub(crate) transform: Patch<TransformInput>,
    /// Whether to create it disabled: its deliveries wait.
    #[serde(default, deserialize_with = "given")]
    pub(crate) disabled: Option<bool>,
    /// Custom metadata: members to set; null removes a member, members left out stay as they are. Null instead of an
    /// object removes all.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub(crate) metadata: Patch<Map<String, Value>>,
    /// A new secret, which immediately replaces all previous ones. Only needed where the dialect sends the secret
    /// itself: then a URL at another origin, or a change to such a dialect, requires one. `rotate-secret` allows an
    /// overlap instead.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = Password)]
    pub(crate) secret: Option<String>,
}

impl NewEndpoint {
    /// The tenant that the endpoint is for: the key's own, or the one that is named.
    pub(crate) async fn tenant_of(
        &self,
        server: &Server,
        caller: &Access,
    ) -> Result<TenantId, Problem> {
        let reach = caller.narrowed_by_name(server, self.tenant.clone()).await?;
        let tenant = reach.tenant;
        tenant.ok_or_else(|| {
            Problem::invalid(
                "/tenant",
                "missing field `tenant`: with a project key, name the tenant",
            )
        })
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        check_events(&self.events)?;
        self.filter.as_ref().map(FilterInput::checked).transpose()?;
        check_channels(self.channels.as_deref().unwrap_or_default())?;
        check_description(self.description.as_ref())?;
        check_rate_limit(self.rate_limit.as_ref())?;
        check_timeout(self.timeout_ms.as_ref(), "/timeout_ms")?;
        if let Some(retry) = &self.retry {
            retry.check("/retry")?;
        }
        check_metadata(self.metadata.as_ref())
    }

    pub(crate) fn into_endpoint(
        self,
        server: &Server,
        tenant: TenantId,
        url: String,
        credentials: Credentials,
        dialect: &Dialect,
    ) -> Endpoint {
        let now = server.now();
        let disabled = self.disabled.unwrap_or(false);
        Endpoint {
            id: EndpointId::new(now.ms(), server.random()),
            tenant,
            uid: self.uid,
            url,
            events: self.events,
            filter: self.filter.and_then(FilterInput::into_filter),
            channels: self.channels.unwrap_or_default(),
            description: self.description,
            headers: credentials.headers,
            auth: credentials.auth,
            tls: credentials.tls,
            rate_limit: self.rate_limit,
            retry: self.retry.map(|retry| retry.0),
            timeout_ms: self.timeout_ms,
            dialect: self.dialect,
            disabled: disabled.then_some(DisabledBecause::Requested),
            failing_since: None,
            verification: first_verification(dialect, now),
            transform: self.transform.map(TransformInput::into_transform),
            metadata: self.metadata.map(without_nulls).unwrap_or_default(),
            created_at: now,
            updated_at: now,
            secrets: credentials.secrets,
        }
    }
}

impl EndpointChange {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if let Some(events) = &self.events {
            check_events(events)?;
        }
        self.filter.as_set().map(FilterInput::checked).transpose()?;
        if let Some(channels) = self.channels.as_set() {
            check_channels(channels)?;
        }
        check_description(self.description.as_set())?;
        check_rate_limit(self.rate_limit.as_set())?;
        check_timeout(self.timeout_ms.as_set(), "/timeout_ms")?;
        if let Some(retry) = self.retry.as_set() {
            retry.check("/retry")?;
        }
        Ok(())
    }

    /// Works out what depends on the endpoint as it is: its headers, secrets and metadata under the dialect that it
    /// will have.
    pub(crate) fn kept(
        &self,
        current: &Endpoint,
        dialect: &Dialect,
        exposure: Exposure,
        now: Timestamp,
    ) -> Result<Kept, Problem> {
        let headers = exposure.headers(self, current)?;
        headers::check(&headers, dialect)?;
        let auth = auth::after(&self.auth, current, exposure)?;
        auth_rules::check_header(auth.as_deref(), &headers, dialect)?;
        let url = self.url.as_deref().unwrap_or(&current.url);
        let tls = tls::after(&self.tls, current, url, exposure, now)?;
        let secrets = exposure.secrets(self, current, dialect)?;
        if self.dialect != Patch::Keep {
            dialect
                .stored_key(secrets.current.expose())
                .map_err(|error| {
                    let detail =
                        format!("the endpoint's secret does not fit it ({error}): rotate it first");
                    Problem::invalid("/dialect", detail)
                })?;
        }
        let mut metadata = current.metadata.clone();
        self.metadata.clone().merge(&mut metadata);
        check_metadata(Some(&metadata))?;
        Ok(Kept {
            credentials: Credentials {
                headers,
                auth,
                tls,
                secrets,
            },
            metadata,
        })
    }

    pub(crate) fn apply(
        self,
        endpoint: &mut Endpoint,
        kept: Kept,
        dialect: &Dialect,
        now: Timestamp,
    ) {
        let before = (endpoint.url.clone(), endpoint.dialect.clone());
        endpoint.headers = kept.credentials.headers;
        endpoint.auth = kept.credentials.auth;
        endpoint.tls = kept.credentials.tls;
        endpoint.secrets = kept.credentials.secrets;
        endpoint.metadata = kept.metadata;
        if let Some(url) = self.url {
            endpoint.url = url;
        }
        if let Some(events) = self.events {
            endpoint.events = events;
        }
        match self.filter {
            Patch::Keep => {}
            Patch::Clear => endpoint.filter = None,
            Patch::Set(filter) => endpoint.filter = filter.into_filter(),
        }
        self.channels.apply_or_default(&mut endpoint.channels);
        match self.retry {
            Patch::Keep => {}
            Patch::Clear => endpoint.retry = None,
            Patch::Set(RetryInput(retry)) => endpoint.retry = Some(retry),
        }
        match self.transform {
            Patch::Keep => {}
            Patch::Clear => endpoint.transform = None,
            Patch::Set(transform) => endpoint.transform = Some(transform.into_transform()),
        }
        if let Some(disabled) = self.disabled {
            set_disabled(endpoint, disabled);
        }
        self.uid.apply(&mut endpoint.uid);
        self.description.apply(&mut endpoint.description);
        self.rate_limit.apply(&mut endpoint.rate_limit);
        self.timeout_ms.apply(&mut endpoint.timeout_ms);
        self.dialect.apply(&mut endpoint.dialect);
        let moved = before != (endpoint.url.clone(), endpoint.dialect.clone());
        verify_again_if_moved(endpoint, moved, dialect, now);
    }
}

/// What an endpoint keeps of what it has, laid under a change.
#[derive(Debug)]
pub(crate) struct Kept {
    credentials: Credentials,
    metadata: Map<String, Value>,
}

/// What an endpoint authenticates with, checked.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) auth: Option<Arc<EndpointAuth>>,
    pub(crate) tls: Option<Arc<EndpointTls>>,
    pub(crate) secrets: Secrets,
}

/// Disables or enables an endpoint. One that is disabled already keeps its reason.
pub(crate) fn set_disabled(endpoint: &mut Endpoint, disabled: bool) {
    match (disabled, endpoint.disabled) {
        (true, Some(_)) => {}
        (true, None) => endpoint.disabled = Some(DisabledBecause::Requested),
        (false, _) => {
            endpoint.disabled = None;
            // It begins anew: an old failure must not disable it again at once.
            endpoint.failing_since = None;
        }
    }
}

fn check_events(events: &[EventFilter]) -> Result<(), Problem> {
    match events.len() {
        0 => Err(Problem::invalid(
            "/events",
            "is empty: give `[\"*\"]` for all",
        )),
        1..=FILTERS_MAX => Ok(()),
        count => Err(Problem::invalid(
            "/events",
            format!("{count} filters: at most {FILTERS_MAX} are allowed"),
        )),
    }
}

fn check_description(description: Option<&String>) -> Result<(), Problem> {
    let chars = description.map_or(0, |text| text.chars().count());
    match chars <= DESCRIPTION_CHARS_MAX {
        true => Ok(()),
        false => Err(Problem::invalid(
            "/description",
            format!("{chars} characters: at most {DESCRIPTION_CHARS_MAX} are allowed"),
        )),
    }
}

fn check_rate_limit(rate_limit: Option<&u32>) -> Result<(), Problem> {
    match rate_limit {
        Some(0) | Some(100_001..) => Err(Problem::invalid(
            "/rate_limit",
            format!(
                "{} is out of range: from 1 to {RATE_LIMIT_MAX} attempts a second, null for no limit",
                rate_limit.copied().unwrap_or_default()
            ),
        )),
        Some(_) | None => Ok(()),
    }
}
