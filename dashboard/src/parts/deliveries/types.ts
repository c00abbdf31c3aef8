import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Delivery = Schemas["Delivery"];
export type DeliveryDetail = Schemas["DeliveryDetail"];
export type Attempt = Schemas["Attempt"];
export type Header = Schemas["Header"];
export type Timings = Schemas["Timings"];
