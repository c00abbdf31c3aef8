import { expect, test } from "vitest";
import { activeTab } from "./tabs";

const TABS = ["/endpoints", "/deliveries", "/guide"];

test.each([
  ["/", "/endpoints"],
  ["/endpoints/ep_1", "/endpoints"],
  ["/deliveries", "/deliveries"],
  ["/deliveries2", null],
  ["/nowhere", null],
])("%s belongs to %s", (path, tab) => {
  expect(activeTab(path, TABS)).toBe(tab);
});
