/**
 * What the page around a framed portal is told: how high the content is, and that the session has ended. The browser
 * lets only pages of the project's `portal_origins` frame the portal (`frame-ancestors`), so the origin around this page
 * is one of them; it is named in each message, never `*`. Nothing is ever taken from the host.
 */
export type HostMessage = { type: "nuncio:height"; height: number } | { type: "nuncio:ended" };

interface Page {
  ancestorOrigins?: { length: number; [at: number]: string } | undefined;
  referrer: string;
}

/** The origin of the page around this one. Browsers say it in one of two ways; null where they say neither. */
export function hostOrigin({ ancestorOrigins, referrer }: Page): string | null {
  const said = ancestorOrigins?.[0] ?? originOf(referrer);
  return said === undefined || said === null || originOf(said) !== said ? null : said;
}

export function tellHost(message: HostMessage): void {
  if (window.parent === window) return;
  const { ancestorOrigins } = location as Location & { ancestorOrigins?: DOMStringList };
  const origin = hostOrigin({ ancestorOrigins, referrer: document.referrer });
  if (origin !== null) window.parent.postMessage(message, origin);
}

/** Tells the host the height of `content` whenever it changes; answers how to stop. */
export function tellHeight(content: Element): () => void {
  let told = -1;
  const observer = new ResizeObserver(() => {
    const height = Math.ceil(content.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    tellHost({ type: "nuncio:height", height });
  });
  observer.observe(content);
  return () => observer.disconnect();
}

function originOf(url: string): string | null {
  try {
    const { origin } = new URL(url);
    return origin === "null" ? null : origin;
  } catch {
    return null;
  }
}
