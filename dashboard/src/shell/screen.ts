import type { ComponentType } from "react";
import type { Access } from "@/api/access";
import type { IconName } from "@/components/inline/Icon";

export type NavGroup = "activity" | "setup" | "project";

/** A screen of a project: where it is, how the navigation shows it, and how its code is loaded. */
export interface Screen {
  /** Below the project: `/events`, `/events/$id`; `/` is where a project begins. */
  path: string;
  /** Screens without it are reached from others. */
  nav?: { label: string; icon: IconName; group?: NavGroup };
  /** Whom it is shown to; everybody unless given. The API decides what they get. */
  for?: (access: Access) => boolean;
  /** The module's default export is the screen. */
  load: () => Promise<{ default: ComponentType }>;
}
