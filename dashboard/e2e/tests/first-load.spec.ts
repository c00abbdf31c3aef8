import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { portalLink } from "../harness/portal.js";
import { expect, signIn, test } from "../harness/test.js";

/** What somebody on a slow line waits for. */
const BUDGET_BYTES = 350 * 1024;

/** The bytes of the page's own files, compressed, until it is idle. */
async function loaded(page: Page, url: string): Promise<{ bytes: number; fonts: string[] }> {
  const files = new Map<string, Promise<Buffer>>();
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (response.ok() && !pathname.startsWith("/v1/")) files.set(pathname, response.body());
  });
  await page.goto(url);
  await page.waitForLoadState("networkidle");
  let bytes = 0;
  for (const [path, body] of files) bytes += path.endsWith(".woff2") ? (await body).length : gzipSync(await body).length;
  return { bytes, fonts: [...files.keys()].filter((path) => path.endsWith(".woff2")) };
}

test("the sign-in page's first load is within its budget, with the page's own typeface", async ({ page }) => {
  const { bytes, fonts } = await loaded(page, "/");
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
  expect(fonts.some((path) => path.includes("geist-latin"))).toBe(true);
  expect(await page.evaluate(() => document.fonts.check('14px "Geist Variable"'))).toBe(true);
});

test("so are the list of deliveries and the portal, and numbers in tables have one width", async ({ page, context, browser, world }) => {
  const project = await world.project("Light");
  await project.endpoint("acme", "ok/light");
  await project.deliver("acme", "order.paid", {}, "succeeded");
  await signIn(context, world);
  expect((await loaded(page, `/p/${project.id}/deliveries`)).bytes, "the list of deliveries").toBeLessThanOrEqual(BUDGET_BYTES);
  const width = (text: string) =>
    page.evaluate((digits) => {
      const span = document.createElement("span");
      span.className = "n-num";
      span.style.position = "absolute";
      span.textContent = digits;
      document.body.append(span);
      const { width } = span.getBoundingClientRect();
      span.remove();
      return width;
    }, text);
  expect(await width("1111")).toBeCloseTo(await width("8888"), 1);
  const stranger = await (await browser.newContext({ baseURL: world.server.baseUrl })).newPage();
  const { url } = await portalLink(project, "acme");
  expect((await loaded(stranger, url)).bytes, "the portal").toBeLessThanOrEqual(BUDGET_BYTES);
  await stranger.context().close();
});
