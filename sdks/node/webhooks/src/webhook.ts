import type { Bytes } from "./bytes.js";
import { type Dialect, resolveDialect } from "./dialect.js";
import type { DialectFile } from "./dialect-file.js";
import { MalformedBodyError, WebhookConfigurationError } from "./errors.js";
import { type AnyEvent, type EventOf, type WebhookEvent, parseBody, readEvent } from "./event.js";
import { type Answer, answerChallenge, answerOptions } from "./handshake.js";
import { type HeadersLike, type Received, type RequestLine, received } from "./request.js";
import { type VerifyingKey, verifyingKey } from "./secret.js";
import { type Verified, verify } from "./verify.js";

export interface WebhookOptions {
  /** How far the signed time may be off, either way, in seconds, in place of what the dialect says. */
  readonly toleranceS?: number;
  /** The clock in Unix milliseconds, for tests. */
  readonly now?: () => number;
}

/** The request's method and URL, and the time to verify at in Unix milliseconds where it is not the clock's. */
export interface VerifyContext extends RequestLine {
  readonly now?: number;
}

/** The one data type that the caller names, else the union of the webhook's own types. */
type Result<Data, Types extends object> = [Data] extends [never] ? WebhookEvent<Types> : EventOf<string | null, Data>;

/** Verifies the requests of one endpoint. `Types` maps event types to their data: `Webhook<{ "order.paid": Order }>`. */
export class Webhook<Types extends object = Record<string, unknown>> {
  readonly #dialect: Dialect;
  readonly #keys: readonly VerifyingKey[];
  readonly #toleranceS: number | null;
  readonly #now: () => number;

  /**
   * Takes the name of a built-in dialect, such as `standard`, or the data of your own; and the endpoint's secret, or
   * several while one replaces another, of which the first that fits wins.
   *
   * @throws {WebhookConfigurationError} that says what to change.
   */
  constructor(dialect: string | DialectFile, secrets: string | readonly string[], options: WebhookOptions = {}) {
    this.#dialect = resolveDialect(dialect);
    const all = Array.isArray(secrets) && secrets.length > 0 ? secrets : [secrets];
    this.#keys = all.map((secret: string) => verifyingKey(this.#dialect.secret, secret));
    this.#toleranceS = tolerance(this.#dialect, options.toleranceS);
    this.#now = options.now ?? Date.now;
  }

  /**
   * The event of a genuine, recent request.
   *
   * @throws {WebhookVerificationError} for any other.
   */
  verify<Data = never>(body: Bytes, headers: HeadersLike, context: VerifyContext = {}): Result<Data, Types> {
    const request = received(body, headers, context);
    const [verified, payload] = this.#read(request, context.now);
    return readEvent(this.#dialect, request, payload, verified) as unknown as Result<Data, Types>;
  }

  /** `verify` without reading the body, for receivers that store or forward it as it is. */
  verifySignature(body: Bytes, headers: HeadersLike, context: VerifyContext = {}): Verified {
    return this.#verify(received(body, headers, context), context.now);
  }

  /** `verify` of a Fetch API request, whose body it reads; `url` is the public one where a proxy hides it. */
  async constructEvent<Data = never>(request: Request, options: { readonly url?: string } = {}): Promise<Result<Data, Types>> {
    const context = { method: request.method, url: options.url ?? request.url };
    return this.verify<Data>(await request.arrayBuffer(), request.headers, context);
  }

  /** The event of a request or, if it holds a challenge that the dialect asks of a new endpoint, the answer to give. */
  open(
    body: Bytes,
    headers: HeadersLike,
    context: VerifyContext = {},
  ): { readonly event: WebhookEvent<Types>; readonly answer: null } | { readonly event: null; readonly answer: Answer } {
    const request = received(body, headers, context);
    const [verified, payload] = this.#read(request, context.now);
    const answer = answerChallenge(this.#dialect, payload, this.#keys[verified.key]!);
    if (answer) return { event: null, answer };
    const event: AnyEvent = readEvent(this.#dialect, request, payload, verified);
    return { event: event as unknown as WebhookEvent<Types>, answer: null };
  }

  /** The answer to an OPTIONS request of a dialect that asks with one, else `null`; no origins given allows any. */
  answerOptions(headers: HeadersLike, line: RequestLine, allowedOrigins?: readonly string[]): Answer | null {
    return answerOptions(this.#dialect, received("", headers, line), allowedOrigins);
  }

  #read(request: Received, now?: number): [Verified, unknown] {
    // Vendors publish one answer for a request without signature or body; only a form may be empty.
    if (request.body.length === 0 && !this.#dialect.isForm) {
      throw new MalformedBodyError("it is empty", this.#dialect.answers.missing, this.#dialect.answers.text);
    }
    const verified = this.#verify(request, now);
    return [verified, parseBody(this.#dialect, request.body)];
  }

  #verify(request: Received, now = this.#now()): Verified {
    return verify(this.#dialect, this.#keys, request, now, this.#toleranceS);
  }
}

/** What `verifyWebhookSignature` needs. */
export interface VerifySignatureInput extends VerifyContext {
  /** The name of a built-in dialect or the data of your own; left out, `standard`. */
  readonly dialect?: string | DialectFile;
  /** The endpoint's secret, or several while one replaces another. */
  readonly secret: string | readonly string[];
  readonly headers: HeadersLike;
  /** The raw body. */
  readonly body: Bytes;
  readonly toleranceS?: number;
}

/**
 * The primitive beneath `Webhook`: what the signature says, without reading the body.
 *
 * @throws {WebhookVerificationError} for a request that is not genuine or not recent.
 */
export function verifyWebhookSignature(input: VerifySignatureInput): Verified {
  const { dialect = "standard", secret, headers, body, toleranceS, ...context } = input;
  const options = toleranceS === undefined ? {} : { toleranceS };
  return new Webhook(dialect, secret, options).verifySignature(body, headers, context);
}

function tolerance(dialect: Dialect, given: number | undefined): number | null {
  if (given === undefined) return dialect.toleranceS;
  if (!dialect.signatures.some(({ time }) => time)) {
    throw new WebhookConfigurationError(`the dialect \`${dialect.name}\` signs no time: leave \`toleranceS\` out`);
  }
  if (!(given >= 0)) throw new WebhookConfigurationError(`the tolerance is ${given} s: give 0 or more`);
  return given;
}
