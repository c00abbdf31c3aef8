import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Event = Schemas["Event"];
export type EndpointEvent = Schemas["EndpointEvent"];
/** An event's own members; the payload is read from the answer's text, digit for digit. */
export type EventRecord = Omit<Schemas["EventDetail"], "data">;
