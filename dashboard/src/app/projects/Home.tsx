import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { Waiting } from "@/components/inline/Waiting";
import { must } from "@/api/client";
import { asApiError } from "@/api/error";
import { lastProject } from "./lastProject";
import { serverApi, useSession } from "@/app/session/session";

/** Leads to the project that this is about: the key's own, the last one looked at, the only one; else to the list. */
export default function Home() {
  const session = useSession();
  const last = lastProject();
  const target = useQuery({
    queryKey: ["projects", "home", last],
    queryFn: async () => {
      if (last !== null) {
        const found = await must(serverApi.GET("/v1/projects/{id}", { params: { path: { id: last } } })).catch(
          (error: unknown) => {
            if (asApiError(error).status === 404) return null;
            throw error;
          },
        );
        if (found !== null) return `/p/${found.id}`;
      }
      const { data } = await must(serverApi.GET("/v1/projects", { params: { query: { limit: 2 } } }));
      return data.length === 1 && data[0] !== undefined ? `/p/${data[0].id}` : "/projects";
    },
    enabled: session.kind === "admin",
    throwOnError: true,
    staleTime: 0,
  });
  if (session.kind !== "admin" && session.project !== null) return <Navigate to={`/p/${session.project.id}`} replace />;
  if (target.data !== undefined) return <Navigate to={target.data} replace />;
  return <Waiting label="Loading" m="xl" />;
}
