/** What of an endpoint's past is sent, as the API names it. */
export type Recovery = "dead" | "missing" | "all";

export const RECOVERIES: readonly { value: Recovery; label: string; about: string }[] = [
  { value: "dead", label: "Dead deliveries", about: "Retries dead deliveries with a new retry schedule." },
  {
    value: "missing",
    label: "Events never sent",
    about: "Sends events that match its current filter and were never sent to it, for example because it did not exist yet.",
  },
  { value: "all", label: "All events again", about: "Sends every event that matches its filter as a new delivery, including those already delivered." },
];
