import { defineConfig } from "@playwright/test";
import { browser } from "./harness/browser.js";

export default defineConfig({
  testDir: "screenshots",
  outputDir: "../../target/e2e-screenshots",
  // One server with one history for all pictures.
  workers: 1,
  timeout: 60_000,
  reporter: "list",
  use: { ...browser, actionTimeout: 15_000 },
});
