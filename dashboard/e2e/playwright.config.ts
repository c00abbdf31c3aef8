import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.js";

export default defineConfig({
  testDir: "tests",
  outputDir: "../../target/e2e",
  // One worker a core of the smallest machine that this must be quick on; each has its own server and browser.
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 45_000 },
  forbidOnly: true,
  retries: 0,
  reporter: "list",
  use: { ...browser, actionTimeout: 45_000 },
});
