import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { createRootRoute, RouterProvider } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { AccessContext, accessOf } from "@/api/access";
import { createApi, must } from "@/api/client";
import type { ApiError } from "@/api/error";
import type { Me } from "@/api/types";
import { createQueryClient } from "@/api/queryClient";
import { routerOf, routesOf } from "@/app/router";
import { Themed } from "@/theme/Themed";
import { PortalFrame } from "./PortalFrame";
import { PortalClosed } from "./PortalClosed";
import { portalScreens } from "./table";
import type { Place } from "./token";

/** A tenant's portal: opened by a link from the vendor, often in a frame of the vendor's own pages. */
export function Portal({ place }: { place: Place }) {
  const [client] = useState(() => createQueryClient(() => client.setQueryData(["session"], null)));
  return (
    <QueryClientProvider client={client}>
      {place.token === null ? (
        <Themed>
          <PortalClosed reason="no-link" />
        </Themed>
      ) : (
        <OpenPortal project={place.project} token={place.token} />
      )}
    </QueryClientProvider>
  );
}

function OpenPortal({ project: id, token }: { project: string; token: string }) {
  const api = useMemo(() => createApi({ token, project: id }), [token, id]);
  const session = useQuery<Me | null, ApiError>({
    queryKey: ["session"],
    queryFn: ({ signal }) => must(api.GET("/v1/session", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [router] = useState(() => {
    const root = createRootRoute({ component: PortalFrame });
    return routerOf(root.addChildren(routesOf(root, portalScreens)), { basepath: `/portal/${id}` });
  });
  const me = session.data;
  const project = me?.project ?? null;
  const access = useMemo(
    () => (me == null || project === null ? null : accessOf({ api, me, project, surface: "portal", base: "" })),
    [api, me, project],
  );
  return (
    <Themed accent={project?.branding.accent ?? null}>
      {access !== null ? (
        <AccessContext value={access}>
          <RouterProvider router={router} />
        </AccessContext>
      ) : me === null || (session.error !== null && [401, 404].includes(session.error.status)) ? (
        <PortalClosed reason="ended" />
      ) : session.error !== null ? (
        <PortalClosed reason="error" error={session.error} retry={() => void session.refetch()} />
      ) : null}
    </Themed>
  );
}
