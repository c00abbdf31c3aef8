import type { DraftFaults } from "@/routes/endpoints/form/draft";

export type Step = "url" | "events" | "review";

export const STEPS: readonly { name: Step; label: string }[] = [
  { name: "url", label: "URL" },
  { name: "events", label: "Events" },
  { name: "review", label: "Review" },
];

/** What the server refused, by field: it is shown where it can be mended. */
export type Refusal = DraftFaults & { tenant?: string; secret?: string };

/** What is written in a step before the last. */
const FIELDS: readonly [Step, readonly (keyof Refusal)[]][] = [
  ["url", ["tenant", "url", "description"]],
  ["events", ["events", "filter"]],
];

/** The first step that can mend a refusal; null when it is the last one, or none. */
export function stepOf(refusal: Refusal): Step | null {
  return FIELDS.find(([, fields]) => fields.some((field) => field in refusal))?.[0] ?? null;
}
