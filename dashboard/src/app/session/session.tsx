import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { createApi, must } from "@/api/client";
import { ApiError, refused, unreachable } from "@/api/error";
import type { Me } from "@/api/types";

const KEY = ["session"];

/** The server, as whoever the cookie says; names no project. */
export const serverApi = createApi();

export const SessionContext = createContext<Me | null>(null);

export function useSession(): Me {
  const me = useContext(SessionContext);
  if (me === null) throw new Error("useSession outside of a signed-in page");
  return me;
}

/** Who is signed in; null when nobody is. */
export function useSessionQuery() {
  return useQuery<Me | null, ApiError>({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const call = serverApi.GET("/v1/session", { signal });
      const { data, error, response } = await call.catch((cause: unknown) => Promise.reject(unreachable(cause)));
      if (response.status === 401) return null;
      if (!response.ok) throw refused(response, error);
      return data ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Forgets who was signed in, and all that they saw; the address stays, so that signing in leads back to it. */
export function signedOut(client: QueryClient): void {
  client.setQueryData(KEY, null);
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
}

export function useSignIn(): (key: string) => Promise<void> {
  const client = useQueryClient();
  return async (key) => {
    const me = await must(serverApi.POST("/v1/session", { body: { key } }));
    client.setQueryData(KEY, me);
  };
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await must(serverApi.DELETE("/v1/session", {})).catch((error: unknown) => {
      // A session that has ended meanwhile is as good as signed out.
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    });
    signedOut(client);
  };
}
