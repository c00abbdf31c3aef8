/** What of an endpoint's past is sent, as the API names it. */
export type Recovery = "pending" | "dead" | "missing" | "all";

export const RECOVERIES: readonly { value: Recovery; label: string; about: string }[] = [
  {
    value: "pending",
    label: "Waiting deliveries",
    about: "Attempts now everything that waits for a later attempt, whenever it was accepted. Retry schedules stay as they are.",
  },
  { value: "dead", label: "Dead deliveries", about: "Retries dead deliveries with a new retry schedule." },
  {
    value: "missing",
    label: "Events never sent",
    about: "Sends events that match its current filter and were never sent to it, for example because it did not exist yet.",
  },
  { value: "all", label: "All events again", about: "Sends every event that matches its filter as a new delivery, including those already delivered." },
];

export type Counts = Partial<Record<Recovery, number>>;

/** The choice that fits: the first of which there is something; sending everything again is nobody's first choice. */
export function fitting(counts: Counts): Recovery {
  const order: readonly Recovery[] = ["pending", "dead", "missing"];
  return order.find((which) => (counts[which] ?? 0) > 0) ?? "dead";
}
