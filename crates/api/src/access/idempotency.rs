//! `Idempotency-Key`: a request that is made twice has one effect and one answer.

use std::time::Duration;

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{Method, request::Parts},
};
use nuncio_store::{KeptAnswer, Once, Shows, StoreError, StoredAnswer};
use sha2::{Digest, Sha256};

use crate::{
    access::rights::Asker,
    http::{
        problem::{Kind, Place, Problem},
        rejection::Rejection,
    },
    state::{Server, Shared},
};

const HEADER: &str = "idempotency-key";
/// Longer than any UUID or hash, short enough to log.
const KEY_CHARS_MAX: usize = 255;
/// For so long a repetition shows a secret again: a client that lost the answer on the way asks within seconds, and
/// whoever asks an hour later may be somebody else with the same key.
const SECRET_REPEATED: Duration = Duration::from_secs(10 * 60);

/// What a request says about its repetitions: nothing, or an idempotency key.
pub(crate) struct Idempotency(Option<KeptUnder>);

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
                let rule = format!("must be 1 to {KEY_CHARS_MAX} printable ASCII characters");
                Problem::invalid_in(Place::Header, "Idempotency-Key", rule)
            })?;
        // Rights come first: an answer is kept for a caller who was let in.
        let Some(asker) = parts.extensions.get::<Asker>() else {
            return Err(Problem::new(
                Kind::Internal,
                "the caller is not known where the idempotency key is read",
            ));
        };
        // Nested routers see a shortened path.
        let original = parts.extensions.get::<OriginalUri>();
        let uri = original.map_or(&parts.uri, |original| &original.0);
        let under = KeptUnder(scope(asker, &parts.method, uri.path(), key));
        if asker.looks_first {
            parts.extensions.insert(under);
        }
        Ok(Self(Some(under)))
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
    ) -> Result<(), Rejection> {
        match server.store().kept(self.0).await? {
            None => Ok(()),
            Some(kept) if kept.fingerprint == fingerprint => Err(repeated(server, kept)),
            Some(_) => Err(StoreError::KeyReused.into()),
        }
    }
}

/// The end of a request that was answered before: with its secret for a while, then without.
fn repeated(server: &Server, kept: KeptAnswer) -> Rejection {
    let KeptAnswer { answer, at, .. } = kept;
    match answer.shows {
        Shows::Secret(rest) if server.now().since(at) >= SECRET_REPEATED => match rest {
            Some(body) => Rejection::Repeated(StoredAnswer {
                status: answer.status,
                body,
                shows: Shows::NoSecret,
            }),
            None => Problem::new(
                Kind::Conflict,
                "this request was already made, and its response showed a secret, which is repeated for 10 minutes \
                 only: send it again with a new Idempotency-Key",
            )
            .into(),
        },
        shows => Rejection::Repeated(StoredAnswer { shows, ..answer }),
    }
}

impl Idempotency {
    /// What the store needs to do the operation once: `answer` makes the answer that is kept from what the operation
    /// returns.
    pub(crate) fn once<T>(
        self,
        fingerprint: impl FnOnce() -> [u8; 32],
        answer: impl Fn(&T) -> Option<StoredAnswer> + Send + 'static,
    ) -> Option<Once<T>> {
        let KeptUnder(scope) = self.0?;
        Some(Once {
            scope,
            fingerprint: fingerprint(),
            answer: Box::new(answer),
        })
    }

    /// Ends a request that is about to be refused with the answer that it had when it was made before.
    pub(crate) async fn unless_repeated(
        &self,
        server: &Server,
        fingerprint: impl FnOnce() -> [u8; 32],
    ) -> Result<(), Rejection> {
        match self.0 {
            Some(under) => under.unless_repeated(server, fingerprint()).await,
            None => Ok(()),
        }
    }
}

/// SHA-256 over project, tenant, caller, method, path and key, each with its length: no two lists of parts run together.
fn scope(asker: &Asker, method: &Method, path: &str, key: &str) -> [u8; 32] {
    let reach = asker.reach.as_ref();
    let project = reach.map(|reach| reach.project.to_string());
    let tenant = reach.and_then(|reach| reach.tenant.as_ref());
    let caller = asker.key.map(|key| key.to_string());
    let parts = [
        project.as_deref().unwrap_or_default(),
        tenant.map_or("", |tenant| tenant.as_str()),
        caller.as_deref().unwrap_or("admin"),
        method.as_str(),
        path,
        key,
    ];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use nuncio_domain::{KeyId, ProjectId, TenantId};
    use nuncio_store::Reach;

    use super::*;

    #[test]
    fn a_scope_is_project_tenant_caller_method_path_and_key() {
        let asker = |project: u8, tenant: Option<&str>, key: Option<u8>| Asker {
            reach: Some(Reach {
                project: ProjectId::new(1, [project; 10]),
                tenant: tenant.map(|id| TenantId::parse(id).unwrap()),
            }),
            key: key.map(|key| KeyId::new(1, [key; 10])),
            looks_first: true,
        };
        let (post, put) = (Method::POST, Method::PUT);
        let scopes = [
            scope(&asker(1, None, Some(1)), &post, "/v1/events", "k"),
            scope(&asker(2, None, Some(1)), &post, "/v1/events", "k"),
            scope(&asker(1, Some("t"), Some(1)), &post, "/v1/events", "k"),
            scope(&asker(1, None, Some(2)), &post, "/v1/events", "k"),
            scope(&asker(1, None, None), &post, "/v1/events", "k"),
            scope(&asker(1, None, Some(1)), &put, "/v1/events", "k"),
            scope(&asker(1, None, Some(1)), &post, "/v1/event", "sk"),
            scope(&asker(1, None, Some(1)), &post, "/v1/events", "l"),
        ];
        for (n, one) in scopes.iter().enumerate() {
            assert!(scopes[n + 1..].iter().all(|other| one != other), "{n}");
        }
    }
}
