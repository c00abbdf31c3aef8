import { type Clock, SYSTEM_CLOCK } from "./clock.js";
import { ConnectionError, errorOf, InvalidCallError, type NuncioError, TimeoutError } from "./errors.js";
import { Listing, type Page } from "./listing.js";
import { parseProblem } from "./problem.js";
import { Redactor } from "./redact.js";
import { DEFAULT_RETRY, isTransient, parseRetryAfter, type RetryPolicy, waitMs } from "./retry.js";

/** How a client reaches its server. */
export interface ClientOptions {
  /** The API key. */
  key: string;
  /** Address of the server, `http://127.0.0.1:8484` unless given. */
  baseUrl?: string;
  /** The project to act on; an admin key needs it. */
  project?: string;
  /** How long one attempt may take, milliseconds; 30 s unless given. */
  timeoutMs?: number;
  /** What differs from `DEFAULT_RETRY`. */
  retry?: Partial<RetryPolicy>;
  /** In place of the global `fetch`. */
  fetch?: typeof fetch;
  /** In place of the system's clock. */
  clock?: Clock;
}

/** What one call does differently. */
export interface CallOptions {
  /**
   * Of a POST: calls with the same key have one effect and one answer, also across processes. Unless given, each call
   * has a random one, which makes its own retries safe.
   */
  idempotencyKey?: string;
  /** The project to act on. */
  project?: string;
  /** Gives the call up. */
  signal?: AbortSignal;
  /** How long one attempt may take, milliseconds. */
  timeoutMs?: number;
}

/** A call as the generated methods make it. */
export interface Call {
  method: string;
  path: string;
  query?: object;
  body?: unknown;
}

type Outcome<T> = { value: T } | { error: NuncioError; transient: boolean; retryAfterMs?: number };

const DEFAULT_BASE_URL = "http://127.0.0.1:8484";
const DEFAULT_TIMEOUT_MS = 30_000;
/** What an API key consists of; anything else breaks the header that carries it, and shows in what `fetch` says of that. */
const KEY = /^[\x21-\x7e]+$/;

/** Makes calls: adds the key, tries again where that helps, turns answers into values or errors. */
export class Transport {
  readonly #options: ClientOptions;
  readonly #baseUrl: { text: string; origin: string };
  readonly #retry: RetryPolicy;
  readonly #clock: Clock;

  constructor(options: ClientOptions) {
    if (!options.key) throw new InvalidCallError("key is empty: give an API key");
    if (!KEY.test(options.key)) {
      throw new InvalidCallError("key holds a blank, a line break or another character that no API key has: copy it alone and whole");
    }
    this.#options = options;
    this.#baseUrl = parseBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL);
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** A list, asked for as it is read. */
  list<T>(call: Omit<Call, "method">, options: CallOptions = {}): Listing<T> {
    const page = (cursor?: string): Promise<Page<T>> => {
      const query = cursor === undefined ? call.query : { ...call.query, cursor };
      return this.send({ ...call, method: "GET", query }, options);
    };
    return new Listing(page);
  }

  /** Makes a call, and again after failures that may pass. Rejects with a `NuncioError`, or the signal's reason. */
  async send<T>(call: Call, options: CallOptions = {}): Promise<T> {
    const request = this.#request(call, options);
    const redactor = new Redactor(this.#options.key, call.body);
    for (let attempts = 1; ; attempts++) {
      const outcome = await this.#attempt<T>(request, options, redactor);
      if ("value" in outcome) return outcome.value;
      const wait = outcome.transient
        ? waitMs(this.#retry, attempts, outcome.retryAfterMs, this.#clock.random())
        : undefined;
      if (wait === undefined) throw outcome.error;
      await this.#clock.sleep(wait, options.signal);
    }
  }

  /** The request, the same for every attempt: so is its idempotency key. */
  #request(call: Call, options: CallOptions): { url: string; init: RequestInit } {
    const headers: Record<string, string> = {
      accept: "application/json",
      authorization: `Bearer ${this.#options.key}`,
    };
    const project = options.project ?? this.#options.project;
    if (project !== undefined) headers["nuncio-project"] = project;
    if (call.method === "POST") headers["idempotency-key"] = options.idempotencyKey ?? crypto.randomUUID();
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    if (body !== undefined) headers["content-type"] = "application/json";
    // The server never redirects; following one would hand the key to somebody else.
    const init: RequestInit = { method: call.method, headers, body, redirect: "error" };
    return { url: this.#baseUrl.text + call.path + queryString(call.query), init };
  }

  async #attempt<T>(
    { url, init }: { url: string; init: RequestInit },
    options: CallOptions,
    redactor: Redactor,
  ): Promise<Outcome<T>> {
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline;
    try {
      const send = this.#options.fetch ?? fetch;
      const response = await send(url, { ...init, signal });
      return outcomeOf<T>(response, await response.text(), this.#clock.now(), redactor);
    } catch (thrown) {
      if (options.signal?.aborted) throw options.signal.reason;
      const cause = redactor.cause(thrown);
      const error = deadline.aborted
        ? new TimeoutError(`no answer from ${this.#baseUrl.origin} within ${timeoutMs} ms`, { cause })
        : new ConnectionError(`no answer from ${this.#baseUrl.origin}`, { cause });
      return { error, transient: true };
    }
  }
}

/** The address without a slash at its end, and what errors show of it. Neither holds credentials. */
function parseBaseUrl(text: string): { text: string; origin: string } {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // Told below, as what parses to something else is.
  }
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    // What stands before an @ may be a password.
    const given = text.includes("@") ? "baseUrl" : `baseUrl ${JSON.stringify(text)}`;
    throw new InvalidCallError(`${given} is no address such as https://nuncio.example.com`);
  }
  if (url.username || url.password) {
    throw new InvalidCallError("baseUrl holds a user name or password, which would show in errors: leave it out, the key signs in");
  }
  return { text: text.replace(/\/+$/, ""), origin: url.origin };
}

function outcomeOf<T>(response: Response, text: string, nowMs: number, redactor: Redactor): Outcome<T> {
  if (response.ok) return parse(response, text);
  const found = parseProblem(text);
  const problem = found && redactor.problem(found);
  const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), nowMs);
  const requestId = redactor.text(response.headers.get("nuncio-request-id") ?? "") || undefined;
  const error = errorOf(response.status, problem, requestId, retryAfterMs);
  return { error, transient: isTransient(response.status, problem !== undefined), retryAfterMs };
}

function parse<T>(response: Response, text: string): Outcome<T> {
  if (text === "") return { value: undefined as T };
  try {
    return { value: JSON.parse(text) as T };
  } catch {
    return { error: errorOf(response.status, undefined), transient: false };
  }
}

/** `?a=1&b=2` of what is given; an empty text if nothing is. */
function queryString(query: object = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
