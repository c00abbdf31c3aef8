import { fromUtf8 } from "./bytes.js";
import { type Dialect, pieces as listed } from "./dialect.js";
import type { Piece } from "./dialect-file.js";
import { MalformedBodyError } from "./errors.js";
import { flatForm } from "./form.js";
import { type Received, headerValues } from "./request.js";
import { parseTimeMs } from "./time.js";
import type { Verified } from "./verify.js";

/** One event. What the dialect does not carry is `null`. */
export interface EventOf<Type, Data> extends Verified {
  /** The name of the dialect that it came in. */
  readonly dialect: string;
  /** The event's id, the same in every delivery. */
  readonly id: string | null;
  /** Its type, such as `order.paid`. */
  readonly type: Type;
  /** When it occurred; the same on every attempt. */
  readonly time: Date | null;
  /** The id of the tenant that it belongs to. */
  readonly tenant: string | null;
  /** Stable over all attempts of one delivery. */
  readonly deliveryId: string | null;
  /** The publisher's JSON; of a form, an object of texts. */
  readonly data: Data;
  /** The whole body, parsed. */
  readonly payload: unknown;
}

/** The events of a map from types to data: a union that `switch (event.type)` narrows. */
export type WebhookEvent<Types extends object> = {
  [Type in keyof Types & string]: EventOf<string extends Type ? string | null : Type, Types[Type]>;
}[keyof Types & string];

/** Any event. */
export type AnyEvent = EventOf<string | null, unknown>;

type Fields = Map<string, unknown>;

/** The body as the dialect's format says. */
export function parseBody(dialect: Dialect, body: Uint8Array): unknown {
  if (dialect.isForm) {
    const form = flatForm(body);
    if (!form) throw new MalformedBodyError("it is no UTF-8 form");
    return form;
  }
  try {
    return JSON.parse(fromUtf8(body) ?? "");
  } catch {
    throw new MalformedBodyError("it is no JSON");
  }
}

/** Puts the event together from the envelope, else from the headers. */
export function readEvent(dialect: Dialect, request: Received, payload: unknown, verified: Verified): AnyEvent {
  const fields: Fields = new Map();
  for (const { name, pieces } of dialect.headers) {
    const [value, second] = headerValues(request, name);
    if (value !== undefined && second === undefined) take(fields, pieces, dialect.isEscaped ? unescaped(value) : value);
  }
  if (dialect.members) {
    if (!isObject(payload)) throw new MalformedBodyError("its envelope is no object");
    for (const { path, pieces } of dialect.members) take(fields, pieces, valueAt(payload, path));
  }
  return {
    ...verified,
    dialect: dialect.name,
    id: text(fields, "event_id") ?? text(fields, "message_id"),
    type: text(fields, "event_type"),
    time: time(fields),
    tenant: text(fields, "tenant"),
    deliveryId: text(fields, "delivery_id") ?? text(fields, "delivery_uuid"),
    data: dialect.members ? (fields.get("data") ?? null) : payload,
    payload,
  };
}

/** The value that the path of names leads to; `undefined` where there is none. */
export function valueAt(payload: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    payload,
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Takes the fields out of a value that was put together from pieces; none where it does not have that form. */
function take(fields: Fields, pieces: readonly Piece[], value: unknown): void {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) {
    const name = fieldOf(only);
    if (name !== null && value !== undefined) fields.set(name, decoded(only, value));
    // Without metadata of the tenant's own, this is what stands in its place.
    else if (typeof only === "object" && "metadata" in only && typeof only.default === "object") take(fields, listed(only.default as Piece), value);
    return;
  }
  if (typeof value !== "string") return;
  const shown = pieces.filter((piece) => fieldOf(piece) !== null);
  const pattern = pieces.map((piece) =>
    typeof piece === "object" && "text" in piece ? escaped(piece.text) : fieldOf(piece) === null ? ".*?" : "(.*?)",
  );
  const match = new RegExp(`^${pattern.join("")}$`, "s").exec(value);
  if (match) shown.forEach((piece, at) => fields.set(fieldOf(piece) ?? "", decoded(piece, match[at + 1])));
}

/** What a field was before it became a part of a URI. */
function decoded(piece: Piece, value: unknown): unknown {
  return typeof value === "string" && typeof piece === "object" && "uri" in piece ? unescaped(value) : value;
}

/** The field that a piece shows, in whatever words. */
function fieldOf(piece: Piece): string | null {
  return typeof piece === "string" ? piece : "field" in piece ? piece.field : null;
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function text(fields: Fields, name: string): string | null {
  const value = fields.get(name) ?? null;
  if (value !== null && typeof value !== "string") throw new MalformedBodyError(`its ${name} is no text`);
  return value;
}

function time(fields: Fields): Date | null {
  for (const [name, value] of fields) {
    if (!name.startsWith("event_time") || value === null) continue;
    const ms = parseTimeMs(name, String(value));
    if (ms === null) throw new MalformedBodyError(`its ${name} is no time`);
    return new Date(ms);
  }
  return null;
}
