import type { Event } from "./types";

/** What asks for attention comes first. */
const ORDER = ["dead", "pending", "succeeded", "cancelled"] as const;

/** The states that deliveries of an event are in, with how many are. */
export function outcomesOf(outcomes: NonNullable<Event["outcomes"]>): { state: (typeof ORDER)[number]; many: number }[] {
  return ORDER.map((state) => ({ state, many: outcomes[state] })).filter(({ many }) => many > 0);
}
