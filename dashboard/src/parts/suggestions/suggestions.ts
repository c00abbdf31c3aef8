import { createElement } from "react";
import { useAccess } from "@/api/access";
import { useRead } from "@/api/hooks";
import type { FilterField } from "@/components/lists/FilterBar";
import { TenantFilter } from "./TenantFilter";

/** Names that the catalog has, to choose from while typing. */
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

export function useTypeField(): FilterField {
  return { kind: "text", name: "type", label: "Event type", suggestions: useTypeNames() };
}

/** No field for a tenant, who is the only one that it sees. */
export function useTenantFields(): FilterField[] {
  const { isOperator } = useAccess();
  const field = (value: string, onChange: (tenant: string | undefined) => void) =>
    createElement(TenantFilter, { label: "Tenant", value, width: 150, onChange });
  return isOperator ? [{ kind: "own", name: "tenant", label: "Tenant", field }] : [];
}
