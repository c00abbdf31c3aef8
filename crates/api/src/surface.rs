//! What another API over the same store shares with this one: how requests are carried, read and counted, ids, and whose
//! change an entry of the audit log is. It has routes, credentials and answers of its own, and none of this one's.

use std::sync::{Arc, atomic::Ordering::Relaxed};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{header, request::Parts},
    response::Response,
};
use nuncio_dialect::Dialect;
use nuncio_domain::{
    Actor, ApiKey, Author, EventId, EventType, EventTypeName, JobId, KeyId, KeyKind, ProjectId,
    Scope, Timestamp, Verification,
};
use nuncio_store::Store;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    ApiState,
    access::{caller, client_address::ClientAddress},
    http::{body, body_budget::Room, middleware, problem::Problem, request_id::RequestId},
    resources::{
        event_types::import::described_types,
        events::publication::{check_data, check_type},
        keys::key_text,
        policy::in_force::{InForce, dialect_of},
        shared::verification::first_verification,
    },
    state::{Server, Shared, schemas::Allowance},
};

/// What a program calls itself, as far as the audit log keeps it.
const USER_AGENT_CHARS_MAX: usize = 256;

/// The shared parts. Cheap to clone.
#[derive(Clone)]
pub struct Surface {
    server: Shared,
}

/// A body with the memory that is set aside for it.
pub struct SurfaceBody {
    /// Its bytes.
    pub bytes: Bytes,
    #[allow(dead_code, reason = "kept until the answer")]
    room: Room,
}

/// Why a request is refused by what both APIs share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceRefusal {
    /// The status code of the answer.
    pub status: u16,
    /// The reason as a sentence.
    pub detail: String,
}

impl From<Problem> for SurfaceRefusal {
    fn from(problem: Problem) -> Self {
        Self {
            status: problem.status().as_u16(),
            detail: problem.to_string(),
        }
    }
}

impl std::fmt::Debug for Surface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Surface").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SurfaceBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bytes = self.bytes.len();
        f.debug_struct("SurfaceBody")
            .field("bytes", &bytes)
            .finish()
    }
}

impl Surface {
    pub(crate) const fn new(server: Shared) -> Self {
        Self { server }
    }

    /// What the API is made of.
    pub fn state(&self) -> &ApiState {
        &self.server.state
    }

    /// The store, as nobody's: for reading.
    pub fn store(&self) -> &dyn Store {
        self.server.store()
    }

    /// Handles a request from its first to its last: names it, counts it, logs it, and turns a panic into an answer.
    pub async fn carry<F: Future<Output = Response>>(
        &self,
        request: Request,
        handle: impl FnOnce(Request) -> F,
    ) -> Response {
        let Server {
            request_ids,
            counters,
            bodies,
            body_turns,
            ..
        } = &*self.server;
        middleware::apply(request_ids, counters, bodies, body_turns, request, handle).await
    }

    /// All of a body, whatever it is said to be.
    ///
    /// # Errors
    /// It is larger than `bytes_max`, too slow, breaks off, or there is no memory for it.
    pub async fn read_body(
        &self,
        parts: &Parts,
        body: Body,
        bytes_max: usize,
    ) -> Result<SurfaceBody, SurfaceRefusal> {
        let Server {
            bodies, body_turns, ..
        } = &*self.server;
        let kinds: &[&str] = &[];
        let read = body::read(parts, body, bytes_max, (kinds, false), bodies, body_turns).await;
        let (bytes, room) = read?;
        Ok(SurfaceBody { bytes, room })
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.server.now()
    }

    /// When the steady clock will show a wall time; `now` is what the wall clock shows.
    pub fn steady(&self, at: Timestamp, now: Timestamp) -> Timestamp {
        self.server.steady(at, now)
    }

    /// What the wall clock will show when the steady clock shows `at`; `now` is what it shows now.
    pub fn wall(&self, at: Timestamp, now: Timestamp) -> Timestamp {
        let skew_ms = self.server.steady_now().ms().saturating_sub(now.ms());
        Timestamp::from_ms(at.ms().saturating_sub(skew_ms))
    }

    /// An id for an event accepted at `now`, greater than every one before it in either API.
    pub fn event_id(&self, now: Timestamp) -> EventId {
        self.server.event_id(now)
    }

    /// An id for a job.
    pub fn job_id(&self, now: Timestamp) -> JobId {
        JobId::new(now.ms(), self.random())
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        self.server.random()
    }

    /// The store, for one change that is entered in the audit log as the actor's.
    pub fn store_by(&self, parts: &Parts, actor: Actor) -> Arc<dyn Store> {
        let at = self.server.now();
        let user_agent = parts.headers.get(header::USER_AGENT);
        let request_id = parts.extensions.get::<RequestId>();
        let author = Author {
            actor,
            at,
            ip: ClientAddress::of(parts, &self.server).0,
            user_agent: user_agent
                .map(|value| String::from_utf8_lossy(value.as_bytes()))
                .map(|text| text.chars().take(USER_AGENT_CHARS_MAX).collect()),
            request_id: request_id.map_or_else(String::new, |id| id.0.clone()),
        };
        self.server.store().by(self.server.audit_id(at), author)
    }

    /// The key of this server that a text is, unless it has expired.
    ///
    /// # Errors
    /// There is no such key, or it can't be looked up.
    pub async fn key(
        &self,
        text: &str,
    ) -> Result<(KeyKind, Scope, Option<Arc<ApiKey>>), SurfaceRefusal> {
        let caller = caller::by_key(Sha256::digest(text).into(), &self.server).await?;
        Ok((caller.kind, caller.scope, caller.key))
    }

    /// Checks an event's data for a project: its type's schema if the catalog has one, and whether its dialect can send
    /// it. Returns the version of the schema, and whether an ECMAScript-canonical body would leave its numbers alone.
    ///
    /// # Errors
    /// The data does not fit, or the project is not there.
    pub async fn check_event(
        &self,
        project: ProjectId,
        name: &EventTypeName,
        data: &str,
    ) -> Result<(Option<u32>, bool), SurfaceRefusal> {
        let in_force = InForce::of(&self.server, project).await?;
        let lossy = check_data(&in_force.dialect.dialect, data)?;
        let archived = self.server.store().event_type(project, name).await;
        // Whoever publishes here may go on under a type that is archived.
        let archived = archived.ok().flatten();
        if archived.is_some_and(|found| found.archived_at.is_some()) {
            return Ok((None, lossy.is_none()));
        }
        let mut allowance = Allowance::default();
        let named = (name, None);
        let version = check_type(&self.server, &in_force, named, data, &mut allowance).await?;
        Ok((version, lossy.is_none()))
    }

    /// The dialect of a project, or of an endpoint in it that names one.
    ///
    /// # Errors
    /// It is not there.
    pub async fn dialect(
        &self,
        project: ProjectId,
        own: Option<&str>,
    ) -> Result<Arc<Dialect>, SurfaceRefusal> {
        let in_force = InForce::of(&self.server, project).await?;
        Ok(dialect_of(&self.server, &in_force, own).await?)
    }

    /// The verification that an endpoint of that dialect begins with, or begins anew with at another URL.
    pub fn first_verification(&self, dialect: &Dialect, now: Timestamp) -> Verification {
        first_verification(dialect, now)
    }

    /// The event types that an OpenAPI 3.1 or AsyncAPI 3 document describes, as new ones. It is given as JSON, or as the
    /// text of a JSON or YAML file.
    ///
    /// # Errors
    /// It can't be read.
    pub async fn described_types(
        &self,
        project: ProjectId,
        document: Value,
    ) -> Result<Vec<EventType>, SurfaceRefusal> {
        let read = described_types(&self.server, project, document);
        Ok(read.await?)
    }

    /// Counts an event that was accepted, with its deliveries, or one that was refused.
    pub fn count_event(&self, deliveries: Option<u32>) {
        let counters = &self.server.counters;
        match deliveries {
            Some(count) => {
                let unmatched = u64::from(count == 0);
                counters.deliveries_created.fetch_add(count.into(), Relaxed);
                counters.events_unmatched.fetch_add(unmatched, Relaxed);
                counters.events_accepted.fetch_add(1, Relaxed);
            }
            None => drop(counters.events_refused.fetch_add(1, Relaxed)),
        }
    }

    /// A new key of that kind and its text, which is shown once.
    pub fn new_key(&self, name: &str, kind: KeyKind, expires_at: Timestamp) -> (ApiKey, String) {
        let now = self.server.now();
        let text = key_text(&self.server, &kind);
        let key = ApiKey {
            id: KeyId::new(now.ms(), self.random()),
            name: name.to_owned(),
            kind,
            scope: Scope::Full,
            created_at: now,
            expires_at: Some(expires_at),
            last_used_at: None,
        };
        (key, text)
    }

    /// The address at which people reach this server, without a slash at its end; `None` if it is not known.
    pub fn public_url(&self) -> Option<String> {
        self.server.own.url()
    }
}
