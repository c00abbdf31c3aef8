import { notifications } from "@mantine/notifications";
import {
  keepPreviousData,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { useAccess } from "./access";
import { type Api, must } from "./client";
import { type ApiError, asApiError } from "./error";
import { livePolling } from "./polling";

type Key = readonly unknown[];
type Call = Promise<{ data?: unknown; error?: unknown; response: Response }>;
type Data<C> = C extends Promise<infer A> ? (A extends { data?: infer D } ? Exclude<D, undefined> : never) : never;

interface ReadOptions<T> {
  /** Milliseconds between looks while the tab is visible; false (the default) looks once. May depend on the last answer. */
  poll?: number | false | ((last: T | undefined) => number | false);
  enabled?: boolean;
  /** Shows the previous answer while the next one loads. */
  keep?: boolean;
  /** Milliseconds for which an answer is good enough for whoever asks next: names, that hardly change. */
  fresh?: number;
}

/**
 * Reads from the API. The key names what is read, most general first (`["endpoints", id]`); it is kept per project.
 * Pass `init` on, so that a read which nobody waits for any more is aborted.
 */
export function useRead<C extends Call>(
  key: Key,
  read: (api: Api, init: { signal: AbortSignal }) => C,
  options: ReadOptions<Data<C>> = {},
): UseQueryResult<Data<C>, ApiError> {
  const { api, project } = useAccess();
  return useQuery<Data<C>, ApiError>({
    queryKey: [project.id, ...key],
    queryFn: async ({ signal }) => (await must(read(api, { signal }))) as Data<C>,
    enabled: options.enabled ?? true,
    ...(options.keep ? { placeholderData: keepPreviousData } : {}),
    ...(options.fresh === undefined ? {} : { staleTime: options.fresh }),
    ...livePolling<Data<C>>(options.poll ?? false),
  });
}

interface WriteOptions<T> {
  /** What to read again afterwards: beginnings of keys, as given to `useRead`. */
  invalidates?: readonly Key[];
  /** Said in a notification when it worked. */
  done?: string | ((answer: T) => string);
  /** Refusals show up as a notification, unless the form shows them itself. */
  quiet?: boolean;
  onDone?: (answer: T) => void;
}

/** Changes something through the API. Its answer is not kept: it may hold a secret. */
export function useWrite<Input, C extends Call>(
  write: (api: Api, input: Input) => C,
  options: WriteOptions<Data<C>> = {},
): UseMutationResult<Data<C>, ApiError, Input> {
  const { api, project } = useAccess();
  const client = useQueryClient();
  return useMutation<Data<C>, ApiError, Input>({
    gcTime: 0,
    mutationFn: async (input) => (await must(write(api, input))) as Data<C>,
    onSuccess: async (answer) => {
      const { done } = options;
      if (done !== undefined) {
        notifications.show({ message: typeof done === "string" ? done : done(answer), color: "green", role: "status" });
      }
      options.onDone?.(answer);
      await Promise.all(
        (options.invalidates ?? []).map((key) => client.invalidateQueries({ queryKey: [project.id, ...key] })),
      );
    },
    onError: (error) => {
      if (options.quiet) return;
      const { title, detail } = asApiError(error);
      notifications.show({ title, message: detail, color: "red", autoClose: 10_000 });
    },
  });
}

/** Has the next look at what the key names read it anew. */
export function useInvalidate(): (...keys: Key[]) => Promise<unknown> {
  const { project } = useAccess();
  const client = useQueryClient();
  return (...keys) =>
    Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [project.id, ...key] })));
}
