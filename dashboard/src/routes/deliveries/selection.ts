import type { Delivery } from "@/parts/deliveries/types";

/** What a bulk operation can do with deliveries in a state: the others have reached their end. */
export type Resendable = "pending" | "dead";

/** The ids of those chosen that wait, and of those that are dead, as far as the rows are known. */
export function byState(selected: ReadonlySet<string>, known: ReadonlyMap<string, Delivery["status"]>): Record<Resendable, string[]> {
  const of = (state: Resendable) => [...selected].filter((id) => known.get(id) === state);
  return { pending: of("pending"), dead: of("dead") };
}
