import { localStorageColorSchemeManager, type MantineColorScheme, type MantineColorSchemeManager } from "@mantine/core";

/** What the reader chose in the dashboard, kept by the browser. */
export const colorSchemes = localStorageColorSchemeManager({ key: "nuncio-color-scheme" });

/** A choice that lasts as long as the page: a frame in somebody else's page leaves nothing in the browser. */
export function passingColorSchemes(first: MantineColorScheme): MantineColorSchemeManager {
  let chosen = first;
  return {
    get: () => chosen,
    set: (value) => {
      chosen = value;
    },
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => {
      chosen = first;
    },
  };
}

/** Sets the page's colours before the first thing is drawn: what Mantine does with an inline script, which our CSP forbids. */
export function applyColorScheme(schemes: MantineColorSchemeManager = colorSchemes): void {
  const chosen = schemes.get("auto");
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
}
