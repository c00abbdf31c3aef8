import { useDebouncedValue } from "@mantine/hooks";
import { useAccess } from "@/api/access";
import { must } from "@/api/client";
import { useRead } from "@/api/hooks";
import { visible } from "@/format/text";

/** Enough to choose from; with more, another letter is quicker. */
const SHOWN = 12;
/** How many are looked at for the one that was typed out. */
const RESOLVED = 50;
const DEBOUNCE_MS = 120;
const FRESH_MS = 30_000;

interface Named {
  id: string;
  name?: string | null;
}

/** The tenants whose id, uid or name has what was typed; ids, and what each is called. */
export function useTenantSearch(typed: string): { ids: string[]; nameOf: (id: string) => string | null } {
  const { isOperator } = useAccess();
  const [search] = useDebouncedValue(typed.trim(), DEBOUNCE_MS);
  const read = useRead(
    ["tenants", "found", search],
    (api, init) => api.GET("/v1/tenants", { ...init, params: { query: { limit: SHOWN, ...(search === "" ? {} : { search }) } } }),
    { enabled: isOperator, keep: true, fresh: FRESH_MS },
  );
  const found = read.data?.data ?? [];
  const names = new Map(found.map(({ id, name }) => [id, shown(name)]));
  return { ids: found.map(({ id }) => id), nameOf: (id) => names.get(id) ?? null };
}

const shown = (name: string | null | undefined) => (name == null || name.trim() === "" ? null : visible(name.trim()));

/** The id that is meant by what was typed: an id as it is, else the first tenant that is found by it. */
export function meant(typed: string, found: readonly Named[]): string {
  if (found.some(({ id }) => id === typed)) return typed;
  return found[0]?.id ?? typed;
}

/** Looks up what somebody typed and finished. */
export function useMeantTenant(): (typed: string) => Promise<string> {
  const { api } = useAccess();
  return async (typed) => {
    try {
      const { data } = await must(api.GET("/v1/tenants", { params: { query: { search: typed, limit: RESOLVED } } }));
      return meant(typed, data);
    } catch {
      // The list itself says what is wrong.
      return typed;
    }
  };
}
