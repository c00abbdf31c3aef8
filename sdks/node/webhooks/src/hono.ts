/** Hono, on every runtime that it runs on. */
import { webhookHandler as fetchHandler } from "./fetch.js";
import type { Handler, ReceiverOptions } from "./receiver.js";
import type { Webhook } from "./webhook.js";

/** A Hono handler for `app.all(path, …)` that hands genuine events to `handle`. */
export function webhookHandler<Types extends object>(
  webhook: Webhook<Types>,
  handle: Handler<Types>,
  options?: ReceiverOptions,
): (context: { readonly req: { readonly raw: Request } }) => Promise<Response> {
  const answer = fetchHandler(webhook, handle, options);
  return (context) => answer(context.req.raw);
}
export type { Handler, ReceiverOptions } from "./receiver.js";
