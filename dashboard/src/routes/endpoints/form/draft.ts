import type { ApiError, Fault } from "@/api/error";
import { type Retry, type RetryDraft, type RetryFaults, draftOf, retryOf } from "@/format/retry";
import { retryFault } from "@/components/forms/RetryFields";
import type { Endpoint, EndpointChange, NewEndpoint } from "@/parts/endpoints/types";
import { type AuthDraft, type AuthFaults, authDraftOf, authFaults, authFieldOf, authOf, NO_AUTH } from "./authDraft";
import { filterFaults, filterOf, filterText } from "./filter";
import { NO_TLS, type TlsDraft, type TlsFaults, tlsDraftOf, tlsFaults, tlsFieldOf, tlsOf } from "./tlsDraft";

/** One custom header as it is written. */
export interface HeaderDraft {
  /** For the list of fields on the screen only. */
  key: number;
  name: string;
  value: string;
  /** It is at the server already, which does not show its value: an empty one keeps it. */
  kept: boolean;
}

/** An endpoint as it is written in a form. Empty is "as the project has it". */
export interface EndpointDraft {
  url: string;
  events: string[];
  /** A payload filter as JSON; empty for none. */
  filter: string;
  channels: string[];
  description: string;
  headers: HeaderDraft[];
  auth: AuthDraft;
  tls: TlsDraft;
  rate_limit: number | string;
  timeout_ms: number | string;
  /** Null: the project's schedule. */
  retry: RetryDraft | null;
  dialect: string;
}

export const NEW_ENDPOINT: EndpointDraft = {
  url: "",
  events: ["*"],
  filter: "",
  channels: [],
  description: "",
  headers: [],
  auth: NO_AUTH,
  tls: NO_TLS,
  rate_limit: "",
  timeout_ms: "",
  retry: null,
  dialect: "",
};

export function draftOfEndpoint(endpoint: Endpoint): EndpointDraft {
  return {
    url: endpoint.url,
    events: [...endpoint.events],
    filter: filterText(endpoint.filter),
    channels: [...endpoint.channels],
    description: endpoint.description ?? "",
    headers: Object.keys(endpoint.headers).map((name, key) => ({ key, name, value: "", kept: true })),
    auth: authDraftOf(endpoint.auth),
    tls: tlsDraftOf(endpoint.tls),
    rate_limit: endpoint.rate_limit ?? "",
    timeout_ms: endpoint.timeout_ms ?? "",
    retry: endpoint.retry == null ? null : draftOf(endpoint.retry as Retry),
    dialect: endpoint.dialect ?? "",
  };
}

export type DraftFaults = Partial<Record<Exclude<keyof EndpointDraft, "retry" | "headers" | "filter" | "auth" | "tls">, string>> & {
  filter?: Fault[];
  auth?: AuthFaults;
  tls?: TlsFaults;
  retry?: RetryFaults;
  /** By the header's key. */
  headers?: Record<number, string>;
};

/** As the server has them. */
const RATE_LIMIT = [1, 100_000] as const;
const TIMEOUT_MS = [100, 60_000] as const;
const CHANNELS_MAX = 10;
const CHANNEL = /^[A-Za-z0-9_.:-]{1,128}$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What is wrong with a draft before the server is asked. */
export function draftFaults(draft: EndpointDraft): DraftFaults {
  const faults: DraftFaults = {};
  if (draft.url.trim() === "") faults.url = "Enter a URL";
  if (draft.events.length === 0) faults.events = "Choose at least one event, or all events";
  const filter = filterFaults(draft.filter);
  if (filter.length > 0) faults.filter = filter;
  const inRange = (value: number | string, [from, to]: readonly [number, number]) =>
    value === "" || (Number.isInteger(Number(value)) && Number(value) >= from && Number(value) <= to);
  if (draft.channels.length > CHANNELS_MAX) faults.channels = `At most ${CHANNELS_MAX} channels`;
  const channel = draft.channels.find((name) => !CHANNEL.test(name));
  if (channel !== undefined) faults.channels = `“${channel}” is not a valid channel: up to 128 letters, digits and _ . : -`;
  if (!inRange(draft.rate_limit, RATE_LIMIT)) faults.rate_limit = "Must be from 1 to 100,000, or empty for no limit";
  if (!inRange(draft.timeout_ms, TIMEOUT_MS)) faults.timeout_ms = "Must be from 100 to 60,000 milliseconds, or empty";
  const retry = draft.retry === null ? undefined : retryOf(draft.retry).faults;
  if (retry !== undefined) faults.retry = retry;
  const headers = headerFaults(draft.headers);
  if (Object.keys(headers).length > 0) faults.headers = headers;
  const [auth, tls] = [authFaults(draft.auth), tlsFaults(draft.tls)];
  if (Object.keys(auth).length > 0) faults.auth = auth;
  if (Object.keys(tls).length > 0) faults.tls = tls;
  return faults;
}

function headerFaults(headers: readonly HeaderDraft[]): Record<number, string> {
  const faults: Record<number, string> = {};
  const seen = new Set<string>();
  for (const { key, name, value, kept } of headers) {
    const low = name.trim().toLowerCase();
    if (!HEADER_NAME.test(low)) faults[key] = low === "" ? "Enter a name, or remove the header" : `“${name.trim()}” is not a valid header name`;
    else if (seen.has(low)) faults[key] = `${name.trim()} is listed twice`;
    else if (!kept && value === "") faults[key] = "Enter a value, or remove the header";
    seen.add(low);
  }
  return faults;
}

/** The request that makes it. Only what was written goes out, so that the rest follows the project. */
export function newEndpoint(draft: EndpointDraft, given: { tenant?: string; secret?: string }): NewEndpoint {
  const body: NewEndpoint = { url: draft.url.trim(), events: draft.events };
  if (given.tenant !== undefined) body.tenant = given.tenant.trim();
  if (given.secret !== undefined && given.secret !== "") body.secret = given.secret;
  const filter = filterOf(draft.filter);
  if (filter !== null) body.filter = filter;
  if (draft.channels.length > 0) body.channels = draft.channels;
  if (draft.description.trim() !== "") body.description = draft.description.trim();
  if (draft.headers.length > 0) body.headers = Object.fromEntries(draft.headers.map(({ name, value }) => [name.trim(), value]));
  const [auth, tls] = [authOf(draft.auth), tlsOf(draft.tls)];
  if (auth !== null) body.auth = auth;
  if (tls !== null) body.tls = tls;
  if (draft.rate_limit !== "") body.rate_limit = Number(draft.rate_limit);
  if (draft.timeout_ms !== "") body.timeout_ms = Number(draft.timeout_ms);
  const retry = draft.retry === null ? undefined : retryOf(draft.retry).retry;
  if (retry !== undefined) body.retry = retry;
  if (draft.dialect !== "") body.dialect = draft.dialect;
  return body;
}

/** The request that turns one draft into the other: only what differs. */
export function endpointChange(before: EndpointDraft, now: EndpointDraft): EndpointChange {
  const change: EndpointChange = {};
  if (now.url.trim() !== before.url) change.url = now.url.trim();
  if (!sameSet(now.events, before.events)) change.events = now.events;
  if (now.filter.trim() !== before.filter.trim()) change.filter = filterFaults(now.filter).length > 0 ? null : filterOf(now.filter);
  if (!sameSet(now.channels, before.channels)) change.channels = now.channels;
  const text = now.description.trim();
  if (text !== before.description) change.description = text === "" ? null : text;
  for (const name of ["rate_limit", "timeout_ms"] as const) {
    if (now[name] !== before[name]) change[name] = now[name] === "" ? null : Number(now[name]);
  }
  if (JSON.stringify(now.retry) !== JSON.stringify(before.retry)) {
    const retry = now.retry === null ? null : retryOf(now.retry).retry;
    if (retry !== undefined) change.retry = retry;
  }
  if (now.dialect !== before.dialect) change.dialect = now.dialect === "" ? null : now.dialect;
  const headers = headerChange(before.headers, now.headers);
  if (Object.keys(headers).length > 0) change.headers = headers;
  if (JSON.stringify(now.auth) !== JSON.stringify(before.auth)) change.auth = authOf(now.auth);
  if (JSON.stringify(now.tls) !== JSON.stringify(before.tls)) change.tls = tlsOf(now.tls);
  return change;
}

function headerChange(before: readonly HeaderDraft[], now: readonly HeaderDraft[]): Record<string, string | null> {
  const change: Record<string, string | null> = {};
  const named = new Set(now.map(({ name }) => name.trim().toLowerCase()));
  for (const { name } of before) if (!named.has(name.toLowerCase())) change[name] = null;
  for (const { name, value, kept } of now) if (!kept || value !== "") change[name.trim()] = value;
  return change;
}

/** The server's refusal, by field of the form. */
export function refusedFields(error: ApiError, draft: EndpointDraft): DraftFaults & { tenant?: string; secret?: string } {
  const faults: DraftFaults & { tenant?: string; secret?: string } = {};
  for (const { pointer, detail, in: place } of error.faults) {
    if (place != null) continue;
    const [name = "", ...rest] = pointer.split("/").filter((part) => part !== "");
    const within = rest.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (name === "filter") {
      faults.filter = [...(faults.filter ?? []), { pointer, detail }];
    } else if (name === "retry") {
      faults.retry = { [retryFault(within.join("/")) ?? "delays"]: detail, ...faults.retry };
    } else if (name === "headers") {
      const key = draft.headers.find((header) => header.name.trim().toLowerCase() === within[0]?.toLowerCase())?.key;
      const at = key ?? draft.headers[0]?.key;
      if (at !== undefined) faults.headers = { [at]: detail, ...faults.headers };
    } else if (name === "auth") {
      faults.auth = { [authFieldOf(within[0])]: detail, ...faults.auth };
    } else if (name === "tls") {
      faults.tls = { [tlsFieldOf(within[0])]: detail, ...faults.tls };
    } else if (FIELDS.has(name)) {
      const items = name === "events" ? draft.events : name === "channels" ? draft.channels : [];
      faults[name as "url"] ??= within.length > 0 && items.length > 0 ? `${items[Number(within[0])] ?? ""}: ${detail}` : detail;
    }
  }
  return faults;
}

const FIELDS = new Set(["url", "events", "channels", "description", "rate_limit", "timeout_ms", "dialect", "tenant", "secret"]);

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.toSorted().join("\n") === b.toSorted().join("\n");
}
