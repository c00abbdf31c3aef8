import { expect, type Page } from "@playwright/test";

/** Asserts that texts are in nothing that scripts, extensions or the next user of the browser could read. */
export async function expectNowhere(page: Page, texts: string | readonly string[], when: string): Promise<void> {
  const readable = await page.evaluate(() => ({
    document: document.documentElement.outerHTML,
    fields: [...document.querySelectorAll<HTMLInputElement>("input, textarea")].map(({ value }) => value),
    address: location.href,
    cookies: document.cookie,
    localStorage: JSON.stringify(localStorage),
    sessionStorage: JSON.stringify(sessionStorage),
    history: JSON.stringify(history.state),
  }));
  for (const [where, content] of Object.entries(readable)) {
    const readableThere = [content].flat().join("\n");
    for (const text of [texts].flat()) expect(readableThere.includes(text), `${text} in ${where}, ${when}`).toBe(false);
  }
}
