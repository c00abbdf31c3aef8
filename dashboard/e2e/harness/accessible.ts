import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** What axe calls them; the two lower impacts are advice. */
const IMPACTS_REFUSED = ["serious", "critical"];

/** A list's rows are alike: these are enough, and axe takes a second for every few of them. */
const ROWS_BEYOND = "tbody > tr:nth-child(n + 9)";

/** Asserts that axe finds nothing serious on the page as it is now. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude(ROWS_BEYOND).analyze();
  const refused = violations.filter(({ impact }) => IMPACTS_REFUSED.includes(impact ?? ""));
  const lines = refused.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.any[0]?.message ?? node.failureSummary}`),
  );
  expect(lines, `what axe says of ${where}`).toEqual([]);
}

/** Asserts that nothing makes the page wider than its window: on a phone, nobody scrolls sideways. */
export async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const { inner, wide } = await page.evaluate(() => ({
    inner: document.documentElement.clientWidth,
    wide: document.documentElement.scrollWidth,
  }));
  expect(wide, `width of ${where}`).toBeLessThanOrEqual(inner);
}
