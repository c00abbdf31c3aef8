import { expect, type Page } from "@playwright/test";

/** Asserts that a text is in nothing that scripts, extensions or the next user of the browser could read. */
export async function expectNowhere(page: Page, text: string, when: string): Promise<void> {
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
    expect([content].flat().join("\n").includes(text), `a secret in ${where}, ${when}`).toBe(false);
  }
}
