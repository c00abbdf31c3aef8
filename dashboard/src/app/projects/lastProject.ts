const KEY = "nuncio-project";

/** The project that was looked at last, where a browser keeps such things for us. */
export function lastProject(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function rememberProject(id: string): void {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // A browser that keeps nothing starts at the list of projects: no harm done.
  }
}
