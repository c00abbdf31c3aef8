/** A server in trouble is not asked more often than this. */
const SLOWEST_MS = 60_000;

/** How long to wait before the next look: the interval, doubled for each failure in a row. */
export function pollDelay(intervalMs: number, failuresInARow: number): number {
  return Math.min(intervalMs * 2 ** Math.min(failuresInARow, 10), Math.max(SLOWEST_MS, intervalMs));
}

interface Polled<T> {
  state: { data: T | undefined; status: string; errorUpdateCount: number };
}

/** Options for a query that looks again every so often, slower while it fails, and not at all while the tab is hidden. */
export function livePolling<T>(interval: number | false | ((last: T | undefined) => number | false)) {
  if (interval === false) return {};
  return {
    refetchInterval: ({ state }: Polled<T>) => {
      const ms = typeof interval === "number" ? interval : interval(state.data);
      return ms === false ? ms : pollDelay(ms, state.status === "error" ? Math.max(1, state.errorUpdateCount) : 0);
    },
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: true,
  } as const;
}
