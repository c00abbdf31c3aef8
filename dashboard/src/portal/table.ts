import type { Screen } from "@/shell/screen";

/** Every screen of the tenant's portal, in the order of its tabs. One line each. It opens with the endpoints. */
export const portalScreens: readonly Screen[] = [
  { path: "/", load: () => import("@/routes/endpoints/list/Endpoints") },
  { path: "/endpoints", nav: { label: "Endpoints", icon: "endpoints" }, load: () => import("@/routes/endpoints/list/Endpoints") },
  { path: "/endpoints/~new", load: () => import("@/routes/endpoints/add/AddEndpoint") },
  { path: "/endpoints/$id", load: () => import("@/routes/endpoints/one/Endpoint") },
  { path: "/deliveries", nav: { label: "Deliveries", icon: "deliveries" }, load: () => import("@/routes/deliveries/Deliveries") },
  { path: "/deliveries/$id", load: () => import("@/routes/deliveries/Delivery") },
  { path: "/attempts", load: () => import("@/routes/attempts/Attempts") },
  { path: "/dead-letters", nav: { label: "Dead letters", icon: "dead" }, load: () => import("@/routes/deadLetters/DeadLetters") },
  { path: "/events", nav: { label: "Events", icon: "events" }, load: () => import("@/routes/events/Events") },
  { path: "/events/~replay", load: () => import("@/routes/events/ReplayMany") },
  { path: "/events/$id", load: () => import("@/routes/events/Event") },
  { path: "/overview", nav: { label: "Activity", icon: "overview" }, load: () => import("@/routes/overview/Overview") },
  { path: "/catalog", nav: { label: "Event catalog", icon: "catalog" }, load: () => import("@/routes/catalog/Catalog") },
  { path: "/catalog/$name", load: () => import("@/routes/catalog/EventType") },
  { path: "/guide", nav: { label: "Documentation", icon: "info" }, load: () => import("@/routes/guide/Guide") },
];
