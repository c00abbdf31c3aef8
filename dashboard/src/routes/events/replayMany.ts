import type { components } from "@/api/schema";
import { type Span, sinceOf } from "@/parts/span/span";
import { commaSeparated } from "./publish/publication";

/** Which events are replayed, as it is chosen. */
export interface ReplayDraft {
  span: Span;
  tenant: string;
  /** Types or filters such as `order.*`, separated by commas. */
  types: string;
  once: boolean;
}

export type ReplayBody = Omit<components["schemas"]["ReplayMany"], "dry_run">;

/** The request's body. Its end is a moment that is known, so that what was counted is what is sent. */
export function replayBody(draft: ReplayDraft, now: number): ReplayBody | { fault: string } {
  const range = sinceOf(draft.span, now);
  if ("fault" in range) return range;
  const tenant = draft.tenant.trim();
  const types = commaSeparated(draft.types);
  return {
    since: range.since,
    until: range.until ?? new Date(now).toISOString(),
    ...(tenant === "" ? {} : { tenant }),
    ...(types.length === 0 ? {} : { types }),
    ...(draft.once ? { schedule: "once" } : {}),
  };
}
