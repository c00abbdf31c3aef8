import { createContext, useContext } from "react";
import type { Api } from "./client";
import type { Me, Project } from "./types";

/** Who uses this page, on which project, and what they may do: everything a screen needs to know of its surroundings. */
export interface Access {
  api: Api;
  me: Me;
  project: Project;
  /** Set when the caller is a tenant, or acts in a tenant's portal. */
  tenant: string | null;
  surface: "dashboard" | "portal";
  /** What links begin with: `/p/proj_…`, or nothing in the portal. */
  base: string;
  /** May change things. Buttons that would only answer 403 are not shown. */
  canWrite: boolean;
  /** Speaks for the vendor (admin or project key), not for one tenant. */
  isOperator: boolean;
  isAdmin: boolean;
}

export const AccessContext = createContext<Access | null>(null);

export function useAccess(): Access {
  const access = useContext(AccessContext);
  if (access === null) throw new Error("useAccess outside of a project's pages");
  return access;
}

export function accessOf(parts: Pick<Access, "api" | "me" | "project" | "surface" | "base">): Access {
  const { me } = parts;
  return {
    ...parts,
    tenant: me.tenant,
    canWrite: me.scope === "full",
    isOperator: me.kind === "admin" || me.kind === "project",
    isAdmin: me.kind === "admin",
  };
}
