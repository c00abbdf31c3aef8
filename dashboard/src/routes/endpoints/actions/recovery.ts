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

export const SPANS = [
  { value: "60", label: "In the last hour" },
  { value: "360", label: "In the last 6 hours" },
  { value: "1440", label: "In the last 24 hours" },
  { value: "10080", label: "In the last 7 days" },
  { value: "43200", label: "In the last 30 days" },
  { value: "custom", label: "From … to …" },
] as const;

/** The instants that a choice means: minutes back from now, or what two date fields say. */
export function sinceOf(
  { span, from, to }: { span: string; from: string; to: string },
  now: number,
): { since: string; until?: string } | { fault: string } {
  if (span !== "custom") return { since: new Date(now - Number(span) * 60_000).toISOString() };
  const since = Date.parse(from);
  if (Number.isNaN(since)) return { fault: "Enter a start time" };
  const until = to === "" ? undefined : Date.parse(to);
  if (until !== undefined && Number.isNaN(until)) return { fault: "The end is not a valid time" };
  if (since >= (until ?? now)) return { fault: "Must be before the end" };
  return { since: new Date(since).toISOString(), ...(until === undefined ? {} : { until: new Date(until).toISOString() }) };
}
