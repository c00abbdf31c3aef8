import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from "@playwright/test";

/** Chromium of the system, as root and without a way out: it would otherwise keep asking for its maker's hosts. */
export const browser: Partial<PlaywrightTestOptions & PlaywrightWorkerOptions & { screenshot: "only-on-failure" }> = {
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  },
  viewport: { width: 1440, height: 900 },
  locale: "en-GB",
  // Not UTC, so that a time that is shown in the wrong zone is seen.
  timezoneId: "America/New_York",
  colorScheme: "light",
  // Nothing moves: a colour in the middle of a change would be taken for the one that stays.
  contextOptions: { reducedMotion: "reduce" },
  screenshot: "only-on-failure",
};
