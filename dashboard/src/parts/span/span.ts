/** A span of time as it is chosen: minutes back from now, or `custom` with two fields of date and time. */
export interface Span {
  span: string;
  from: string;
  to: string;
}

export const LAST_DAY: Span = { span: "1440", from: "", to: "" };

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
  { span, from, to }: Span,
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
