import { type Bytes, utf8 } from "./bytes.js";
import { WebhookConfigurationError } from "./errors.js";

/** Headers of the Fetch API, of Node's `request.headers`, or a list of pairs that shows when one came twice. */
export type HeadersLike =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What of the request a dialect may need besides headers and body. */
export interface RequestLine {
  /** The HTTP method; left out, POST. */
  readonly method?: string;
  /** The URL that the sender was given; only some dialects sign it. */
  readonly url?: string;
}

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly url: string | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

export function received(body: Bytes, headers: HeadersLike, line: RequestLine): Received {
  return {
    method: (line.method ?? "POST").toUpperCase(),
    url: line.url ?? null,
    headers: headerPairs(headers),
    body: rawBytes(body),
  };
}

/** Every value of that header, whatever the case of its name. */
export function headerValues(request: Pick<Received, "headers">, name: string): string[] {
  const lower = name.toLowerCase();
  return request.headers
    .filter(([found]) => found.toLowerCase() === lower)
    .map(([, value]) => value.replace(/^[ \t]+|[ \t]+$/g, ""));
}

function headerPairs(headers: HeadersLike): (readonly [string, string])[] {
  if (Symbol.iterator in headers) return [...(headers as Iterable<readonly [string, string]>)];
  return Object.entries(headers).flatMap(([name, values]) =>
    (values === undefined ? [] : [values].flat()).map((value) => [name, value] as const),
  );
}

function rawBytes(body: Bytes): Uint8Array {
  if (typeof body === "string") return utf8(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  throw new WebhookConfigurationError(
    "the body is already parsed: give the raw bytes as they arrived, since written again they are others",
  );
}
