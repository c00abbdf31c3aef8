import { useQuery, keepPreviousData } from "@tanstack/react-query";
import { useAccess } from "@/api/access";
import { type Api, must } from "@/api/client";
import type { ApiError } from "@/api/error";
import { livePolling } from "@/api/polling";
import { whole } from "./filters";
import { useSearchText, useSetSearch } from "./hooks";

export const PAGE_SIZES = [25, 50, 100, 250] as const;
const PAGE_SIZE = 50;
/** What a browser holds and a person opens; more is a matter for the API. */
export const EXPORTED_MAX = 50_000;
const EXPORTED_AT_A_TIME = 250;

export interface Page<Row> {
  data: Row[];
  next_cursor?: string | null;
  prev_cursor?: string | null;
}

export interface CursorList<Row> {
  /** Undefined until the first page is there. */
  rows: Row[] | undefined;
  error: ApiError | null;
  /** A page that was asked for is on its way; `rows` are still those of before. */
  loading: boolean;
  retry: () => void;
  limit: number;
  setLimit: (limit: number) => void;
  /** Null where there is no such page. */
  next: (() => void) | null;
  back: (() => void) | null;
  first: boolean;
  /** All rows that match, from the first on; `complete` unless there are more than `EXPORTED_MAX`. */
  everything: () => Promise<{ rows: Row[]; complete: boolean }>;
}

/**
 * A list that the API pages by cursor, both ways. Cursor and limit live in the page's address, so that the way back works
 * for somebody who was sent it, too.
 */
export function useCursorList<Row>(options: {
  /** Names what is listed, with its filters: `["events", filters.values]`. */
  key: readonly unknown[];
  page: (
    api: Api,
    query: { limit: number; cursor?: string },
    init: { signal: AbortSignal },
  ) => Promise<{ data?: Page<Row>; error?: unknown; response: Response }>;
  /** Looks again every so many milliseconds; only the first page, where new rows come in. */
  poll?: number | false;
  enabled?: boolean;
}): CursorList<Row> {
  const { api, project } = useAccess();
  const search = useSearchText();
  const setSearch = useSetSearch();
  const cursor = search.cursor ?? "";
  const limit = whole(1, 250).read(search.limit ?? "") ?? PAGE_SIZE;

  const query = useQuery<Page<Row>, ApiError>({
    queryKey: [project.id, ...options.key, { cursor, limit }],
    queryFn: async ({ signal }) =>
      (await must(options.page(api, { limit, ...(cursor === "" ? {} : { cursor }) }, { signal }))) as Page<Row>,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    ...livePolling(cursor === "" ? (options.poll ?? false) : false),
  });

  const everything = async () => {
    const { signal } = new AbortController();
    const rows: Row[] = [];
    let at: string | undefined;
    do {
      const from = at === undefined ? {} : { cursor: at };
      const page = (await must(options.page(api, { limit: EXPORTED_AT_A_TIME, ...from }, { signal }))) as Page<Row>;
      rows.push(...page.data);
      at = page.next_cursor ?? undefined;
    } while (at !== undefined && rows.length < EXPORTED_MAX);
    return { rows: rows.slice(0, EXPORTED_MAX), complete: at === undefined };
  };
  const go = (to: string) =>
    setSearch(({ cursor: _, ...rest }) => (to === "" ? rest : { ...rest, cursor: to }));
  const next = query.data?.next_cursor;
  const back = pageBefore(cursor, query.data?.prev_cursor);
  return {
    rows: query.data?.data,
    error: query.error,
    loading: query.isPlaceholderData,
    retry: () => void query.refetch(),
    limit,
    setLimit: (size) =>
      setSearch(({ cursor: _, ...rest }) => ({ ...rest, limit: size === PAGE_SIZE ? undefined : String(size) })),
    next: next == null || query.isPlaceholderData ? null : () => go(next),
    back: back === null || query.isPlaceholderData ? null : () => go(back),
    first: cursor === "",
    everything,
  };
}

/**
 * The cursor of the page before this one; empty for the first, null where this is it. Where nothing is before a page that
 * was reached by going back, the first one has what came in meanwhile.
 */
export function pageBefore(cursor: string, prev: string | null | undefined): string | null {
  return cursor === "" ? null : (prev ?? "");
}
