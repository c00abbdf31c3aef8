export { Nuncio } from "./client.js";
export type { Clock } from "./clock.js";
export * from "./errors.js";
export type * from "./generated/models.js";
export type * from "./generated/resources.js";
export { Listing, type Page } from "./listing.js";
export type { Fault, Problem } from "./problem.js";
export { DEFAULT_RETRY, type RetryPolicy } from "./retry.js";
export type { CallOptions, ClientOptions } from "./transport.js";
