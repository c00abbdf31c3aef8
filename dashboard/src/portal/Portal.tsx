import type { MantineColorSchemeManager } from "@mantine/core";
import { QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { createRootRoute, RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { AccessContext, accessOf } from "@/api/access";
import { createApi, must } from "@/api/client";
import type { ApiError } from "@/api/error";
import type { Me } from "@/api/types";
import { createQueryClient } from "@/api/queryClient";
import { routerOf, routesOf } from "@/shell/router";
import { Themed } from "@/theme/Themed";
import { tellHost } from "./host";
import type { Look } from "./look";
import { LookContext } from "./lookContext";
import { PortalClosed } from "./PortalClosed";
import { PortalFrame } from "./PortalFrame";
import { portalScreens } from "./table";
import type { Place } from "./token";

const SESSION = ["session"];
/** Timers take no more than 2³¹ ms; sessions last an hour. */
const TIMER_MS_MAX = 2_147_483_647;

interface Props {
  place: Place;
  look: Look;
  schemes: MantineColorSchemeManager;
}

/** A tenant's portal: opened by a link from the vendor, often in a frame of the vendor's own pages. */
export function Portal({ place, look, schemes }: Props) {
  const [client] = useState(() => createQueryClient(() => client.setQueryData(SESSION, null)));
  return (
    <QueryClientProvider client={client}>
      <LookContext value={look}>
        <OpenPortal place={place} framed={look.framed} schemes={schemes} />
      </LookContext>
    </QueryClientProvider>
  );
}

interface OpenProps {
  place: Place;
  framed: boolean;
  schemes: MantineColorSchemeManager;
}

/** With the link's token, which becomes a cookie for when the page is loaded again; without one, by that cookie. */
function OpenPortal({ place: { project: id, token }, framed, schemes }: OpenProps) {
  const api = useMemo(() => (token === null ? createApi({ portal: id }) : createApi({ token, project: id })), [token, id]);
  const session = useQuery<Me | null, ApiError>({
    queryKey: SESSION,
    queryFn: ({ signal }) => must(api.GET("/v1/session", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [router] = useState(() => {
    const root = createRootRoute({ component: PortalFrame });
    return routerOf(root.addChildren(routesOf(root, portalScreens)), { basepath: `/portal/${id}` });
  });
  const me = session.data;
  const opened = me != null;
  useEffect(() => {
    // Where the browser keeps no cookie for us, the token in memory goes on alone.
    if (opened && token !== null) void createApi().POST("/v1/session", { body: { key: token, framed } }).catch(() => undefined);
  }, [opened, token, framed]);
  const project = me?.project ?? null;
  const access = useMemo(
    () => (me == null || project === null ? null : accessOf({ api, me, project, surface: "portal", base: "" })),
    [api, me, project],
  );
  const last = useLast(project);
  useEnd(me?.expires_at ?? null);
  const ended = me === null || (session.error !== null && [401, 404].includes(session.error.status));
  useEffect(() => {
    if (ended) tellHost({ type: "nuncio:ended" });
  }, [ended]);
  return (
    <Themed accent={last?.branding.accent ?? null} schemes={schemes}>
      {access !== null ? (
        <AccessContext value={access}>
          <RouterProvider router={router} />
        </AccessContext>
      ) : ended ? (
        <PortalClosed reason={token === null && last === null ? "no-link" : "ended"} />
      ) : session.error !== null ? (
        <PortalClosed reason="error" error={session.error} retry={() => void session.refetch()} />
      ) : null}
    </Themed>
  );
}

/** What was there last: the screen that says that the session has ended looks like those before it. */
function useLast<T>(value: T | null): T | null {
  const [last, setLast] = useState(value);
  if (value !== null && value !== last) setLast(value);
  return value ?? last;
}

/** Ends the session on time, with all that was seen in it: nothing stays readable on a screen that was left open. */
function useEnd(expiresAt: string | null): void {
  const client = useQueryClient();
  useEffect(() => {
    if (expiresAt === null) return;
    const left = Math.min(Math.max(Date.parse(expiresAt) - Date.now(), 0), TIMER_MS_MAX);
    const timer = setTimeout(() => {
      client.setQueryData(SESSION, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
    }, left);
    return () => clearTimeout(timer);
  }, [client, expiresAt]);
}
