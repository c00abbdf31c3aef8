// Generated from openapi.json by `cargo xtask generate`; changes made here are lost.

import type { Listing } from "../listing.js";
import { path } from "../path.js";
import type { CallOptions, Transport } from "../transport.js";
import type {
  AttemptDetail,
  AttemptItem,
  AuditEntry,
  Batch,
  BatchPublished,
  Bulk,
  Delivery,
  DeliveryDetail,
  Dialect,
  DialectDetail,
  Endpoint,
  EndpointChange,
  EndpointEvent,
  EndpointStats,
  EndpointStatsQuery,
  Event,
  EventDetail,
  EventExplanation,
  EventType,
  EventTypeDocument,
  EventTypeImport,
  EventTypesImported,
  ExportEventTypesQuery,
  FilterTest,
  FilterTestResult,
  GetDialectQuery,
  Job,
  Key,
  ListAttemptsQuery,
  ListAuditQuery,
  ListDeadLettersQuery,
  ListDeliveriesQuery,
  ListDialectVersionsQuery,
  ListEndpointDeliveriesQuery,
  ListEndpointEventsQuery,
  ListEndpointsQuery,
  ListEventDeliveriesQuery,
  ListEventTypesQuery,
  ListEventsQuery,
  ListKeysQuery,
  ListProjectsQuery,
  ListSchemaVersionsQuery,
  ListTenantsQuery,
  NewBroadcast,
  NewDialect,
  NewEndpoint,
  NewEvent,
  NewEventType,
  NewKey,
  NewPortalSession,
  NewProject,
  NewRecovery,
  OverviewReport,
  PortalSession,
  Preview,
  Previewed,
  Project,
  ProjectChange,
  Published,
  Purge,
  ReadOverviewQuery,
  ReadStatsQuery,
  ReadyMadeTransforms,
  Replay,
  ReplayMany,
  Replayed,
  Retry,
  Rotated,
  Rotation,
  SchemaVersion,
  Started,
  StartedOrCounted,
  StatsSeries,
  Tenant,
  TenantChange,
  Test,
  Tested,
  TransformTest,
  TransformTestResult,
  UrlCheck,
  UrlToCheck,
} from "./models.js";

/** Calls below `/v1/attempts`. */
export class Attempts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * List attempts. Newest first, over all deliveries. If a filter matches little, a page can be
   * empty and still have a `next_cursor`.
   */
  list(query: ListAttemptsQuery = {}, options?: CallOptions): Listing<AttemptItem> {
    return this.#transport.list<AttemptItem>({ path: "/v1/attempts", query }, options);
  }

  /** Get an attempt. What was sent, what came back, how long it took. */
  get(id: string, options?: CallOptions): Promise<AttemptDetail> {
    return this.#transport.send<AttemptDetail>({ method: "GET", path: path`/v1/attempts/${id}` }, options);
  }

  /**
   * Erase a response. Permanently erases the receiver's response to the attempt: headers, body
   * and error detail. Its status code and times stay.
   */
  eraseResponse(id: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/attempts/${id}/response` }, options);
  }
}

/** Calls below `/v1/audit`. */
export class Audit {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * List the audit log. Every administrative change, newest first: who, what, when, from where.
   * Entries cannot be changed, and are kept for 400 days or longer. With the admin key and no
   * `Nuncio-Project`: the entries of all projects, including deleted ones. If a filter matches
   * little, a page can be empty and still have a `next_cursor`.
   */
  list(query: ListAuditQuery = {}, options?: CallOptions): Listing<AuditEntry> {
    return this.#transport.list<AuditEntry>({ path: "/v1/audit", query }, options);
  }
}

/** Calls below `/v1/dead-letters`. */
export class DeadLetters {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List dead letters. Tests that failed are not among them. */
  list(query: ListDeadLettersQuery = {}, options?: CallOptions): Listing<Delivery> {
    return this.#transport.list<Delivery>({ path: "/v1/dead-letters", query }, options);
  }

  /**
   * Purge dead letters. Permanently deletes all that match the filter, in the background. To
   * delete all dead letters of the project, `confirm`.
   */
  purge(body: Purge, options?: CallOptions): Promise<Started> {
    return this.#transport.send<Started>({ method: "POST", path: "/v1/dead-letters/purge", body }, options);
  }

  /**
   * Retry dead letters. Retries all deliveries that match the filter, in the background, each
   * with a fresh schedule, or exactly once.
   */
  retry(body?: Bulk, options?: CallOptions): Promise<StartedOrCounted> {
    return this.#transport.send<StartedOrCounted>({ method: "POST", path: "/v1/dead-letters/retry", body }, options);
  }
}

/** Calls below `/v1/deliveries`. */
export class Deliveries {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List deliveries. */
  list(query: ListDeliveriesQuery = {}, options?: CallOptions): Listing<Delivery> {
    return this.#transport.list<Delivery>({ path: "/v1/deliveries", query }, options);
  }

  /** Retry many deliveries. Runs for all deliveries that match the filter, in the background. */
  retryMany(body?: Bulk, options?: CallOptions): Promise<StartedOrCounted> {
    return this.#transport.send<StartedOrCounted>({ method: "POST", path: "/v1/deliveries/retry", body }, options);
  }

  /** Get a delivery. With every attempt: what was sent, what came back, how long it took. */
  get(id: string, options?: CallOptions): Promise<DeliveryDetail> {
    return this.#transport.send<DeliveryDetail>({ method: "GET", path: path`/v1/deliveries/${id}` }, options);
  }

  /**
   * Cancel a delivery. No further attempt starts. A delivery that is already finished cannot be
   * cancelled.
   */
  cancel(id: string, options?: CallOptions): Promise<Delivery> {
    return this.#transport.send<Delivery>({ method: "POST", path: path`/v1/deliveries/${id}/cancel` }, options);
  }

  /**
   * Retry a delivery. If it is pending: one extra attempt now, and its schedule stays as it is.
   * Otherwise: a fresh schedule, or exactly one attempt with `schedule: "once"`. A test is never
   * retried (409).
   */
  retry(id: string, body?: Retry, options?: CallOptions): Promise<Delivery> {
    return this.#transport.send<Delivery>({ method: "POST", path: path`/v1/deliveries/${id}/retry`, body }, options);
  }
}

/** Calls below `/v1/dialects`. */
export class Dialects {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List dialects. The built-in dialects, and the project's own. */
  list(options?: CallOptions): Listing<Dialect> {
    return this.#transport.list<Dialect>({ path: "/v1/dialects" }, options);
  }

  /** Preview a dialect. Nothing is sent or stored. */
  preview(body: Preview, options?: CallOptions): Promise<Previewed> {
    return this.#transport.send<Previewed>({ method: "POST", path: "/v1/dialects/preview", body }, options);
  }

  /** Get a dialect. */
  get(name: string, query: GetDialectQuery = {}, options?: CallOptions): Promise<DialectDetail> {
    return this.#transport.send<DialectDetail>({ method: "GET", path: path`/v1/dialects/${name}`, query }, options);
  }

  /**
   * Create or change a dialect of the project. A changed file becomes a new version; attempts
   * keep the version they were rendered with. The body is the file itself (`application/toml`),
   * or JSON: its text as `source`, or its tables. Errors in a file have `line` and `column`.
   */
  put(name: string, body: NewDialect, options?: CallOptions): Promise<DialectDetail> {
    return this.#transport.send<DialectDetail>({ method: "PUT", path: path`/v1/dialects/${name}`, body }, options);
  }

  /**
   * Delete a dialect of the project. Only while neither the project nor an endpoint uses it.
   * Attempts keep the version they were rendered with.
   */
  delete(name: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/dialects/${name}` }, options);
  }

  /**
   * List the versions of a dialect. The newest first. `GET /v1/dialects/{name}?version=…` has
   * the file of one.
   */
  listVersions(name: string, query: ListDialectVersionsQuery = {}, options?: CallOptions): Listing<Dialect> {
    return this.#transport.list<Dialect>({ path: path`/v1/dialects/${name}/versions`, query }, options);
  }
}

/** Calls below `/v1/endpoints`. */
export class Endpoints {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List endpoints. */
  list(query: ListEndpointsQuery = {}, options?: CallOptions): Listing<Endpoint> {
    return this.#transport.list<Endpoint>({ path: "/v1/endpoints", query }, options);
  }

  /** Create an endpoint. The response shows its secret, only this once. */
  create(body: NewEndpoint, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "POST", path: "/v1/endpoints", body }, options);
  }

  /**
   * Check a URL. The same check as when an endpoint is created or changed. Nothing is stored or
   * sent.
   */
  check(body: UrlToCheck, options?: CallOptions): Promise<UrlCheck> {
    return this.#transport.send<UrlCheck>({ method: "POST", path: "/v1/endpoints/check", body }, options);
  }

  /** Get an endpoint. */
  get(id: string, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "GET", path: path`/v1/endpoints/${id}` }, options);
  }

  /**
   * Change an endpoint. Fields left out stay as they are; null clears. A new URL also applies to
   * pending deliveries. Credentials belong to the origin (scheme, host and port) that they were
   * given for: a change to another origin is refused with 422 until each is given again or
   * removed, and the errors name them.
   */
  update(id: string, body: EndpointChange, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "PATCH", path: path`/v1/endpoints/${id}`, body }, options);
  }

  /** Delete an endpoint. It receives nothing more; its pending deliveries are cancelled. */
  delete(id: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/endpoints/${id}` }, options);
  }

  /** List an endpoint's deliveries. */
  listDeliveries(id: string, query: ListEndpointDeliveriesQuery = {}, options?: CallOptions): Listing<Delivery> {
    return this.#transport.list<Delivery>({ path: path`/v1/endpoints/${id}/deliveries`, query }, options);
  }

  /** Disable an endpoint. Its deliveries wait; nothing is lost. */
  disable(id: string, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "POST", path: path`/v1/endpoints/${id}/disable` }, options);
  }

  /** Enable an endpoint. Its pending deliveries start again. */
  enable(id: string, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "POST", path: path`/v1/endpoints/${id}/enable` }, options);
  }

  /** List an endpoint's events. Newest first, each with the state of its delivery. */
  listEvents(id: string, query: ListEndpointEventsQuery = {}, options?: CallOptions): Listing<EndpointEvent> {
    return this.#transport.list<EndpointEvent>({ path: path`/v1/endpoints/${id}/events`, query }, options);
  }

  /**
   * Test an endpoint's filters. Whether the endpoint would get an event, and if not, which part
   * does not match. Nothing is stored or sent.
   */
  testFilter(id: string, body: FilterTest, options?: CallOptions): Promise<FilterTestResult> {
    return this.#transport.send<FilterTestResult>({ method: "POST", path: path`/v1/endpoints/${id}/filter/test`, body }, options);
  }

  /**
   * Recover an endpoint. Sends the endpoint what it missed in a period, in the background:
   * retries its dead deliveries, delivers events that match its filter and were never sent to it
   * (published before it was created, or while its filter was different), or sends everything
   * again; or attempts all waiting deliveries now, in addition to their schedules. Tests and
   * erased payloads are left out. A paused or disabled endpoint, its rate limit and its tenant's
   * plan are respected.
   */
  recover(id: string, body: NewRecovery, options?: CallOptions): Promise<StartedOrCounted> {
    return this.#transport.send<StartedOrCounted>({ method: "POST", path: path`/v1/endpoints/${id}/recover`, body }, options);
  }

  /**
   * Rotate the secret. The previous secret keeps signing during the overlap. At most ten old
   * secrets may be in their overlap.
   */
  rotateSecret(id: string, body?: Rotation, options?: CallOptions): Promise<Rotated> {
    return this.#transport.send<Rotated>({ method: "POST", path: path`/v1/endpoints/${id}/rotate-secret`, body }, options);
  }

  /**
   * Check on an endpoint. Success rate, latency and backlog, and the state of the work on it:
   * concurrency, rate limit, circuit breaker.
   */
  stats(id: string, query: EndpointStatsQuery = {}, options?: CallOptions): Promise<EndpointStats> {
    return this.#transport.send<EndpointStats>({ method: "GET", path: path`/v1/endpoints/${id}/stats`, query }, options);
  }

  /**
   * Send a test event. One attempt without retries, whatever the filter, even while the endpoint
   * is disabled. An endpoint that must be verified first gets none (409).
   */
  test(id: string, body?: Test, options?: CallOptions): Promise<Tested> {
    return this.#transport.send<Tested>({ method: "POST", path: path`/v1/endpoints/${id}/test`, body }, options);
  }

  /**
   * Test a transformation. Runs the endpoint's code, or the code given, and shows what would be
   * sent. Nothing is sent or stored.
   */
  testTransform(id: string, body?: TransformTest, options?: CallOptions): Promise<TransformTestResult> {
    return this.#transport.send<TransformTestResult>({ method: "POST", path: path`/v1/endpoints/${id}/transform/test`, body }, options);
  }

  /**
   * Verify an endpoint. Starts the handshake of the endpoint's dialect. The response comes
   * before it ends: the endpoint's `verification` shows the result. Until it is `verified`,
   * deliveries wait.
   */
  verify(id: string, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "POST", path: path`/v1/endpoints/${id}/verify` }, options);
  }
}

/** Calls below `/v1/event-types`. */
export class EventTypes {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List event types. */
  list(query: ListEventTypesQuery = {}, options?: CallOptions): Listing<EventType> {
    return this.#transport.list<EventType>({ path: "/v1/event-types", query }, options);
  }

  /**
   * Export event types. The catalog as an OpenAPI 3.1 document (`webhooks`) or an AsyncAPI 3
   * document, without archived types. Importing it again changes nothing.
   */
  export(query: ExportEventTypesQuery = {}, options?: CallOptions): Promise<EventTypeDocument> {
    return this.#transport.send<EventTypeDocument>({ method: "GET", path: "/v1/event-types/export", query }, options);
  }

  /**
   * Import event types. From the `webhooks` of an OpenAPI 3.1 document, or the messages of an
   * AsyncAPI 3 one: all of them, or none. Types that are not in the document stay as they are. A
   * schema that breaks the current one is refused with 409, unless `force` is set.
   */
  import(body: EventTypeImport, options?: CallOptions): Promise<EventTypesImported> {
    return this.#transport.send<EventTypesImported>({ method: "POST", path: "/v1/event-types/import", body }, options);
  }

  /** Get an event type. */
  get(name: string, options?: CallOptions): Promise<EventType> {
    return this.#transport.send<EventType>({ method: "GET", path: path`/v1/event-types/${name}` }, options);
  }

  /**
   * Create or replace an event type. A changed `schema` becomes a new version. One that breaks
   * the current version is refused with 409, unless `force` is set. It breaks publishers if
   * events that were accepted no longer would be, and receivers if `data` can be something that
   * it could not be before.
   */
  put(name: string, body: NewEventType, options?: CallOptions): Promise<EventType> {
    return this.#transport.send<EventType>({ method: "PUT", path: path`/v1/event-types/${name}`, body }, options);
  }

  /**
   * Delete an event type. Removes it from the catalog; existing events of that type stay as they
   * are.
   */
  delete(name: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/event-types/${name}` }, options);
  }

  /**
   * Archive an event type. Events of this type are no longer accepted, and new filters no longer
   * suggest it. Published events stay.
   */
  archive(name: string, options?: CallOptions): Promise<EventType> {
    return this.#transport.send<EventType>({ method: "POST", path: path`/v1/event-types/${name}/archive` }, options);
  }

  /** Bring an event type back from the archive. */
  unarchive(name: string, options?: CallOptions): Promise<EventType> {
    return this.#transport.send<EventType>({ method: "POST", path: path`/v1/event-types/${name}/unarchive` }, options);
  }

  /**
   * List the versions of an event type's schema. The newest first. If there are many versions,
   * or large ones, the oldest are not kept.
   */
  listSchemaVersions(name: string, query: ListSchemaVersionsQuery = {}, options?: CallOptions): Listing<SchemaVersion> {
    return this.#transport.list<SchemaVersion>({ path: path`/v1/event-types/${name}/versions`, query }, options);
  }
}

/** Calls below `/v1/events`. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List events. Newest first, without payloads. */
  list(query: ListEventsQuery = {}, options?: CallOptions): Listing<Event> {
    return this.#transport.list<Event>({ path: "/v1/events", query }, options);
  }

  /**
   * Publish an event. The response comes once the event is on disk, with the endpoints it goes
   * to.
   */
  publish(body: NewEvent, options?: CallOptions): Promise<Published> {
    return this.#transport.send<Published>({ method: "POST", path: "/v1/events", body }, options);
  }

  /**
   * Publish a batch of events. Each event is accepted or refused on its own; the response comes
   * once all accepted events are on disk.
   */
  publishBatch(body: Batch, options?: CallOptions): Promise<BatchPublished> {
    return this.#transport.send<BatchPublished>({ method: "POST", path: "/v1/events/batch", body }, options);
  }

  /**
   * Broadcast an event. Publishes an event to all tenants that exist now, or to those whose
   * metadata matches `where`, in the background: each tenant gets its own event exactly once,
   * even if the server restarts in between. The job counts tenants.
   */
  broadcast(body: NewBroadcast, options?: CallOptions): Promise<Started> {
    return this.#transport.send<Started>({ method: "POST", path: "/v1/events/broadcast", body }, options);
  }

  /**
   * Replay events of a period. Sends every event of the period again, in the background, to
   * every endpoint that received it and still exists. Each gets a new delivery, unless one is
   * pending. Tests and erased payloads are left out.
   */
  replayMany(body: ReplayMany, options?: CallOptions): Promise<StartedOrCounted> {
    return this.#transport.send<StartedOrCounted>({ method: "POST", path: "/v1/events/replay", body }, options);
  }

  /** Get an event. Includes its payload, unless it was erased. */
  get(id: string, options?: CallOptions): Promise<EventDetail> {
    return this.#transport.send<EventDetail>({ method: "GET", path: path`/v1/events/${id}` }, options);
  }

  /** List an event's deliveries. */
  listDeliveries(id: string, query: ListEventDeliveriesQuery = {}, options?: CallOptions): Listing<Delivery> {
    return this.#transport.list<Delivery>({ path: path`/v1/events/${id}/deliveries`, query }, options);
  }

  /** Explain an event. Why each endpoint of its tenant received it, or did not. */
  explain(id: string, options?: CallOptions): Promise<EventExplanation> {
    return this.#transport.send<EventExplanation>({ method: "GET", path: path`/v1/events/${id}/explain` }, options);
  }

  /**
   * Erase an event's payload. Permanently erases the payload, metadata and headers, and every
   * stored body of its attempts. Pending deliveries are cancelled; the event and the payload's
   * hash stay.
   */
  erasePayload(id: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/events/${id}/payload` }, options);
  }

  /** Replay an event. Creates new deliveries with their own ids. A test is never replayed (409). */
  replay(id: string, body?: Replay, options?: CallOptions): Promise<Replayed> {
    return this.#transport.send<Replayed>({ method: "POST", path: path`/v1/events/${id}/replay`, body }, options);
  }
}

/** Calls below `/v1/jobs`. */
export class Jobs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Get a job. */
  get(id: string, options?: CallOptions): Promise<Job> {
    return this.#transport.send<Job>({ method: "GET", path: path`/v1/jobs/${id}` }, options);
  }

  /**
   * Cancel a job. Ends it early: nothing more is done, and what it has done stays. Events of a
   * broadcast that were published are delivered, retried deliveries stay retried, purged ones
   * stay deleted. A job that is over cannot be cancelled.
   */
  cancel(id: string, options?: CallOptions): Promise<Job> {
    return this.#transport.send<Job>({ method: "POST", path: path`/v1/jobs/${id}/cancel` }, options);
  }
}

/** Calls below `/v1/keys`. */
export class Keys {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List keys. Keys of the project and of its tenants, without the keys themselves. */
  list(query: ListKeysQuery = {}, options?: CallOptions): Listing<Key> {
    return this.#transport.list<Key>({ path: "/v1/keys", query }, options);
  }

  /** Create a key. The response shows it, only this once. */
  create(body: NewKey, options?: CallOptions): Promise<Key> {
    return this.#transport.send<Key>({ method: "POST", path: "/v1/keys", body }, options);
  }

  /** Revoke a key. It stops working immediately. */
  delete(id: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/keys/${id}` }, options);
  }
}

/** Calls below `/v1/overview`. */
export class Overview {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Get the overview. Of the project, or of one tenant. It only reads counters, so you can poll
   * it every few seconds.
   */
  read(query: ReadOverviewQuery = {}, options?: CallOptions): Promise<OverviewReport> {
    return this.#transport.send<OverviewReport>({ method: "GET", path: "/v1/overview", query }, options);
  }
}

/** Calls below `/v1/projects`. */
export class Projects {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List projects. */
  list(query: ListProjectsQuery = {}, options?: CallOptions): Listing<Project> {
    return this.#transport.list<Project>({ path: "/v1/projects", query }, options);
  }

  /** Create a project. Its catalog starts with the dialect's event types. */
  create(body: NewProject, options?: CallOptions): Promise<Project> {
    return this.#transport.send<Project>({ method: "POST", path: "/v1/projects", body }, options);
  }

  /** Get a project. */
  get(id: string, options?: CallOptions): Promise<Project> {
    return this.#transport.send<Project>({ method: "GET", path: path`/v1/projects/${id}` }, options);
  }

  /**
   * Change a project. Fields left out stay as they are. A policy field that is null goes back to
   * the dialect's default, except for `auto_disable_days`, where null turns it off.
   */
  update(id: string, body: ProjectChange, options?: CallOptions): Promise<Project> {
    return this.#transport.send<Project>({ method: "PATCH", path: path`/v1/projects/${id}`, body }, options);
  }

  /** Delete a project. Deletes the project with everything in it, immediately. */
  delete(id: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/projects/${id}` }, options);
  }
}

/** Calls below `/v1/stats`. */
export class Stats {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * See what happened over time. Events, attempts, outcomes and how long they took, by minute or
   * hour: of the project, of a tenant, or of an endpoint.
   */
  read(query: ReadStatsQuery = {}, options?: CallOptions): Promise<StatsSeries> {
    return this.#transport.send<StatsSeries>({ method: "GET", path: "/v1/stats", query }, options);
  }
}

/** Calls below `/v1/tenants`. */
export class Tenants {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List tenants. With a tenant key, only that tenant. */
  list(query: ListTenantsQuery = {}, options?: CallOptions): Listing<Tenant> {
    return this.#transport.list<Tenant>({ path: "/v1/tenants", query }, options);
  }

  /** Get a tenant. */
  get(tenant: string, options?: CallOptions): Promise<Tenant> {
    return this.#transport.send<Tenant>({ method: "GET", path: path`/v1/tenants/${tenant}` }, options);
  }

  /** Create or change a tenant. Fields left out stay as they are, null clears. */
  put(tenant: string, body?: TenantChange, options?: CallOptions): Promise<Tenant> {
    return this.#transport.send<Tenant>({ method: "PUT", path: path`/v1/tenants/${tenant}`, body }, options);
  }

  /**
   * Delete a tenant. Deletes the tenant with its endpoints and keys, immediately; its pending
   * deliveries are cancelled.
   */
  delete(tenant: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/tenants/${tenant}` }, options);
  }

  /**
   * Create a portal session. Gives a tenant's users access to the portal: send them to `url`, or
   * embed it in a page whose origin is among the project's `portal_origins`. It expires after an
   * hour. A tenant that does not exist yet is created. The link starts with the server's public
   * URL, or with the address it listens on; 409 if it listens on all addresses.
   */
  createPortalSession(tenant: string, body?: NewPortalSession, options?: CallOptions): Promise<PortalSession> {
    return this.#transport.send<PortalSession>({ method: "POST", path: path`/v1/tenants/${tenant}/portal-sessions`, body }, options);
  }
}

/** Calls below `/v1/transforms`. */
export class Transforms {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * List ready-made transformations. For services that expect their own message format: copy the
   * code into an endpoint's `transform`.
   */
  list(options?: CallOptions): Promise<ReadyMadeTransforms> {
    return this.#transport.send<ReadyMadeTransforms>({ method: "GET", path: "/v1/transforms" }, options);
  }
}

/** Calls below `/v1/webhooks`. */
export class Webhooks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** List endpoints. */
  list(query: ListEndpointsQuery = {}, options?: CallOptions): Listing<Endpoint> {
    return this.#transport.list<Endpoint>({ path: "/v1/webhooks", query }, options);
  }

  /** Create an endpoint. The response shows its secret, only this once. */
  create(body: NewEndpoint, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "POST", path: "/v1/webhooks", body }, options);
  }

  /**
   * Check a URL. The same check as when an endpoint is created or changed. Nothing is stored or
   * sent.
   */
  check(body: UrlToCheck, options?: CallOptions): Promise<UrlCheck> {
    return this.#transport.send<UrlCheck>({ method: "POST", path: "/v1/webhooks/check", body }, options);
  }

  /** Get an endpoint. */
  get(id: string, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "GET", path: path`/v1/webhooks/${id}` }, options);
  }

  /**
   * Change an endpoint. Fields left out stay as they are; null clears. A new URL also applies to
   * pending deliveries. Credentials belong to the origin (scheme, host and port) that they were
   * given for: a change to another origin is refused with 422 until each is given again or
   * removed, and the errors name them.
   */
  update(id: string, body: EndpointChange, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "PATCH", path: path`/v1/webhooks/${id}`, body }, options);
  }

  /** Delete an endpoint. It receives nothing more; its pending deliveries are cancelled. */
  delete(id: string, options?: CallOptions): Promise<void> {
    return this.#transport.send<void>({ method: "DELETE", path: path`/v1/webhooks/${id}` }, options);
  }

  /** List an endpoint's deliveries. */
  listDeliveries(id: string, query: ListEndpointDeliveriesQuery = {}, options?: CallOptions): Listing<Delivery> {
    return this.#transport.list<Delivery>({ path: path`/v1/webhooks/${id}/deliveries`, query }, options);
  }

  /** Disable an endpoint. Its deliveries wait; nothing is lost. */
  disable(id: string, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "POST", path: path`/v1/webhooks/${id}/disable` }, options);
  }

  /** Enable an endpoint. Its pending deliveries start again. */
  enable(id: string, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "POST", path: path`/v1/webhooks/${id}/enable` }, options);
  }

  /** List an endpoint's events. Newest first, each with the state of its delivery. */
  listEvents(id: string, query: ListEndpointEventsQuery = {}, options?: CallOptions): Listing<EndpointEvent> {
    return this.#transport.list<EndpointEvent>({ path: path`/v1/webhooks/${id}/events`, query }, options);
  }

  /**
   * Test an endpoint's filters. Whether the endpoint would get an event, and if not, which part
   * does not match. Nothing is stored or sent.
   */
  testFilter(id: string, body: FilterTest, options?: CallOptions): Promise<FilterTestResult> {
    return this.#transport.send<FilterTestResult>({ method: "POST", path: path`/v1/webhooks/${id}/filter/test`, body }, options);
  }

  /**
   * Recover an endpoint. Sends the endpoint what it missed in a period, in the background:
   * retries its dead deliveries, delivers events that match its filter and were never sent to it
   * (published before it was created, or while its filter was different), or sends everything
   * again; or attempts all waiting deliveries now, in addition to their schedules. Tests and
   * erased payloads are left out. A paused or disabled endpoint, its rate limit and its tenant's
   * plan are respected.
   */
  recover(id: string, body: NewRecovery, options?: CallOptions): Promise<StartedOrCounted> {
    return this.#transport.send<StartedOrCounted>({ method: "POST", path: path`/v1/webhooks/${id}/recover`, body }, options);
  }

  /**
   * Rotate the secret. The previous secret keeps signing during the overlap. At most ten old
   * secrets may be in their overlap.
   */
  rotateSecret(id: string, body?: Rotation, options?: CallOptions): Promise<Rotated> {
    return this.#transport.send<Rotated>({ method: "POST", path: path`/v1/webhooks/${id}/rotate-secret`, body }, options);
  }

  /**
   * Check on an endpoint. Success rate, latency and backlog, and the state of the work on it:
   * concurrency, rate limit, circuit breaker.
   */
  stats(id: string, query: EndpointStatsQuery = {}, options?: CallOptions): Promise<EndpointStats> {
    return this.#transport.send<EndpointStats>({ method: "GET", path: path`/v1/webhooks/${id}/stats`, query }, options);
  }

  /**
   * Send a test event. One attempt without retries, whatever the filter, even while the endpoint
   * is disabled. An endpoint that must be verified first gets none (409).
   */
  test(id: string, body?: Test, options?: CallOptions): Promise<Tested> {
    return this.#transport.send<Tested>({ method: "POST", path: path`/v1/webhooks/${id}/test`, body }, options);
  }

  /**
   * Test a transformation. Runs the endpoint's code, or the code given, and shows what would be
   * sent. Nothing is sent or stored.
   */
  testTransform(id: string, body?: TransformTest, options?: CallOptions): Promise<TransformTestResult> {
    return this.#transport.send<TransformTestResult>({ method: "POST", path: path`/v1/webhooks/${id}/transform/test`, body }, options);
  }

  /**
   * Verify an endpoint. Starts the handshake of the endpoint's dialect. The response comes
   * before it ends: the endpoint's `verification` shows the result. Until it is `verified`,
   * deliveries wait.
   */
  verify(id: string, options?: CallOptions): Promise<Endpoint> {
    return this.#transport.send<Endpoint>({ method: "POST", path: path`/v1/webhooks/${id}/verify` }, options);
  }
}

/** Every resource of the API. */
export class Resources {
  /** Calls below `/v1/attempts`. */
  readonly attempts: Attempts;
  /** Calls below `/v1/audit`. */
  readonly audit: Audit;
  /** Calls below `/v1/dead-letters`. */
  readonly deadLetters: DeadLetters;
  /** Calls below `/v1/deliveries`. */
  readonly deliveries: Deliveries;
  /** Calls below `/v1/dialects`. */
  readonly dialects: Dialects;
  /** Calls below `/v1/endpoints`. */
  readonly endpoints: Endpoints;
  /** Calls below `/v1/event-types`. */
  readonly eventTypes: EventTypes;
  /** Calls below `/v1/events`. */
  readonly events: Events;
  /** Calls below `/v1/jobs`. */
  readonly jobs: Jobs;
  /** Calls below `/v1/keys`. */
  readonly keys: Keys;
  /** Calls below `/v1/overview`. */
  readonly overview: Overview;
  /** Calls below `/v1/projects`. */
  readonly projects: Projects;
  /** Calls below `/v1/stats`. */
  readonly stats: Stats;
  /** Calls below `/v1/tenants`. */
  readonly tenants: Tenants;
  /** Calls below `/v1/transforms`. */
  readonly transforms: Transforms;
  /** Calls below `/v1/webhooks`. */
  readonly webhooks: Webhooks;

  constructor(transport: Transport) {
    this.attempts = new Attempts(transport);
    this.audit = new Audit(transport);
    this.deadLetters = new DeadLetters(transport);
    this.deliveries = new Deliveries(transport);
    this.dialects = new Dialects(transport);
    this.endpoints = new Endpoints(transport);
    this.eventTypes = new EventTypes(transport);
    this.events = new Events(transport);
    this.jobs = new Jobs(transport);
    this.keys = new Keys(transport);
    this.overview = new Overview(transport);
    this.projects = new Projects(transport);
    this.stats = new Stats(transport);
    this.tenants = new Tenants(transport);
    this.transforms = new Transforms(transport);
    this.webhooks = new Webhooks(transport);
  }
}
