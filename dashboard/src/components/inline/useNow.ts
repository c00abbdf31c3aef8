import { useSyncExternalStore } from "react";
import { serverNow } from "@/api/serverClock";

/** One clock for every relative time on the page. */
const EVERY_MS = 5_000;
const listeners = new Set<() => void>();
let now = serverNow();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = serverNow();
    for (const tell of listeners) tell();
  }, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time while nobody counts on: the same for a while, and later than before unless the clock was set. */
function nowOnceIn(ms: number): number {
  const coarse = Math.floor(serverNow() / ms) * ms;
  return coarse > now || now - coarse > 2 * ms ? coarse : now;
}

/** The time at the server, to within a few seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    if (timer === undefined) now = nowOnceIn(EVERY_MS);
    return now;
  });
}
