/** Route handlers of the Fetch API: Next.js, Remix, SvelteKit, Deno, Bun, Cloudflare Workers. */
import { concat } from "./bytes.js";
import type { Answer } from "./handshake.js";
import { BODY_BYTES_MAX, type Handler, type ReceiverOptions, receive } from "./receiver.js";
import type { Webhook } from "./webhook.js";

/** A function from request to response that hands genuine events to `handle`. */
export function webhookHandler<Types extends object>(
  webhook: Webhook<Types>,
  handle: Handler<Types>,
  options?: ReceiverOptions,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method, url, headers } = request;
    return toResponse(await receive(webhook, { method, url, headers, body: () => readBody(request) }, handle, options));
  };
}

function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body === "" ? null : body, { status, headers });
}

// Read through a reader: not every runtime's streams are async iterable.
async function readBody(request: Request): Promise<Uint8Array | null> {
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes += next.value.length;
    if (bytes > BODY_BYTES_MAX) {
      await reader.cancel();
      return null;
    }
    chunks.push(next.value);
  }
  return concat(chunks);
}
export type { Handler, ReceiverOptions } from "./receiver.js";
