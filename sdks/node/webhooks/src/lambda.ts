/** AWS Lambda behind API Gateway (REST or HTTP API), a function URL or a load balancer, and what speaks like them. */
import { utf8 } from "./bytes.js";
import { decode } from "./encoding.js";
import { MalformedBodyError } from "./errors.js";
import { BODY_BYTES_MAX, type Handler, type ReceiverOptions, receive } from "./receiver.js";
import type { HeaderValue } from "./request.js";
import type { Webhook } from "./webhook.js";

type Values = Readonly<Record<string, string | undefined>> | null | undefined;
type Lists = Readonly<Record<string, readonly string[] | undefined>> | null | undefined;

/** Of the events of all these sources. */
export interface LambdaEvent {
  readonly headers?: Values;
  readonly multiValueHeaders?: Lists;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  /** REST API, load balancer. */
  readonly httpMethod?: string;
  readonly path?: string;
  readonly queryStringParameters?: Values;
  readonly multiValueQueryStringParameters?: Lists;
  /** HTTP API, function URL. */
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly requestContext?: { readonly path?: string; readonly http?: { readonly method: string } };
}

/** What Lambda makes an HTTP answer of. */
export interface LambdaResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * A function for Lambda's `handler` that hands genuine events to `handle`. Give the option `url` if the dialect signs it: an
 * event of a REST API or load balancer no longer has the query as it was sent.
 */
export function webhookHandler<Types extends object>(
  webhook: Webhook<Types>,
  handle: Handler<Types>,
  options?: ReceiverOptions,
): (event: LambdaEvent) => Promise<LambdaResult> {
  return async (event) => {
    const headers = headerPairs(event);
    const incoming = { method: methodOf(event), url: urlOf(event, headers), headers, body: async () => rawBody(event) };
    const { status, headers: answered, body } = await receive(webhook, incoming, handle, options);
    return { statusCode: status, headers: { ...answered }, body };
  };
}

function methodOf(event: LambdaEvent): string {
  return event.httpMethod ?? event.requestContext?.http?.method ?? "POST";
}

/** Where a name is in both maps, the list holds every value; the other only the last. */
function headerPairs({ headers, multiValueHeaders }: LambdaEvent): [string, HeaderValue][] {
  const lists = Object.entries(multiValueHeaders ?? {});
  const listed = new Set(lists.map(([name]) => name.toLowerCase()));
  const others = Object.entries(headers ?? {}).filter(([name]) => !listed.has(name.toLowerCase()));
  return [...lists.flatMap(([name, values]) => (values ?? []).map((value): [string, HeaderValue] => [name, value])), ...others];
}

/** The URL as it was sent, where the event still has it. */
function urlOf(event: LambdaEvent, headers: readonly [string, HeaderValue][]): string | undefined {
  const host = headers.find(([name]) => name.toLowerCase() === "host")?.[1];
  const isParsed = event.rawQueryString === undefined && Boolean(event.queryStringParameters ?? event.multiValueQueryStringParameters);
  if (typeof host !== "string" || isParsed) return undefined;
  const query = event.rawQueryString ? `?${event.rawQueryString}` : "";
  return `https://${host}${event.rawPath ?? event.requestContext?.path ?? event.path ?? ""}${query}`;
}

function rawBody({ body, isBase64Encoded }: LambdaEvent): Uint8Array | null {
  const bytes = isBase64Encoded ? decode("base64", body ?? "") : utf8(body ?? "");
  if (!bytes) throw new MalformedBodyError("`isBase64Encoded` is true, and it is not valid base64");
  return bytes.length > BODY_BYTES_MAX ? null : bytes;
}
export type { Handler, ReceiverOptions } from "./receiver.js";
