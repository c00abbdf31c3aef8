import { useRead } from "@/api/hooks";

const FRESH_MS = 60_000;

/** Whether a secret has to be given, as the dialect leaves it to the customer; the project's dialect unless one is named. */
export function useSecretIsCustomers(dialect: string): boolean {
  const query = dialect === "" ? {} : { dialect };
  const read = useRead(
    ["guide", "programs", query],
    (api, init) => api.GET("/v1/guide/programs", { ...init, params: { query } }),
    { fresh: FRESH_MS },
  );
  // A server that does not say so refuses an endpoint without one, and the form asks for it then.
  return (read.data as { secret_chosen_by?: string } | undefined)?.secret_chosen_by === "customer";
}
