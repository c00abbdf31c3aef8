import type { Problem } from "./problem.js";

/** What stands in a secret's place. */
const MASK = "[secret]";
/** Members of a request's body whose texts are secrets; those of `headers` are credentials too. */
const SECRET_MEMBERS = new Set(["secret", "secrets", "password", "token", "value", "client_secret", "private_key", "client_key"]);
/** A shorter text is too common for masking it to hide anything. */
const SECRET_LENGTH_MIN = 4;
/** How many causes of causes are looked at. */
const CAUSES_MAX = 8;
const CREDENTIALS_IN_URL = /(:\/\/)[^\s/?#"'@]*@/g;

/**
 * Errors end up in logs. This keeps what a call has sent in confidence out of them: the API key, and the secrets and
 * credentials in the body. A server that names a refused value, and anything between that repeats a request, would
 * otherwise write them there.
 */
export class Redactor {
  readonly #key: string;
  readonly #body: unknown;
  #found: readonly string[] | undefined;

  constructor(key: string, body?: unknown) {
    this.#key = key;
    this.#body = body;
  }

  /** The text without secrets. */
  text(text: string): string {
    return this.#secrets().reduce((left, secret) => left.replaceAll(secret, MASK), text).replace(CREDENTIALS_IN_URL, `$1${MASK}@`);
  }

  /** The problem without secrets. */
  problem(problem: Problem): Problem {
    const { type, title, detail, errors, request_id } = problem;
    return {
      ...problem,
      type: this.text(type),
      title: this.text(title),
      detail: this.text(detail),
      ...(errors && { errors: errors.map((fault) => ({ ...fault, pointer: this.text(fault.pointer), detail: this.text(fault.detail) })) }),
      ...(typeof request_id === "string" && { request_id: this.text(request_id) }),
    };
  }

  /** The cause itself or, if it or one of its own causes names a secret, an error with its message without. */
  cause(cause: unknown, depth = 0): unknown {
    if (!(cause instanceof Error) || depth === CAUSES_MAX) return typeof cause === "string" ? this.text(cause) : undefined;
    const inner = cause.cause === undefined ? undefined : this.cause(cause.cause, depth + 1);
    // Properties too: such as the `input` of an invalid URL.
    const own = Object.getOwnPropertyNames(cause).filter((name) => name !== "cause");
    const shown = own.map((name) => String((cause as unknown as Record<string, unknown>)[name])).join("\n");
    if (inner === cause.cause && this.text(shown) === shown) return cause;
    const masked = new Error(this.text(cause.message), inner === undefined ? undefined : { cause: inner });
    masked.name = cause.name;
    masked.stack = this.text(cause.stack ?? "");
    return masked;
  }

  /** Longest first: a secret may be a part of another. */
  #secrets(): readonly string[] {
    this.#found ??= [this.#key, ...secretsIn(this.#body, false)]
      .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), percentEncoded(secret)])
      .filter((secret) => secret !== "")
      .sort((one, other) => other.length - one.length);
    return this.#found;
  }
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate, which no URL holds.
    return "";
  }
}

function secretsIn(value: unknown, isSecret: boolean): string[] {
  if (typeof value === "string") return isSecret ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    secretsIn(inner, isSecret || name === "headers" || SECRET_MEMBERS.has(name)),
  );
}
