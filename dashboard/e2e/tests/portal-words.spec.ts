import { SCREENS, settled } from "../harness/screens.js";
import { type Story, tellStory } from "../harness/story.js";
import { expect, test } from "../harness/test.js";

/** How the server does its work: nothing that a customer knows, or can change. */
const OF_THE_SERVER = /\b(breaker|lanes?|dialects?|dead(?: letters?)?|backlog)\b/i;

let story: Story;
test.beforeAll(async ({ world }) => {
  story = await tellStory(world);
});

/** The documentation is the vendor's, whose own term `dead letter` is; it explains it. */
const DOCUMENTATION = "portal-guide";

for (const { name, open } of SCREENS.filter((screen) => screen.name.startsWith("portal") && screen.name !== DOCUMENTATION)) {
  test(`${name} speaks the customer's words`, async ({ page, world }) => {
    await open(page, world, story);
    await settled(page);
    // Code and payloads have words of their own.
    const text = await page.evaluate(() => {
      const body = document.body.cloneNode(true) as HTMLElement;
      for (const code of body.querySelectorAll("pre, code, style, script")) code.remove();
      const labels = [...body.querySelectorAll("[aria-label]")].map((one) => one.getAttribute("aria-label"));
      return [document.title, body.textContent, ...labels].join("\n");
    });
    expect(text.match(OF_THE_SERVER)?.input?.slice(Math.max(0, text.search(OF_THE_SERVER) - 60), text.search(OF_THE_SERVER) + 60)).toBeUndefined();
  });
}
