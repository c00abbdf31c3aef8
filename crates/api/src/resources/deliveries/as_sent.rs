//! The bodies that attempts sent: rendered again, each by the version of the dialect that rendered it then, with what it held
//! of the tenant's metadata, and changed by the version of the endpoint's code that changed it. The same bytes.

use std::collections::HashMap;

use nuncio_dialect::{Dialect, WireEvent};
use nuncio_domain::{Attempt, ErrorClass, Event, Mask};
use nuncio_store::Reach;
use nuncio_transform::{CodeOwner, ToChange, WebhookChange};

use crate::{
    http::{problem::Problem, rejection::failed_look_up},
    resources::deliveries::attempt_view::text,
    state::Server,
};

/// The bodies of one delivery's attempts: nearly always the same one.
pub(super) struct Bodies<'a> {
    server: &'a Server,
    reach: &'a Reach,
    known: HashMap<Versions, Option<String>>,
}

/// What a body depends on, beside its event.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Versions {
    dialect: i64,
    /// The code, and the address that it saw.
    transform: Option<(i64, String)>,
    metadata: String,
}

impl Versions {
    fn of(attempt: &Attempt) -> Self {
        let transform = attempt.transform_version;
        Self {
            dialect: attempt.dialect_version,
            transform: transform.map(|version| (version, attempt.url.clone())),
            metadata: serde_json::Value::from(attempt.body_metadata.clone()).to_string(),
        }
    }
}

impl<'a> Bodies<'a> {
    pub(super) fn new(server: &'a Server, reach: &'a Reach) -> Self {
        Self {
            server,
            reach,
            known: HashMap::new(),
        }
    }

    /// The body that an attempt sent, masked; `None` if it sent none, or what made it is gone.
    pub(super) async fn of(
        &mut self,
        event: &Event,
        attempt: &Attempt,
        mask: &Mask,
    ) -> Result<Option<String>, Problem> {
        let unsent = [ErrorClass::TRANSFORM, ErrorClass::CANCELLED];
        if attempt
            .error
            .as_ref()
            .is_some_and(|error| unsent.contains(error))
        {
            return Ok(None);
        }
        let versions = Versions::of(attempt);
        if let Some(body) = self.known.get(&versions) {
            return Ok(body.clone());
        }
        let body = self.render(event, attempt).await?;
        let body = body.map(|body| mask.request_text(&body).into_owned());
        Ok(self.known.entry(versions).or_insert(body).clone())
    }

    async fn render(&self, event: &Event, attempt: &Attempt) -> Result<Option<String>, Problem> {
        let Some(data) = &event.data else {
            return Ok(None);
        };
        let store = self.server.store();
        let version = store.dialect_version(attempt.dialect_version).await;
        let Some(version) = version.map_err(failed_look_up)? else {
            return Ok(None);
        };
        let id = match &event.source_id {
            Some(source_id) => source_id.to_string(),
            None => event.id.to_string(),
        };
        let wire_event = WireEvent {
            id: &id,
            kind: event.event_type.as_str(),
            tenant: event.tenant.as_str(),
            time_ms: event.time().ms(),
            data,
            message_id: &event.id.message_text(),
            metadata: Some(&attempt.body_metadata),
        };
        let dialect = &version.dialect;
        match attempt.transform_version {
            None => Ok(dialect.body(&wire_event).ok().map(|bytes| text(&bytes))),
            Some(version) => {
                self.transformed(event, attempt, version, dialect, &wire_event)
                    .await
            }
        }
    }

    async fn transformed(
        &self,
        event: &Event,
        attempt: &Attempt,
        version: i64,
        dialect: &Dialect,
        wire_event: &WireEvent<'_>,
    ) -> Result<Option<String>, Problem> {
        let code = self
            .server
            .store()
            .transform_code(self.reach, version)
            .await;
        let Some(code) = code.map_err(failed_look_up)? else {
            return Ok(None);
        };
        let change = self.server.state.transformer.change(ToChange {
            owner: CodeOwner::of((self.reach.project, Some(&event.tenant))),
            code,
            dialect,
            event: wire_event,
            url: &attempt.url,
            channels: event.channels().iter().map(ToString::to_string).collect(),
            taken: &[],
        });
        let Ok(change) = change.await else {
            return Ok(None);
        };
        let body = match change {
            WebhookChange {
                cancel: Some(_), ..
            } => None,
            WebhookChange {
                body: Some(body), ..
            } => Some(body),
            WebhookChange { body: None, .. } => dialect.body(wire_event).ok(),
        };
        Ok(body.map(|bytes| text(&bytes)))
    }
}
