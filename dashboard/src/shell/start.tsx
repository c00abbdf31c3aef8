import type { MantineColorSchemeManager } from "@mantine/core";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { applyColorScheme } from "@/theme/colorScheme";
import { announceStyleNonce } from "@/theme/nonce";

const RELOADED = "nuncio-reloaded";

/** Puts an app on the page. */
export function start(app: ReactNode, schemes?: MantineColorSchemeManager): void {
  applyColorScheme(schemes);
  announceStyleNonce();
  reloadAfterUpgrade();
  const root = document.getElementById("root");
  if (root === null) throw new Error("the page has no #root");
  createRoot(root).render(<StrictMode>{app}</StrictMode>);
}

/**
 * A page that was open while the server was replaced asks for files that are gone; the new page knows the new ones.
 * Once only: if they are still missing then, the error screen says so.
 */
function reloadAfterUpgrade(): void {
  addEventListener("vite:preloadError", (event) => {
    if (history.state?.[RELOADED] === true) return;
    event.preventDefault();
    history.replaceState({ ...history.state, [RELOADED]: true }, "");
    location.reload();
  });
}
