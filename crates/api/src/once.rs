//! `Idempotency-Key`: a request that is made twice has one effect and one answer.

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{Method, request::Parts},
};
use nuncio_store::{Answer, Once, Reach, StoreError};
use sha2::{Digest, Sha256};

use crate::{
    access::ChangesWithin,
    halt::Halt,
    problem::{Place, Problem},
    state::{Server, Shared},
};

const HEADER: &str = "idempotency-key";
/// Longer than any UUID or hash, short enough to log.
const KEY_CHARS_MAX: usize = 255;

/// What a request says about its repetitions: nothing, or an idempotency key for this method and path.
pub(crate) struct Idempotency(Option<Key>);

struct Key {
    key: String,
    method: Method,
    path: String,
}

impl FromRequestParts<Shared> for Idempotency {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(HEADER) else {
            return Ok(Self(None));
        };
        let key = value
            .to_str()
            .ok()
            .filter(|key| (1..=KEY_CHARS_MAX).contains(&key.len()))
            .filter(|key| key.bytes().all(|byte| (0x20..0x7f).contains(&byte)))
            .ok_or_else(|| {
                let rule = format!("a key has 1 to {KEY_CHARS_MAX} printable ASCII characters");
                Problem::invalid_in(Place::Header, "Idempotency-Key", rule)
            })?;
        // Nested routers see a shortened path.
        let original = parts.extensions.get::<OriginalUri>();
        let uri = original.map_or(&parts.uri, |original| &original.0);
        let key = Key {
            key: key.to_owned(),
            method: parts.method.clone(),
            path: uri.path().to_owned(),
        };
        if let Some(ChangesWithin(reach)) = parts.extensions.get() {
            let kept = KeptUnder(key.scope(reach.as_ref()));
            parts.extensions.insert(kept);
        }
        Ok(Self(Some(key)))
    }
}

/// Under which scope the answer to this request would be kept.
#[derive(Clone, Copy)]
pub(crate) struct KeptUnder([u8; 32]);

impl KeptUnder {
    /// Ends a request that was made before with its answer: before anything is checked that may be otherwise by now.
    /// The store looks again in the step that has the effect.
    pub(crate) async fn unless_repeated(
        self,
        server: &Server,
        fingerprint: [u8; 32],
    ) -> Result<(), Halt> {
        match server.store().kept(self.0).await? {
            None => Ok(()),
            Some((kept, answer)) if kept == fingerprint => Err(Halt::Repeated(answer)),
            Some(_) => Err(StoreError::KeyReused.into()),
        }
    }
}

impl Idempotency {
    /// What the store needs to do the operation once: `reach` is the caller's (none for a request beyond projects),
    /// `answer` makes the answer that is kept from what the operation returns.
    pub(crate) fn once<T>(
        self,
        reach: Option<&Reach>,
        fingerprint: impl FnOnce() -> [u8; 32],
        answer: impl FnOnce(&T) -> Option<Answer> + Send + 'static,
    ) -> Option<Once<T>> {
        let key = self.0?;
        Some(Once {
            scope: key.scope(reach),
            fingerprint: fingerprint(),
            answer: Box::new(answer),
        })
    }
}

impl Key {
    /// SHA-256 over project, tenant, method, path and key, each with its length: no two lists of parts run together.
    fn scope(&self, reach: Option<&Reach>) -> [u8; 32] {
        let project = reach.map(|reach| reach.project.to_string());
        let tenant = reach.and_then(|reach| reach.tenant.as_ref());
        let parts = [
            project.as_deref().unwrap_or_default(),
            tenant.map_or("", |tenant| tenant.as_str()),
            self.method.as_str(),
            &self.path,
            &self.key,
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use nuncio_domain::{ProjectId, TenantId};

    use super::*;

    #[test]
    fn a_scope_is_project_tenant_method_path_and_key() {
        let reach = |project: u8, tenant: Option<&str>| Reach {
            project: ProjectId::new(1, [project; 10]),
            tenant: tenant.map(|id| TenantId::parse(id).unwrap()),
        };
        let scope = |reach: &Reach, method: Method, path: &str, key: &str| {
            Key {
                key: key.to_owned(),
                method,
                path: path.to_owned(),
            }
            .scope(Some(reach))
        };
        let scopes = [
            scope(&reach(1, None), Method::POST, "/v1/events", "k"),
            scope(&reach(2, None), Method::POST, "/v1/events", "k"),
            scope(&reach(1, Some("t")), Method::POST, "/v1/events", "k"),
            scope(&reach(1, None), Method::PUT, "/v1/events", "k"),
            scope(&reach(1, None), Method::POST, "/v1/event", "sk"),
            scope(&reach(1, None), Method::POST, "/v1/events", "l"),
        ];
        for (n, one) in scopes.iter().enumerate() {
            assert!(scopes[n + 1..].iter().all(|other| one != other), "{n}");
        }
    }
}
