//! Who asks? From the `Authorization` header, or the cookie of a sign-in session, to a key that is known and has not
//! expired.

use std::sync::Arc;

use axum::http::{HeaderMap, header, request::Parts};
use nuncio_domain::{ApiKey, KeyKind, Scope, Timestamp, Via};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    access::session_cookie::{self, SessionOf},
    http::problem::{Kind, Problem},
    http::rejection::failed_look_up,
    state::Server,
};

/// Whoever made the request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) kind: KeyKind,
    pub(crate) scope: Scope,
    /// The key; none for the admin's, which is a setting.
    pub(crate) key: Option<Arc<ApiKey>>,
    /// How it was shown.
    pub(crate) via: Via,
    /// When what was shown ends.
    pub(crate) expires_at: Option<Timestamp>,
}

/// Finds out whose key or session the request shows. A header goes before a cookie, which browsers send by themselves.
pub(crate) async fn authenticate(parts: &Parts, server: &Server) -> Result<Caller, Problem> {
    if let Some(key) = bearer(&parts.headers)? {
        return by_key(Sha256::digest(key).into(), server).await;
    }
    let place = SessionOf::of(&parts.headers)?;
    match session_cookie::read(&parts.headers, place, server.own.is_https()) {
        Some(sha256) => by_session(&sha256, place, parts, server).await,
        None => Err(unauthorized("send the header `Authorization: Bearer KEY`")),
    }
}

/// The caller whose key has this SHA-256.
///
/// Keys are looked up by their SHA-256: 256 random bits need no slow hash, and a look-up by hash gives nothing
/// away by its time.
pub(crate) async fn by_key(sha256: [u8; 32], server: &Server) -> Result<Caller, Problem> {
    if sha256.ct_eq(&server.state.settings.admin_key_sha256).into() {
        return Ok(Caller {
            kind: KeyKind::Admin,
            scope: Scope::Full,
            key: None,
            via: Via::Bearer,
            expires_at: None,
        });
    }
    let now = server.now();
    let known = server.store().key(&sha256).await.map_err(failed_look_up)?;
    let Some(key) = known.filter(|key| key.expires_at.is_none_or(|end| end > now)) else {
        return Err(unauthorized("the key is unknown or has expired"));
    };
    // Nobody looks at a portal's token again.
    if !matches!(key.kind, KeyKind::Portal { .. }) {
        server.store().touch_key(key.id, now);
    }
    Ok(Caller {
        kind: key.kind.clone(),
        scope: key.scope,
        via: Via::Bearer,
        expires_at: key.expires_at,
        key: Some(key),
    })
}

/// The caller whose key has signed in there. The key is looked up each time, so a session never outlives it.
pub(crate) async fn by_session(
    sha256: &[u8; 32],
    place: SessionOf,
    parts: &Parts,
    server: &Server,
) -> Result<Caller, Problem> {
    server.own.check_host(&parts.headers)?;
    server.own.check_origin(&parts.method, &parts.headers)?;
    let now = server.now();
    let ended = || unauthorized("the session has ended: sign in again");
    let known = server.store().session(sha256).await;
    let session = known
        .filter(|session| session.expires_at > now)
        .ok_or_else(ended)?;
    let caller = by_key(session.key_sha256, server)
        .await
        .map_err(|_| ended())?;
    if !is_there(&caller.kind, place) {
        return Err(ended());
    }
    Ok(Caller {
        via: Via::Session,
        expires_at: Some(session.expires_at),
        ..caller
    })
}

/// Whether a session of this kind of key belongs there: a portal's to the portal of its project, others to the dashboard.
fn is_there(kind: &KeyKind, place: SessionOf) -> bool {
    match (kind, place) {
        (KeyKind::Portal { project: own, .. }, SessionOf::Portal { project, .. }) => {
            *own == project
        }
        (KeyKind::Portal { .. }, SessionOf::Dashboard) => false,
        (
            KeyKind::Admin | KeyKind::Project { .. } | KeyKind::Tenant { .. },
            SessionOf::Portal { .. },
        ) => false,
        (
            KeyKind::Admin | KeyKind::Project { .. } | KeyKind::Tenant { .. },
            SessionOf::Dashboard,
        ) => true,
    }
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| Some(key.trim()))
        .ok_or_else(|| unauthorized("send the header `Authorization: Bearer KEY`"))
}

/// Whether a request shows the key of that SHA-256.
pub(crate) fn shows(headers: &HeaderMap, sha256: &[u8; 32]) -> bool {
    let key = bearer(headers).ok().flatten();
    key.is_some_and(|key| Sha256::digest(key).as_slice().ct_eq(sha256).into())
}

/// The problem of whoever is not known.
pub(crate) fn unauthorized(detail: &'static str) -> Problem {
    Problem::new(Kind::Unauthorized, detail)
}
