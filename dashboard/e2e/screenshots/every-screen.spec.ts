import { join } from "node:path";
import type { Page } from "@playwright/test";
import { SCREENS, settled } from "../harness/screens.js";
import { type Story, tellStory } from "../harness/story.js";
import { expect, test } from "../harness/test.js";

const folder = process.env.NUNCIO_SCREENSHOTS;
if (!folder) throw new Error("NUNCIO_SCREENSHOTS must name a folder; `cargo xtask screenshots DIR` sets it");

const DEVICES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

let story: Story;
test.beforeAll(async ({ world }) => {
  story = await tellStory(world, { days: 7, deliveries: 20_000 });
});

for (const [device, viewport] of Object.entries(DEVICES)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${device}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });
      for (const { name, open } of SCREENS) {
        test(name, async ({ page, world }) => {
          await open(page, world, story);
          await settled(page);
          await wholeIn(page, viewport);
          await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`), animations: "disabled" });
        });
      }
    });
  }
}

/** Makes the window as high as the page, so that what sticks to the window's edges is in its place. */
async function wholeIn(page: Page, { width, height }: { width: number; height: number }): Promise<void> {
  const needed = () => page.evaluate(() => document.documentElement.scrollHeight);
  // What comes late makes the page higher once more.
  await expect(async () => {
    const before = await needed();
    await page.setViewportSize({ width, height: Math.max(height, before) });
    await settled(page);
    expect(await needed()).toBeLessThanOrEqual(Math.max(height, before));
  }).toPass();
}
