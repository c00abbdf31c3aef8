//! As whose work a change is entered in the audit log.

use std::{net::IpAddr, sync::Arc};

use axum::http::{HeaderValue, header, request::Parts};
use nuncio_domain::{Actor, ActorKind, ApiKey, Author, Via};
use nuncio_store::Store;

use crate::{
    access::{caller::Caller, client_address::ClientAddress},
    http::request_id::RequestId,
    state::Server,
};

/// Longer than what browsers send; a header of many kilobytes must not fill the log.
const USER_AGENT_CHARS_MAX: usize = 256;

/// Who asks, and from where.
///
/// Cheap to make: publishers bring one with each event, and it is wanted for one in a million.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    kind: ActorKind,
    key: Option<Arc<ApiKey>>,
    via: Via,
    ip: Option<IpAddr>,
    user_agent: Option<HeaderValue>,
    request_id: Option<RequestId>,
}

impl Origin {
    /// Where a request of this caller's comes from.
    pub(crate) fn new(caller: &Caller, parts: &Parts, server: &Server) -> Self {
        Self {
            kind: ActorKind::from(&caller.kind),
            key: caller.key.clone(),
            via: caller.via,
            ip: ClientAddress::of(parts, server).0,
            user_agent: parts.headers.get(header::USER_AGENT).cloned(),
            request_id: parts.extensions.get::<RequestId>().cloned(),
        }
    }

    /// The store, for one change that is entered in the audit log as this caller's.
    pub(crate) fn store(&self, server: &Server) -> Arc<dyn Store> {
        let at = server.now();
        let key = self.key.as_ref();
        let user_agent = self.user_agent.as_ref();
        let author = Author {
            actor: Actor {
                kind: self.kind,
                key: key.map(|key| key.id),
                name: key.map(|key| key.name.clone()),
                via: self.via,
            },
            at,
            ip: self.ip,
            user_agent: user_agent
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .map(|text| text.chars().take(USER_AGENT_CHARS_MAX).collect()),
            request_id: self
                .request_id
                .as_ref()
                .map_or_else(String::new, |id| id.0.clone()),
        };
        server.store().by(server.audit_id(at), author)
    }
}
