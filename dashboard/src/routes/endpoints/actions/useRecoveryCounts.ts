import { useRead } from "@/api/hooks";
import type { Counts, Recovery } from "./recovery";

/** A tenant may start so many jobs an hour, and a count is one of them: what was counted is good for a while. */
const COUNT_FRESH_MS = 60_000;

/**
 * How many deliveries each choice would be about, as far as that is known; `ready` when all have been counted or refused.
 * `spanKey` names the span as it was chosen: its instants move with the clock.
 */
export function useRecoveryCounts(endpoint: string, span: { since: string; until?: string } | undefined, spanKey: string): { counts: Counts; ready: boolean } {
  const useOne = (which: Recovery) => {
    const dated = which === "pending" ? {} : span;
    // One hook a choice, always in the same order.
    return useRead(
      ["endpoints", endpoint, "recovery", which, which === "pending" ? "" : spanKey],
      (api, init) =>
        api.POST("/v1/endpoints/{id}/recover", { ...init, params: { path: { id: endpoint } }, body: { ...dated, which, dry_run: true } }),
      { enabled: dated !== undefined, fresh: COUNT_FRESH_MS },
    );
  };
  const all = { pending: useOne("pending"), dead: useOne("dead"), missing: useOne("missing"), all: useOne("all") };
  const counts: Counts = {};
  for (const which of Object.keys(all) as Recovery[]) {
    const count = all[which].data?.count;
    if (count !== undefined) counts[which] = count;
  }
  return { counts, ready: span === undefined || Object.values(all).every(({ data, error }) => data !== undefined || error !== null) };
}
