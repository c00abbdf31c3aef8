// Generated from openapi.json by `cargo xtask generate`; changes made here are lost.

import type { Problem } from "../problem.js";

/** One attempt: what was sent, what came back, how long it took. */
export interface Attempt {
  /** Its id. */
  id: string;
  /** 1 for the delivery's first attempt. */
  number: number;
  /** What set it off: `schedule`, `manual`, `test` or `replay`. */
  trigger: string;
  /** When it began. */
  started_at: string;
  /** How long it took, milliseconds. */
  duration_ms: number;
  /** Where it went. */
  url: string;
  /** Headers as sent, in order. */
  request_headers: Header[];
  /** The body as sent; null once the payload is erased. */
  request_body: string | null;
  /** The status code of the answer. */
  status_code: number | null;
  /** Headers of the answer, in order. */
  response_headers: Header[];
  /** Body of the answer as text; bytes that are no UTF-8 are replaced. */
  response_body: string;
  /** Whether the body was longer than what is kept. */
  response_body_truncated: boolean;
  /** The kind of failure, such as `timeout`, `dns` or `status`. */
  error: string | null;
  /** The failure in a sentence. */
  error_detail: string | null;
  /** The parts of its time. */
  timings: Timings;
}

/** Whoever did something. */
export interface AuditActor {
  /**
   * `admin`, `project`, `tenant` or `portal`; `system` is the server itself, such as when it
   * disables an endpoint.
   */
  kind: string;
  /** The key's id; null for the admin key. */
  key: string | null;
  /** What its owner called it then. */
  name: string | null;
  /** `bearer`: with the request; `session`: signed in; `server`: there was no request. */
  via: string;
}

/** What somebody did. */
export interface AuditEntry {
  /** Its id, `aud_…`. */
  id: string;
  /** When. */
  at: string;
  /** Noun and verb, such as `endpoint.create`. */
  action: string;
  /** Who. */
  actor: AuditActor;
  /** In which project; null beyond projects. */
  project: string | null;
  /** To what of which tenant's. */
  tenant: string | null;
  /** To what. */
  target: AuditTarget;
  /**
   * What was changed: each field with what it was (`from`) and what it is (`to`); for other
   * actions what came of them. Never a secret.
   */
  changes: Record<string, unknown> | null;
  /** From which address. */
  ip: string | null;
  /** With what program, as it called itself. */
  user_agent: string | null;
  /** In which request: the `Nuncio-Request-Id` of its answer. */
  request_id: string;
}

/** What something was done to. */
export interface AuditTarget {
  /** Its noun, such as `endpoint`. */
  kind: string;
  /** Its id or name. */
  id: string | null;
}

/** Events to publish, each by itself. */
export interface Batch {
  /** At most 1000. */
  events: NewEvent[];
}

/** What came of each event of a batch, in their order. */
export interface BatchPublished {
  results: BatchResult[];
}

/** What came of one event of a batch: the event, or a problem. */
export type BatchResult =
  | {
      /** The event's id, `evt_…`. */
      id: string;
      /** Whose it is. */
      tenant: string;
      /** Its type. */
      type: string;
      /** When it was accepted. */
      created_at: string;
      /** How many endpoints it matched. */
      deliveries: number;
      /** The status code that it would have had by itself: 202. */
      status: number;
    }
  | {
      /** The status code that it would have had by itself. */
      status: number;
      /** Why. */
      problem: Problem;
    };

/** How the portal looks. */
export interface Branding {
  /** The colour of buttons and links, `#rrggbb`. */
  accent: string | null;
  /** An image as a `data:` URI. */
  logo: string | null;
  /** What the product is called there. */
  name: string | null;
}

/**
 * How the portal looks. A field that is not named stays as it is; null goes back to Nuncio's own
 * look.
 */
export interface BrandingChange {
  /** The colour of buttons and links, such as `#0f62fe`. */
  accent?: string | null;
  /** A PNG, JPEG, WebP or SVG image of at most 64 KiB, as `data:image/png;base64,…`. */
  logo?: string | null;
  /** What the product is called there, 1 to 200 characters; the project's name unless given. */
  name?: string | null;
}

/** A circuit breaker. */
export interface Breaker {
  /** `closed`: deliveries go as they come; `open`: they wait; `half_open`: one is tried. */
  state: string;
  /** When the next attempt is made to see if the receiver is back, while it is open. */
  until: string | null;
  /** Failures since the last success. */
  failures_in_a_row: number;
}

/** A bulk operation. */
export interface Bulk {
  /** Which deliveries. */
  filter?: Filter;
}

/** How many deliveries there are, as far as they are counted. */
export interface Count {
  /** So many. */
  count: number;
  /** Whether there are more than were counted. */
  more: boolean;
}

/** A delivery: one event on its way to one endpoint. */
export interface Delivery {
  /** Its id, `del_…`, the same on every attempt. */
  id: string;
  /** Its event's id. */
  event: string;
  /** The publisher's own id of the event. */
  source_id: string | null;
  /** The event's type. */
  type: string;
  /** Whose it is. */
  tenant: string;
  /** Where it goes. */
  endpoint: string;
  /** `pending`, `succeeded`, `dead` or `cancelled`. */
  status: string;
  /** Why it is dead or cancelled. */
  reason: string | null;
  /**
   * Why nothing is attempted though it is pending: `endpoint_disabled`, `plan`, `unverified` or
   * `ordering_key`. Shown by itself, a pending delivery always says why: also `scheduled` (not
   * due yet), `in_flight`, `queued` (its turn has not come), `rate_limit`, `throttled` (its
   * receiver asked for less), `breaker_open` (its endpoint is given a rest after many failures)
   * or `concurrency` (as many attempts are under way as its endpoint bears).
   */
  waiting: string | null;
  /**
   * The delivery that has to become final before this one is attempted: the first with its
   * ordering key.
   */
  waits_for: string | null;
  /** Attempts that are over. */
  attempts: number;
  /** Those after the first. */
  retry_count: number;
  /** The last answer's status code. */
  last_status_code: number | null;
  /** The last attempt's error, such as `timeout`, `dns` or `status`. */
  last_error: string | null;
  /** When it is tried next, if it is pending and nothing keeps it waiting. */
  next_attempt_at: string | null;
  /** The delivery that it replays. */
  replay_of: string | null;
  /** Whether its event is a test. */
  test: boolean;
  /** When it was made. */
  created_at: string;
  /** When it became final. */
  finished_at: string | null;
}

/** A delivery with every attempt. */
export interface DeliveryDetail {
  /** Its id, `del_…`, the same on every attempt. */
  id: string;
  /** Its event's id. */
  event: string;
  /** The publisher's own id of the event. */
  source_id: string | null;
  /** The event's type. */
  type: string;
  /** Whose it is. */
  tenant: string;
  /** Where it goes. */
  endpoint: string;
  /** `pending`, `succeeded`, `dead` or `cancelled`. */
  status: string;
  /** Why it is dead or cancelled. */
  reason: string | null;
  /**
   * Why nothing is attempted though it is pending: `endpoint_disabled`, `plan`, `unverified` or
   * `ordering_key`. Shown by itself, a pending delivery always says why: also `scheduled` (not
   * due yet), `in_flight`, `queued` (its turn has not come), `rate_limit`, `throttled` (its
   * receiver asked for less), `breaker_open` (its endpoint is given a rest after many failures)
   * or `concurrency` (as many attempts are under way as its endpoint bears).
   */
  waiting: string | null;
  /**
   * The delivery that has to become final before this one is attempted: the first with its
   * ordering key.
   */
  waits_for: string | null;
  /** Attempts that are over. */
  attempts: number;
  /** Those after the first. */
  retry_count: number;
  /** The last answer's status code. */
  last_status_code: number | null;
  /** The last attempt's error, such as `timeout`, `dns` or `status`. */
  last_error: string | null;
  /** When it is tried next, if it is pending and nothing keeps it waiting. */
  next_attempt_at: string | null;
  /** The delivery that it replays. */
  replay_of: string | null;
  /** Whether its event is a test. */
  test: boolean;
  /** When it was made. */
  created_at: string;
  /** When it became final. */
  finished_at: string | null;
  /** `waiting` in a sentence. */
  waiting_detail: string | null;
  /** Until when it waits, as far as is known. */
  waiting_until: string | null;
  /** The attempts, the oldest first. */
  attempt_log: Attempt[];
}

/** A dialect, in short. */
export interface Dialect {
  /** The name that projects and endpoints refer to it by. */
  name: string;
  /** The name that people read. */
  title: string;
  /** Whether it came with the program. */
  builtin: boolean;
  /** The number of this version of its text. */
  version: number;
  /** When this version was first seen. */
  created_at: string;
}

/** A dialect. */
export interface DialectDetail {
  /** The name that projects and endpoints refer to it by. */
  name: string;
  /** The name that people read. */
  title: string;
  /** Whether it came with the program. */
  builtin: boolean;
  /** The number of this version of its text. */
  version: number;
  /** When this version was first seen. */
  created_at: string;
  /** Sentences for its documentation. */
  notes: string[];
  /** The policy that a project of the dialect begins with. */
  policy: Policy;
  /** Who decides on an endpoint's secret: `server` or `customer`. */
  secret_chosen_by: string;
  /**
   * Whether both secrets sign during a rotation; otherwise the one before does until its overlap
   * ends.
   */
  signs_with_all_keys: boolean;
  /** The text of its file (TOML). */
  source: string;
}

/** An endpoint. Its secret is shown once, when it is made: `secret` is missing ever after. */
export interface Endpoint {
  /** Its id, `ep_…`. */
  id: string;
  /** The tenant whose it is. */
  tenant: string;
  /** Where its deliveries go, as it was typed. */
  url: string;
  /** The events that it wants: exact types, `prefix.*`, or `*`. */
  events: string[];
  /** A note for people. */
  description: string | null;
  /** The customer's own headers; their values are masked. */
  headers: Record<string, unknown>;
  /** Most attempts to start in a second; null is no limit. */
  rate_limit: number | null;
  /** Its own retry schedule; null is the project's. */
  retry: Retry | null;
  /** Its own deadline of an attempt, milliseconds; null is the project's. */
  timeout_ms: number | null;
  /** Its own dialect; null is the project's. */
  dialect: string | null;
  /** Whether its deliveries wait. */
  disabled: boolean;
  /** Why: `requested`, `gone` (it answered 410) or `failing` (nothing but failure for days). */
  disabled_because: string | null;
  /** Since when every attempt has failed. */
  failing_since: string | null;
  /**
   * Whether it has shown that it wants deliveries, where its dialect asks for that: `none` (not
   * asked for), `pending`, `verified` or `failed`. Until it is `verified` its deliveries wait.
   */
  verification: string;
  /** What was wrong with its last answer, in a sentence; null while nothing is. */
  verification_detail: string | null;
  /** When it was last asked; null if it never was. */
  verification_checked_at: string | null;
  /** When it is asked next without anybody's doing; null if it is not. */
  verification_next_at: string | null;
  /** Whatever the customer keeps with it. */
  metadata: Record<string, unknown>;
  /** The public half of its key, where it signs with a pair. */
  public_key?: string | null;
  /** How it does: only in lists that were asked for it. */
  health?: EndpointHealth | null;
  /** Its secret: only in the answer that makes it. */
  secret?: string | null;
  /** When it was made. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
}

/** Changes of an endpoint: what is not named stays, null clears. */
export interface EndpointChange {
  /** Where its deliveries go, pending ones too. */
  url?: string | null;
  /** The events that it wants. */
  events?: string[] | null;
  /** A note for people. */
  description?: string | null;
  /**
   * Headers to set; null for a header removes it, those not named stay. Null for all of them
   * clears them. Values belong to the origin that they were given for: with a URL at another
   * scheme, host or port, each has to be given again.
   */
  headers?: Record<string, string | null> | null;
  /** Most attempts to start in a second. */
  rate_limit?: number | null;
  /** Its own retry schedule. */
  retry?: Retry | null;
  /** Its own deadline of an attempt, milliseconds. */
  timeout_ms?: number | null;
  /** Its own dialect. */
  dialect?: string | null;
  /** Whether its deliveries are to wait. */
  disabled?: boolean | null;
  /**
   * What the customer keeps with it: members to set; null for a member removes it, those not
   * named stay. Null for all of it clears it.
   */
  metadata?: Record<string, unknown> | null;
  /**
   * A new secret, which replaces every one before it at once. Only needed where the dialect
   * sends the secret itself: then a URL at another origin, or the change to such a dialect,
   * takes one. `rotate-secret` leaves time instead.
   */
  secret?: string | null;
}

/** A delivery, in short. */
export interface EndpointDelivery {
  /** The delivery's id. */
  id: string;
  /** `pending`, `succeeded`, `dead` or `cancelled`. */
  status: string;
  /** Attempts that are over. */
  attempts: number;
  /** Those after the first. */
  retry_count: number;
  /** The last answer's status code; null where there was no answer. */
  last_status_code: number | null;
  /**
   * The last attempt's error, such as `timeout`, `dns` or `status`: why there was no answer, or
   * that it was no success.
   */
  last_error: string | null;
  /** When it is tried next, if it is. */
  next_attempt_at: string | null;
}

/** An event as its receiver's endpoint saw it. */
export interface EndpointEvent {
  /** The event's id. */
  id: string;
  /** The publisher's own id, which the delivery carried in place of the other. */
  source_id: string | null;
  /** Its type. */
  type: string;
  /** When it was accepted. */
  created_at: string;
  /** How its delivery to the endpoint stands. */
  delivery: EndpointDelivery;
}

/**
 * How an endpoint does: what happened within this hour and the one before, and how it stands
 * now.
 */
export interface EndpointHealth {
  /** Attempts. */
  attempts: number;
  /** The share of them that succeeded, 0 to 1; null without attempts. */
  success_rate: number | null;
  /** Deliveries that are pending, as far as a thousand are counted. */
  pending: Count;
  /** When the first of them was or will be due. */
  oldest_due: string | null;
  /** Its circuit breaker, `closed`, `open` or `half_open`; null while nobody works on it. */
  breaker: string | null;
  /**
   * What is wrong with it, the worst first: `breaker_open`, `failing`, `plan`, `disabled`,
   * `backlog`.
   */
  trouble: string[];
  /** When the last successful attempt began. */
  last_success_at: string | null;
  /** When the last failed attempt began. */
  last_failure_at: string | null;
}

/** How an endpoint does. Test deliveries are left out of what is counted over time. */
export interface EndpointStats {
  /** The endpoint's id. */
  endpoint: string;
  /** How far back the numbers go. */
  window_seconds: number;
  /** Attempts. */
  attempts: number;
  /** Attempts that failed. */
  attempts_failed: number;
  /** The share of attempts that succeeded, 0 to 1; null without attempts. */
  success_rate: number | null;
  /** Deliveries that succeeded. */
  succeeded: number;
  /** Deliveries that died. */
  dead: number;
  /** Deliveries that were cancelled. */
  cancelled: number;
  /** How long attempts took. */
  attempt_time: Quantiles;
  /**
   * How long deliveries that succeeded took, from the acceptance of their event to the end of
   * the attempt.
   */
  delivery_time: Quantiles;
  /** Deliveries that are pending now. */
  pending: number;
  /** Whether there are more than were counted. */
  pending_more: boolean;
  /** When the first pending delivery was or will be due. */
  oldest_due: string | null;
  /** When the last successful attempt began. */
  last_success_at: string | null;
  /** When the last failed attempt began. */
  last_failure_at: string | null;
  /** The work on it now; null while nobody works. */
  lane: Lane | null;
}

/** An endpoint in trouble. */
export interface EndpointTrouble {
  /** The endpoint's id. */
  endpoint: string;
  /** Whose it is. */
  tenant: string;
  /** Where it leads. */
  url: string;
  /** What its owner calls it. */
  description: string | null;
  /** What is wrong, the worst first: `breaker_open`, `failing`, `plan`, `disabled`, `backlog`. */
  reasons: string[];
  /** Its circuit breaker, `closed`, `open` or `half_open`; null while nobody works on it. */
  breaker: string | null;
  /**
   * The share of attempts that succeeded within this hour and the one before; null without
   * attempts.
   */
  success_rate: number | null;
  /** Deliveries to it that are pending. */
  pending: Count;
  /** When the first of them was or will be due. */
  oldest_due: string | null;
  /** When the last successful attempt began, within this hour and the one before. */
  last_success_at: string | null;
  /** When the last failed attempt began, within this hour and the one before. */
  last_failure_at: string | null;
}

/** An event. */
export interface Event {
  /** Its id, `evt_…`. */
  id: string;
  /** The publisher's own id, which the wire shows in place of the other. */
  source_id: string | null;
  /** Whose it is. */
  tenant: string;
  /** Its type. */
  type: string;
  /** When it happened, if the publisher said so. */
  occurred_at: string | null;
  /** When it was accepted. */
  created_at: string;
  /** Before when it is not delivered. */
  deliver_at: string | null;
  /** With which other events it is delivered in order. */
  ordering_key: string | null;
  /** Whether it was made by the test button. */
  test: boolean;
  /** How many endpoints it matched. */
  deliveries: number;
  /** SHA-256 of the payload, hexadecimal; stays when the payload is erased. */
  payload_sha256: string;
}

/** An event with its payload. */
export interface EventDetail {
  /** Its id, `evt_…`. */
  id: string;
  /** The publisher's own id, which the wire shows in place of the other. */
  source_id: string | null;
  /** Whose it is. */
  tenant: string;
  /** Its type. */
  type: string;
  /** When it happened, if the publisher said so. */
  occurred_at: string | null;
  /** When it was accepted. */
  created_at: string;
  /** Before when it is not delivered. */
  deliver_at: string | null;
  /** With which other events it is delivered in order. */
  ordering_key: string | null;
  /** Whether it was made by the test button. */
  test: boolean;
  /** How many endpoints it matched. */
  deliveries: number;
  /** SHA-256 of the payload, hexadecimal; stays when the payload is erased. */
  payload_sha256: string;
  /** The payload as it was published; null once erased. */
  data: unknown;
  /** Whether the payload was erased. */
  payload_erased: boolean;
}

/** An event and the endpoints of its tenant. */
export interface EventExplanation {
  /** Every endpoint that the tenant has, and deleted ones that got the event. */
  data: EventMeeting[];
}

/** An event and one endpoint. */
export interface EventMeeting {
  /** The endpoint's id. */
  endpoint: string;
  /** Its URL now; null once it is deleted. */
  url: string | null;
  /** The newest delivery of the event to it, if there is one. */
  delivery: string | null;
  /** Whether it was chosen when the event was accepted. */
  matched: boolean;
  /**
   * Why: `matched`; `test`, made for it; `replayed`, to it later; `deleted`, after it got the
   * event; `created_later`; `test_of_another`; `filter`, none of its filters matches;
   * `filter_changed`, they match now and did not then.
   */
  reason: string;
  /** Its filters now. */
  filters: string[];
}

/** An event type. */
export interface EventType {
  /** Its name. */
  name: string;
  /** What it tells. */
  description: string;
  /** JSON Schema of `data`. */
  schema: unknown;
  /** The heading that it stands under. */
  group: string | null;
  /** An example of `data`. */
  example: unknown;
  /** Whether it should not be used any more. */
  deprecated: boolean;
  /** When it was made. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
}

/** Which deliveries a bulk operation is for; what is not named does not narrow. */
export interface Filter {
  /** One of these, at most 250. */
  deliveries?: string[] | null;
  /** In this state; `dead` unless given. */
  status?: Status | null;
  /** To this endpoint. */
  endpoint?: string | null;
  /** Of this tenant. */
  tenant?: string | null;
  /** Of events of this type. */
  type?: string | null;
  /** Of events accepted then or later. */
  since?: string | null;
  /** Of events accepted before. */
  until?: string | null;
  /** Whose last answer had this status code. */
  status_code?: number | null;
  /** Whose last attempt failed so. */
  error?: string | null;
}

/** A header of a request or an answer. */
export interface Header {
  /** Its name. */
  name: string;
  /**
   * Its value. `***` stands for those of the customer's own headers, for credentials, and for
   * the endpoint's secret.
   */
  value: string;
}

/** A bulk operation. It goes on in the background, also after a restart. */
export interface Job {
  /** Its id, `job_…`. */
  id: string;
  /** What it does, such as `retry` or `purge`. */
  kind: string;
  /** `running`, `finished`, or `failed`: given up, `error` says why. */
  state: string;
  /** Deliveries dealt with. */
  done: number;
  /** Deliveries to deal with, counted when it began. */
  total: number;
  /** When it was asked for. */
  created_at: string;
  /** When it was through, or given up. */
  finished_at: string | null;
  /**
   * Why its last piece of work failed; null if it did not. While the job is `running`, it is
   * tried again.
   */
  error: string | null;
}

/** An API key. */
export interface Key {
  /** Its id, `key_…`; not the key. */
  id: string;
  /** What its owner calls it. */
  name: string;
  /** `project` or `tenant`. */
  kind: string;
  /** `full`, `publish` or `read`. */
  scope: string;
  /** The tenant that it speaks for. */
  tenant: string | null;
  /** When it was made. */
  created_at: string;
  /** When it ends. */
  expires_at: string | null;
  /** When it was last used, to the minute or so. */
  last_used_at: string | null;
  /** The key itself: only in the answer that makes it. */
  key?: string | null;
}

/** The work on an endpoint at this moment. */
export interface Lane {
  /** Attempts under way. */
  in_flight: number;
  /** How many there may be now: more while the receiver does well, fewer while it does not. */
  in_flight_max: number;
  /** Deliveries that wait in memory; the rest of what is pending waits in the store. */
  queued: Queued;
  /** Attempts a second at most, if they are limited. */
  rate_limit: number | null;
  /** When the rate limit lets the next attempt start, if not at once. */
  next_token_at: string | null;
  /** Whether the endpoint is given a rest after many failures. */
  breaker: Breaker;
  /**
   * What its receiver asked for, if it asked for less with a `429`, or a `503` that says for how
   * long.
   */
  throttle: Throttle | null;
  /** How long an attempt takes on average, over the last ones, in microseconds. */
  attempt_mean_us: number;
}

/** A dialect's file. */
export interface NewDialect {
  /** The text of the file (TOML), at most 64 KiB; its `name` is that of the path. */
  source: string;
}

/** A new endpoint. */
export interface NewEndpoint {
  /** Whose it is. With a tenant's key it is implied. */
  tenant?: string | null;
  /** Where its deliveries go: https, publicly reachable, at most 2048 characters. */
  url: string;
  /** The events that it wants, 1 to 100 filters: exact types, `prefix.*`, or `*`. */
  events: string[];
  /**
   * A secret of the customer's own. Left out, the server makes one, unless the dialect lets the
   * customer choose.
   */
  secret?: string | null;
  /** `ed25519` makes a key pair, in dialects that sign with one. */
  signing?: Signing | null;
  /** A note for people. */
  description?: string | null;
  /** Headers to send with each attempt. */
  headers?: Record<string, string> | null;
  /** Most attempts to start in a second. */
  rate_limit?: number | null;
  /** Its own retry schedule. */
  retry?: Retry | null;
  /** Its own deadline of an attempt, milliseconds. */
  timeout_ms?: number | null;
  /** Its own dialect. */
  dialect?: string | null;
  /** Whether its deliveries are to wait for now. */
  disabled?: boolean | null;
  /** Whatever the customer wants to keep with it, at most 8 KiB. */
  metadata?: Record<string, unknown> | null;
}

/** An event to publish. */
export interface NewEvent {
  /** The tenant whose endpoints are to get it; made if it is not known yet. */
  tenant: string;
  /** Its type, such as `order.paid`. */
  type: string;
  /** What it tells: any JSON value, at most 1 MiB. It goes out as it is written here. */
  data: unknown;
  /** The publisher's own id, unique in the tenant: a second event with it is the same one. */
  id?: string | null;
  /** When it happened, if not now. */
  occurred_at?: string | null;
  /** Not to be delivered before. */
  deliver_at?: string | null;
  /**
   * Events of the tenant with the same key are attempted in the order of their acceptance: at
   * each endpoint, the first attempt of one starts once the one before it has succeeded, is dead
   * or cancelled. Events with other keys, or none, don't wait. 1 to 128 printable ASCII
   * characters without spaces.
   */
  ordering_key?: string | null;
}

/** An event type as it is to be, whole. */
export interface NewEventType {
  /** What it tells, for the catalog's readers. */
  description?: string;
  /**
   * JSON Schema (2020-12) of `data`, checked when an event is published. At most 64 KiB; it
   * refers to nothing outside itself, and its regular expressions have no look-around and no
   * back-references.
   */
  schema?: unknown;
  /** The heading that it stands under. */
  group?: string | null;
  /** An example of `data`, which fits the schema. */
  example?: unknown;
  /** Whether it should not be used any more. */
  deprecated?: boolean;
}

/** A new key. */
export interface NewKey {
  /** What its owner calls it, 1 to 200 characters. */
  name: string;
  /** What it speaks for. Keys of the project are made with the admin key. */
  kind: Speaks;
  /** `full`, `read`, or for a project `publish`. */
  scope: string;
  /** The tenant, for a tenant's key. */
  tenant?: string | null;
  /** When it ends; never unless given. */
  expires_at?: string | null;
}

/** A new portal session. */
export interface NewPortalSession {
  /** `full` (unless given) or `read`. */
  scope?: string | null;
}

/** A new project. */
export interface NewProject {
  /** An id of the caller's choice, `proj_…`; made unless given. */
  id?: string | null;
  /** A name for people, 1 to 200 characters. */
  name: string;
  /** The dialect that its webhooks speak, `standard` unless given. */
  dialect?: string | null;
  /** What differs from the dialect's policy. */
  policy?: PolicyChange | null;
  /** How its portal looks. */
  branding?: BrandingChange | null;
}

/** A recovery. */
export interface NewRecovery {
  /** Of the events that were accepted then or later. */
  since: string;
  /** Of those accepted before; now, unless given. */
  until?: string | null;
  /** `dead`, `missing` or `all`. */
  which: string;
}

/** What was counted over a time. Test deliveries are left out. */
export interface Numbers {
  /** Events accepted; an endpoint has none of its own. */
  events: number;
  /** Attempts. */
  attempts: number;
  /** Attempts that failed. */
  attempts_failed: number;
  /** The share of attempts that succeeded, 0 to 1; null without attempts. */
  success_rate: number | null;
  /** Deliveries that succeeded. */
  succeeded: number;
  /** Deliveries that died. */
  dead: number;
  /** Deliveries that were cancelled. */
  cancelled: number;
  /** How long attempts took. */
  attempt_time: Quantiles;
  /**
   * How long deliveries that succeeded took, from the acceptance of their event to the end of
   * the attempt.
   */
  delivery_time: Quantiles;
}

/** How many endpoints there are. */
export interface OverviewEndpoints {
  /** All of them. */
  total: number;
  /** Those that are disabled. */
  disabled: number;
  /** Those in trouble, among the hundred most suspicious. */
  in_trouble: number;
}

/** How all is going. */
export interface OverviewReport {
  /** How far back the totals go. */
  window_seconds: number;
  /**
   * What happened in that time: in the minutes of it, or beyond six hours in its hours, from the
   * one in which it begins to the one that is not over.
   */
  totals: Numbers;
  /** The same by minute or hour, counted in the same moment: only where it was asked for. */
  series?: StatsSeries | null;
  /** Events accepted a second, in the last full minute. */
  events_per_second: number;
  /** Deliveries that are pending now. */
  pending: Count;
  /** Deliveries that are dead. */
  dead_letters: Count;
  /** When the first pending delivery was or will be due. */
  oldest_due: string | null;
  /** How many endpoints there are. */
  endpoints: OverviewEndpoints;
  /** Endpoints in trouble, the worst first, 20 at most. */
  trouble: EndpointTrouble[];
}

/** A project's policy, complete: what it says itself, else the dialect's or the server's default. */
export interface Policy {
  /** The retry schedule. */
  retry: Retry;
  /** Deadline of one attempt, milliseconds. */
  timeout_ms: number;
  /** Plans whose tenants may have endpoints; empty is all. */
  plans: string[];
  /** How many endpoints a tenant may have. */
  endpoints_per_tenant_max: number;
  /** How long events and finished deliveries are kept, days. */
  history_days: number;
  /** Whether an event's type must be in the catalog. */
  strict_types: boolean;
  /** Days of nothing but failure after which an endpoint is disabled; null is never. */
  auto_disable_days: number | null;
  /** What 410 does: `disable` or `retry`. */
  gone: string;
  /**
   * The tenant that gets the server's own events: `endpoint.disabled`, `endpoint.enabled`,
   * `delivery.dead`. Its own endpoints are not among those that it is told of.
   */
  operator_tenant: string | null;
  /** Origins that may embed the portal. */
  portal_origins: string[];
  /** Requests of one tenant's keys and portal tokens, a minute. */
  tenant_requests_per_minute: number;
  /** Those of them that change or send something, a minute. */
  tenant_changes_per_minute: number;
  /** Jobs in the background that they may start, an hour. */
  tenant_jobs_per_hour: number;
  /** The shortest delay between attempts that a tenant may set, seconds. */
  tenant_delay_s_min: number;
  /** The most attempts that a tenant may set. */
  tenant_attempts_max: number;
}

/**
 * What a project says of its own. A field that is not named stays as it is; null goes back to
 * the dialect's default, except for `auto_disable_days`, where null turns it off.
 */
export interface PolicyChange {
  /** The retry schedule. */
  retry?: Retry | null;
  /** Deadline of one attempt, 100 to 60000 milliseconds. */
  timeout_ms?: number | null;
  /** Plans whose tenants may have endpoints, compared without case; an empty list is all. */
  plans?: string[] | null;
  /** How many endpoints a tenant may have, up to 10000. */
  endpoints_per_tenant_max?: number | null;
  /** How long events and finished deliveries are kept, 1 to 3650 days. */
  history_days?: number | null;
  /** Whether an event's type must be in the catalog. */
  strict_types?: boolean | null;
  /** Days of nothing but failure after which an endpoint is disabled, 1 to 365; null is never. */
  auto_disable_days?: number | null;
  /** What 410 does: `disable` or `retry`. */
  gone?: string | null;
  /**
   * The tenant that gets the server's own events: `endpoint.disabled`, `endpoint.enabled`,
   * `delivery.dead`. Its own endpoints are not among those that it is told of.
   */
  operator_tenant?: string | null;
  /** Origins that may embed the portal, such as `https://app.example.com`. */
  portal_origins?: string[] | null;
  /** Requests of one tenant's keys and portal tokens, 1 to 1000000 a minute; 429 beyond. */
  tenant_requests_per_minute?: number | null;
  /**
   * Those of them that change or send something (tests, retries, replays, endpoints), 1 to
   * 1000000 a minute; 429 beyond.
   */
  tenant_changes_per_minute?: number | null;
  /** Jobs in the background that they may start, 1 to 1000000 an hour; 429 beyond. */
  tenant_jobs_per_hour?: number | null;
  /**
   * The shortest delay between attempts that a tenant may set for its endpoint, 0 to 3600
   * seconds.
   */
  tenant_delay_s_min?: number | null;
  /** The most attempts that a tenant may set for its endpoint, 1 to 100. */
  tenant_attempts_max?: number | null;
}

/** A portal session. */
export interface PortalSession {
  /** The portal's page with the token behind `#`, where no server and no log sees it. */
  url: string;
  /** The token, which works like a key of the tenant. */
  token: string;
  /** When it ends. */
  expires_at: string;
}

/** A sample event, and what to show it in. */
export interface Preview {
  /** The dialect's name; the project's own unless given. */
  dialect?: string | null;
  /** The text of a dialect's file, in place of a name: to try it before it is stored. */
  source?: string | null;
  /** The event's type; the first of the dialect's catalog unless given. */
  type?: string | null;
  /** The event's data; an example of the dialect's unless given. */
  data?: unknown;
  /** The tenant whose event it is. */
  tenant?: string | null;
  /**
   * What the vendor keeps with the tenant, for a dialect that sends entries of it; unless given,
   * what is kept with `tenant`.
   */
  metadata?: Record<string, unknown> | null;
  /** The endpoint's URL. */
  url?: string | null;
  /** The secret to sign with; a new one unless given. */
  secret?: string | null;
  /** `ed25519` signs with a key pair, where the dialect does. */
  signing?: Signing | null;
}

/** The exact request that a sample event makes. */
export interface Previewed {
  /** The HTTP method. */
  method: string;
  /** Where it would go. */
  url: string;
  /** The dialect's headers, in order. */
  headers: Header[];
  /** The body, as text. */
  body: string;
  /** The secret that it is signed with. */
  secret: string;
}

/** A project. */
export interface Project {
  /** Its id, `proj_…`. */
  id: string;
  /** A name for people. */
  name: string;
  /** The name of its dialect. */
  dialect: string;
  /** The policy in force. */
  policy: Policy;
  /** How its portal looks. */
  branding: Branding;
  /** When it was made. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
}

/** Changes of a project: what is not named stays. */
export interface ProjectChange {
  /** A name for people. */
  name?: string | null;
  /** The dialect, also one of the project's own. */
  dialect?: string | null;
  /** Changes of the policy; null for all of it is the dialect's again. */
  policy?: PolicyChange | null;
  /** Changes of the portal's look; null for all of it is Nuncio's own again. */
  branding?: BrandingChange | null;
}

/** An event that was accepted: it is on disk, with whom it goes to. */
export interface Published {
  /** The event's id, `evt_…`. */
  id: string;
  /** Whose it is. */
  tenant: string;
  /** Its type. */
  type: string;
  /** When it was accepted. */
  created_at: string;
  /** How many endpoints it matched. */
  deliveries: number;
}

/** How long something took, in microseconds; null without any. */
export interface Quantiles {
  /** Half took no longer. */
  p50_us: number | null;
  /** 95 % took no longer. */
  p95_us: number | null;
  /** 99 % took no longer. */
  p99_us: number | null;
}

/** Deliveries that wait in memory. */
export interface Queued {
  /** Tests, and retries that somebody asked for. */
  asked: number;
  /** Deliveries of what was just published. */
  fresh: number;
  /** Scheduled retries, and what came out of the store. */
  retry: number;
  /** Replays, and retries in bulk. */
  replay: number;
}

/** A replay. */
export interface Replay {
  /** To this endpoint alone; else to all that it went to and that are still there. */
  endpoint?: string | null;
}

/** The deliveries that a replay has made. */
export interface Replayed {
  deliveries: ReplayedDelivery[];
}

/** A delivery that a replay has made. */
export interface ReplayedDelivery {
  /** Its own id. */
  id: string;
  /** Where it goes. */
  endpoint: string;
  /** The delivery that it replays. */
  replay_of: string | null;
  /** `pending`. */
  status: string;
}

/**
 * A retry schedule: either `delays_s` alone, or `base_s`, `factor`, `cap_s` with exactly one of
 * `span_s` and `attempts_max`. A delay runs from the end of the attempt before.
 */
export interface Retry {
  /** Seconds before each attempt, the first included: its length is the number of attempts. */
  delays_s?: number[] | null;
  /** Seconds before the second attempt. */
  base_s?: number | null;
  /** What each further delay is multiplied by. */
  factor?: number | null;
  /** The longest delay in seconds. */
  cap_s?: number | null;
  /** Seconds from the first attempt to the last. */
  span_s?: number | null;
  /** How many attempts there are at most. */
  attempts_max?: number | null;
}

/** A rotated secret. */
export interface Rotated {
  /** The new secret, shown this once. */
  secret: string;
  /** When the last of the secrets before stops signing; null if it has. */
  previous_expires_at: string | null;
  /**
   * Which secrets sign now: `previous` until the overlap ends where only one signature fits,
   * `both` where several do, else `current`.
   */
  signing_with: string;
  /** The public half of the new key, where it is a pair. */
  public_key?: string | null;
}

/** A rotation. */
export interface Rotation {
  /**
   * The next secret. Left out, the server makes one, unless the dialect lets the customer
   * choose.
   */
  secret?: string | null;
  /**
   * How long the secret before goes on signing, 0 to 2592000 seconds (30 days), a day unless
   * given. 0 switches at once.
   */
  overlap_seconds?: number | null;
}

/** What an endpoint signs with. */
export type Signing = "hmac" | "ed25519";

/** What a key speaks for. */
export type Speaks = "project" | "tenant";

/** A job that has begun. */
export interface Started {
  /** The job's id, to be looked at with `GET /v1/jobs/{id}`. */
  job: string;
}

/** A minute or an hour. */
export interface StatsPoint {
  /** Events accepted; an endpoint has none of its own. */
  events: number;
  /** Attempts. */
  attempts: number;
  /** Attempts that failed. */
  attempts_failed: number;
  /** The share of attempts that succeeded, 0 to 1; null without attempts. */
  success_rate: number | null;
  /** Deliveries that succeeded. */
  succeeded: number;
  /** Deliveries that died. */
  dead: number;
  /** Deliveries that were cancelled. */
  cancelled: number;
  /** How long attempts took. */
  attempt_time: Quantiles;
  /**
   * How long deliveries that succeeded took, from the acceptance of their event to the end of
   * the attempt.
   */
  delivery_time: Quantiles;
  /** When it begins. */
  at: string;
}

/** What happened by minute or hour. */
export interface StatsSeries {
  /** What one entry covers: `minute` or `hour`. */
  unit: string;
  /** Where the first could begin. */
  since: string;
  /** Before which the last begins. */
  until: string;
  /** Oldest first; a minute or hour in which nothing happened is left out. */
  data: StatsPoint[];
}

/** The state of a delivery. */
export type Status = "pending" | "succeeded" | "dead" | "cancelled";

/** A tenant. */
export interface Tenant {
  /** The vendor's id for it. */
  id: string;
  /** A name for people. */
  name: string | null;
  /** Its plan. */
  plan: string | null;
  /** Whatever the vendor keeps with it. */
  metadata: Record<string, unknown>;
  /** When it was first named. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
}

/** A tenant as it is to be: what is not named stays, null clears. */
export interface TenantChange {
  /** A name for people. */
  name?: string | null;
  /** Its plan, which the project's policy may ask for. */
  plan?: string | null;
  /** Whatever the vendor wants to keep with it, at most 8 KiB. */
  metadata?: Record<string, unknown> | null;
}

/** A test. */
export interface Test {
  /** Its type, `webhook.test` unless given. */
  type?: string | null;
  /** Its data; the dialect's sample unless given. */
  data?: unknown;
}

/** A test that is on its way. */
export interface Tested {
  /** The delivery's id. */
  delivery: string;
}

/** A receiver asked for less: the endpoint pauses, and comes back slowly. */
export interface Throttle {
  /** The end of the pause; null once it is over. */
  until: string | null;
  /** Attempts that start in a second after the pause: more while all goes well. */
  per_second: number;
}

/** The parts of an attempt's time, microseconds; null for a part that did not take place. */
export interface Timings {
  /** Looking up the name. */
  dns_us: number | null;
  /** Connecting. */
  connect_us: number | null;
  /** The TLS handshake. */
  tls_us: number | null;
  /** From the attempt's beginning to the first byte of the answer. */
  first_byte_us: number | null;
  /** Everything. */
  total_us: number;
}

/** What was found. */
export interface UrlCheck {
  /** Whether an endpoint may have it. */
  ok: boolean;
  /** How it would be kept; null if it is refused. */
  url: string | null;
  /** Why it is refused. */
  errors: UrlFinding[];
  /** What does not keep an endpoint from having it: its name does not resolve now. */
  warnings: UrlFinding[];
}

/** Something about the URL. */
export interface UrlFinding {
  /** JSON pointer (RFC 6901) of the value: `/url`. */
  pointer: string;
  /** What is to be said of it. */
  detail: string;
}

/** A URL to be checked. */
export interface UrlToCheck {
  /** The URL. */
  url: string;
}

/** Parameters of `list_audit`. */
export interface ListAuditQuery {
  /** With this action, such as `endpoint.create`, or of every verb of a noun: `endpoint.*`. */
  action?: string;
  /**
   * Made with this key (`key_…`), or with keys of this kind: `admin`, `project`, `tenant` or
   * `portal`; or by the server itself, `system`.
   */
  actor?: string;
  /** Done to the thing with this id or name. */
  target?: string;
  /** Done to what is this tenant's. */
  tenant?: string;
  /** Done then or later. */
  since?: string;
  /** Done before. */
  until?: string;
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_dead_letters`. */
export interface ListDeadLettersQuery {
  /** In this state: `pending`, `succeeded`, `dead` or `cancelled`. */
  status?: Status;
  /** To this endpoint. */
  endpoint?: string;
  /** Of this tenant. */
  tenant?: string;
  /** Of events of this type. */
  type?: string;
  /** Of events accepted then or later. */
  since?: string;
  /** Of events accepted before. */
  until?: string;
  /** Whose last answer had this status code. */
  status_code?: number;
  /** Whose last attempt failed so, such as `timeout`, `dns` or `status`. */
  error?: string;
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_deliveries`. */
export interface ListDeliveriesQuery {
  /** In this state: `pending`, `succeeded`, `dead` or `cancelled`. */
  status?: Status;
  /** To this endpoint. */
  endpoint?: string;
  /** Of this tenant. */
  tenant?: string;
  /** Of events of this type. */
  type?: string;
  /** Of events accepted then or later. */
  since?: string;
  /** Of events accepted before. */
  until?: string;
  /** Whose last answer had this status code. */
  status_code?: number;
  /** Whose last attempt failed so, such as `timeout`, `dns` or `status`. */
  error?: string;
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_endpoints`. */
export interface ListEndpointsQuery {
  /** Of this tenant. */
  tenant?: string;
  /** With this status: `active`, `disabled` or `failing`. */
  status?: string;
  /** Whether to tell how each of them does. */
  health?: boolean;
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_endpoint_deliveries`. */
export interface ListEndpointDeliveriesQuery {
  /** Only in this state: `pending`, `succeeded`, `dead` or `cancelled`. */
  status?: string;
  /** Only events of this type. */
  type?: string;
  /** Only events accepted then or later. */
  since?: string;
  /** Only events accepted before. */
  until?: string;
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_endpoint_events`. */
export interface ListEndpointEventsQuery {
  /** Only in this state: `pending`, `succeeded`, `dead` or `cancelled`. */
  status?: string;
  /** Only events of this type. */
  type?: string;
  /** Only events accepted then or later. */
  since?: string;
  /** Only events accepted before. */
  until?: string;
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `endpoint_stats`. */
export interface EndpointStatsQuery {
  /** How far to look back, 60 to 7776000 seconds (90 days), a day unless given. */
  window_seconds?: number;
}

/** Parameters of `list_event_types`. */
export interface ListEventTypesQuery {
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_events`. */
export interface ListEventsQuery {
  /** Of this tenant. */
  tenant?: string;
  /** Of this type. */
  type?: string;
  /** With this id of the publisher's. */
  source_id?: string;
  /** Accepted then or later. */
  since?: string;
  /** Accepted before. */
  until?: string;
  /** Only those of which no delivery has succeeded. */
  undelivered?: boolean;
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_event_deliveries`. */
export interface ListEventDeliveriesQuery {
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_keys`. */
export interface ListKeysQuery {
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `read_overview`. */
export interface ReadOverviewQuery {
  /** How far to look back, 60 to 2592000 seconds (30 days), an hour unless given. */
  window_seconds?: number;
  /** Of this tenant. */
  tenant?: string;
  /** Whether to tell what the totals are the sum of, by minute or hour: for a chart beside them. */
  series?: boolean;
}

/** Parameters of `list_projects`. */
export interface ListProjectsQuery {
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `read_stats`. */
export interface ReadStatsQuery {
  /** `minute` (unless given) or `hour`. */
  unit?: string;
  /** From the minute or hour that holds this time on; 60 of them unless given. */
  since?: string;
  /** To before this time; now unless given. At most 2880 minutes or hours after `since`. */
  until?: string;
  /** Of this tenant. */
  tenant?: string;
  /** Of this endpoint. */
  endpoint?: string;
}

/** Parameters of `list_tenants`. */
export interface ListTenantsQuery {
  /** How many, 50 unless given. */
  limit?: number;
  /** The `next_cursor` of an earlier answer. */
  cursor?: string;
}
