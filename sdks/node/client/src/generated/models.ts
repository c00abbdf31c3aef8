// Generated from openapi.json by `cargo xtask generate`; changes made here are lost.

import type { Problem } from "../problem.js";

/** One attempt: what was sent, what came back, how long it took. */
export interface Attempt {
  /** Its id. */
  id: string;
  /** 1 for the delivery's first attempt. */
  number: number;
  /** What triggered it: `schedule`, `manual`, `test` or `replay`. */
  trigger: string;
  /** When it began. */
  started_at: string;
  /** How long it took, in milliseconds. */
  duration_ms: number;
  /** Where it went. */
  url: string;
  /** Headers as sent, in order. */
  request_headers: Header[];
  /** The body as sent; null once the payload is erased. */
  request_body: string | null;
  /** The version of the endpoint's transformation that made the body; null if none ran. */
  transform_version: number | null;
  /** The response's status code. */
  status_code: number | null;
  /** Response headers, in order. */
  response_headers: Header[];
  /** Body of the response as text; bytes that are not valid UTF-8 are replaced. */
  response_body: string;
  /** Whether the stored body was cut off. */
  response_body_truncated: boolean;
  /** The kind of failure, such as `timeout`, `dns` or `status`. */
  error: string | null;
  /** The failure in a sentence. */
  error_detail: string | null;
  /** How long each part took. */
  timings: Timings;
}

/** An attempt: what was sent, what came back, how long it took. */
export interface AttemptDetail {
  /** Its id. */
  id: string;
  /** 1 for the delivery's first attempt. */
  number: number;
  /** What triggered it: `schedule`, `manual`, `test` or `replay`. */
  trigger: string;
  /** When it began. */
  started_at: string;
  /** How long it took, in milliseconds. */
  duration_ms: number;
  /** Where it went. */
  url: string;
  /** Headers as sent, in order. */
  request_headers: Header[];
  /** The body as sent; null once the payload is erased. */
  request_body: string | null;
  /** The version of the endpoint's transformation that made the body; null if none ran. */
  transform_version: number | null;
  /** The response's status code. */
  status_code: number | null;
  /** Response headers, in order. */
  response_headers: Header[];
  /** Body of the response as text; bytes that are not valid UTF-8 are replaced. */
  response_body: string;
  /** Whether the stored body was cut off. */
  response_body_truncated: boolean;
  /** The kind of failure, such as `timeout`, `dns` or `status`. */
  error: string | null;
  /** The failure in a sentence. */
  error_detail: string | null;
  /** How long each part took. */
  timings: Timings;
  /** The delivery's id. */
  delivery: string;
  /** The event's id. */
  event: string;
  /** The event's type. */
  type: string;
  /** The tenant that it belongs to. */
  tenant: string;
  /** The endpoint's id. */
  endpoint: string;
  /** Whether its event is a test. */
  test: boolean;
  /** `succeeded` or `failed`. */
  status: string;
}

/** An attempt in a list: without headers and bodies. */
export interface AttemptItem {
  /** The delivery's id. */
  delivery: string;
  /** The event's id. */
  event: string;
  /** The event's type. */
  type: string;
  /** The tenant that it belongs to. */
  tenant: string;
  /** The endpoint's id. */
  endpoint: string;
  /** Whether its event is a test. */
  test: boolean;
  /** Its id, `att_…`. */
  id: string;
  /** 1 for the delivery's first attempt. */
  number: number;
  /** What triggered it: `schedule`, `manual`, `test` or `replay`. */
  trigger: string;
  /** `succeeded` or `failed`. */
  status: string;
  /** When it began. */
  started_at: string;
  /** How long it took, in milliseconds. */
  duration_ms: number;
  /** Where it went. */
  url: string;
  /** The version of the endpoint's transformation that made the body; null if none ran. */
  transform_version: number | null;
  /** The response's status code. */
  status_code: number | null;
  /** The kind of failure, such as `timeout`, `dns` or `status`. */
  error: string | null;
  /** The failure in a sentence. */
  error_detail: string | null;
}

/** Who did it. */
export interface AuditActor {
  /**
   * `admin`, `project`, `tenant` or `portal`; `system` is the server itself, such as when it
   * disables an endpoint.
   */
  kind: string;
  /** The key's id; null for the admin key. */
  key: string | null;
  /** Its name at that time. */
  name: string | null;
  /**
   * `bearer`: a key sent with the request; `session`: signed in to the dashboard; `server`: no
   * request.
   */
  via: string;
}

/** An entry of the audit log. */
export interface AuditEntry {
  /** Its id, `aud_…`. */
  id: string;
  /** When it happened. */
  at: string;
  /** The action, such as `endpoint.create`. */
  action: string;
  /** Who did it. */
  actor: AuditActor;
  /** The project; null if the change was not in a project. */
  project: string | null;
  /** The tenant that the changed resource belongs to; null if it belongs to none. */
  tenant: string | null;
  /** What was changed. */
  target: AuditTarget;
  /**
   * What was changed: each field with its old (`from`) and new (`to`) value; for other actions,
   * the result. Never a secret.
   */
  changes: Record<string, unknown> | null;
  /** The client's IP address. */
  ip: string | null;
  /** The client's user agent. */
  user_agent: string | null;
  /** The request: the `Nuncio-Request-Id` of its response. */
  request_id: string;
}

/** What was changed. */
export interface AuditTarget {
  /** What kind of resource, such as `endpoint`. */
  kind: string;
  /** Its id or name. */
  id: string | null;
}

/** How requests authenticate. */
export type AuthType = "basic" | "bearer" | "header" | "oauth2";

/** Events to publish, each accepted or refused on its own. */
export interface Batch {
  /** At most 1000. */
  events: NewEvent[];
}

/** The result of each event of a batch, in order. */
export interface BatchPublished {
  results: BatchResult[];
}

/** The result of one event of a batch: the event, or a problem. */
export type BatchResult =
  | {
      /** The event's id, `evt_…`. */
      id: string;
      /** The tenant that it belongs to. */
      tenant: string;
      /** Its type. */
      type: string;
      /** When it was accepted. */
      created_at: string;
      /** How many endpoints it matched. */
      deliveries: number;
      /** The status code it would have had as a single request: 202. */
      status: number;
    }
  | {
      /** The status code it would have had as a single request. */
      status: number;
      /** The reason. */
      problem: Problem;
    };

/** The portal's branding. */
export interface Branding {
  /** The colour of buttons and links, `#rrggbb`. */
  accent: string | null;
  /** An image as a `data:` URI. */
  logo: string | null;
  /** The product name shown there. */
  name: string | null;
}

/** The portal's branding. Fields left out stay as they are; null resets to Nuncio's own. */
export interface BrandingChange {
  /** The colour of buttons and links, such as `#0f62fe`. */
  accent?: string | null;
  /** A PNG, JPEG, WebP or SVG image of at most 64 KiB, as `data:image/png;base64,…`. */
  logo?: string | null;
  /** The product name shown there, 1 to 200 characters; the project's name by default. */
  name?: string | null;
}

/** A circuit breaker. */
export interface Breaker {
  /** `closed`: deliveries are sent; `open`: they wait; `half_open`: one is tried. */
  state: string;
  /** While it is open: when the next attempt checks whether the receiver is back. */
  until: string | null;
  /** Failures since the last success. */
  failures_in_a_row: number;
}

/** A bulk operation. */
export interface Bulk {
  /** Which deliveries. */
  filter?: Filter;
  /** `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule. */
  schedule?: string | null;
  /** Only returns how many deliveries there would be (200), and starts nothing. */
  dry_run?: boolean;
}

/** A certificate. */
export interface Certificate {
  /** Its subject, such as `CN=hooks.example.com`. */
  subject: string;
  /** The names it is for. */
  names: string[];
  /** When it expires. */
  expires_at: string;
}

/** A number of deliveries, counted up to a limit. */
export interface Count {
  /** The count. */
  count: number;
  /** Whether there are more than that. */
  more: boolean;
}

/** A delivery: one event on its way to one endpoint. */
export interface Delivery {
  /** Its id, `del_…`, the same on every attempt. */
  id: string;
  /** The event's id. */
  event: string;
  /** The publisher's own id of the event. */
  source_id: string | null;
  /** The event's type. */
  type: string;
  /** The tenant that it belongs to. */
  tenant: string;
  /** The endpoint's id. */
  endpoint: string;
  /** `pending`, `succeeded`, `dead` or `cancelled`. */
  status: string;
  /** Why it is dead or cancelled. */
  reason: string | null;
  /**
   * Why a pending delivery is not attempted: `endpoint_disabled`, `plan`, `unverified` or
   * `ordering_key`. A single pending delivery always says why: also `scheduled` (not due yet),
   * `in_flight`, `queued` (waiting in the queue), `rate_limit`, `throttled` (the receiver asked
   * for fewer requests), `breaker_open` (the endpoint is paused after repeated failures) or
   * `concurrency` (the endpoint's limit of concurrent attempts is reached).
   */
  waiting: string | null;
  /**
   * The delivery that has to become final before this one is attempted: the first with its
   * ordering key.
   */
  waits_for: string | null;
  /** Attempts that ended. */
  attempts: number;
  /** Attempts after the first. */
  retry_count: number;
  /** The last response's status code. */
  last_status_code: number | null;
  /** The last attempt's error, such as `timeout`, `dns` or `status`. */
  last_error: string | null;
  /** When the next attempt is due, if it is pending and nothing keeps it waiting. */
  next_attempt_at: string | null;
  /** The delivery that it replays. */
  replay_of: string | null;
  /** Whether its event is a test. */
  test: boolean;
  /** When it was created. */
  created_at: string;
  /** When it finished. */
  finished_at: string | null;
}

/** A delivery with every attempt. */
export interface DeliveryDetail {
  /** Its id, `del_…`, the same on every attempt. */
  id: string;
  /** The event's id. */
  event: string;
  /** The publisher's own id of the event. */
  source_id: string | null;
  /** The event's type. */
  type: string;
  /** The tenant that it belongs to. */
  tenant: string;
  /** The endpoint's id. */
  endpoint: string;
  /** `pending`, `succeeded`, `dead` or `cancelled`. */
  status: string;
  /** Why it is dead or cancelled. */
  reason: string | null;
  /**
   * Why a pending delivery is not attempted: `endpoint_disabled`, `plan`, `unverified` or
   * `ordering_key`. A single pending delivery always says why: also `scheduled` (not due yet),
   * `in_flight`, `queued` (waiting in the queue), `rate_limit`, `throttled` (the receiver asked
   * for fewer requests), `breaker_open` (the endpoint is paused after repeated failures) or
   * `concurrency` (the endpoint's limit of concurrent attempts is reached).
   */
  waiting: string | null;
  /**
   * The delivery that has to become final before this one is attempted: the first with its
   * ordering key.
   */
  waits_for: string | null;
  /** Attempts that ended. */
  attempts: number;
  /** Attempts after the first. */
  retry_count: number;
  /** The last response's status code. */
  last_status_code: number | null;
  /** The last attempt's error, such as `timeout`, `dns` or `status`. */
  last_error: string | null;
  /** When the next attempt is due, if it is pending and nothing keeps it waiting. */
  next_attempt_at: string | null;
  /** The delivery that it replays. */
  replay_of: string | null;
  /** Whether its event is a test. */
  test: boolean;
  /** When it was created. */
  created_at: string;
  /** When it finished. */
  finished_at: string | null;
  /** `waiting` in a sentence. */
  waiting_detail: string | null;
  /** Until when it waits, if known. */
  waiting_until: string | null;
  /** The attempts, the oldest first. */
  attempt_log: Attempt[];
}

/** A short form of a dialect. */
export interface Dialect {
  /** The name that projects and endpoints use. */
  name: string;
  /** The display name. */
  title: string;
  /** Whether it is built in. */
  builtin: boolean;
  /** Which version of its file this is, counted from 1 for each dialect. */
  version: number;
  /** When this version was first seen. */
  created_at: string;
}

/** A dialect. */
export interface DialectDetail {
  /** The name that projects and endpoints use. */
  name: string;
  /** The display name. */
  title: string;
  /** Whether it is built in. */
  builtin: boolean;
  /** Which version of its file this is, counted from 1 for each dialect. */
  version: number;
  /** When this version was first seen. */
  created_at: string;
  /** Sentences about it, for documentation. */
  notes: string[];
  /** The default policy of projects with this dialect. */
  policy: Policy;
  /** Who decides on an endpoint's secret: `server` or `customer`. */
  secret_chosen_by: string;
  /**
   * Whether both secrets sign during a rotation; otherwise only the previous one does until its
   * overlap ends.
   */
  signs_with_all_keys: boolean;
  /** The text of its file (TOML). */
  source: string;
}

/** Which kind of document it is. */
export type DocumentFormat = "openapi" | "asyncapi";

/**
 * An endpoint. Its secret is shown once, when the endpoint is created; after that, `secret` is
 * left out.
 */
export interface Endpoint {
  /** Its id, `ep_…`. */
  id: string;
  /** The tenant that it belongs to. */
  tenant: string;
  /** Another name for it within its tenant, accepted wherever its id is. */
  uid: string | null;
  /** The URL that deliveries are sent to, as entered. */
  url: string;
  /**
   * The events to send: exact types, `prefix.*` (any depth), `*`. Before the end, `*` stands for
   * exactly one part.
   */
  events: string[];
  /** A pattern that these events must match as well; null for none. */
  filter: Record<string, unknown> | null;
  /** Its channels: only events on at least one of them are sent. Empty for all events. */
  channels: string[];
  /** A description. */
  description: string | null;
  /** The customer's own headers; their values are masked. */
  headers: Record<string, unknown>;
  /**
   * How requests authenticate at the receiver, in addition to their signature; null if they
   * don't.
   */
  auth: EndpointAuth | null;
  /** TLS settings used with the receiver; null for none of its own. */
  tls: EndpointTls | null;
  /** Maximum attempts per second; null for no limit. */
  rate_limit: number | null;
  /**
   * The endpoint's own retry schedule; null uses the event type's, if it has one, otherwise the
   * project's.
   */
  retry: Retry | null;
  /** The endpoint's own timeout of an attempt, in milliseconds; null uses the project's. */
  timeout_ms: number | null;
  /** The endpoint's own dialect; null uses the project's. */
  dialect: string | null;
  /** Whether it is disabled: its deliveries wait. */
  disabled: boolean;
  /** Why: `requested`, `gone` (it answered 410) or `failing` (continuous failure for days). */
  disabled_because: string | null;
  /** Since when every attempt has failed. */
  failing_since: string | null;
  /**
   * Whether the endpoint is verified, where its dialect requires that: `none` (not required),
   * `pending`, `verified` or `failed`. Until it is `verified` its deliveries wait.
   */
  verification: string;
  /** What was wrong with its last response; null if nothing was. */
  verification_detail: string | null;
  /** When it was last verified; null for never. */
  verification_checked_at: string | null;
  /** When it is next verified automatically; null if it is not. */
  verification_next_at: string | null;
  /** Code that changes its webhooks before they are sent; null if it has none. */
  transform: Transform | null;
  /** Custom metadata. */
  metadata: Record<string, unknown>;
  /** The public half of its key, if it signs with a key pair. */
  public_key?: string | null;
  /** Its health, only in lists requested with `health=true`. */
  health?: EndpointHealth | null;
  /** Its secret: only in the response that creates it. */
  secret?: string | null;
  /** When it was created. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
}

/**
 * How requests authenticate at the receiver, in addition to their signature. Secrets are shown
 * as `***`; sent back like that, they stay as they are, as long as the origins of `url` and
 * `token_url` do not change.
 */
export interface EndpointAuth {
  /**
   * `basic` takes `username` and `password`; `bearer` takes `token`; `header` takes `name` and
   * `value`; `oauth2` takes `token_url`, `client_id` and `client_secret` or `private_key`.
   */
  type: AuthType;
  /** The user name: no colon. */
  username?: string | null;
  /** The password. */
  password?: string | null;
  /** The token. */
  token?: string | null;
  /** The header's name, such as `X-Api-Key`. */
  name?: string | null;
  /** The header's value. */
  value?: string | null;
  /** Where tokens are requested. The same rules as for `url` apply. */
  token_url?: string | null;
  /** The client's id at the authorization server. */
  client_id?: string | null;
  /** The client's secret. */
  client_secret?: string | null;
  /** The scopes to request. */
  scopes?: string[] | null;
  /** The audience to request, where the authorization server needs one. */
  audience?: string | null;
  /** How the client authenticates; `client_secret_basic` by default. */
  client_auth?: OAuthClientAuth | null;
  /**
   * The client's private key in PEM, for `private_key_jwt`: RSA (RS256), ECDSA (ES256, ES384,
   * ES512) or Ed25519.
   */
  private_key?: string | null;
}

/** Changes to an endpoint: fields left out stay as they are, null clears. */
export interface EndpointChange {
  /** Another name for the endpoint, unique in its tenant. */
  uid?: string | null;
  /** The URL that deliveries are sent to, including pending ones. */
  url?: string | null;
  /** The events to send. */
  events?: string[] | null;
  /** A pattern that these events must match as well. It is replaced as a whole; null removes it. */
  filter?: Record<string, unknown> | null;
  /** Channels, at most 10: they replace the ones it has. An empty list or null removes all. */
  channels?: string[] | null;
  /** A description. */
  description?: string | null;
  /**
   * Headers to set; null removes a header, headers left out stay as they are. Null instead of an
   * object removes all. Values belong to the origin that they were given for: if the URL changes
   * to another scheme, host or port, send each of them again.
   */
  headers?: Record<string, string | null> | null;
  /**
   * How requests authenticate at the receiver; replaced as a whole. A secret sent as `***` stays
   * as it is; like the values of headers, it belongs to the origin that it was given for, and
   * that of `oauth2` to the origin of `token_url` as well.
   */
  auth?: EndpointAuth | null;
  /**
   * TLS settings to use with the receiver; replaced as a whole. `***` keeps a certificate or
   * key.
   */
  tls?: EndpointTlsSettings | null;
  /** Maximum attempts per second. */
  rate_limit?: number | null;
  /** The endpoint's own retry schedule. */
  retry?: Retry | null;
  /** The endpoint's own timeout of an attempt, in milliseconds. */
  timeout_ms?: number | null;
  /** The endpoint's own dialect. */
  dialect?: string | null;
  /** Code that changes its webhooks before they are sent; replaced as a whole. */
  transform?: NewTransform | null;
  /** Whether to create it disabled: its deliveries wait. */
  disabled?: boolean | null;
  /**
   * Custom metadata: members to set; null removes a member, members left out stay as they are.
   * Null instead of an object removes all.
   */
  metadata?: Record<string, unknown> | null;
  /**
   * A new secret, which immediately replaces all previous ones. Only needed where the dialect
   * sends the secret itself: then a URL at another origin, or a change to such a dialect,
   * requires one. `rotate-secret` allows an overlap instead.
   */
  secret?: string | null;
}

/** A short form of a delivery. */
export interface EndpointDelivery {
  /** The delivery's id. */
  id: string;
  /** `pending`, `succeeded`, `dead` or `cancelled`. */
  status: string;
  /** Attempts that ended. */
  attempts: number;
  /** Attempts after the first. */
  retry_count: number;
  /** The last response's status code; null if there was no response. */
  last_status_code: number | null;
  /**
   * The last attempt's error, such as `timeout`, `dns` or `status`: why there was no response,
   * or that the response was not a success.
   */
  last_error: string | null;
  /** When the next attempt is due, if there is one. */
  next_attempt_at: string | null;
}

/** An event as sent to the endpoint. */
export interface EndpointEvent {
  /** The event's id. */
  id: string;
  /** The publisher's own id, which the delivery used instead of the event's id. */
  source_id: string | null;
  /** Its type. */
  type: string;
  /** When it was accepted. */
  created_at: string;
  /** The state of its delivery to the endpoint. */
  delivery: EndpointDelivery;
}

/** An endpoint's health: what happened in this hour and the one before, and its state now. */
export interface EndpointHealth {
  /** Attempts. */
  attempts: number;
  /** Their success rate, 0 to 1; null without attempts. */
  success_rate: number | null;
  /** Pending deliveries, counted up to a thousand. */
  pending: Count;
  /** When the first of them was or will be due. */
  oldest_due: string | null;
  /** Its circuit breaker, `closed`, `open` or `half_open`; null while it has no work in progress. */
  breaker: string | null;
  /**
   * What is wrong with it, the worst first: `breaker_open`, `failing`, `plan`, `disabled`,
   * `unverified`, `certificate_expired`, `backlog`, `certificate_expiring` (within 30 days).
   */
  trouble: string[];
  /** When the last successful attempt began. */
  last_success_at: string | null;
  /** When the last failed attempt began. */
  last_failure_at: string | null;
}

/** How an endpoint is doing. Counts over time leave out test deliveries. */
export interface EndpointStats {
  /** The endpoint's id. */
  endpoint: string;
  /** The window that the numbers cover, in seconds. */
  window_seconds: number;
  /** Attempts. */
  attempts: number;
  /** Attempts that failed. */
  attempts_failed: number;
  /** Success rate of attempts, 0 to 1; null without attempts. */
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
  /** Whether there are more than that. */
  pending_more: boolean;
  /** When the first pending delivery was or will be due. */
  oldest_due: string | null;
  /** When the last successful attempt began. */
  last_success_at: string | null;
  /** When the last failed attempt began. */
  last_failure_at: string | null;
  /** The current work on it; null while there is none. */
  lane: Lane | null;
}

/** TLS settings of an endpoint; keys are never shown. */
export interface EndpointTls {
  /** The client certificate; null if there is none. */
  client_cert: Certificate | null;
  /** `***` if there is a client certificate. */
  client_key: string | null;
  /** The accepted certificate authorities; null for the public ones. */
  ca: Certificate[] | null;
  /** The pinned public keys; empty for any. */
  pin_sha256: string[];
}

/** TLS settings to use with the receiver. `***` keeps a certificate or key that the endpoint has. */
export interface EndpointTlsSettings {
  /**
   * A client certificate in PEM with its chain, the client's own first: for receivers that
   * require one (mutual TLS).
   */
  client_cert?: string | null;
  /** The certificate's private key in PEM, not encrypted. */
  client_key?: string | null;
  /**
   * Certificate authorities in PEM. If given, only certificates issued by them are accepted from
   * the receiver.
   */
  ca?: string | null;
  /**
   * Pinned public keys, up to 10: SHA-256 of the SubjectPublicKeyInfo in base64. The receiver's
   * own certificate must have one of them, in addition to being trusted.
   */
  pin_sha256?: string[] | null;
}

/** An endpoint in trouble. */
export interface EndpointTrouble {
  /** The endpoint's id. */
  endpoint: string;
  /** The tenant that it belongs to. */
  tenant: string;
  /** Its URL. */
  url: string;
  /** Its description. */
  description: string | null;
  /**
   * What is wrong, the worst first: `breaker_open`, `failing`, `plan`, `disabled`, `unverified`,
   * `certificate_expired`, `backlog`, `certificate_expiring` (within 30 days).
   */
  reasons: string[];
  /** Its circuit breaker, `closed`, `open` or `half_open`; null while it has no work in progress. */
  breaker: string | null;
  /** Success rate of attempts in this hour and the one before, 0 to 1; null without attempts. */
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
  /** The publisher's own id, which receivers see instead of the event's id. */
  source_id: string | null;
  /** The tenant that it belongs to. */
  tenant: string;
  /** Its type. */
  type: string;
  /** When it happened, if the publisher said so. */
  occurred_at: string | null;
  /** When it was accepted. */
  created_at: string;
  /** The time before which it is not delivered. */
  deliver_at: string | null;
  /** Its ordering key. */
  ordering_key: string | null;
  /**
   * The version of its type's schema that it was checked against; null if the catalog had no
   * such type.
   */
  schema_version: number | null;
  /** Whether it was sent as a test. */
  test: boolean;
  /** How many endpoints it matched. */
  deliveries: number;
  /** SHA-256 of the payload, hexadecimal; stays when the payload is erased. */
  payload_sha256: string;
  /** The channels it went out on. */
  channels: string[];
  /** Custom metadata; empty once the payload is erased. */
  metadata: Record<string, unknown>;
  /** The headers that each attempt is sent with; empty once the payload is erased. */
  headers: Record<string, string>;
  /** How long it is kept, in days; null for as long as the project keeps events. */
  retention_days: number | null;
  /** Its deliveries by their state, only in lists requested with `outcomes=true`. */
  outcomes?: Outcomes | null;
}

/** An event with its payload. */
export interface EventDetail {
  /** Its id, `evt_…`. */
  id: string;
  /** The publisher's own id, which receivers see instead of the event's id. */
  source_id: string | null;
  /** The tenant that it belongs to. */
  tenant: string;
  /** Its type. */
  type: string;
  /** When it happened, if the publisher said so. */
  occurred_at: string | null;
  /** When it was accepted. */
  created_at: string;
  /** The time before which it is not delivered. */
  deliver_at: string | null;
  /** Its ordering key. */
  ordering_key: string | null;
  /**
   * The version of its type's schema that it was checked against; null if the catalog had no
   * such type.
   */
  schema_version: number | null;
  /** Whether it was sent as a test. */
  test: boolean;
  /** How many endpoints it matched. */
  deliveries: number;
  /** SHA-256 of the payload, hexadecimal; stays when the payload is erased. */
  payload_sha256: string;
  /** The channels it went out on. */
  channels: string[];
  /** Custom metadata; empty once the payload is erased. */
  metadata: Record<string, unknown>;
  /** The headers that each attempt is sent with; empty once the payload is erased. */
  headers: Record<string, string>;
  /** How long it is kept, in days; null for as long as the project keeps events. */
  retention_days: number | null;
  /** Its deliveries by their state, only in lists requested with `outcomes=true`. */
  outcomes?: Outcomes | null;
  /** The payload as it was published; null once erased. */
  data: unknown;
  /** Whether the payload was erased. */
  payload_erased: boolean;
}

/** An event and the endpoints of its tenant. */
export interface EventExplanation {
  /** Every endpoint of the tenant, and deleted ones that received the event. */
  data: EventMeeting[];
}

/** An event and one endpoint. */
export interface EventMeeting {
  /** The endpoint's id. */
  endpoint: string;
  /** Its URL now; null once it is deleted. */
  url: string | null;
  /** The newest delivery of the event to this endpoint, if any. */
  delivery: string | null;
  /** Whether it was chosen when the event was accepted. */
  matched: boolean;
  /**
   * Why: `matched`; `test`, made for it; `replayed`, to it later; `deleted`, after it got the
   * event; `created_later`; `test_of_another`; `filter`, none of its event types matches;
   * `channel`, it has channels and the event is on none of them; `payload_filter`, its payload
   * filter does not match; `payload_erased`, it has one, and the payload is gone;
   * `endpoint_disabled`, it was disabled then and the policy says `while_disabled: skip`;
   * `filter_changed`, filters and channels match now and did not then.
   */
  reason: string;
  /** The part of its filters that does not match, if that is the reason. */
  because: FilterMismatch | null;
  /** Its event types now. */
  filters: string[];
  /** Its channels now. */
  channels: string[];
}

/** An event type. */
export interface EventType {
  /** Its name. */
  name: string;
  /** A description. */
  description: string;
  /** JSON Schema of `data`. */
  schema: unknown;
  /**
   * Which version of its schema this is, counted from 1. Events are checked against it unless
   * they name another.
   */
  schema_version: number;
  /** The heading it is listed under. */
  group: string | null;
  /** An example of `data`. */
  example: unknown;
  /** Whether it is deprecated. */
  deprecated: boolean;
  /** The retry schedule of its deliveries; null uses the project's. */
  retry: Retry | null;
  /** When it was archived: no events are accepted under it since. Null while it is in use. */
  archived_at: string | null;
  /** When it was created. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
}

/** The catalog as a document for other programs. */
export interface EventTypeDocument {
  /** The version of OpenAPI, for `format=openapi`. */
  openapi?: string | null;
  /** The version of AsyncAPI, for `format=asyncapi`. */
  asyncapi?: string | null;
  /** What the document is about. */
  info: unknown;
  /** OpenAPI: the event types by name. */
  webhooks?: unknown;
  /** AsyncAPI: the endpoints. */
  channels?: unknown;
  /** AsyncAPI: what is sent to them. */
  operations?: unknown;
  /** Schemas, and for AsyncAPI the event types as messages. */
  components?: unknown;
}

/** A document with event types. */
export interface EventTypeImport {
  /**
   * An OpenAPI 3.1 document with `webhooks`, or an AsyncAPI 3 document: as an object, or the
   * text of a JSON or YAML file. It refers to nothing outside itself, and has at most 1000 event
   * types.
   */
  document: unknown;
  /** Only shows what it would do. */
  dry_run?: boolean;
  /** Stores schemas even if they break the previous ones. */
  force?: boolean;
}

/** What an import does, or would do. */
export interface EventTypesImported {
  /** What kind of document it was. */
  format: DocumentFormat;
  /** Whether nothing was stored. */
  dry_run: boolean;
  /** Every event type of the document. */
  event_types: ImportedType[];
}

/** Which deliveries the bulk operation applies to; fields left out match all. */
export interface Filter {
  /** One of these, at most 250. */
  deliveries?: string[] | null;
  /** Only in this state; `dead` by default. */
  status?: Status | null;
  /** Only to this endpoint, by its id, or by its uid together with its tenant. */
  endpoint?: string | null;
  /** Only of this tenant. */
  tenant?: string | null;
  /** Only for events of this type. */
  type?: string | null;
  /** Only for events on this channel. */
  channel?: string | null;
  /** Only for events accepted at or after this time. */
  since?: string | null;
  /** Only for events accepted before this time. */
  until?: string | null;
  /** Only where the last response had this status code. */
  status_code?: number | null;
  /** Only where the last attempt failed with this error. */
  error?: string | null;
}

/** The part of an endpoint's filters that an event doesn't match. */
export interface FilterMismatch {
  /** Which of the endpoint's fields it is: `events`, `channels` or `filter`. */
  field: string;
  /** The part of the event, its names with dots between: `type`, `channels`, `data.amount`. */
  path: string;
  /** What would match: one of these. */
  condition: unknown[];
  /** What the event has there, at most five values, long ones cut. Empty if it has nothing there. */
  found: unknown[];
  /** The same as a sentence. */
  detail: string;
}

/** An event to test an endpoint's filters with: `event`, or `type` and `data`. */
export interface FilterTest {
  /** The id of an event of the endpoint's tenant. */
  event?: string | null;
  /** The type of a made-up event. */
  type?: string | null;
  /** Its data. */
  data?: unknown;
  /** Its metadata; none by default. */
  metadata?: Record<string, unknown> | null;
  /** Its channels; none by default. */
  channels?: string[] | null;
  /**
   * A payload filter to test in place of the endpoint's own; null tests without one. Nothing is
   * saved.
   */
  filter?: Record<string, unknown> | null;
}

/** The result of the test. */
export interface FilterTestResult {
  /** Whether the endpoint would get the event. */
  matched: boolean;
  /** What does not match; null if everything does. */
  because: FilterMismatch | null;
}

/** A header of a request or response. */
export interface Header {
  /** Its name. */
  name: string;
  /** Its value. `***` replaces values of custom headers, credentials and the endpoint's secret. */
  value: string;
}

/** What the import does with an event type. */
export interface ImportedType {
  /** Its name. */
  name: string;
  /** `created`, `updated`, or `unchanged`. */
  action: string;
  /** The version of its schema afterwards. */
  schema_version: number;
  /** What it breaks, compared to the current version. Not stored without `force`. */
  breaks: SchemaBreak[];
}

/** A bulk operation. It runs in the background and continues after a restart. */
export interface Job {
  /** Its id, `job_…`. */
  id: string;
  /** What it does, such as `retry`, `replay`, `purge` or `broadcast`. */
  kind: string;
  /** `running`, `finished`, `failed` (`error` says why) or `cancelled`. */
  state: string;
  /** Deliveries processed; of a broadcast, tenants. */
  done: number;
  /** How many there are to process, counted when the job began. */
  total: number;
  /** When it was requested. */
  created_at: string;
  /** When it finished, failed or was cancelled. */
  finished_at: string | null;
  /** The last error; null if there was none. While the job is `running`, it retries. */
  error: string | null;
}

/** An API key. */
export interface Key {
  /** Its id, `key_…`; not the key. */
  id: string;
  /** Its display name. */
  name: string;
  /** `project` or `tenant`. */
  kind: string;
  /** `full`, `publish` or `read`. */
  scope: string;
  /** The tenant that it belongs to. */
  tenant: string | null;
  /** When it was created. */
  created_at: string;
  /** When it expires. */
  expires_at: string | null;
  /** When it was last used, to about a minute. */
  last_used_at: string | null;
  /** The key itself: only in the response that creates it. */
  key?: string | null;
}

/** The current work on an endpoint. */
export interface Lane {
  /** Attempts in progress. */
  in_flight: number;
  /**
   * How many attempts may be in progress now: more while the receiver is healthy, fewer while it
   * is not.
   */
  in_flight_max: number;
  /** Deliveries queued in memory; other pending deliveries wait in the store. */
  queued: Queued;
  /** Maximum attempts per second, if limited. */
  rate_limit: number | null;
  /** When the rate limit allows the next attempt, if not immediately. */
  next_token_at: string | null;
  /** Whether the endpoint is paused after repeated failures. */
  breaker: Breaker;
  /**
   * How its receiver limits it, if the receiver asked for fewer requests: with a `429`, or with
   * a `503` that says for how long.
   */
  throttle: Throttle | null;
  /** How long an attempt takes on average, over the last ones, in microseconds. */
  attempt_mean_us: number;
}

/** An event for many tenants. */
export interface NewBroadcast {
  /** Its type, such as `news.posted`. */
  type: string;
  /** The payload: any JSON value, at most 1 MiB, whose numbers every dialect can send exactly. */
  data: unknown;
  /** Only to some tenants; all of them by default. */
  where?: TenantSelection | null;
  /**
   * The publisher's own id: each tenant's event has it. A tenant that already has an event with
   * this id does not get another.
   */
  id?: string | null;
  /** When it happened, if not now. */
  occurred_at?: string | null;
  /** Not delivered before this time. */
  deliver_at?: string | null;
  /** The ordering key of each tenant's event. */
  ordering_key?: string | null;
  /** The version of the type's schema that the data follows; the newest by default. */
  schema_version?: number | null;
  /**
   * The channels that each tenant's event goes out on, at most 10: it reaches endpoints without
   * channels and those with at least one of these. Without channels it only reaches endpoints
   * without channels.
   */
  channels?: string[] | null;
  /**
   * Custom metadata of each tenant's event, at most 8 KiB: kept and shown with it, not sent. The
   * tenant can read it.
   */
  metadata?: Record<string, unknown> | null;
  /**
   * Headers to send with each attempt: at most 16, 2 KiB in all, none that HTTP, the sender or
   * the dialect owns and none that holds credentials. An endpoint's custom header with the same
   * name wins.
   */
  headers?: Record<string, string> | null;
  /**
   * How long each tenant's event is kept, 1 to 3650 days from when it was published or was to be
   * delivered, instead of as long as the project keeps events. Its dead letters are not kept any
   * longer.
   */
  retention_days?: number | null;
}

/**
 * A dialect's file: its text, or, in place of `source`, its tables as JSON (`name`, `title`,
 * `secret`, …).
 */
export interface NewDialect {
  /** The text of the file (TOML), at most 64 KiB; its `name` is the one in the path. */
  source: string;
}

/** A new endpoint. */
export interface NewEndpoint {
  /** The tenant that it belongs to. Implied with a tenant key. */
  tenant?: string | null;
  /**
   * Another name for the endpoint, unique in its tenant, which is accepted wherever its id is.
   * It does not begin like an id (`ep_`).
   */
  uid?: string | null;
  /** The URL that deliveries are sent to: https, publicly reachable, at most 2048 characters. */
  url: string;
  /**
   * The events to send, 1 to 100 filters: exact types, `prefix.*` (any depth), `*`. Before the
   * end, `*` is exactly one part: `orders.*.failed`.
   */
  events: string[];
  /**
   * A pattern that these events must match as well, in the language of Amazon EventBridge, over
   * `type`, `data` and `metadata`, such as `{"data": {"amount": [{"numeric": [">", 100]}]}}`.
   */
  filter?: Record<string, unknown> | null;
  /**
   * Channels, at most 10: only events on at least one of them are sent. Without channels, events
   * are sent whatever channels they are on.
   */
  channels?: string[] | null;
  /**
   * A secret chosen by the customer. If left out, the server generates one, unless the dialect
   * requires the customer to choose.
   */
  secret?: string | null;
  /** `ed25519` generates a key pair, in dialects that can sign with one. */
  signing?: Signing | null;
  /** A description. */
  description?: string | null;
  /** Custom headers to send with each attempt. */
  headers?: Record<string, string> | null;
  /** How requests authenticate at the receiver, in addition to their signature. */
  auth?: EndpointAuth | null;
  /**
   * TLS settings to use with the receiver: a client certificate, its own authorities, pinned
   * keys.
   */
  tls?: EndpointTlsSettings | null;
  /** Maximum attempts per second. */
  rate_limit?: number | null;
  /** The endpoint's own retry schedule. */
  retry?: Retry | null;
  /** The endpoint's own timeout of an attempt, in milliseconds. */
  timeout_ms?: number | null;
  /** The endpoint's own dialect. */
  dialect?: string | null;
  /** Code that changes its webhooks before they are sent. */
  transform?: NewTransform | null;
  /** Whether to disable it: its deliveries wait. */
  disabled?: boolean | null;
  /** Custom metadata, at most 8 KiB. */
  metadata?: Record<string, unknown> | null;
}

/** An event to publish. */
export interface NewEvent {
  /** The tenant whose endpoints receive it, by its id or uid; created if it does not exist yet. */
  tenant: string;
  /** Its type, such as `order.paid`. */
  type: string;
  /** The payload: any JSON value, at most 1 MiB. It is sent exactly as written here. */
  data: unknown;
  /**
   * The publisher's own id, unique in the tenant: publishing the same id again is a repeat, not
   * a second event.
   */
  id?: string | null;
  /** When it happened, if not now. */
  occurred_at?: string | null;
  /** Not delivered before this time. */
  deliver_at?: string | null;
  /**
   * Events of the tenant with the same key are delivered in the order they were accepted: at
   * each endpoint, the first attempt of an event starts once the one before it has succeeded, is
   * dead or cancelled. Events with other keys, or none, don't wait. 1 to 128 printable ASCII
   * characters without spaces.
   */
  ordering_key?: string | null;
  /** The version of its type's schema that `data` is checked against; the newest unless given. */
  schema_version?: number | null;
  /**
   * The channels it goes out on, at most 10: it reaches endpoints without channels and those
   * with at least one of these. Without channels it only reaches endpoints without channels.
   */
  channels?: string[] | null;
  /**
   * Custom metadata, at most 8 KiB: kept and shown with the event, not sent. Its tenant can read
   * it.
   */
  metadata?: Record<string, unknown> | null;
  /**
   * Headers to send with each attempt: at most 16, 2 KiB in all, none that HTTP, the sender or
   * the dialect owns and none that holds credentials. An endpoint's custom header with the same
   * name wins.
   */
  headers?: Record<string, string> | null;
  /**
   * How long the event is kept, 1 to 3650 days from when it was accepted or was to be delivered,
   * instead of as long as the project keeps events. Its dead letters are not kept any longer.
   */
  retention_days?: number | null;
}

/** The event type, complete: it replaces the one that exists. */
export interface NewEventType {
  /** A description for readers of the catalog. */
  description?: string;
  /**
   * JSON Schema (2020-12) of `data`, checked when an event is published. At most 64 KiB; it
   * refers to nothing outside itself, and its regular expressions have no look-around and no
   * back-references.
   */
  schema?: unknown;
  /** The heading it is listed under. */
  group?: string | null;
  /** An example of `data` that matches the schema. */
  example?: unknown;
  /** Whether it is deprecated. */
  deprecated?: boolean;
  /**
   * The retry schedule of its deliveries, instead of the project's. An endpoint's own schedule
   * wins.
   */
  retry?: Retry | null;
  /**
   * Stores the schema even if it breaks the previous one. Without it, such a change is refused
   * with 409, which lists what breaks.
   */
  force?: boolean;
}

/** A new key. */
export interface NewKey {
  /** Its display name, 1 to 200 characters. */
  name: string;
  /** What it belongs to. Project keys are created with the admin key. */
  kind: Speaks;
  /** `full`, `read`, or for a project `publish`. */
  scope: string;
  /** The tenant, for a tenant's key. */
  tenant?: string | null;
  /** When it expires; never by default. */
  expires_at?: string | null;
}

/** A new portal session. */
export interface NewPortalSession {
  /** `full` (the default) or `read`. */
  scope?: string | null;
}

/** A new project. */
export interface NewProject {
  /** An id of your choice, `proj_…`; generated if left out. */
  id?: string | null;
  /** A display name, 1 to 200 characters. */
  name: string;
  /** The dialect of its webhooks, `standard` by default. */
  dialect?: string | null;
  /** Settings that differ from the dialect's policy. */
  policy?: PolicyChange | null;
  /** The portal's branding. */
  branding?: BrandingChange | null;
}

/** A recovery. */
export interface NewRecovery {
  /** Only events accepted at or after this time. Required, except for `pending`. */
  since?: string | null;
  /** Only events accepted before this time; now by default. */
  until?: string | null;
  /** `dead`, `missing`, `all` or `pending`. */
  which: string;
  /** `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule. */
  schedule?: string | null;
  /** Only returns how many deliveries there would be (200), and starts nothing. */
  dry_run?: boolean;
}

/** Code that changes webhooks before they are sent. */
export interface NewTransform {
  /** JavaScript with a `function handler(webhook)` that returns the webhook, at most 32 KiB. */
  code: string;
  /** Whether it runs, true by default. */
  enabled?: boolean;
}

/** Counts over a period. Test deliveries are left out. */
export interface Numbers {
  /** Events accepted; always 0 for a single endpoint. */
  events: number;
  /** Attempts. */
  attempts: number;
  /** Attempts that failed. */
  attempts_failed: number;
  /** Success rate of attempts, 0 to 1; null without attempts. */
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

/** How an OAuth client authenticates at its authorization server. */
export type OAuthClientAuth = "client_secret_basic" | "client_secret_post" | "private_key_jwt";

/** An event's deliveries by their state. */
export interface Outcomes {
  /** Deliveries that are pending. */
  pending: number;
  /** Deliveries that succeeded. */
  succeeded: number;
  /** Deliveries that are dead. */
  dead: number;
  /** Deliveries that were cancelled. */
  cancelled: number;
  /** Whether there are more than those that were counted, 250. */
  more: boolean;
}

/** How many endpoints there are. */
export interface OverviewEndpoints {
  /** All of them. */
  total: number;
  /** Disabled endpoints. */
  disabled: number;
  /** Endpoints in trouble. */
  in_trouble: number;
}

/** The overview. */
export interface OverviewReport {
  /** The window that the totals cover, in seconds. */
  window_seconds: number;
  /**
   * Counts of the window, by minute, or by hour for windows longer than six hours, from the one
   * in which it starts to the current one.
   */
  totals: Numbers;
  /** The same by minute or hour, counted at the same moment; only if requested. */
  series?: StatsSeries | null;
  /** Events accepted per second, over the last full minute. */
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

/**
 * A project's effective policy: its own settings, otherwise the dialect's or the server's
 * defaults.
 */
export interface Policy {
  /** The retry schedule. */
  retry: Retry;
  /** Timeout of one attempt, in milliseconds. */
  timeout_ms: number;
  /** Plans whose tenants may have endpoints; empty allows all. */
  plans: string[];
  /** Maximum endpoints per tenant. */
  endpoints_per_tenant_max: number;
  /** How long events and finished deliveries are kept, in days. */
  history_days: number;
  /** Whether an event's type must be in the catalog. */
  strict_types: boolean;
  /** Days of continuous failure after which an endpoint is disabled; null for never. */
  auto_disable_days: number | null;
  /** The same in seconds, if it is set in seconds; otherwise null. */
  auto_disable_s: number | null;
  /** Failures in a row before the operator is notified that an endpoint is failing. */
  failing_after_failures: number;
  /** How long they must have lasted by then, in seconds. */
  failing_after_s: number;
  /** What 410 does: `disable` or `retry`. */
  gone: string;
  /** What happens to new events for a disabled endpoint: `hold` or `skip`. */
  while_disabled: string;
  /**
   * The tenant that receives the server's own events about endpoints (`endpoint.created`,
   * `endpoint.failing`, …), dead and recovered deliveries, rotated secrets, finished jobs and
   * reached quotas; the catalog describes each. It receives none about its own endpoints.
   */
  operator_tenant: string | null;
  /** Origins that may embed the portal. */
  portal_origins: string[];
  /** Requests with one tenant's keys and portal tokens, per minute. */
  tenant_requests_per_minute: number;
  /** Of those, the requests that change or send something, per minute. */
  tenant_changes_per_minute: number;
  /** Background jobs that tenants may start, per hour. */
  tenant_jobs_per_hour: number;
  /** The shortest delay between attempts that a tenant may set, in seconds. */
  tenant_delay_s_min: number;
  /** The most attempts that a tenant may set. */
  tenant_attempts_max: number;
  /** Who may give endpoints a transformation: `off`, `operator` or `tenant`. */
  transformations: string;
  /**
   * Who may have an endpoint's signing secret shown again by the Svix-compatible API: `never`,
   * `operator` or `tenant`.
   */
  reveal_secrets: string;
}

/**
 * The project's own policy. Fields left out stay as they are; null goes back to the dialect's
 * default, except for `auto_disable_days`, where null turns it off.
 */
export interface PolicyChange {
  /** The retry schedule. */
  retry?: Retry | null;
  /** Timeout of one attempt, 100 to 60000 milliseconds. */
  timeout_ms?: number | null;
  /**
   * Plans whose tenants may have endpoints, compared case-insensitively; an empty list allows
   * all.
   */
  plans?: string[] | null;
  /** Maximum endpoints per tenant, up to 10000. */
  endpoints_per_tenant_max?: number | null;
  /** How long events and finished deliveries are kept, 1 to 3650 days. */
  history_days?: number | null;
  /** Whether an event's type must be in the catalog. */
  strict_types?: boolean | null;
  /** Days of continuous failure after which an endpoint is disabled, 1 to 365; null for never. */
  auto_disable_days?: number | null;
  /**
   * The same in seconds, 1 to 31536000 (365 days), in place of `auto_disable_days`: setting one
   * of the two ends the other. Null switches back to days.
   */
  auto_disable_s?: number | null;
  /**
   * Failures in a row before the operator is notified that an endpoint is failing
   * (`endpoint.failing`), 1 to 1000; 3 by default.
   */
  failing_after_failures?: number | null;
  /** How long they must have lasted by then, 0 to 2592000 seconds (30 days); 10 by default. */
  failing_after_s?: number | null;
  /** What 410 does: `disable` or `retry`. */
  gone?: string | null;
  /**
   * What happens to new events for a disabled endpoint: `hold`, its deliveries wait until it is
   * enabled; or `skip`, it gets none of them. What is pending when it is disabled waits either
   * way.
   */
  while_disabled?: string | null;
  /**
   * The tenant that receives the server's own events about endpoints (`endpoint.created`,
   * `endpoint.failing`, …), dead and recovered deliveries, rotated secrets, finished jobs and
   * reached quotas; the catalog describes each. It receives none about its own endpoints.
   */
  operator_tenant?: string | null;
  /** Origins that may embed the portal, such as `https://app.example.com`. */
  portal_origins?: string[] | null;
  /** Requests with one tenant's keys and portal tokens, 1 to 1000000 per minute; 429 above that. */
  tenant_requests_per_minute?: number | null;
  /**
   * Of those, the requests that change or send something (tests, retries, replays, endpoints), 1
   * to 1000000 per minute; 429 above that.
   */
  tenant_changes_per_minute?: number | null;
  /** Background jobs that tenants may start, 1 to 1000000 per hour; 429 above that. */
  tenant_jobs_per_hour?: number | null;
  /**
   * The shortest delay between attempts that a tenant may set for its endpoints, 0 to 3600
   * seconds.
   */
  tenant_delay_s_min?: number | null;
  /** The most attempts that a tenant may set for its endpoint, 1 to 100. */
  tenant_attempts_max?: number | null;
  /**
   * Who may give endpoints a transformation: `off` (nobody, and none runs: attempts at endpoints
   * that have one fail), `operator` (with project and admin keys) or `tenant` (tenants too).
   */
  transformations?: string | null;
  /**
   * Who may have an endpoint's signing secret shown again by the Svix-compatible API: `never`,
   * `operator` (with the project's tokens and keys) or `tenant` (with those of its tenant too).
   * Each time is in the audit log.
   */
  reveal_secrets?: string | null;
}

/** A portal session. */
export interface PortalSession {
  /** The portal's URL with the token after `#`, where servers and logs do not see it. */
  url: string;
  /** The token, which works like a tenant key. */
  token: string;
  /** When it expires. */
  expires_at: string;
}

/** A sample event, and the dialect to render it in. */
export interface Preview {
  /** The dialect's name; the project's by default. */
  dialect?: string | null;
  /** The text of a dialect file, instead of a name: to try it before storing it. */
  source?: string | null;
  /** The event's type; the first in the dialect's catalog by default. */
  type?: string | null;
  /** The event's data; the dialect's example by default. */
  data?: unknown;
  /** The tenant whose event it is. */
  tenant?: string | null;
  /** The tenant's metadata, for a dialect that sends some of it; by default that of `tenant`. */
  metadata?: Record<string, unknown> | null;
  /** The endpoint's URL. */
  url?: string | null;
  /** The secret to sign with; a new one by default. */
  secret?: string | null;
  /** `ed25519` signs with a key pair, if the dialect can. */
  signing?: Signing | null;
}

/** The exact request that a sample event produces. */
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
  /** A display name. */
  name: string;
  /** The name of its dialect. */
  dialect: string;
  /** The policy in force. */
  policy: Policy;
  /** The portal's branding. */
  branding: Branding;
  /** When it was created. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
}

/** Changes to a project: fields left out stay as they are. */
export interface ProjectChange {
  /** A display name. */
  name?: string | null;
  /** The dialect, also one of the project's own. */
  dialect?: string | null;
  /** Changes to the policy; null resets all of it to the dialect's defaults. */
  policy?: PolicyChange | null;
  /** Changes to the portal's branding; null resets all of it to Nuncio's own. */
  branding?: BrandingChange | null;
}

/** An accepted event: stored on disk, with the endpoints it goes to. */
export interface Published {
  /** The event's id, `evt_…`. */
  id: string;
  /** The tenant that it belongs to. */
  tenant: string;
  /** Its type. */
  type: string;
  /** When it was accepted. */
  created_at: string;
  /** How many endpoints it matched. */
  deliveries: number;
}

/** A purge. */
export interface Purge {
  /** Which dead letters. */
  filter?: Filter;
  /** Deletes all dead letters of the project. Needed if the filter is empty. */
  confirm?: boolean;
}

/** How long something took, in microseconds; null if there was none. */
export interface Quantiles {
  /** Median. */
  p50_us: number | null;
  /** 95th percentile. */
  p95_us: number | null;
  /** 99th percentile. */
  p99_us: number | null;
}

/** Deliveries queued in memory. */
export interface Queued {
  /** Tests, and retries that someone requested. */
  asked: number;
  /** Deliveries of newly published events. */
  fresh: number;
  /** Scheduled retries, and deliveries read back from the store. */
  retry: number;
  /** Replays, and retries in bulk. */
  replay: number;
}

/** A transformation to copy and change. */
export interface ReadyMadeTransform {
  /** Its name. */
  name: string;
  /** What it is for. */
  title: string;
  /** What it does. */
  description: string;
  /** The code. */
  code: string;
}

/** Transformations that come with the server. */
export interface ReadyMadeTransforms {
  /** Each of them. */
  data: ReadyMadeTransform[];
}

/** A replay. */
export interface Replay {
  /**
   * Only to this endpoint of its tenant, by its id or uid, whether or not it ever went there;
   * otherwise to every endpoint that received it and still exists.
   */
  endpoint?: string | null;
  /** `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule. */
  schedule?: string | null;
}

/** A replay of many events. */
export interface ReplayMany {
  /** Only events accepted at or after this time. */
  since: string;
  /** Only events accepted before this time; now by default. */
  until?: string | null;
  /** Only events of this tenant, by its id or uid. */
  tenant?: string | null;
  /** Only events of these types, such as `order.paid` or `order.*`; all types by default. */
  types?: string[] | null;
  /** `once`: exactly one attempt, and no more if it fails. By default, a fresh schedule. */
  schedule?: string | null;
  /** Only returns how many deliveries there would be (200), and starts nothing. */
  dry_run?: boolean;
}

/** The deliveries created by a replay. */
export interface Replayed {
  deliveries: ReplayedDelivery[];
}

/** A delivery created by a replay. */
export interface ReplayedDelivery {
  /** Its own id. */
  id: string;
  /** The endpoint's id. */
  endpoint: string;
  /** The delivery that it replays. */
  replay_of: string | null;
  /** `pending`. */
  status: string;
}

/**
 * A retry schedule: either `delays_s` alone, or `base_s`, `factor`, `cap_s` with exactly one of
 * `span_s` and `attempts_max`. Each delay starts at the end of the previous attempt.
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
  /** Maximum number of attempts. */
  attempts_max?: number | null;
}

/** A rotated secret. */
export interface Rotated {
  /** The new secret, shown only once. */
  secret: string;
  /** When the last previous secret stops signing; null if none does. */
  previous_expires_at: string | null;
  /**
   * Which secrets sign now: `previous` until the overlap ends if only one signature is sent,
   * `both` if several are, otherwise `current`.
   */
  signing_with: string;
  /** The public half of the new key, if it is a key pair. */
  public_key?: string | null;
}

/** A rotation. */
export interface Rotation {
  /**
   * The new secret. If left out, the server generates one, unless the dialect requires the
   * customer to choose.
   */
  secret?: string | null;
  /**
   * How long the previous secret keeps signing, 0 to 2592000 seconds (30 days); a day by
   * default. 0 switches immediately.
   */
  overlap_seconds?: number | null;
}

/** One thing that a schema change breaks. */
export interface SchemaBreak {
  /** The place in `data`, as a JSONPath. */
  path: string;
  /** The place in the new schema, as a JSON pointer. */
  pointer: string;
  /** Who is affected: `publishers`, `receivers`, or `both`. */
  side: string;
  /** What has changed. */
  detail: string;
}

/** A version of an event type's schema. */
export interface SchemaVersion {
  /** Its number, counted from 1. */
  version: number;
  /** The JSON Schema of `data`; null where there was none. */
  schema: unknown;
  /** Whether it is the current one. */
  current: boolean;
  /** Whether it broke the previous version. */
  forced: boolean;
  /** When it was stored. */
  created_at: string;
}

/** What an endpoint signs with. */
export type Signing = "hmac" | "ed25519";

/** What a key belongs to. */
export type Speaks = "project" | "tenant";

/** A job that was started. */
export interface Started {
  /** The job's id; `GET /v1/jobs/{id}` shows its progress. */
  job: string;
}

/** A bulk operation that was started, or only counted. */
export interface StartedOrCounted {
  /**
   * The job's id; `GET /v1/jobs/{id}` shows its progress. Null with `dry_run`: nothing was
   * started.
   */
  job: string | null;
  /** How many deliveries it applies to. At most 250,000 events are looked at. */
  count: number;
}

/** A minute or an hour. */
export interface StatsPoint {
  /** Events accepted; always 0 for a single endpoint. */
  events: number;
  /** Attempts. */
  attempts: number;
  /** Attempts that failed. */
  attempts_failed: number;
  /** Success rate of attempts, 0 to 1; null without attempts. */
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
  /** The length of one entry: `minute` or `hour`. */
  unit: string;
  /** When the first entry starts. */
  since: string;
  /** The end: the last entry starts before it. */
  until: string;
  /** Oldest first; minutes or hours in which nothing happened are left out. */
  data: StatsPoint[];
}

/** The state of a delivery. */
export type Status = "pending" | "succeeded" | "dead" | "cancelled";

/** A tenant. */
export interface Tenant {
  /** The vendor's id for it. */
  id: string;
  /** Another name for it, accepted wherever its id is. */
  uid: string | null;
  /** A display name. */
  name: string | null;
  /** Its plan. */
  plan: string | null;
  /** Custom metadata. */
  metadata: Record<string, unknown>;
  /** When it was first used. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
}

/** The tenant to create or change: fields left out stay as they are, null clears. */
export interface TenantChange {
  /**
   * Another name for the tenant, unique in the project, which is accepted wherever its id is. It
   * is not any tenant's id and does not begin like an id (`ep_`).
   */
  uid?: string | null;
  /** A display name. */
  name?: string | null;
  /** The tenant's plan, which the project's policy may require. */
  plan?: string | null;
  /** Custom metadata, at most 8 KiB. */
  metadata?: Record<string, unknown> | null;
}

/** The tenants that receive a broadcast. */
export interface TenantSelection {
  /** Tenants whose metadata has all of these members, with the same values. */
  metadata: Record<string, unknown>;
}

/** A test. */
export interface Test {
  /** Its type, `webhook.test` by default. */
  type?: string | null;
  /** Its data; the dialect's sample by default. */
  data?: unknown;
}

/** A test event that was sent. */
export interface Tested {
  /** The delivery's id. */
  delivery: string;
}

/** The receiver asked for fewer requests: the endpoint pauses, then speeds up slowly. */
export interface Throttle {
  /** The end of the pause; null once it is over. */
  until: string | null;
  /** Attempts per second after the pause; this rises while attempts succeed. */
  per_second: number;
}

/** How long each part of an attempt took, in microseconds; null for a part that did not happen. */
export interface Timings {
  /** Looking up the name. */
  dns_us: number | null;
  /** Connecting. */
  connect_us: number | null;
  /** The TLS handshake. */
  tls_us: number | null;
  /** From the start of the attempt to the first byte of the response. */
  first_byte_us: number | null;
  /** Everything. */
  total_us: number;
}

/** Code that changes webhooks before they are sent. */
export interface Transform {
  /** The code. */
  code: string;
  /** Whether it runs. */
  enabled: boolean;
}

/** Why code failed. */
export interface TransformError {
  /** `syntax`, `thrown`, `timeout`, `memory` or `result` (what it returned can't be sent). */
  kind: string;
  /** What happened. */
  message: string;
  /** The line of the code, if known; the first is 1. */
  line: number | null;
  /** The column, if known; the first is 1. */
  column: number | null;
}

/**
 * A dry run: of a past event, or of a type and data; of the dialect's sample if nothing is
 * given.
 */
export interface TransformTest {
  /** A past event of the endpoint's tenant. */
  event?: string | null;
  /** The type of a made-up event. */
  type?: string | null;
  /** Its data. */
  data?: unknown;
  /** Code to try in place of the endpoint's own. */
  code?: string | null;
}

/** What would be sent. */
export interface TransformTestResult {
  /** Whether the code ran and either returned something that can be sent, or cancelled. */
  ok: boolean;
  /** The body that would be sent; null if nothing would be. */
  body: string | null;
  /** The event type that headers would show. */
  event_type: string | null;
  /** The channels that the code returned. */
  channels: string[];
  /** Headers that the code adds. */
  headers: Record<string, unknown>;
  /** Why the delivery would be cancelled; null if it would not be. */
  cancel: string | null;
  /** Why the attempt would fail; null if it would not. */
  error: TransformError | null;
}

/** What was found. */
export interface UrlCheck {
  /** Whether an endpoint may have it. */
  ok: boolean;
  /** The URL as it would be stored; null if it is refused. */
  url: string | null;
  /** Why it is refused. */
  errors: UrlFinding[];
  /** Warnings, such as a host name that does not resolve right now. */
  warnings: UrlFinding[];
}

/** Something about the URL. */
export interface UrlFinding {
  /** JSON pointer (RFC 6901) of the value: `/url`. */
  pointer: string;
  /** What was found. */
  detail: string;
}

/** A URL to check. */
export interface UrlToCheck {
  /** The URL. */
  url: string;
}

/** Parameters of `list_attempts`. */
export interface ListAttemptsQuery {
  /** Only to this endpoint. */
  endpoint?: string;
  /** Only of this event. */
  event?: string;
  /** Only of this delivery. */
  delivery?: string;
  /** Only of this tenant. */
  tenant?: string;
  /** Only attempts with this result: `succeeded` or `failed`. */
  status?: string;
  /**
   * Only attempts whose response had a status code of this class: `1xx`, `2xx`, `3xx`, `4xx` or
   * `5xx`.
   */
  status_code_class?: string;
  /** Only attempts that failed with this error, such as `timeout`, `dns` or `status`. */
  error?: string;
  /** Only for events of this type. */
  type?: string;
  /** Only attempts of events on this channel. */
  channel?: string;
  /** Only attempts that started at or after this time. */
  since?: string;
  /** Only attempts that started before this time. */
  until?: string;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_audit`. */
export interface ListAuditQuery {
  /** Only this action, such as `endpoint.create`, or all actions on one kind: `endpoint.*`. */
  action?: string;
  /**
   * Only changes made with this key (`key_…`), or with this kind of key: `admin`, `project`,
   * `tenant` or `portal`; or by the server itself, `system`.
   */
  actor?: string;
  /**
   * The id or name of what was changed, or the uid of a tenant; of an endpoint, if its tenant is
   * named as well.
   */
  target?: string;
  /** Only changes to this tenant's resources. */
  tenant?: string;
  /** Only entries at or after this time. */
  since?: string;
  /** Only entries before this time. */
  until?: string;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_dead_letters`. */
export interface ListDeadLettersQuery {
  /** Only in this state: `pending`, `succeeded`, `dead` or `cancelled`. */
  status?: Status;
  /** Only to this endpoint. */
  endpoint?: string;
  /** Only of this tenant. */
  tenant?: string;
  /** Only for events of this type. */
  type?: string;
  /** Only for events on this channel. */
  channel?: string;
  /** Only for events accepted at or after this time. */
  since?: string;
  /** Only for events accepted before this time. */
  until?: string;
  /** Only where the last response had this status code. */
  status_code?: number;
  /** Only where the last attempt failed with this error, such as `timeout`, `dns` or `status`. */
  error?: string;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_deliveries`. */
export interface ListDeliveriesQuery {
  /** Only in this state: `pending`, `succeeded`, `dead` or `cancelled`. */
  status?: Status;
  /** Only to this endpoint. */
  endpoint?: string;
  /** Only of this tenant. */
  tenant?: string;
  /** Only for events of this type. */
  type?: string;
  /** Only for events on this channel. */
  channel?: string;
  /** Only for events accepted at or after this time. */
  since?: string;
  /** Only for events accepted before this time. */
  until?: string;
  /** Only where the last response had this status code. */
  status_code?: number;
  /** Only where the last attempt failed with this error, such as `timeout`, `dns` or `status`. */
  error?: string;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `get_dialect`. */
export interface GetDialectQuery {
  /** One of its versions; the newest by default. */
  version?: number;
}

/** Parameters of `list_dialect_versions`. */
export interface ListDialectVersionsQuery {
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_endpoints`. */
export interface ListEndpointsQuery {
  /** Only of this tenant. */
  tenant?: string;
  /** Only with this status: `active`, `disabled` or `failing`. */
  status?: string;
  /** Only endpoints with this channel. */
  channel?: string;
  /**
   * Only endpoints whose URL, description, uid or ID contains each of these words, whatever
   * their case.
   */
  search?: string;
  /** Whether to include each endpoint's health. */
  health?: boolean;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_endpoint_deliveries`. */
export interface ListEndpointDeliveriesQuery {
  /** Only in this state: `pending`, `succeeded`, `dead` or `cancelled`. */
  status?: string;
  /** Only events of this type. */
  type?: string;
  /** Only events on this channel. */
  channel?: string;
  /** Only events accepted at or after this time. */
  since?: string;
  /** Only events accepted before this time. */
  until?: string;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
  /**
   * The endpoint's tenant, by its id or uid. Required where the endpoint is named by its uid and
   * the key is not the tenant's own
   */
  tenant?: string;
}

/** Parameters of `list_endpoint_events`. */
export interface ListEndpointEventsQuery {
  /** Only in this state: `pending`, `succeeded`, `dead` or `cancelled`. */
  status?: string;
  /** Only events of this type. */
  type?: string;
  /** Only events on this channel. */
  channel?: string;
  /** Only events accepted at or after this time. */
  since?: string;
  /** Only events accepted before this time. */
  until?: string;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
  /**
   * The endpoint's tenant, by its id or uid. Required where the endpoint is named by its uid and
   * the key is not the tenant's own
   */
  tenant?: string;
}

/** Parameters of `endpoint_stats`. */
export interface EndpointStatsQuery {
  /** The window to look at, 60 to 7776000 seconds (90 days); a day by default. */
  window_seconds?: number;
  /**
   * The endpoint's tenant, by its id or uid. Required where the endpoint is named by its uid and
   * the key is not the tenant's own
   */
  tenant?: string;
}

/** Parameters of `list_event_types`. */
export interface ListEventTypesQuery {
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
  /** `true` lists only archived types, `false` leaves them out; by default, both are listed. */
  archived?: boolean;
}

/** Parameters of `export_event_types`. */
export interface ExportEventTypesQuery {
  /** `openapi` (default) for OpenAPI 3.1, `asyncapi` for AsyncAPI 3. */
  format?: DocumentFormat;
}

/** Parameters of `list_schema_versions`. */
export interface ListSchemaVersionsQuery {
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_events`. */
export interface ListEventsQuery {
  /** Only of this tenant. */
  tenant?: string;
  /** Only of this type. */
  type?: string;
  /** Only on this channel. */
  channel?: string;
  /** Only with this publisher's id. */
  source_id?: string;
  /** Only events accepted at or after this time. */
  since?: string;
  /** Only events accepted before this time. */
  until?: string;
  /** Only events without a successful delivery. */
  undelivered?: boolean;
  /** Whether to include each event's outcomes. */
  outcomes?: boolean;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_event_deliveries`. */
export interface ListEventDeliveriesQuery {
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `list_keys`. */
export interface ListKeysQuery {
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `read_overview`. */
export interface ReadOverviewQuery {
  /** The window to look at, 60 to 2592000 seconds (30 days); an hour by default. */
  window_seconds?: number;
  /** Only of this tenant. */
  tenant?: string;
  /** Whether to include the totals by minute or hour, for a chart. */
  series?: boolean;
}

/** Parameters of `list_projects`. */
export interface ListProjectsQuery {
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}

/** Parameters of `read_stats`. */
export interface ReadStatsQuery {
  /** `minute` (the default) or `hour`. */
  unit?: string;
  /** Start, rounded down to a whole minute or hour; 60 of them back by default. */
  since?: string;
  /** End (exclusive); now by default. At most 2880 minutes or hours after `since`. */
  until?: string;
  /** Only of this tenant. */
  tenant?: string;
  /** Only of this endpoint. */
  endpoint?: string;
}

/** Parameters of `list_tenants`. */
export interface ListTenantsQuery {
  /** Only tenants whose ID, uid or name contains each of these words, whatever their case. */
  search?: string;
  /** Page size, 50 by default. */
  limit?: number;
  /** The `next_cursor` or `prev_cursor` of an earlier answer. */
  cursor?: string;
}
