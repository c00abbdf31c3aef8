import { createRootRoute, createRoute, lazyRouteComponent, type RouteComponent } from "@tanstack/react-router";
import { screens } from "@/routes/table";
import { routerOf, routesOf } from "@/shell/router";
import { ProjectShell } from "./project/ProjectShell";
import { Root } from "./Root";

/** The dashboard's addresses: projects, and the screens of one below it. */
export function dashboardRouter() {
  const root = createRootRoute({ component: Root });
  const home = createRoute({ getParentRoute: () => root, path: "/", component: lazyRouteComponent(() => import("./projects/Home")) });
  const projects = createRoute({
    getParentRoute: () => root,
    path: "/projects",
    component: lazyRouteComponent(() => import("./projects/Projects")),
  });
  const project = createRoute({ getParentRoute: () => root, path: "/p/$project", component: ProjectShell as RouteComponent });
  return routerOf(root.addChildren([home, projects, project.addChildren(routesOf(project, screens))]));
}
