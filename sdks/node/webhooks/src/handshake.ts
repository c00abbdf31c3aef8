/** What an endpoint answers before it gets events: the echo of a challenge, its signature, or leave to send. */
import { fromUtf8, utf8 } from "./bytes.js";
import type { Dialect } from "./dialect.js";
import { isObject, valueAt } from "./event.js";
import { type Received, headerValues } from "./request.js";
import type { VerifyingKey } from "./secret.js";
import { sharedSignature } from "./signature.js";

/** An HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function textAnswer(status: number, text: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body: text };
}

/**
 * The answer to an OPTIONS request that names its sender (CloudEvents 1.0, HTTP web hooks, 4); `null` where the dialect
 * asks nothing like it. Only the allowed origins may send; none given allows any.
 */
export function answerOptions(dialect: Dialect, request: Omit<Received, "body">, allowed?: readonly string[]): Answer | null {
  const rules = dialect.handshake;
  if (!rules?.request_header || !rules.answer_header || request.method !== "OPTIONS") return null;
  const [origin, second] = headerValues(request, rules.request_header);
  if (origin === undefined || second !== undefined || (allowed && !allowed.includes(origin))) {
    return textAnswer(403, "Unknown sender");
  }
  return { status: 204, headers: { allow: "POST, OPTIONS", [rules.answer_header.toLowerCase()]: origin }, body: "" };
}

/** The answer to a verified challenge, signed with `key` where the dialect wants that; `null` for an event. */
export function answerChallenge(dialect: Dialect, payload: unknown, key: VerifyingKey): Answer | null {
  const rules = dialect.handshake;
  if (!rules?.challenge || !rules.answer || !rules.request) return null;
  const path = names(rules.challenge);
  const challenge = valueAt(payload, path);
  if (typeof challenge !== "string" || !holds(payload, JSON.parse(rules.request), path)) return null;
  const answer: Record<string, unknown> = {};
  put(answer, names(rules.answer), challenge);
  if (rules.digest && key instanceof Uint8Array) {
    const digest = sharedSignature(dialect.signatures[0].schemes[0]!, key, utf8(challenge));
    put(answer, names(rules.digest), digest && fromUtf8(digest));
  }
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(answer) };
}

/** Whether `asked` is the template with a challenge in it; vendors add members of their own. */
function holds(asked: unknown, template: unknown, challenge: readonly string[]): boolean {
  if (challenge.length === 0) return true;
  if (!isObject(asked) || !isObject(template)) return false;
  return Object.entries(template).every(([name, value]) => {
    if (!Object.hasOwn(asked, name)) return false;
    if (name === challenge[0]) return holds(asked[name], value, challenge.slice(1));
    return JSON.stringify(asked[name]) === JSON.stringify(value);
  });
}

function names(pointer: string): string[] {
  return pointer.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function put(answer: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    answer[name] = value;
    return;
  }
  const inner = isObject(answer[name]) ? answer[name] : {};
  answer[name] = inner;
  put(inner, rest, value);
}
