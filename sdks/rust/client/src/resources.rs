//! The methods of the API, by resource.
//!
//! Generated from openapi.json by `cargo xtask generate`; changes made here are lost.

use crate::call::{Call, path};
use crate::client::Nuncio;
use crate::error::Error;
use crate::listing::Listing;
use crate::models::*;
use reqwest::Method;

impl Nuncio {
    /// Calls below `/v1/attempts`.
    pub fn attempts(&self) -> Attempts<'_> {
        Attempts { client: self }
    }

    /// Calls below `/v1/audit`.
    pub fn audit(&self) -> Audit<'_> {
        Audit { client: self }
    }

    /// Calls below `/v1/dead-letters`.
    pub fn dead_letters(&self) -> DeadLetters<'_> {
        DeadLetters { client: self }
    }

    /// Calls below `/v1/deliveries`.
    pub fn deliveries(&self) -> Deliveries<'_> {
        Deliveries { client: self }
    }

    /// Calls below `/v1/dialects`.
    pub fn dialects(&self) -> Dialects<'_> {
        Dialects { client: self }
    }

    /// Calls below `/v1/endpoints`.
    pub fn endpoints(&self) -> Endpoints<'_> {
        Endpoints { client: self }
    }

    /// Calls below `/v1/event-types`.
    pub fn event_types(&self) -> EventTypes<'_> {
        EventTypes { client: self }
    }

    /// Calls below `/v1/events`.
    pub fn events(&self) -> Events<'_> {
        Events { client: self }
    }

    /// Calls below `/v1/jobs`.
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs { client: self }
    }

    /// Calls below `/v1/keys`.
    pub fn keys(&self) -> Keys<'_> {
        Keys { client: self }
    }

    /// Calls below `/v1/overview`.
    pub fn overview(&self) -> Overview<'_> {
        Overview { client: self }
    }

    /// Calls below `/v1/projects`.
    pub fn projects(&self) -> Projects<'_> {
        Projects { client: self }
    }

    /// Calls below `/v1/stats`.
    pub fn stats(&self) -> Stats<'_> {
        Stats { client: self }
    }

    /// Calls below `/v1/tenants`.
    pub fn tenants(&self) -> Tenants<'_> {
        Tenants { client: self }
    }

    /// Calls below `/v1/transforms`.
    pub fn transforms(&self) -> Transforms<'_> {
        Transforms { client: self }
    }

    /// Calls below `/v1/webhooks`.
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks { client: self }
    }
}

/// Calls below `/v1/attempts`.
#[derive(Clone, Copy, Debug)]
pub struct Attempts<'a> {
    client: &'a Nuncio,
}

impl Attempts<'_> {
    /// List attempts. Newest first, over all deliveries. If a filter matches little, a page can be
    /// empty and still have a `next_cursor`.
    pub fn list(self, query: &ListAttemptsQuery) -> Listing<AttemptItem> {
        Listing::new(self.client, path("/v1/attempts", &[]), query)
    }

    /// Get an attempt. What was sent, what came back, how long it took.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, id: &str) -> Result<AttemptDetail, Error> {
        let call = Call::new(Method::GET, path("/v1/attempts/{id}", &[id])?);
        self.client.send(call).await
    }

    /// Erase a response. Permanently erases the receiver's response to the attempt: headers, body
    /// and error detail. Its status code and times stay.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn erase_response(self, id: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/attempts/{id}/response", &[id])?);
        self.client.send_only(call).await
    }
}

/// Calls below `/v1/audit`.
#[derive(Clone, Copy, Debug)]
pub struct Audit<'a> {
    client: &'a Nuncio,
}

impl Audit<'_> {
    /// List the audit log. Every administrative change, newest first: who, what, when, from where.
    /// Entries cannot be changed, and are kept for 400 days or longer. With the admin key and no
    /// `Nuncio-Project`: the entries of all projects, including deleted ones. If a filter matches
    /// little, a page can be empty and still have a `next_cursor`.
    pub fn list(self, query: &ListAuditQuery) -> Listing<AuditEntry> {
        Listing::new(self.client, path("/v1/audit", &[]), query)
    }
}

/// Calls below `/v1/dead-letters`.
#[derive(Clone, Copy, Debug)]
pub struct DeadLetters<'a> {
    client: &'a Nuncio,
}

impl DeadLetters<'_> {
    /// List dead letters. Tests that failed are not among them.
    pub fn list(self, query: &ListDeadLettersQuery) -> Listing<Delivery> {
        Listing::new(self.client, path("/v1/dead-letters", &[]), query)
    }

    /// Purge dead letters. Permanently deletes all that match the filter, in the background. To
    /// delete all dead letters of the project, `confirm`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn purge(self, body: &Purge) -> Result<Started, Error> {
        let call = Call::new(Method::POST, path("/v1/dead-letters/purge", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Retry dead letters. Retries all deliveries that match the filter, in the background, each
    /// with a fresh schedule, or exactly once.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retry(self, body: Option<&Bulk>) -> Result<StartedOrCounted, Error> {
        let call =
            Call::new(Method::POST, path("/v1/dead-letters/retry", &[])?).maybe_body(body)?;
        self.client.send(call).await
    }
}

/// Calls below `/v1/deliveries`.
#[derive(Clone, Copy, Debug)]
pub struct Deliveries<'a> {
    client: &'a Nuncio,
}

impl Deliveries<'_> {
    /// List deliveries.
    pub fn list(self, query: &ListDeliveriesQuery) -> Listing<Delivery> {
        Listing::new(self.client, path("/v1/deliveries", &[]), query)
    }

    /// Retry many deliveries. Runs for all deliveries that match the filter, in the background.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retry_many(self, body: Option<&Bulk>) -> Result<StartedOrCounted, Error> {
        let call = Call::new(Method::POST, path("/v1/deliveries/retry", &[])?).maybe_body(body)?;
        self.client.send(call).await
    }

    /// Get a delivery. With every attempt: what was sent, what came back, how long it took.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, id: &str) -> Result<DeliveryDetail, Error> {
        let call = Call::new(Method::GET, path("/v1/deliveries/{id}", &[id])?);
        self.client.send(call).await
    }

    /// Cancel a delivery. No further attempt starts. A delivery that is already finished cannot be
    /// cancelled.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn cancel(self, id: &str) -> Result<Delivery, Error> {
        let call = Call::new(Method::POST, path("/v1/deliveries/{id}/cancel", &[id])?);
        self.client.send(call).await
    }

    /// Retry a delivery. If it is pending: one extra attempt now, and its schedule stays as it is.
    /// Otherwise: a fresh schedule, or exactly one attempt with `schedule: "once"`. A test is never
    /// retried (409).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn retry(self, id: &str, body: Option<&Retry>) -> Result<Delivery, Error> {
        let call =
            Call::new(Method::POST, path("/v1/deliveries/{id}/retry", &[id])?).maybe_body(body)?;
        self.client.send(call).await
    }
}

/// Calls below `/v1/dialects`.
#[derive(Clone, Copy, Debug)]
pub struct Dialects<'a> {
    client: &'a Nuncio,
}

impl Dialects<'_> {
    /// List dialects. The built-in dialects, and the project's own.
    pub fn list(self) -> Listing<Dialect> {
        Listing::new(self.client, path("/v1/dialects", &[]), &())
    }

    /// Preview a dialect. Nothing is sent or stored.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn preview(self, body: &Preview) -> Result<Previewed, Error> {
        let call = Call::new(Method::POST, path("/v1/dialects/preview", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Get a dialect.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, name: &str, query: &GetDialectQuery) -> Result<DialectDetail, Error> {
        let call = Call::new(Method::GET, path("/v1/dialects/{name}", &[name])?).query(query);
        self.client.send(call).await
    }

    /// Create or change a dialect of the project. A changed file becomes a new version; attempts
    /// keep the version they were rendered with. The body is the file itself (`application/toml`),
    /// or JSON: its text as `source`, or its tables. Errors in a file have `line` and `column`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn put(self, name: &str, body: &NewDialect) -> Result<DialectDetail, Error> {
        let call = Call::new(Method::PUT, path("/v1/dialects/{name}", &[name])?).body(body)?;
        self.client.send(call).await
    }

    /// Delete a dialect of the project. Only while neither the project nor an endpoint uses it.
    /// Attempts keep the version they were rendered with.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(self, name: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/dialects/{name}", &[name])?);
        self.client.send_only(call).await
    }

    /// List the versions of a dialect. The newest first. `GET /v1/dialects/{name}?version=…` has
    /// the file of one.
    pub fn list_versions(self, name: &str, query: &ListDialectVersionsQuery) -> Listing<Dialect> {
        Listing::new(
            self.client,
            path("/v1/dialects/{name}/versions", &[name]),
            query,
        )
    }
}

/// Calls below `/v1/endpoints`.
#[derive(Clone, Copy, Debug)]
pub struct Endpoints<'a> {
    client: &'a Nuncio,
}

impl Endpoints<'_> {
    /// List endpoints.
    pub fn list(self, query: &ListEndpointsQuery) -> Listing<Endpoint> {
        Listing::new(self.client, path("/v1/endpoints", &[]), query)
    }

    /// Create an endpoint. The response shows its secret, only this once.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create(self, body: &NewEndpoint) -> Result<Endpoint, Error> {
        let call = Call::new(Method::POST, path("/v1/endpoints", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Check a URL. The same check as when an endpoint is created or changed. Nothing is stored or
    /// sent.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn check(self, body: &UrlToCheck) -> Result<UrlCheck, Error> {
        let call = Call::new(Method::POST, path("/v1/endpoints/check", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Get an endpoint.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, id: &str) -> Result<Endpoint, Error> {
        let call = Call::new(Method::GET, path("/v1/endpoints/{id}", &[id])?);
        self.client.send(call).await
    }

    /// Change an endpoint. Fields left out stay as they are; null clears. A new URL also applies to
    /// pending deliveries. Credentials belong to the origin (scheme, host and port) that they were
    /// given for: a change to another origin is refused with 422 until each is given again or
    /// removed, and the errors name them.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn update(self, id: &str, body: &EndpointChange) -> Result<Endpoint, Error> {
        let call = Call::new(Method::PATCH, path("/v1/endpoints/{id}", &[id])?).body(body)?;
        self.client.send(call).await
    }

    /// Delete an endpoint. It receives nothing more; its pending deliveries are cancelled.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(self, id: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/endpoints/{id}", &[id])?);
        self.client.send_only(call).await
    }

    /// List an endpoint's deliveries.
    pub fn list_deliveries(
        self,
        id: &str,
        query: &ListEndpointDeliveriesQuery,
    ) -> Listing<Delivery> {
        Listing::new(
            self.client,
            path("/v1/endpoints/{id}/deliveries", &[id]),
            query,
        )
    }

    /// Disable an endpoint. Its deliveries wait; nothing is lost.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn disable(self, id: &str) -> Result<Endpoint, Error> {
        let call = Call::new(Method::POST, path("/v1/endpoints/{id}/disable", &[id])?);
        self.client.send(call).await
    }

    /// Enable an endpoint. Its pending deliveries start again.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn enable(self, id: &str) -> Result<Endpoint, Error> {
        let call = Call::new(Method::POST, path("/v1/endpoints/{id}/enable", &[id])?);
        self.client.send(call).await
    }

    /// List an endpoint's events. Newest first, each with the state of its delivery.
    pub fn list_events(self, id: &str, query: &ListEndpointEventsQuery) -> Listing<EndpointEvent> {
        Listing::new(self.client, path("/v1/endpoints/{id}/events", &[id]), query)
    }

    /// Test an endpoint's filters. Whether the endpoint would get an event, and if not, which part
    /// does not match. Nothing is stored or sent.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn test_filter(self, id: &str, body: &FilterTest) -> Result<FilterTestResult, Error> {
        let call =
            Call::new(Method::POST, path("/v1/endpoints/{id}/filter/test", &[id])?).body(body)?;
        self.client.send(call).await
    }

    /// Recover an endpoint. Sends the endpoint what it missed in a period, in the background:
    /// retries its dead deliveries, delivers events that match its filter and were never sent to it
    /// (published before it was created, or while its filter was different), or sends everything
    /// again; or attempts all waiting deliveries now, in addition to their schedules. Tests and
    /// erased payloads are left out. A paused or disabled endpoint, its rate limit and its tenant's
    /// plan are respected.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn recover(self, id: &str, body: &NewRecovery) -> Result<StartedOrCounted, Error> {
        let call =
            Call::new(Method::POST, path("/v1/endpoints/{id}/recover", &[id])?).body(body)?;
        self.client.send(call).await
    }

    /// Rotate the secret. The previous secret keeps signing during the overlap. At most ten old
    /// secrets may be in their overlap.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn rotate_secret(self, id: &str, body: Option<&Rotation>) -> Result<Rotated, Error> {
        let call = Call::new(
            Method::POST,
            path("/v1/endpoints/{id}/rotate-secret", &[id])?,
        )
        .maybe_body(body)?;
        self.client.send(call).await
    }

    /// Check on an endpoint. Success rate, latency and backlog, and the state of the work on it:
    /// concurrency, rate limit, circuit breaker.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn stats(self, id: &str, query: &EndpointStatsQuery) -> Result<EndpointStats, Error> {
        let call = Call::new(Method::GET, path("/v1/endpoints/{id}/stats", &[id])?).query(query);
        self.client.send(call).await
    }

    /// Send a test event. One attempt without retries, whatever the filter, even while the endpoint
    /// is disabled. An endpoint that must be verified first gets none (409).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn test(self, id: &str, body: Option<&Test>) -> Result<Tested, Error> {
        let call =
            Call::new(Method::POST, path("/v1/endpoints/{id}/test", &[id])?).maybe_body(body)?;
        self.client.send(call).await
    }

    /// Test a transformation. Runs the endpoint's code, or the code given, and shows what would be
    /// sent. Nothing is sent or stored.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn test_transform(
        self,
        id: &str,
        body: Option<&TransformTest>,
    ) -> Result<TransformTestResult, Error> {
        let call = Call::new(
            Method::POST,
            path("/v1/endpoints/{id}/transform/test", &[id])?,
        )
        .maybe_body(body)?;
        self.client.send(call).await
    }

    /// Verify an endpoint. Starts the handshake of the endpoint's dialect. The response comes
    /// before it ends: the endpoint's `verification` shows the result. Until it is `verified`,
    /// deliveries wait.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn verify(self, id: &str) -> Result<Endpoint, Error> {
        let call = Call::new(Method::POST, path("/v1/endpoints/{id}/verify", &[id])?);
        self.client.send(call).await
    }
}

/// Calls below `/v1/event-types`.
#[derive(Clone, Copy, Debug)]
pub struct EventTypes<'a> {
    client: &'a Nuncio,
}

impl EventTypes<'_> {
    /// List event types.
    pub fn list(self, query: &ListEventTypesQuery) -> Listing<EventType> {
        Listing::new(self.client, path("/v1/event-types", &[]), query)
    }

    /// Export event types. The catalog as an OpenAPI 3.1 document (`webhooks`) or an AsyncAPI 3
    /// document, without archived types. Importing it again changes nothing.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn export(self, query: &ExportEventTypesQuery) -> Result<EventTypeDocument, Error> {
        let call = Call::new(Method::GET, path("/v1/event-types/export", &[])?).query(query);
        self.client.send(call).await
    }

    /// Import event types. From the `webhooks` of an OpenAPI 3.1 document, or the messages of an
    /// AsyncAPI 3 one: all of them, or none. Types that are not in the document stay as they are. A
    /// schema that breaks the current one is refused with 409, unless `force` is set.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn import(self, body: &EventTypeImport) -> Result<EventTypesImported, Error> {
        let call = Call::new(Method::POST, path("/v1/event-types/import", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Get an event type.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, name: &str) -> Result<EventType, Error> {
        let call = Call::new(Method::GET, path("/v1/event-types/{name}", &[name])?);
        self.client.send(call).await
    }

    /// Create or replace an event type. A changed `schema` becomes a new version. One that breaks
    /// the current version is refused with 409, unless `force` is set. It breaks publishers if
    /// events that were accepted no longer would be, and receivers if `data` can be something that
    /// it could not be before.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn put(self, name: &str, body: &NewEventType) -> Result<EventType, Error> {
        let call = Call::new(Method::PUT, path("/v1/event-types/{name}", &[name])?).body(body)?;
        self.client.send(call).await
    }

    /// Delete an event type. Removes it from the catalog; existing events of that type stay as they
    /// are.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(self, name: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/event-types/{name}", &[name])?);
        self.client.send_only(call).await
    }

    /// Archive an event type. Events of this type are no longer accepted, and new filters no longer
    /// suggest it. Published events stay.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn archive(self, name: &str) -> Result<EventType, Error> {
        let call = Call::new(
            Method::POST,
            path("/v1/event-types/{name}/archive", &[name])?,
        );
        self.client.send(call).await
    }

    /// Bring an event type back from the archive.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn unarchive(self, name: &str) -> Result<EventType, Error> {
        let call = Call::new(
            Method::POST,
            path("/v1/event-types/{name}/unarchive", &[name])?,
        );
        self.client.send(call).await
    }

    /// List the versions of an event type's schema. The newest first. If there are many versions,
    /// or large ones, the oldest are not kept.
    pub fn list_schema_versions(
        self,
        name: &str,
        query: &ListSchemaVersionsQuery,
    ) -> Listing<SchemaVersion> {
        Listing::new(
            self.client,
            path("/v1/event-types/{name}/versions", &[name]),
            query,
        )
    }
}

/// Calls below `/v1/events`.
#[derive(Clone, Copy, Debug)]
pub struct Events<'a> {
    client: &'a Nuncio,
}

impl Events<'_> {
    /// List events. Newest first, without payloads.
    pub fn list(self, query: &ListEventsQuery) -> Listing<Event> {
        Listing::new(self.client, path("/v1/events", &[]), query)
    }

    /// Publish an event. The response comes once the event is on disk, with the endpoints it goes
    /// to.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn publish(self, body: &NewEvent) -> Result<Published, Error> {
        let call = Call::new(Method::POST, path("/v1/events", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Publish a batch of events. Each event is accepted or refused on its own; the response comes
    /// once all accepted events are on disk.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn publish_batch(self, body: &Batch) -> Result<BatchPublished, Error> {
        let call = Call::new(Method::POST, path("/v1/events/batch", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Broadcast an event. Publishes an event to all tenants that exist now, or to those whose
    /// metadata matches `where`, in the background: each tenant gets its own event exactly once,
    /// even if the server restarts in between. The job counts tenants.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn broadcast(self, body: &NewBroadcast) -> Result<Started, Error> {
        let call = Call::new(Method::POST, path("/v1/events/broadcast", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Replay events of a period. Sends every event of the period again, in the background, to
    /// every endpoint that received it and still exists. Each gets a new delivery, unless one is
    /// pending. Tests and erased payloads are left out.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn replay_many(self, body: &ReplayMany) -> Result<StartedOrCounted, Error> {
        let call = Call::new(Method::POST, path("/v1/events/replay", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Get an event. Includes its payload, unless it was erased.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, id: &str) -> Result<EventDetail, Error> {
        let call = Call::new(Method::GET, path("/v1/events/{id}", &[id])?);
        self.client.send(call).await
    }

    /// List an event's deliveries.
    pub fn list_deliveries(self, id: &str, query: &ListEventDeliveriesQuery) -> Listing<Delivery> {
        Listing::new(
            self.client,
            path("/v1/events/{id}/deliveries", &[id]),
            query,
        )
    }

    /// Explain an event. Why each endpoint of its tenant received it, or did not.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn explain(self, id: &str) -> Result<EventExplanation, Error> {
        let call = Call::new(Method::GET, path("/v1/events/{id}/explain", &[id])?);
        self.client.send(call).await
    }

    /// Erase an event's payload. Permanently erases the payload, metadata and headers, and every
    /// stored body of its attempts. Pending deliveries are cancelled; the event and the payload's
    /// hash stay.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn erase_payload(self, id: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/events/{id}/payload", &[id])?);
        self.client.send_only(call).await
    }

    /// Replay an event. Creates new deliveries with their own ids. A test is never replayed (409).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn replay(self, id: &str, body: Option<&Replay>) -> Result<Replayed, Error> {
        let call =
            Call::new(Method::POST, path("/v1/events/{id}/replay", &[id])?).maybe_body(body)?;
        self.client.send(call).await
    }
}

/// Calls below `/v1/jobs`.
#[derive(Clone, Copy, Debug)]
pub struct Jobs<'a> {
    client: &'a Nuncio,
}

impl Jobs<'_> {
    /// Get a job.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, id: &str) -> Result<Job, Error> {
        let call = Call::new(Method::GET, path("/v1/jobs/{id}", &[id])?);
        self.client.send(call).await
    }

    /// Cancel a job. Ends it early: nothing more is done, and what it has done stays. Events of a
    /// broadcast that were published are delivered, retried deliveries stay retried, purged ones
    /// stay deleted. A job that is over cannot be cancelled.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn cancel(self, id: &str) -> Result<Job, Error> {
        let call = Call::new(Method::POST, path("/v1/jobs/{id}/cancel", &[id])?);
        self.client.send(call).await
    }
}

/// Calls below `/v1/keys`.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'a> {
    client: &'a Nuncio,
}

impl Keys<'_> {
    /// List keys. Keys of the project and of its tenants, without the keys themselves.
    pub fn list(self, query: &ListKeysQuery) -> Listing<Key> {
        Listing::new(self.client, path("/v1/keys", &[]), query)
    }

    /// Create a key. The response shows it, only this once.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create(self, body: &NewKey) -> Result<Key, Error> {
        let call = Call::new(Method::POST, path("/v1/keys", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Revoke a key. It stops working immediately.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(self, id: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/keys/{id}", &[id])?);
        self.client.send_only(call).await
    }
}

/// Calls below `/v1/overview`.
#[derive(Clone, Copy, Debug)]
pub struct Overview<'a> {
    client: &'a Nuncio,
}

impl Overview<'_> {
    /// Get the overview. Of the project, or of one tenant. It only reads counters, so you can poll
    /// it every few seconds.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn read(self, query: &ReadOverviewQuery) -> Result<OverviewReport, Error> {
        let call = Call::new(Method::GET, path("/v1/overview", &[])?).query(query);
        self.client.send(call).await
    }
}

/// Calls below `/v1/projects`.
#[derive(Clone, Copy, Debug)]
pub struct Projects<'a> {
    client: &'a Nuncio,
}

impl Projects<'_> {
    /// List projects.
    pub fn list(self, query: &ListProjectsQuery) -> Listing<Project> {
        Listing::new(self.client, path("/v1/projects", &[]), query)
    }

    /// Create a project. Its catalog starts with the dialect's event types.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create(self, body: &NewProject) -> Result<Project, Error> {
        let call = Call::new(Method::POST, path("/v1/projects", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Get a project.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, id: &str) -> Result<Project, Error> {
        let call = Call::new(Method::GET, path("/v1/projects/{id}", &[id])?);
        self.client.send(call).await
    }

    /// Change a project. Fields left out stay as they are. A policy field that is null goes back to
    /// the dialect's default, except for `auto_disable_days`, where null turns it off.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn update(self, id: &str, body: &ProjectChange) -> Result<Project, Error> {
        let call = Call::new(Method::PATCH, path("/v1/projects/{id}", &[id])?).body(body)?;
        self.client.send(call).await
    }

    /// Delete a project. Deletes the project with everything in it, immediately.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(self, id: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/projects/{id}", &[id])?);
        self.client.send_only(call).await
    }
}

/// Calls below `/v1/stats`.
#[derive(Clone, Copy, Debug)]
pub struct Stats<'a> {
    client: &'a Nuncio,
}

impl Stats<'_> {
    /// See what happened over time. Events, attempts, outcomes and how long they took, by minute or
    /// hour: of the project, of a tenant, or of an endpoint.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn read(self, query: &ReadStatsQuery) -> Result<StatsSeries, Error> {
        let call = Call::new(Method::GET, path("/v1/stats", &[])?).query(query);
        self.client.send(call).await
    }
}

/// Calls below `/v1/tenants`.
#[derive(Clone, Copy, Debug)]
pub struct Tenants<'a> {
    client: &'a Nuncio,
}

impl Tenants<'_> {
    /// List tenants. With a tenant key, only that tenant.
    pub fn list(self, query: &ListTenantsQuery) -> Listing<Tenant> {
        Listing::new(self.client, path("/v1/tenants", &[]), query)
    }

    /// Get a tenant.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, tenant: &str) -> Result<Tenant, Error> {
        let call = Call::new(Method::GET, path("/v1/tenants/{tenant}", &[tenant])?);
        self.client.send(call).await
    }

    /// Create or change a tenant. Fields left out stay as they are, null clears.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn put(self, tenant: &str, body: Option<&TenantChange>) -> Result<Tenant, Error> {
        let call =
            Call::new(Method::PUT, path("/v1/tenants/{tenant}", &[tenant])?).maybe_body(body)?;
        self.client.send(call).await
    }

    /// Delete a tenant. Deletes the tenant with its endpoints and keys, immediately; its pending
    /// deliveries are cancelled.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(self, tenant: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/tenants/{tenant}", &[tenant])?);
        self.client.send_only(call).await
    }

    /// Create a portal session. Gives a tenant's users access to the portal: send them to `url`, or
    /// embed it in a page whose origin is among the project's `portal_origins`. It expires after an
    /// hour. A tenant that does not exist yet is created. The link starts with the server's public
    /// URL, or with the address it listens on; 409 if it listens on all addresses.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_portal_session(
        self,
        tenant: &str,
        body: Option<&NewPortalSession>,
    ) -> Result<PortalSession, Error> {
        let call = Call::new(
            Method::POST,
            path("/v1/tenants/{tenant}/portal-sessions", &[tenant])?,
        )
        .maybe_body(body)?;
        self.client.send(call).await
    }
}

/// Calls below `/v1/transforms`.
#[derive(Clone, Copy, Debug)]
pub struct Transforms<'a> {
    client: &'a Nuncio,
}

impl Transforms<'_> {
    /// List ready-made transformations. For services that expect their own message format: copy the
    /// code into an endpoint's `transform`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn list(self) -> Result<ReadyMadeTransforms, Error> {
        let call = Call::new(Method::GET, path("/v1/transforms", &[])?);
        self.client.send(call).await
    }
}

/// Calls below `/v1/webhooks`.
#[derive(Clone, Copy, Debug)]
pub struct Webhooks<'a> {
    client: &'a Nuncio,
}

impl Webhooks<'_> {
    /// List endpoints.
    pub fn list(self, query: &ListEndpointsQuery) -> Listing<Endpoint> {
        Listing::new(self.client, path("/v1/webhooks", &[]), query)
    }

    /// Create an endpoint. The response shows its secret, only this once.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create(self, body: &NewEndpoint) -> Result<Endpoint, Error> {
        let call = Call::new(Method::POST, path("/v1/webhooks", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Check a URL. The same check as when an endpoint is created or changed. Nothing is stored or
    /// sent.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn check(self, body: &UrlToCheck) -> Result<UrlCheck, Error> {
        let call = Call::new(Method::POST, path("/v1/webhooks/check", &[])?).body(body)?;
        self.client.send(call).await
    }

    /// Get an endpoint.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get(self, id: &str) -> Result<Endpoint, Error> {
        let call = Call::new(Method::GET, path("/v1/webhooks/{id}", &[id])?);
        self.client.send(call).await
    }

    /// Change an endpoint. Fields left out stay as they are; null clears. A new URL also applies to
    /// pending deliveries. Credentials belong to the origin (scheme, host and port) that they were
    /// given for: a change to another origin is refused with 422 until each is given again or
    /// removed, and the errors name them.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn update(self, id: &str, body: &EndpointChange) -> Result<Endpoint, Error> {
        let call = Call::new(Method::PATCH, path("/v1/webhooks/{id}", &[id])?).body(body)?;
        self.client.send(call).await
    }

    /// Delete an endpoint. It receives nothing more; its pending deliveries are cancelled.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete(self, id: &str) -> Result<(), Error> {
        let call = Call::new(Method::DELETE, path("/v1/webhooks/{id}", &[id])?);
        self.client.send_only(call).await
    }

    /// List an endpoint's deliveries.
    pub fn list_deliveries(
        self,
        id: &str,
        query: &ListEndpointDeliveriesQuery,
    ) -> Listing<Delivery> {
        Listing::new(
            self.client,
            path("/v1/webhooks/{id}/deliveries", &[id]),
            query,
        )
    }

    /// Disable an endpoint. Its deliveries wait; nothing is lost.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn disable(self, id: &str) -> Result<Endpoint, Error> {
        let call = Call::new(Method::POST, path("/v1/webhooks/{id}/disable", &[id])?);
        self.client.send(call).await
    }

    /// Enable an endpoint. Its pending deliveries start again.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn enable(self, id: &str) -> Result<Endpoint, Error> {
        let call = Call::new(Method::POST, path("/v1/webhooks/{id}/enable", &[id])?);
        self.client.send(call).await
    }

    /// List an endpoint's events. Newest first, each with the state of its delivery.
    pub fn list_events(self, id: &str, query: &ListEndpointEventsQuery) -> Listing<EndpointEvent> {
        Listing::new(self.client, path("/v1/webhooks/{id}/events", &[id]), query)
    }

    /// Test an endpoint's filters. Whether the endpoint would get an event, and if not, which part
    /// does not match. Nothing is stored or sent.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn test_filter(self, id: &str, body: &FilterTest) -> Result<FilterTestResult, Error> {
        let call =
            Call::new(Method::POST, path("/v1/webhooks/{id}/filter/test", &[id])?).body(body)?;
        self.client.send(call).await
    }

    /// Recover an endpoint. Sends the endpoint what it missed in a period, in the background:
    /// retries its dead deliveries, delivers events that match its filter and were never sent to it
    /// (published before it was created, or while its filter was different), or sends everything
    /// again; or attempts all waiting deliveries now, in addition to their schedules. Tests and
    /// erased payloads are left out. A paused or disabled endpoint, its rate limit and its tenant's
    /// plan are respected.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn recover(self, id: &str, body: &NewRecovery) -> Result<StartedOrCounted, Error> {
        let call = Call::new(Method::POST, path("/v1/webhooks/{id}/recover", &[id])?).body(body)?;
        self.client.send(call).await
    }

    /// Rotate the secret. The previous secret keeps signing during the overlap. At most ten old
    /// secrets may be in their overlap.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn rotate_secret(self, id: &str, body: Option<&Rotation>) -> Result<Rotated, Error> {
        let call = Call::new(
            Method::POST,
            path("/v1/webhooks/{id}/rotate-secret", &[id])?,
        )
        .maybe_body(body)?;
        self.client.send(call).await
    }

    /// Check on an endpoint. Success rate, latency and backlog, and the state of the work on it:
    /// concurrency, rate limit, circuit breaker.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn stats(self, id: &str, query: &EndpointStatsQuery) -> Result<EndpointStats, Error> {
        let call = Call::new(Method::GET, path("/v1/webhooks/{id}/stats", &[id])?).query(query);
        self.client.send(call).await
    }

    /// Send a test event. One attempt without retries, whatever the filter, even while the endpoint
    /// is disabled. An endpoint that must be verified first gets none (409).
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn test(self, id: &str, body: Option<&Test>) -> Result<Tested, Error> {
        let call =
            Call::new(Method::POST, path("/v1/webhooks/{id}/test", &[id])?).maybe_body(body)?;
        self.client.send(call).await
    }

    /// Test a transformation. Runs the endpoint's code, or the code given, and shows what would be
    /// sent. Nothing is sent or stored.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn test_transform(
        self,
        id: &str,
        body: Option<&TransformTest>,
    ) -> Result<TransformTestResult, Error> {
        let call = Call::new(
            Method::POST,
            path("/v1/webhooks/{id}/transform/test", &[id])?,
        )
        .maybe_body(body)?;
        self.client.send(call).await
    }

    /// Verify an endpoint. Starts the handshake of the endpoint's dialect. The response comes
    /// before it ends: the endpoint's `verification` shows the result. Until it is `verified`,
    /// deliveries wait.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn verify(self, id: &str) -> Result<Endpoint, Error> {
        let call = Call::new(Method::POST, path("/v1/webhooks/{id}/verify", &[id])?);
        self.client.send(call).await
    }
}
