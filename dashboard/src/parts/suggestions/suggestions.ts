import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import type { FilterField } from "@/components/lists/FilterBar";

/** Names that the catalog and the list of tenants have, to choose from while typing. */
const SUGGESTIONS = 250;
const SUGGESTIONS_FRESH_MS = 60_000;

export function useTypeNames(): string[] {
  const read = useRead(
    ["event-types", "names"],
    (api, init) => api.GET("/v1/event-types", { ...init, params: { query: { limit: SUGGESTIONS } } }),
    { fresh: SUGGESTIONS_FRESH_MS },
  );
  return (read.data?.data ?? []).map(({ name }) => name);
}

/** None for a tenant, who is the only one that it sees. */
export function useTenantNames(): string[] {
  const { isOperator } = useAccess();
  const read = useRead(
    ["tenants", "names"],
    (api, init) => api.GET("/v1/tenants", { ...init, params: { query: { limit: SUGGESTIONS } } }),
    { enabled: isOperator, fresh: SUGGESTIONS_FRESH_MS },
  );
  return (read.data?.data ?? []).map(({ id }) => id);
}

export function useTypeField(): FilterField {
  return { kind: "text", name: "type", label: "Event type", suggestions: useTypeNames() };
}

/** No field for a tenant. */
export function useTenantFields(): FilterField[] {
  const { isOperator } = useAccess();
  const suggestions = useTenantNames();
  return isOperator ? [{ kind: "text", name: "tenant", label: "Tenant", suggestions, width: 140 }] : [];
}
