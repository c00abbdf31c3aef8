import { useWrite } from "@/api/hooks";
import type { Endpoint } from "@/parts/endpoints/types";
import { ENDPOINT_TOUCHED } from "./usePause";

/** Asks an endpoint again to show that it wants deliveries. */
export function useVerify({ id }: Pick<Endpoint, "id">) {
  return useWrite((api) => api.POST("/v1/endpoints/{id}/verify", { params: { path: { id } } }), {
    invalidates: ENDPOINT_TOUCHED,
    done: () => "Verification started",
  });
}
