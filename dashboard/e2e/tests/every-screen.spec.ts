import { expectAccessible, expectNoSidewaysScroll } from "../harness/accessible.js";
import { SCREENS, settled } from "../harness/screens.js";
import { type Story, tellStory } from "../harness/story.js";
import { test } from "../harness/test.js";

const PHONE = { width: 390, height: 844 };

// Each worker tells the story to a server of its own.
test.describe.configure({ mode: "parallel" });

let story: Story;
test.beforeAll(async ({ world }) => {
  story = await tellStory(world);
});

// Two looks for each: everything is seen in both schemes and at both widths, if not in all four ways.
for (const { name, open } of SCREENS) {
  test(`${name}: axe finds nothing serious, and a phone shows it whole`, async ({ page, world }) => {
    await open(page, world, story);
    await settled(page);
    await expectAccessible(page, `${name}, light`);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize(PHONE);
    await settled(page);
    await expectNoSidewaysScroll(page, name);
    await expectAccessible(page, `${name}, dark, on a phone`);
  });
}
