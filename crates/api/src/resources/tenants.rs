//! Tenants: the vendor's customers, under the vendor's own ids.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use nuncio_domain::{JobId, Tenant, TenantId, Timestamp, Uid};
use nuncio_store::Slice;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::OptionalBody,
        rights::{ProjectWriter, Reader},
    },
    http::{
        paging::{Cursor, Limit, list, page},
        patch::Patch,
        path::Id,
        problem::{Place, Problem},
        query::Query,
        rejection::{Handled, OrNotFound},
        reply::{self, List},
    },
    resources::shared::{chosen::chosen, metadata::check_metadata, search::Search},
    state::Shared,
};

const TEXT_CHARS_MAX: usize = 200;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_tenants))
        .routes(routes!(put_tenant, get_tenant, delete_tenant))
}

/// The tenant to create or change: fields left out stay as they are, null clears.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TenantChange {
    /// Another name for the tenant, unique in the project, which is accepted wherever its id is. It is not any tenant's id
    /// and does not begin like an id (`ep_`).
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 256)]
    uid: Patch<Uid>,
    /// A display name.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Patch<String>,
    /// The tenant's plan, which the project's policy may require.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    plan: Patch<String>,
    /// Custom metadata, at most 8 KiB.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: Patch<Map<String, Value>>,
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tenant)]
struct TenantView<'a> {
    /// The vendor's id for it.
    #[schema(value_type = String)]
    id: &'a TenantId,
    /// Another name for it, accepted wherever its id is.
    #[schema(value_type = Option<String>, required)]
    uid: Option<&'a Uid>,
    /// A display name.
    #[schema(required)]
    name: Option<&'a str>,
    /// Its plan.
    #[schema(required)]
    plan: Option<&'a str>,
    /// Custom metadata.
    metadata: &'a Map<String, Value>,
    /// When it was first used.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl<'a> TenantView<'a> {
    fn new(tenant: &'a Tenant) -> Self {
        Self {
            id: &tenant.id,
            uid: tenant.uid.as_ref(),
            name: tenant.name.as_deref(),
            plan: tenant.plan.as_deref(),
            metadata: &tenant.metadata,
            created_at: tenant.created_at,
            updated_at: tenant.updated_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TenantsQuery {
    /// Only tenants whose ID, uid or name contains each of these words, whatever their case.
    #[param(value_type = Option<String>, max_length = 200)]
    search: Option<Search>,
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<TenantId>>,
}

/// List tenants
///
/// With a tenant key, only that tenant.
#[utoipa::path(
    get, path = "/v1/tenants", tag = "tenants", params(TenantsQuery),
    responses((status = 200, description = "Tenants by id", body = List<TenantView<'static>>))
)]
async fn list_tenants(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<TenantsQuery>,
) -> Handled {
    let store = server.store();
    let slice = match &caller.reach.tenant {
        Some(own) => Slice::whole(
            store
                .tenant(caller.project(), own)
                .await?
                .into_iter()
                .filter(|tenant| query.search.iter().all(|search| is_found(search, tenant)))
                .collect(),
        ),
        None => {
            let part = |page| store.tenants(caller.project(), page);
            let page = page(query.limit, query.cursor);
            match &query.search {
                None => part(page).await?,
                Some(search) => {
                    let wanted = |tenant: &Arc<Tenant>| is_found(search, tenant);
                    chosen(page, |tenant| tenant.id.clone(), wanted, part).await?
                }
            }
        }
    };
    let views = slice
        .items
        .iter()
        .map(|tenant| TenantView::new(tenant))
        .collect();
    Ok(reply::ok(&list(
        views,
        slice.next.clone(),
        slice.prev.clone(),
    )))
}

fn is_found(search: &Search, tenant: &Tenant) -> bool {
    let uid = tenant.uid.as_ref().map_or("", Uid::as_str);
    let name = tenant.name.as_deref().unwrap_or_default();
    search.finds(&[tenant.id.as_str(), uid, name])
}

/// Get a tenant
#[utoipa::path(
    get, path = "/v1/tenants/{tenant}", tag = "tenants",
    params(("tenant" = String, Path, description = "The tenant's id or uid")),
    responses((status = 200, description = "The tenant", body = TenantView<'static>))
)]
async fn get_tenant(State(server): State<Shared>, caller: Reader, Id(id): Id<TenantId>) -> Handled {
    caller.narrowed(Some(id.clone()))?;
    let tenant = server.store().tenant(caller.project(), &id).await?;
    let tenant = tenant.or_not_found()?;
    Ok(reply::ok(&TenantView::new(&tenant)))
}

/// Create or change a tenant
///
/// Fields left out stay as they are, null clears.
#[utoipa::path(
    put, path = "/v1/tenants/{tenant}", tag = "tenants",
    params(("tenant" = String, Path, description = "The vendor's id, 1 to 256 letters, digits and `_ . : - | @ +`; or the uid of a tenant that exists")),
    request_body = Option<TenantChange>,
    responses((status = 200, description = "The tenant as it is now", body = TenantView<'static>))
)]
async fn put_tenant(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(id): Id<String>,
    body: OptionalBody,
) -> Handled {
    let id =
        TenantId::parse(&id).map_err(|error| Problem::invalid_in(Place::Path, "tenant", error))?;
    let wanted: TenantChange = body.parse()?;
    check_text(wanted.name.as_set(), "/name")?;
    check_text(wanted.plan.as_set(), "/plan")?;
    check_metadata(wanted.metadata.as_set())?;
    let now = server.now();
    let change = Box::new(move |tenant: &mut Tenant| {
        wanted.uid.clone().apply(&mut tenant.uid);
        wanted.name.clone().apply(&mut tenant.name);
        wanted.plan.clone().apply(&mut tenant.plan);
        let metadata = wanted.metadata.clone();
        metadata.apply_or_default(&mut tenant.metadata);
        tenant.updated_at = now;
        Ok(())
    });
    let store = caller.store(&server);
    let tenant = store.put_tenant(caller.project(), id, now, change).await?;
    Ok(reply::of(reply::answer(
        StatusCode::OK,
        &TenantView::new(&tenant),
    )))
}

/// Delete a tenant
///
/// Deletes the tenant with its endpoints and keys, immediately; its pending deliveries are cancelled.
#[utoipa::path(
    delete, path = "/v1/tenants/{tenant}", tag = "tenants",
    params(("tenant" = String, Path, description = "The tenant's id or uid")),
    responses((status = 204, description = "Deleted"))
)]
async fn delete_tenant(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(id): Id<TenantId>,
) -> Handled {
    let now = server.now();
    let job = JobId::new(now.ms(), server.random());
    let store = caller.store(&server);
    store.delete_tenant(caller.project(), &id, job, now).await?;
    Ok(reply::no_content())
}

fn check_text(text: Option<&String>, pointer: &str) -> Result<(), Problem> {
    let Some(text) = text else {
        return Ok(());
    };
    let chars = text.chars().count();
    match chars <= TEXT_CHARS_MAX && !text.chars().any(char::is_control) {
        true => Ok(()),
        false => Err(Problem::invalid(
            pointer,
            format!(
                "{chars} characters: at most {TEXT_CHARS_MAX}, none of them a control character"
            ),
        )),
    }
}
