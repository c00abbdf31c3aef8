import { DELIVERY_FILTERS } from "@/parts/deliveries/filters";
import type { Values } from "@/url/filters";

const { status: _, ...filters } = DELIVERY_FILTERS;

/** Those of deliveries, but for the state: a dead letter is dead. */
export const DEAD_FILTERS = filters;

export type DeadFilter = Values<typeof DEAD_FILTERS>;
