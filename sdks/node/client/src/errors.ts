import type { Fault, Problem } from "./problem.js";

/** Whatever this library throws. */
export class NuncioError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A call that cannot be made, such as one with an empty id. Nothing was sent. */
export class InvalidCallError extends NuncioError {}

/** No answer came, over all attempts. `cause` is what the last one failed with. */
export class ConnectionError extends NuncioError {}

/** No answer came in time, over all attempts. */
export class TimeoutError extends ConnectionError {}

/** The server answered with an error. Its subclasses are the kinds that callers treat differently. */
export class ApiError extends NuncioError {
  /** The HTTP status code. */
  readonly status: number;
  /** A stable URI of the kind of problem, such as `urn:nuncio:problem:not-found`; `about:blank` if none was given. */
  readonly type: string;
  /** The kind in words. */
  readonly title: string;
  /** What is wrong this time, naming value and field. */
  readonly detail: string;
  /** Each value that was refused. */
  readonly errors: readonly Fault[];
  /** The request's id, to be named when asking the server's operator. */
  readonly requestId: string | undefined;
  /** How long the server asks to stay away, milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, problem: Problem | undefined, requestId?: string, retryAfterMs?: number) {
    const title = problem?.title ?? `status ${status}`;
    const detail = problem?.detail ?? "the answer holds no problem document";
    super(`${status} ${title}: ${detail}`);
    this.status = status;
    this.type = problem?.type ?? "about:blank";
    this.title = title;
    this.detail = detail;
    this.errors = problem?.errors ?? [];
    this.requestId = problem?.request_id ?? requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** 400: malformed JSON, or an admin key without a project. */
export class BadRequestError extends ApiError {}
/** 401: no key, or one that is unknown, revoked or expired. */
export class UnauthorizedError extends ApiError {}
/** 403: the key's scope or the tenant's plan does not allow it. */
export class ForbiddenError extends ApiError {}
/** 404: no such thing within the key's reach. */
export class NotFoundError extends ApiError {}
/** 409: the state does not allow it, or an idempotency key or event id was used for something else. */
export class ConflictError extends ApiError {}
/** 413: over a limit, which the detail names. */
export class TooLargeError extends ApiError {}
/** 422: a value or field that cannot be; `errors` says which. */
export class InvalidError extends ApiError {}
/** 429: too many requests, also after all retries. */
export class RateLimitedError extends ApiError {}
/** 503: the store cannot take it now, also after all retries. Nothing was stored. */
export class UnavailableError extends ApiError {}

const KINDS: Readonly<Record<number, typeof ApiError>> = {
  400: BadRequestError,
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  413: TooLargeError,
  422: InvalidError,
  429: RateLimitedError,
  503: UnavailableError,
};

/** The error of an answer: of its own class where callers act differently, else an `ApiError`. */
export function errorOf(
  status: number,
  problem: Problem | undefined,
  requestId?: string,
  retryAfterMs?: number,
): ApiError {
  return new (KINDS[status] ?? ApiError)(status, problem, requestId, retryAfterMs);
}
