/** Where this portal is, and what opened it. */
export interface Place {
  project: string;
  /** Null when the page was opened without a link from the vendor. */
  token: string | null;
}

/**
 * Reads the token from the address and takes it out again, so that it stays in no history, no bookmark and no screenshot.
 * It is then in this page's memory, and exchanged for a cookie that no script reads, for when the page is loaded again.
 */
export function takeToken(): Place {
  const { pathname, search, hash } = location;
  if (hash !== "") history.replaceState(history.state, "", pathname + search);
  return { project: projectOf(pathname), token: tokenIn(hash) };
}

export function tokenIn(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return token !== null && /^[\x21-\x7e]{1,256}$/.test(token) ? token : null;
}

/** `/portal/proj_…/anything` is about `proj_…`. */
export function projectOf(pathname: string): string {
  return /^\/portal\/([^/]+)/.exec(pathname)?.[1] ?? "";
}
