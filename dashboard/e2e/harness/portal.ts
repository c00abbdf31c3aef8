import type { Page } from "@playwright/test";
import { expect } from "./test.js";
import type { Project } from "./project.js";

/** What a vendor hands to its customer. */
export interface Link {
  url: string;
  token: string;
  expires_at: string;
}

/** A link to a tenant's portal. */
export function portalLink(project: Project, tenant: string, scope: "full" | "read" = "full"): Promise<Link> {
  return project.api.post(`/v1/tenants/${tenant}/portal-sessions`, { scope });
}

/** Opens a tenant's portal by a fresh link, at a path below it. */
export async function openPortal(page: Page, project: Project, tenant: string, path = ""): Promise<Link> {
  const link = await portalLink(project, tenant);
  const url = new URL(link.url);
  await page.goto(`${url.origin}${url.pathname}${path}${url.hash}`);
  await expect(page.getByRole("navigation", { name: "Webhooks" })).toBeAttached();
  return link;
}
