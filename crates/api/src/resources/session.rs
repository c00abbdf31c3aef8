//! Signing in and out, and who one is. A browser that signs in gets a session in a cookie; the key itself is never kept
//! there.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, header, request::Parts},
    response::{IntoResponse, Response},
};
use nuncio_domain::{KeyId, KeyKind, ProjectId, Scope, TenantId, Timestamp};
use nuncio_store::Session;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        author::Origin,
        body::SignInBody,
        caller::{self, Caller},
        client_address::ClientAddress,
        rights::{Anyone, named_project},
        session_cookie::{self, SessionOf},
    },
    http::{problem::Problem, rejection::Handled, reply},
    resources::{policy::in_force::InForce, projects::view::ProjectView},
    state::{Server, Shared},
};

/// A working day, and an evening: not the next morning on a computer that was left alone.
const SESSION: Duration = Duration::from_secs(12 * 60 * 60);

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(sign_in, get_session, sign_out))
}

/// A key to sign in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// An admin, project or tenant key, or a portal's token.
    #[schema(format = Password)]
    key: String,
    /// For a portal's token: whether another site's page frames the portal. Its cookie is then of that site's pages alone.
    #[serde(default)]
    framed: bool,
}

/// Who the caller is, and where.
#[derive(Debug, Serialize, ToSchema)]
struct Me<'a> {
    /// `admin`, `project`, `tenant` or `portal`.
    kind: &'static str,
    /// `full`, `publish` or `read`.
    #[schema(value_type = String)]
    scope: Scope,
    /// The key's id; null for the admin key and for portal tokens.
    #[schema(value_type = Option<String>, required)]
    key: Option<KeyId>,
    /// The key's display name.
    #[schema(required)]
    name: Option<&'a str>,
    /// The project; null for an admin key without a project.
    #[schema(required)]
    project: Option<ProjectView<'a>>,
    /// The tenant, for a tenant's key or a portal's token.
    #[schema(value_type = Option<String>, required)]
    tenant: Option<&'a TenantId>,
    /// When the session, token or key expires; null for never.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    expires_at: Option<Timestamp>,
    /// Whether others can read the traffic: the request came over plain HTTP from another machine.
    insecure: bool,
    /// The server's public URL, if the operator has set it.
    #[schema(required)]
    public_url: Option<&'a str>,
    /// The program's version.
    version: &'static str,
}

/// Sign in
///
/// For browsers: the response sets a session cookie for 12 hours, or until the key expires. With it, requests need no
/// `Authorization`; requests that change something are refused unless they come from the server's own pages. After ten
/// wrong keys in a minute from one address, further wrong keys are refused for a while; a correct key never is. A portal's
/// token gets a session that ends when it does, whose requests name the project in the header `Nuncio-Portal`.
#[utoipa::path(
    post, path = "/v1/session", tag = "session", security(()), request_body = SignIn,
    responses(
        (status = 200, description = "The session", body = Me<'static>),
        (status = 429, description = "Too many wrong keys from this address", body = crate::http::problem::ProblemBody<'static>, content_type = "application/problem+json")
    )
)]
async fn sign_in(
    State(server): State<Shared>,
    address: ClientAddress,
    parts: Parts,
    body: SignInBody,
) -> Handled {
    server.own.check_host(&parts.headers)?;
    server.own.check_origin_if_named(&parts.headers)?;
    server.parameterised.check(&parts)?;
    let wanted: SignIn = body.parse()?;
    let caller = whose(&server, address, wanted.key.trim()).await?;
    let project = named_project(&parts, &server, &caller.kind).await?;
    let place = place_of(&caller.kind, wanted.framed);
    let (secret, session) = new_session(&server, wanted.key.trim(), &caller);
    let seconds = session.expires_at.since(session.created_at).as_secs();
    if let Some(older) = session_cookie::read(&parts.headers, place, server.own.is_https()) {
        server.store().delete_session(older).await?;
    }
    match place {
        SessionOf::Dashboard => {
            let store = Origin::new(&caller, &parts, &server).store(&server);
            store.create_session(session).await?;
        }
        // The link that it came by was entered in the audit log.
        SessionOf::Portal { .. } => server.store().create_session(session).await?,
    }
    let caller = Caller {
        expires_at: Some(session.expires_at),
        ..caller
    };
    warn_if_insecure(&server, &parts.headers);
    let me = me(&server, &parts.headers, &caller, project).await?;
    let cookie = session_cookie::set(&secret, seconds, place, server.own.is_https());
    Ok(([(header::SET_COOKIE, cookie)], me).into_response())
}

/// Get the current session
///
/// Works with every key and token, and with a browser session.
#[utoipa::path(
    get, path = "/v1/session", tag = "session",
    responses((status = 200, description = "Who the caller is", body = Me<'static>))
)]
async fn get_session(State(server): State<Shared>, caller: Anyone, headers: HeaderMap) -> Handled {
    Ok(me(&server, &headers, &caller.caller, caller.project).await?)
}

/// Sign out
///
/// Ends the cookie's session, if there is one, and clears the cookie.
#[utoipa::path(
    delete, path = "/v1/session", tag = "session", security((), ("session" = [])),
    responses((status = 204, description = "Signed out"))
)]
async fn sign_out(State(server): State<Shared>, parts: Parts) -> Handled {
    server.parameterised.check(&parts)?;
    let is_https = server.own.is_https();
    let place = SessionOf::of(&parts.headers)?;
    if let Some(sha256) = session_cookie::read(&parts.headers, place, is_https) {
        server.own.check_host(&parts.headers)?;
        server.own.check_origin(&parts.method, &parts.headers)?;
        let store = match caller::by_session(&sha256, place, &parts, &server).await {
            Ok(caller) => Origin::new(&caller, &parts, &server).store(&server),
            // It has ended by itself.
            Err(_) => Arc::clone(&server.state.store),
        };
        store.delete_session(sha256).await?;
    }
    let cleared = [(header::SET_COOKIE, session_cookie::clear(place, is_https))];
    Ok((cleared, reply::no_content()).into_response())
}

/// Whose key it is, if it may sign in. Who has tried many wrong ones has to wait with the next wrong one.
async fn whose(server: &Server, address: ClientAddress, key: &str) -> Result<Caller, Problem> {
    // Known first: whoever has a right key gets in, whatever others have tried from behind the same proxy.
    let caller = caller::by_key(Sha256::digest(key).into(), server).await;
    caller.map_err(|unknown| {
        let now = server.steady_now();
        if let Some(wait) = server.failures.wait(address.0, now) {
            return Problem::too_many(wait);
        }
        server.failures.count(address.0, now);
        tracing::warn!(address = ?address.0, "somebody tried to sign in with a wrong key");
        unknown
    })
}

/// Where a key's session is used.
const fn place_of(kind: &KeyKind, framed: bool) -> SessionOf {
    match kind {
        KeyKind::Admin | KeyKind::Project { .. } | KeyKind::Tenant { .. } => SessionOf::Dashboard,
        KeyKind::Portal { project, .. } => SessionOf::Portal {
            project: *project,
            framed,
        },
    }
}

/// A session of the key, with the secret that stands for it.
fn new_session(server: &Server, key: &str, caller: &Caller) -> (String, Session) {
    let now = server.now();
    let secret = session_cookie::secret(server.random());
    let end = now + SESSION;
    let session = Session {
        sha256: Sha256::digest(&secret).into(),
        key_sha256: Sha256::digest(key).into(),
        created_at: now,
        expires_at: caller.expires_at.map_or(end, |key_ends| key_ends.min(end)),
    };
    (secret, session)
}

async fn me(
    server: &Server,
    headers: &HeaderMap,
    caller: &Caller,
    project: Option<ProjectId>,
) -> Result<Response, Problem> {
    let in_force = match project {
        Some(id) => Some(InForce::of(server, id).await?),
        None => None,
    };
    let tenant = caller.kind.tenant();
    let project = in_force.as_ref().map(|in_force| {
        let dialect = &in_force.dialect.dialect;
        match tenant {
            None => ProjectView::new(&in_force.project, dialect),
            Some(tenant) => ProjectView::for_tenant(&in_force.project, dialect, tenant),
        }
    });
    let key = caller.key.as_ref();
    let key = key.filter(|key| !matches!(key.kind, KeyKind::Portal { .. }));
    Ok(reply::ok(&Me {
        kind: caller.kind.as_str(),
        scope: caller.scope,
        key: key.map(|key| key.id),
        name: key.map(|key| key.name.as_str()),
        project,
        tenant,
        expires_at: caller.expires_at,
        insecure: server.own.is_insecure(headers),
        public_url: server.own.public_url(),
        version: server.state.settings.version,
    }))
}

/// Said at each sign-in: that is when a key has just gone over the wire.
fn warn_if_insecure(server: &Server, headers: &HeaderMap) {
    if server.own.is_insecure(headers) {
        tracing::warn!(
            "somebody signed in over plain HTTP from another machine: anyone on the way can read key and session"
        );
    }
}
