import { expect, type Page } from "@playwright/test";
import { type Link, openPortal } from "./portal.js";
import { signIn } from "./test.js";
import type { Story } from "./story.js";
import type { World } from "./world.js";

/** A screen as the story fills it. */
export interface Screen {
  /** Also the name of its picture. */
  name: string;
  /** Opens it in a page that nobody has signed in to; gives the link that a portal was opened with. */
  open: (page: Page, world: World, story: Story) => Promise<Link | void>;
}

/** Every screen that there is: axe checks each, in both colour schemes and at both widths; no secret is in it; it has its picture. */
export const SCREENS: Screen[] = [
  { name: "sign-in", open: async (page) => void (await page.goto("/")) },
  { name: "projects", open: signedInAt(() => "/projects") },
  operator("overview", () => ""),
  operator("events", () => "/events"),
  operator("events-broadcast", () => "/events/~broadcast"),
  operator("events-replay", () => "/events/~replay"),
  operator("event", ({ event }) => `/events/${event}`),
  operator("deliveries", () => "/deliveries"),
  operator("deliveries-beside", ({ dead }) => `/deliveries?peek=${dead}`),
  operator("delivery-succeeded", ({ succeeded }) => `/deliveries/${succeeded}`),
  operator("delivery-dead", ({ dead }) => `/deliveries/${dead}`),
  operator("delivery-pending", ({ pending }) => `/deliveries/${pending}`),
  operator("attempts", () => "/attempts"),
  operator("dead-letters", () => "/dead-letters"),
  operator("endpoints", () => "/endpoints"),
  operator("endpoint-new", () => "/endpoints/~new"),
  operator("endpoint", ({ endpoint }) => `/endpoints/${endpoint}`),
  operator("endpoint-failing", ({ failing }) => `/endpoints/${failing}`),
  operator("endpoint-deliveries", ({ endpoint }) => `/endpoints/${endpoint}?tab=deliveries`),
  operator("endpoint-attempts", ({ endpoint }) => `/endpoints/${endpoint}?tab=attempts`),
  operator("endpoint-events", ({ endpoint }) => `/endpoints/${endpoint}?tab=events`),
  operator("endpoint-transformation", ({ endpoint }) => `/endpoints/${endpoint}?tab=transformation`),
  operator("endpoint-settings", ({ endpoint }) => `/endpoints/${endpoint}?tab=settings`),
  operator("tenants", () => "/tenants"),
  operator("tenant", ({ tenant }) => `/tenants/${tenant}`),
  operator("catalog", () => "/catalog"),
  operator("catalog-new", () => "/catalog/~new"),
  operator("catalog-import", () => "/catalog/~import"),
  operator("event-type", ({ eventType }) => `/catalog/${eventType}`),
  operator("event-type-edit", ({ eventType }) => `/catalog/${eventType}/edit`),
  operator("dialects", () => "/dialects"),
  operator("dialect", () => "/dialects/standard"),
  operator("dialect-new", () => "/dialects/~new"),
  operator("dialect-edit", ({ dialect }) => `/dialects/${dialect}/edit`),
  operator("guide", () => "/guide"),
  operator("keys", () => "/keys"),
  operator("audit", () => "/audit"),
  operator("settings", () => "/settings"),
  portal("portal-endpoints", () => "/endpoints"),
  portal("portal-endpoint-new", () => "/endpoints/~new"),
  portal("portal-endpoint", ({ endpoint }) => `/endpoints/${endpoint}`),
  portal("portal-endpoint-settings", ({ endpoint }) => `/endpoints/${endpoint}?tab=settings`),
  portal("portal-deliveries", () => "/deliveries"),
  portal("portal-delivery", ({ dead }) => `/deliveries/${dead}`),
  portal("portal-attempts", () => "/attempts"),
  portal("portal-dead-letters", () => "/dead-letters"),
  portal("portal-events", () => "/events"),
  portal("portal-events-replay", () => "/events/~replay"),
  portal("portal-event", ({ event }) => `/events/${event}`),
  portal("portal-activity", () => "/overview"),
  portal("portal-catalog", () => "/catalog"),
  portal("portal-event-type", ({ eventType }) => `/catalog/${eventType}`),
  portal("portal-guide", () => "/guide"),
  { name: "portal-closed", open: async (page, _, { project }) => void (await page.goto(`/portal/${project.id}`)) },
];

/** A screen of the story's project, for its operator. */
function operator(name: string, path: (story: Story) => string): Screen {
  return { name, open: signedInAt((story) => `/p/${story.project.id}${path(story)}`) };
}

/** A screen of the portal of the story's tenant. */
function portal(name: string, path: (story: Story) => string): Screen {
  return { name, open: (page, _, story) => openPortal(page, story.project, story.tenant, path(story)) };
}

function signedInAt(path: (story: Story) => string): Screen["open"] {
  return async (page, world, story) => {
    await signIn(page.context(), world);
    await page.goto(path(story));
  };
}

/** Waits until a screen shows what it has to show. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expect(page.getByLabel("Loading", { exact: true })).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
  // Charts are drawn in the frame after the one that made room for them.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
