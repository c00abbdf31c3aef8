/** Express 4 and 5. */
import { WebhookConfigurationError } from "./errors.js";
import { type NodeRequest, type NodeResponse, rawHeaderPairs, write } from "./node.js";
import { BODY_BYTES_MAX, type Handler, type ReceiverOptions, receive } from "./receiver.js";
import { readAll } from "./stream.js";
import type { Webhook } from "./webhook.js";

/** Of Express's request. */
export interface ExpressRequest extends NodeRequest, AsyncIterable<Uint8Array> {
  readonly protocol: string;
  readonly originalUrl: string;
  readonly readableEnded: boolean;
  readonly body?: unknown;
}

/**
 * A handler for `app.all(path, …)` that hands genuine events to `handle`. Put it before `express.json()`, or let
 * `express.raw({ type: () => true })` read the body: the raw bytes must still be there.
 */
export function webhookHandler<Types extends object>(
  webhook: Webhook<Types>,
  handle: Handler<Types>,
  options?: ReceiverOptions,
): (request: ExpressRequest, response: NodeResponse, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    const incoming = {
      method: request.method ?? "GET",
      url: `${request.protocol}://${request.headers.host ?? ""}${request.originalUrl}`,
      headers: rawHeaderPairs(request),
      body: () => rawBody(request),
    };
    receive(webhook, incoming, handle, options).then((answer) => write(response, answer)).catch(next);
  };
}

async function rawBody(request: ExpressRequest): Promise<Uint8Array | null> {
  if (request.body instanceof Uint8Array) return request.body.length > BODY_BYTES_MAX ? null : request.body;
  if (request.readableEnded) {
    throw new WebhookConfigurationError("the body is already parsed: put the webhook's route before `express.json()`");
  }
  return readAll(request, BODY_BYTES_MAX);
}
export type { Handler, ReceiverOptions } from "./receiver.js";
