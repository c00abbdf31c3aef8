//! Who asks? From the `Authorization` header to a key that is known and has not expired.

use axum::http::{HeaderMap, header, request::Parts};
use nuncio_domain::{KeyKind, Scope};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    problem::{Kind, Problem},
    state::Server,
};

/// Whoever made the request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) kind: KeyKind,
    pub(crate) scope: Scope,
}

/// Finds out whose key the request carries.
///
/// Keys are looked up by their SHA-256: 256 random bits need no slow hash, and a look-up by hash gives nothing
/// away by its time.
pub(crate) async fn authenticate(parts: &Parts, server: &Server) -> Result<Caller, Problem> {
    let key = bearer(&parts.headers)?;
    let sha256: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    if sha256.ct_eq(&server.state.settings.admin_key_sha256).into() {
        return Ok(Caller {
            kind: KeyKind::Admin,
            scope: Scope::Full,
        });
    }
    let now = server.now();
    let known = server.store().key(&sha256).await;
    let Some(key) = known.filter(|key| key.expires_at.is_none_or(|end| end > now)) else {
        return Err(unauthorized("the key is not known, or it has expired"));
    };
    server.store().touch_key(key.id, now);
    Ok(Caller {
        kind: key.kind.clone(),
        scope: key.scope,
    })
}

fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let missing = || unauthorized("send the header `Authorization: Bearer KEY`");
    let value = headers.get(header::AUTHORIZATION).ok_or_else(missing)?;
    let (scheme, key) = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .ok_or_else(missing)?;
    match scheme.eq_ignore_ascii_case("bearer") {
        true => Ok(key.trim()),
        false => Err(missing()),
    }
}

fn unauthorized(detail: &'static str) -> Problem {
    Problem::new(Kind::Unauthorized, detail)
}
