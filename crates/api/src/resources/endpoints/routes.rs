//! Endpoints: made, listed, changed, deleted. Also answers as `/v1/webhooks`, the name that vendors' customers know.

use std::{collections::HashMap, sync::Arc};

use axum::{extract::State, http::StatusCode};
use nuncio_domain::{Channel, Endpoint, EndpointId, JobId, ProjectId, Secrets, TenantId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::JsonBody,
        idempotency::Idempotency,
        rights::{Reader, Writer},
    },
    http::{
        paging::{Cursor, Limit, list, page},
        patch::Patch,
        path::Id,
        problem::Problem,
        query::Query,
        rejection::{Handled, OrNotFound},
        reply::{self, List},
    },
    resources::{
        endpoints::{
            actions,
            auth::{self, AuthFields},
            auth_rules, check,
            exposure::Exposure,
            filter_check::check_filters,
            filter_test, headers,
            health::{self, Narrowing, Status, narrowed},
            history,
            input::{Credentials, EndpointChange, NewEndpoint},
            recovery, retry_limits,
            secret::new_secret,
            stats, tls, transform, transform_test, verification,
            view::EndpointView,
        },
        policy::in_force::{InForce, dialect_of},
        shared::search::Search,
    },
    state::{Server, Shared},
};

/// The routes, below `/v1/endpoints` or another name of it.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(create_endpoint, list_endpoints))
        .routes(routes!(get_endpoint, update_endpoint, delete_endpoint))
        .merge(check::routes())
        .merge(actions::routes())
        .merge(filter_test::routes())
        .merge(recovery::routes())
        .merge(history::routes())
        .merge(stats::routes())
        .merge(verification::routes())
        .merge(transform_test::routes())
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EndpointsQuery {
    /// Only of this tenant.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Only with this status: `active`, `disabled` or `failing`.
    #[param(inline, value_type = Option<Status>)]
    status: Option<Status>,
    /// Only endpoints with this channel.
    #[param(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Only endpoints whose URL, description, uid or ID contains each of these words, whatever their case.
    #[param(value_type = Option<String>, max_length = 200)]
    search: Option<Search>,
    /// Whether to include each endpoint's health.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    health: bool,
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    /// Page size, 50 by default.
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<EndpointId>>,
}

/// Create an endpoint
///
/// The response shows its secret, only this once.
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
    let mut wanted: NewEndpoint = body.parse()?;
    let tenant = wanted.tenant_of(&server, &caller).await?;
    wanted.check()?;
    transform::check(&server, &caller, wanted.transform.as_ref()).await?;
    retry_limits::check_retry(&server, &caller, wanted.retry.as_ref()).await?;
    let in_force = InForce::of(&server, caller.project()).await?;
    let dialect = dialect_of(&server, &in_force, wanted.dialect.as_deref()).await?;
    check_filters(&server, &in_force, &wanted.events, &[]).await?;
    let headers = wanted
        .headers
        .clone()
        .unwrap_or_default()
        .over(Vec::new())?;
    headers::check(&headers, &dialect)?;
    let entropy = server.random();
    let secret = new_secret(&dialect, wanted.secret.clone(), wanted.signing, &entropy)?;
    in_force.check_plan(&server, &tenant).await?;
    let url = check_url(&server, "/url", &wanted.url).await?;
    check_token_url(&server, wanted.auth.as_mut()).await?;
    let auth = auth::given(wanted.auth.as_ref())?;
    auth_rules::check_header(auth.as_deref(), &headers, &dialect)?;
    let credentials = Credentials {
        tls: tls::given(wanted.tls.as_ref(), &url, server.now())?,
        headers,
        auth,
        secrets: Secrets::new(secret),
    };

    let endpoint = wanted.into_endpoint(&server, tenant, url, credentials, &dialect);
    let answer = move |made: &Arc<Endpoint>| {
        reply::with_secret(
            StatusCode::CREATED,
            &EndpointView::with_secret(made, &dialect),
            Some(&EndpointView::new(made, &dialect)),
        )
    };
    let keep = answer.clone();
    let once = idempotency.once(|| body.fingerprint(), move |made| Some(keep(made)));
    let max = in_force.project.policy.endpoints_per_tenant_max();
    let made = caller
        .store(&server)
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
        Err(_) => return Ok(reply::ok(&list(Vec::<()>::new(), None::<EndpointId>, None))),
    };
    let part = page(query.limit, query.cursor);
    let narrowing = Narrowing {
        status: query.status,
        channel: query.channel,
        search: query.search,
    };
    let slice = narrowed(&server, &reach, &narrowing, part).await?;
    let mut health = match query.health {
        true => health::health(&server, &reach, &slice.items).await?,
        false => HashMap::new(),
    };
    let mut data = Vec::with_capacity(slice.items.len());
    for endpoint in &slice.items {
        let dialect = dialect_of(&server, &in_force, endpoint.dialect.as_deref()).await?;
        let view = EndpointView::new(endpoint, &dialect);
        data.push(view.with_health(health.remove(&endpoint.id)));
    }
    Ok(reply::ok(&list(data, slice.next, slice.prev)))
}

/// Get an endpoint
#[utoipa::path(
    get, path = "/{id}", tag = "endpoints", params(("id" = String, Path, description = "The endpoint's id or uid")),
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
        .await?
        .or_not_found()?;
    shown(&server, caller.project(), &endpoint).await
}

/// Change an endpoint
///
/// Fields left out stay as they are; null clears. A new URL also applies to pending deliveries. Credentials belong to
/// the origin (scheme, host and port) that they were given for: a change to another origin is refused with 422 until
/// each is given again or removed, and the errors name them.
#[utoipa::path(
    patch, path = "/{id}", tag = "endpoints", params(("id" = String, Path, description = "The endpoint's id or uid")),
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
        .await?
        .or_not_found()?;
    let mut wanted: EndpointChange = body.parse()?;
    wanted.check()?;
    transform::check_change(&server, &caller, &wanted.transform).await?;
    retry_limits::check_retry(&server, &caller, wanted.retry.as_set()).await?;
    let in_force = InForce::of(&server, caller.project()).await?;
    if let Some(events) = &wanted.events {
        check_filters(&server, &in_force, events, &current.events).await?;
    }
    let before = dialect_of(&server, &in_force, current.dialect.as_deref()).await?;
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
        wanted.url = Some(check_url(&server, "/url", url).await?);
    }
    if let Patch::Set(auth) = &mut wanted.auth {
        check_token_url(&server, Some(auth)).await?;
    }
    // Checked against what is there now, and again where it is changed: another change may come in between.
    let guard = Arc::clone(&server.state.guard);
    let after = Arc::clone(&dialect);
    let check = move |wanted: &EndpointChange, endpoint: &Endpoint| {
        let exposure = Exposure::of(&guard, wanted, endpoint, (&*before, &*after));
        wanted.kept(endpoint, &after, exposure, now)
    };
    check(&wanted, &current)?;

    let change = Box::new(move |endpoint: &mut Endpoint| {
        if endpoint.dialect != current.dialect {
            return Err(
                "the endpoint's dialect was changed at the same time: try again".to_owned(),
            );
        }
        let kept = check(&wanted, endpoint).map_err(|problem| problem.to_string())?;
        wanted.clone().apply(endpoint, kept, &dialect, now);
        endpoint.updated_at = now;
        Ok(())
    });
    let store = caller.store(&server);
    let changed = store
        .update_endpoint(&caller.reach, id, change, None)
        .await?;
    shown(&server, caller.project(), &changed).await
}

/// Delete an endpoint
///
/// It receives nothing more; its pending deliveries are cancelled.
#[utoipa::path(
    delete, path = "/{id}", tag = "endpoints", params(("id" = String, Path, description = "The endpoint's id or uid")),
    responses((status = 204, description = "Deleted"))
)]
async fn delete_endpoint(
    State(server): State<Shared>,
    caller: Writer,
    Id(id): Id<EndpointId>,
) -> Handled {
    let now = server.now();
    let job = JobId::new(now.ms(), server.random());
    caller
        .store(&server)
        .delete_endpoint(&caller.reach, id, job, now)
        .await?;
    Ok(reply::no_content())
}

/// An endpoint as the answer of a request about it, without its secret.
pub(crate) async fn shown(server: &Server, project: ProjectId, endpoint: &Endpoint) -> Handled {
    let in_force = InForce::of(server, project).await?;
    let dialect = dialect_of(server, &in_force, endpoint.dialect.as_deref()).await?;
    Ok(reply::ok(&EndpointView::new(endpoint, &dialect)))
}

/// The URL as it is to be kept, if an endpoint may have it: as it was typed, since some dialects sign it and receivers
/// know it so. Only blanks around it go, which nobody means.
async fn check_url(server: &Server, pointer: &str, raw: &str) -> Result<String, Problem> {
    let typed = raw.trim_matches(' ');
    let checked = server.state.guard.check_at_configuration(typed).await;
    checked.map_err(|error| Problem::invalid(pointer.to_owned(), error))?;
    Ok(typed.to_owned())
}

/// The URL that tokens are asked for at passes the same rules.
async fn check_token_url(server: &Server, auth: Option<&mut AuthFields>) -> Result<(), Problem> {
    if let Some(auth) = auth
        && let Some(url) = auth.token_url()
    {
        let checked = check_url(server, "/auth/token_url", url).await?;
        auth.set_token_url(checked);
    }
    Ok(())
}
