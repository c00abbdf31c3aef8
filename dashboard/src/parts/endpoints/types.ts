import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Endpoint = Schemas["Endpoint"];
/** One of a list that was asked for with health. */
export type Listed = Endpoint;
export type EndpointStats = Schemas["EndpointStats"];
export type EndpointChange = Schemas["EndpointChange"];
export type NewEndpoint = Schemas["NewEndpoint"];
/** Of an endpoint's TLS settings. */
export type TlsCertificate = Schemas["Certificate"];
export type Lane = Schemas["Lane"];
export type Rotated = Schemas["Rotated"];
