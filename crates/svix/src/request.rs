//! A request as handlers take it: who asks, for what, and with which body.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{header, request::Parts},
};
use nuncio_domain::{Endpoint, EndpointId, Event, SourceId, Tenant, TenantId, Timestamp, Uid};
use nuncio_store::{EventQuery, Once, Page, Reach, Store};
use sha2::{Digest, Sha256};

use crate::{Server, access::Caller, error::SvixError, ids, query::Query};

/// The header that names a request for its repetitions.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Lists of messages and attempts go back so far.
pub(crate) const WINDOW: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// A request whose caller is known.
pub(crate) struct Request<'a> {
    pub(crate) server: &'a Server,
    pub(crate) parts: &'a Parts,
    pub(crate) caller: Caller,
    pub(crate) query: Query,
    pub(crate) body: Bytes,
}

impl Request<'_> {
    /// The store, for reading.
    pub(crate) fn reader(&self) -> Arc<dyn Store> {
        Arc::clone(&self.server.surface.state().store)
    }

    /// The store, for one change that is entered in the audit log as the caller's.
    pub(crate) fn writer(&self) -> Arc<dyn Store> {
        self.caller.store(self.server, self.parts)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.server.surface.now()
    }

    /// An application that a path names by its id or uid, within the caller's reach.
    pub(crate) async fn application(&self, name: &str) -> Result<Arc<Tenant>, SvixError> {
        let found = self.find_application(name).await?;
        found.ok_or_else(SvixError::not_found)
    }

    /// The same, if it is there.
    pub(crate) async fn find_application(
        &self,
        name: &str,
    ) -> Result<Option<Arc<Tenant>>, SvixError> {
        let (store, project) = (self.reader(), self.caller.project_id());
        let mut found = match TenantId::parse(name) {
            Ok(id) => store.tenant(project, &id).await?,
            Err(_) => None,
        };
        if found.is_none()
            && let Ok(uid) = Uid::parse(name)
            && let Some(id) = store.tenant_named(project, &uid).await?
        {
            found = store.tenant(project, &id).await?;
        }
        let own = self.caller.application.as_ref();
        Ok(found.filter(|tenant| own.is_none_or(|own| *own == tenant.id)))
    }

    /// The reach of an application that a path names.
    pub(crate) async fn reach(&self, application: &str) -> Result<Reach, SvixError> {
        let tenant = self.application(application).await?;
        Ok(self.caller.reach(&tenant.id))
    }

    /// An endpoint that a path names by its id or uid.
    pub(crate) async fn endpoint(
        &self,
        reach: &Reach,
        name: &str,
    ) -> Result<Arc<Endpoint>, SvixError> {
        let found = self.find_endpoint(reach, name).await?;
        found.ok_or_else(SvixError::not_found)
    }

    /// The same, if it is there.
    pub(crate) async fn find_endpoint(
        &self,
        reach: &Reach,
        name: &str,
    ) -> Result<Option<Arc<Endpoint>>, SvixError> {
        let store = self.reader();
        if let Some(id) = ids::parse_endpoint(name)
            && let Some(found) = store.endpoint(reach, id).await?
        {
            return Ok(Some(found));
        }
        let (Ok(uid), Some(tenant)) = (Uid::parse(name), &reach.tenant) else {
            return Ok(None);
        };
        let id: Option<EndpointId> = store.endpoint_named(reach.project, tenant, &uid).await?;
        match id {
            Some(id) => Ok(store.endpoint(reach, id).await?),
            None => Ok(None),
        }
    }

    /// A message that a path names by its id or event id.
    pub(crate) async fn message(&self, reach: &Reach, name: &str) -> Result<Event, SvixError> {
        let store = self.reader();
        if let Some(id) = ids::parse_message(name) {
            return Ok(store.event(reach, id).await?);
        }
        let source_id = SourceId::parse(name).map_err(|_| SvixError::not_found())?;
        let query = EventQuery {
            tenant: reach.tenant.clone(),
            source_id: Some(source_id),
            ..EventQuery::default()
        };
        let found = store.events(reach, query, Page::first(1)).await?;
        let first = found.items.first().ok_or_else(SvixError::not_found)?;
        Ok(store.event(reach, first.id).await?)
    }

    /// Under which scope the answer to this request is kept, if it has an idempotency key.
    pub(crate) fn scope(&self) -> Option<[u8; 32]> {
        scope(self.parts)
    }

    /// What the store needs to do an operation once; `answer` makes what is kept from what came of it. The body is not
    /// compared.
    pub(crate) fn once<T>(
        &self,
        answer: impl Fn(&T) -> Option<nuncio_store::StoredAnswer> + Send + 'static,
    ) -> Option<Once<T>> {
        Some(Once {
            scope: self.scope()?,
            fingerprint: [0; 32],
            answer: Box::new(answer),
        })
    }
}

/// SHA-256 over token, key and URI, each with its length.
pub(crate) fn scope(parts: &Parts) -> Option<[u8; 32]> {
    let key = parts.headers.get(IDEMPOTENCY_KEY)?;
    let token = parts.headers.get(header::AUTHORIZATION)?;
    let uri = parts.uri.path_and_query().map_or("", |uri| uri.as_str());
    let mut hash = Sha256::new();
    // No other list of parts of this server begins so.
    hash.update(b"svix\0");
    for part in [token.as_bytes(), key.as_bytes(), uri.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Some(hash.finalize().into())
}
