/** Verifies webhooks in every dialect of Nuncio. No dependencies, and nothing but ECMAScript and Fetch API types. */
export type { Bytes } from "./bytes.js";
export { dialectNames } from "./dialect.js";
export type { DialectFile } from "./dialect-file.js";
export {
  BadSignatureError,
  MalformedBodyError,
  MalformedHeaderError,
  MissingHeaderError,
  TooNewError,
  TooOldError,
  type VerificationCode,
  WebhookConfigurationError,
  WebhookVerificationError,
} from "./errors.js";
export type { AnyEvent, EventOf, WebhookEvent } from "./event.js";
export type { Answer } from "./handshake.js";
export { CAPACITY, type Claim, type DeduplicationStore, Deduplicator, LEASE_MS, MemoryStore, WINDOW_MS } from "./idempotency.js";
export type { HeadersLike, RequestLine } from "./request.js";
export type { Verified } from "./verify.js";
export { type VerifyContext, type VerifySignatureInput, Webhook, type WebhookOptions, verifyWebhookSignature } from "./webhook.js";
