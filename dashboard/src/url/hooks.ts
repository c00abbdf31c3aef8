import { useLocation, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { changeFilters, clearFilters, readFilters, type Search, type Spec, type Values } from "./filters";

/** A parameter of the screen's path: `useParam("id")` under `/events/$id`. */
export function useParam(name: string): string {
  const params = useParams({ strict: false }) as Record<string, string | undefined>;
  const value = params[name];
  if (value === undefined) throw new Error(`this screen's path has no parameter ${name}`);
  return value;
}

export function useSearchText(): Search {
  return useSearch({ strict: false }) as Search;
}

/** The bulk operation that the address names, so that its progress is still there when the page is loaded again. */
export function useJobInAddress(): string | undefined {
  const { job } = useSearchText();
  return job !== undefined && /^job_\w+$/.test(job) ? job : undefined;
}

/** Changes the page's search, keeping the path. */
export function useSetSearch(): (next: (search: Search) => Search, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  const pathname = useLocation({ select: (location) => location.pathname });
  return useCallback(
    (next, options) => {
      void navigate({
        to: pathname,
        search: ((search: Search) => next(search)) as never,
        replace: options?.replace ?? false,
        resetScroll: false,
      });
    },
    [navigate, pathname],
  );
}

export interface Filters<S extends Spec = Spec> {
  values: Values<S>;
  set: (change: { [K in keyof Values<S>]?: Values<S>[K] | undefined }) => void;
  clear: () => void;
  /** How many filters are set. */
  active: number;
}

/** The filters of this page's list. Declare the spec outside of the component. */
export function useFilters<S extends Spec>(spec: S): Filters<S> {
  const search = useSearchText();
  const setSearch = useSetSearch();
  const values = useMemo(() => readFilters(spec, search), [spec, search]);
  return {
    values,
    active: Object.keys(values).length,
    set: (change) => setSearch((now) => changeFilters(now, change)),
    clear: () => setSearch((now) => clearFilters(spec, now)),
  };
}
