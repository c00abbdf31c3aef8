import {
  type AnyRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";
import { useAccess } from "@/api/access";
import type { Screen } from "./screen";
import { parseSearch, stringifySearch } from "@/url/filters";
import { NotFound } from "./NotFound";
import { ScreenError } from "./ScreenError";

/** The routes of a table of screens, below a parent. */
export function routesOf(parent: AnyRoute, table: readonly Screen[]): AnyRoute[] {
  return table.map((screen) =>
    createRoute({
      getParentRoute: () => parent,
      path: screen.path,
      component: componentOf(screen),
    }),
  );
}

/** A screen's component; whoever it is not for is told that there is no such page, also when the address is typed. */
function componentOf({ load, for: isFor }: Screen): RouteComponent {
  const Loaded = lazyRouteComponent(load) as RouteComponent & { preload?: () => Promise<void> };
  if (isFor === undefined) return Loaded;
  const Guarded = () => (isFor(useAccess()) ? <Loaded /> : <NotFound />);
  return Object.assign(Guarded, { preload: Loaded.preload });
}

/** A router with our addresses (every search parameter is text) and our screens for what goes wrong. */
export function routerOf(routeTree: AnyRoute, options: { basepath?: string; history?: RouterHistory } = {}) {
  return createRouter({
    routeTree,
    ...options,
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPendingMs: 150,
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: ({ error, reset }) => <ScreenError error={error} reset={reset} />,
  });
}
