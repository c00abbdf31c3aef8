import { useRead } from "@/api/hooks";

export const HOUR_S = 3_600;

/** How an endpoint does. Whoever shows the same endpoint and window shares the answer. */
export function useEndpointStats(id: string, options: { windowSeconds?: number; pollMs: number }) {
  const window_seconds = options.windowSeconds ?? HOUR_S;
  return useRead(
    ["endpoints", id, "stats", window_seconds],
    (api, init) => api.GET("/v1/endpoints/{id}/stats", { ...init, params: { path: { id }, query: { window_seconds } } }),
    { poll: options.pollMs, keep: true, fresh: options.pollMs },
  );
}
