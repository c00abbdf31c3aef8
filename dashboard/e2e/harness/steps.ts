import type { Page } from "@playwright/test";

/** Keys that choose something, as a click does. */
const CHOOSING = ["Enter", " "];

/** Counts what somebody does on a page to get somewhere: clicks, and keys that choose. Typing a text is part of the choice after it. */
export class Steps {
  #count = 0;

  /** Begins to count; before the page's first navigation. */
  static async of(page: Page): Promise<Steps> {
    const steps = new Steps();
    await page.exposeFunction("countStep", () => void steps.#count++);
    await page.addInitScript((keys) => {
      const count = () => (window as unknown as { countStep: () => void }).countStep();
      // A key on a button makes a click of its own, with `detail` 0: the key was counted.
      addEventListener("click", (event) => event.isTrusted && event.detail > 0 && count(), true);
      addEventListener("keydown", (event) => event.isTrusted && keys.includes(event.key) && !(event.key === " " && event.target instanceof HTMLInputElement) && count(), true);
    }, CHOOSING);
    return steps;
  }

  get count(): number {
    return this.#count;
  }
}
