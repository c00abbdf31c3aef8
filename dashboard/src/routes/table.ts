import type { Screen } from "@/shell/screen";

/** Every screen of the operator's dashboard, in the order of its navigation. One line each. */
export const screens: readonly Screen[] = [
  { path: "/", nav: { label: "Overview", icon: "overview" }, load: () => import("./overview/Overview") },
  { path: "/events", nav: { label: "Events", icon: "events", group: "activity" }, load: () => import("./events/Events") },
  { path: "/events/~broadcast", load: () => import("./events/publish/Broadcast") },
  { path: "/events/~replay", load: () => import("./events/ReplayMany") },
  { path: "/events/$id", load: () => import("./events/Event") },
  {
    path: "/deliveries",
    nav: { label: "Deliveries", icon: "deliveries", group: "activity" },
    load: () => import("./deliveries/Deliveries"),
  },
  { path: "/deliveries/$id", load: () => import("./deliveries/Delivery") },
  { path: "/attempts", load: () => import("./attempts/Attempts") },
  {
    path: "/dead-letters",
    nav: { label: "Dead letters", icon: "dead", group: "activity" },
    load: () => import("./deadLetters/DeadLetters"),
  },
  {
    path: "/endpoints",
    nav: { label: "Endpoints", icon: "endpoints", group: "setup" },
    load: () => import("./endpoints/list/Endpoints"),
  },
  { path: "/endpoints/~new", load: () => import("./endpoints/add/AddEndpoint") },
  { path: "/endpoints/$id", load: () => import("./endpoints/one/Endpoint") },
  {
    path: "/tenants",
    nav: { label: "Tenants", icon: "tenants", group: "setup" },
    for: ({ isOperator }) => isOperator,
    load: () => import("./tenants/Tenants"),
  },
  { path: "/tenants/$id", load: () => import("./tenants/Tenant") },
  {
    path: "/catalog",
    nav: { label: "Event catalog", icon: "catalog", group: "setup" },
    load: () => import("./catalog/Catalog"),
  },
  { path: "/catalog/~import", load: () => import("./catalog/Import") },
  { path: "/catalog/~new", load: () => import("./catalog/NewEventType") },
  { path: "/catalog/$name", load: () => import("./catalog/EventType") },
  { path: "/catalog/$name/edit", load: () => import("./catalog/EditEventType") },
  {
    path: "/dialects",
    nav: { label: "Dialects", icon: "dialects", group: "setup" },
    for: ({ isOperator }) => isOperator,
    load: () => import("./dialects/Dialects"),
  },
  { path: "/dialects/~new", load: () => import("./dialects/NewDialect") },
  { path: "/dialects/$name", load: () => import("./dialects/Dialect") },
  { path: "/dialects/$name/edit", load: () => import("./dialects/EditDialect") },
  { path: "/jobs/$id", load: () => import("./jobs/Job") },
  { path: "/guide", load: () => import("./guide/Guide") },
  {
    path: "/keys",
    nav: { label: "Keys", icon: "keys", group: "project" },
    for: ({ isOperator }) => isOperator,
    load: () => import("./keys/Keys"),
  },
  {
    path: "/audit",
    nav: { label: "Audit log", icon: "audit", group: "project" },
    for: ({ isOperator }) => isOperator,
    load: () => import("./audit/Audit"),
  },
  {
    path: "/settings",
    nav: { label: "Settings", icon: "settings", group: "project" },
    for: ({ isOperator }) => isOperator,
    load: () => import("./settings/Settings"),
  },
];
