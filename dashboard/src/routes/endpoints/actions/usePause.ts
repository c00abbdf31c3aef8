import { useWrite } from "@/api/hooks";
import type { Endpoint } from "@/parts/endpoints/types";

/** What shows endpoints, and what waits for them. */
export const ENDPOINT_TOUCHED = [["endpoints"], ["overview"], ["deliveries"]] as const;

/** Pauses an endpoint (`true`) or lets it go on. */
export function usePause({ id }: Pick<Endpoint, "id">) {
  return useWrite(
    (api, pause: boolean) => {
      const at = { params: { path: { id } } };
      return pause ? api.POST("/v1/endpoints/{id}/disable", at) : api.POST("/v1/endpoints/{id}/enable", at);
    },
    {
      invalidates: ENDPOINT_TOUCHED,
      done: ({ disabled }) => (disabled ? "Endpoint paused" : "Endpoint enabled"),
    },
  );
}
