//! As whose work a change is entered in the audit log.

use std::{net::IpAddr, sync::Arc};

use axum::http::{header, request::Parts};
use nuncio_domain::{Actor, ActorKind, Author};
use nuncio_store::Store;

use crate::{auth::Caller, client_address::ClientAddress, edge::RequestId, state::Server};

/// Longer than what browsers send; a header of many kilobytes must not fill the log.
const USER_AGENT_CHARS_MAX: usize = 256;

/// Who asks, and from where.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    actor: Actor,
    ip: Option<IpAddr>,
    user_agent: Option<String>,
    request_id: String,
}

impl Origin {
    /// Where a request of this caller's comes from.
    pub(crate) fn new(caller: &Caller, parts: &Parts, server: &Server) -> Self {
        let key = caller.key.as_ref();
        let request_id = parts.extensions.get::<RequestId>();
        Self {
            actor: Actor {
                kind: ActorKind::from(&caller.kind),
                key: key.map(|key| key.id),
                name: key.map(|key| key.name.clone()),
                via: caller.via,
            },
            ip: ClientAddress::of(parts, server).0,
            user_agent: parts
                .headers
                .get(header::USER_AGENT)
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .map(|text| text.chars().take(USER_AGENT_CHARS_MAX).collect()),
            request_id: request_id.map(|id| id.0.clone()).unwrap_or_default(),
        }
    }

    /// The store, for one change that is entered in the audit log as this caller's.
    pub(crate) fn store(&self, server: &Server) -> Arc<dyn Store> {
        let at = server.now();
        let author = Author {
            actor: self.actor.clone(),
            at,
            ip: self.ip,
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.clone(),
        };
        server.store().by(server.audit_id(at), author)
    }
}
