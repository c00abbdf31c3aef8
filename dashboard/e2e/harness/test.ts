import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { Watch } from "./watch.js";
import { World } from "./world.js";

interface Fixtures {
  /** What no page may do is seen here; a test tells it which errors it provokes. */
  watch: Watch;
}

/** A test with a server, receivers, and a watched page that nobody has signed in to. */
export const test = base.extend<Fixtures, { world: World }>({
  world: [
    async ({}, use) => {
      const world = await World.start();
      await use(world);
      await world.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ world }, use) => use(world.server.baseUrl),
  watch: async ({ world }, use) => {
    const watch = new Watch([world.server.baseUrl]);
    await use(watch);
    expect(watch.problems(), "nothing that a page may not do").toEqual([]);
  },
  context: async ({ context, watch }, use) => {
    await watch.start(context);
    await use(context);
  },
});

/** Signs a browser in as the page would, without going through it. */
export async function signIn(context: BrowserContext, world: World, key = world.server.adminKey): Promise<void> {
  const answer = await context.request.post("/v1/session", { data: { key }, headers: { origin: world.server.baseUrl } });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Whether any page or frame ran a hostile receiver's script. */
export async function pwned(page: Page): Promise<boolean> {
  const frames = await Promise.all(page.frames().map((frame) => frame.evaluate(() => "pwned" in window)));
  return frames.includes(true);
}

export { expect };
