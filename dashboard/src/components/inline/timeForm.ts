import { useSyncExternalStore } from "react";

/** Whether times are shown as dates and times of day, rather than counted from now. For as long as the page is open. */
let absolute = false;
const listeners = new Set<() => void>();

export function setAbsoluteTimes(on: boolean): void {
  absolute = on;
  for (const listener of listeners) listener();
}

export function useAbsoluteTimes(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => absolute,
  );
}
