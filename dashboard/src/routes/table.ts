import type { Screen } from "./screen";

/** Every screen of the operator's dashboard, in the order of its navigation. One line each. */
export const screens: readonly Screen[] = [
  { path: "/", nav: { label: "Overview", icon: "overview" }, load: () => import("./overview/Overview") },
  { path: "/events", nav: { label: "Events", icon: "events", group: "activity" }, load: () => import("./events/Events") },
  { path: "/events/$id", load: () => import("./events/Event") },
  {
    path: "/deliveries",
    nav: { label: "Deliveries", icon: "deliveries", group: "activity" },
    load: () => import("./deliveries/Deliveries"),
  },
  { path: "/deliveries/$id", load: () => import("./deliveries/Delivery") },
  {
    path: "/dead-letters",
    nav: { label: "Dead letters", icon: "dead", group: "activity" },
    load: () => import("./deadLetters/DeadLetters"),
  },
  {
    path: "/settings",
    nav: { label: "Settings", icon: "settings", group: "project" },
    for: ({ isOperator }) => isOperator,
    load: () => import("./settings/Settings"),
  },
];
