//! Portal sessions: a link that lets a tenant's people in for an hour, for the page that a vendor embeds or links to.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, http::StatusCode};
use nuncio_domain::{ApiKey, KeyId, KeyKind, Scope, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{body::OptionalBody, idempotency::Idempotency, rights::ProjectWriter},
    http::{
        path::Id,
        problem::{Place, Problem},
        rejection::Handled,
        reply,
    },
    resources::keys::key_text,
    state::Shared,
};

/// Long enough to set up an endpoint, short enough for a link that may be passed on.
const PORTAL_SESSION: Duration = Duration::from_secs(60 * 60);

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(create_portal_session))
}

/// The scope of the session.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum PortalScope {
    /// All that a tenant's key may.
    #[default]
    Full,
    /// Look, change nothing.
    Read,
}

/// A new portal session.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPortalSession {
    /// `full` (the default) or `read`.
    #[serde(default)]
    #[schema(inline, value_type = Option<PortalScope>)]
    scope: PortalScope,
}

/// A portal session.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct PortalSession {
    /// The portal's URL with the token after `#`, where servers and logs do not see it.
    #[schema(format = Password)]
    url: String,
    /// The token, which works like a tenant key.
    #[schema(format = Password)]
    token: String,
    /// When it expires.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Create a portal session
///
/// Gives a tenant's users access to the portal: send them to `url`, or embed it in a page whose origin is among the
/// project's `portal_origins`. It expires after an hour. A tenant that does not exist yet is created. The link starts
/// with the server's public URL, or with the address it listens on; 409 if it listens on all addresses.
#[utoipa::path(
    post, path = "/v1/tenants/{tenant}/portal-sessions", tag = "tenants",
    params(("tenant" = String, Path, description = "The tenant's id or uid")),
    request_body = Option<NewPortalSession>,
    responses((status = 201, description = "The session, shown only once", body = PortalSession))
)]
async fn create_portal_session(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(tenant): Id<String>,
    idempotency: Idempotency,
    body: OptionalBody,
) -> Handled {
    let tenant = TenantId::parse(&tenant)
        .map_err(|error| Problem::invalid_in(Place::Path, "tenant", error))?;
    let wanted: NewPortalSession = body.parse()?;
    let own_url = server.own.required_url()?;
    let (now, project) = (server.now(), caller.project());
    let nothing = Box::new(|_: &mut _| Ok(()));
    let store = caller.store(&server);
    store
        .put_tenant(project, tenant.clone(), now, nothing)
        .await?;
    let expires_at = now + PORTAL_SESSION;
    let key = ApiKey {
        id: KeyId::new(now.ms(), server.random()),
        name: "portal session".to_owned(),
        kind: KeyKind::Portal { project, tenant },
        scope: match wanted.scope {
            PortalScope::Full => Scope::Full,
            PortalScope::Read => Scope::Read,
        },
        created_at: now,
        expires_at: Some(expires_at),
        last_used_at: None,
    };
    let token = key_text(&server, &key.kind);
    let sha256 = Sha256::digest(&token).into();
    let session = PortalSession {
        url: format!("{own_url}/portal/{project}#token={token}"),
        token,
        expires_at,
    };
    let answer = reply::with_secret(StatusCode::CREATED, &session, None::<&PortalSession>);
    let keep = answer.clone();
    let once = idempotency.once(
        || body.fingerprint(),
        move |_: &Arc<ApiKey>| Some(keep.clone()),
    );
    let store = caller.store(&server);
    store.create_key(key, sha256, once).await?;
    Ok(reply::of(answer))
}
