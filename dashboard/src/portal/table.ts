import type { Screen } from "@/routes/screen";

/** Every screen of the tenant's portal, in the order of its navigation. One line each. */
export const portalScreens: readonly Screen[] = [
  { path: "/", nav: { label: "Overview", icon: "overview" }, load: () => import("@/routes/overview/Overview") },
];
