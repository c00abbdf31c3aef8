//! API keys: made, listed, revoked. The text of a key is in the answer that makes it, and nowhere else.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use nuncio_domain::{ApiKey, KeyId, KeyKind, Scope, TenantId, Timestamp};
use nuncio_store::Page;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::JsonBody,
        idempotency::Idempotency,
        rights::{Access, ProjectReader, ProjectWriter},
    },
    http::{
        paging::{Cursor, Limit, list, page},
        path::Id,
        problem::{Kind, Problem},
        query::Query,
        rejection::{Handled, OrNotFound},
        reply::{self, List},
    },
    resources::projects::routes::check_name,
    state::{Server, Shared},
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(create_key, list_keys))
        .routes(routes!(delete_key))
}

/// What a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[schema(as = Speaks)]
#[serde(rename_all = "lowercase")]
enum KeyOwner {
    /// The project.
    Project,
    /// One of its tenants.
    Tenant,
}

/// A new key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewKey {
    /// Its display name, 1 to 200 characters.
    name: String,
    /// What it belongs to. Project keys are created with the admin key.
    kind: KeyOwner,
    /// `full`, `read`, or for a project `publish`.
    #[schema(value_type = String)]
    scope: Scope,
    /// The tenant, for a tenant's key.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// When it expires; never by default.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// An API key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
struct KeyView<'a> {
    /// Its id, `key_…`; not the key.
    #[schema(value_type = String)]
    id: KeyId,
    /// Its display name.
    name: &'a str,
    /// `project` or `tenant`.
    kind: &'static str,
    /// `full`, `publish` or `read`.
    #[schema(value_type = String)]
    scope: Scope,
    /// The tenant that it belongs to.
    #[schema(value_type = Option<String>, required)]
    tenant: Option<&'a TenantId>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it expires.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    expires_at: Option<Timestamp>,
    /// When it was last used, to about a minute.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_used_at: Option<Timestamp>,
    /// The key itself: only in the response that creates it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Password)]
    key: Option<&'a str>,
}

impl<'a> KeyView<'a> {
    fn new(key: &'a ApiKey, text: Option<&'a str>) -> Self {
        Self {
            id: key.id,
            name: &key.name,
            kind: key.kind.as_str(),
            scope: key.scope,
            tenant: key.kind.tenant(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            key: text,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct KeysQuery {
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<KeyId>>,
}

/// Create a key
///
/// The response shows it, only this once.
#[utoipa::path(
    post, path = "/v1/keys", tag = "keys", request_body = NewKey,
    responses((status = 201, description = "The key, shown only once", body = KeyView<'static>))
)]
async fn create_key(
    State(server): State<Shared>,
    caller: ProjectWriter,
    idempotency: Idempotency,
    body: JsonBody,
) -> Handled {
    let wanted: NewKey = body.parse()?;
    check_name(&wanted.name)?;
    let now = server.now();
    if wanted.expires_at.is_some_and(|end| end <= now) {
        return Err(Problem::invalid("/expires_at", "is not in the future").into());
    }
    let kind = kind(&caller, &wanted)?;
    check_may_manage(&caller, &kind)?;
    if let Some(tenant) = kind.tenant() {
        let nothing = Box::new(|_: &mut _| Ok(()));
        let store = caller.store(&server);
        store
            .put_tenant(caller.project(), tenant.clone(), now, nothing)
            .await?;
    }
    let text = key_text(&server, &kind);
    let sha256 = Sha256::digest(&text).into();
    let key = ApiKey {
        id: KeyId::new(now.ms(), server.random()),
        name: wanted.name,
        kind,
        scope: wanted.scope,
        created_at: now,
        expires_at: wanted.expires_at,
        last_used_at: None,
    };
    let answer = move |key: &Arc<ApiKey>| {
        reply::with_secret(
            StatusCode::CREATED,
            &KeyView::new(key, Some(&text)),
            Some(&KeyView::new(key, None)),
        )
    };
    let keep = answer.clone();
    let once = idempotency.once(|| body.fingerprint(), move |key| Some(keep(key)));
    let store = caller.store(&server);
    let key = store.create_key(key, sha256, once).await?;
    Ok(reply::of(answer(&key)))
}

/// List keys
///
/// Keys of the project and of its tenants, without the keys themselves.
#[utoipa::path(
    get, path = "/v1/keys", tag = "keys", params(KeysQuery),
    responses((status = 200, description = "Keys by id", body = List<KeyView<'static>>))
)]
async fn list_keys(
    State(server): State<Shared>,
    caller: ProjectReader,
    Query(query): Query<KeysQuery>,
) -> Handled {
    let part = page(query.limit, query.cursor);
    let slice = server.store().keys(caller.project(), part).await?;
    let views = slice
        .items
        .iter()
        .map(|key| KeyView::new(key, None))
        .collect();
    Ok(reply::ok(&list(views, slice.next, slice.prev)))
}

/// Revoke a key
///
/// It stops working immediately.
#[utoipa::path(
    delete, path = "/v1/keys/{id}", tag = "keys", params(("id" = String, Path, description = "The key's id")),
    responses((status = 204, description = "The key is revoked"))
)]
async fn delete_key(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(id): Id<KeyId>,
) -> Handled {
    let store = server.store();
    // Lists go by id: the first one after the id before it is the key, if it is there.
    let before = id.bits().checked_sub(1).map(KeyId::from_bits);
    let just_before = Page::after(before, 1);
    let found = store.keys(caller.project(), just_before).await?;
    let key = found.items.into_iter().find(|key| key.id == id);
    check_may_manage(&caller, &key.or_not_found()?.kind)?;
    let store = caller.store(&server);
    store.delete_key(caller.project(), id).await?;
    Ok(reply::no_content())
}

fn kind(caller: &Access, wanted: &NewKey) -> Result<KeyKind, Problem> {
    let project = caller.project();
    match (wanted.kind, &wanted.tenant) {
        (KeyOwner::Project, None) => Ok(KeyKind::Project { project }),
        (KeyOwner::Project, Some(_)) => Err(Problem::invalid(
            "/tenant",
            "a key of kind `project` has no tenant",
        )),
        (KeyOwner::Tenant, None) => Err(Problem::invalid(
            "/tenant",
            "missing field `tenant`: a key of kind `tenant` needs one",
        )),
        (KeyOwner::Tenant, Some(_)) if wanted.scope == Scope::Publish => Err(Problem::invalid(
            "/scope",
            "a key of kind `tenant` cannot publish: its scope is `full` or `read`",
        )),
        (KeyOwner::Tenant, Some(tenant)) => Ok(KeyKind::Tenant {
            project,
            tenant: tenant.clone(),
        }),
    }
}

/// A project's key makes and revokes its tenants' keys; those of the project itself are the admin's.
fn check_may_manage(caller: &Access, kind: &KeyKind) -> Result<(), Problem> {
    match (&caller.kind, kind) {
        (KeyKind::Admin, _) | (_, KeyKind::Tenant { .. } | KeyKind::Portal { .. }) => Ok(()),
        (_, KeyKind::Project { .. } | KeyKind::Admin) => Err(Problem::new(
            Kind::Forbidden,
            "project keys are created and revoked with the admin key",
        )),
    }
}

/// A new key: the prefix of its kind and 256 random bits.
pub(crate) fn key_text(server: &Server, kind: &KeyKind) -> String {
    let bytes: [u8; 32] = server.random();
    bytes.iter().fold(kind.prefix().to_owned(), |text, byte| {
        format!("{text}{byte:02x}")
    })
}
