// Whatever somebody looks at later, nothing on the screen or behind it gives a key, a token or a signing secret away.
import { expectNowhere } from "../harness/secrets.js";
import { SCREENS, settled } from "../harness/screens.js";
import { type Story, tellStory } from "../harness/story.js";
import { expect, test } from "../harness/test.js";

test.describe.configure({ mode: "parallel" });

let story: Story;
test.beforeAll(async ({ world }) => {
  story = await tellStory(world);
});

/** The secret itself, and the part behind its prefix: a screen that cuts `whsec_` off shows a secret all the same. */
function withoutPrefix(secret: string): string[] {
  const bare = secret.replace(/^(whsec_|Bearer )/, "");
  return bare === secret ? [secret] : [secret, bare];
}

for (const { name, open } of SCREENS) {
  test(`${name}: no secret can be read`, async ({ page, world }) => {
    const link = await open(page, world, story);
    await settled(page);
    const secrets = [...story.secrets, ...(link ? [link.token] : [])];
    expect(secrets.every((secret) => secret.length >= 16)).toBe(true);
    await expectNowhere(page, secrets.flatMap(withoutPrefix), `on ${name}`);
  });
}

test("the look finds a secret in a text, in a field, and in what the browser keeps", async ({ page, world }) => {
  const secret = story.secrets[0]!;
  const hide: Record<string, () => Promise<void>> = {
    document: () => page.evaluate((text) => void (document.body.dataset.note = text), secret),
    fields: () =>
      page.evaluate((text) => {
        document.body.append(Object.assign(document.createElement("textarea"), { value: text }));
      }, secret),
    sessionStorage: () => page.evaluate((text) => sessionStorage.setItem("note", text), secret),
  };
  for (const [where, put] of Object.entries(hide)) {
    await page.goto(world.server.baseUrl);
    await settled(page);
    await expectNowhere(page, secret, "before");
    await put();
    await expect(expectNowhere(page, secret, "after"), where).rejects.toThrow(`in ${where}`);
    await page.evaluate(() => sessionStorage.clear());
  }
});
