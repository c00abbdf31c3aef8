//! Endpoints: made, listed, changed, deleted. Also answers as `/v1/webhooks`, the name that vendors' customers know.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use nuncio_dialect::Dialect;
use nuncio_domain::{
    DisabledBecause, Endpoint, EndpointId, EventFilter, JobId, ProjectId, Secret, Secrets, TenantId,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{Access, Reader, Writer},
    body::JsonBody,
    cursor::{Cursor, Limit, list, page},
    endpoint_actions, endpoint_history,
    endpoint_secret::{Signing, new_secret},
    endpoint_view::EndpointView,
    halt::{Handled, OrNotFound},
    headers::{self, HeadersInput},
    once::Idempotency,
    patch::{Patch, given},
    path::Id,
    policy::{InForce, RetryFields, RetryInput, check_timeout},
    problem::Problem,
    query::Query,
    reply::{self, List},
    state::{Server, Shared},
};

/// Filters of one endpoint: more could be one pattern.
const FILTERS_MAX: usize = 100;
const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Endpoints are kept in memory: what customers keep with them is bounded.
const METADATA_BYTES_MAX: usize = 8 * 1024;
/// Beyond this many a second a limit is none.
const RATE_LIMIT_MAX: u32 = 100_000;

/// The routes, below `/v1/endpoints` or another name of it.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(create_endpoint, list_endpoints))
        .routes(routes!(get_endpoint, update_endpoint, delete_endpoint))
        .merge(endpoint_actions::routes())
        .merge(endpoint_history::routes())
}

/// A new endpoint.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEndpoint {
    /// Whose it is. With a tenant's key it is implied.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Where its deliveries go: https, publicly reachable, at most 2048 characters.
    url: String,
    /// The events that it wants, 1 to 100 filters: exact types, `prefix.*`, or `*`.
    #[schema(value_type = Vec<String>)]
    events: Vec<EventFilter>,
    /// A secret of the customer's own. Left out, the server makes one, unless the dialect lets the customer choose.
    #[serde(default)]
    secret: Option<String>,
    /// `ed25519` makes a key pair, in dialects that sign with one.
    #[serde(default)]
    signing: Option<Signing>,
    /// A note for people.
    #[serde(default)]
    description: Option<String>,
    /// Headers to send with each attempt.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    headers: Option<HeadersInput>,
    /// Most attempts to start in a second.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000)]
    rate_limit: Option<u32>,
    /// Its own retry schedule.
    #[serde(default)]
    #[schema(value_type = Option<RetryFields>)]
    retry: Option<RetryInput>,
    /// Its own deadline of an attempt, milliseconds.
    #[serde(default)]
    #[schema(minimum = 100, maximum = 60_000)]
    timeout_ms: Option<u32>,
    /// Its own dialect.
    #[serde(default)]
    dialect: Option<String>,
    /// Whether its deliveries are to wait for now.
    #[serde(default)]
    disabled: Option<bool>,
    /// Whatever the customer wants to keep with it, at most 8 KiB.
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
}

/// Changes of an endpoint: what is not named stays, null clears.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndpointChange {
    /// Where its deliveries go, pending ones too.
    #[serde(default, deserialize_with = "given")]
    url: Option<String>,
    /// The events that it wants.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>)]
    events: Option<Vec<EventFilter>>,
    /// A note for people.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    description: Patch<String>,
    /// Headers to set; null for a header takes it away, those not named stay. Null for all of them clears them.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, Option<String>>>)]
    headers: Patch<HeadersInput>,
    /// Most attempts to start in a second.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100_000)]
    rate_limit: Patch<u32>,
    /// Its own retry schedule.
    #[serde(default)]
    #[schema(value_type = Option<RetryFields>)]
    retry: Patch<RetryInput>,
    /// Its own deadline of an attempt, milliseconds.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 100, maximum = 60_000)]
    timeout_ms: Patch<u32>,
    /// Its own dialect.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    dialect: Patch<String>,
    /// Whether its deliveries are to wait.
    #[serde(default, deserialize_with = "given")]
    disabled: Option<bool>,
    /// Whatever the customer keeps with it, replaced as a whole.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Patch<Map<String, Value>>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EndpointsQuery {
    /// Of this tenant.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    /// How many, 50 unless given.
    limit: Limit,
    /// The `next_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<EndpointId>>,
}

/// Make an endpoint
///
/// The answer shows its secret, this once.
#[utoipa::path(
    post, path = "", tag = "endpoints", request_body = NewEndpoint,
    responses((status = 201, description = "The endpoint, with its secret", body = EndpointView<'static>))
)]
async fn create_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    idempotency: Idempotency,
    body: JsonBody,
) -> Handled {
    let wanted: NewEndpoint = body.parse()?;
    let tenant = wanted.tenant_of(&caller)?;
    wanted.check()?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let dialect = dialect_of(&server, &in_force, wanted.dialect.as_deref()).await?;
    let headers = wanted
        .headers
        .clone()
        .unwrap_or_default()
        .over(Vec::new())?;
    headers::check(&headers, &dialect)?;
    let entropy = server.random();
    let secret = new_secret(&dialect, wanted.secret.clone(), wanted.signing, &entropy)?;
    in_force.check_plan(&server, &tenant).await?;
    let url = check_url(&server, &wanted.url).await?;

    let endpoint = wanted.into_endpoint(&server, tenant, url, headers, secret);
    let answer = move |made: &Arc<Endpoint>| {
        reply::answer(
            StatusCode::CREATED,
            &EndpointView::with_secret(made, &dialect),
        )
    };
    let keep = answer.clone();
    let once = idempotency.once(
        Some(&caller.reach),
        || body.fingerprint(),
        move |made| Some(keep(made)),
    );
    let max = in_force.project.policy.endpoints_per_tenant_max();
    let made = server
        .store()
        .create_endpoint(caller.project(), endpoint, max, once)
        .await?;
    Ok(reply::of(answer(&made)))
}

/// List endpoints
#[utoipa::path(
    get, path = "", tag = "endpoints", params(EndpointsQuery),
    responses((status = 200, description = "Endpoints by id", body = List<EndpointView<'static>>))
)]
async fn list_endpoints(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<EndpointsQuery>,
) -> Handled {
    let in_force = InForce::of(&server, caller.project()).await?;
    let reach = match caller.narrowed(query.tenant) {
        Ok(reach) => reach,
        // Another tenant's endpoints: to this caller there are none, as of a tenant that never existed.
        Err(_) => return Ok(reply::ok(&list(Vec::<()>::new(), None::<EndpointId>))),
    };
    let slice = server
        .store()
        .endpoints(&reach, page(query.limit, query.cursor))
        .await;
    let mut data = Vec::with_capacity(slice.items.len());
    for endpoint in &slice.items {
        let dialect = dialect_of(&server, &in_force, endpoint.dialect.as_deref()).await?;
        data.push(EndpointView::new(endpoint, &dialect));
    }
    Ok(reply::ok(&list(data, slice.next)))
}

/// Get an endpoint
#[utoipa::path(
    get, path = "/{id}", tag = "endpoints", params(("id" = String, Path, description = "The endpoint's id")),
    responses((status = 200, description = "The endpoint", body = EndpointView<'static>))
)]
async fn get_endpoint(
    State(server): State<Shared>,
    caller: Reader,
    Id(id): Id<EndpointId>,
) -> Handled {
    let endpoint = server
        .store()
        .endpoint(&caller.reach, id)
        .await
        .or_not_found()?;
    shown(&server, caller.project(), &endpoint).await
}

/// Change an endpoint
///
/// What is not named stays; null clears. A new URL is for pending deliveries too.
#[utoipa::path(
    patch, path = "/{id}", tag = "endpoints", params(("id" = String, Path, description = "The endpoint's id")),
    request_body = EndpointChange,
    responses((status = 200, description = "The endpoint as it is now", body = EndpointView<'static>))
)]
async fn update_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
    body: JsonBody,
) -> Handled {
    let now = server.now();
    let current = server
        .store()
        .endpoint(&caller.reach, id)
        .await
        .or_not_found()?;
    let mut wanted: EndpointChange = body.parse()?;
    wanted.check()?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let name = match &wanted.dialect {
        Patch::Keep => current.dialect.as_deref(),
        Patch::Clear => None,
        Patch::Set(name) => Some(name.as_str()),
    };
    let dialect = dialect_of(&server, &in_force, name).await?;
    if wanted.url.is_some() || wanted.disabled == Some(false) {
        in_force.check_plan(&server, &current.tenant).await?;
    }
    if let Some(url) = &wanted.url {
        wanted.url = Some(check_url(&server, url).await?);
    }
    // Checked against what is there now, and again where it is changed: another change may come in between.
    wanted.check_against(&current, &dialect)?;

    let change = Box::new(move |endpoint: &mut Endpoint| {
        wanted
            .apply(endpoint, &dialect)
            .map_err(|problem| problem.to_string())?;
        endpoint.updated_at = now;
        Ok(())
    });
    let store = server.store();
    let changed = store
        .update_endpoint(&caller.reach, id, change, None)
        .await?;
    shown(&server, caller.project(), &changed).await
}

/// Delete an endpoint
///
/// It gets nothing more; its pending deliveries are cancelled.
#[utoipa::path(
    delete, path = "/{id}", tag = "endpoints", params(("id" = String, Path, description = "The endpoint's id")),
    responses((status = 204, description = "It is gone"))
)]
async fn delete_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
) -> Handled {
    let now = server.now();
    let job = JobId::new(now.ms(), server.random());
    server
        .store()
        .delete_endpoint(&caller.reach, id, job, now)
        .await?;
    Ok(reply::no_content())
}

impl NewEndpoint {
    /// The tenant that the endpoint is for: the key's own, or the one that is named.
    fn tenant_of(&self, caller: &Access) -> Result<TenantId, Problem> {
        let tenant = caller.narrowed(self.tenant.clone())?.tenant;
        tenant.ok_or_else(|| {
            Problem::invalid(
                "/tenant",
                "missing field `tenant`: a project's key names the tenant",
            )
        })
    }

    fn check(&self) -> Result<(), Problem> {
        check_events(&self.events)?;
        check_description(self.description.as_ref())?;
        check_rate_limit(self.rate_limit.as_ref())?;
        check_timeout(self.timeout_ms.as_ref(), "/timeout_ms")?;
        if let Some(retry) = &self.retry {
            retry.check("/retry")?;
        }
        check_metadata(self.metadata.as_ref())
    }

    fn into_endpoint(
        self,
        server: &Server,
        tenant: TenantId,
        url: String,
        headers: Vec<(String, String)>,
        secret: Secret,
    ) -> Endpoint {
        let now = server.now();
        let disabled = self.disabled.unwrap_or(false);
        Endpoint {
            id: EndpointId::new(now.ms(), server.random()),
            tenant,
            url,
            events: self.events,
            description: self.description,
            headers,
            rate_limit: self.rate_limit,
            retry: self.retry.map(|retry| retry.0),
            timeout_ms: self.timeout_ms,
            dialect: self.dialect,
            disabled: disabled.then_some(DisabledBecause::Requested),
            failing_since: None,
            metadata: self.metadata.unwrap_or_default(),
            created_at: now,
            updated_at: now,
            secrets: Secrets::new(secret),
        }
    }
}

impl EndpointChange {
    fn check(&self) -> Result<(), Problem> {
        if let Some(events) = &self.events {
            check_events(events)?;
        }
        check_description(self.description.as_set())?;
        check_rate_limit(self.rate_limit.as_set())?;
        check_timeout(self.timeout_ms.as_set(), "/timeout_ms")?;
        if let Some(retry) = self.retry.as_set() {
            retry.check("/retry")?;
        }
        check_metadata(self.metadata.as_set())
    }

    /// Checks what depends on the endpoint as it is: its headers and secret under the dialect that it will have.
    fn check_against(&self, current: &Endpoint, dialect: &Dialect) -> Result<(), Problem> {
        self.headers_over(current.headers.clone(), dialect)?;
        if self.dialect != Patch::Keep {
            dialect
                .parse_secret(current.secrets.current.expose())
                .map_err(|error| {
                    let detail =
                        format!("the endpoint's secret does not fit it ({error}): rotate it first");
                    Problem::invalid("/dialect", detail)
                })?;
        }
        Ok(())
    }

    fn headers_over(
        &self,
        current: Vec<(String, String)>,
        dialect: &Dialect,
    ) -> Result<Vec<(String, String)>, Problem> {
        let headers = match &self.headers {
            Patch::Keep => current,
            Patch::Clear => Vec::new(),
            Patch::Set(input) => input.clone().over(current)?,
        };
        headers::check(&headers, dialect)?;
        Ok(headers)
    }

    fn apply(self, endpoint: &mut Endpoint, dialect: &Dialect) -> Result<(), Problem> {
        endpoint.headers = self.headers_over(std::mem::take(&mut endpoint.headers), dialect)?;
        if let Some(url) = self.url {
            endpoint.url = url;
        }
        if let Some(events) = self.events {
            endpoint.events = events;
        }
        match self.retry {
            Patch::Keep => {}
            Patch::Clear => endpoint.retry = None,
            Patch::Set(RetryInput(retry)) => endpoint.retry = Some(retry),
        }
        if let Some(disabled) = self.disabled {
            set_disabled(endpoint, disabled);
        }
        self.description.apply(&mut endpoint.description);
        self.rate_limit.apply(&mut endpoint.rate_limit);
        self.timeout_ms.apply(&mut endpoint.timeout_ms);
        self.dialect.apply(&mut endpoint.dialect);
        self.metadata.apply_or_default(&mut endpoint.metadata);
        Ok(())
    }
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

/// The dialect that an endpoint uses: that of the given name, else the project's.
pub(crate) async fn dialect_of(
    server: &Server,
    in_force: &InForce,
    name: Option<&str>,
) -> Result<Arc<Dialect>, Problem> {
    let Some(name) = name else {
        return Ok(Arc::clone(&in_force.dialect.dialect));
    };
    match server.store().dialect(in_force.project.id, name).await {
        Some(version) => Ok(version.dialect),
        None => Err(Problem::invalid(
            "/dialect",
            format!("there is no dialect `{name}`: GET /v1/dialects lists them"),
        )),
    }
}

/// An endpoint as the answer of a request about it, without its secret.
pub(crate) async fn shown(server: &Server, project: ProjectId, endpoint: &Endpoint) -> Handled {
    let in_force = InForce::of(server, project).await?;
    let dialect = dialect_of(server, &in_force, endpoint.dialect.as_deref()).await?;
    let response: Response = reply::ok(&EndpointView::new(endpoint, &dialect));
    Ok(response)
}

async fn check_url(server: &Server, raw: &str) -> Result<String, Problem> {
    let checked = server.state.guard.check_at_configuration(raw).await;
    let url = checked.map_err(|error| Problem::invalid("/url", error))?;
    Ok(url.as_str().to_owned())
}

fn check_events(events: &[EventFilter]) -> Result<(), Problem> {
    match events.len() {
        0 => Err(Problem::invalid(
            "/events",
            "names no event: give `[\"*\"]` for all",
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

/// Bounds what is kept with a thing for its owner.
pub(crate) fn check_metadata(metadata: Option<&Map<String, Value>>) -> Result<(), Problem> {
    let bytes = metadata.map_or(0, |map| {
        serde_json::to_vec(map).map_or(0, |text| text.len())
    });
    match bytes <= METADATA_BYTES_MAX {
        true => Ok(()),
        false => Err(Problem::invalid(
            "/metadata",
            format!("{bytes} bytes: at most {METADATA_BYTES_MAX} are allowed"),
        )),
    }
}
