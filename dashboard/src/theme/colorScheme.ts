import { localStorageColorSchemeManager } from "@mantine/core";

export const colorSchemes = localStorageColorSchemeManager({ key: "nuncio-color-scheme" });

/** Sets the page's colours before the first thing is drawn: what Mantine does with an inline script, which our CSP forbids. */
export function applyColorScheme(): void {
  const chosen = colorSchemes.get("auto");
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
}
