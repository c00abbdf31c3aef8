/** Fastify 4 and 5. */
import { type NodeRequest, rawHeaderPairs } from "./node.js";
import { BODY_BYTES_MAX, type Handler, type ReceiverOptions, receive } from "./receiver.js";
import type { Webhook } from "./webhook.js";

/** Of Fastify's request. */
export interface FastifyRequestLike {
  readonly method: string;
  readonly protocol: string;
  readonly originalUrl: string;
  readonly body: unknown;
  readonly raw: NodeRequest;
}

/** Of Fastify's reply. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  headers(values: Record<string, string>): unknown;
  send(body?: string): unknown;
}

/** Of a Fastify instance. */
export interface FastifyLike {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: string,
    options: { parseAs: "buffer"; bodyLimit: number },
    parser: (request: never, body: Uint8Array, done: (error: Error | null, body?: unknown) => void) => void,
  ): unknown;
  route(options: {
    method: string[];
    url: string;
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>;
  }): unknown;
}

/**
 * A plugin for `app.register(…)` that hands genuine events to `handle`. Its body parser stays within the plugin:
 * other routes keep theirs.
 */
export function webhookPlugin<Types extends object>(
  path: string,
  webhook: Webhook<Types>,
  handle: Handler<Types>,
  options?: ReceiverOptions,
): (app: FastifyLike) => Promise<void> {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: BODY_BYTES_MAX }, (_, body, done) => done(null, body));
    app.route({
      method: ["POST", "OPTIONS"],
      url: path,
      handler: async (request, reply) => {
        const incoming = {
          method: request.method,
          url: `${request.protocol}://${request.raw.headers.host ?? ""}${request.originalUrl}`,
          headers: rawHeaderPairs(request.raw),
          body: async () => (request.body instanceof Uint8Array ? request.body : new Uint8Array()),
        };
        const { status, headers, body } = await receive(webhook, incoming, handle, options);
        reply.code(status);
        reply.headers({ ...headers });
        return reply.send(body);
      },
    });
  };
}
export type { Handler, ReceiverOptions } from "./receiver.js";
