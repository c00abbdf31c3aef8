/** What every adapter does with a request, whatever its framework: answers handshakes, refuses what is not genuine with
 * the status and text that the dialect publishes, and hands each delivery on once. */
import { WebhookVerificationError } from "./errors.js";
import type { WebhookEvent } from "./event.js";
import { type Answer, textAnswer } from "./handshake.js";
import type { Deduplicator } from "./idempotency.js";
import type { HeadersLike } from "./request.js";
import type { Webhook } from "./webhook.js";

/** An event's data has at most 1 MiB, which a form at most triples; more cannot fill the memory. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** When to try again while another attempt is still being handled. */
const RETRY_AFTER_S = "30";

/** Takes an event; when it throws, the sender is told to try again. */
export type Handler<Types extends object> = (event: WebhookEvent<Types>) => unknown;

export interface ReceiverOptions {
  /** Recognises retries of what was handled; left out, every request is handled. */
  readonly deduplicator?: Deduplicator;
  /**
   * The endpoint's public URL, as it was entered with the sender, where the dialect signs it: it is compared as text, and a
   * proxy or the framework may show another.
   */
  readonly url?: string;
  /** The origins that may send, for dialects that ask with OPTIONS; left out, any. */
  readonly allowedOrigins?: readonly string[];
  /** Is told why a request was refused or could not be handled, for logs. */
  readonly onRefusal?: (reason: unknown) => void;
}

/** A request whose body is read only once its method is known to have one. */
export interface Incoming {
  readonly method: string;
  /** Left out where the framework no longer has it as it was sent. */
  readonly url?: string | undefined;
  readonly headers: HeadersLike;
  /** The raw bytes, or `null` for more than `BODY_BYTES_MAX`. */
  body(): Promise<Uint8Array | null>;
}

/** The answer to a request: 204 for what `handle` has taken, 500 for what it has not. */
export async function receive<Types extends object>(
  webhook: Webhook<Types>,
  incoming: Incoming,
  handle: Handler<Types>,
  options: ReceiverOptions = {},
): Promise<Answer> {
  const url = options.url ?? incoming.url;
  const line = { method: incoming.method, ...(url !== undefined && { url }) };
  const leave = webhook.answerOptions(incoming.headers, line, options.allowedOrigins);
  if (leave) return leave;
  if (incoming.method !== "POST") return textAnswer(405, "Method not allowed", { allow: "POST" });
  try {
    const body = await incoming.body();
    if (!body) return textAnswer(413, "The body is too large");
    const opened = webhook.open(body, incoming.headers, line);
    return opened.answer ?? (await handleOnce(opened.event, handle, options));
  } catch (error) {
    options.onRefusal?.(error);
    return error instanceof WebhookVerificationError
      ? textAnswer(error.status, error.text)
      : textAnswer(500, "The event was not handled");
  }
}

async function handleOnce<Types extends object>(
  event: WebhookEvent<Types>,
  handle: Handler<Types>,
  { deduplicator }: ReceiverOptions,
): Promise<Answer> {
  const claim = (await deduplicator?.claim(event)) ?? "first";
  if (claim === "running") return textAnswer(503, "Still being handled", { "retry-after": RETRY_AFTER_S });
  if (claim === "first") {
    try {
      await handle(event);
    } catch (error) {
      await deduplicator?.release(event);
      throw error;
    }
    await deduplicator?.complete(event);
  }
  return { status: 204, headers: {}, body: "" };
}
