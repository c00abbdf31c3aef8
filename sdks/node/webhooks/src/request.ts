import { type Bytes, utf8 } from "./bytes.js";
import { WebhookConfigurationError } from "./errors.js";

/** A header's value as frameworks and cloud functions give it: text, the bytes of it, or several; nothing counts as absent. */
export type HeaderValue = string | number | Uint8Array | null | undefined;

/**
 * Headers of the Fetch API, of Node's `request.headers`, of a cloud function's event, names in any case; or a list of
 * pairs that shows when one came twice.
 */
export type HeadersLike =
  | Iterable<readonly [string, HeaderValue]>
  | Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/** What of the request a dialect may need besides headers and body. */
export interface RequestLine {
  /** The HTTP method; left out, POST. */
  readonly method?: string;
  /** The URL exactly as it was entered with the sender, never parsed and written again; only some dialects sign it. */
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
  const entries =
    Symbol.iterator in headers
      ? [...(headers as Iterable<readonly [string, HeaderValue]>)]
      : Object.entries(headers as Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>);
  return entries.flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).flatMap((value: HeaderValue) =>
      value === undefined || value === null ? [] : [[name, headerText(value)] as const],
    ),
  );
}

/** HTTP fields are bytes; each stands for one character, as everywhere else in JavaScript. */
function headerText(value: string | number | Uint8Array): string {
  return value instanceof Uint8Array ? Array.from(value, (byte) => String.fromCharCode(byte)).join("") : String(value);
}

const DEFAULT_PORT: Readonly<Record<string, string>> = { "http:": ":80", "https:": ":443" };

/**
 * The texts that a sender may have signed for `url`: itself, and with its scheme's default port left out or added, since
 * both name one endpoint and frameworks differ in which they show. Nothing else is changed.
 */
export function signedUrls(url: string): string[] {
  const [, scheme = "", host = "", port = "", rest = ""] = /^(https?:)(\/\/(?:\[[^\]]*\]|[^/?#:[\]]*))(:[0-9]+)?([/?#].*)?$/is.exec(url) ?? [];
  const defaultPort = DEFAULT_PORT[scheme.toLowerCase()];
  if (defaultPort === undefined || (port !== "" && port !== defaultPort)) return [url];
  return [url, scheme + host + (port === "" ? defaultPort : "") + rest];
}

function rawBytes(body: Bytes): Uint8Array {
  if (typeof body === "string") return utf8(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  throw new WebhookConfigurationError(
    "the body is already parsed: give the raw bytes as they arrived, since written again they are others",
  );
}
